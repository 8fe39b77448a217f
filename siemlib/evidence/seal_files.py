"""What lies in ``seal/``, how it is read where it comes from a stranger, and what the report says of its seal.

The files of a seal are in no manifest: they sign the list of the manifests. What ``seal.json`` says can be checked all
the same: the report says it too (``data/report.json``, which the manifest lists), but for why there is no time stamp,
and for when it was sealed, where that was after it was built.
"""

from __future__ import annotations

import json
import stat
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeGuard

from siemlib.errors import EvidenceError
from siemlib.evidence.manifest import PAYLOAD, SEAL, TAG_MANIFEST
from siemlib.evidence.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

SIGNATURE = "signature"
PUBLIC_KEY = "public-key.pem"
NOTE = "seal.json"
QUERY = "timestamp.tsq"
RESPONSE = "timestamp.tsr"
CHAIN = "timestamp-chain.pem"

_SUMMARY = f"{PAYLOAD}/report.json"
_FORM = "siem seal, form 1"
_LARGEST = 1 << 20
_LARGEST_SUMMARY = 8 << 20
_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class SealPlan:
    """How a report will be sealed, as its page and its summary say before it is."""

    algorithm: str
    """``Ed25519`` or ``ECDSA-P256-SHA256``; empty where it will be stamped with the time, and not signed."""
    fingerprint: str
    """SHA-256 of the public key's DER SubjectPublicKeyInfo, hexadecimal; empty where it will not be signed."""
    time: str
    """When, as the clock of this machine says: ISO 8601, UTC."""
    held: dict[str, str] = field(default_factory=dict)
    """Where the private key is: ``{"held": "file"}``, or ``{"held": "kms", "arn": …}``."""
    authority: str = ""
    """The host of the authority that is asked for a time stamp; empty: none is."""

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Note:
    """``seal.json``."""

    plan: SealPlan
    stamped: str = ""
    """The time of the time stamp, ISO 8601, UTC; empty: there is none."""
    unstamped: str = ""
    """Why there is no time stamp, where one was asked for."""
    files: dict[str, str] = field(default_factory=dict)
    """SHA-256 of each file of the time stamp: its signature covers not every byte of them."""
    later: str = ""
    """When it was sealed, as ``time`` is told, where that was not when it was built; empty: it was."""

    def render(self) -> bytes:
        """The exact bytes of the file."""
        content = {"form": _FORM, "signed": "tagmanifest-sha256.txt", **self.plan.as_json()}
        content |= {"time_stamp": self.stamped, "no_time_stamp": self.unstamped, "time_stamp_sha256": self.files}
        content |= {"sealed_later": self.later} if self.later else {}
        return (json.dumps(content, indent=2, sort_keys=True) + "\n").encode()


def read_member(folder: Path, name: str) -> bytes | None:
    """A file of ``seal/``; ``None`` where there is none. Raises EvidenceError for a link, and one that is too large."""
    return _read(folder, f"{SEAL}/{name}", _LARGEST)


def read_signed(folder: Path) -> bytes:
    """What is signed, or stamped: the tag manifest. Raises EvidenceError."""
    data = _read(folder, TAG_MANIFEST, _LARGEST)
    if data is None:
        raise EvidenceError(f"{TAG_MANIFEST} is missing")
    return data


def is_sealed(folder: Path) -> bool:
    """Whether anything lies where a seal would."""
    place = folder / SEAL
    return place.is_symlink() or place.exists()


def read_plan(folder: Path) -> SealPlan | None:
    """What the report says of its seal in ``data/report.json``; ``None``: that it has none. Raises EvidenceError."""
    data = _read(folder, _SUMMARY, _LARGEST_SUMMARY)
    if data is None:
        return None
    summary = _object(data, _SUMMARY)
    return None if summary.get("seal") is None else _plan(summary["seal"], _SUMMARY)


def read_note(folder: Path) -> Note | None:
    """``seal.json``; ``None`` where there is none. Raises EvidenceError unless it is just as it is written."""
    data = read_member(folder, NOTE)
    if data is None:
        return None
    content = _object(data, NOTE)
    known = {each.name for each in fields(SealPlan)}
    plan = _plan({name: value for name, value in content.items() if name in known}, NOTE)
    stamped, unstamped, files = (content.get(name) for name in ("time_stamp", "no_time_stamp", "time_stamp_sha256"))
    later = content.get("sealed_later", "")
    if isinstance(stamped, str) and isinstance(unstamped, str) and isinstance(later, str) and _are_texts(files):
        note = Note(plan, stamped, unstamped, files, later)
        if note.render() == data:
            return note
    raise EvidenceError(f"{SEAL}/{NOTE} is not as it was written")


def why_no_stamp(folder: Path) -> str:
    """Why there is no time stamp, as a sentence; empty where there is one, or a part of one. Raises EvidenceError."""
    note = read_note(folder)
    if (note and note.stamped) or any(read_member(folder, name) is not None for name in (QUERY, RESPONSE, CHAIN)):
        return ""
    plan = read_plan(folder)
    if plan is None or not plan.authority:
        return "there is no time stamp: only the clock of the machine that built the report tells when"
    host = visible(plan.authority, keep="")[:_LONGEST_TEXT]
    why = visible(note.unstamped if note else "", keep="")[:_LONGEST_TEXT]
    return f"there is no time stamp, though {host} was to be asked for one{f': {why}' if why else ''}"


def _plan(found: object, where: str) -> SealPlan:
    texts = ("algorithm", "fingerprint", "time", "authority")
    plan: dict[str, Any] = found if isinstance(found, dict) else {}
    known = plan.keys() == {*texts, "held"}
    if known and _are_texts(plan["held"]) and all(isinstance(plan[name], str) for name in texts):
        return SealPlan(**plan)
    raise EvidenceError(f"{where} does not say how the report is sealed as this program writes it")


def _are_texts(found: object) -> TypeGuard[dict[str, str]]:
    return isinstance(found, dict) and all(isinstance(text, str) for pair in found.items() for text in pair)


def _object(data: bytes, where: str) -> dict[str, Any]:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise EvidenceError(f"{where} is no JSON object")
    return content


def _read(folder: Path, name: str, most: int) -> bytes | None:
    """A file of the report in ``folder``, which may itself be a link; nothing in it may."""
    path = folder / name
    try:
        if path.parent != folder and path.parent.is_symlink():
            raise EvidenceError(f"{path.parent.name} is a link, which evidence may not hold")
        if not stat.S_ISREG(path.lstat().st_mode):
            raise EvidenceError(f"{name} is no plain file")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise EvidenceError(f"{name} cannot be read: {error.strerror}") from None
    if len(data) > most:
        raise EvidenceError(f"{name} is larger than any that is written")
    return data
