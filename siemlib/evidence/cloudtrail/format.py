"""One digest file as a value. Whoever wrote it is not trusted: bounded, strict, and no name in it is ever opened.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from siemlib.errors import InputError
from siemlib.evidence.cloudtrail.names import Trail, base_name, trail_of

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_BYTES = 32 << 20
"""Of a decompressed digest file: some 70,000 log files in an hour."""
MOST_LOG_FILES = 100_000
ALGORITHM = "SHA256withRSA"
HASH = "SHA-256"
_LONGEST = 2048
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"(?:[0-9a-fA-F]{2}){64,1024}")
_FINGERPRINT = re.compile(r"[0-9a-f]{32}")


class DigestFormatError(InputError):
    """What should be a digest file and cannot be read as one."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log file that a digest file lists, as it was delivered."""

    bucket: str
    object: str
    sha256: str
    """Of the uncompressed content."""
    newest: str | None
    oldest: str | None
    """``eventTime`` of its latest and its earliest event, as written; ``None`` where it holds none."""

    @property
    def name(self) -> str:
        """Without folders and ``.gz``."""
        return base_name(self.object)


@dataclass(frozen=True, slots=True)
class Previous:
    """The digest file before one, as that one tells of it."""

    bucket: str
    object: str
    sha256: str
    signature: str
    """Hexadecimal."""

    @property
    def name(self) -> str:
        """Without folders and ``.gz``."""
        return base_name(self.object)


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest file. Times are UTC."""

    sha256: str
    """Of its uncompressed content."""
    trail: Trail
    start: datetime
    end: datetime
    """Of the time in which its log files were delivered."""
    end_text: str
    """As written, which is how it is signed."""
    bucket: str
    object: str
    fingerprint: str
    """Of the public key."""
    previous: Previous | None
    """``None`` in the first digest file of a chain."""
    logs: tuple[LogFile, ...]

    @property
    def name(self) -> str:
        """Without folders and ``.gz``."""
        return base_name(self.object)


def read_digest(content: bytes) -> Digest:
    """The digest file with this (uncompressed) content. Raises DigestFormatError, which says what is wrong with it."""
    if len(content) > MOST_BYTES:
        raise DigestFormatError(f"holds more than {MOST_BYTES:,} bytes")
    try:
        data = json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise DigestFormatError(f"not JSON: {str(error)[:200]}") from None
    if not isinstance(data, dict):
        raise DigestFormatError("no JSON object")
    place = _text(data, "digestS3Object")
    trail = trail_of(place)
    if trail is None:
        raise DigestFormatError(f"its digestS3Object does not end in the name of a digest file: {place[:200]!r}")
    if _text(data, "awsAccountId") != trail.account:
        raise DigestFormatError("its awsAccountId is not that of its name")
    if _text(data, "digestSignatureAlgorithm") != ALGORITHM:
        raise DigestFormatError(f"signed otherwise than with {ALGORITHM}, which is not known here")
    start, end = _time(data, "digestStartTime"), _time(data, "digestEndTime")
    if start > end:
        raise DigestFormatError("it ends before it starts")
    return Digest(
        sha256=hashlib.sha256(content).hexdigest(),
        trail=trail,
        start=start,
        end=end,
        end_text=_text(data, "digestEndTime"),
        bucket=_text(data, "digestS3Bucket"),
        object=place,
        fingerprint=_text(data, "digestPublicKeyFingerprint", _FINGERPRINT),
        previous=_previous(data),
        logs=_logs(data.get("logFiles")),
    )


def signature_of(text: str) -> str | None:
    """A hexadecimal signature, as lower case; ``None`` for what is none."""
    text = text.strip()
    return text.lower() if _SIGNATURE.fullmatch(text) else None


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no name is given twice: two readers could read two things."""
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a name is given twice"
        raise ValueError(message)
    return found


def _refuse(text: str) -> object:
    message = f"{text} is no value"
    raise ValueError(message)


def _text(data: dict[str, Any], name: str, form: re.Pattern[str] | None = None) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        raise DigestFormatError(f"its {name} is no text, or longer than {_LONGEST:,} characters")
    if form is not None and not form.fullmatch(value):
        raise DigestFormatError(f"its {name} is not of the form that it must have")
    return value


def _time(data: dict[str, Any], name: str) -> datetime:
    text = _text(data, name, _TIME)
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise DigestFormatError(f"its {name} is no time") from None


def _previous(data: dict[str, Any]) -> Previous | None:
    """What is told of the digest file before: all of it or, in the first of a chain, nothing."""
    fields = ("S3Bucket", "S3Object", "HashValue", "HashAlgorithm", "Signature")
    names = [f"previousDigest{field}" for field in fields]
    if all(data.get(name) is None for name in names):
        return None
    bucket, place, sha256, algorithm, signature = names
    if _text(data, algorithm) != HASH:
        raise DigestFormatError(f"its {algorithm} is not {HASH}")
    return Previous(
        _text(data, bucket), _text(data, place), _text(data, sha256, _SHA256), _text(data, signature, _SIGNATURE)
    )


def _logs(listed: object) -> tuple[LogFile, ...]:
    if not isinstance(listed, list) or len(listed) > MOST_LOG_FILES:
        raise DigestFormatError(f"its logFiles is no list, or longer than {MOST_LOG_FILES:,}")
    return tuple(map(_log, listed))


def _log(data: object) -> LogFile:
    if not isinstance(data, dict):
        raise DigestFormatError("one of its logFiles is no object")
    if _text(data, "hashAlgorithm") != HASH:
        raise DigestFormatError(f"one of its logFiles has another hashAlgorithm than {HASH}")
    times = (data.get("newestEventTime"), data.get("oldestEventTime"))
    if not all(each is None or (isinstance(each, str) and _TIME.fullmatch(each)) for each in times):
        raise DigestFormatError("one of its logFiles has a time of no known form")
    newest, oldest = times
    return LogFile(_text(data, "s3Bucket"), _text(data, "s3Object"), _text(data, "hashValue", _SHA256), newest, oldest)
