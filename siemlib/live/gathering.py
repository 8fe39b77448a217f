"""Every row of a span of time, gathered in slices: by what came back, and by counts where something did not fit.

A first query of the whole span gives its newest rows. If that is not all, they are kept as far as their last
millisecond, and what is older is asked for: at once where the service said how many rows it matched and they fit, else
in the slices that a count makes. A slice that comes back full, because events arrived meanwhile or a count was wrong,
is cut in the same way; one that the service gave up after its longest time is asked again in halves, which take it less
time. Whatever the counts say, the slices that are kept cover the span, each moment once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from siemlib.live.slicing import (
    MOST_BINS,
    Beginning,
    Cell,
    Slice,
    cells,
    countings,
    halves,
    overfull,
    packed,
    refined,
    shortest_half,
)
from siemlib.model.timespan import render_millis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from siemlib.live.service import Page

    Fetch = Callable[[Slice], "FetchedSlice"]
    Count = Callable[[Slice, int], Mapping[int, int] | None]
    """Rows by the start of their bin, in epoch milliseconds, of bins of so many milliseconds; ``None``: unknown."""
    Halve = Callable[["FetchedSlice"], bool]
    """Whether there is time to ask again for a slice that timed out; where it says so, that is done."""
    Together = Callable[[Sequence[Callable[[], Any]]], list[Any]]


@dataclass(frozen=True)
class FetchedSlice:
    """What one query gave of one slice."""

    rows: int
    full: bool
    """Whether there may be more rows than the query gave, because it gave as many as it was asked for."""
    pages: Callable[[], Iterable[Page]]
    """Reads them again, in order."""
    oldest: int | None = None
    """Epoch milliseconds of the last row; ``None`` where the rows do not tell their time, or are not newest first."""
    newer: int = 0
    """The rows before those of ``oldest``, of which there may be more."""
    matched: int | None = None
    """Rows of the slice, as far as the service says it."""
    timed_out: str = ""
    """The id of a query that ended before it had found every row, because it took too long."""


@dataclass(frozen=True)
class Piece:
    """The first ``take`` rows of what was fetched: all rows of ``slice``, but for what an :class:`Overflow` says."""

    slice: Slice
    fetched: FetchedSlice
    take: int


@dataclass(frozen=True)
class Overflow:
    """A millisecond with more rows than a query gives; what is left out of it."""

    moment: int
    taken: int
    left_out: int | None
    """``None``: nobody knows how many."""

    def __str__(self) -> str:
        """For people: a sentence."""
        missing = "an unknown number more" if self.left_out is None else f"{self.left_out:,} more"
        return (
            f"In the millisecond {render_millis(self.moment)} there are more rows than one query gives:"
            f" {self.taken:,} are here, {missing} left out."
        )


@dataclass(frozen=True)
class Gathered:
    """Every row of a span: ``pieces``, newest first, cover it without gap or overlap."""

    pieces: tuple[Piece, ...]
    overflows: tuple[Overflow, ...]
    counted: int | None
    """Rows that the queries or counts spoke of when they were asked; ``None`` where none did of all."""
    fetched: int
    """Queries for rows; ``counts`` are those that counted."""
    counts: int
    uncertain: bool = False
    """Whether a count did not come to its end, or a slice that timed out was kept: no sum is right then."""

    @property
    def rows(self) -> int:
        """How many there are."""
        return sum(piece.take for piece in self.pieces)


def joined(parts: Iterable[Gathered], counted: int) -> Gathered:
    """All rows of spans side by side, of which the service said that there are ``counted``."""
    found = list(parts)
    pieces = sorted((piece for part in found for piece in part.pieces), key=lambda piece: -piece.slice.start)
    overflows = sorted((each for part in found for each in part.overflows), key=lambda overflow: -overflow.moment)
    fetched, counts = sum(part.fetched for part in found), sum(part.counts for part in found)
    uncertain = any(part.uncertain for part in found)
    told = None if uncertain else counted
    return Gathered(tuple(pieces), tuple(overflows), told, fetched, counts, uncertain=uncertain)


class RowsSeen:
    """What must be known of the rows of one query; give it each page as it comes, from the first one."""

    def __init__(self) -> None:
        self.rows = 0
        self._first: str | None = None
        self._last: str | None = None
        self._newer = 0
        self._ordered = True

    def add(self, page: Page) -> None:
        """Take the next page."""
        before, self.rows = self.rows, self.rows + page.rows
        if not self._ordered or not page.rows:
            return
        times = page.columns[page.names.index("@timestamp")] if "@timestamp" in page.names else [None]
        # Texts of this form sort as the times do.
        for place, text in enumerate(times):
            if text is None or (self._last is not None and text > self._last):
                self._ordered = False
                return
            if text != self._last:
                self._last, self._newer = text, before + place
                self._first = self._first or text

    def beginning(self, matched: int) -> Beginning:
        """What they say of all rows, of which there are ``matched``."""
        newest, oldest = (millis_of(text) if self._ordered and text else None for text in (self._first, self._last))
        return Beginning(matched, self.rows, newest, oldest)

    def fetched(self, limit: int, pages: Callable[[], Iterable[Page]], matched: int | None) -> FetchedSlice:
        """What the query gave, which was asked for at most ``limit`` rows.

        ``matched`` are the rows that the service says there are. Where it says fewer than came, it is not believed, and
        it is never believed that a query is complete which gave all the rows that it may.
        """
        believed = matched if matched is not None and matched >= self.rows else None
        oldest = millis_of(self._last) if self._ordered and self._last is not None else None
        newer = self._newer if oldest is not None else 0
        return FetchedSlice(self.rows, self.rows >= limit, pages, oldest, newer, believed)


def millis_of(text: str) -> int | None:
    """Epoch milliseconds of a time as GetQueryResults writes it; ``None`` for anything else."""
    try:
        time = datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
    except ValueError:
        return None
    return int(time.timestamp()) * 1000 + time.microsecond // 1000


def gather(  # noqa: PLR0913 - what is asked, whom, and what is known already
    span: Slice,
    *,
    most: int,
    fetch: Fetch,
    count: Count,
    together: Together | None = None,
    first: FetchedSlice | None = None,
    matched: int | None = None,
    halve: Halve | None = None,
) -> Gathered:
    """Every row of ``span``.

    ``fetch`` gives at most ``most`` rows of a slice, newest first; ``count`` at most so many bins. ``first`` is what a
    query of the whole span has given already, ``matched`` how many rows there are, if that is known. ``halve`` is
    asked of slices that timed out; without it they are kept as they came.
    """
    return _Gathering(span, most, fetch, count, together or _one_by_one, halve or _never).run(first, matched)


def _never(fetched: FetchedSlice) -> bool:
    del fetched
    return False


def _one_by_one(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    return [job() for job in jobs]


@dataclass(frozen=True)
class _Rest:
    """What is still to be asked."""

    slice: Slice
    rows: int | None = None
    """Expected."""
    halved: bool = False
    """Whether it is asked in halves: a count has promised that the slice fits, and it did not; or it took too long."""


@dataclass
class _Gathering:
    span: Slice
    most: int
    fetch: Fetch
    count: Count
    together: Together
    halve: Halve
    pieces: list[Piece] = field(default_factory=list)
    overflows: list[Overflow] = field(default_factory=list)
    fetched: int = 0
    counts: int = 0
    uncertain: bool = False

    @property
    def capacity(self) -> int:
        """Rows that a slice is planned to hold: with one less than the most, a full one is known to be full."""
        return max(1, self.most - 1)

    def run(self, first: FetchedSlice | None, matched: int | None) -> Gathered:
        rests = [_Rest(self.span, matched)]
        if first is not None:
            self.fetched += 1
            rests = self._settle(_Rest(self.span), first)
        elif matched is None:
            first = self._fetched(rests)[0]
            rests = self._settle(rests[0], first)
        counted = matched if first is None else first.matched
        while rests:
            planned = self._planned(rests)
            if counted is None and all(rest.rows is not None for rest in planned):
                counted = sum(piece.take for piece in self.pieces) + sum(rest.rows or 0 for rest in planned)
            answers = self._fetched(planned)
            rests = [left for rest, got in zip(planned, answers, strict=True) for left in self._settle(rest, got)]
        self.pieces.sort(key=lambda piece: -piece.slice.start)
        self.overflows.sort(key=lambda overflow: -overflow.moment)
        counted = None if self.uncertain else counted
        return Gathered(
            tuple(self.pieces), tuple(self.overflows), counted, self.fetched, self.counts, uncertain=self.uncertain
        )

    def _fetched(self, rests: Sequence[_Rest]) -> list[FetchedSlice]:
        self.fetched += len(rests)
        return self.together([partial(self.fetch, rest.slice) for rest in rests])

    def _settle(self, rest: _Rest, got: FetchedSlice) -> list[_Rest]:
        """Keep what is whole of an answer, and say what must be asked again."""
        span = rest.slice
        if got.timed_out and span.millis >= 2 * shortest_half(self.span) and self.halve(got):
            return [_Rest(span, halved=True)]
        self.uncertain |= bool(got.timed_out)
        if not got.full:
            self.pieces.append(Piece(span, got, got.rows))
            return []
        oldest = got.oldest
        if oldest is not None and not span.start <= oldest < span.end:
            oldest = None  # a service that gives rows of another time is not to be cut by them
        if oldest is not None and oldest + 1 < span.end:
            self.pieces.append(Piece(Slice(oldest + 1, span.end), got, got.newer))
            left = None if got.matched is None else got.matched - got.newer
            return [_Rest(Slice(span.start, oldest + 1), left)]
        if oldest is None and span.millis > 1:
            return [_Rest(span, got.matched, halved=rest.rows is not None and rest.rows <= self.capacity)]
        # All rows are of the newest millisecond, and it may hold more than a query gives.
        moment = Slice(span.end - 1, span.end)
        self.pieces.append(Piece(moment, got, got.rows))
        matched = got.matched if span.millis == 1 else None
        there = matched if matched is not None and matched > got.rows else self._there(moment)
        if there != got.rows:
            left_out = there - got.rows if there > got.rows else None
            self.overflows.append(Overflow(moment.start, got.rows, left_out))
        return [_Rest(Slice(span.start, moment.start))] if span.millis > 1 else []

    def _there(self, moment: Slice) -> int:
        """The rows of one millisecond."""
        self.counts += 1
        return sum(cell.rows for cell in cells(moment, self.count(moment, 1) or {}, 1))

    def _planned(self, rests: Sequence[_Rest]) -> list[_Rest]:
        """The slices to fetch next."""
        planned: list[_Rest] = []
        unknown: list[Slice] = []
        for rest in rests:
            if rest.halved:
                planned += [_Rest(half) for half in halves(rest.slice)]
            elif rest.slice.millis == 1 or (rest.rows is not None and rest.rows <= self.capacity):
                planned.append(rest)
            else:
                unknown.append(rest.slice)
        for covering in self._counted(unknown):
            planned += [_Rest(cell.slice, cell.rows) for cell in packed(covering, self.capacity)]
        return planned

    def _counted(self, spans: Sequence[Slice]) -> list[list[Cell]]:
        """Cells of each span, all as small as they need to be."""
        covering = [self._cells(countings(span, self._bins)) for span in spans]
        for place, each in enumerate(covering):
            found = each
            while runs := overfull(found, self.capacity):
                finer = [again for run in runs for again in countings(run.slice, self._bins, run.bin)]
                found = refined(found, self._cells(finer))
            covering[place] = found
        return covering

    @property
    def _bins(self) -> int:
        return min(self.most, MOST_BINS)

    def _cells(self, asked: Sequence[tuple[Slice, int]]) -> list[Cell]:
        self.counts += len(asked)
        answers = self.together([partial(self.count, span, size) for span, size in asked])
        self.uncertain |= None in answers
        pairs = zip(asked, answers, strict=True)
        return [cell for (span, size), found in pairs for cell in cells(span, found or {}, size)]
