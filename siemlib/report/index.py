"""``reports/index.html``: every report, the newest first; and the controls of each date that changed.

Reading a report takes milliseconds, and there may be ten years of them. So the lines are kept in ``.index.json``, each
with what it was read from: the time, size and number of a few files of its folder. It is no evidence, and may be
deleted at any time.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from siemlib import __version__
from siemlib.errors import EvidenceError
from siemlib.evidence.chain import digest_of, is_displaced
from siemlib.evidence.manifest import INFO, MANIFEST, PAYLOAD, TAG_MANIFEST, read_bounded
from siemlib.evidence.paging import ASSETS
from siemlib.evidence.seal_files import NOTE
from siemlib.report.controls.day import PAGE, write_day
from siemlib.report.entry import Entry, entry_of
from siemlib.report.place import FAILED, INDEX
from siemlib.report.render import render_index
from siemlib.report.summary import FILE, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

KEPT = ".index.json"
_READ = (TAG_MANIFEST, INFO, MANIFEST, f"seal/{NOTE}", f"{PAYLOAD}/{FILE}")
"""The files that a line is read from."""
_MOST_BYTES = 1 << 28
_Stamp = tuple[tuple[int, int, int], ...]


class _Line(BaseModel):
    """A line, and what it was read from."""

    model_config = ConfigDict(frozen=True)

    stamp: _Stamp
    earlier: tuple[str, str]
    """The digest of the report before that it was compared with, and where that was; both may be empty."""
    entry: Entry


class _Lines(BaseModel):
    model_config = ConfigDict(frozen=True)

    version: str
    lines: dict[str, _Line]


def write_index(root: Path) -> Path:
    """Write the index of the reports below ``root``; whoever reads it meanwhile sees the old or the new one whole."""
    before = _kept(root)
    lines = _lines(root, before)
    page = _put(root / INDEX, render_index([line.entry for line in lines.values()]))
    if lines != before:
        _put(root / KEPT, _Lines(version=__version__, lines=lines).model_dump_json())
    for day in sorted(_changed(root, before, lines)):
        write_day(root / day, _counted(root, day, lines))
    return page


def entries(root: Path) -> list[Entry]:
    """Every report below ``root``. One that cannot be read is listed, as unknown."""
    return [line.entry for line in _lines(root, _kept(root)).values()]


def _lines(root: Path, before: Mapping[str, _Line]) -> dict[str, _Line]:
    folders = sorted(_folders(root), key=lambda folder: (_descending(folder.parent.name), folder.name))
    stamps = {_name(folder): _stamp(folder) for folder in folders}
    kept = {name: line for name, line in before.items() if stamps.get(name) == line.stamp}
    # Those of every report that is here now, whatever was here before; of two with one digest the newer counts.
    digests = {_digest(folder, kept): folder for folder in reversed(folders)}
    lines = {}
    for folder in folders:
        name = _name(folder)
        line = kept.get(name)
        here = line is not None and _place(digests, line.earlier[0]) == line.earlier[1]
        lines[name] = line if line and here else _read(folder, stamps[name], digests)
    return lines


def _read(folder: Path, stamp: _Stamp, digests: Mapping[str, Path]) -> _Line:
    asked: list[str] = []

    def known(digest: str) -> Path | None:
        asked.append(digest)
        return digests.get(digest)

    entry = entry_of(folder, known)
    digest = asked[-1] if asked else ""
    return _Line(stamp=stamp, entry=entry, earlier=(digest, _place(digests, digest)))


def _name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def _digest(folder: Path, kept: Mapping[str, _Line]) -> str:
    line = kept.get(_name(folder))
    return line.entry.digest if line else digest_of(folder)


def _place(digests: Mapping[str, Path], digest: str) -> str:
    """The report with this digest that is here, by date and folder; empty where there is none."""
    folder = digests.get(digest) if digest else None
    return _name(folder) if folder else ""


def _folders(root: Path) -> Iterable[Path]:
    for day in root.iterdir():
        if day.is_dir() and not day.name.startswith("."):
            for folder in day.iterdir():
                if folder.is_dir() and not folder.name.startswith(".") and folder.name != ASSETS:
                    yield folder


def _stamp(folder: Path) -> _Stamp:
    """Time, size and number of each file that a line is read from; zeros for one that is not there."""
    found = []
    for name in _READ:
        try:
            told = (folder / name).lstat()
        except OSError:
            found.append((0, 0, 0))
        else:
            found.append((told.st_mtime_ns, told.st_size, told.st_ino))
    return tuple(found)


def _descending(day: str) -> list[int]:
    return [-ord(character) for character in day]


def _kept(root: Path) -> dict[str, _Line]:
    """The lines of the last time; none where another version has written them, or nobody."""
    try:
        found = _Lines.model_validate_json(read_bounded(root / KEPT, _MOST_BYTES))
    except (EvidenceError, ValidationError):
        return {}
    return found.lines if found.version == __version__ else {}


def _changed(root: Path, before: Mapping[str, _Line], lines: Mapping[str, _Line]) -> set[str]:
    """The dates of which a report came, went or changed, or that have no page of controls yet."""
    names = {name for name in {*before, *lines} if before.get(name) != lines.get(name)}
    days = {name.partition("/")[0] for name in lines}
    return {name.partition("/")[0] for name in names} & days | {
        day for day in days if not (root / day / PAGE).is_file()
    }


def _counted(root: Path, day: str, lines: Mapping[str, _Line]) -> list[Path]:
    """The reports of a date that count: not those that failed, were refused, or were displaced by a later one."""
    entries = (line.entry for name, line in lines.items() if name.startswith(f"{day}/"))
    aside = (Status.FAILED, Status.REFUSED)
    counted = (entry for entry in entries if entry.status not in aside and FAILED not in entry.folder)
    return [root / day / entry.folder for entry in counted if not is_displaced(root / day / entry.folder)]


def _put(path: Path, text: str) -> Path:
    aside = path.with_name(f".{path.name.lstrip('.')}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8", newline="\n")
        return aside.replace(path)
    except BaseException:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise
