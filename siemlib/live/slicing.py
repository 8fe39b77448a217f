"""Which slices of time hold how many rows. Nothing here asks anybody, or knows what a row is.

Time is half-open and in epoch milliseconds. A count of events by bins becomes cells; a cell that holds more rows than a
query may give is counted again with finer bins, down to one millisecond; cells side by side are then put together to as
few slices as hold them. Nothing rests on the counts being right: a slice that comes back full is cut again.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

BINS = {
    1: "1ms",
    10: "10ms",
    100: "100ms",
    1_000: "1s",
    10_000: "10s",
    60_000: "1m",
    600_000: "10m",
    3_600_000: "1h",
    21_600_000: "6h",
    86_400_000: "1d",
}
"""Bins in milliseconds, as the language writes them: none is above its caps (``bin(300s)`` would be a minute), each is
a multiple of the one before, and all lie alike on the epoch."""

_SECOND = 1000
_GUESSES, _SURE, _LEAST_SEEN, _MOST_UNEVEN = 2, 0.95, 0.05, 3.0
"""Slices that are guessed; what part of a full query's rows they are meant to hold; and what must be known for that:
what part of them was seen, and by how much their rows for each moment are more, or fewer, than those of the span."""
_WHOLE_SECONDS_FROM = 10_000
"""Milliseconds of a slice; the edges of shorter ones are not moved to whole seconds, which are free of conditions."""

MOST_BINS = 10_000
"""Rows of one page: a count must not take longer than it saves."""
_LARGEST = max(BINS)
_SHORTEST, _MOST_PARTS = 60_000, 64
"""Of slices that are halved because they timed out: their milliseconds, and how many may make up the span. Each may
take the service an hour, and is paid for."""


@dataclass(frozen=True, slots=True)
class Slice:
    """``[start, end)`` in epoch milliseconds."""

    start: int
    end: int

    @property
    def millis(self) -> int:
        """How long it is."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Cell:
    """A slice and how many rows a count found in it; ``bin`` is the size of the bins of that count."""

    slice: Slice
    rows: int
    bin: int


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the first page of a query, newest first, says of all its rows."""

    matched: int
    """How many there are."""
    rows: int
    """Of the page."""
    newest: int | None
    """Epoch milliseconds; ``None`` for both where the rows do not tell their time."""
    oldest: int | None
    """Of the page."""


def guessed(span: Slice, most: int, known: Beginning) -> list[Slice]:
    """What a query of ``span`` that gives ``most`` rows will hold, and slices of as many rows next to it, newest first.

    None where the page says too little, or not what the whole span says: then it is a burst, or a lull before one. They
    go back to the start of the span where that seems to be all.
    """
    if known.newest is None or known.oldest is None or not span.start <= known.oldest < known.newest < span.end:
        return []
    density = (known.rows - 1) / (known.newest - known.oldest)
    uneven = density * (known.newest - span.start) / max(1, known.matched)
    if known.rows < max(2, most * _LEAST_SEEN) or not 1 / _MOST_UNEVEN <= uneven <= _MOST_UNEVEN:
        return []
    rows = max(1, int(most * _SURE))
    millis = max(1, int(rows / density))
    edges, left = [span.end], known.matched
    for place in range(1, _GUESSES + 2):
        edge = known.newest - place * millis
        edge = -(-edge // _SECOND) * _SECOND if millis >= _WHOLE_SECONDS_FROM else edge
        if edge <= span.start or (place > 1 and left <= rows):
            edge = span.start
        edges.append(edge)
        left -= rows
        if edge == span.start:
            break
    # A query that gives as many rows as it may has not seen the start of the span.
    return [] if edges[1] == span.start else [Slice(start, end) for end, start in pairwise(edges)]


def countings(span: Slice, most: int, finer_than: int | None = None) -> list[tuple[Slice, int]]:
    """Slices that cover ``span``, oldest first, each with the bins by which to count it.

    The bins are as fine as a count of at most ``most`` rows allows, and finer than ``finer_than``.
    """
    sizes = [size for size in BINS if finer_than is None or size < finer_than]
    most = max(1, min(most, MOST_BINS))
    size = next((size for size in sizes if _bins(span, size) <= most), sizes[-1])
    if _bins(span, size) <= most:
        return [(span, size)]
    first = span.start // size * size
    edges = [span.start, *range(first + most * size, span.end, most * size), span.end]
    return [(Slice(start, end), size) for start, end in pairwise(edges)]


def _bins(span: Slice, size: int) -> int:
    return -(-span.end // size) - span.start // size


def cells(span: Slice, counts: Mapping[int, int], size: int) -> list[Cell]:
    """Cells that cover ``span``, oldest first; ``counts`` are by the start of their bins, in any order.

    Bins that are missing hold nothing. What was counted outside ``span`` is no part of it.
    """
    found: dict[int, int] = {}
    for start, rows in counts.items():
        floor = start // size * size
        if rows > 0 and floor < span.end and floor + size > span.start:
            found[floor] = found.get(floor, 0) + rows
    covering: list[Cell] = []
    position = span.start
    for start in sorted(found):
        begin, end = max(start, span.start), min(start + size, span.end)
        if begin > position:
            covering.append(Cell(Slice(position, begin), 0, size))
        covering.append(Cell(Slice(begin, end), found[start], size))
        position = end
    if position < span.end:
        covering.append(Cell(Slice(position, span.end), 0, size))
    return covering


def overfull(covering: Sequence[Cell], capacity: int) -> list[Cell]:
    """Runs of cells, each of more rows than a slice may hold, that can still be counted with finer bins."""
    runs: list[Cell] = []
    for cell in covering:
        if cell.rows <= capacity or cell.slice.millis == 1 or cell.bin == 1:
            continue
        if runs and runs[-1].slice.end == cell.slice.start:
            last = runs.pop()
            runs.append(Cell(Slice(last.slice.start, cell.slice.end), last.rows + cell.rows, last.bin))
        else:
            runs.append(cell)
    return runs


def refined(covering: Sequence[Cell], finer: Iterable[Cell]) -> list[Cell]:
    """``covering`` with ``finer`` cells in the place of those that they cover."""
    new = sorted(finer, key=lambda cell: cell.slice.start)
    inside = _Inside([cell.slice for cell in new])
    kept = [cell for cell in covering if not inside.covers(cell.slice)]
    return sorted([*kept, *new], key=lambda cell: cell.slice.start)


class _Inside:
    """Whether a slice begins within one of others."""

    def __init__(self, slices: Sequence[Slice]) -> None:
        self._runs: list[Slice] = []
        for each in slices:
            if self._runs and self._runs[-1].end == each.start:
                self._runs[-1] = Slice(self._runs[-1].start, each.end)
            else:
                self._runs.append(each)

    def covers(self, slice_: Slice) -> bool:
        return any(run.start <= slice_.start < run.end for run in self._runs)


def packed(covering: Sequence[Cell], capacity: int) -> Iterator[Cell]:
    """Slices of at most ``capacity`` rows, newest first, as few as can be; together they cover what the cells cover.

    A cell of more rows, which could not be counted finer, is a slice of its own.
    """
    end: int | None = None
    start = rows = size = 0
    for cell in reversed(covering):
        if end is not None and rows + cell.rows > capacity and rows:
            yield Cell(Slice(start, end), rows, size)
            end, rows = None, 0
        if end is None:
            end = cell.slice.end
        start, rows, size = cell.slice.start, rows + cell.rows, cell.bin
    if end is not None:
        yield Cell(Slice(start, end), rows, size)


def halves(span: Slice) -> list[Slice]:
    """The newer and the older half; cut at a whole second where there is one."""
    middle = span.start + span.millis // 2
    whole = middle // 1000 * 1000
    middle = whole if whole > span.start else middle
    return [Slice(middle, span.end), Slice(span.start, middle)]


def shortest_half(span: Slice) -> int:
    """Milliseconds, below which no slice of ``span`` is cut because it timed out: then it is not for its length."""
    return max(_SHORTEST, span.millis // _MOST_PARTS)
