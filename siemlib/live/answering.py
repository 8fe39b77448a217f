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
from siemlib.live.gathering import FetchedSlice
from siemlib.live.newest import newest
from siemlib.live.pushed import rows_at_most
from siemlib.live.rows import Rows, Shaping
from siemlib.live.service import MOST_ROWS, Counts, Status
from siemlib.live.slicing import shortest_half
from siemlib.model.certificate import HALVED, NO_ROWS
from siemlib.model.run import Completeness
from siemlib.model.timespan import render_millis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from siemlib.live.ahead import Told
    from siemlib.live.asking import Portion, Prepared
    from siemlib.live.asks import Asks
    from siemlib.live.gathering import Gathered
    from siemlib.live.running import Outcome
    from siemlib.live.service import Ask, Page
    from siemlib.live.spooled import Spooled

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
        parts = self._parts(every_row=every_row)
        spooled = self.asks.ask(prepared.whole_ask(limit), why="whole", following=following, parts=parts)
        if spooled.outcome.status is Status.TIMEOUT and (rows := self._in_parts(spooled, every_row=every_row)):
            return rows
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

    def _in_parts(self, spooled: Spooled, *, every_row: bool) -> Rows | None:
        """The answer over parts of the time, where the whole took the service too long; ``None``: it cannot be had so.

        That is said, with the reason.
        """
        prepared, outcome = self.prepared, spooled.outcome
        timed_out = FetchedSlice(0, full=False, pages=tuple, timed_out=outcome.query_id)
        limited = prepared.rows is not None or prepared.enough(every_row=every_row) is not None
        reason = None
        if prepared.rows is None and prepared.obstacle:
            reason = prepared.obstacle
        elif prepared.span.millis < 2 * shortest_half(prepared.span):
            reason = "it is too short"
        elif not limited and outcome.counts.matched > self.asks.room:
            reason = f"the {outcome.counts.matched:,} events that it had matched are more than could come in time"
        elif not self.asks.halve(timed_out):
            reason = "the run has no time left for that"
        if reason:
            self.asks.book.remark(f"The time of the query that took too long was not asked again in parts: {reason}.")
            return None
        if prepared.rows is not None:
            return self._newest_rows(prepared.rows, timed_out)
        return self._here(every_row=every_row, timed_out=timed_out)

    def _parts(self, *, every_row: bool) -> Callable[[], Iterable[Ask]]:
        """What :meth:`_in_parts` asks first."""
        prepared = self.prepared
        if prepared.rows is not None:
            return prepared.rows.parts(prepared.span, DEFAULT_LIMIT + 1)
        most = min(prepared.enough(every_row=every_row) or MOST_ROWS, MOST_ROWS)
        return lambda: chain.from_iterable(portion.parts(prepared.span, most)() for portion in prepared.events)

    def _newest_rows(self, portion: Portion, timed_out: FetchedSlice) -> Rows:
        """The rows that a query without ``limit`` gives."""
        asks, book, prepared = self.asks, self.asks.book, self.prepared
        shaping = Shaping(prepared, without=None if self._timed else _TIME)
        fetch = partial(asks.fetch_newest, portion, counts_rows=prepared.one_row_each)
        found = newest(prepared.span, DEFAULT_LIMIT + 1, fetch=fetch, halve=asks.halve, first=timed_out)
        book.check_ended()
        slices = [each for each in book.slices if each.why not in NO_ROWS]
        matched, scanned = sum(each.matched for each in slices), sum(each.scanned for each in slices)
        if found.rows > DEFAULT_LIMIT:
            book.only_first(DEFAULT_LIMIT)
        elif prepared.one_row_each and all(each.status == Status.COMPLETE for each in slices):
            book.check("rows", found.rows, matched, by="the service's own recordsMatched")
        if found.reached > prepared.span.start:
            book.remark(f"What is older than {render_millis(found.reached)} UTC was not asked, and is not counted.")
        return Rows.of(shaping, found.first(DEFAULT_LIMIT), matched, scanned)

    @property
    def _timed(self) -> bool:
        """Whether the query itself shows the time of its rows."""
        return any(column.name == _TIME for column in self.prepared.plan.columns)

    def _check_limited(self, outcome: Outcome) -> None:
        """Of a query with a limit of its own: as many rows as events matched, or as the limit lets through."""
        most, matched = rows_at_most(self.prepared.sent.commands), outcome.counts.matched
        # Fewer matched than came: the count is not one of rows, and says nothing.
        if most is not None and outcome.status is Status.COMPLETE and matched >= outcome.rows:
            by = "the service's own recordsMatched" if matched <= most else "the query's own limit"
            self.asks.book.check("rows", outcome.rows, min(matched, most), by=by)

    def _sliced(self, portion: Portion) -> Rows:
        """Every row. What is asked for tells its time, whether the query shows it or not: so time can be cut by it."""
        shaping = Shaping(self.prepared, without=None if self._timed else _TIME)
        found, counts = self._gathered(portion, "whole", counts_rows=self.prepared.one_row_each, hold=shaping.ahead)
        self.asks.book.check_ended()
        pieces = [(piece.fetched, piece.take) for piece in found.pieces]
        return Rows.of(shaping, pieces, counts.matched, counts.scanned)

    def _here(self, *, every_row: bool, timed_out: FetchedSlice | None = None) -> Rows:
        """The whole query, run over its events; ``timed_out``: the service could not, so that time is cut at once."""
        with Collecting(sources=self.kinds, record=self.record) as collecting:
            enough = self.prepared.enough(every_row=every_row)
            # Of several portions the queries run side by side; events are written down in the order of the portions.
            jobs = [partial(self._events, portion, enough, timed_out) for portion in self.prepared.events]
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
        return Rows(
            self.prepared.plan.columns, answer.rows, answer.matched, answer.scanned, answer.notes, answer.tables
        )

    def _events(
        self, portion: Portion, enough: int | None, timed_out: FetchedSlice | None
    ) -> list[tuple[int, Callable[[], Iterable[Page]]]]:
        """Where the events of a portion are, and how many of each."""
        if enough is None or enough > MOST_ROWS:
            found, _ = self._gathered(portion, "slice", counts_rows=True, hold=None, timed_out=timed_out)
            return [(piece.take, piece.fetched.pages) for piece in found.pieces]
        fetch = partial(self.asks.fetch_newest, portion, counts_rows=True)
        parts = newest(self.prepared.span, enough, fetch=fetch, halve=self.asks.halve, first=timed_out).parts
        return [(take, fetched.pages) for fetched, take in parts]

    def _gathered(
        self,
        portion: Portion,
        why: str,
        *,
        counts_rows: bool,
        hold: Callable[[Page], None] | None,
        timed_out: FetchedSlice | None = None,
    ) -> tuple[Gathered, Counts]:
        """Every row of ``portion``, and the counts of its first query, which is of the whole span.

        ``hold`` is given the pages as they come, where the rows are wanted in memory in the end. ``timed_out`` stands
        for a first query that need not be asked.
        """
        asks, book, span = self.asks, self.asks.book, self.prepared.span
        counts: list[Counts] = []

        def first(told: Told) -> FetchedSlice:
            if timed_out:
                return timed_out
            following = Following(hold=hold, told=told if counts_rows else None)
            halves = portion.parts(span, MOST_ROWS)
            spooled = asks.ask(portion.ask(span, MOST_ROWS), why=why, following=following, parts=halves)
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
        return found, self._counts(counts[0] if counts else Counts(), found, counts_rows=counts_rows)

    def _counts(self, first: Counts, found: Gathered, *, counts_rows: bool) -> Counts:
        """Those of the first query, or of the halves of its time that were asked in its place."""
        slices = [each for each in self.asks.book.slices if each.why not in NO_ROWS]
        if all(each.why != HALVED for each in self.asks.book.slices):
            return first
        matched = found.rows if counts_rows else sum(each.matched for each in slices)
        return replace(first, matched=matched, scanned=sum(each.scanned for each in slices))
