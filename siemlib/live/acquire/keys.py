"""The keys of objects in S3: which times they speak of, which of them are logs, and where they lie on this machine.

Keys are what others wrote: they may hold anything, but lead nowhere else in the file system.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from siemlib.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.model.timespan import TimeSpan

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_STAMP = re.compile(r"_(\d{8}T\d{4})Z(?:_|\.|$)")
"""CloudTrail and flow logs: ``<account>_CloudTrail_<region>_20260304T1005Z_<unique>.json.gz``."""
_DAY = re.compile(
    r"(?:^|/)(?:year=)?(?P<year>20\d\d)/(?:month=)?(?P<month>\d\d)/(?:day=)?(?P<day>\d\d)/(?:(?:hour=)?(?P<hour>\d\d)/)?"
)
"""The folders of deliveries by day, and by hour, also as Hive writes them."""
_MINUTE, _HOUR, _DAY_LONG = 60_000, 3_600_000, 86_400_000
BEFORE_MS, AFTER_MS = 15 * _MINUTE, _HOUR
"""A delivery names the time of its writing or of its window: what happened may be told a little earlier or later."""
_LONGEST = 200
_DEEPEST = 40
"""Folders of a key; paths of the file system end at some thousand bytes."""


def parse_place(url: str) -> tuple[str, str]:
    """The bucket and the prefix of ``s3://bucket/prefix``. Raises UsageError."""
    scheme, separator, rest = url.partition("://")
    bucket, _, prefix = rest.partition("/")
    if scheme != "s3" or not separator or not _BUCKET.fullmatch(bucket):
        raise UsageError(f"not a place in S3: {url!r}", hint="write s3://BUCKET/PREFIX")
    return bucket, prefix


def time_of(key: str) -> tuple[int, int] | None:
    """The span of time that a key names, half-open in epoch milliseconds; ``None`` where it names none."""
    if stamps := _STAMP.findall(key.rpartition("/")[2]):
        start = _millis(stamps[-1], "%Y%m%dT%H%M")
        return None if start is None else (start, start + _MINUTE)
    if found := _DAY.search(key):
        hour = found["hour"]
        start = _millis(f"{found['year']}{found['month']}{found['day']}{hour or '00'}", "%Y%m%d%H")
        return None if start is None else (start, start + (_HOUR if hour else _DAY_LONG))
    return None


def _millis(text: str, layout: str) -> int | None:
    try:
        return int(datetime.strptime(text, layout).replace(tzinfo=UTC).timestamp()) * 1000
    except ValueError:
        return None


def is_wanted(key: str, span: TimeSpan) -> bool:
    """Whether an object may hold events of the span, as far as its key says."""
    times = time_of(key)
    return times is None or (times[0] < span.end_ms + AFTER_MS and times[1] > span.start_ms - BEFORE_MS)


def is_log(key: str, size: int) -> bool:
    """Whether an object may hold events at all: no folder, no trial file, no digest."""
    name = key.rpartition("/")[2]
    return bool(size and name) and name != "aws-logs-write-test" and "_CloudTrail-Digest_" not in name


def path_of(folder: Path, key: str, *, plain: bool) -> Path:
    """Where the object lies below ``folder``: by the same names, which say the log stream of an export.

    Not ``plain`` where another key goes on with ``/`` behind this one: a file is no folder. Names that a file system
    cannot hold, or that lead elsewhere, are quoted; of more folders than anybody makes the last is kept.
    """
    if not plain:
        return folder / "%files" / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}-{_segment(key.rpartition('/')[2])}"
    names = key.split("/")
    if len(names) > _DEEPEST:
        digest = hashlib.sha256(key.encode()).hexdigest()[:16]
        return folder.joinpath("%deep", digest, *map(_segment, names[-2:]))
    return folder.joinpath(*map(_segment, names))


def _segment(name: str) -> str:
    good = name.isprintable() and name not in {"", ".", ".."} and "%" not in name
    if good and len(name.encode()) <= _LONGEST:
        return name
    quoted = "%" + quote(name, safe="").replace(".", "%2E")
    if len(quoted) <= _LONGEST:
        return quoted
    return f"{quoted[:_LONGEST]}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def plain(etag: str) -> str:
    """An ETag as a name in the file system."""
    return "".join(letter for letter in etag if (letter.isascii() and letter.isalnum()) or letter == "-")[:80]
