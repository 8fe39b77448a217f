"""Plan → SQL: one named part for each command, in order, so that a person can follow a query from event to answer.

``sort`` has no part of its own: its keys stand in the ``ORDER BY`` of what comes after it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import dropwhile
from typing import TYPE_CHECKING, assert_never

from siemlib.model.event import FieldType
from siemlib.ql.plan import (
    Aggregate,
    Assignment,
    Compute,
    Constant,
    Cut,
    Extract,
    Key,
    Order,
    Plan,
    Ref,
    Spread,
    Step,
    Symbol,
    Unique,
    Where,
)
from siemlib.ql.plan_inner import Among, AppendCols, Join
from siemlib.ql.plan_patterns import Anomalies, Differences, Patterns, Relevance
from siemlib.ql.plan_rows import ColumnTotals, FillGaps, Outliers, RowTotal, Running, Sessions
from siemlib.ql.plan_tables import LookUp
from siemlib.ql.scope import MATCHED
from siemlib.ql.sql.expressions import Expressions, Moment, shown_symbol
from siemlib.ql.sql.extract import extract_sql
from siemlib.ql.sql.inner import Inside, among_sql, appendcols_sql, inner_name, join_sql, keys_sql
from siemlib.ql.sql.neighbours import Together, numbered, together_sql
from siemlib.ql.sql.pattern_steps import order_of, pattern_parts
from siemlib.ql.sql.rows import command_of, rows_sql
from siemlib.ql.sql.tables import lookup_sql
from siemlib.ql.sql.used import asked_of, used_beside
from siemlib.ql.sql.writer import comma, identifier, indent, integer, select, with_queries
from siemlib.ql.types import TEXTUAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.model.event import FieldPath

SYSTEM_SQL = {
    "@timestamp": "timestamp",
    "@ingestionTime": "ingestion_time",
    "@logStream": "log_stream",
    "@log": "log_group",
    "@message": "message",
    "@ptr": "event_id",
}
"""The columns of an event relation behind the system fields."""

ROW_BY_ROW = (Compute, Where, Extract, Order, Running, RowTotal, Sessions, LookUp, Among, AppendCols)
"""Steps behind which there are no other rows than before, but for those that were filtered out."""

STREAMING = (Compute, Where, Extract, Order)
"""Steps that need no other row, and that cost nothing where nobody asks for what they give."""

MOST_KEYS = 50_000
"""Different keys that the right side of a ``join`` may have (CWL_QuerySyntax-Join)."""
_EVENT_ORDER = Symbol("@ptr", "@ptr", FieldType.TEXT)
_TIME = Symbol("@timestamp", "@timestamp", FieldType.TIMESTAMP)
_NEWEST_FIRST = (
    Key(Ref(_TIME), descending=True),
    Key(Ref(_EVENT_ORDER), descending=False),
)


@dataclass(frozen=True, slots=True)
class Source:
    """What the query runs over: a SELECT, and the names of its columns for the discovered fields."""

    sql: str
    columns: Mapping[FieldPath, str]
    newest_from: int | None = None
    """Epoch milliseconds: where to look first for the newest events, and ``oldest_to`` for the oldest."""
    oldest_to: int | None = None


@dataclass(frozen=True, slots=True)
class Emitted:
    """A query in SQL. Its columns are texts: those of the plan, then ``@ptr`` (of events) or the matched count."""

    sql: str
    count_sql: str | None
    """Counts the events that passed the filters; ``None`` where there are no filters before the rows are combined."""
    keys_sql: str | None = None
    """Counts the different keys on the right side of a ``join``, up to one more than :data:`MOST_KEYS`."""
    parts: tuple[tuple[str, str, int], ...] = ()
    """The named parts of ``sql``, each with the number of its step, from 1; 0 for what no step gave."""
    final: str = ""
    """What stands behind the parts."""


@dataclass
class _Parts:
    """The parts written so far; the last one is what the next one reads."""

    plan: Plan
    source: Source
    expressions: Expressions
    inside: tuple[_Parts, ...] = ()
    """The queries inside."""
    asked: frozenset[str] = frozenset()
    """The columns that the query reads which this one is inside of."""
    keys_sql: str | None = None
    parts: list[tuple[str, str]] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    order: list[Key] = field(default_factory=lambda: list(_NEWEST_FIRST))
    grouped: bool = False
    streaming: bool = True
    """Whether every step so far works on one row at a time, so that it may be asked twice."""
    twice: tuple[str, ...] = ()
    """Parts that are asked twice: the database must not keep their rows for that."""
    step: int = 0

    @property
    def last(self) -> str:
        return self.parts[-1][0]

    def add(self, name: str, sql: str) -> None:
        self.parts.append((name, sql))
        self.steps.append(self.step)

    def query(self, number: int) -> Inside:
        """The query inside with this number."""
        inside = self.inside[number]
        return Inside(inside.parts, _order_by(inside), inside.order == list(_NEWEST_FIRST))


def emit(
    plan: Plan, source: Source, moment: Moment, *, first_rows: int | None, inner: Sequence[Source] = ()
) -> Emitted:
    """The SQL of ``plan`` over ``source``, of the dialect of DuckDB and with its macros.

    ``inner`` are the sources of the queries inside it. ``first_rows`` is how many rows are wanted of a query without
    ``limit``; ``None`` gives them all.
    """
    inside = tuple(
        _written(asked, its_source, moment, asked=asked_of(plan, number))[0]
        for number, ((_, asked), its_source) in enumerate(zip(plan.inner, inner, strict=True))
    )
    written, count_sql = _written(plan, source, moment, inside)
    final = _final(written, plan, first_rows)
    parts = tuple((name, sql, step) for (name, sql), step in zip(written.parts, written.steps, strict=True))
    return Emitted(with_queries(written.parts, final, inlined=written.twice), count_sql, written.keys_sql, parts, final)


def _written(
    plan: Plan,
    source: Source,
    moment: Moment,
    inside: tuple[_Parts, ...] = (),
    asked: frozenset[str] = frozenset(),
) -> tuple[_Parts, str | None]:
    """The parts of every step, and the SQL that counts matched events."""
    written = _Parts(plan, source, Expressions(moment), inside, asked)
    written.add("events", _events(plan, source))
    count_sql: str | None = None
    combined = False
    filtered = False
    for number, step in numbered(plan.steps):
        if not isinstance(step, (*ROW_BY_ROW, tuple)) and not combined:
            combined = True
            count_sql = _count(written) if filtered else None
        filtered = filtered or isinstance(step[0] if isinstance(step, tuple) else step, Where)
        written.step = number
        if isinstance(step, tuple):
            _together(written, step, number)
        else:
            _step(written, step, number)
    written.step = 0
    if not combined and filtered:
        count_sql = _count(written)
    return written, count_sql


def _together(written: _Parts, steps: Together, number: int) -> None:
    used = frozenset().union(*(used_beside(written.plan, step, written.asked) for step in steps))
    word = "filter" if isinstance(steps[0], Where) else "fields"
    written.add(f"{word}_{number}", together_sql(steps, written.expressions, written.last, used))


def _events(plan: Plan, source: Source) -> str:
    columns = [f"{identifier(sql)} AS {identifier(name)}" for name, sql in SYSTEM_SQL.items()]
    columns += [f"{identifier(source.columns[path])} AS {identifier(symbol.column)}" for path, symbol in plan.fields]
    return select(columns, f"(\n{indent(source.sql)}\n)")


def _count(written: _Parts) -> str:
    return with_queries(written.parts, select(["count(*)"], written.last))


def _step(written: _Parts, step: Step, number: int) -> None:  # noqa: C901, PLR0912 - one case for each step
    written.streaming = written.streaming and isinstance(step, (*STREAMING, Cut, Unique))
    match step:
        case Compute(command=command, assignments=assignments):
            values = (f"{written.expressions.native(a.value)} AS {identifier(a.symbol.column)}" for a in assignments)
            written.add(f"{command}_{number}", select(["*", *values], written.last))
        case Where(condition=condition):
            test = written.expressions.condition(condition)
            written.add(f"{step.command}_{number}", select(["*"], written.last, f"WHERE {test}"))
        case Extract():
            used = used_beside(written.plan, step, written.asked)
            written.add(f"parse_{number}", extract_sql(step, written.expressions, written.last, used))
        case Spread(command=command, lists=lists, position=position):
            written.add(f"{command}_{number}", _spread(written, lists, position))
            written.order.append(Key(Ref(position), descending=False))
        case Aggregate():
            written.add(f"{step.command}_{number}", _aggregate(written, step))
            written.order = _default_order(step)
            written.grouped = True
        case Order(keys=keys):
            written.order = list(dict.fromkeys([*keys, *written.order]))
        case Cut(count=count, last=True):
            rank = f"row_number() OVER ({_order_by(written)})"
            last = f"QUALIFY {rank} > count(*) OVER () - {integer(count)}"
            written.add(f"tail_{number}", select(["*"], written.last, last))
            written.streaming = False
        case Cut(count=count):
            written.add(f"limit_{number}", _first(written, count))
            written.streaming = False
        case Unique(keys=keys):
            written.add(f"dedup_{number}", _unique(written, step, keys))
            written.streaming = False
        case LookUp():
            word = "cidrlookup" if step.networks else "lookup"
            written.add(f"{word}_{number}", lookup_sql(step, written.expressions, written.last))
        case Among() | Join() | AppendCols():
            _read_inside(written, step, number)
        case Patterns() | Differences() | Anomalies() | Relevance():
            for name, sql in pattern_parts(step, written.expressions, written.last, number, grouped=written.grouped):
                written.add(name, sql)
            written.order, written.grouped = order_of(step), True
        case Running() | RowTotal() | ColumnTotals() | FillGaps() | Outliers() | Sessions():
            order = _order_by(written)
            sql = rows_sql(step, written.expressions, written.last, order, grouped=written.grouped)
            written.add(f"{command_of(step)}_{number}", sql)
            if isinstance(step, ColumnTotals):
                written.order = [Key(Ref(step.bottom), descending=False), *written.order]
            if isinstance(step, FillGaps):
                written.order = [_of_new_rows_too(key, step) for key in written.order]
        case _:
            assert_never(step)


def _read_inside(written: _Parts, step: Among | Join | AppendCols, number: int) -> None:
    """Two parts: what is read of the query inside, and the rows with it."""
    last, expressions, inside = written.last, written.expressions, written.query(step.number)
    match step:
        case Among():
            word, (read, rows) = "among", among_sql(step, expressions, last, inside)
        case Join():
            word, (read, rows) = "join", join_sql(step, expressions, last, inside)
            written.keys_sql = keys_sql(step, expressions, inside, MOST_KEYS)
            written.order.append(Key(Ref(step.position), descending=False))
        case AppendCols():
            word, (read, rows) = "appendcols", appendcols_sql(step, expressions, last, _order_by(written), inside)
        case _:
            assert_never(step)
    written.add(inner_name(step.number), read)
    written.add(f"{word}_{number}", rows)


def _of_new_rows_too(key: Key, step: FillGaps) -> Key:
    """The key by the columns that the rows have which ``fillmissing`` adds."""
    columns = {symbol.name: symbol for symbol in (step.time, *step.keys, *(symbol for symbol, _ in step.fills))}
    if isinstance(key.value, Ref) and key.value.symbol.name in columns:
        return replace(key, value=Ref(columns[key.value.symbol.name]))
    return key


def _spread(written: _Parts, lists: Sequence[Assignment], position: Symbol) -> str:
    """The lists stand in the columns of their elements first; where they come from may have the same name."""
    columns = [identifier(each.symbol.column) for each in lists]
    whole = (f"{written.expressions.native(each.value)} AS {identifier(each.symbol.column)}" for each in lists)
    inner = select(["*", *whole], written.last)
    elements = [f"unnest({column}) AS {column}" for column in columns]
    elements.append(f"generate_subscripts({columns[0]}, 1) AS {identifier(position.column)}")
    return select([f"* EXCLUDE ({', '.join(columns)})", *elements], f"(\n{indent(inner)}\n)")


def _aggregate(written: _Parts, step: Aggregate) -> str:
    matched = f"max({identifier(MATCHED)})" if written.grouped else "sum(count(*)) OVER ()"
    columns = [
        f"{written.expressions.native(assignment.value)} AS {identifier(assignment.symbol.column)}"
        for assignment in (*step.keys, *step.values)
    ]
    columns.append(f"{matched} AS {identifier(MATCHED)}")
    by = f"GROUP BY {', '.join(integer(n) for n in range(1, len(step.keys) + 1))}" if step.keys else ""
    return select(columns, written.last, by)


def _default_order(step: Aggregate) -> list[Key]:
    """Without ``sort``: by time first, then by the other keys, ascending, so that an answer is always the same.

    Texts are in plain order here, which is far cheaper over many groups than the order of ``sort``.
    """
    keys = sorted((a.symbol for a in step.keys), key=lambda symbol: symbol.type is not FieldType.TIMESTAMP)
    return [Key(Ref(symbol), descending=False, plain=True) for symbol in keys]


def _order_by(written: _Parts, table: str = "") -> str:
    expressions = replace(written.expressions, table=table)
    terms = dict.fromkeys(term for key in written.order for term in _order_terms(expressions, key))
    return f"ORDER BY {comma(terms)}" if terms else ""


def _order_terms(expressions: Expressions, key: Key) -> list[str]:
    """Terms of an ORDER BY: missing values are last in both directions, numbers come after texts."""
    if isinstance(key.value, Constant):
        return []  # it decides nothing, and a bare number would be the position of a column
    sql, down = expressions.native(key.value), " DESC" if key.descending else ""
    if sql.isdecimal():
        return []  # now() and its like are such a number
    symbol = key.value.symbol if isinstance(key.value, Ref) else None
    texts = "LAST" if key.descending else "FIRST"
    if symbol == _EVENT_ORDER:
        # An id ends in the ordinal of the event in its file: of two such numbers the shorter one is smaller.
        return [f"length({sql})", sql]
    if key.value.type in TEXTUAL:
        tie = sql if key.plain else f"ql_tie({sql})"
        return [f"{sql} IS NULL", f"ql_number({sql}){down} NULLS {texts}", f"{tie}{down}"]
    if symbol is not None and symbol.missing_text is not None:
        return [f"{sql}{down} NULLS {texts}"]
    return [f"{sql}{down} NULLS LAST"]


def _first(written: _Parts, count: int) -> str:
    """The first ``count`` rows."""
    return select(["*"], written.last, _near(written, count), _order_by(written), f"LIMIT {integer(count)}")


def _near(written: _Parts, count: int) -> str:
    """A condition that all of the first rows meet, where they are ordered by time: how far to look.

    If there are enough rows among the newest (or oldest) events, nothing else need be read, sorted or parsed.
    """
    key = written.order[0] if written.order else None
    if not written.streaming or key is None or not isinstance(key.value, Ref) or key.value.symbol != _TIME:
        return ""
    start = written.source.newest_from if key.descending else written.source.oldest_to
    if start is None or not count:
        return ""
    time, edge = identifier(_TIME.column), identifier("#edge")
    compared, ends = (">=", "list_min(max") if key.descending else ("<=", "list_max(min")
    found = f"CASE WHEN count(*) >= {integer(count)} THEN {ends}({time}, {integer(count)})) END"
    everything = "-9223372036854775808" if key.descending else "9223372036854775807"
    columns = [f"coalesce({found}, {everything}) AS {edge}"]
    near = select(columns, written.last, f"WHERE {time} {compared} {integer(start)}")
    written.twice = tuple(dropwhile(lambda name: name != "events", (name for name, _ in written.parts)))
    return f"WHERE {time} {compared} (\n{indent(near)}\n)"


def _unique(written: _Parts, step: Step, keys: Sequence[Symbol]) -> str:
    known = [symbol for symbol in keys if symbol.missing_text is None]
    missing = [f"{identifier(symbol.column)} IS NULL" for symbol in known]
    if written.streaming and written.order == list(_NEWEST_FIRST):
        return _newest_of_each(written, step, keys, " OR ".join(missing))
    partition = ", ".join(identifier(symbol.column) for symbol in keys)
    order = f" {_order_by(written)}".rstrip()
    first = f"row_number() OVER (PARTITION BY {partition}{order}) = 1"
    return select(["*"], written.last, f"QUALIFY {' OR '.join([*missing, first])}")


def _newest_of_each(written: _Parts, step: Step, keys: Sequence[Symbol], missing: str) -> str:
    """The same for the newest event of each combination, without sorting: an event is kept for each one, no more."""
    time, event = identifier(_TIME.column), identifier(_EVENT_ORDER.column)
    columns = sorted(
        {*used_beside(written.plan, step, written.asked), _TIME.column, _EVENT_ORDER.column, *(k.column for k in keys)}
    )
    packed = ", ".join(f"{identifier(column)} := {identifier(column)}" for column in columns)
    best = f"arg_min(struct_pack({packed}), row(-{time}, length({event}), {event})) AS best"
    by = [identifier(symbol.column) for symbol in keys]
    # An event where a value is missing is like no other.
    by += [f"CASE WHEN {missing} THEN {event} END"] if missing else []
    grouped = select([best], written.last, f"GROUP BY {', '.join(by)}")
    return select(["unnest(best)"], f"(\n{indent(grouped)}\n)")


def _final(written: _Parts, plan: Plan, first_rows: int | None) -> str:
    columns = [f"{shown_symbol(output.symbol)} AS {identifier(output.column.name)}" for output in plan.outputs]
    columns.append(identifier(MATCHED) if written.grouped else identifier("@ptr"))
    if plan.limit is None and first_rows is not None:
        # Rows are cut before their values are written out as text.
        written.add("first_rows", _first(written, first_rows))
    # Columns of the same names are written here as texts; the order is that of the values.
    return select(columns, written.last, _order_by(written, written.last))
