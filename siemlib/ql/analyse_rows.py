"""Syntax → plan, for the commands that look at neighbouring rows, at sums over them, or at gaps between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from siemlib.model.event import FieldType
from siemlib.ql import ast
from siemlib.ql.analyse_patterns import note
from siemlib.ql.plan import Aggregate, Apply, Assignment, Compute, Constant, Length, Ref, Shown, Symbol
from siemlib.ql.plan_rows import ColumnTotals, Fenced, FillGaps, Look, Looked, Outliers, RowTotal, Running, Sessions
from siemlib.ql.types import MILLIS, TEXTUAL
from siemlib.ql.words import UNITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.ql.analyse import Analysis

RowCommand = ast.Accum | ast.Autoregress | ast.Filldown | ast.Addtotals | ast.Fillmissing | ast.Outlier | ast.Sessionize

_BINS = {"bin", "datefloor", "dateceil"}


def row_command(analysis: Analysis, command: RowCommand) -> None:
    """Add the step of ``command``."""
    match command:
        case ast.Accum():
            _accum(analysis, command)
        case ast.Autoregress():
            _autoregress(analysis, command)
        case ast.Filldown():
            _filldown(analysis, command)
        case ast.Addtotals():
            _addtotals(analysis, command)
        case ast.Fillmissing():
            _fillmissing(analysis, command)
        case ast.Outlier():
            _outlier(analysis, command)
        case ast.Sessionize():
            _sessionize(analysis, command)
        case _:
            assert_never(command)


def check_index(analysis: Analysis, command: ast.FilterIndex) -> None:
    """``filterIndex`` knows two forms only (specification 1.4)."""
    node = command.condition
    literals = (ast.Text, ast.Number, ast.Boolean, ast.Parameter)
    match node:
        case ast.Binary(operator="=", left=ast.Field(), right=right) if isinstance(right, literals):
            return
        case ast.In(value=ast.Field(), items=items, negated=False) if all(isinstance(i, literals) for i in items):
            return
        case _:
            hint = 'write filterIndex field = "x", or field in ["x", "y"]; other conditions stand in \'filter\''
            analysis.resolver.complain("'filterIndex' takes a field and values that it equals", node.span, hint)


def counted(command: ast.CountFrequent) -> ast.Stats:
    """``countFrequent`` as the ``stats`` that it is; here the counts are exact."""
    count = ast.Item(ast.Call("count", (ast.Star(),)), "_approxcount", span=command.span)
    keys = tuple(ast.Item(field, span=field.span) for field in command.fields)
    return ast.Stats((count,), keys, span=command.span)


def _accum(analysis: Analysis, command: ast.Accum) -> None:
    value = _field(analysis, command.field)
    if value is None:
        return
    if command.alias is None:
        symbol = analysis.replace(value.symbol, FieldType.NUMBER)
    else:
        symbol = analysis.add(command.alias, FieldType.NUMBER, command)
    analysis.steps.append(Running(Look.TOTAL, (Looked(symbol, value),)))


def _autoregress(analysis: Analysis, command: ast.Autoregress) -> None:
    value = _field(analysis, command.field)
    if value is None:
        return
    lags = range(command.first, command.last + 1)
    base = command.alias or command.field.name
    names = [f"{base}_p{lag}" for lag in lags]
    if command.alias is not None and len(lags) == 1:
        names = [command.alias]
    plain = value.symbol.missing_text is None
    seen = value if plain else Shown(value)
    symbols = [analysis.add(name, seen.type, command) for name in names]
    looked = (Looked(symbol, seen, lag) for symbol, lag in zip(symbols, lags, strict=True))
    analysis.steps.append(Running(Look.BEFORE, tuple(looked)))


def _filldown(analysis: Analysis, command: ast.Filldown) -> None:
    symbols: list[Symbol] = []
    for name in command.names or (ast.Wildcard(("", "")),):
        if isinstance(name, ast.Field):
            value = _field(analysis, name)
            symbols += [] if value is None else [value.symbol]
            continue
        pattern = re.compile(".*".join(map(re.escape, name.parts)), re.DOTALL)
        found = [symbol for symbol in analysis.columns() if pattern.fullmatch(symbol.name)]
        if not found:
            known = ", ".join(symbol.name for symbol in analysis.columns())
            analysis.resolver.complain("no column so far has such a name", name.span, f"there are: {known}")
        symbols += found
    # A value that reads as a text where it is NULL is never missing.
    lacking = [symbol for symbol in dict.fromkeys(symbols) if symbol.missing_text is None]
    looked = tuple(Looked(analysis.replace(symbol, symbol.type), Ref(symbol)) for symbol in lacking)
    if looked:
        analysis.steps.append(Running(Look.LAST, looked))


def _addtotals(analysis: Analysis, command: ast.Addtotals) -> None:
    if command.fields:
        found = [value.symbol for field in command.fields if (value := _field(analysis, field)) is not None]
        values = list(dict.fromkeys(found))
    else:
        values = [s for s in analysis.columns() if s.type is not FieldType.TIMESTAMP and not s.name.startswith("@")]
    if command.row:
        total = analysis.add(command.name, FieldType.NUMBER, command)
        analysis.steps.append(RowTotal(total, tuple(Ref(symbol) for symbol in values)))
        values.append(total)
    if command.column:
        texts = dict(zip(values, values, strict=True))
        # A sum may not fit in the type of its column, and the new row lacks what is not summed.
        known = (*analysis.columns(), *analysis.scope.discovered.values())
        lacking = [s for s in known if s.missing_text is not None]
        narrow = [s for s in values if s.type is not FieldType.NUMBER]
        texts.update(as_texts(analysis, list(dict.fromkeys([*narrow, *lacking]))))
        bottom = analysis.scope.hidden("#bottom", FieldType.BOOLEAN)
        analysis.steps.append(ColumnTotals(bottom, tuple(texts[symbol] for symbol in values)))


def as_texts(analysis: Analysis, symbols: Sequence[Symbol]) -> dict[Symbol, Symbol]:
    """Columns of text instead of ``symbols``, so that a row can lack them whatever their ``NULL`` reads as."""
    texts = {symbol: analysis.replace(symbol, FieldType.DYNAMIC) for symbol in symbols}
    if texts:
        values = (Assignment(new, Shown(Ref(old))) for old, new in texts.items())
        analysis.steps.append(Compute("texts", tuple(values)))
    return texts


def _fillmissing(analysis: Analysis, command: ast.Fillmissing) -> None:
    last = next((step for step in reversed(analysis.steps) if isinstance(step, Aggregate)), None)
    bins = [a for a in (last.keys if last else ()) if isinstance(a.value, Apply) and a.value.function.name in _BINS]
    if last is None or len(bins) != 1:
        hint = "for example: stats count(*) as n by bin(5m) | fillmissing with 0 for n"
        analysis.resolver.complain("'fillmissing' needs a 'stats … by bin(…)' before it", command.span, hint)
        return
    period = bins[0].value.arguments[1] if isinstance(bins[0].value, Apply) else None
    wanted: list[tuple[Symbol, Constant]] = []
    for fill in command.fills:
        target, value = _field(analysis, fill.field), analysis.resolver.expression(fill.value)
        if target is not None and any(target.symbol == symbol for symbol, _ in wanted):
            analysis.resolver.complain(f"'{fill.field.name}' is filled twice", fill.span)
        elif target is not None and isinstance(value, Constant):
            wanted.append((target.symbol, value))
    unfit = [s for s, value in wanted if not _fits(s, value)]
    unfit += [s for s in analysis.columns() if s.missing_text is not None and s not in unfit]
    texts = as_texts(analysis, unfit)
    now = {a: analysis.scope.look_up((a.symbol.name,)) or a.symbol for a in last.keys}
    fills = tuple((texts.get(symbol, symbol), value) for symbol, value in wanted)
    keys = tuple(now[a] for a in last.keys if a is not bins[0])
    if isinstance(period, Length):
        analysis.steps.append(FillGaps(now[bins[0]], period, keys, fills))


def _fits(symbol: Symbol, value: Constant) -> bool:
    """Whether the value can stand in the symbol's column as it is."""
    if symbol.type in TEXTUAL or symbol.type is value.type:
        return symbol.missing_text is None
    return symbol.type is FieldType.NUMBER and value.type is FieldType.INTEGER


def _outlier(analysis: Analysis, command: ast.Outlier) -> None:
    note(analysis, "outlier")
    fenced: list[Fenced] = []
    for field in {field.name: field for field in command.fields}.values():
        value = _field(analysis, field)
        if value is None:
            continue
        mark = analysis.add(f"{field.name}_outlier", FieldType.BOOLEAN, command) if command.mark else None
        removed = command.action == "remove"
        symbol = value.symbol if removed else analysis.replace(value.symbol, FieldType.DYNAMIC)
        fenced.append(Fenced(value, symbol, mark))
    step = Outliers(tuple(fenced), float(command.factor), command.lower, command.action == "remove")
    analysis.steps.append(step)


def _sessionize(analysis: Analysis, command: ast.Sessionize) -> None:
    unit = UNITS[command.gap.unit.lower()]
    if unit not in MILLIS:
        hint = "for example: maxspan 30m"
        analysis.resolver.complain("'maxspan' is of weeks at most, as months differ", command.gap.span, hint)
    time = analysis.scope.look_up(("@timestamp",))
    if time is None:
        analysis.resolver.complain("'sessionize' needs '@timestamp'; it stands before 'stats'", command.span)
        return
    order = analysis.scope.look_up(("@ptr",))
    identity = tuple(value for field in command.fields if (value := _field(analysis, field)) is not None)
    symbol = analysis.add(command.alias, FieldType.INTEGER, command)
    terms = (Ref(time),) if order is None else (Ref(time), Ref(order))
    analysis.steps.append(Sessions(identity, command.gap.amount * MILLIS.get(unit, 1), terms, symbol))


def _field(analysis: Analysis, field: ast.Field) -> Ref | None:
    value = analysis.resolver.expression(field)
    return value if isinstance(value, Ref) else None
