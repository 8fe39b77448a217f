"""CloudTrail digest files in an archive: kept as they were delivered, so that it can be checked without anything else.

``digests/cloudtrail/<day>/<SHA-256 of the content>.json.gz`` is a digest file, compressed by us in one way, so that the
same digest file is the same bytes; ``<day>/<SHA-256>.sig.json`` is the signature that S3 kept of one, where it was
saved beside it. The day (UTC) is that on which the time of the digest file ends, so that a report over a day need not
read those of years; ``unreadable`` stands for it where the content does not tell. What the log files contained is in
the records of the loads (``content_sha256``).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from datetime import timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING

from siemlib.archive.places import make_folder
from siemlib.archive.record import ASIDE
from siemlib.archive.stage import only_write_errors
from siemlib.errors import InputError
from siemlib.evidence.cloudtrail.format import MOST_BYTES, DigestFormatError, read_digest
from siemlib.evidence.cloudtrail.inflate import InflateError, content
from siemlib.evidence.cloudtrail.material import Log, Material, read_kept, read_signature
from siemlib.evidence.cloudtrail.names import base_name, day_of, is_log_name, signed_by
from siemlib.model.run import Completeness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.archive.record import FileRecord, LoadRecord
    from siemlib.model.timespan import TimeSpan

FOLDER = "digests/cloudtrail"
KEPT = "a CloudTrail digest file, which holds no events; it is kept in the archive, in digests/"
KEPT_SIGNATURE = "the signature of a CloudTrail digest file; it is kept in the archive, in digests/"
_UNREADABLE = "unreadable"
_DIGEST, _SIGNATURE = ".json.gz", ".sig.json"
_FORMAT = "cloudtrail_records"
_AROUND = timedelta(days=1)
"""Before and after a timespan: what vouches for a digest file is in the one after it."""


def keep(archive: Path, path: Path) -> str:
    """Keep a digest file, or the signature of one, and say what it is; twice is once. See :func:`settle_digests`.

    Raises InputError for a file that cannot be decompressed or is too large to be one, OSError where it cannot be read,
    and WriteError.
    """
    of = signed_by(path.name)
    try:
        found = content(path, MOST_BYTES)
    except InflateError as error:
        raise InputError(f"{path}: a CloudTrail digest file that cannot be kept: {error.message}") from None
    if of is None:
        # No time in the header: the same content is always the same file.
        _write(archive, _day(found), f"{hashlib.sha256(found).hexdigest()}{_DIGEST}", gzip.compress(found, mtime=0))
        return KEPT
    signature = read_signature(of, found)
    if signature is None:
        raise InputError(f"{path}: named as the signature of a CloudTrail digest file, and holds none")
    generated = signature.generated.isoformat() if signature.generated else None
    text = json.dumps({"digest": of, "signature": signature.value, "generated": generated}, sort_keys=True) + "\n"
    name = f"{hashlib.sha256(text.encode()).hexdigest()}{_SIGNATURE}"
    _write(archive, day_of(of) or _UNREADABLE, name, text.encode())
    return KEPT_SIGNATURE


def settle_digests() -> None:
    """Wait until everything that was kept is on disk."""
    os.sync()  # once: to wait for each of thousands of small files would take longer than all of the load


def has_digests(archive: Path) -> bool:
    """Whether the archive keeps any digest file."""
    return any((archive / FOLDER).glob(f"*/*{_DIGEST}"))


def material_of(archive: Path, loads: tuple[LoadRecord, ...], timespan: TimeSpan | None = None) -> Material:
    """Everything in an archive that a check of CloudTrail's log files looks at.

    With a timespan, digest files of other times are left out, as long as each log file says in its name of when it is:
    the check has to be asked for that time alone.
    """
    logs = list(_logs(loads))
    dated = all(is_log_name(log.name) for log in logs)
    material = Material(logs=logs)
    for folder in sorted((archive / FOLDER).glob("*/")):
        if timespan is None or not dated or folder.name == _UNREADABLE or _is_near(folder.name, timespan):
            for path in sorted(folder.glob(f"*{_DIGEST}")):
                _take(path, material)
            for path in sorted(folder.glob(f"*{_SIGNATURE}")):
                _take_signature(path, material)
    return material


def clear_digests(archive: Path) -> int:
    """Remove what a killed load left half written, and say how many files it was."""
    left = list((archive / FOLDER).glob(f"*/*{ASIDE}"))
    for path in left:
        path.unlink()
    return len(left)


def _day(found: bytes) -> str:
    try:
        return day_of(read_digest(found).object) or _UNREADABLE
    except DigestFormatError:
        return _UNREADABLE  # it is evidence all the same, and a check will say what is wrong with it


def _is_near(day: str, timespan: TimeSpan) -> bool:
    return f"{timespan.start - _AROUND:%Y-%m-%d}" <= day <= f"{timespan.end + _AROUND:%Y-%m-%d}"


def _write(archive: Path, day: str, name: str, data: bytes) -> None:
    path = archive / FOLDER / day / name
    with only_write_errors(archive):
        if path.is_file() and path.read_bytes() == data:
            return
        make_folder(path.parent)
        aside = path.with_suffix(ASIDE)
        aside.write_bytes(data)
        aside.replace(path)


def _take(path: Path, material: Material) -> None:
    name = f"{FOLDER}/{path.parent.name}/{path.name}"
    try:
        found = content(path, MOST_BYTES)
    except (InflateError, OSError) as error:
        material.broken.append((name, getattr(error, "message", "it cannot be read")))
        return
    if hashlib.sha256(found).hexdigest() != path.name.removesuffix(_DIGEST):
        material.broken.append((name, "it has changed since it was loaded"))
    else:
        material.add_digest(name, found)


def _take_signature(path: Path, material: Material) -> None:
    signature = read_kept(path)
    if signature is None:
        material.notes.append(f"{FOLDER}/{path.parent.name}/{path.name} holds no signature and was passed by.")
    else:
        material.signatures.append(signature)


def _logs(loads: tuple[LoadRecord, ...]) -> Iterator[Log]:
    """The log files of CloudTrail that were loaded, by their names as they were given."""
    for load in loads:
        for file in load.files:
            if _is_log(file):
                partly = file.content_sha256 is None and file.completeness is not Completeness.COMPLETE
                problem = "of it, only a part could be read when it was loaded" if partly else ""
                yield Log(base_name(PurePath(file.name).name), file.content_sha256, file.sha256, problem)


def _is_log(file: FileRecord) -> bool:
    """Whether a file is one of CloudTrail's own; what came through CloudWatch Logs is in no digest file."""
    return is_log_name(PurePath(file.name).name) or (file.format == _FORMAT and file.source == "cloudtrail")
