"""A service over events in memory: what it may be asked, without a network, and how often it was."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from siemlib.database.memory import MemoryEvent, MemoryStore
from siemlib.engine import LogGroup
from siemlib.live.asking import BIN, COUNT, prepare
from siemlib.live.gathering import FetchedSlice, RowsSeen, gather, millis_of
from siemlib.live.service import Counts, Page, Status
from siemlib.local.engine import LocalEngine
from siemlib.model.timespan import TimeSpan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.engine import Result
    from siemlib.live.asking import Portion, Prepared
    from siemlib.live.gathering import Gathered
    from siemlib.live.service import Ask
    from siemlib.live.slicing import Slice

START = 1_700_000_000_000
NOW = datetime(2024, 1, 1, tzinfo=UTC)
_WITHOUT_LIMIT = 10_000


class Store(MemoryStore):
    """Events in memory that say their log groups."""

    def log_groups(self) -> tuple[LogGroup, ...]:
        """By name."""
        names = sorted({"memory", "other", *(event.log_group for event in self.events)})
        return tuple(LogGroup(name, (), 0, None, None) for name in names)

    def schema(self, log_groups: Sequence[str]) -> Mapping[tuple[str, ...], object]:
        """Nothing is stored."""
        del log_groups
        return {}

    def unread(self, log_groups: Sequence[str] | None = None) -> tuple[str, ...]:
        """Nothing."""
        del log_groups
        return ()


class MemoryService:
    """Answers asks as the service does: whole seconds, both inclusive, and at most ``most`` rows of a query."""

    def __init__(self, events: Sequence[MemoryEvent], *, most: int, says_matched: bool = True) -> None:
        self.engine = LocalEngine(Store(events), "local:memory")
        self.most = most
        self.says_matched = says_matched
        self.asked: list[Ask] = []
        self.counted: list[Ask] = []

    def run(self, ask: Ask) -> Result:
        """What the query gives, without a limit of ours."""
        span = TimeSpan.of_millis(ask.start * 1000, (ask.end + 1) * 1000)
        return self.engine.run(ask.text, span, ask.log_groups, every_row=True)

    def fetch(self, portion: Portion, span: Slice, *, exact: bool) -> FetchedSlice:
        """The rows of a slice; ``exact`` if every matched event is a row."""
        ask = portion.ask(span, self.most)
        self.asked.append(ask)
        result = self.run(ask)
        page = page_of(result.rows[: self.most])
        seen = RowsSeen()
        seen.add(page)
        matched = result.statistics.records_matched if exact and self.says_matched else None
        return seen.fetched(self.most, lambda: [page], matched)

    def count(self, portion: Portion, span: Slice, size: int) -> dict[int, int]:
        """The rows by bins, in no order."""
        ask = portion.count_ask(span, size, self.most)
        self.counted.append(ask)
        rows = self.run(ask).rows
        assert len(rows) <= self.most, "a count with more bins than rows are given"
        return {millis_of(row[BIN]) or 0: int(row[COUNT]) for row in reversed(rows)}

    def gather(self, portion: Portion, span: Slice, *, exact: bool, matched: int | None = None) -> Gathered:
        """Every row of a portion."""
        return gather(
            span,
            most=self.most,
            fetch=lambda each: self.fetch(portion, each, exact=exact),
            count=lambda each, size: self.count(portion, each, size),
            matched=matched,
        )


def prepared(
    query: str, span: TimeSpan, known: Sequence[str] = ("memory",), *, log_groups: Sequence[str] = ("memory",)
) -> Prepared:
    """The question, asked of these log groups."""
    groups = [LogGroup(name, (), 0, None, None) for name in known]
    return prepare(query, span, log_groups, parameters=None, known=groups, saved_queries=dict, now=NOW)


def page_of(rows: Sequence[Mapping[str, str]]) -> Page:
    """Rows as a page."""
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    columns = tuple([row.get(name) for row in rows] for name in names)
    return Page(Status.COMPLETE, Counts(), None, b"", names, columns)


def rows_of(gathered: Gathered) -> list[dict[str, str]]:
    """The rows of all pieces."""
    rows: list[dict[str, str]] = []
    for piece in gathered.pieces:
        taken = [row for page in piece.fetched.pages() for row in _rows(page)]
        rows += taken[: piece.take]
    return rows


def _rows(page: Page) -> list[dict[str, str]]:
    zipped = zip(*page.columns, strict=True)
    return [{n: v for n, v in zip(page.names, row, strict=True) if v is not None} for row in zipped]


def check_covers(gathered: Gathered, span: Slice) -> None:
    """The pieces, newest first, cover the span: each moment once."""
    edge = span.end
    for piece in gathered.pieces:
        assert piece.slice.end == edge
        assert piece.slice.start < edge
        edge = piece.slice.start
    assert edge == span.start


def check_asks_are_disjoint(asks: Sequence[Ask], events: Sequence[MemoryEvent]) -> None:
    """Seconds are inclusive: two asks that begin in one second differ in their condition."""
    assert len(Counter((ask.text, ask.start, ask.end, ask.log_groups) for ask in asks)) == len(asks)
    assert all(ask.start <= ask.end for ask in asks), events
