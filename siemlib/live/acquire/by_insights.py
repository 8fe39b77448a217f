"""Events by Logs Insights: the default. It is quick, serves every class of log group, and can be checked by a count.

What is scanned is charged, twice: the count that the slices of time are made by, and the events themselves. Every query
is answered from the spool where it can be, so that an acquisition which was killed asks only for what is missing.

Each slice becomes one file of the pages as they came: events of one time and stream that are equal stand in one file,
where they count as what happened, and not in two, where they would count as one that was delivered twice. A message
that the service has cut short is asked for alone (GetLogRecord) and stands behind the pages; where a slice has many of
them, the slice is read with FilterLogEvents, which cuts none.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from siemlib.archive.acquired import Gap
from siemlib.archive.formats.insights_results import is_cut
from siemlib.live.acquire.by_filter import by_filter
from siemlib.live.acquire.fetched import Counted, Fetched, Step
from siemlib.live.acquire.place import Place
from siemlib.live.asking import Portion
from siemlib.live.decode import page_of
from siemlib.live.errors import CeilingError, CredentialsError, DeadlineError, DeniedError, GoneError, LiveError
from siemlib.live.gathering import FetchedSlice, RowsSeen, gather
from siemlib.live.pushed import LENGTH, events_of
from siemlib.live.running import together
from siemlib.live.service import MOST_ROWS, Status
from siemlib.live.slicing import MOST_BINS, Slice, countings
from siemlib.live.stopping import StoppedError
from siemlib.model.timespan import TimeSpan, from_millis

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.live.acquire.fetched import Wanted
    from siemlib.live.asks import Asks
    from siemlib.live.gathering import Piece
    from siemlib.live.service import Page
    from siemlib.live.spooled import Spooled

_AT_ONCE = 4
"""Slices that are brought side by side: each holds some pages in memory, and four read as fast as we can decode."""
_MOST_RECORDS = 500
"""Messages of a slice that are asked for one by one."""
_ALL = (CredentialsError, DeniedError, GoneError, DeadlineError, CeilingError)
"""Errors after which no other slice would fare better."""


def portion_of(log_group: str) -> Portion:
    """Every event of a log group."""
    return Portion(events_of(()), (log_group,), ())


def counted(asks: Asks, wanted: Wanted) -> Counted:
    """How many events the service counts. Asked as the slices will ask, who then find the answer in the spool."""
    portion, span = portion_of(wanted.log_group), Slice(wanted.span.start_ms, wanted.span.end_ms)
    bins: dict[int, int] = {}
    asked = countings(span, MOST_BINS)
    for part, size in asked:
        for start, events in (asks.count(portion, part, size) or {}).items():
            bins[start] = bins.get(start, 0) + events
    return Counted(bins, asked[0][1])


def by_insights(wanted: Wanted, asks: Asks, archive: Path, count: Counted, *, closed_at: int) -> Fetched:
    """The events of a log group. Raises LiveError where nothing came; where something came, the rest are gaps.

    ``closed_at`` as :func:`~siemlib.live.acquire.by_filter.by_filter` takes it.
    """
    span, service = wanted.span, wanted.service
    who = (service.account(), service.region, wanted.identifier)
    place = Place.of(archive, wanted.log_group, "insights", *who, span.start_ms, span.end_ms)
    with place.held():
        run = _Slices(wanted, asks, place, archive, count, closed_at)
        return run.all()


@dataclass
class _Brought:
    """What came of one slice."""

    files: tuple[Path, ...]
    events: int
    cut: int = 0
    gaps: tuple[Gap, ...] = ()
    query_id: str = ""


@dataclass
class _Slices:
    wanted: Wanted
    asks: Asks
    place: Place
    archive: Path
    count: Counted
    closed_at: int
    gaps: list[Gap] = field(default_factory=list)
    errors: list[LiveError] = field(default_factory=list)
    brought: dict[Slice, _Brought] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._portion = portion_of(self.wanted.log_group)
        self._most = min(_AT_ONCE, self.wanted.governor.most)

    def all(self) -> Fetched:
        """Bring every slice."""
        span = Slice(self.wanted.span.start_ms, self.wanted.span.end_ms)
        found = gather(
            span,
            most=MOST_ROWS,
            fetch=self._fetch,
            count=self.asks.counting(self._portion),
            together=partial(together, most=self._most),
            matched=self.count.events,
            halve=self._halve,
        )
        pieces = [self._exactly(piece) for piece in found.pieces]
        received = sum(each.events for each in pieces)
        if self.errors and not received:
            raise self.errors[0]
        for overflow in found.overflows:
            self.gaps.append(Gap(start=overflow.moment, end=overflow.moment + 1, why=str(overflow)))
        gaps = [*self.gaps, *(gap for each in pieces for gap in each.gaps)]
        files = tuple(file for each in reversed(pieces) for file in each.files)
        return Fetched(self.place, files, received, tuple(_joined(gaps)), tuple(_notes(pieces)))

    def _exactly(self, piece: Piece) -> _Brought:
        """What came of a piece; one that holds rows of the next is asked for again, in its own limits."""
        if 0 < piece.take < piece.fetched.rows:
            self._fetch(piece.slice)
        return self.brought.get(piece.slice, _Brought((), 0))

    def _fetch(self, span: Slice) -> FetchedSlice:
        """The rows of a slice, and its file. What cannot be had is a gap; the other slices go on."""
        try:
            if self.errors and isinstance(self.errors[0], _ALL):
                raise self.errors[0]
            spooled = self.asks.ask(self._portion.ask(span, MOST_ROWS), why="slice")
            fetched, brought = self._delivered(span, spooled)
        except StoppedError:
            raise
        except LiveError as error:
            with self._lock:
                self.errors.append(error)
                self.gaps.append(Gap(start=span.start, end=span.end, why=error.message))
            return FetchedSlice(0, full=False, pages=tuple)
        if not spooled.outcome.whole and not fetched.full:
            why = f"the query of the service ended as {spooled.outcome.status}"
            with self._lock:
                self.gaps.append(Gap(start=span.start, end=span.end, why=why, received=brought.events))
        with self._lock:
            self.brought[span] = replace(brought, query_id=spooled.outcome.query_id)
            done = sum(each.events for each in self.brought.values())
        self.wanted.tell(Step(self.wanted.log_group, "events", done, self.count.events))
        return fetched

    def _halve(self, fetched: FetchedSlice) -> bool:
        """Forget what came of a slice that timed out, where its time is asked again in halves."""
        if not self.asks.halve(fetched):
            return False
        [span] = [span for span, brought in self.brought.items() if brought.query_id == fetched.timed_out]
        self.gaps = [gap for gap in self.gaps if (gap.start, gap.end) != (span.start, span.end)]
        for path in self.brought.pop(span).files:
            path.unlink()
        return True

    # ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _delivered(self, span: Slice, spooled: Spooled) -> tuple[FetchedSlice, _Brought]:
        """The pages in one file. It is there whole or not at all, and made once of what was asked once."""
        asking = hashlib.sha256(spooled.name.encode()).hexdigest()[:8]
        path = self.place.folder / f"{_stamp(span.start)}-{_stamp(span.end)}-{asking}.json.gz"
        seen, cut = RowsSeen(), list[str]()
        made = path.exists()
        part = path.with_name(f"{path.name}.part")
        with part.open("wb") as raw, gzip.GzipFile("", "wb", 1, raw, 0) as file:
            for body in spooled.bodies():
                page = page_of(body)
                seen.add(page)
                cut += _cut(page)
                if not made:
                    file.write(body + b"\n")
            by_filter = len(cut) > _MOST_RECORDS
            lost = [] if made or by_filter else [pointer for pointer in cut if not self._mended(pointer, file)]
        complete = spooled.outcome.status is Status.COMPLETE
        fetched = seen.fetched(MOST_ROWS, spooled.pages, spooled.outcome.counts.matched if complete else None)
        timed_out = spooled.outcome.query_id if spooled.outcome.status is Status.TIMEOUT else ""
        fetched = replace(fetched, timed_out=timed_out)
        if made or by_filter:
            part.unlink()
        if by_filter:
            return fetched, self._by_filter(span, len(cut))
        if lost:  # not under the name by which a later run would find it
            path = self.place.new_file(path.name.removesuffix(".json.gz"), ".json.gz")
        if not made:
            part.replace(path)
        why = f"{len(lost):,} messages were cut short by the service, and could not be asked for whole"
        gaps = (Gap(start=span.start, end=span.end, why=why),) if lost else ()
        return fetched, _Brought((path,) if seen.rows else (), seen.rows, len(cut), gaps)

    def _mended(self, pointer: str, file: gzip.GzipFile) -> bool:
        """Add the whole of a message that was cut short, in a document that says which; whether it could be had."""
        wanted = self.wanted
        request = partial(wanted.service.log_record, pointer)
        try:
            found = wanted.governor.call("GetLogRecord", request, until=wanted.until)
        except StoppedError:
            raise
        except LiveError:
            return False
        file.write(json.dumps({"logRecord": found, "logRecordPointer": pointer}).encode() + b"\n")
        return True

    def _by_filter(self, span: Slice, cut: int) -> _Brought:
        part = replace(self.wanted, span=TimeSpan.of_millis(span.start, span.end), pattern=None)
        found = by_filter(part, self.archive, closed_at=self.closed_at)
        return _Brought(found.files, found.received or 0, cut, found.gaps)


def _cut(page: Page) -> list[str]:
    """The pointers of the messages that were cut short."""
    columns = dict(zip(page.names, page.columns, strict=True))
    if LENGTH not in columns or "@ptr" not in columns or "@message" not in columns:
        return []
    rows = zip(columns["@message"], columns[LENGTH], columns["@ptr"], strict=True)
    return [pointer for message, length, pointer in rows if message and pointer and is_cut(message, length)]


def _stamp(millis: int) -> str:
    return f"{from_millis(millis):%Y%m%dT%H%M%S}.{millis % 1000:03d}Z"


def _joined(gaps: list[Gap]) -> Iterator[Gap]:
    """Gaps in the order of time, those side by side for one reason together."""
    last: Gap | None = None
    for gap in sorted(gaps, key=lambda each: (each.start, each.end)):
        if last is not None and last.end == gap.start and last.why == gap.why:
            received = None if last.received is None else last.received + (gap.received or 0)
            last = last.model_copy(update={"end": gap.end, "received": received})
            continue
        if last is not None:
            yield last
        last = gap
    if last is not None:
        yield last


def _notes(pieces: list[_Brought]) -> Iterator[str]:
    if cut := sum(each.cut for each in pieces):
        yield f"{cut:,} messages came cut short from Logs Insights, and were asked for whole."
