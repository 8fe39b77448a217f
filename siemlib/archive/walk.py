"""Which files a load looks at, and which it passes by, always with the reason."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from siemlib.archive.formats.format import stem
from siemlib.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NOT_LOGS = frozenset({".csv", ".toml", ".md", ".rst", ".html", ".pdf", ".py", ".yml", ".yaml", ".parquet", ".sha256"})
_NOT_LOG_NAMES = frozenset({"license", "licence", "copying", "readme", "source", "notice", "aws-logs-write-test"})


@dataclass(frozen=True, slots=True)
class Found:
    """A file. ``named`` when the user named it rather than its folder: then it must be a log."""

    path: Path
    named: bool
    skipped: str | None = None
    """Why it is passed by."""


def find_files(paths: Iterable[str | Path], archive: Path) -> Iterator[Found]:
    """Every file in ``paths``, folders walked in the order of names.

    Raises UsageError for a path that is not there, and for a device or a pipe: it may never end, and nobody can take
    its digest and read it again.
    """
    for given in paths:
        path = Path(given)
        try:
            mode = path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            raise UsageError(f"no such file or folder: {path}") from None
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
        if stat.S_ISDIR(mode):
            yield from _walk(path, archive)
        elif stat.S_ISREG(mode):
            yield Found(path, named=True)
        else:
            raise UsageError(
                f"not a regular file: {path}",
                hint="write what comes out of a pipe or a device to a file, and load that",
            )


def _walk(folder: Path, archive: Path) -> Iterator[Found]:
    unread: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=unread.append):
        if Path(place).resolve() == archive.resolve():
            folders.clear()
            continue
        for name in sorted(folders):
            path = Path(place) / name
            if name.startswith(".") or path.is_symlink():
                yield Found(path, named=False, skipped="hidden" if name.startswith(".") else "a link to a folder")
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(place) / name
            yield Found(path, named=False, skipped=_reason(path))
    for error in unread:
        yield Found(Path(error.filename), named=True)  # the load finds out that it cannot be read, and says so


def _reason(path: Path) -> str | None:
    name = path.name.lower().removesuffix(".gz")
    if not path.is_file():
        return "not a regular file"
    if name.startswith("."):
        return "hidden"
    if name.partition(".")[0] == "aws-logs-write-test":
        return "the file with which CloudWatch tries whether it may write"
    if Path(name).suffix in _NOT_LOGS or name.partition(".")[0] in _NOT_LOG_NAMES:
        return "by its name no log"
    return None


def streams_of(found: Iterable[Found]) -> dict[Path, str]:
    """What the log stream of each file is called when its delivery does not say.

    The file's name without ``.gz``. Files of one name are taken for the logs of different hosts and keep the folders
    that tell them apart: to take them for copies of one log would count an event of two hosts as one.
    """
    named: dict[str, list[Path]] = {}
    for each in found:
        if each.skipped is None:
            named.setdefault(stem(each.path), []).append(each.path)
    streams: dict[Path, str] = {}
    for name, paths in named.items():
        if len(paths) == 1 or len(set(paths)) == 1:
            streams[paths[0]] = name
            continue
        common = Path(os.path.commonpath([path.absolute() for path in paths]))
        streams |= {path: (path.absolute().parent.relative_to(common) / name).as_posix() for path in paths}
    return streams
