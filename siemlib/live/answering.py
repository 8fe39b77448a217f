"""The rows of one run: the query whole, its rows in slices, or the whole query over events that came in slices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from siemlib.engine.protocol import DEFAULT_LIMIT
from siemlib.live.ahead import Following, gather_ahead
from siemlib.live.collected import Collecting
from siemlib.live.cut import mend
from siemlib.live.pushed import rows_at_most
from siemlib.live.rows import Rows, Shaping
from siemlib.live.service import MOST_ROWS, Status
from siemlib.model.certificate import HALVED, NO_ROWS
from siemlib.model.run import Completeness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from siemlib.live.asking import Portion, Prepared
    from siemlib.live.asks import Asks
    from siemlib.live.gathering import FetchedSlice, Gathered
    from siemlib.live.running import Outcome
    from siemlib.live.service import Counts, Page

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
        if not self.prepared.whole:
            return self._here(every_row=every_row)
        found = self._asked(every_row=every_row)
        self._mend(found.rows)
        return found

    def _mend(self, rows: list[dict[str, str]]) -> None:
        """Of messages that the service cut; those of events that were collected are whole already."""
        mended, book, span = mend(rows, self.record), self.asks.book, self.prepared.span
        if mended.mended:
            whole = f"{mended.mended:,} message{'s' if mended.mended > 1 else ''}"
            book.remark(f"{whole} that the service had cut short came whole by GetLogRecord.")
        if mended.unknown:
            book.remark(f"Whether the service cut long messages short could not be seen: {mended.unknown}")
        if mended.mended < mended.cut:
            book.gap(span.start, span.end, "messages were cut short by the service", Completeness.PARTIAL)

    def _asked(self, *, every_row: bool) -> Rows:
        """The answer of the service to the query as it is, or to its slices."""
        prepared = self.prepared
        # The query's own limit is obeyed by the service; and a limit behind ``estimate`` it does not compile.
        limit = None if prepared.bounded or prepared.plan.estimate else MOST_ROWS if every_row else DEFAULT_LIMIT + 1
        if every_row and prepared.rows is not None:
            return self._sliced(prepared.rows)
        shaping = Shaping(prepared)
        following = Following(hold=shaping.ahead)
        spooled = self.asks.ask(prepared.whole_ask(limit), why="whole", following=following)
        self.asks.book.check_ended()
        first = following.fetched(spooled, limit or MOST_ROWS, counts_rows=prepared.one_row_each)
        counts = spooled.outcome.counts
        if limit is None:
            self._check_limited(spooled.outcome)
        if limit is None or not first.full:
            if limit is not None and first.matched is not None:
                self.asks.book.check("rows", first.rows, first.matched, by="the service's own recordsMatched")
            return Rows.of(shaping, [(first, first.rows)], counts.matched, counts.scanned)
        if not every_row:
            self.asks.book.only_first(DEFAULT_LIMIT)
            return Rows.of(shaping, [(first, DEFAULT_LIMIT)], counts.matched, counts.scanned)
        if prepared.events:
            return self._here(every_row=True)
        why = f"the service gives at most {MOST_ROWS:,} rows, and the query cannot be run here: {prepared.obstacle}"
        self.asks.book.gap(prepared.span.start, prepared.span.end, why, Completeness.TRUNCATED)
        return Rows.of(shaping, [(first, first.rows)], counts.matched, counts.scanned)

    def _check_limited(self, outcome: Outcome) -> None:
        """Of a query with a limit of its own: as many rows as events matched, or as the limit lets through."""
        most, matched = rows_at_most(self.prepared.sent.commands), outcome.counts.matched
        # Fewer matched than came: the count is not one of rows, and says nothing.
        if most is not None and outcome.status is Status.COMPLETE and matched >= outcome.rows:
            by = "the service's own recordsMatched" if matched <= most else "the query's own limit"
            self.asks.book.check("rows", outcome.rows, min(matched, most), by=by)

    def _sliced(self, portion: Portion) -> Rows:
        """Every row. What is asked for tells its time, whether the query shows it or not: so time can be cut by it."""
        timed = any(column.name == _TIME for column in self.prepared.plan.columns)
        shaping = Shaping(self.prepared, without=None if timed else _TIME)
        found, counts = self._gathered(portion, "whole", counts_rows=self.prepared.one_row_each, hold=shaping.ahead)
        self.asks.book.check_ended()
        pieces = [(piece.fetched, piece.take) for piece in found.pieces]
        return Rows.of(shaping, pieces, counts.matched, counts.scanned)

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
            events = collecting.events - collecting.repeats
            self.asks.book.remark(
                f"The query was run on this machine, over the {events:,} events that the service gave."
            )
            for note in collecting.notes():
                self.asks.book.remark(note)
            if collecting.mended < collecting.cut:
                span = self.prepared.span
                why = "messages were cut short by the service"
                self.asks.book.gap(span.start, span.end, why, Completeness.PARTIAL)
            if answer.truncated:
                self.asks.book.only_first(len(answer.rows))
        return Rows(self.prepared.plan.columns, answer.rows, answer.matched, answer.scanned, answer.notes)

    def _events(self, portion: Portion, enough: int | None) -> list[tuple[int, Callable[[], Iterable[Page]]]]:
        """Where the events of a portion are, and how many of each."""
        if enough is None or enough > MOST_ROWS:
            found, _ = self._gathered(portion, "slice", counts_rows=True, hold=None)
            return [(piece.take, piece.fetched.pages) for piece in found.pieces]
        spooled = self.asks.ask(portion.ask(self.prepared.span, enough), why="newest")
        return [(spooled.outcome.rows, spooled.pages)]

    def _gathered(
        self, portion: Portion, why: str, *, counts_rows: bool, hold: Callable[[Page], None] | None
    ) -> tuple[Gathered, Counts]:
        """Every row of ``portion``, and the counts of its first query, which is of the whole span.

        ``hold`` is given the pages as they come, where the rows are wanted in memory in the end.
        """
        asks, book, span = self.asks, self.asks.book, self.prepared.span
        counts: list[Counts] = []

        def first(told: Callable[[int], None]) -> FetchedSlice:
            following = Following(hold=hold, told=told if counts_rows else None)
            spooled = asks.ask(portion.ask(span, MOST_ROWS), why=why, following=following)
            counts.append(spooled.outcome.counts)
            return following.fetched(spooled, MOST_ROWS, counts_rows=counts_rows)

        found = gather_ahead(
            span,
            most=MOST_ROWS,
            first=first,
            fetch=partial(asks.fetch, portion, counts_rows=counts_rows, hold=hold),
            count=asks.counting(portion),
            together=self.together,
            halve=asks.halve,
        )
        for overflow in found.overflows:
            missing = "an unknown number more" if overflow.left_out is None else f"{overflow.left_out:,} more"
            why = f"there are more rows than one query gives: {overflow.taken:,} are here, {missing} left out"
            book.gap(overflow.moment, overflow.moment + 1, why, Completeness.TRUNCATED)
        if found.counted is not None:
            left_out = sum(overflow.left_out or 0 for overflow in found.overflows)
            book.check("rows", found.rows, found.counted, by="the service's own count", left_out=left_out)
        return found, self._counts(counts[0], found, counts_rows=counts_rows)

    def _counts(self, first: Counts, found: Gathered, *, counts_rows: bool) -> Counts:
        """Those of the first query, or of the halves of its time that were asked in its place."""
        slices = [each for each in self.asks.book.slices if each.why not in NO_ROWS]
        if all(each.why != HALVED for each in self.asks.book.slices):
            return first
        matched = found.rows if counts_rows else sum(each.matched for each in slices)
        return replace(first, matched=matched, scanned=sum(each.scanned for each in slices))
