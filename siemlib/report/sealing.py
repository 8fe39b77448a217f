"""From ``[seal]`` in the settings to what signs and stamps a report, and to what the page says of how to check it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from siemlib.errors import UsageError
from siemlib.evidence.keys import PASSPHRASE, exposed, signer_from_file
from siemlib.evidence.seal import FINGERPRINT_LINE, plan_seal, signature_line, stamp_line, write_seal

if TYPE_CHECKING:
    from siemlib.evidence.keys import Signer
    from siemlib.evidence.seal import Seal
    from siemlib.evidence.seal_files import SealPlan
    from siemlib.evidence.timestamp import Stamper
    from siemlib.settings import LiveSettings, SealSettings


@dataclass(frozen=True, slots=True)
class Sealing:
    """What a report is sealed with; one of the two at least."""

    signer: Signer | None
    stamper: Stamper | None
    warnings: tuple[str, ...] = ()
    """What the owner of the key should know."""

    def plan(self) -> SealPlan | None:
        """What the page and the summary say of the seal to come."""
        return plan_seal(self.signer, self.stamper)

    def write(self, folder: Path, place: Path | None = None, *, later: bool = False) -> Seal:
        """Seal a bag, as :func:`siemlib.evidence.seal.write_seal` does."""
        return write_seal(folder, self.signer, self.stamper, place, later=later)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines that check a seal without this software; empty where there is nothing to check."""

    signature: str = ""
    stamp: str = ""
    fingerprint: str = ""


def lines_of(plan: SealPlan | None) -> Lines:
    """The lines for a report that is sealed as planned."""
    if plan is None:
        return Lines()
    signed = bool(plan.algorithm)
    time = int(datetime.fromisoformat(plan.time).timestamp())
    return Lines(
        signature_line(plan.algorithm) if signed else "",
        stamp_line(signed=signed, time=time) if plan.authority else "",
        FINGERPRINT_LINE if signed else "",
    )


def open_sealing(settings: SealSettings, live: LiveSettings, reports: Path) -> Sealing | None:
    """What ``[seal]`` asks for; ``None``: nothing. ``live`` is for how often KMS may be asked.

    Everything that can be wrong with a key is found here, before a report is built: KMS is asked for a signature. The
    passphrase is in the environment; the kernel of a notebook gets it not. Raises UsageError and LiveError.
    """
    passphrase = os.environ.get(PASSPHRASE, "").encode()
    stamper = open_stamper(settings)
    if settings.key is not None:
        path = Path(settings.key)
        _refuse_among(reports, path)
        signer = signer_from_file(path, passphrase)
        warning = exposed(path)
        return Sealing(signer, stamper, (warning,) if warning else ())
    if settings.kms is not None:
        from siemlib.live.signing import kms_signer  # noqa: PLC0415 - boto3, for who has a key there

        return Sealing(kms_signer(settings.kms_address, settings.kms, live), stamper)
    return Sealing(None, stamper) if stamper else None


def open_stamper(settings: SealSettings) -> Stamper | None:
    """The authority that ``[seal]`` names; ``None``: none. Raises UsageError."""
    if settings.timestamp is None:
        return None
    from siemlib.evidence.authority import Authority  # noqa: PLC0415 - http, for who asks for time stamps
    from siemlib.evidence.timestamp import read_roots, read_roots_file  # noqa: PLC0415 - as above

    named = Path(settings.timestamp_roots) if settings.timestamp_roots is not None else None
    roots = read_roots_file(named)
    return Authority(settings.timestamp, read_roots(roots) if roots is not None else ())


def _refuse_among(reports: Path, key: Path) -> None:
    """A folder of reports is given away; so would the key be."""
    if key.resolve().is_relative_to(reports.resolve()):
        raise UsageError(f"the key {key} lies among the reports, which are given away", hint="move it elsewhere")
