"""Runs a query over a relation of events: syntax and store in, rows of strings out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import dropwhile, takewhile
from typing import TYPE_CHECKING

from siemlib.database.connection import Connection, DatabaseError
from siemlib.database.fields import every_field
from siemlib.database.relation import EventRelation
from siemlib.database.tables import Table, read_table, register_tables
from siemlib.database.windows import both_windows, earlier_span
from siemlib.engine.protocol import DEFAULT_LIMIT
from siemlib.errors import SiemError
from siemlib.model.run import LookupTable
from siemlib.ql import ast
from siemlib.ql.analyse import analyse
from siemlib.ql.diagnostic import CompileError, Diagnostic, visible
from siemlib.ql.parameters import inner_queries
from siemlib.ql.pattern_nodes import Estimate, RelevantFields
from siemlib.ql.plan import GROUPING, Cut, Where
from siemlib.ql.sql.emit import MOST_KEYS, ROW_BY_ROW, Emitted, Source, emit
from siemlib.ql.sql.expressions import Moment
from siemlib.ql.sql.pattern_steps import estimate_sql

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from siemlib.database.relation import EventStore
    from siemlib.model.event import FieldPath
    from siemlib.model.timespan import TimeSpan
    from siemlib.ql.plan import Plan
    from siemlib.ql.types import Column

_BATCH = 10_000
_NOTHING = EventRelation("", (), scanned=0)


class DatabaseFailedError(SiemError):
    """The database could not finish a query: out of memory or disk, a broken file, a format it does not know."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query compiled for one relation; ready to run, or to be shown."""

    plan: Plan
    relation: EventRelation
    emitted: Emitted
    others: tuple[EventRelation, ...] = ()
    """What the queries inside are asked of."""
    earlier: TimeSpan | None = None
    """The window that the query compares with."""
    columns: tuple[Column, ...] = ()
    """Those of the plan, with the types that are known without a store: what is stored may not change a frame."""
    tables: tuple[LookupTable, ...] = ()
    """The lookup tables, as they were read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gives over one relation."""

    columns: tuple[Column, ...]
    rows: list[dict[str, str]]
    """As GetQueryResults has them: texts, nothing for a missing value, ``@ptr`` last on events."""
    truncated: bool
    """Whether rows were left out that nobody asked to leave out."""
    matched: int
    scanned: int
    """Of the events that the queries inside read as well, as the bytes."""
    bytes: int
    sql: str
    notes: tuple[str, ...] = ()
    """What a reader must know to read the rows rightly, as sentences."""
    paths: tuple[FieldPath, ...] = ()
    """The discovered fields that the query names."""
    earlier: TimeSpan | None = None
    """The window that the query compares with."""
    tables: tuple[LookupTable, ...] = ()
    """The lookup tables, as they were read."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query, bound and with the text that its spans point into, and what it is asked of."""

    query: ast.Query
    text: str
    log_groups: Sequence[str]
    timespan: TimeSpan
    now: int
    """Epoch milliseconds."""
    lookup_tables: Mapping[str, str | Path] = field(default_factory=dict)
    """The CSV files that ``lookup`` reads, by the names of their tables."""


def compile_question(
    connection: Connection, store: EventStore, question: Question, *, every_row: bool = False
) -> Compiled:
    """The SQL of a question over ``store``.

    Raises CompileError, also for a regular expression that RE2 refuses.
    """
    question = _with_found_fields(connection, store, question)
    tables = _tables(question)
    shapes = {name: table.shape for name, table in tables.items()}
    # Which fields are needed is known before how they are stored, so the query is analysed for each.
    first = analyse(question.query, {}, question.text, shapes)
    paths = first.paths
    others = tuple(
        store.relation(connection, names or question.log_groups, question.timespan, asked.paths)
        for names, asked in first.inner
    )
    schemas = [{column.path: column for column in other.fields} for other in others]
    span = question.timespan
    earlier = None if first.baseline is None else earlier_span(span, first.baseline)
    relation = (
        store.relation(connection, question.log_groups, span, paths)
        if earlier is None
        else both_windows(lambda each: store.relation(connection, question.log_groups, each, paths), span, earlier)
    )
    plan = analyse(question.query, {column.path: column for column in relation.fields}, question.text, shapes, schemas)
    for asked in (plan, *(inner for _, inner in plan.inner)):
        _check_texts(connection, asked, question.text)
        register_tables(connection, tables, asked.steps)
    before = None if earlier is None else (earlier.start_ms, earlier.end_ms)
    moment = Moment(span.start_ms, span.end_ms - 1, question.now, before)
    source, *inside = (
        Source(each.sql, {column.path: column.column for column in each.fields}, each.newest_from, each.oldest_to)
        for each in (relation, *others)
    )
    if plan.estimate:
        size = sum(each.bytes for each in (relation, *others))
        return Compiled(plan, _NOTHING, Emitted(estimate_sql(plan, size), None), columns=first.columns)
    emitted = emit(plan, source, moment, first_rows=None if every_row else DEFAULT_LIMIT + 1, inner=inside)
    used = tuple(LookupTable(name, len(table.rows), table.sha256) for name, table in sorted(tables.items()))
    return Compiled(plan, relation, emitted, others, earlier, first.columns, used)


def _with_found_fields(connection: Connection, store: EventStore, question: Question) -> Question:
    """The question with the fields that there are in a ``relevantfields`` that names none; as it is without one."""
    commands = question.query.commands
    wanted = any(isinstance(command, RelevantFields) and command.every for command in commands)
    if not wanted or isinstance(commands[-1], Estimate):
        return question
    try:
        fields = every_field(connection, store, question.log_groups, question.timespan)
    except DatabaseError as error:
        raise _failed(error) from error
    named = tuple(
        replace(command, fields=tuple(replace(each, span=command.span) for each in fields))
        if isinstance(command, RelevantFields) and command.every
        else command
        for command in commands
    )
    return replace(question, query=replace(question.query, commands=named))


def _failed(error: Exception) -> DatabaseFailedError:
    reason = visible(str(error).split("\n", maxsplit=1)[0])
    return DatabaseFailedError(f"the database could not run the query: {reason}")


def _tables(question: Question) -> dict[str, Table]:
    """The tables that the query reads; where it names one that there is not, all, for what may have been meant."""
    queries = (question.query, *inner_queries(question.query))
    named = {c.table for query in queries for c in query.commands if isinstance(c, ast.Lookup)}
    known = question.lookup_tables
    wanted = {name: known[name] for name in known if name in named} if named <= set(known) else known
    return {name: read_table(name, path) for name, path in wanted.items()} if named else {}


def run(connection: Connection, store: EventStore, question: Question, *, every_row: bool = False) -> Answer:
    """The answer to a question over ``store``.

    Raises CompileError for a query that does not compile, DatabaseFailedError for one that cannot be finished.
    """
    compiled = compile_question(connection, store, question, every_row=every_row)
    try:
        with ThreadPoolExecutor(1) as beside:
            # Counting waits for files more than it computes, and nothing else waits for the count.
            counting = beside.submit(_all_scanned, connection.cursor(), compiled)
            rows, counted = _rows(connection, compiled)
            scanned, inside = counting.result()
        notes = _notes(connection, compiled)
        truncated = compiled.plan.limit is None and not every_row and len(rows) > DEFAULT_LIMIT
        matched = _matched(connection, compiled, counted, scanned, None if truncated else len(rows))
    except DatabaseError as error:
        raise _failed(error) from error
    return Answer(
        columns=compiled.columns,
        rows=rows[:DEFAULT_LIMIT] if truncated else rows,
        truncated=truncated,
        matched=matched,
        scanned=scanned + inside,
        bytes=sum(each.bytes for each in (compiled.relation, *compiled.others)),
        sql=compiled.emitted.sql,
        notes=(*compiled.plan.notes, *notes),
        paths=tuple(column.path for column in compiled.relation.fields),
        earlier=compiled.earlier,
        tables=compiled.tables,
    )


def _all_scanned(connection: Connection, compiled: Compiled) -> tuple[int, int]:
    """Events that the query is asked of, and those that the queries inside it are asked of."""
    inside = sum(_scanned(connection, other) for other in compiled.others)
    return _scanned(connection, compiled.relation), inside


def _scanned(connection: Connection, relation: EventRelation) -> int:
    if relation.scanned is not None:
        return relation.scanned
    return _number(connection, relation.count_sql or f"SELECT count(*) FROM ({relation.sql})")  # noqa: S608 - our SQL


def _notes(connection: Connection, compiled: Compiled) -> tuple[str, ...]:
    """That a join is larger than the service would make it."""
    keys_sql = compiled.emitted.keys_sql
    if keys_sql is None or all((other.scanned or MOST_KEYS + 1) <= MOST_KEYS for other in compiled.others):
        return ()
    if _number(connection, keys_sql) <= MOST_KEYS:
        return ()
    note = f"The right side of the join has more than {MOST_KEYS:,} different keys, the most that the service takes."
    return (f"{note} Here all of them are joined.",)


def _rows(connection: Connection, compiled: Compiled) -> tuple[list[dict[str, str]], int | None]:
    """The rows, and the count of matched events where the rows of a ``stats`` carry it."""
    names = [column.name for column in compiled.plan.columns]
    rows: list[dict[str, str]] = []
    counted: int | None = None
    reader = connection.sql(compiled.emitted.sql).to_arrow_reader(_BATCH)
    for batch in reader:
        if compiled.plan.is_events:
            rows.extend(rows_of(batch, [*names, "@ptr"]))
            continue
        if counted is None and batch.num_rows and (last := batch.column(batch.num_columns - 1)[0].as_py()) is not None:
            counted = int(last)
        rows.extend(rows_of(batch, names))
    return rows, counted


def rows_of(batch: pa.RecordBatch, names: Sequence[str]) -> list[dict[str, str]]:
    """The rows of the first columns of texts, by their names; a missing value has no key."""
    columns = [batch.column(number).to_pylist() for number in range(len(names))]
    if not columns:
        return [{} for _ in range(batch.num_rows)]
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    # Most columns have a value in every row, so the rows are made whole and what is missing is taken out.
    for number, name in enumerate(names):
        if batch.column(number).null_count:
            for row, value in zip(rows, columns[number], strict=True):
                if value is None:
                    del row[name]
    return rows


def _matched(
    connection: Connection, compiled: Compiled, counted: int | None, scanned: int, all_rows: int | None
) -> int:
    """Events that passed the filters, without a second pass where something knows the number already."""
    count_sql = compiled.emitted.count_sql
    if count_sql is None:
        return scanned
    if counted is not None and _counts_events(compiled.plan):
        return counted
    if compiled.plan.is_events and compiled.plan.limit is None and all_rows is not None and _row_by_row(compiled.plan):
        return all_rows
    if all_rows is not None and _cuts_only(compiled.plan) and all_rows < (compiled.plan.limit or 0):
        return all_rows
    return _number(connection, count_sql)


def _counts_events(plan: Plan) -> bool:
    """Whether the first ``stats`` counts events, not what a command before it made of them."""
    before = takewhile(lambda step: not isinstance(step, GROUPING), plan.steps)
    return all(isinstance(step, ROW_BY_ROW) for step in before)


def _row_by_row(plan: Plan) -> bool:
    return all(isinstance(step, ROW_BY_ROW) for step in plan.steps)


def _cuts_only(plan: Plan) -> bool:
    """Whether the rows are the events behind the filters, but for those that a ``limit`` behind all filters cut off."""
    behind = dropwhile(lambda step: not isinstance(step, Cut), plan.steps)
    plain = all(isinstance(step, (*ROW_BY_ROW, Cut)) for step in plan.steps)
    return plan.is_events and plain and not any(isinstance(step, Where) for step in behind)


def _number(connection: Connection, sql: str) -> int:
    rows = connection.execute(sql).fetchall()
    return int(rows[0][0])


def _check_texts(connection: Connection, plan: Plan, text: str) -> None:
    """Ask the database, which is the judge, about regular expressions and time zones before they meet an event."""
    refused: list[Diagnostic] = []
    for pattern, span in plan.regexes:
        if reason := _refusal(connection, "SELECT regexp_matches('', $1)", [pattern]):
            refused.append(Diagnostic(f"not a regular expression: {reason}", span))
    for zone, span in plan.zones:
        if _refusal(connection, "SELECT timezone($1, to_timestamp(0))", [zone]):
            refused.append(Diagnostic(f"not a time zone: {zone!r}", span, 'for example: "Europe/Berlin"'))
    if refused:
        raise CompileError(text, refused)


def _refusal(connection: Connection, sql: str, values: list[str]) -> str | None:
    """Why the database does not take these values; ``None`` if it does."""
    try:
        connection.execute(sql, values).fetchall()
    except DatabaseError as error:
        return str(error).split("\n", maxsplit=1)[0].removeprefix("Invalid Input Error: ")
    return None
