"""Digest files, signatures and log files: what a check is of, wherever it comes from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from siemlib.evidence.cloudtrail.format import ALGORITHM, Digest, DigestFormatError, read_digest, signature_of

if TYPE_CHECKING:
    from pathlib import Path

MOST_SIDECAR_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that S3 kept with a digest file, saved beside it."""

    of: str
    """The base name of the digest file."""
    value: str
    """Hexadecimal, lower case."""
    generated: datetime | None = None
    """When a backfill digest file was made, which is long after its time."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log file that is here."""

    name: str
    """Without folders and ``.gz``."""
    sha256: str | None
    """Of its uncompressed content; ``None``: not known."""
    file_sha256: str = ""
    """Of the file itself; empty where not known."""
    problem: str = ""
    """Why its content could not be read."""
    shown: str = ""
    """Its name for people, where that is another."""


@dataclass
class Material:
    """Everything that a check looks at."""

    digests: dict[str, Digest] = field(default_factory=dict)
    """By the SHA-256 of their content: the same file twice is one."""
    broken: list[tuple[str, str]] = field(default_factory=list)
    """Names of digest files that cannot be read, and why."""
    signatures: list[Signature] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What of it was passed by, as sentences."""

    def add_digest(self, name: str, content: bytes) -> None:
        """Take a digest file, or note that it is broken."""
        try:
            digest = read_digest(content)
        except DigestFormatError as error:
            self.broken.append((name, error.message))
        else:
            self.digests.setdefault(digest.sha256, digest)

    def add(self, other: Material) -> None:
        """Take all of another as well; a log whose content is known here tells that of the same file there."""
        for name, digest in other.digests.items():
            self.digests.setdefault(name, digest)
        self.broken += [each for each in other.broken if each not in self.broken]
        self.signatures += [each for each in other.signatures if each not in self.signatures]
        self.logs += other.logs
        self.notes += other.notes
        known = {log.file_sha256: log for log in self.logs if log.sha256 and log.file_sha256}
        self.logs = [log for log in self.logs if log.sha256 or log.file_sha256 not in known]


def read_signature(of: str, data: bytes) -> Signature | None:
    """The signature in a file beside a digest file; ``None`` where it holds none.

    Either the hexadecimal digits alone, or a JSON object with the ``Metadata`` of the S3 object (``signature``,
    ``signature-algorithm``, ``backfill-generation-timestamp``), as ``aws s3api head-object`` gives it.
    """
    if len(data) > MOST_SIDECAR_BYTES:
        return None
    text = data.decode("utf-8", "replace").strip()
    if plain := signature_of(text):
        return Signature(of, plain)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _from_metadata(of, document.get("Metadata")) if isinstance(document, dict) else None


def read_kept(path: Path) -> Signature | None:
    """A signature as an archive keeps it (:mod:`siemlib.archive.digests`); ``None``: it holds none."""
    try:
        with path.open("rb") as file:
            document = json.loads(file.read(MOST_SIDECAR_BYTES))
        value = signature_of(str(document["signature"]))
        generated = datetime.fromisoformat(document["generated"]) if document["generated"] else None
        return Signature(str(document["digest"]), value, generated) if value else None
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _from_metadata(of: str, metadata: Any) -> Signature | None:  # noqa: ANN401 - whatever the JSON holds
    if not isinstance(metadata, dict) or metadata.get("signature-algorithm", ALGORITHM) != ALGORITHM:
        return None
    value = signature_of(str(metadata.get("signature", "")))
    if value is None:
        return None
    try:
        generated = datetime.fromisoformat(str(metadata["backfill-generation-timestamp"]))
    except (KeyError, ValueError):
        generated = None
    return Signature(of, value, generated if generated and generated.tzinfo else None)
