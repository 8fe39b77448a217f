"""The plan of the commands that take lists and maps apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from siemlib.model.event import FieldType
from siemlib.ql import ast
from siemlib.ql.functions import F, T
from siemlib.ql.plan import Apply, Assignment, Compute, Constant, Expr, Spread, Step, Symbol
from siemlib.ql.structure_commands import path_of
from siemlib.ql.structures import NO_EXAMPLE, as_json, part_of_text
from siemlib.ql.tree import walk
from siemlib.ql.types import SYSTEM_FIELDS, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.ql.analyse import Analysis
    from siemlib.ql.resolve import Resolver

TAKEN_APART = ast.Unnest | ast.Expand | ast.JsonField | ast.ParseLogfmt | ast.ParseCsv

_V = Kind.VALUE
_ELEMENTS = F("elements", (_V,), FieldType.JSON, "of a list; else the value alone", "ql_elements({0})", NO_EXAMPLE)
_EXPANDED = F(
    "expanded", (_V,), FieldType.JSON, "of a list, also in a text; else the value", "ql_expanded({0})", NO_EXAMPLE
)
_LOGFMT = F("logfmt", (T,), FieldType.STRUCTURE, "the pairs of a line", "ql_logfmt({0})", NO_EXAMPLE)
_CSV = F("csv", (T, _V), FieldType.DYNAMIC, "a column of a line", "ql_csv({0})[{1}]", NO_EXAMPLE)
_MATCHES = F(
    "matches",
    (T, T, _V),
    FieldType.DYNAMIC,
    "a group of every match; where there is none, one that is missing",
    "CASE WHEN regexp_matches({0}, {1}) THEN list_transform(regexp_extract_all({0}, {1}, {2}),"
    " lambda g: coalesce(g, '')) ELSE [CAST(NULL AS VARCHAR)] END",
    NO_EXAMPLE,
)


def step_of(command: TAKEN_APART, resolver: Resolver) -> Step:
    """The step of a command; what it names is defined from here on."""
    match command:
        case ast.Unnest(value=value, name=name):
            source = as_json(resolver.structure(value))
            return _spread("unnest", resolver, [(name, Apply(_ELEMENTS, (source,), FieldType.JSON))])
        case ast.Expand(field=field):
            source = as_json(resolver.structure(field))
            resolver.scope.forget(field)
            return _spread("expand", resolver, [(field.name, Apply(_EXPANDED, (source,), FieldType.JSON))])
        case ast.JsonField(source=field, path=path, name=name):
            found = part_of_text(resolver.structure(field), path_of(path))
            return Compute("json", (Assignment(resolver.scope.define(name, FieldType.JSON), found),))
        case ast.ParseLogfmt(source=given, name=name):
            pairs = Apply(_LOGFMT, (_parsed(resolver, given, command),), FieldType.STRUCTURE)
            return Compute("parse", (Assignment(resolver.scope.define(name, FieldType.STRUCTURE), pairs),))
        case ast.ParseCsv(source=given, names=names):
            line = _parsed(resolver, given, command)
            columns = (Apply(_CSV, (line, _number(n)), FieldType.DYNAMIC) for n in range(1, len(names) + 1))
            symbols = [resolver.scope.define(name, FieldType.DYNAMIC) for name in names]
            return Compute("parse", tuple(map(Assignment, symbols, columns)))
        case _:
            assert_never(command)


def matches(resolver: Resolver, source: Expr, pattern: str, groups: Sequence[tuple[str, int]]) -> Spread:
    """``parse … multi``: a row for every match; ``groups`` are the names with the numbers of their groups."""
    text = Constant(pattern, FieldType.TEXT)
    lists = [(name, Apply(_MATCHES, (source, text, _number(n)), FieldType.DYNAMIC)) for name, n in groups]
    return _spread("parse", resolver, lists)


def given_names(command: TAKEN_APART) -> tuple[str, ...]:
    """The names that a command gives to something new."""
    match command:
        case ast.Unnest(name=name) | ast.JsonField(name=name) | ast.ParseLogfmt(name=name):
            return (name,)
        case ast.ParseCsv(names=names):
            return names
        case ast.Expand():
            return ()
        case _:
            assert_never(command)


def results(step: Step) -> list[Symbol]:
    """The symbols that a step of this module makes."""
    match step:
        case Compute(assignments=assignments) | Spread(lists=assignments):
            return [assignment.symbol for assignment in assignments]
        case _:
            return []


def _parsed(resolver: Resolver, source: ast.Expression | None, command: ast.Node) -> Expr:
    return resolver.expression(source or ast.Field(("@message",), span=command.span))


def _spread(word: str, resolver: Resolver, lists: Sequence[tuple[str, Expr]]) -> Spread:
    scope = resolver.scope
    assignments = tuple(Assignment(scope.define(name, value.type), value) for name, value in lists)
    return Spread(word, assignments, scope.hidden("#position", FieldType.INTEGER))


def _number(value: int) -> Constant:
    return Constant(str(value), FieldType.INTEGER)


def take_apart(analysis: Analysis, command: TAKEN_APART) -> None:
    """The step of a command that takes a text or a list apart, and the columns that it gives."""
    for name in given_names(command):
        analysis.give(name, command)
    if isinstance(command, ast.Unnest):
        analysis.elements.add(command.name)
    before = None
    if isinstance(command, ast.Expand):
        if command.field.name in SYSTEM_FIELDS and command.field.name != "@message":
            analysis.resolver.complain(f"'{command.field.name}' holds no list", command.field.span)
        inside = analysis.scope.structure_of(command.field.path)
        before = analysis.scope.look_up(command.field.path) if inside is None else None
    step = step_of(command, analysis.resolver)
    analysis.steps.append(step)
    if not isinstance(command, ast.Expand):
        analysis.shown.extend(results(step))
    elif before is not None:
        analysis.show_instead(before, results(step)[0])


def check_alone(resolver: Resolver, command: ast.Stats) -> None:
    """``topk`` is documented to stand without ``by`` and without another aggregate."""
    if len(command.items) + len(command.by) > 1:
        for call in (c for item in command.items for c in walk(item.expression) if isinstance(c, ast.Call)):
            if call.name.lower() == "topk":
                hint = "write: stats count(*) as n by x | sort n desc | limit 10"
                resolver.complain("'topk' stands alone in a 'stats', without 'by'", call.span, hint)
