"""Time stamps after RFC 3161: that something existed at a time, in the words of an authority that signs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from siemlib.errors import SiemError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from siemlib.evidence.steps import Outcome


class NoStampError(SiemError):
    """No time stamp could be had, or the one that came does not hold; the message names the authority's host alone."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an authority gave."""

    query: bytes
    """TimeStampReq, DER."""
    response: bytes
    """TimeStampResp, DER, as it came."""
    chain: bytes
    """Certificates in PEM, the authority's own first."""
    time: datetime


class Stamper(Protocol):
    """An authority."""

    @property
    def authority(self) -> str:
        """Its host."""

    def stamp(self, message: bytes) -> Stamp:
        """A time stamp over the SHA-256 of ``message``, checked. Raises NoStampError."""


def check_timestamp(folder: Path, roots: bytes | None) -> tuple[Outcome, list[str]]:
    """Whether the time stamp holds, and what time it tells; ``roots``: certificates in PEM of authorities to trust.

    Without them the stamp is checked against the chain that came with it, and the details say that nobody vouches for
    the authority.
    """
    raise NotImplementedError
