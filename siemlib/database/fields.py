"""Which fields a query would find in events, how often, and what their values look like.

Fields by position or pattern are counted by the SQL that queries use. JSON leaves are read from the text that queries
read them from; names that keys with dots make ambiguous are then counted by that SQL as well.
"""

# ruff: noqa: S608 - what goes into this SQL is our own, or quoted by the writer

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from siemlib.database.discover import FLOW_FIELDS, ROUTE53_FIELDS, json_text
from siemlib.database.lambda_lines import NAMES as LAMBDA_NAMES
from siemlib.database.leaves import field_name, values
from siemlib.engine.fields import FoundField, FoundFields
from siemlib.errors import QueryError
from siemlib.model.event import FieldType
from siemlib.ql.analyse_patterns import EVERY_TOO, MOST_OF_EVERY
from siemlib.ql.ast import Field
from siemlib.ql.cursor import Cursor
from siemlib.ql.printer import print_expression
from siemlib.ql.read_parts import read_field
from siemlib.ql.sql.emit import SYSTEM_SQL
from siemlib.ql.sql.writer import identifier, integer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from siemlib.database.connection import Connection
    from siemlib.database.leaves import Value
    from siemlib.database.relation import EventRelation, EventStore, FieldColumn
    from siemlib.model.event import FieldPath
    from siemlib.model.timespan import TimeSpan

MOST_EVENTS = 20_000
"""Up to so many are looked at one by one; of more, a sample of about as many."""
_MOST_NAMES = 10_000
_BATCH = 1000
_JSON = "JSON text"
_TIMES = ("timestamp", "ingestion_time")
_EXAMPLE = 80
"""Characters."""
_JOINED_UP_TO = 4
"""Segments up to which a query without backticks finds a name however its keys are cut (``discover.json_leaf``)."""
_LONGEST_TEXT = 100_000
_BY_FORM: tuple[FieldPath, ...] = tuple(
    (name,) for name in dict.fromkeys((*LAMBDA_NAMES, *FLOW_FIELDS, *ROUTE53_FIELDS))
)


@dataclass
class _Seen:
    """What is known of one name."""

    path: FieldPath
    """As a query names it."""
    events: int = 0
    kinds: set[str] = field(default_factory=set)
    example: str = ""


@dataclass
class _Leaves:
    """What the JSON of all events holds."""

    seen: dict[str, _Seen] = field(default_factory=dict)
    dotted: dict[FieldPath, None] = field(default_factory=dict)
    """Paths with keys that hold dots, in the order of their appearance."""
    lists: dict[FieldPath, None] = field(default_factory=dict)
    cut: bool = False

    def add(self, text: str) -> None:
        """Take the leaves of one event."""
        names = set()
        for value in values(text):
            if value.json == "[" and len(self.lists) < _MOST_NAMES:
                self.lists[value.path] = None
            if not value.is_leaf:
                continue
            name = field_name(value.path)
            if any("." in key for key in value.path) and len(self.dotted) < _MOST_NAMES:
                self.dotted[value.path] = None
            if name not in self.seen:
                if len(self.seen) == _MOST_NAMES:
                    self.cut = True
                    continue
                self.seen[name] = _Seen(_in_query(value.path), example=_value(value))
            known = self.seen[name]
            known.events += name not in names
            names.add(name)
            known.kinds.add(_kind(value, known.kinds))


def found_fields(  # noqa: PLR0913 - a question has these parts
    connection: Connection,
    store: EventStore,
    log_groups: Sequence[str],
    timespan: TimeSpan,
    *,
    stored: Iterable[FieldPath] = (),
    most: int = MOST_EVENTS,
) -> FoundFields:
    """The fields of the events of ``log_groups`` in ``timespan``.

    ``stored`` are paths that some event is known to have, as those of a flow log with a header line. Of more than
    ``most`` events a sample is looked at, the same each time. Raises DatabaseError.
    """
    by_form = tuple(dict.fromkeys((*_BY_FORM, *stored)))
    looked = _Sample(connection, store, log_groups, timespan, most)
    leaves = looked.leaves()
    exact = dict.fromkeys([*by_form, *_ambiguous(leaves)])
    system, counted, plain = looked.counted(tuple(exact))
    for path, seen in counted.items():
        name = ".".join(path)
        known = leaves.seen.get(name)
        if known is not None:
            known.events, known.path = seen.events, path
        elif seen.events:
            leaves.seen[name] = seen
    fields = [_found(name, seen, looked.events) for name, seen in leaves.seen.items() if seen.events]
    return FoundFields(
        log_group=", ".join(log_groups),
        timespan=timespan,
        events=looked.total,
        looked_at=looked.events,
        system=tuple(_found(name, seen, looked.events) for name, seen in system.items()),
        fields=tuple(sorted(fields, key=lambda each: (-each.events, each.name))),
        lists=tuple(sorted(written for path in leaves.lists if (written := _written(_in_query(path))))),
        plain=plain,
        wide=looked.wide,
        cut=leaves.cut,
    )


def every_field(
    connection: Connection, store: EventStore, log_groups: Sequence[str], timespan: TimeSpan
) -> tuple[Field, ...]:
    """What ``relevantfields`` looks at where it names no field: see the notes of a run. Raises DatabaseError."""
    found = found_fields(connection, store, log_groups, timespan)
    discovered = [each.written for each in found.fields if each.written is not None][:MOST_OF_EVERY]
    return tuple(read_field(Cursor(written)) for written in (*discovered, *EVERY_TOO))


def _ambiguous(leaves: _Leaves) -> Iterable[FieldPath]:
    """Paths, as queries write them, of the names that are made of keys with dots."""
    for path in leaves.dotted:
        plain = tuple(".".join(path).split("."))
        yield _in_query(plain if len(plain) <= _JOINED_UP_TO and all(plain) else path)


class _Sample:
    """The events to look at; each question reads them again, so that memory does not grow with them."""

    def __init__(
        self, connection: Connection, store: EventStore, log_groups: Sequence[str], timespan: TimeSpan, most: int
    ) -> None:
        self._connection, self._store, self._log_groups, self._timespan = connection, store, log_groups, timespan
        self.total = int(self._one(f"SELECT count(*) FROM ({self._ask(()).sql})")[0])
        every = -(-self.total // most)
        self._where = f"WHERE hash(event_id) % {integer(every)} = 0" if every > 1 else ""
        self.events = self.total if every <= 1 else int(self._one(self._sql(("count(*)",), ()))[0])
        self.wide = 0

    def leaves(self) -> _Leaves:
        """What their JSON holds."""
        text = json_text("message", "log_group")
        sql = (
            f"SELECT j, json_valid(message) AND j <> message FROM (SELECT message, {text} AS j FROM ({self._rows(())}))"
        )
        found = _Leaves()
        for batch in self._connection.sql(f"{sql} WHERE j IS NOT NULL").to_arrow_reader(_BATCH):
            texts, wide = batch.columns
            self.wide += sum(wide.to_pylist())
            for each in texts.to_pylist():
                found.add(each)
        return found

    def counted(self, paths: Sequence[FieldPath]) -> tuple[dict[str, _Seen], dict[FieldPath, _Seen], int]:
        """System fields, these fields, and the number of events that have no discovered field at all."""
        columns = self._ask(paths).fields
        texts = [_as_text(column) for column in columns]
        system = {name: column for name, column in SYSTEM_SQL.items() if name != "@ptr"}
        wanted: list[str] = []
        shown = [f"ql_time({name})" if name in _TIMES else name for name in system.values()]
        for text in (*shown, *texts):
            numbers = f"count(*) FILTER (ql_number({text}) IS NOT NULL)"
            example = f"coalesce(min({text}) FILTER ({text} <> '-'), min({text}))"
            wanted += [f"count({text})", numbers, f"left({example}, {integer(_EXAMPLE)})"]
        nothing = " AND ".join(f"{text} IS NULL" for text in texts) or "TRUE"
        wanted.append(f"count(*) FILTER ({json_text('message', 'log_group')} IS NULL AND {nothing})")
        *cells, plain = self._one(self._sql(wanted, paths))
        seen = [_counted(*cells[at : at + 3]) for at in range(0, len(cells), 3)]
        for each, path in zip(seen, (*((name,) for name in system), *paths), strict=True):
            each.path = path
        return dict(zip(system, seen, strict=False)), dict(zip(paths, seen[len(system) :], strict=True)), int(plain)

    def _ask(self, paths: Sequence[FieldPath]) -> EventRelation:
        return self._store.relation(self._connection, self._log_groups, self._timespan, paths)

    def _rows(self, paths: Sequence[FieldPath]) -> str:
        return f"SELECT * FROM ({self._ask(paths).sql}) {self._where}"

    def _sql(self, wanted: Sequence[str], paths: Sequence[FieldPath]) -> str:
        return f"SELECT {', '.join(wanted)} FROM ({self._rows(paths)})"

    def _one(self, sql: str) -> tuple[Any, ...]:
        [row] = self._connection.execute(sql).fetchall()
        return tuple(row)


def _counted(events: int, numbers: int, example: str | None) -> _Seen:
    kinds = {"number"} if numbers else set()
    return _Seen((), events, kinds | {"text"} if numbers < events else kinds, example or "")


def _as_text(column: FieldColumn) -> str:
    name = identifier(column.column)
    match column.type:
        case FieldType.BOOLEAN:
            return f"CAST(CAST({name} AS INTEGER) AS VARCHAR)"
        case FieldType.INTEGER if column.missing_text is not None:
            return f"coalesce(CAST({name} AS VARCHAR), '{column.missing_text}')"
        case _:
            return f"CAST({name} AS VARCHAR)"


def _in_query(path: FieldPath) -> FieldPath:
    """The segments by which a query names the leaf at ``path``."""
    return (f"@{path[0]}", *path[1:]) if path[0].startswith("@") else path


def _found(name: str, seen: _Seen, events: int) -> FoundField:
    return FoundField(
        name=name,
        written=_written(seen.path),
        events=seen.events,
        percent=100 * seen.events / events if events else 0.0,
        kinds=tuple(sorted(seen.kinds)),
        example=seen.example,
    )


def _written(path: FieldPath) -> str | None:
    try:
        return print_expression(Field(path))
    except QueryError:
        return None


def _kind(value: Value, known: set[str]) -> str:
    written = value.json
    if not written.startswith('"'):
        return "boolean" if written in {"true", "false"} else "number"
    if written[1:2] in {"{", "["} and len(written) <= _LONGEST_TEXT and _JSON not in known:
        try:
            inner = json.loads(json.loads(written, strict=False))
        except (ValueError, RecursionError):
            return "text"
        return _JSON if inner else "text"
    return _JSON if written[1:2] in {"{", "["} and _JSON in known else "text"


def _value(value: Value) -> str:
    if value.json.startswith('"'):
        return str(json.loads(value.json, strict=False))[:_EXAMPLE]
    return {"true": "1", "false": "0"}.get(value.json, value.json[:_EXAMPLE])
