"""Syntax → plan: names, types, and the rules about the order of commands. All errors of a query are raised at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from siemlib.ql import ast
from siemlib.ql.analyse_inner import appendcols_command, finished, join_command, subquery
from siemlib.ql.analyse_parse import parse_glob, parse_regex
from siemlib.ql.analyse_patterns import check_inside, pattern_command
from siemlib.ql.analyse_rows import check_index, counted, row_command
from siemlib.ql.analyse_stats import stats_command
from siemlib.ql.analyse_tables import lookup_command
from siemlib.ql.diagnostic import CompileError
from siemlib.ql.pattern_nodes import AboutPatterns, Estimate
from siemlib.ql.plan import (
    Assignment,
    Compute,
    Cut,
    Extract,
    Key,
    Order,
    Output,
    Plan,
    Ref,
    Spread,
    Step,
    Symbol,
    Unique,
    Where,
)
from siemlib.ql.plan_inner import Among
from siemlib.ql.resolve import Resolver, column_name, folded, missing_text
from siemlib.ql.scope import Scope
from siemlib.ql.structure_steps import take_apart
from siemlib.ql.types import SYSTEM_FIELDS, Column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.model.event import FieldPath, FieldType
    from siemlib.ql.joined import JoinedScope
    from siemlib.ql.plan_patterns import Baseline
    from siemlib.ql.plan_tables import TableShape
    from siemlib.ql.types import StoredAs

MOST_INNER = 20
"""Queries in parentheses that one query may hold; the database needs a second to plan so many."""

MOST_STATS = 10
"""``stats`` commands that one query may have."""


def analyse(
    query: ast.Query,
    schema: Mapping[FieldPath, FieldType | StoredAs],
    text: str,
    tables: Mapping[str, TableShape] | None = None,
    inner: Sequence[Mapping[FieldPath, FieldType | StoredAs]] = (),
) -> Plan:
    """The plan of ``query``, whose parameters are bound.

    ``schema`` says how the store holds discovered fields; what is not in it is text taken from the message. It decides
    how fast the plan runs, and never what it answers. ``text`` is what the spans of ``query`` point into, ``tables``
    are the lookup tables that there are, ``inner`` the schemas of the queries inside it.

    Raises:
        CompileError: with every error of the query.
    """
    analysis = Analysis(Resolver(Scope(schema)), query, tables or {}, inner)
    analysis.read()
    plan = analysis.plan()
    if analysis.resolver.errors:
        raise CompileError(text, analysis.resolver.errors)
    return plan


@dataclass
class Analysis:
    """The state of one pass over the commands."""

    resolver: Resolver
    query: ast.Query
    tables: Mapping[str, TableShape]
    schemas: Sequence[Mapping[FieldPath, FieldType | StoredAs]] = ()
    """Of the queries inside, as far as they are known."""
    inner: list[Analysis] = field(default_factory=list)
    """Of the queries inside; they end with this one, as what is behind a ``join`` names fields of its right side."""
    steps: list[Step] = field(default_factory=list)
    origins: list[tuple[ast.Span, int]] = field(default_factory=list)
    """Where each command stands, and how many steps it gave."""
    ephemeral: set[str] = field(default_factory=set)
    """Names that the query has given. A name can be given once (specification 1.1)."""
    elements: set[str] = field(default_factory=set)
    """Those of ``unnest``, which ``fields`` may name like any field; nothing says that the service refuses it."""
    shown: list[Symbol] = field(default_factory=list)
    """What ``fields`` and ``parse`` named since the last ``stats``, in order."""
    chosen: bool = False
    """Whether there was a ``fields`` since the last ``stats``."""
    displayed: list[Symbol] | None = None
    grouped: list[Symbol] | None = None
    """What the last ``stats`` gave."""
    dedup: ast.Dedup | None = None
    joined: JoinedScope | None = None
    """The names behind the ``join``."""
    sides: list[Symbol] | None = None
    """What the ``join`` gives, where no ``fields`` behind it chooses."""
    kept: list[Symbol] = field(default_factory=list)
    """What ``fields`` named before the ``join``, by its name behind it."""
    baseline: Baseline | None = None
    estimate: bool = False
    notes: dict[str, None] = field(default_factory=dict)
    """What the result must say of methods that are ours, in order."""

    def __post_init__(self) -> None:
        """Let the resolver come here for a query inside."""
        self.events = self.resolver.scope
        self.resolver.among = partial(subquery, self)

    @property
    def scope(self) -> Scope:
        """The names that there are now."""
        return self.resolver.scope

    def inside(self, query: ast.Query, strangers: frozenset[str]) -> tuple[int, Analysis]:
        """The number and the analysis of a query inside this one, which still lacks its end."""
        number = len(self.inner)
        if number == MOST_INNER:
            hint = "they are planned together, and the time for that grows with the square of their number"
            self.resolver.complain(f"at most {MOST_INNER} queries may stand in parentheses", query.span, hint)
        schema = self.schemas[number] if number < len(self.schemas) else {}
        resolver = Resolver(Scope(schema), errors=self.resolver.errors, strangers=strangers)
        self.inner.append(Analysis(resolver, query, self.tables))
        self.inner[number].read()
        check_inside(self.inner[number])
        return number, self.inner[number]

    def read(self) -> None:
        """Go through the commands; errors are left with the resolver."""
        last_stats = max((i for i, c in enumerate(self.query.commands) if isinstance(c, ast.Stats)), default=-1)
        for position, command in enumerate(self.query.commands):
            before = len(self.steps)
            self._check_place(command, before_stats=position < last_stats)
            self._command(command)
            self.origins.append((command.span, len(self.steps) - before))
        self._check_stats()

    def plan(self) -> Plan:
        """The plan of the commands, which is worth nothing where there are errors."""
        steps = [finished(step, self.joined) for step in self.steps]
        row_wise = Compute | Where | Extract | Spread | Among
        cut = next((i for i, step in enumerate(steps) if not isinstance(step, row_wise)), len(steps))
        return Plan(
            fields=tuple(self.events.discovered.items()),
            head=tuple(steps[:cut]),
            tail=tuple(steps[cut:]),
            outputs=self._outputs(),
            is_events=self.grouped is None,
            limit=min((s.count for s in self.steps if isinstance(s, Cut)), default=None),
            regexes=tuple(self.resolver.regexes),
            formats=tuple(self.resolver.formats),
            inner=tuple((inside.query.source, inside.plan()) for inside in self.inner),
            origins=tuple(self.origins),
            baseline=self.baseline,
            estimate=self.estimate,
            notes=tuple(dict.fromkeys(note for each in (self, *self.inner) for note in each.notes)),
        )

    # ── where a command may stand ────────────────────────────────────────────────────────────────────────────────────

    def _check_place(self, command: ast.Command, *, before_stats: bool) -> None:
        if self.dedup is not None and not isinstance(command, ast.Limit | Estimate):
            word = "a second 'dedup'" if isinstance(command, ast.Dedup) else f"'{_word(command)}'"
            hint = None if isinstance(command, ast.Dedup) else f"write '{_word(command)}' before 'dedup'"
            self.resolver.complain(f"only 'limit' may follow 'dedup', not {word}", command.span, hint)
        if before_stats and isinstance(command, ast.Sort | ast.Limit):
            word = _word(command)
            self.resolver.complain(f"'{word}' must come after the last 'stats'", command.span)

    def _check_stats(self) -> None:
        stats = [c for c in self.query.commands if isinstance(c, ast.Stats)]
        if len(stats) > MOST_STATS:
            self.resolver.complain(f"a query has at most {MOST_STATS} 'stats'", stats[MOST_STATS].span)

    # ── the commands ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _command(self, command: ast.Command) -> None:  # noqa: C901, PLR0912 - one case for each command
        match command:
            case ast.Fields(items=items):
                self.shown.extend(self._compute("fields", items))
                self.chosen = True
            case ast.Display(items=items):
                self.displayed = self._compute("display", items)
            case ast.Filter(condition=condition):
                self.steps.append(Where(self.resolver.expression(condition)))
            case ast.FilterIndex(condition=condition):
                check_index(self, command)
                self.steps.append(Where(self.resolver.expression(condition), "filterIndex"))
            case ast.ParseGlob():
                parse_glob(self, command)
            case ast.ParseRegex():
                parse_regex(self, command)
            case ast.Unnest() | ast.Expand() | ast.JsonField() | ast.ParseLogfmt() | ast.ParseCsv():
                take_apart(self, command)
            case ast.Sort(keys=keys):
                ordered = tuple(Key(self.resolver.scalar(key.expression, "sort"), key.descending) for key in keys)
                self.steps.append(Order(ordered))
            case ast.Stats():
                stats_command(self, command)
            case ast.Limit(count=count):
                if isinstance(count, ast.Parameter):
                    self.resolver.expression(count)
                else:
                    self.steps.append(Cut(int(count.text)))
            case ast.Dedup(fields=fields):
                self.dedup = command
                self.steps.append(Unique(tuple(self._plain(field) for field in fields)))
            case ast.CountFrequent():
                stats_command(self, counted(command), "countFrequent")
                frequency = self.scope.look_up(("_approxcount",))
                self.steps += [] if frequency is None else [Order((Key(Ref(frequency), descending=True),))]
            case ast.Lookup():
                lookup_command(self, command)
            case ast.Join():
                join_command(self, command)
            case ast.Appendcols():
                appendcols_command(self, command)
            case AboutPatterns():
                pattern_command(self, command)
            case ast.Invoke():
                self.resolver.complain(f"the saved query '${command.name}' was not filled in", command.span)
            case _:
                row_command(self, command)

    def _compute(self, word: str, items: Sequence[ast.Item]) -> list[Symbol]:
        """The symbols of the items of ``fields`` or ``display``; none sees another's alias within one command."""
        assignments: list[Assignment] = []
        shown: list[Symbol] = []
        for item in items:
            value = self.resolver.expression(item.expression)
            if item.alias is None and isinstance(value, Ref) and not isinstance(item.expression, ast.InQuery):
                shown.append(value.symbol)
                if word == "fields" and self.scope.is_open and value.symbol.name in self.ephemeral - self.elements:
                    self.already_defined(value.symbol.name, item, "it is shown without that; 'display' chooses columns")
                continue
            name = item.alias or column_name(item)
            if item.alias is not None and word == "fields":
                self.give(name, item)
            symbol = self.scope.hidden(name, value.type, missing_text(value))
            if item.alias is None:
                self.scope.computed[folded(item.expression)] = symbol
            assignments.append(Assignment(symbol, value))
            shown.append(symbol)
        for assignment in assignments:
            self.scope.publish(assignment.symbol)
        if assignments:
            self.steps.append(Compute(word, tuple(assignments)))
        return shown

    def give(self, name: str, node: ast.Node) -> None:
        """A name that the query gives to something: once, and never one of a field that the event or the query has."""
        if name in SYSTEM_FIELDS and self.scope.is_open:
            self.resolver.complain(f"'{name}' is a system field", node.span, "choose another name after 'as'")
        elif name in self.scope.named_fields:
            self.already_defined(
                name, node, f"'{name}' is a field that this query reads: choose another name after 'as'"
            )
        elif name in self.ephemeral:
            self.already_defined(name, node, "choose another name after 'as'")
        self.ephemeral.add(name)

    def already_defined(self, name: str, node: ast.Node, hint: str) -> None:
        """Complain of a name given twice, in the words of the service."""
        self.resolver.complain(f"Ephemeral field is already defined: {name}", node.span, hint)

    def _plain(self, node: ast.Field) -> Symbol:
        """The symbol of one value for each row; a part of a structure becomes one."""
        value = self.resolver.scalar(node, "dedup")
        if isinstance(value, Ref):
            return value.symbol
        symbol = self.scope.hidden(node.name, value.type)
        self.steps.append(Compute("part", (Assignment(symbol, value),)))
        return symbol

    # ── what other commands do with columns ──────────────────────────────────────────────────────────────────────────

    def add(self, name: str, kind: FieldType, node: ast.Node) -> Symbol:
        """A new column of the result that a command other than ``fields`` gives."""
        self.give(name, node)
        symbol = self.scope.define(name, kind)
        self.show(symbol)
        return symbol

    def show(self, symbol: Symbol) -> None:
        """Show a column behind those so far, if it is not among them."""
        if not self.shown and self.grouped is None and self.sides is None:
            self.shown = self.columns()
        if symbol not in self.columns():
            self.shown.append(symbol)

    def replace(self, old: Symbol, kind: FieldType) -> Symbol:
        """A new symbol that takes the place of ``old``: its name means it, and it is shown instead."""
        new = self.scope.replace(old, kind)
        self.show_instead(old, new)
        return new

    def show_instead(self, before: Symbol, after: Symbol) -> None:
        """A field holds something else from here on, and is shown with that."""
        for shown in (self.shown, self.displayed, self.grouped, self.sides, self.kept):
            if shown is not None:
                shown[:] = [after if symbol == before else symbol for symbol in shown]

    def columns(self) -> list[Symbol]:
        """What would be shown if the query ended here."""
        if self.displayed is not None:
            return self.displayed
        if self.sides is not None and not self.chosen:
            return [*self.sides, *self.shown]
        if self.grouped is not None and not self.chosen:
            return [*self.grouped, *self.shown]
        defaults = [s for name in ("@timestamp", "@message") if (s := self.scope.look_up((name,))) is not None]
        return [*self.kept, *self.shown] or defaults

    # ── the columns ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _outputs(self) -> tuple[Output, ...]:
        """Display wins, then what ``fields`` and ``parse`` named; else what ``stats`` gave, or time and message."""
        symbols = self.columns()
        hidden = {"@ptr"} if self.grouped is None else set()
        distinct = dict.fromkeys(s for s in symbols if s.name not in hidden)
        return tuple(Output(Column(symbol.name, symbol.type), symbol) for symbol in distinct)


def _word(command: ast.Command) -> str:
    """The command's word."""
    word = type(command).__name__.lower()
    return "parse" if word.startswith("parse") else word.removesuffix("field")
