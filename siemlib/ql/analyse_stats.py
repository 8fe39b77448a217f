"""Syntax → plan, for ``stats``: its keys, its values, and the names that there are behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.ql import ast
from siemlib.ql.plan import Aggregate, Assignment
from siemlib.ql.resolve import NOTHING, Grouping, column_name, folded, missing_text
from siemlib.ql.scope import Scope
from siemlib.ql.structure_steps import check_alone

if TYPE_CHECKING:
    from siemlib.ql.analyse import Analysis
    from siemlib.ql.plan import Expr


def stats_command(analysis: Analysis, command: ast.Stats, word: str = "stats") -> None:
    """Add the step of ``stats``, or of ``word`` that is like it; behind it there are only the names that it gives."""
    check_alone(analysis.resolver, command)
    after = Scope(None)
    known: dict[str, Expr] = {}
    keys = [_key(analysis, item, after, known) for item in command.by]
    values = [a for item in command.items if (a := _value(analysis, item, after, known)) is not None]
    analysis.resolver.scope = after
    analysis.steps.append(Aggregate(tuple(keys), tuple(values), word))
    analysis.grouped = [assignment.symbol for assignment in (*keys, *values)]
    analysis.shown, analysis.chosen, analysis.displayed = [], False, None
    analysis.sides, analysis.kept = None, []


def _key(analysis: Analysis, item: ast.Item, after: Scope, known: dict[str, Expr]) -> Assignment:
    if not analysis.scope.is_open and isinstance(item.expression, ast.Call) and item.expression.name.lower() == "bin":
        # The column of an earlier bin(5m) is not what a second bin(5m) means.
        analysis.scope.computed.pop(folded(item.expression), None)
    value = analysis.resolver.scalar(item.expression, "stats")
    assignment = _grouped(analysis, item, value, after, known)
    if isinstance(item.expression, ast.Field):
        known[item.expression.name] = value
    return assignment


def _value(analysis: Analysis, item: ast.Item, after: Scope, known: dict[str, Expr]) -> Assignment | None:
    value = analysis.resolver.expression(item.expression, Grouping(known))
    if item.alias is None and isinstance(item.expression, ast.Field) and item.expression.name in after.names:
        return None  # a key, named again among the aggregates: it is a column already
    return _grouped(analysis, item, value, after, known)


def _grouped(analysis: Analysis, item: ast.Item, value: Expr, after: Scope, known: dict[str, Expr]) -> Assignment:
    """A column of what ``stats`` gives."""
    name = item.alias or column_name(item)
    if name in after.names:
        hint = "choose another name after 'as'" if item.alias is not None else "give one of them a name with 'as'"
        analysis.already_defined(name, item, hint)
    elif item.alias is not None:
        analysis.give(name, item)
    symbol = after.define(name, value.type, missing_text(value))
    if item.alias is None and not isinstance(item.expression, ast.Field):
        after.computed[folded(item.expression)] = symbol
    if value is not NOTHING:
        known.setdefault(name, value)
    return Assignment(symbol, value)
