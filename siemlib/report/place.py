"""Where a report stands: ``<day>/<name>``, and beside it under a name of its own when that is of another subject.

A link to a report must never lead to a report about somebody else. So a folder is only ever replaced by a report of
the same name with the same parameters; the earlier one is moved to the next free number.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import json
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from siemlib.errors import UsageError
from siemlib.evidence.manifest import PAYLOAD
from siemlib.evidence.paging import ASSETS
from siemlib.report.summary import FILE, read_summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from siemlib.report.page import About

INDEX = "index.html"
ASIDE = ".building-"
FAILED = "-FAILED"
REFUSED = "-REFUSED"
_LONGEST = 60
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of renameat2(2), Linux
_AT_ONCE = 8
"""Files that the disk is asked to hold side by side."""
STALE = 24 * 3600.0
_YOUNG = 60.0
_HALF = re.compile(r"\.(index|controls)\.(html|json)\.\d+")
"""A list that was being written when its build was killed."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def prepare(root: Path, day: str) -> None:
    """Make ``root``, if need be. Raises UsageError when a report cannot be put into ``root/day``."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        # A report is made in the root, and moved to its day.
        for place in (root, root / day) if (root / day).exists() else (root,):
            if not place.is_dir():
                raise UsageError(f"{place} is no folder, so that no report can be kept in it")
            if not os.access(place, os.W_OK | os.X_OK):
                raise UsageError(f"{place} cannot be written to, so that no report can be kept in it")
        if (root / INDEX).is_dir():
            raise UsageError(f"{root / INDEX} is a folder, where the list of reports belongs")
    except OSError as error:
        raise UsageError(f"{root}: reports cannot be kept there: {error.strerror or error}") from None


def stem_for(day: Path, about: About, distinct: Mapping[str, str]) -> str:
    """The name of the folder in ``day``: the report's own, unless that is taken by a report on another subject.

    Then the values of ``distinct`` are added to it, and a digest where they do not tell it apart. A failed report
    stands at the same name with ``-FAILED``, a refused one with ``-REFUSED``, and takes it too.
    """
    names = list(_names(about, distinct))
    free = (n for n in names if all(_is_ours(day / f"{n}{end}", about) for end in ("", FAILED, REFUSED)))
    return next(free, names[-1])


def _names(about: About, distinct: Mapping[str, str]) -> Iterator[str]:
    text = json.dumps([about.name, about.parameters], sort_keys=True)
    digest = hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()
    yield about.name
    words = "-".join(distinct.values())
    slug = _UNSAFE.sub("-", words)[:_LONGEST].strip("-")
    # A user may well be called FAILED, but no report on him should look like one that failed.
    if slug and slug == words and not slug.endswith((FAILED.strip("-"), REFUSED.strip("-"))):
        yield f"{about.name}-{slug}"
    head = f"{about.name}-{slug}-" if slug else f"{about.name}-"
    yield from (f"{head}{digest[:length]}" for length in (8, 16, 64))


def _is_ours(place: Path, about: About) -> bool:
    """Whether nothing stands there, or a report of this name with these parameters."""
    if place.name.casefold() == ASSETS:  # what the pages of a day share is there
        return False
    if not os.path.lexists(place):
        return True
    summary = read_summary(place / PAYLOAD / FILE)
    return summary is not None and (summary.name, summary.parameters) == (about.name, about.parameters)


@contextmanager
def one_at_a_time(root: Path) -> Iterator[None]:
    """Hold off every other build in ``root``, which else could follow the same report, and list it without this one.

    The lock is on the folder itself: it leaves nothing there, and ends with its process, however that ends.
    """
    held = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def put(aside: Path, day: Path, name: str) -> tuple[Path, Path | None]:
    """Rename into place. An earlier report of that name is evidence too: it is moved to the next free number.

    The name leads to a whole report at every moment, to the earlier one or to the new, where the system can exchange
    two folders; whoever is killed in between leaves the new one beside it, at the number. What is in the folder is on
    the disk before it gets a name, so that no loss of power leaves a name that leads to half a report.
    """
    settle(aside)
    day.mkdir(exist_ok=True)
    placed = _renamed(aside, day / name)
    for folder in (day, day.parent):
        _settle_names(folder)
    return placed


def _renamed(aside: Path, place: Path) -> tuple[Path, Path | None]:
    displaced = None
    if os.path.lexists(place):
        displaced = free_beside(place)
        aside.rename(displaced)
        if exchange(displaced, place):
            return place, displaced
        displaced.rename(aside)
        place.rename(displaced)
    try:
        aside.rename(place)
    except BaseException:
        if displaced:
            displaced.rename(place)
        raise
    return place, displaced


def settle(folder: Path) -> None:
    """Have the disk hold every file below ``folder``, and their names. Raises OSError where it cannot."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:  # side by side: a disk that is asked for many writes each once
        list(pool.map(_settle_file, (path for path in folder.rglob("*") if path.is_file())))
    for below in (*(path for path in folder.rglob("*") if path.is_dir()), folder):
        _settle_names(below)


def _settle_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _settle_names(folder: Path) -> None:
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # a file system that does not do that for folders
            os.fsync(held)
    finally:
        os.close(held)


def exchange(one: Path, other: Path) -> bool:
    """Give each of two folders the name of the other at once; False where the system, or its disk, cannot."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return call is not None and call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


def hold(aside: Path) -> int | None:
    """Show other builds that somebody is at work in a folder: a lock, which a kill takes away. To be closed at the end.

    ``None`` where the disk has no locks.
    """
    folder = os.open(aside, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(folder)
        return None
    return folder


def free_beside(place: Path) -> Path:
    """Where the report at ``place`` is moved when another takes its name."""
    free = (place.with_name(f"{place.name}.{number}") for number in range(1, 1_000_000))
    return next(path for path in free if not os.path.lexists(path))


def clear_stale(root: Path, now: float) -> None:
    """Remove what killed builds left: what nobody holds, or is a day old. ``now`` is in epoch seconds.

    What is younger than a minute may be of a build that has not come to hold it yet, or of a list being written.
    """
    for path in (*root.glob(".index.*"), *root.glob("*/.controls.*")):
        with suppress(OSError):
            if _HALF.fullmatch(path.name) and path.lstat().st_mtime < now - _YOUNG:
                path.unlink()
    for path in (*root.glob(f"{ASIDE}*"), *root.glob(f"*/{ASIDE}*")):  # those beside a report are of its sealing
        try:
            changed = path.stat().st_mtime
        except OSError:  # its build has ended
            continue
        if changed < now - STALE or (changed < now - _YOUNG and _is_left(path)):
            shutil.rmtree(path, ignore_errors=True)


def _is_left(path: Path) -> bool:
    try:
        held = hold(path)
    except OSError:
        return False
    if held is None:
        return False
    os.close(held)
    return True
