"""The custody log: who did what to the evidence, when and why.

One JSON object a line. Each holds in ``previous`` the SHA-256 of the line before it (its bytes without the line feed),
the first one sixty-four zeros, so that no line can be changed, dropped or slipped in without breaking the chain.

A chain alone does not show that its last lines are gone. An *anchored* log has a second file beside it, its name with
``.head``: the number of lines and the digest of the last one, as they were after the last entry. Whoever can write both
files can still forge both, so that the head is worth copying to where others keep it.

Any number of processes may add to one log: each entry is written under a lock, in one piece. A process that is killed
while it writes leaves a line without its line feed; the next entry ends that line, follows from it, and tells of it.
"""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import json
import os
import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from siemlib.model.clock import now

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NOBODY = "unknown"
FOUND = "found"
"""The member of an entry that tells what was wrong with the end of the log when it was written, as sentences."""
_START = "0" * 64
_HEAD = re.compile(r"([1-9][0-9]{0,14}) ([0-9a-f]{64})\n")
MOST_LOG = 8 << 20
"""Bytes of the log of a report, which is read whole; those of our reports have about a thousand."""
_MOST_FAULTS = 1_000
_CUT_OFF = "the line before this one was cut off: its writer was stopped"


def user() -> str:
    """Who is at work: ``SIEM_USER`` where it is set, else the name of the login; ``unknown`` where there is none."""
    if given := os.environ.get("SIEM_USER"):
        return given
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return NOBODY


def append(  # noqa: PLR0913 - all but the first two are named
    log: Path,
    what: str,
    *,
    why: str,
    who: str | None = None,
    details: Mapping[str, Any] | None = None,
    anchored: bool = False,
) -> tuple[str, ...]:
    """Add one entry; the file is made if it is not there. On disk when this returns.

    ``details`` are further members of the entry, of plain JSON values. Gives what was found wrong with the end of the
    log, as sentences, usually none; the entry keeps them too. Raises OSError where the log cannot be written.
    """
    with _locked(log) as file:
        data = file.read()
        lines = _lines(data)
        torn = bool(data) and not data.endswith(b"\n")
        found = ([_CUT_OFF] if torn else []) + (_behind_head(log, lines) if anchored else [])
        entry = {
            "sequence": len(lines) + 1,
            "time": now().isoformat(),
            "who": user() if who is None else who,
            "what": what,
            "why": why,
            **(details or {}),
            **({FOUND: found} if found else {}),
            "previous": _digest(lines[-1]) if lines else _START,
        }
        line = json.dumps(entry, ensure_ascii=False).encode("utf-8", errors="surrogatepass")
        file.write((b"\n" if torn else b"") + line + b"\n")
        file.flush()
        os.fsync(file.fileno())
        if anchored:
            _write_head(log, len(lines) + 1, _digest(line))
    return tuple(found)


def entries(log: Path) -> list[dict[str, Any]]:
    """Every entry, in order. Raises ValueError for a line that is no JSON."""
    return [json.loads(line) for line in _lines(log.read_bytes())]


def readable(log: Path) -> list[dict[str, Any]]:
    """The same without the lines that are no entry: for showing a log that :func:`verify` finds fault with."""
    objects = (_object(line) for line in _lines(log.read_bytes()))
    return [entry for entry in objects if entry is not None]


def verify(log: Path, *, anchored: bool = False) -> list[str]:
    """What is wrong with the log, as sentences; empty when it holds. ``anchored``: it must also agree with its head."""
    with _still(log) as data:
        lines = _lines(data)
        behind = _against_head(log, lines) if anchored else []
    if behind and not data and log.exists() and log.stat().st_size:
        return verify(log, anchored=True)  # begun between the look at the log, which was not there yet, and at its head
    problems = []
    previous = _START
    for number, line in enumerate(lines, start=1):
        problems += _faults(number, line, previous, cut=number == len(lines) and not data.endswith(b"\n"))
        previous = _digest(line)
        if len(problems) >= _MOST_FAULTS:
            return [*problems, f"what follows entry {number} is not looked at"]
    return problems + behind


def head(log: Path) -> tuple[int, str]:
    """The number of lines and the digest of the last one, as the head of an anchored log tells them; 0 without one.

    Raises ValueError for a head that cannot be read.
    """
    try:
        text = head_file(log).read_text("ascii")
    except FileNotFoundError:
        return 0, _START
    if (held := _HEAD.fullmatch(text)) is None:
        message = f"not a head of a custody log: {text[:80]!r}"
        raise ValueError(message)
    return int(held[1]), held[2]


def head_file(log: Path) -> Path:
    """Where the head of a log is kept."""
    return log.with_name(log.name + ".head")


def _faults(number: int, line: bytes, previous: str, *, cut: bool) -> list[str]:
    entry = _object(line)
    if cut:
        return [f"entry {number} is cut off: its writer was stopped"]
    if entry is None:
        return [f"entry {number} is no JSON object"]
    if entry.get("sequence") != number:
        return [f"entry {number} is numbered {entry.get('sequence')}"]
    if entry.get("previous") != previous:
        return [f"entry {number} does not follow from the entry before it"]
    told = entry.get(FOUND, [])
    return [f"entry {number} tells: {each}" for each in (told if isinstance(told, list) else [told])]


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def _behind_head(log: Path, lines: list[bytes]) -> list[str]:
    """How the end of the log disagrees with its head. A kill between the two leaves the head one entry behind."""
    try:
        count, digest = head(log)
    except (OSError, ValueError):
        return ["the head of this log cannot be read"]
    if len(lines) < count:
        gone = count - len(lines)
        return [f"the last {f'{gone:,} entries are' if gone > 1 else 'entry is'} gone"]
    if count and _digest(lines[count - 1]) != digest:
        return [f"entry {count} is not the one that the head of this log names"]
    return [f"entries after {count} were not written by this program"] if len(lines) > count + 1 else []


def _against_head(log: Path, lines: list[bytes]) -> list[str]:
    if lines and not head_file(log).exists():
        return ["the head of this log is gone"]
    return _behind_head(log, lines)


def _write_head(log: Path, count: int, digest: str) -> None:
    aside = log.with_name(log.name + ".head.new")  # the lock is held: nobody else writes it
    aside.write_text(f"{count} {digest}\n", "ascii")
    aside.replace(head_file(log))


@contextmanager
def _locked(log: Path) -> Iterator[BinaryIO]:
    """The log, open for reading and adding, while no other process writes it."""
    with log.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        yield file


@contextmanager
def _still(log: Path) -> Iterator[bytes]:
    """All of the log, while no other process writes it or its head; nothing where there is no log."""
    try:
        file = log.open("rb")
    except FileNotFoundError:
        yield b""
        return
    with file:
        # A file system that has no locks is one to which nobody writes an entry either.
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_SH)
        yield file.read()


def _lines(data: bytes) -> list[bytes]:
    """Split at line feeds alone, so that the digests are of the exact bytes."""
    return data.removesuffix(b"\n").split(b"\n") if data else []


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
