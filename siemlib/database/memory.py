"""A store of events in memory: what the language cases and the tests run over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from siemlib.database.discover import guessed_field, json_text
from siemlib.database.relation import ACCOUNT, EventRelation, FieldColumn, account_text, shown_log
from siemlib.engine.protocol import LogGroup
from siemlib.model.event import FieldType
from siemlib.model.timespan import from_millis
from siemlib.ql.sql.writer import identifier, integer, literal
from siemlib.sources import recognise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.database.connection import Connection
    from siemlib.model.event import FieldPath
    from siemlib.model.timespan import TimeSpan

_SCHEMA = pa.schema(
    [
        ("timestamp", pa.int64()),
        ("ingestion_time", pa.int64()),
        ("log_group", pa.string()),
        ("log_stream", pa.string()),
        ("message", pa.string()),
        ("event_id", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class MemoryEvent:
    """One event; times are epoch milliseconds, and ``ingestion_time`` is ``timestamp`` where it is ``None``."""

    timestamp: int
    message: str
    log_group: str = "memory"
    log_stream: str = "memory"
    ingestion_time: int | None = None


@dataclass(frozen=True)
class MemoryStore:
    """Events in the order given, which breaks ties of time. Fields are discovered by the look of each message.

    ``stored`` names fields that are given as typed columns, as an archive gives them; for tests of "being stored
    never changes an answer". ``missing_text`` is what those columns read as where they are ``NULL``. ``account`` is
    that of the log groups, where it is known.
    """

    events: Sequence[MemoryEvent]
    stored: Mapping[FieldPath, FieldType] = field(default_factory=dict)
    missing_text: str | None = None
    account: str | None = None

    def log_groups(self) -> tuple[LogGroup, ...]:
        """Every log group that an event names, sorted by name, with the kinds of log that its messages look like."""
        groups: dict[str, list[MemoryEvent]] = {}
        for event in self.events:
            groups.setdefault(event.log_group, []).append(event)
        return tuple(self._log_group(name, groups[name]) for name in sorted(groups))

    def _log_group(self, name: str, events: Sequence[MemoryEvent]) -> LogGroup:
        kind = recognise([event.message for event in events])
        times = [from_millis(event.timestamp) for event in events]
        accounts = () if self.account is None else (self.account,)
        sources = () if kind is None else (kind.name,)
        return LogGroup(name, sources, len(events), min(times), max(times), accounts=accounts)

    def relation(
        self, connection: Connection, log_groups: Sequence[str], timespan: TimeSpan, paths: Sequence[FieldPath]
    ) -> EventRelation:
        """See :class:`siemlib.database.relation.EventStore`. Registers the events as a view of ``connection``."""
        name = f"memory_{id(self)}"
        connection.register(name, self._table())
        fields = tuple(FieldColumn(p, f"field_{i}", *self._type(p)) for i, p in enumerate(paths, 1))
        system = [shown_log(self.account) if name == "log_group" else name for name in _SCHEMA.names]
        columns = [*system, *(f"{self._column(f)} AS {identifier(f.column)}" for f in fields)]
        groups = ", ".join(literal(group) for group in log_groups) or "NULL"
        wanted = (
            f"timestamp >= {integer(timespan.start_ms)} AND timestamp < {integer(timespan.end_ms)} "
            f"AND log_group IN ({groups})"
        )
        inside = [e for e in self.events if timespan.start_ms <= e.timestamp < timespan.end_ms]
        scanned = [e for e in inside if e.log_group in log_groups]
        # In the middle, so that what is asked over a few events takes the way of a large archive.
        middle = sorted(e.timestamp for e in scanned)[len(scanned) // 2] if scanned else None
        looked = f"(SELECT *, {json_text('message', 'log_group')} AS json FROM {identifier(name)} WHERE {wanted})"  # noqa: S608 - quoted by the writer
        return EventRelation(
            sql=f"SELECT {', '.join(columns)} FROM {looked}",  # noqa: S608 - the same
            fields=fields,
            bytes=sum(len(e.message.encode()) for e in scanned),
            scanned=len(scanned),
            newest_from=middle,
            oldest_to=middle,
        )

    def _column(self, column: FieldColumn) -> str:
        return account_text(self.account) if column.path == ACCOUNT else _column(column)

    def _type(self, path: FieldPath) -> tuple[FieldType, str | None]:
        if path not in self.stored:
            return FieldType.DYNAMIC, None
        return self.stored[path], self.missing_text

    def _table(self) -> pa.Table:
        return pa.table(
            {
                "timestamp": [e.timestamp for e in self.events],
                "ingestion_time": [e.timestamp if e.ingestion_time is None else e.ingestion_time for e in self.events],
                "log_group": [e.log_group for e in self.events],
                "log_stream": [e.log_stream for e in self.events],
                "message": [e.message for e in self.events],
                "event_id": [f"{ordinal:012d}" for ordinal in range(len(self.events))],
            },
            schema=_SCHEMA,
        )


def _column(column: FieldColumn) -> str:
    text = guessed_field("message", column.path, "json")
    match column.type:
        case FieldType.INTEGER:
            return f"TRY_CAST({text} AS BIGINT)"
        case FieldType.BOOLEAN:
            return f"TRY_CAST({text} AS BOOLEAN)"
        case _:
            return text
