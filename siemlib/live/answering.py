"""The rows of one run: the query whole, its rows in slices, or the whole query over events that came in slices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from siemlib.engine.protocol import DEFAULT_LIMIT
from siemlib.live.collected import Collecting
from siemlib.live.gathering import gather
from siemlib.live.rows import Rows
from siemlib.live.service import MOST_ROWS
from siemlib.model.run import Completeness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from siemlib.live.asking import Portion, Prepared
    from siemlib.live.asks import Asks
    from siemlib.live.gathering import FetchedSlice, Gathered
    from siemlib.live.service import Page

_TIME = "@timestamp"


@dataclass(frozen=True)
class Answering:
    """One run at work."""

    prepared: Prepared
    asks: Asks
    together: Callable[[Sequence[Callable[[], Any]]], list[Any]]
    kinds: Mapping[str, Sequence[str]]
    """The kinds of log of each log group, as far as they are known."""
    record: Callable[[str], Mapping[str, str]]
    """Every field of the event with this ``@ptr``."""

    def rows(self, *, every_row: bool) -> Rows:
        """The answer. Raises EndedError where no query of the service came to a good end, and as they do."""
        prepared = self.prepared
        if not prepared.whole:
            return self._here(every_row=every_row)
        # The query's own limit is obeyed by the service; and a limit behind ``estimate`` it does not compile.
        limit = None if prepared.bounded or prepared.plan.estimate else MOST_ROWS if every_row else DEFAULT_LIMIT + 1
        portion = prepared.rows if every_row else None
        # Rows that tell their time are kept where there are more of them, so these are asked for at once.
        ask = prepared.whole_ask(limit) if portion is None else portion.ask(prepared.span, MOST_ROWS)
        spooled = self.asks.ask(ask, why="whole")
        self.asks.book.check_ended()
        first = self.asks.fetched(spooled, limit or MOST_ROWS, counts_rows=prepared.one_row_each)
        counts = spooled.outcome.counts
        if portion is not None:
            return self._sliced(portion, first, counts.matched, counts.scanned)
        if limit is None or not first.full:
            if limit is not None and first.matched is not None:
                self.asks.book.check("rows", first.rows, first.matched, by="the service's own recordsMatched")
            return Rows.of(prepared, [(first, first.rows)], counts.matched, counts.scanned)
        if not every_row:
            return Rows.of(prepared, [(first, DEFAULT_LIMIT)], counts.matched, counts.scanned, truncated=True)
        if prepared.events:
            return self._here(every_row=True)
        why = f"the service gives at most {MOST_ROWS:,} rows, and the query cannot be run here: {prepared.obstacle}"
        self.asks.book.gap(prepared.span.start, prepared.span.end, why, Completeness.TRUNCATED)
        return Rows.of(prepared, [(first, first.rows)], counts.matched, counts.scanned)

    def _sliced(self, portion: Portion, first: FetchedSlice, matched: int, scanned: int) -> Rows:
        timed = any(column.name == _TIME for column in self.prepared.plan.columns)
        found = self._gathered(portion, first, counts_rows=self.prepared.one_row_each)
        pieces = [(piece.fetched, piece.take) for piece in found.pieces]
        return Rows.of(self.prepared, pieces, matched, scanned, without=None if timed else _TIME)

    def _here(self, *, every_row: bool) -> Rows:
        """The whole query, run over its events."""
        with Collecting(sources=self.kinds, record=self.record) as collecting:
            enough = self.prepared.enough(every_row=every_row)
            # Of several portions the queries run side by side; events are written down in the order of the portions.
            jobs = [partial(self._events, portion, enough) for portion in self.prepared.events]
            for take, pages in chain.from_iterable(self.together(jobs)):
                collecting.add_pages(pages(), take)
            self.asks.book.check_ended()
            answer = collecting.answer(self.prepared, every_row=every_row)
            self.asks.book.twice(collecting.repeats)
            for note in collecting.notes():
                self.asks.book.remark(note)
            if collecting.mended < collecting.cut:
                span = self.prepared.span
                why = "messages were cut short by the service"
                self.asks.book.gap(span.start, span.end, why, Completeness.PARTIAL)
        return Rows(
            self.prepared.plan.columns, answer.rows, answer.matched, answer.scanned, answer.truncated, answer.notes
        )

    def _events(self, portion: Portion, enough: int | None) -> list[tuple[int, Callable[[], Iterable[Page]]]]:
        """Where the events of a portion are, and how many of each."""
        if enough is None or enough > MOST_ROWS:
            found = self._gathered(portion, None, counts_rows=True)
            return [(piece.take, piece.fetched.pages) for piece in found.pieces]
        spooled = self.asks.ask(portion.ask(self.prepared.span, enough), why="newest")
        return [(spooled.outcome.rows, spooled.pages)]

    def _gathered(self, portion: Portion, first: FetchedSlice | None, *, counts_rows: bool) -> Gathered:
        book = self.asks.book
        found = gather(
            self.prepared.span,
            most=MOST_ROWS,
            fetch=partial(self.asks.fetch, portion, counts_rows=counts_rows),
            count=self.asks.counting(portion),
            together=self.together,
            first=first,
        )
        for overflow in found.overflows:
            missing = "an unknown number more" if overflow.left_out is None else f"{overflow.left_out:,} more"
            why = f"there are more rows than one query gives: {overflow.taken:,} are here, {missing} left out"
            book.gap(overflow.moment, overflow.moment + 1, why, Completeness.TRUNCATED)
        if found.counted is not None:
            book.check("rows", found.rows, found.counted, by="the service's own count")
        return found
