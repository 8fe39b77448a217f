"""A small engine for tests of what stands on the protocol: it answers every query with rows that it was given."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from siemlib.engine import Column, LogGroup, Result
from siemlib.model.event import FieldType
from siemlib.model.run import Completeness, Run, Statistics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from siemlib.model.timespan import TimeSpan

T = TypeVar("T")
FIRST = datetime(2026, 3, 4, 13, 55, tzinfo=UTC)
LAST = datetime(2026, 3, 4, 14, 29, 59, 500_000, tzinfo=UTC)
COLUMNS = (
    Column("@timestamp", FieldType.TIMESTAMP),
    Column("user", FieldType.TEXT),
    Column("events", FieldType.INTEGER),
)
ROWS = [
    {"@timestamp": "2026-03-04 13:55:01.250", "user": "violet", "events": "12"},
    {"@timestamp": "2026-03-04 13:56:00.000", "user": "<img src=x onerror=alert(1)>", "events": "3"},
    {"@timestamp": "2026-03-04 13:57:00.000", "events": "1"},
]


class FixedEngine:
    """Answers with ``rows``, and with one row for each log group to a query for their coverage."""

    def __init__(self, url: str, rows: list[dict[str, str]], completeness: Completeness) -> None:
        self._url = url
        self._rows = rows
        self._completeness = completeness
        self._count = 0

    @property
    def url(self) -> str:
        """As it was given."""
        return self._url

    def log_groups(self) -> tuple[LogGroup, ...]:
        """Three: one with alerts, a silent one, one that began a day earlier."""
        return (
            LogGroup("OSSEC", ("ossec",), 497, FIRST, LAST, rejected=2),
            LogGroup("quiet", ("sshd", "syslog"), 0, None, None),
            LogGroup("vpc", ("vpc_flow",), 4152, FIRST.replace(day=3), LAST),
        )

    def each(self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """One after the other."""
        return [job() for job in jobs]

    def run(
        self,
        query: str,
        timespan: TimeSpan,
        log_groups: Sequence[str],
        *,
        parameters: Mapping[str, str] | None = None,
        every_row: bool = False,
    ) -> Result:
        """The rows, whatever is asked; one row of coverage where it is asked for by log group."""
        del every_row
        coverage = "by @log" in query
        columns = (Column("@log", FieldType.TEXT), Column("events", FieldType.INTEGER)) if coverage else COLUMNS
        rows = [{"@log": "000000000000:OSSEC", "events": "497", "first": "1772632500000"}] if coverage else self._rows
        self._count += 1
        run = Run(
            f"run-{self._count}",
            self._url,
            query,
            dict(parameters or {}),
            timespan,
            tuple(log_groups),
            FIRST,
            LAST,
            Statistics(len(rows), 4649, 100_000, len(rows)),
            Completeness.COMPLETE if coverage else self._completeness,
            details={"sql": f"read_parquet('{self._url.partition(':')[2]}/x.parquet')"},
        )
        return Result(columns, rows, run)


def engine(
    url: str = "local:archive",
    rows: list[dict[str, str]] | None = None,
    completeness: Completeness = Completeness.COMPLETE,
) -> FixedEngine:
    """An engine with :data:`ROWS` unless others are given."""
    return FixedEngine(url, ROWS if rows is None else rows, completeness)


class Threads(FixedEngine):
    """Does jobs in threads, all at the same time."""

    def each(self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """Side by side."""
        with ThreadPoolExecutor(len(jobs) or 1) as pool:
            futures = [pool.submit(copy_context().run, job) for job in jobs]
        return [future.result() for future in futures]
