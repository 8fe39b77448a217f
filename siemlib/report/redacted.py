"""What a redacted copy says of itself, on its page and in its bag."""

from __future__ import annotations

from dataclasses import dataclass

NETWORKS = "Redacted-Networks-HMAC-SHA256"
"""The tag with the keyed digest of the networks that were taken for internal, beside the private ranges."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """``digest`` is that of the original's tag manifest; the numbers are of distinct values that were replaced."""

    digest: str
    users: int
    addresses: int
    keys: int
    kept: tuple[str, ...] = ()
    """Names of accounts that were met, and stay."""
    signed: str = ""
    """The fingerprint of the key that the original is signed with; empty where it is not."""
    left_out: tuple[str, ...] = ()
    """What of the original is not in the copy."""
