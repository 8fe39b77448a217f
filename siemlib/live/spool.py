"""Every page of the service on disk as it came; what is there whole, and final, is not asked again.

::

    spool/                              for its owner alone (0700)
      lock                              held for an instant while a folder is made, finished or cleared away
      ledger.ndjson                     what was asked and what it cost (:mod:`siemlib.live.cost`)
      making/<random>/                  an asking at work; its writer holds a lock on the file ``lock`` in it
      asks/<key>/<asking>/              an asking that ended; nothing in it is ever changed
        ask.json                        what was asked, for people
        page-00001.json.gz              the body of one answer of GetQueryResults, byte for byte
        end.json                        how it ended, and the SHA-256 of every page

``key`` is the SHA-256 of what was asked (:func:`key_of`); ``asking`` says when, and tells two of one instant apart. The
same may be asked several times: while its time was still open, or with ``--fresh``. Each asking stays, because a run
rests on it; the newest one that may be used speaks.

An asking becomes visible by one rename, when all of it is on disk. A process that is killed before leaves a folder in
``making`` without a lock, which the next one clears away. Two processes that ask the same write two folders.
"""

from __future__ import annotations

import errno
import fcntl
import gzip
import hashlib
import json
import os
import secrets
import shutil
import stat
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TextIO
from urllib.parse import urlsplit

from siemlib.errors import UsageError
from siemlib.live.errors import LiveError
from siemlib.live.spooled import VERSION, DamagedError, End, PageFile, Spooled, read_spooled
from siemlib.model import clock
from siemlib.model.timespan import from_millis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from types import TracebackType

    from siemlib.live.running import Outcome
    from siemlib.live.service import Ask, Page

_LEVEL = 1
"""Of gzip: as fast as pages come, and still a fifth to a tenth of their size."""
_LEFT_FREE = 256 << 20
"""Bytes of the disk that pages do not take: others write there as well."""
_ROOM = "make room (siem spool clear --older-than 30d), or name another folder as spool in [live] of siem.toml"


class SpoolError(LiveError):
    """The spool cannot be written. Its folder is in the hint: messages are kept in records, which name no path."""


class Spool:
    """The pages of one account and Region. May be used by several threads, and by several processes."""

    def __init__(
        self, folder: Path, *, account: str | None, region: str, fresh: bool = False, endpoint: str = ""
    ) -> None:
        """``endpoint``: where it is not the service's own; what stands there is another's data.

        ``fresh``: what was asked before now is not found. Raises UsageError for a folder that others may write to.
        """
        self._folder = folder
        self._place: dict[str, Any] = {"account": account, "region": region, "endpoint": _bare(endpoint)}
        self._since = clock.now() if fresh else None
        prepare(folder)
        with _writing(folder):
            _clear_making(folder)

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self._folder

    @property
    def account(self) -> str | None:
        """Whose it is."""
        account: str | None = self._place["account"]
        return account

    @property
    def endpoint(self) -> str:
        """Where it is asked; empty: the service's own endpoint."""
        endpoint: str = self._place["endpoint"]
        return endpoint

    def found(self, ask: Ask, *, note: Callable[[str], None] | None = None, gave_up: bool = False) -> Spooled | None:
        """The newest asking that answers ``ask`` for good: complete, over a time that was closed, and undamaged.

        Of one that is damaged, ``note`` is told a sentence; the same is then asked again. ``gave_up``: the newest one
        that took the service too long instead.
        """
        for folder in _newest_first(self._folder / "asks" / key_of(ask, **self._place)):
            try:
                spooled = read_spooled(folder, ask)
                wanted = spooled.end.gave_up if gave_up else spooled.final
                if wanted and (self._since is None or spooled.outcome.started >= self._since):
                    spooled.check()
                    return spooled
            except DamagedError as error:
                if note:
                    note(f"{error.message[:1].upper()}{error.message[1:]}; it was asked again.")
        return None

    def keep(self, ask: Ask) -> Keeper:
        """What writes the pages of one asking as they come; to be used as a context manager."""
        return Keeper(self._folder, ask, self._place)

    def files(self, name: str) -> dict[str, Path]:
        """The files of one asking by their names below ``asks/``; ``name`` is :attr:`Spooled.name`.

        Raises DamagedError where it is gone.
        """
        folder = self._folder / "asks" / name
        if not folder.is_dir():
            raise DamagedError(f"the spool's answer {name} is gone: it was cleared away while a run rested on it")
        return {f"{name}/{path.name}": path for path in sorted(folder.iterdir()) if path.is_file()}


class Keeper:
    """Writes one asking. Left without :meth:`end`, nothing of it stays."""

    def __init__(self, folder: Path, ask: Ask, place: dict[str, Any]) -> None:
        self._spool = folder
        self._ask = ask
        self._place = place
        self._pages: list[PageFile] = []
        self._making = folder / "making" / secrets.token_hex(8)
        self._lock: TextIO | None = None

    def __enter__(self) -> Self:
        with _writing(self._spool):
            self._making.mkdir(mode=0o700, parents=True)
            self._lock = (self._making / "lock").open("w", encoding="ascii")
            with suppress(OSError):  # a file system without locks: then nothing is cleared away either
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _write_json(self._making / "ask.json", _ask_document(self._ask, self._place))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._making, ignore_errors=True)
        if self._lock:
            self._lock.close()

    def add(self, page: Page) -> None:
        """Write a page at once. Raises SpoolError where that is not possible."""
        name = f"page-{len(self._pages) + 1:05d}.json.gz"
        packed = gzip.compress(page.body, _LEVEL, mtime=0)
        with _telling(self._spool):
            if shutil.disk_usage(self._making).free - len(packed) < _LEFT_FREE:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            (self._making / name).write_bytes(packed)
        self._pages.append(
            PageFile(
                file=name,
                rows=page.rows,
                bytes=len(page.body),
                sha256=hashlib.sha256(page.body).hexdigest(),
                file_bytes=len(packed),
                file_sha256=hashlib.sha256(packed).hexdigest(),
            )
        )

    def forget(self) -> None:
        """Take back every page: the query is run again from its first row. Raises SpoolError."""
        with _telling(self._spool):
            for page in self._pages:
                (self._making / page.file).unlink()
        self._pages.clear()

    def end(self, outcome: Outcome, *, closed: bool) -> Spooled:
        """Make the asking visible, however it ended; what it holds is on disk then.

        ``closed``: no event of its time could still come when it was asked. Raises SpoolError.
        """
        end = End.of(outcome, tuple(self._pages), closed=closed)
        key = key_of(self._ask, **self._place)
        asking = f"{outcome.started:%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(4)}"
        place = self._spool / "asks" / key / asking
        with _telling(self._spool):
            _write_json(self._making / "end.json", end.model_dump(mode="json"))
            for path in self._making.iterdir():
                _settle(path)
            _settle(self._making)
        with _writing(self._spool):
            (self._making / "lock").unlink()
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._making.rename(place)
            _settle(place.parent)
        return Spooled(place, outcome, end)


# ── what the user may look at and clear ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Kept:
    """One asking, as ``siem spool list`` shows it."""

    name: str
    asked: datetime
    status: str
    final: bool
    rows: int
    bytes: int
    """On disk."""
    document: dict[str, Any]
    """``ask.json``."""
    folder: Path


def kept(folder: Path) -> Iterator[Kept]:
    """Every asking in the spool in ``folder``, the newest first; damaged ones too, as ``damaged``."""
    askings = [path for path in (folder / "asks").glob("*/*") if path.is_dir()]
    for path in sorted(askings, key=lambda path: (path.name, path.parent.name), reverse=True):
        with suppress(FileNotFoundError):  # another process has just cleared it away
            yield _kept(path)


def _kept(path: Path) -> Kept:
    held = sum(file.stat().st_size for file in path.iterdir())
    try:
        document = dict(json.loads((path / "ask.json").read_bytes()))
        end = End.read(path)
    except (OSError, ValueError, TypeError, DamagedError):
        changed = from_millis(int(path.stat().st_mtime * 1000))
        return Kept(_name(path), changed, "damaged", final=False, rows=0, bytes=held, document={}, folder=path)
    return Kept(_name(path), end.started, end.status, end.final, end.rows, held, document, path)


def clear(folder: Path, *, before: datetime | None = None) -> tuple[int, int]:
    """Remove what was asked before an instant, or everything; the number of askings and of bytes that went."""
    count = gone = 0
    for each in kept(folder):
        if before is not None and each.asked >= before:
            continue
        away = folder / "making" / f"gone-{secrets.token_hex(8)}"
        with _writing(folder):
            if not each.folder.exists():  # another process was quicker
                continue
            each.folder.rename(away)
            with suppress(OSError):  # others of the same question stay
                each.folder.parent.rmdir()
        shutil.rmtree(away, ignore_errors=True)
        count, gone = count + 1, gone + each.bytes
    with _writing(folder):
        _clear_making(folder)
    return count, gone


def total_bytes(folder: Path) -> int:
    """Bytes of the whole spool."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


# ── names and files ──────────────────────────────────────────────────────────────────────────────────────────────────


def key_of(ask: Ask, *, account: str | None, region: str, endpoint: str = "") -> str:
    """The SHA-256 of everything that the answer depends on, as canonical JSON; log groups have no order."""
    said = {
        "version": VERSION,
        "account": account,
        "region": region,
        "endpoint": endpoint,
        "log_groups": sorted(ask.log_groups),
        "text": ask.text,
        "start": ask.start,
        "end": ask.end,
        "limit": ask.limit,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


def spool_folder(named: str | None) -> Path:
    """Where the spool is: as the settings name it, else ``siem/spool`` in the user's cache folder."""
    if named is not None:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "siem" / "spool"


def prepare(folder: Path) -> None:
    """Make the folder of a spool, for its owner alone.

    Raises UsageError for one that belongs to another or that others may write to: they could lay answers there.
    """
    try:
        for each in (folder, folder / "asks", folder / "making"):
            each.mkdir(mode=0o700, parents=each == folder, exist_ok=True)
        held = folder.stat()
    except OSError as error:
        raise UsageError(f"the spool {folder} cannot be written: {error.strerror}", hint=_ROOM) from None
    if held.st_uid != os.geteuid() or held.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        whose = "belongs to another user" if held.st_uid != os.geteuid() else "may be written to by others"
        raise UsageError(
            f"the spool {folder} {whose}, who could lay answers there that the service never gave",
            hint="name another folder as spool in [live] of siem.toml, or take their right away (chmod 700)",
        )


def _bare(url: str) -> str:
    """A URL without what may be a secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if url else ""


def _ask_document(ask: Ask, place: dict[str, Any]) -> dict[str, Any]:
    seconds = {"from": from_millis(ask.start * 1000), "to_inclusive": from_millis(ask.end * 1000 + 999)}
    times = {name: time.isoformat(timespec="milliseconds") for name, time in seconds.items()}
    return {"version": VERSION, **place, **asdict(ask), **times}


def _newest_first(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda path: path.name, reverse=True)
    except FileNotFoundError:
        return []


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _write_json(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="ascii")


def _settle(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _clear_making(folder: Path) -> None:
    """Remove what killed processes left; the spool's own lock is held, so that none is just being made."""
    for path in (folder / "making").iterdir():
        try:
            with (path / "lock").open("a", encoding="ascii") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            pass  # killed before it was locked, or on the way out
        except OSError:
            continue  # at work
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Alone among the threads and processes that make, finish or clear folders. Raises SpoolError."""
    with _telling(folder), (folder / "lock").open("a", encoding="ascii") as lock:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _telling(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SpoolError(f"the spool cannot be written: {reason}", hint=f"it is {folder}; {_ROOM}") from error
