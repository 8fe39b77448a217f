"""Whether the signature of a report holds, and whose it is; without one, what its absence means.

To say that there is none needs no cryptography, which takes longer to import than a small report to check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.errors import EvidenceError
from siemlib.evidence.manifest import SEAL, TAG_MANIFEST
from siemlib.evidence.seal_files import (
    NOTE,
    PUBLIC_KEY,
    SIGNATURE,
    Note,
    SealPlan,
    is_sealed,
    read_member,
    read_note,
    read_plan,
    read_signed,
)
from siemlib.evidence.steps import Outcome
from siemlib.evidence.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.evidence.keys import PublicKey

_LONGEST_TIME = 40


def check_signature(folder: Path, trusted: bytes | None) -> tuple[Outcome, list[str]]:
    """Whether the signature holds, and with which key; ``trusted``: a public key in PEM, or its fingerprint as text.

    With a key to trust, a report without a signature fails. Raises UsageError for a trusted key that is none.
    """
    try:
        return _check(folder, _fingerprint(trusted))
    except EvidenceError as error:
        return Outcome.FAILED, [error.message]


def _fingerprint(trusted: bytes | None) -> str | None:
    if trusted is None:
        return None
    from siemlib.evidence.keys import read_trusted  # noqa: PLC0415 - see the top

    return read_trusted(trusted)


def _check(folder: Path, trusted: str | None) -> tuple[Outcome, list[str]]:
    plan, note = read_plan(folder), read_note(folder)
    signature, pem = read_member(folder, SIGNATURE), read_member(folder, PUBLIC_KEY)
    if signature is None and pem is None and not (plan and plan.algorithm):
        return _unsigned(folder, plan, note, trusted)
    if signature is None or pem is None:
        missing = SIGNATURE if signature is None else PUBLIC_KEY
        never = ": it was never signed (siem evidence seal does that later), or the signature was taken away"
        also = never if signature is pem is None else ""
        return Outcome.FAILED, [f"{SEAL}/{missing} is missing, and the report says that it was to be signed{also}"]
    key = _key(pem)
    details = [f"{key.algorithm} signature over {TAG_MANIFEST}; key {key.fingerprint}"]
    faults = _faults(key, signature, folder) + _disagreements(key, plan, note)
    if trusted is not None and trusted != key.fingerprint:
        faults.append(f"it is not by the key that you trust, {trusted}")
    if faults:
        return Outcome.FAILED, faults + details
    details.append(_held(plan))
    if note and note.later:
        when = visible(note.later, keep="")[:_LONGEST_TIME]
        details.append(f"signed after the report was built, at {when}, says {SEAL}/{NOTE}; no signature covers that")
    if trusted is None:
        details.append("whose key that is, is not known here: compare its fingerprint with the one you were given")
    else:
        details.append("it is the key that you trust")
    return Outcome.PASSED, details


def _unsigned(folder: Path, plan: SealPlan | None, note: Note | None, trusted: str | None) -> tuple[Outcome, list[str]]:
    if (note.plan if note else None) != plan:
        return Outcome.FAILED, ["what the report says of its seal, and what lies there, are not the same"]
    if trusted is not None:
        return Outcome.FAILED, ["the report is not signed, and so not by the key that you trust"]
    if is_sealed(folder) and plan is None:
        return Outcome.FAILED, [f"the report says that it is not sealed, and there is {SEAL}/"]
    return Outcome.ABSENT, ["the report is not signed: nothing shows who built it"]


def _key(pem: bytes) -> PublicKey:
    from siemlib.evidence.keys import read_public_key  # noqa: PLC0415 - see the top

    try:
        key = read_public_key(pem)
    except EvidenceError as error:
        raise EvidenceError(f"{SEAL}/{PUBLIC_KEY}: {error.message}") from None
    if key.pem != pem:
        raise EvidenceError(f"{SEAL}/{PUBLIC_KEY} is not as it was written")
    return key


def _faults(key: PublicKey, signature: bytes, folder: Path) -> list[str]:
    if key.holds(signature, read_signed(folder)):
        return []
    return [f"the signature does not hold: {TAG_MANIFEST}, the signature or the key is another than when it was made"]


def _disagreements(key: PublicKey, plan: SealPlan | None, note: Note | None) -> list[str]:
    """Where the report, or the note beside the signature, names another key: the bag was signed again."""
    if plan is None:
        return ["the report does not say that it is signed: the signature was added to it"]
    if (plan.algorithm, plan.fingerprint) != (key.algorithm, key.fingerprint):
        told = visible(plan.fingerprint, keep="")[:64] or "none"
        return [f"the report says that it is signed with another key, {told}"]
    if note is None or note.plan != plan:
        return [f"{SEAL}/{NOTE} is missing, or says something else than the report"]
    return []


def _held(plan: SealPlan | None) -> str:
    arn = (plan.held if plan else {}).get("arn")
    return f"the report says that the key is kept by AWS KMS: {visible(arn, keep='')}" if arn else "key from a file"
