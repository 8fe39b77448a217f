"""Metric-filter patterns over an archive: which events match, what is extracted, and what a metric would report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siemlib.database.connection import DatabaseError, connect
from siemlib.database.run import DatabaseFailedError
from siemlib.evidence.visible import visible
from siemlib.model.run import Completeness
from siemlib.model.timespan import from_millis
from siemlib.patterns.metric import MINUTE, datapoints
from siemlib.patterns.sql import extraction, predicate
from siemlib.ql.sql.writer import integer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from siemlib.archive.store import Archive
    from siemlib.model.timespan import TimeSpan
    from siemlib.patterns.metric import Datapoint, MetricTransformation
    from siemlib.patterns.syntax import Pattern

_ROWS_AT_A_TIME = 10_000


@dataclass(frozen=True, slots=True)
class Match:
    """An event that matches, and its extracted values: ``$name`` and ``$1``, in the order of the message."""

    time: datetime
    log_group: str
    log_stream: str
    message: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """What a pattern finds. ``matched`` counts every match, also those behind the limit."""

    matches: tuple[Match, ...]
    matched: int
    scanned: int
    completeness: Completeness
    notes: tuple[str, ...]
    """What of these log groups could not be read when it was loaded."""


def find(
    archive: Archive, pattern: Pattern, log_groups: Sequence[str], timespan: TimeSpan, *, limit: int = 10_000
) -> Found:
    """The first ``limit`` events that match, in the order of time, and how many there are; 0 asks for the number alone.

    Raises UsageError for an unknown log group, DatabaseFailedError when the database gives up.
    """
    asked = _Asked(archive, pattern, log_groups, timespan)
    first = (
        f"SELECT timestamp, event_id, log_group, log_stream, message FROM ({asked.events}) "  # noqa: S608 - our SQL
        f"WHERE {asked.wanted} ORDER BY timestamp, event_id LIMIT {integer(limit)}"
    )
    # Values are taken out of those that are shown alone.
    sql = (
        f"SELECT timestamp, log_group, log_stream, message, {extraction(pattern, 'message')} "  # noqa: S608 - our SQL
        f"FROM ({first}) ORDER BY timestamp, event_id"
    )
    ((scanned, matched),) = asked.rows(
        f"SELECT count(*), count(*) FILTER (WHERE {asked.wanted}) FROM ({asked.events})"  # noqa: S608 - our SQL
    )
    matches = tuple(
        Match(from_millis(time), group, stream, message, values or {})
        for time, group, stream, message, values in asked.rows(sql)
    )
    cut = Completeness.TRUNCATED if limit and len(matches) < matched else Completeness.COMPLETE
    return Found(matches, matched, scanned, Completeness.worst([cut, asked.completeness]), asked.notes)


@dataclass(frozen=True, slots=True)
class Metric:
    """What a metric filter would have reported, had it been there: filters are not retroactive, an archive is."""

    datapoints: tuple[Datapoint, ...]
    completeness: Completeness
    notes: tuple[str, ...]


def measure(
    archive: Archive,
    pattern: Pattern,
    transformation: MetricTransformation,
    log_groups: Sequence[str],
    timespan: TimeSpan,
) -> Metric:
    """The data points of a metric filter on these log groups. Raises as :func:`find` and ``datapoints`` do."""
    datapoints(pattern, transformation, [])  # says what is wrong with the transformation, before anything is read
    asked = _Asked(archive, pattern, log_groups, timespan)
    # Of the events that do not match, one a minute tells that the minute had events.
    sql = (
        f"SELECT timestamp, message FROM ({asked.events}) WHERE {asked.wanted} UNION ALL "  # noqa: S608 - our SQL
        f"SELECT min(timestamp), arg_min(message, timestamp) FROM ({asked.events}) WHERE NOT {asked.wanted} "
        f"GROUP BY timestamp // {integer(MINUTE)}"
    )
    points = datapoints(pattern, transformation, asked.rows(sql))
    return Metric(tuple(points), asked.completeness, asked.notes)


class _Asked:
    """A pattern and the events it is asked of, as SQL."""

    def __init__(self, archive: Archive, pattern: Pattern, log_groups: Sequence[str], timespan: TimeSpan) -> None:
        groups = [group for group in archive.log_groups() if group.name in log_groups]
        partial = any(group.partial_files for group in groups)
        self._connection = connect()
        self.events = archive.relation(self._connection, log_groups, timespan, ()).sql
        self.wanted = predicate(pattern, "message")
        self.completeness = Completeness.PARTIAL if partial else Completeness.COMPLETE
        self.notes = archive.unread(log_groups)

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of ``sql``, not all in memory at once."""
        try:
            result = self._connection.cursor().execute(sql)
            while rows := result.fetchmany(_ROWS_AT_A_TIME):
                yield from rows
        except DatabaseError as error:
            reason = visible(str(error).split("\n", maxsplit=1)[0])
            raise DatabaseFailedError(f"the database could not look for the pattern: {reason}") from error
