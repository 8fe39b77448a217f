"""Syntax → plan, for the commands that read a lookup table."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from siemlib.model.event import FieldType
from siemlib.ql.plan import Ref
from siemlib.ql.plan_tables import Fetched, LookUp, TableShape
from siemlib.ql.types import SYSTEM_FIELDS

if TYPE_CHECKING:
    from siemlib.ql import ast
    from siemlib.ql.analyse import Analysis
    from siemlib.ql.plan import Expr


def lookup_command(analysis: Analysis, command: ast.Lookup) -> None:
    """Add the step of ``command``."""
    shape = analysis.tables.get(command.table)
    if shape is None:
        near = difflib.get_close_matches(command.table, analysis.tables, n=1)
        known = f"there are: {', '.join(analysis.tables)}" if analysis.tables else "siem.toml names them"
        hint = f"did you mean '{near[0]}'?" if near else known
        analysis.resolver.complain(f"there is no lookup table '{command.table}'", command.span, hint)
        return
    keys: list[tuple[int, Expr]] = []
    for pair in command.keys:
        name = pair.column
        if command.networks:
            name = name or _network_column(shape, pair.field)
            if name is None:
                hint = f"name it: cidrlookup {command.table} {pair.field.name} as column OUTPUT …"
                analysis.resolver.complain(f"no column of '{command.table}' holds networks", pair.span, hint)
                continue
        index = _column(analysis, shape, name or pair.field.name, pair)
        keys.append((index, analysis.resolver.expression(pair.field)))
    names = [pair.field.name for pair in command.outputs]
    for number, pair in enumerate(command.outputs):
        if pair.field.name in names[:number]:
            analysis.resolver.complain(f"'{pair.field.name}' is given twice", pair.span)
    outputs = [_output(analysis, shape, pair, only_new=command.only_new) for pair in command.outputs]
    if keys:
        analysis.steps.append(LookUp(command.table, tuple(keys), tuple(outputs), command.networks))


def _network_column(shape: TableShape, field: ast.Field) -> str | None:
    """The column of the networks where none is named: that of the field's name, or the first of nothing else."""
    if field.name in shape.columns:
        return field.name
    return shape.networks[0] if shape.networks else None


def _column(analysis: Analysis, shape: TableShape, name: str, node: ast.Node) -> int:
    if name in shape.columns:
        return shape.columns.index(name)
    near = difflib.get_close_matches(name, shape.columns, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(shape.columns)}"
    analysis.resolver.complain(f"the table has no column '{name}'", node.span, hint)
    return 0


def _output(analysis: Analysis, shape: TableShape, pair: ast.Looked, *, only_new: bool) -> Fetched:
    name = pair.field.name
    index = _column(analysis, shape, pair.column or name, pair)
    scope = analysis.scope
    if scope.is_open and name in SYSTEM_FIELDS:
        analysis.resolver.complain(f"'{name}' is a system field", pair.span, "choose another name after 'as'")
    known = scope.is_open and only_new
    old = scope.look_up(pair.field.path) if known or scope.knows(pair.field.path) else None
    symbol = scope.define(name, FieldType.DYNAMIC) if old is None else analysis.replace(old, FieldType.DYNAMIC)
    analysis.show(symbol)
    return Fetched(index, symbol, Ref(old) if only_new and old is not None else None)
