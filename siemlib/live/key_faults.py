"""What AWS KMS refuses, in words that say what to do (API reference of GetPublicKey and Sign, errors)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.errors import UsageError
from siemlib.live.errors import GoneError, LiveError, UnavailableError

if TYPE_CHECKING:
    from siemlib.errors import SiemError

KEY_OPERATIONS = frozenset({"GetPublicKey", "Sign"})
KINDS = "a key for reports is asymmetric, for signing: ECC_NIST_P256, or ECC_NIST_EDWARDS25519 (SIGN_VERIFY)"
DENIED = "siem policy scheduled --seal-key ARN prints what is needed; the policy of the key must allow it too"


def key_fault(code: str, about: str, said: str) -> SiemError | None:
    """The error that a refusal is; ``None`` for one that is not about the key."""
    match code:
        case "NotFoundException" | "InvalidArnException":
            return GoneError(f"{about} is not there: {said}", hint="is the Region that of the key?")
        case "DisabledException" | "KMSInvalidStateException":
            return LiveError(f"{about} cannot be used now: {said}", hint="is it disabled, or about to be deleted?")
        case "UnsupportedOperationException" | "InvalidKeyUsageException":
            return UsageError(f"{about} signs nothing: {said}", hint=KINDS)
        case "KeyUnavailableException" | "DependencyTimeoutException" | "KMSInternalException":
            return UnavailableError(f"KMS could not use {about} just now")
        case _:
            return None
