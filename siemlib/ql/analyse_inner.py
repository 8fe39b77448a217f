"""Syntax → plan, for what holds a query in parentheses. Such a query runs alone, over the same span of time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from siemlib.model.event import FieldType
from siemlib.ql import ast
from siemlib.ql.joined import JoinedScope
from siemlib.ql.plan import Ref
from siemlib.ql.plan_inner import Among, AppendCols, Appended, Join
from siemlib.ql.resolve import NOTHING
from siemlib.ql.structures import leaf

if TYPE_CHECKING:
    from siemlib.ql.analyse import Analysis
    from siemlib.ql.plan import Expr, Step, Symbol
    from siemlib.ql.resolve import Grouping


def subquery(analysis: Analysis, node: ast.InQuery, grouping: Grouping | None) -> Expr:
    """``value in ( SOURCE … )``: a column that is computed before the command that asks for it.

    In SQL a query cannot stand everywhere where a condition can, a column can.
    """
    if grouping is not None:
        hint = "behind the 'stats' write: | filter name in ( SOURCE … )"
        return analysis.resolver.complain("a query cannot stand beside aggregates", node.span, hint)
    value = leaf(analysis.resolver.expression(node.value))
    number, inside = analysis.inside(node.query, _sides(analysis))
    asked = _asked(inside, node)
    if asked is None:
        hint = "end it with '| fields name', or with '| display name' behind 'stats'"
        analysis.resolver.complain("the query inside 'in ( … )' must give one field", node.query.span, hint)
        return NOTHING
    symbol = analysis.scope.hidden("#in", FieldType.BOOLEAN)
    analysis.steps.append(Among(symbol, value, number, asked, node.negated))
    return Ref(symbol)


def _asked(inside: Analysis, node: ast.InQuery) -> Symbol | None:
    """The one column of the query, or of several the one that has the name of the field outside."""
    columns = list(dict.fromkeys(inside.columns()))
    if len(columns) == 1:
        return columns[0]
    named = [s for s in columns if isinstance(node.value, ast.Field) and s.name == node.value.name]
    return named[0] if len(named) == 1 else None


def join_command(analysis: Analysis, command: ast.Join) -> None:
    """Add the step of ``join``; behind it, the names of the sides are known."""
    if analysis.joined is not None:
        hint = "put the second log group into 'filter … in ( SOURCE … )', or behind 'SOURCE' of the first"
        analysis.resolver.complain("a query has one 'join' at most", command.span, hint)
        return
    number, inside = analysis.inside(command.query, frozenset({command.left, command.right}))
    left = analysis.resolver.scalar(command.left_key, "join")
    right = inside.resolver.scalar(command.right_key, "join")
    scope = JoinedScope(analysis.scope, inside.scope, command.left, command.right)
    before = [scope.of_left(symbol) for symbol in analysis.columns()]
    analysis.kept = before if analysis.chosen or analysis.displayed is not None else []
    analysis.sides = [*before, *(scope.of_right(symbol) for symbol in inside.columns())]
    analysis.shown, analysis.chosen, analysis.displayed = [], False, None
    analysis.resolver.scope = analysis.joined = scope
    key, position = scope.hidden("#key", FieldType.TEXT), scope.hidden("#right", FieldType.INTEGER)
    analysis.steps.append(Join(number, left, right, (), key, position, command.keeps_left))


def finished(step: Step, scope: JoinedScope | None) -> Step:
    """The step of ``join`` with the columns that the whole query took of its right side; any other as it is."""
    if isinstance(step, Join) and scope is not None:
        return replace(step, columns=tuple(scope.taken.items()))
    return step


def appendcols_command(analysis: Analysis, command: ast.Appendcols) -> None:
    """Add the step of ``appendcols``. A column that there is stays, or with ``override`` gets the inner values."""
    number, inside = analysis.inside(command.query, _sides(analysis))
    there = {symbol.name: symbol for symbol in analysis.columns()}
    columns: list[Appended] = []
    for asked in dict.fromkeys(inside.columns()):
        old = there.get(asked.name)
        if old is None:
            symbol = analysis.scope.define(asked.name, _type(asked))
            analysis.ephemeral.add(asked.name)
            analysis.show(symbol)
            columns.append(Appended(asked, symbol))
        elif command.override:
            same = asked.type is old.type and asked.missing_text == old.missing_text is None
            symbol = analysis.replace(old, asked.type if same else FieldType.DYNAMIC)
            columns.append(Appended(asked, symbol, old))
    position = analysis.scope.hidden("#row", FieldType.INTEGER)
    analysis.steps.append(AppendCols(number, tuple(columns), position, command.most))


def _type(symbol: Symbol) -> FieldType:
    """What a column is of which some rows have no value, whatever their ``NULL`` reads as."""
    return symbol.type if symbol.missing_text is None else FieldType.DYNAMIC


def _sides(analysis: Analysis) -> frozenset[str]:
    return analysis.joined.sides if analysis.joined is not None else frozenset()
