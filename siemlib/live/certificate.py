"""The certificate of a run in the making: each query of the service is entered as it ends, then the sum is checked.

    book = Book(asked, span, kinds, delays)
    spooled = answered(ask, why="slice", spool=spool, book=book, meter=meter, send=send)
    book.check("events", collected, counted, by="an independent count")
    certificate = book.certificate(cost=meter.cost)

Its meaning, and the reasons for what counts as complete, are in :mod:`siemlib.model.certificate`.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from siemlib.live.errors import EndedError
from siemlib.live.service import Status
from siemlib.model.certificate import COUNT, HALVED, NO_ROWS, Certificate, Check, Gap, SliceRecord, many, watermark_at
from siemlib.model.run import Completeness
from siemlib.model.timespan import to_millis
from siemlib.sources.delays import longest_delay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from siemlib.live.cost import Meter
    from siemlib.live.running import Outcome
    from siemlib.live.service import Ask, Counts, Group, Page
    from siemlib.live.spool import Spool
    from siemlib.live.spooled import Spooled
    from siemlib.model.certificate import Cost
    from siemlib.model.timespan import TimeSpan


class Book:
    """What is known of the completeness of one run so far. For several threads."""

    def __init__(self, asked: datetime, span: TimeSpan, kinds: Iterable[str], delays: Mapping[str, int]) -> None:
        """``asked``: when the run began; ``kinds``: the kinds of log it asks; ``delays``: ``[live] delays``."""
        self._asked = asked
        self._delay, self._slowest = longest_delay(kinds, delays)
        self._watermark = watermark_at(to_millis(asked), span.end_ms, self._delay, self._slowest)
        self._lock = threading.Lock()
        self._slices: list[SliceRecord] = []
        self._checks: list[Check] = []
        self._gaps: list[Gap] = []
        self._remarks: dict[str, None] = {}
        self._duplicates = 0
        self._first_rows: int | None = None
        self._keeping: tuple[Group, ...] = ()
        self.endpoint = ""
        """Where it was asked, if not at the service's own endpoint."""

    @property
    def slices(self) -> Sequence[SliceRecord]:
        """The queries so far, in the order of their ends."""
        return tuple(self._slices)

    def keeps(self, groups: Iterable[Group]) -> None:
        """Enter the log groups that are asked: what they kept no longer when they were asked is a gap."""
        self._keeping = tuple(groups)

    def closed(self, ask: Ask) -> bool:
        """Whether no event of the time of ``ask`` could still come when the run began."""
        settled = to_millis(self._asked) - self._delay * 1000
        return ask.end * 1000 + 1000 <= settled

    def add(self, outcome: Outcome, *, why: str, evidence: str = "", from_spool: bool = False) -> None:
        """Enter a query that ended, however it did."""
        ask, counts = outcome.ask, outcome.counts
        record = SliceRecord(
            why=why,
            text=ask.text,
            log_groups=ask.log_groups,
            start=ask.start,
            end=ask.end,
            limit=ask.limit,
            query_id=outcome.query_id,
            status=outcome.status.value,
            matched=counts.matched,
            scanned=counts.scanned,
            bytes=counts.bytes,
            skipped_events=counts.skipped_events,
            skipped_bytes=counts.skipped_bytes,
            returned=outcome.rows,
            expected=counts.rows,
            pages=outcome.pages,
            started=outcome.started,
            finished=outcome.finished,
            from_spool=from_spool,
            evidence=evidence,
        )
        with self._lock:
            self._slices.append(record)

    def halved(self, query_id: str) -> None:
        """Let nothing rest on a query that timed out: its time is asked again in halves."""
        with self._lock:
            self._slices = [replace(each, why=HALVED) if each.query_id == query_id else each for each in self._slices]

    def check(self, what: str, collected: int, counted: int, *, by: str, left_out: int = 0) -> None:
        """Enter a count that was made apart from what was collected, and what gaps name as ``left_out`` of it."""
        with self._lock:
            self._checks.append(Check(what, collected, counted, by, left_out))

    def only_first(self, rows: int) -> None:
        """Enter that the query has more rows than these first ones, which a query without ``limit`` gives."""
        self._first_rows = rows

    def gap(self, start: int, end: int, why: str, completeness: Completeness) -> None:
        """Enter rows that are known to be missing in ``[start, end)``, epoch milliseconds; ``why`` ends a sentence."""
        with self._lock:
            self._gaps.append(Gap(start, end, why, completeness))

    def twice(self, count: int) -> None:
        """Enter rows that came again, by ``@ptr``, and were dropped."""
        with self._lock:
            self._duplicates += count

    def remark(self, sentence: str) -> None:
        """Enter what else a reader must know."""
        with self._lock:
            self._remarks[sentence] = None

    def check_ended(self) -> None:
        """Raise EndedError where no query that gives rows came to a good end or gave a row."""
        asked = [each for each in self._slices if each.why not in NO_ROWS]
        bad = [each for each in asked if each.status != Status.COMPLETE and not each.returned]
        if asked and len(bad) == len(asked):
            raise EndedError(_ended(bad), hint=_HINTS.get(bad[0].status))

    def paid(self, cost: Cost) -> dict[str, Any]:
        """What the ledger of costs is told; empty where nothing was asked."""
        if not self._slices and not cost.bytes:
            return {}
        return {
            "queries": len(self._slices),
            "from_spool": sum(each.from_spool for each in self._slices),
            "bytes": cost.bytes,
            "estimated_bytes": cost.estimated,
            "price": cost.price,
            "dollars": cost.dollars,
        }

    def certificate(self, *, cost: Cost | None = None) -> Certificate:
        """The certificate of everything that was entered; queries in the order of time, counts first."""
        order = sorted(self._slices, key=lambda each: (each.why != COUNT, each.start, each.started))
        return Certificate(
            asked=self._asked,
            slices=tuple(order),
            checks=tuple(self._checks),
            gaps=tuple(sorted([*self._gaps, *self._expired()], key=lambda gap: gap.start)),
            duplicates=self._duplicates,
            watermark=self._watermark,
            cost=cost,
            remarks=tuple(self._remarks),
            endpoint=self.endpoint,
            first_rows=self._first_rows,
        )

    def _expired(self) -> Iterator[Gap]:
        """What a log group held and kept no longer when it was asked: the spool may have asked before it was gone."""
        for group in self._keeping:
            if group.retention_days is None:
                continue
            asked = [each for each in self._slices if each.why != COUNT and _is_asked(group, each)]
            kept = group.retention_days * 86_400_000
            gone = [(max(each.start * 1000, group.created), to_millis(each.started) - kept) for each in asked]
            gone = [(start, end) for start, end in gone if start < end]
            if gone:
                why = f"{group.name} keeps events for {many(group.retention_days, 'day', 'days')}: what it held is gone"
                yield Gap(min(start for start, _ in gone), max(end for _, end in gone), why, Completeness.PARTIAL)


def _is_asked(group: Group, each: SliceRecord) -> bool:
    """Whether a query was asked of a log group; one that names none chooses them itself."""
    return not each.log_groups or group.name in each.log_groups or group.arn in each.log_groups


_HINTS = {
    Status.TIMEOUT.value: "ask about less time, fewer log groups, or with a narrower filter",
    Status.CANCELLED.value: "somebody stopped it, here or in the console; ask again",
    Status.FAILED.value: "ask again; the service does not say why",
    Status.UNKNOWN.value: "ask again; the service does not say what became of it",
}


def _ended(bad: Sequence[SliceRecord]) -> str:
    names = " and ".join(sorted({each.status for each in bad}))
    told = f"the query ended as {names}" if len(bad) == 1 else f"all {len(bad):,} queries ended as {names}"
    return f"{told} and gave no row (query id {bad[0].query_id})"


def answered(  # noqa: PLR0913 - all but the first are named
    ask: Ask,
    *,
    why: str,
    spool: Spool,
    book: Book,
    send: Callable[[Ask, Callable[[Page], None], Callable[[], None], Callable[[Counts], None] | None], Outcome],
    meter: Meter | None = None,
) -> Spooled:
    """The answer to ``ask``: from the spool where it is final there, else from the service, kept as it comes.

    It is entered in ``book`` either way. ``send`` takes ``(ask, on_page, on_restart, watch)`` as
    :func:`siemlib.live.running.run_ask` does. Raises what ``send`` raises, SpoolError, and CeilingError.
    """
    book.endpoint = spool.endpoint
    if found := spool.found(ask, note=book.remark):
        book.add(found.outcome, why=why, evidence=found.name, from_spool=True)
        if meter:
            meter.spare(found.outcome.counts)
        return found
    watch = meter.watch() if meter else None
    with spool.keep(ask) as keeper:
        outcome = send(ask, keeper.add, keeper.forget, watch)
        spooled = keeper.end(outcome, closed=book.closed(ask))
    book.add(outcome, why=why, evidence=spooled.name)
    return spooled
