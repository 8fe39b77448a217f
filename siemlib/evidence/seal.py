"""The seal of a report: a detached signature over ``tagmanifest-sha256.txt``, and a time stamp over the signature.

::

    seal/  signature  public-key.pem  seal.json   [timestamp.tsq  timestamp.tsr  timestamp-chain.pem]

The tag manifest holds the digest of the manifest, and that one those of every file: who signs the first signs them all.
``openssl`` checks both without this software; the lines for it are here, and the page prints them.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from siemlib.errors import EvidenceError
from siemlib.evidence.keys import ECDSA, ED25519, read_public_key
from siemlib.evidence.manifest import SEAL, TAG_MANIFEST
from siemlib.evidence.seal_files import (
    CHAIN,
    NOTE,
    PUBLIC_KEY,
    QUERY,
    RESPONSE,
    SIGNATURE,
    Note,
    SealPlan,
    read_member,
    read_note,
    read_plan,
    read_signed,
)
from siemlib.evidence.timestamp import NoStampError
from siemlib.evidence.visible import visible
from siemlib.model.clock import now

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.evidence.keys import Signer
    from siemlib.evidence.timestamp import Stamp, Stamper

FINGERPRINT_LINE = f"openssl pkey -pubin -in {SEAL}/{PUBLIC_KEY} -outform DER | sha256sum"
"""Prints the fingerprint of the key."""
_LINES = {
    ED25519: f"openssl pkeyutl -verify -pubin -inkey {SEAL}/{PUBLIC_KEY} -rawin -in {TAG_MANIFEST}"
    f" -sigfile {SEAL}/{SIGNATURE}",
    ECDSA: f"openssl dgst -sha256 -verify {SEAL}/{PUBLIC_KEY} -signature {SEAL}/{SIGNATURE} {TAG_MANIFEST}",
}


@dataclass(frozen=True, slots=True)
class Seal:
    """What was written."""

    plan: SealPlan
    stamped: str
    """The time of the time stamp, ISO 8601, UTC; empty: there is none."""
    unstamped: str
    """Why there is none, where one was asked for."""


def signature_line(algorithm: str) -> str:
    """The line that checks a signature in the folder of the report; OpenSSL 3.0 or newer."""
    return _LINES[algorithm]


def stamp_line(*, signed: bool, time: int) -> str:
    """The line that checks the time stamp, with certificates taken as of ``time`` (epoch seconds): they expire.

    What is stamped is the signature, so that it is the signature that is shown to be so old; of a report without one,
    the tag manifest. ``-partial_chain``, because an authority rarely sends its root with the stamp.
    """
    over = f"{SEAL}/{SIGNATURE}" if signed else TAG_MANIFEST
    checked = f"-attime {time} -partial_chain -CAfile {SEAL}/{CHAIN}"
    return f"openssl ts -verify -data {over} -in {SEAL}/{RESPONSE} {checked}"


def plan_seal(signer: Signer | None, stamper: Stamper | None) -> SealPlan | None:
    """How a report will be sealed with these; ``None``: not at all."""
    if signer is None and stamper is None:
        return None
    time = now().isoformat(timespec="seconds")
    authority = stamper.authority if stamper else ""
    if signer is None:
        return SealPlan("", "", time, {}, authority)
    key = read_public_key(signer.public_key)
    return SealPlan(key.algorithm, key.fingerprint, time, dict(signer.held), authority)


def write_seal(
    folder: Path, signer: Signer | None, stamper: Stamper | None, place: Path | None = None, *, later: bool = False
) -> Seal:
    """Seal the bag in ``folder``, as its ``data/report.json`` says that it is; in a new folder ``place``, else there.

    ``later``: it was built before, and the seal tells when it was made.

    An authority that gives no time stamp is told of in the seal, and is no error. Raises EvidenceError where the report
    says something else of its seal, or the signature that was made does not hold; and what the signer raises.
    """
    plan = read_plan(folder)
    if plan is None:
        raise EvidenceError("the report does not say that it is to be sealed")
    own = read_public_key(signer.public_key).fingerprint if signer else ""
    if plan.fingerprint != own:
        planned = (
            f"signed with the key {visible(plan.fingerprint, keep='')[:64]}" if plan.fingerprint else "stamped alone"
        )
        raise EvidenceError(
            f"the report says that it is to be {planned}, and here is {f'the key {own}' if own else 'none'}"
        )
    message = read_signed(folder)
    place = place or folder / SEAL
    place.mkdir()
    if signer is not None:
        message = _sign(place, signer, message)
    stamp, why = _stamp(stamper, message)
    return _write_rest(place, plan, stamp, why, now().isoformat(timespec="seconds") if later else "")


def add_stamp(folder: Path, stamper: Stamper, place: Path) -> Seal:
    """Write the seal of ``folder`` once more, with a time stamp, into a new folder ``place``. Raises NoStampError."""
    note, signature, key = read_note(folder), read_member(folder, SIGNATURE), read_member(folder, PUBLIC_KEY)
    if note is None:
        raise EvidenceError("the report is not sealed")
    stamp = stamper.stamp(read_signed(folder) if signature is None else signature)
    place.mkdir()
    for name, data in ((SIGNATURE, signature), (PUBLIC_KEY, key)):
        if data is not None:
            (place / name).write_bytes(data)
    return _write_rest(place, note.plan, stamp, "", note.later)


def _write_rest(place: Path, plan: SealPlan, stamp: Stamp | None, why: str, later: str) -> Seal:
    """What lies beside the signature."""
    files = {QUERY: stamp.query, RESPONSE: stamp.response, CHAIN: stamp.chain} if stamp else {}
    for name, data in files.items():
        (place / name).write_bytes(data)
    seal = Seal(plan, stamp.time.isoformat(timespec="seconds") if stamp else "", why)
    digests = {name: sha256(data).hexdigest() for name, data in files.items()}
    (place / NOTE).write_bytes(Note(plan, seal.stamped, seal.unstamped, digests, later).render())
    return seal


def _sign(place: Path, signer: Signer, message: bytes) -> bytes:
    signature, key = signer.sign(message), read_public_key(signer.public_key)
    if not key.holds(signature, message):
        raise EvidenceError("the signature that was made does not hold: is the key damaged?")
    (place / SIGNATURE).write_bytes(signature)
    (place / PUBLIC_KEY).write_bytes(key.pem)
    return signature


def _stamp(stamper: Stamper | None, message: bytes) -> tuple[Stamp | None, str]:
    if stamper is None:
        return None, ""
    try:
        return stamper.stamp(message), ""
    except NoStampError as error:
        return None, error.message


def read_seal(folder: Path) -> Seal | None:
    """What a report says of its seal, unchecked; ``None``: it has none. Raises EvidenceError where it is garbled."""
    note = read_note(folder)
    return Seal(note.plan, note.stamped, note.unstamped) if note else None
