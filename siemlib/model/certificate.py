"""What vouches for the completeness of a live run: every query that the service was asked, and what checks the sum.

``complete`` is a promise: asking again can give nothing more. So a run is complete only if

* every query behind it ended ``Complete`` and gave every row that the service said it had;
* nothing overflowed, no time was left out, and no row behind the first ones that a query without ``limit`` gives;
* what was collected is as many as an independent count says;
* no event of its time can still be on its way. A span that ends after the *watermark* (the moment of asking less the
  delay of the kinds of log) is ``partial``: an event of it may not have been there to be searched, and an auditor must
  not read "complete" over a table from which the attack of the last minutes is missing. The sentence says from when
  on, and what to ask instead. By the same line the spool decides what it may answer again. The moment of asking is by
  the clock of this machine; the service refuses requests of one that is a quarter of an hour off.

Events that the service estimates to have skipped are no loss: by its field indexes they cannot match (QueryStatistics,
``estimatedRecordsSkipped``).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from siemlib.model.run import Completeness, only_first
from siemlib.model.timespan import from_millis, render_millis

if TYPE_CHECKING:
    from collections.abc import Iterable

COUNT = "count"
"""The ``why`` of a query that counts and gives no row of the result."""
HALVED = "halved"
"""The ``why`` of a query that timed out, and whose time was asked again in halves: nothing rests on its rows."""
NO_ROWS = frozenset({COUNT, HALVED})
"""The ``why`` of queries that give no row of the result."""

_ENDED = {
    "Complete": Completeness.COMPLETE,
    "Timeout": Completeness.TIMED_OUT,
    "Failed": Completeness.PARTIAL,
    "Cancelled": Completeness.PARTIAL,
}
_SHOWN_GAPS = 5


@dataclass(frozen=True, slots=True)
class SliceRecord:
    """One query of the service. Times of the ask are epoch seconds, both inclusive, as StartQuery takes them."""

    why: str
    """What it was for: ``whole``, ``count``, ``slice`` …"""
    text: str
    log_groups: tuple[str, ...]
    start: int
    end: int
    limit: int | None
    query_id: str
    status: str
    """As the service said last."""
    matched: int
    scanned: int
    bytes: int
    skipped_events: int
    skipped_bytes: int
    returned: int
    """Rows that came."""
    expected: int | None
    """Rows that the service says there are (``resultCount``)."""
    pages: int
    started: datetime
    """When the service was asked; long before the run where the spool answered."""
    finished: datetime
    from_spool: bool = False
    evidence: str = ""
    """Its folder in the spool, and below ``spool/`` in a report; empty: its pages were not kept."""

    @property
    def completeness(self) -> Completeness:
        """Of its own rows."""
        ended = _ENDED.get(self.status, Completeness.UNKNOWN)
        if ended is Completeness.COMPLETE and self.expected is not None and self.expected != self.returned:
            return Completeness.PARTIAL if self.returned < self.expected else Completeness.UNKNOWN
        return ended


@dataclass(frozen=True, slots=True)
class Gap:
    """Rows that are known to be missing in a part of the time; epoch milliseconds, the end exclusive."""

    start: int
    end: int
    why: str
    """Ends the sentence "From … to …, "."""
    completeness: Completeness


@dataclass(frozen=True, slots=True)
class Check:
    """What was collected against a count that was made apart from it."""

    what: str
    """What is counted: ``events``, ``rows``."""
    collected: int
    counted: int
    by: str
    """What counted: ``stats count(*)`` of the same filters, or the service's ``recordsMatched``."""
    left_out: int = 0
    """Of those counted, the ones that are known to be missing: gaps name them, and say how bad that is."""

    @property
    def agrees(self) -> bool:
        """Whether everything that was counted is here, or named as left out."""
        return self.collected + self.left_out == self.counted


@dataclass(frozen=True, slots=True)
class Watermark:
    """Until when every event is surely there."""

    settled: datetime
    """Aware UTC; events from then on may still be on their way."""
    delay: int
    """Seconds."""
    kinds: tuple[str, ...] = ()
    """The kinds of log that have this delay; none: those without one of their own."""

    @property
    def sentence(self) -> str:
        """For people."""
        minutes = f"{self.delay / 60:g} minutes" if self.delay != 60 else "a minute"  # noqa: PLR2004 - seconds
        of = " and ".join(self.kinds) + " " if self.kinds else ""
        until = f"{self.settled:%Y-%m-%d %H:%M:%S} UTC"
        return (
            f"Events after {until} may still be missing: {of}logs may take {minutes} to arrive."
            " An answer that is final ends there, or is asked later."
        )


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run cost: bytes that the service scanned for it. What the spool answered cost nothing."""

    bytes: int
    price: float
    """US dollars for a gigabyte of 10⁹ bytes."""
    estimated: int | None = None
    """Bytes, before it was asked."""

    @property
    def dollars(self) -> float:
        """About what it cost."""
        return self.bytes / 1e9 * self.price


@dataclass(frozen=True, slots=True)
class Certificate:
    """Everything that says how complete a live run is; plain data."""

    asked: datetime
    """When the run asked; aware UTC."""
    slices: tuple[SliceRecord, ...]
    checks: tuple[Check, ...] = ()
    gaps: tuple[Gap, ...] = ()
    duplicates: int = 0
    """Rows that came twice, by ``@ptr``, and are counted once."""
    watermark: Watermark | None = None
    """Where the span ends after it; ``None``: the time was closed."""
    cost: Cost | None = None
    remarks: tuple[str, ...] = ()
    """What else a reader must know, as sentences: damage in the spool, a count that failed."""
    endpoint: str = ""
    """Where it was asked, if not at the service's own endpoint: whoever answers there, it is not AWS by that name."""
    first_rows: int | None = None
    """As many rows as a query without ``limit`` gives, where there are more; ``None``: these are all."""

    @property
    def completeness(self) -> Completeness:
        """The worst of everything that speaks against it; without any query that gives rows, unknown."""
        found = [each.completeness for each in self.slices if each.why not in NO_ROWS]
        found += [gap.completeness for gap in self.gaps]
        found += [self._of_check(check) for check in self.checks]
        if self.first_rows is not None:
            found.append(Completeness.TRUNCATED)
        if self.watermark:
            found.append(Completeness.PARTIAL)
        return Completeness.worst(found)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the result must know, as sentences; none where all is well and was asked just now."""
        spooled = any(each.from_spool for each in self.slices)
        return (*([self._asked_sentence()] if spooled else []), *self._warnings())

    def _warnings(self) -> tuple[str, ...]:
        return (
            *([] if self.first_rows is None else [only_first(self.first_rows)]),
            *self._bad_slices(),
            *self._gap_sentences(),
            *(self._check_sentence(check) for check in self.checks if not check.agrees),
            *([self.watermark.sentence] if self.watermark else []),
            *self.remarks,
        )

    def sentences(self) -> tuple[str, ...]:
        """All of it for people: what was asked, what agrees, what does not, what it cost."""
        return (
            self._asked_sentence(),
            *([endpoint_sentence(self.endpoint)] if self.endpoint else []),
            *(self._check_sentence(check) for check in self.checks if check.agrees),
            *self._twice_and_skipped(),
            *self._halved(),
            *self._warnings(),
            *([cost_sentence([self.cost])] if self.cost else []),
        )

    def document(self) -> dict[str, Any]:
        """As JSON has it: members as the fields are named, times in ISO 8601."""
        document: dict[str, Any] = _plain(asdict(self))
        document["completeness"] = self.completeness.value
        document["sentences"] = list(self.sentences())
        return document

    def _of_check(self, check: Check) -> Completeness:
        if check.agrees:
            return Completeness.COMPLETE
        if check.collected + check.left_out < check.counted:
            return Completeness.PARTIAL
        # Between the count and the rest, events may have come where the time was open; else one of the two is wrong.
        return Completeness.COMPLETE if self.watermark else Completeness.UNKNOWN

    def _bad_slices(self) -> list[str]:
        bad = [each for each in self.slices if each.why != HALVED and each.completeness is not Completeness.COMPLETE]
        told = [_bad_slice(each) for each in bad[:_SHOWN_GAPS]]
        more = len(bad) - len(told)
        return [*told, f"So did {more:,} more of its queries."] if more else told

    def _gap_sentences(self) -> list[str]:
        told = [f"From {_time(gap.start)} to {_time(gap.end)} UTC, {gap.why}." for gap in self.gaps[:_SHOWN_GAPS]]
        more = len(self.gaps) - len(told)
        return (
            [*told, f"The same holds for {many(more, 'more stretch', 'more stretches')} of time; the record tells."]
            if more
            else told
        )

    def _check_sentence(self, check: Check) -> str:
        found = f"{check.collected:,} {check.what} were collected"
        if check.left_out:
            found += f" and {check.left_out:,} left out"
        if check.agrees:
            return f"{found}, {'together ' if check.left_out else ''}as many as {check.by} says."
        missing = check.counted - check.collected - check.left_out
        if missing > 0:
            lost = f"{missing:,} {'is' if missing == 1 else 'are'} missing"
            return f"{found}, but {check.by} says {check.counted:,}: {lost}."
        why = "events came in between" if self.watermark else "one of the two is wrong"
        return f"{found}, more than the {check.counted:,} that {check.by} says: {why}."

    def _asked_sentence(self) -> str:
        spooled = [each for each in self.slices if each.from_spool]
        counts = sum(each.why == COUNT for each in self.slices)
        queries = many(len(self.slices), "query of the service", "queries of the service")
        told = f"This rests on {queries}" + (f", {counts:,} of them to count" if counts else "")
        if not spooled:
            return f"{told}, asked from {self.asked:%Y-%m-%d %H:%M:%S} UTC on."
        first, last = (f(each.started for each in spooled) for f in (min, max))
        when = f"on {first:%Y-%m-%d %H:%M:%S} UTC"
        if last != first:
            when = f"between {first:%Y-%m-%d %H:%M:%S} and {last:%Y-%m-%d %H:%M:%S} UTC"
        whom = f"{len(spooled):,} of them" if len(spooled) < len(self.slices) else "all of it"
        return f"{told}; the spool answered {whom}, as asked {when}."

    def _twice_and_skipped(self) -> list[str]:
        told = []
        if self.duplicates:
            told.append(f"{many(self.duplicates, 'row', 'rows')} came twice and counted once, by @ptr.")
        if skipped := sum(each.skipped_events for each in self.slices):
            told.append(
                f"About {many(skipped, 'event was', 'events were')} skipped, which by the field indexes cannot match."
            )
        return told

    def _halved(self) -> list[str]:
        halved = sum(each.why == HALVED for each in self.slices)
        if not halved:
            return []
        asked = "its time was" if halved == 1 else "their times were"
        return [f"{many(halved, 'query', 'queries')} took the service too long; {asked} asked again in halves."]


def endpoint_sentence(endpoint: str) -> str:
    """That something else than the service's own endpoint answered."""
    return f"It was not asked at the service's own endpoint but at {endpoint}, as the environment or the profile says."


def cost_sentence(costs: Iterable[Cost], what: str = "it") -> str:
    """What several runs cost together; ``what`` names them in the sentence."""
    all_costs = list(costs)
    scanned, dollars = sum(cost.bytes for cost in all_costs), sum(cost.dollars for cost in all_costs)
    prices = " and ".join(f"${price:g}" for price in sorted({cost.price for cost in all_costs}))
    told = f"The service scanned {size(scanned)} for {what}"
    told += f", which costs {money(dollars)} at {prices} a gigabyte" if scanned else ""
    estimates = [cost for cost in all_costs if cost.estimated is not None]
    if not estimates:
        return f"{told}."
    before = sum(cost.estimated or 0 for cost in estimates)
    price = sum((cost.estimated or 0) / 1e9 * cost.price for cost in estimates)
    return f"{told}. The estimate beforehand was {size(before)}, {money(price)}."


def many(count: int, one: str, more: str) -> str:
    """A number of things for people."""
    return f"1 {one}" if count == 1 else f"{count:,} {more}"


def size(count: int) -> str:
    """Bytes for people, in powers of ten as the prices here count them."""
    for power, unit in ((12, "TB"), (9, "GB"), (6, "MB"), (3, "kB")):
        if count >= 10**power:
            return f"{count / 10**power:.3g} {unit}"
    return many(count, "byte", "bytes") if count else "nothing"


def money(dollars: float) -> str:
    """About so many US dollars, for people."""
    if not dollars:
        return "nothing"
    return f"about ${dollars:,.2f}" if dollars >= 0.01 else "less than a cent"  # noqa: PLR2004 - a cent


def _bad_slice(each: SliceRecord) -> str:
    span = f"over {_time(each.start * 1000)} to {_time(each.end * 1000 + 999)} UTC"
    rows = many(each.returned, "row", "rows")
    if each.status != "Complete":
        return f"A query {span} ended as {each.status}: {rows} of it came, and others may be missing."
    return f"A query {span} gave {rows} of the {each.expected:,} that the service told of."


def _time(millis: int) -> str:
    return render_millis(millis).removesuffix(".000")


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a dataclass
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


def watermark_at(asked_ms: int, end_ms: int, delay: int, kinds: tuple[str, ...]) -> Watermark | None:
    """The watermark of what was asked at an instant about a span that ends at another; ``None`` where it was closed."""
    settled = asked_ms - delay * 1000
    return None if end_ms <= settled else Watermark(from_millis(settled), delay, kinds)
