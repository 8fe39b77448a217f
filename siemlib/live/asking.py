"""The texts that are sent: the query with everything filled in, its row-wise head, and its count by time.

A query goes whole wherever that gives every row. Otherwise, if each of its rows comes of one event, its rows are asked
for in slices of time; and of any other query the events behind its filters are, over which the whole query is then run
here. That cannot be done where only the service knows what the query means: such a query goes whole, and says what it
lacks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from siemlib.database.lambda_lines import NAMES as LAMBDA_NAMES
from siemlib.database.relation import ACCOUNT
from siemlib.database.tables import read_table
from siemlib.engine.asked import read_question
from siemlib.engine.protocol import DEFAULT_LIMIT
from siemlib.errors import QueryError, UsageError
from siemlib.live.door import door
from siemlib.live.moments import with_moments, with_names
from siemlib.live.pushed import bounded, enough_newest, events_of, one_row_each, pushed, row_wise, with_time
from siemlib.live.service import LONGEST_QUERY, MOST_GROUPS_OF_A_QUERY, Ask
from siemlib.live.slicing import BINS, Slice, halves
from siemlib.ql import ast
from siemlib.ql.analyse import analyse
from siemlib.ql.parameters import inner_queries
from siemlib.ql.pattern_nodes import AboutPatterns, Estimate
from siemlib.ql.plan_tables import TableShape
from siemlib.ql.printer import print_expression, print_query
from siemlib.ql.rewrite import map_inner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from siemlib.engine.asked import Asked
    from siemlib.engine.protocol import LogGroup
    from siemlib.model.timespan import TimeSpan
    from siemlib.ql.call_nodes import Definition
    from siemlib.ql.plan import Plan

COUNT, BIN = "siem_events", "siem_bin"
"""The columns of a count; no log has fields of these names."""
_LONGEST = Slice(10**13 + 1, 10**13 + 2)
"""A slice whose condition is as long as any."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Rows that are asked for in slices of time: commands, of log groups that one query can be given."""

    commands: tuple[ast.Command, ...]
    log_groups: tuple[str, ...]
    counted: tuple[ast.Command, ...]
    """The commands whose rows are counted: as many as those of ``commands``."""

    def ask(self, span: Slice, limit: int) -> Ask:
        """The rows of ``span``, newest first. Raises QueryError for a text that is too long."""
        return _ask(ast.Query(self.commands), span, self.log_groups, limit)

    def parts(self, span: Slice, limit: int) -> Callable[[], Iterator[Ask]]:
        """What gives what is asked where the rows of ``span`` take too long: those of its halves."""
        return lambda: (self.ask(half, limit) for half in halves(span))

    def count_ask(self, span: Slice, size: int, limit: int) -> Ask:
        """How many rows there are by bins of ``size`` milliseconds; columns :data:`BIN` and :data:`COUNT`."""
        number, unit = BINS[size].rstrip("msdh"), BINS[size].lstrip("0123456789")
        by = ast.Item(ast.Call("bin", (ast.Period(int(number), unit),)), BIN)
        count = ast.Stats((ast.Item(ast.Call("count", (ast.Star(),)), COUNT),), (by,))
        return _ask(ast.Query((*self.counted, count)), span, self.log_groups, limit)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question, ready to be asked of the service."""

    asked: Asked
    """The query as it is run here."""
    sent: ast.Query
    """The same as it is sent: without ``SOURCE`` of its own, and with numbers for the moments that it speaks of."""
    plan: Plan
    lookup_tables: Mapping[str, str | Path]
    rows: Portion | None
    """What gives the rows of the query in slices; ``None`` where a row needs more than its event."""
    events: tuple[Portion, ...]
    """What gives every event that the query, and the queries inside it, need; empty where it cannot be run here."""
    whole: bool
    """Whether the service can be given the query as it is."""
    obstacle: str | None
    """Why the query cannot be run here over its events, as a clause; ``None``: it can."""
    one_row_each: bool
    """Whether every matched event is a row, so that the service's count of them is that of the rows."""
    notes: tuple[str, ...]

    @property
    def may_slice(self) -> bool:
        """Whether time can be cut; if not, ``obstacle`` says why."""
        return self.rows is not None or self.obstacle is None

    @property
    def bounded(self) -> bool:
        """Whether the query's own ``limit`` keeps its rows within what one query of the service gives."""
        return bounded(self.asked.query.commands)

    def enough(self, *, every_row: bool) -> int | None:
        """So many of the newest events of each portion decide the answer; ``None`` where all may."""
        commands = self.asked.query.commands
        if inner_queries(self.asked.query):
            return None
        if self.one_row_each and not every_row:
            return DEFAULT_LIMIT + 1
        return enough_newest(commands)

    @property
    def span(self) -> Slice:
        """The span of the question."""
        return Slice(self.asked.timespan.start_ms, self.asked.timespan.end_ms)

    def whole_ask(self, limit: int | None) -> Ask:
        """The query itself. Raises QueryError for a text that is too long."""
        return _ask(self.sent, self.span, self.asked.log_groups, limit, windows=self.plan.baseline is not None)

    @property
    def whole_text(self) -> str:
        """What is sent where the query goes whole."""
        return self.whole_ask(None).text

    def column(self, sent: str) -> str:
        """The column of the result that the service calls ``sent``: it has not seen the query as the user wrote it."""
        if any(column.name == sent for column in self.plan.columns):
            return sent
        items = list(zip(_items(self.asked.query), _items(self.sent), strict=True))
        # Letters of another case may be another field: they count for the same only where nothing else is meant.
        for like in (str, _squeezed, lambda text: _squeezed(text).lower()):
            meant = {own.text for own, given in items if like(print_expression(given.expression)) == like(sent)}
            if len(meant) == 1:
                return meant.pop()
        return sent


def prepare(  # noqa: PLR0913 - what a call of an engine says, and what the engine knows
    query: str,
    timespan: TimeSpan | None,
    log_groups: Sequence[str] | None,
    *,
    parameters: Mapping[str, str] | None,
    known: Sequence[LogGroup],
    saved_queries: Callable[[], Mapping[str, Definition]],
    now: datetime,
    lookup_tables: Mapping[str, str | Path] | None = None,
) -> Prepared:
    """Everything that is known of a question before anything is sent.

    Raises QueryError for a query that does not compile or is too long, UsageError for an unknown log group, where no
    time is given, and for what can neither be sent nor be run here.
    """
    asked = read_question(
        query, timespan, log_groups, parameters=parameters, known=known, saved_queries=saved_queries, now=now
    )
    tables = lookup_tables or {}
    lookups = [command for each in (asked.query, *inner_queries(asked.query)) for command in _lookups(each)]
    plan = analyse(asked.query, {}, asked.text, _shapes(lookups, tables))
    sent = with_moments(replace(asked.query, selection=None), asked.timespan, asked.now)
    sent = with_names(sent, _renamed(asked.query, sent))
    rows, events = _rows(sent, plan, asked.log_groups), tuple(_events(sent, asked.log_groups))
    obstacle = _obstacle(asked.query, plan, [command.table for command in lookups if command.table not in tables])
    obstacle = obstacle or (None if all(map(_fits, events)) else "its text leaves no room for the span of a slice")
    hindrance = _hindrance(asked, [command.table for command in lookups if command.table in tables])
    if hindrance and obstacle:
        raise UsageError(f"{hindrance}, and cannot be answered here: {obstacle}")
    prepared = Prepared(
        asked=asked,
        sent=sent,
        plan=plan,
        lookup_tables=tables,
        rows=rows if rows and not hindrance and _fits(rows) else None,
        events=() if obstacle else events,
        whole=hindrance is None,
        obstacle=obstacle,
        one_row_each=one_row_each(sent.commands),
        notes=(*asked.notes, *_of_windows(asked, plan)),
    )
    if prepared.whole:
        prepared.whole_ask(None)  # a text that is too long is refused now
    return prepared


def _rows(sent: ast.Query, plan: Plan, log_groups: tuple[str, ...]) -> Portion | None:
    if not row_wise(sent.commands):
        return None
    timed = any(column.name == "@timestamp" for column in plan.columns)
    # Rows are counted without their order: the language has no 'stats' behind a 'sort'.
    counted = tuple(command for command in sent.commands if not isinstance(command, ast.Sort))
    return Portion(sent.commands if timed else with_time(sent.commands), log_groups, counted)


def _events(sent: ast.Query, log_groups: Sequence[str]) -> Iterator[Portion]:
    """The events of the query, and those of the queries inside it."""
    for query in (sent, *inner_queries(sent)):
        head = pushed(query.commands)
        names = query.source or log_groups
        for start in range(0, len(names), MOST_GROUPS_OF_A_QUERY):
            yield Portion(events_of(head), tuple(names[start : start + MOST_GROUPS_OF_A_QUERY]), head)


def _fits(portion: Portion) -> bool:
    """Whether the texts of a slice with milliseconds at both ends are short enough."""
    try:
        portion.ask(_LONGEST, 1)
        portion.count_ask(_LONGEST, 100, 1)
    except QueryError:
        return False
    return True


def _ask(query: ast.Query, span: Slice, log_groups: Sequence[str], limit: int | None, *, windows: bool = False) -> Ask:
    """``windows``: the query compares two windows of time, so that nothing may be taken away of one of them."""
    given = door(span)
    if given.exact is not None and not windows:
        exact = ast.Filter(given.exact)
        query = map_inner(query, lambda inner: replace(inner, commands=(exact, *inner.commands)))
        query = replace(query, commands=(exact, *query.commands))
    text = print_query(query)
    if len(text) > LONGEST_QUERY:
        raise QueryError(
            f"with everything filled in the query has {len(text):,} characters; the service takes {LONGEST_QUERY:,}",
            hint="shorten its lists, or ask in two queries",
        )
    return Ask(text, given.start, given.end, tuple(log_groups), limit)


# ── what stands in the way ───────────────────────────────────────────────────────────────────────────────────────────


def _obstacle(query: ast.Query, plan: Plan, strange_tables: Sequence[str]) -> str | None:
    """Why the events of the query cannot be collected and the query be run over them here."""
    commands = [command for each in (query, *inner_queries(query)) for command in each.commands]
    if any(isinstance(command, Estimate) for command in commands):
        return "it asks how much the service would read"
    if any(isinstance(command, AboutPatterns) for command in commands):
        return "how the service finds patterns is its own"
    if strange_tables:
        return f"the lookup table '{strange_tables[0]}' is the account's"
    for path in (path for each in (plan, *(inner for _, inner in plan.inner)) for path in each.paths):
        name = ".".join(path)
        if name.startswith("@") and not name.startswith("@@") and path != ACCOUNT and name not in LAMBDA_NAMES:
            return f"only the service knows the field {name}"
    return None


def _hindrance(asked: Asked, local_tables: Sequence[str]) -> str | None:
    """Why the service cannot be given the query."""
    if local_tables:
        return f"the query reads the lookup table '{local_tables[0]}', which is a file on this machine"
    groups = [asked.log_groups, *(inner.source for inner in inner_queries(asked.query))]
    most = max(map(len, groups))
    if most > MOST_GROUPS_OF_A_QUERY:
        return f"the query is asked of {most:,} log groups, of which the service takes {MOST_GROUPS_OF_A_QUERY} at once"
    return None


def _of_windows(asked: Asked, plan: Plan) -> tuple[str, ...]:
    if plan.baseline is None or (asked.timespan.start_ms % 1000 == 0 and asked.timespan.end_ms % 1000 == 0):
        return ()
    return ("The query compares two windows, which the service knows in whole seconds; the span was widened to them.",)


# ── parts of a query ─────────────────────────────────────────────────────────────────────────────────────────────────


def _lookups(query: ast.Query) -> Iterator[ast.Lookup]:
    return (command for command in query.commands if isinstance(command, ast.Lookup))


def _shapes(lookups: Sequence[ast.Lookup], tables: Mapping[str, str | Path]) -> dict[str, TableShape]:
    """The tables that the query reads; of one that is not here the columns are those that the query names."""
    shapes: dict[str, TableShape] = {}
    for command in lookups:
        if command.table in tables:
            shapes[command.table] = read_table(command.table, tables[command.table]).shape
            continue
        named = [pair.column or pair.field.name for pair in (*command.keys, *command.outputs)]
        columns = (*shapes.get(command.table, TableShape(())).columns, *named)
        shapes[command.table] = TableShape(tuple(dict.fromkeys(columns)), tuple(dict.fromkeys(columns)))
    return shapes


def _renamed(query: ast.Query, sent: ast.Query) -> dict[str, str]:
    """What has no alias is a field of the name that the user wrote, and of another one where it is sent otherwise."""
    pairs = zip(_items(query), _items(sent), strict=True)
    names = ((own.text, print_expression(given.expression)) for own, given in pairs)
    return {own: given for own, given in names if own != given}


def _items(query: ast.Query) -> Iterator[ast.Item]:
    """The items that may name a column by their own text."""
    for command in query.commands:
        if isinstance(command, ast.Fields | ast.Display | ast.Stats):
            by = command.by if isinstance(command, ast.Stats) else ()
            for item in (*command.items, *by):
                if item.alias is None and not isinstance(item.expression, ast.Field):
                    yield item


def _squeezed(text: str) -> str:
    """Without blanks: how the service spells what has no alias is not documented."""
    return "".join(text.split())
