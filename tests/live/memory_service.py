"""A service over events in memory: what it may be asked, without a network, and how often it was."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
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
    from pathlib import Path

    from siemlib.database.connection import Connection
    from siemlib.database.relation import EventRelation
    from siemlib.engine import Result
    from siemlib.live.asking import Portion, Prepared
    from siemlib.live.gathering import Gathered
    from siemlib.live.service import Ask
    from siemlib.live.slicing import Slice
    from siemlib.model.event import FieldPath, FieldType

START = 1_700_000_000_000
NOW = datetime(2024, 1, 1, tzinfo=UTC)
_WITHOUT_LIMIT = 10_000


class _Events:
    """The events of the example at hand; making an engine takes longer than an example."""

    def __init__(self) -> None:
        self.held = MemoryStore([])

    def log_groups(self) -> tuple[LogGroup, ...]:
        """By name."""
        names = sorted({"memory", "other", *(event.log_group for event in self.held.events)})
        return tuple(LogGroup(name, (), 0, None, None) for name in names)

    def relation(
        self, connection: Connection, log_groups: Sequence[str], timespan: TimeSpan, paths: Sequence[FieldPath]
    ) -> EventRelation:
        """That of the events."""
        return self.held.relation(connection, log_groups, timespan, paths)

    def schema(self, log_groups: Sequence[str]) -> Mapping[FieldPath, FieldType]:
        """Nothing is stored."""
        del log_groups
        return {}

    def unread(self, log_groups: Sequence[str] | None = None) -> tuple[str, ...]:
        """Nothing."""
        del log_groups
        return ()


_EVENTS = _Events()


@cache
def _engine() -> LocalEngine:
    return LocalEngine(_EVENTS, "local:memory")


class MemoryService:
    """Answers asks as the service does: whole seconds, both inclusive, and at most ``most`` rows of a query."""

    def __init__(
        self, events: Sequence[MemoryEvent], *, most: int, says_matched: bool = True, account: str | None = None
    ) -> None:
        """``says_matched``: whether it tells how many rows there are; ``account`` is that of ``@log``."""
        _EVENTS.held = MemoryStore(events, account=account)
        self.engine = _engine()
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


def prepared(query: str, span: TimeSpan, *groups: str, lookup_tables: Mapping[str, Path] | None = None) -> Prepared:
    """The question, asked of these log groups; of one where none is named."""
    asked = groups or ("memory",)
    known = [LogGroup(name, (), 0, None, None) for name in dict.fromkeys(("memory", "other", *asked))]
    return prepare(
        query,
        span,
        asked,
        parameters=None,
        known=known,
        saved_queries=dict,
        now=NOW,
        lookup_tables=lookup_tables,
    )


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
