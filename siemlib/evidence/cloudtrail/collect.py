"""Digest files, their signatures and log files, out of files and folders. Names lead nowhere; sizes are bounded."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from siemlib.errors import UsageError
from siemlib.evidence.cloudtrail import format as digest_format
from siemlib.evidence.cloudtrail.inflate import InflateError, content, digests, head
from siemlib.evidence.cloudtrail.material import MOST_SIDECAR_BYTES, Log, Material, read_signature
from siemlib.evidence.cloudtrail.names import base_name, is_digest, is_log_name, signed_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_RECORDS = re.compile(rb'\s*\{\s*"Records"\s*:\s*\[')
MOST_FILES = 1_000_000


def collect(paths: Sequence[Path], progress: Callable[[int, int], None] | None = None) -> Material:
    """All of these files and folders. ``progress`` is told of how many files of how many were looked at.

    Raises UsageError for a path that is not there, is no file or folder, or cannot be read.
    """
    material = Material()
    files = list(_files(paths))
    for number, path in enumerate(files, start=1):
        try:
            _take(path, material)
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
        if progress:
            progress(number, len(files))
    return material


def _take(path: Path, material: Material) -> None:
    if (of := signed_by(path.name)) is not None:
        with path.open("rb") as file:
            signature = read_signature(of, file.read(MOST_SIDECAR_BYTES + 1))
        if signature is None:
            material.notes.append(f"{path.name} holds no signature and was passed by.")
        else:
            material.signatures.append(signature)
        return
    begins = head(path)
    if is_digest(path.name, begins):
        try:
            material.add_digest(path.name, content(path, digest_format.MOST_BYTES))
        except InflateError as error:
            material.broken.append((path.name, error.message))
    elif is_log_name(path.name) or _RECORDS.match(begins):
        material.logs.append(_log(path))


def _log(path: Path) -> Log:
    name = base_name(path.name)
    try:
        raw, inner = digests(path)
    except InflateError as error:
        return Log(name, None, problem=error.message)
    return Log(name, inner, raw)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """Every regular file, each once; links within folders are not followed."""
    seen: set[Path] = set()
    for given in paths:
        for path in _below(given):
            if len(seen) >= MOST_FILES:
                raise UsageError(f"more than {MOST_FILES:,} files", hint="name the folders of one trail or one year")
            if (place := path.resolve()) not in seen:
                seen.add(place)
                yield path


def _below(given: Path) -> Iterator[Path]:
    try:
        mode = given.stat().st_mode
    except OSError as error:
        raise UsageError(f"{given}: {error.strerror}") from None
    if stat.S_ISREG(mode):
        yield given
    elif not stat.S_ISDIR(mode):
        raise UsageError(f"not a file and not a folder: {given}")
    else:
        for folder, folders, names in os.walk(given, onerror=_unreadable):
            folders.sort()
            for name in sorted(names):
                path = Path(folder) / name
                if not path.is_symlink() and path.is_file():
                    yield path


def _unreadable(error: OSError) -> None:
    raise UsageError(f"{error.filename}: cannot be read: {error.strerror}")
