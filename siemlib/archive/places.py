"""Where each thing lies in an archive's folder, who may write to it, and what marks a folder as an archive.

archive.json                                         the mark, with the version of this layout
loads/<load>.json                                    the commit records; what they do not name does not exist
events/<log group>/<day>/<source>-<load>-<n>.parquet
duplicates/<load>-<n>.parquet                        delivered again, kept as evidence
rejected/<load>.ndjson                               what could not be read, with the reason
digests/cloudtrail/<day>/<SHA-256>.json.gz           CloudTrail's digest files, and what S3 kept of them
acquired/<id>.json                                   what was acquired from an account, and how complete it is
acquired/delivered/                                  what came from there, as it came
staging/                                             a running load's own notes
lock                                                 held by the running load
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from siemlib.archive.record import ASIDE, VERSION, read_records, settle, write_aside
from siemlib.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.archive.record import LoadRecord

MARK = "archive.json"
_FOLDERS = ("events", "loads", "duplicates", "rejected")
_LONGEST_NAME = 120
"""Characters of a quoted log group in a path; file systems allow 255 bytes."""


def group_folder(log_group: str) -> str:
    """A log group's name as the name of one folder: different names stay different, ``/`` and ``..`` lead nowhere."""
    quoted = quote(log_group, safe="").replace(".", "%2E")
    if len(quoted) <= _LONGEST_NAME:
        return quoted
    return f"{quoted[:_LONGEST_NAME]}-{hashlib.sha256(log_group.encode()).hexdigest()[:16]}"


def is_archive(folder: Path) -> bool:
    """Whether the folder carries the mark."""
    return (folder / MARK).is_file()


def check_archive(folder: Path) -> None:
    """Raise UsageError unless the folder is an archive that this version can read."""
    if not is_archive(folder):
        raise UsageError(f"not an archive: {folder}", hint="siem load FILE… --archive DIR makes one")
    try:
        version = json.loads((folder / MARK).read_bytes())["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder / MARK}: cannot be read: {error!r}") from None
    if version != VERSION:
        raise UsageError(f"{folder}: an archive of another version of siem (layout {version!r}, not {VERSION})")


def prepare(folder: Path) -> None:
    """Make the folder an archive, or check that it is one. Raises UsageError for a folder with anything else in it."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"not a folder: {folder}")
    if folder.is_dir() and not is_archive(folder) and not _is_unborn(folder):
        raise UsageError(f"not an archive, and not empty: {folder}", hint="name a new folder, or an archive")
    try:
        make_folder(folder)
        for name in _FOLDERS:
            (folder / name).mkdir(exist_ok=True)
        if not is_archive(folder):
            # Last, because a folder with the mark is taken for whole.
            write_aside(folder / MARK, json.dumps({"format": VERSION}).encode() + b"\n")
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror}") from None
    check_archive(folder)


def _is_unborn(folder: Path) -> bool:
    """Whether the folder holds nothing but what :func:`prepare` makes before the mark, where it may be killed."""
    for path in folder.iterdir():
        begun = path.name in _FOLDERS and path.is_dir() and not any(path.iterdir())
        if not begun and path.name != (folder / MARK).with_suffix(ASIDE).name:
            return False
    return True


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, and wait until their names are on disk."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    settle(folder.parent)


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the archive for one load. Raises UsageError when another one holds it; a killed load holds nothing."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(f"another load is writing to {folder}", hint="wait until it has finished") from None
        yield


def clear_leftovers(folder: Path, records: tuple[LoadRecord, ...] | None = None) -> int:
    """Remove what a killed load left behind, and say how many files it was. Only for the holder of the archive."""
    known = {folder / name for record in records or read_records(folder) for name in _names(record)}
    shutil.rmtree(folder / "staging", ignore_errors=True)
    removed = 0
    for kind in ("events", "duplicates", "rejected"):
        for path in (folder / kind).rglob("*"):
            if path.is_file() and path not in known:
                path.unlink()
                removed += 1
    for path in (folder / "loads").glob(f"*{ASIDE}"):
        path.unlink()
        removed += 1
    for day in (folder / "events").glob("*/*"):
        if day.is_dir() and not any(day.iterdir()):
            day.rmdir()
    return removed


def _names(record: LoadRecord) -> Iterator[str]:
    yield from (part.path for part in record.parts)
    yield from record.duplicates
    if record.rejected:
        yield record.rejected
