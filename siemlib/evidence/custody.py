"""The custody log: who did what to the evidence, when and why.

One JSON object a line. Each holds in ``previous`` the SHA-256 of the line before it (its bytes without the line feed),
the first one sixty-four zeros, so that no line can be changed, dropped or slipped in without breaking the chain.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from siemlib.model.clock import now

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = "unknown"
_START = "0" * 64


def user() -> str:
    """Who is at work: ``SIEM_USER`` where it is set, else the name of the login; ``unknown`` where there is none."""
    if given := os.environ.get("SIEM_USER"):
        return given
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return NOBODY


def append(log: Path, what: str, *, why: str, who: str | None = None) -> None:
    """Add one entry; the file is made if it is not there. On disk when this returns."""
    lines = log.read_bytes().splitlines() if log.exists() else []
    entry = {
        "sequence": len(lines) + 1,
        "time": now().isoformat(),
        "who": user() if who is None else who,
        "what": what,
        "why": why,
        "previous": _digest(lines[-1]) if lines else _START,
    }
    with log.open("ab") as file:
        file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def entries(log: Path) -> list[dict[str, Any]]:
    """Every entry, in order. Raises ValueError for a line that is no JSON."""
    return [json.loads(line) for line in log.read_bytes().splitlines()]


def verify(log: Path) -> list[str]:
    """What is wrong with the chain, as sentences; empty when it holds."""
    problems = []
    previous = _START
    for number, line in enumerate(log.read_bytes().splitlines(), start=1):
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        if not isinstance(entry, dict):
            problems.append(f"entry {number} is no JSON object")
        elif entry.get("sequence") != number:
            problems.append(f"entry {number} is numbered {entry.get('sequence')}")
        elif entry.get("previous") != previous:
            problems.append(f"entry {number} does not follow from the entry before it")
        previous = _digest(line)
    return problems


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
