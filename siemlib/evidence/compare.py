"""Rows that a run gave once against those that it gives now, one by one.

Memory grows with the rows of now, which an engine just gave; what was kept is read in a stream, whatever its length.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.errors import EvidenceError
from siemlib.evidence.digest import canonical_row, sha256_rows
from siemlib.evidence.rows import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    Row = Mapping[str, str]

SHOWN = 10
"""Rows that differ of which the text is kept."""
_LONGEST_ROW = 64 << 20
_ACCOUNT = re.compile(r"[0-9]{12}:")
POINTER, LOG = "@ptr", "@log"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of kept rows, with what the record of its run tells of it."""

    path: Path
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of it. Rows that are there several times count as often as they are there."""

    kept: int
    now: int
    only_kept: int = 0
    only_now: int = 0
    moved: bool = False
    """The same rows, but in another order."""
    loosely: bool = False
    """Pointers of events (``@ptr``) and the account in ``@log`` differ, and nothing else did; or they were left out."""
    gone: tuple[Row, ...] = ()
    """The first rows that were there only then."""
    new: tuple[Row, ...] = ()
    """The first rows that are there only now."""

    @property
    def same_rows(self) -> bool:
        """Whether each row of then is there now and the reverse, in whatever order."""
        return not self.only_kept and not self.only_now


def compare_rows(kept: Kept, rows: Sequence[Row]) -> Comparison:
    """Compare; exactly first, and where that differs, without what each engine writes in its own way.

    Raises EvidenceError for rows that are not in canonical form, and OSError where they cannot be read.
    """
    if sha256_rows(rows) == kept.sha256:
        return Comparison(len(rows), len(rows))
    found = _compare(kept, rows, loosely=False)
    own = any(POINTER in row or LOG in row for row in (*rows[:1], *found.gone))
    return _compare(kept, rows, loosely=True) if own and not (found.same_rows and not found.moved) else found


def _compare(kept: Kept, rows: Sequence[Row], *, loosely: bool) -> Comparison:
    digests = [_digest(row, loosely=loosely) for row in rows]
    left = Counter(digests)
    count = only_kept = 0
    moved = False
    gone: list[Row] = []
    for place, row in enumerate(kept_rows(kept)):
        digest = _digest(row, loosely=loosely)
        moved = moved or place >= len(digests) or digests[place] != digest
        count += 1
        if left[digest] > 0:
            left[digest] -= 1
            continue
        only_kept += 1
        if len(gone) < SHOWN:
            gone.append(_loose(row) if loosely else row)
    new = [] if not +left else _first_of(left, zip(digests, rows, strict=True))
    only_now = sum((+left).values())
    same = not only_kept and not only_now
    return Comparison(count, len(rows), only_kept, only_now, moved and same, loosely, tuple(gone), tuple(new))


def _first_of(left: Counter[bytes], rows: Iterator[tuple[bytes, Row]]) -> list[Row]:
    """Of rows that are there more often now the last ones count as new; their text is the same."""
    wanted = +left
    found: list[Row] = []
    for digest, row in rows:
        if wanted[digest] > 0 and len(found) < SHOWN:
            wanted[digest] -= 1
            found.append(row)
    return found


def kept_rows(kept: Kept) -> Iterator[dict[str, str]]:
    """The rows of a file, one at a time. Raises EvidenceError for what is no row."""
    for number, line in enumerate(_lines(kept), start=1):
        try:
            row = json.loads(line.decode("utf-8", "surrogatepass"))
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
            raise EvidenceError(f"row {number:,} of what was kept is no JSON object of texts")
        yield row


def _lines(kept: Kept) -> Iterator[bytes]:
    held = b""
    for block in pieces(kept.path, kept.bytes):
        *lines, held = (held + block).split(b"\n")
        yield from lines
        if len(held) > _LONGEST_ROW:
            raise EvidenceError(f"a row of what was kept is longer than {_LONGEST_ROW:,} bytes")
    if held:
        yield held


def _digest(row: Row, *, loosely: bool) -> bytes:
    return hashlib.sha256(canonical_row(_loose(row) if loosely else row)).digest()[:16]


def _loose(row: Row) -> Row:
    """A row without what each engine writes in its own way."""
    found = {name: value for name, value in row.items() if name != POINTER}
    if LOG in found:
        found[LOG] = _ACCOUNT.sub("", found[LOG], count=1) if _ACCOUNT.match(found[LOG]) else found[LOG]
    return found
