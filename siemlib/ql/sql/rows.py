"""The SQL of the steps that look at more than one row, or at a sum over a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from siemlib.model.event import FieldType
from siemlib.ql.plan import Ref, Symbol
from siemlib.ql.plan_rows import ColumnTotals, FillGaps, Look, Outliers, RowStep, RowTotal, Running, Sessions
from siemlib.ql.scope import MATCHED
from siemlib.ql.sql.expressions import period_sql
from siemlib.ql.sql.writer import double, identifier, indent, integer, literal, select
from siemlib.ql.types import TEXTUAL

if TYPE_CHECKING:
    from siemlib.ql.plan import Constant
    from siemlib.ql.sql.expressions import Expressions

_UP_TO_HERE = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"


def command_of(step: RowStep) -> str:
    """The command's word, which names the part of the query."""
    match step:
        case Running(look=look):
            return look.value
        case RowTotal():
            return "addtotals"
        case ColumnTotals():
            return "addtotals_below"
        case FillGaps():
            return "fillmissing"
        case Outliers():
            return "outlier"
        case Sessions():
            return "sessionize"
        case _:
            assert_never(step)


def rows_sql(step: RowStep, expressions: Expressions, last: str, order: str, *, grouped: bool) -> str:
    """The SELECT of ``step`` over the part ``last``; ``order`` is the ORDER BY of its rows."""
    match step:
        case Running():
            return _running(step, expressions, last, order)
        case RowTotal(symbol=symbol, values=values):
            numbers = ", ".join(expressions.number(value) for value in values)
            # A sum over a list leaves out what is missing.
            total = f"ql_finite(list_sum([{numbers}]))" if values else "CAST(NULL AS DOUBLE)"
            return select(["*", f"{total} AS {identifier(symbol.column)}"], last)
        case ColumnTotals():
            return _column_totals(step, expressions, last, grouped=grouped)
        case FillGaps():
            return _fill_gaps(step, last)
        case Outliers():
            return _outliers(step, expressions, last)
        case Sessions():
            return _sessions(step, expressions, last)
        case _:
            assert_never(step)


def _running(step: Running, expressions: Expressions, last: str, order: str) -> str:
    columns = ["*"]
    for output in step.outputs:
        value = expressions.native(output.value)
        window = f"OVER ({f'{order} ' if order else ''}{_UP_TO_HERE})"
        match step.look:
            case Look.TOTAL:
                number = expressions.number(output.value)
                sql = f"CASE WHEN {number} IS NOT NULL THEN ql_finite(fsum({number}) {window}) END"
            case Look.BEFORE:
                sql = f"lag({value}, {integer(output.rows)}) OVER ({order})"
            case Look.LAST:
                sql = f"last_value({value} IGNORE NULLS) {window}"
            case _:
                assert_never(step.look)
        columns.append(f"{sql} AS {identifier(output.symbol.column)}")
    return select(columns, last)


def _column_totals(step: ColumnTotals, expressions: Expressions, last: str, *, grouped: bool) -> str:
    sums = [f"{_sum(symbol, expressions)} AS {identifier(symbol.column)}" for symbol in dict.fromkeys(step.values)]
    if grouped:
        sums.append(f"max({identifier(MATCHED)}) AS {identifier(MATCHED)}")
    above = select(["*", f"FALSE AS {identifier(step.bottom.column)}"], last)
    below = select([*sums, f"TRUE AS {identifier(step.bottom.column)}"], last)
    return f"{above}\nUNION ALL BY NAME\n{below}"


def _sum(symbol: Symbol, expressions: Expressions) -> str:
    total = f"ql_finite(fsum({expressions.number(Ref(symbol))}))"
    return f"ql_text({total})" if symbol.type in TEXTUAL else total


def _fill_gaps(step: FillGaps, last: str) -> str:
    time = identifier(step.time.column)
    size, calendar = period_sql(step.period)
    if calendar:
        ends = f"make_timestamp_ms(min({time})), make_timestamp_ms(max({time}))"
        bins = f"list_transform(generate_series({ends}, {size}), lambda t: epoch_ms(t))"
    else:
        bins = f"generate_series(min({time}), max({time}), {size})"
    slots = select([f"unnest({bins}) AS {time}"], last)
    source = f"(\n{indent(slots)}\n) AS bins"
    if step.keys:
        distinct = select([f"DISTINCT {', '.join(identifier(key.column) for key in step.keys)}"], last)
        source += f"\nCROSS JOIN (\n{indent(distinct)}\n) AS keys"
    same = [f"there.{time} = bins.{time}"]
    same += [f"there.{c} IS NOT DISTINCT FROM keys.{c}" for c in (identifier(key.column) for key in step.keys)]
    fills = [f"{_filled(symbol, value)} AS {identifier(symbol.column)}" for symbol, value in step.fills]
    matched = f"(SELECT max({identifier(MATCHED)}) FROM {last}) AS {identifier(MATCHED)}"  # noqa: S608 - our names
    added = select(
        [f"bins.{time}", *(f"keys.{identifier(key.column)}" for key in step.keys), *fills, matched],
        f"{source}\nANTI JOIN {last} AS there ON {' AND '.join(same)}",
    )
    return f"{select(['*'], last)}\nUNION ALL BY NAME\n{added}"


def _filled(symbol: Symbol, value: Constant) -> str:
    if symbol.type in TEXTUAL:
        return literal(value.text)
    if symbol.type is FieldType.INTEGER:
        return integer(int(value.text))
    return double(float(value.text)) if symbol.type is FieldType.NUMBER else literal(value.text)


def _outliers(step: Outliers, expressions: Expressions, last: str) -> str:
    fences: list[str] = []
    columns, inside = ["*"], []
    hidden: list[str] = []
    for index, fenced in enumerate(step.values, 1):
        number = expressions.number(fenced.value)
        first, third = (f"quantile_cont({number}, {quarter})" for quarter in ("0.25", "0.75"))
        reach = f"{double(step.factor)} * ({third} - {first})"
        low, high = identifier(f"#low{index}"), identifier(f"#high{index}")
        fences.append(f"{third} + {reach} AS {high}")
        hidden.append(high)
        if step.lower:
            fences.append(f"{first} - {reach} AS {low}")
            hidden.append(low)
        beyond = f"({number} > {high}{f' OR {number} < {low}' if step.lower else ''})"
        inside.append(f"coalesce(NOT {beyond}, TRUE)")
        if not step.removed:
            below = f" WHEN {number} < {low} THEN ql_text({low})" if step.lower else ""
            clamped = (
                f"CASE WHEN {number} > {high} THEN ql_text({high}){below} ELSE {expressions.text(fenced.value)} END"
            )
            columns.append(f"{clamped} AS {identifier(fenced.symbol.column)}")
        if fenced.mark is not None:
            columns.append(f"coalesce({beyond}, FALSE) AS {identifier(fenced.mark.column)}")
    columns[0] = f"* EXCLUDE ({', '.join(hidden)})"
    where = f"WHERE {' AND '.join(inside)}" if step.removed else ""
    return select(columns, f"{last}\nCROSS JOIN (\n{indent(select(fences, last))}\n)", where)


def _sessions(step: Sessions, expressions: Expressions, last: str) -> str:
    identity = [expressions.text(value) for value in step.identity]
    time, *ids = (expressions.native(term) for term in step.time)
    order = f"ORDER BY {', '.join([time, *(f'length({i}), {i}' for i in ids)])}"
    by = f"PARTITION BY {', '.join(identity)} {order}"
    unknown = " OR ".join(f"{text} IS NULL" for text in identity)
    gap = f"coalesce({time} - lag({time}) OVER ({by}) > {integer(step.gap)}, TRUE)"
    starts, number = identifier("#starts"), identifier("#session")
    begun = select(["*", f"CASE WHEN {unknown} THEN NULL ELSE {gap} END AS {starts}"], last)
    count = f"count(*) FILTER (WHERE {starts}) OVER ({order} {_UP_TO_HERE})"
    counted = select(["*", f"CASE WHEN {starts} THEN {count} END AS {number}"], f"(\n{indent(begun)}\n)")
    session = f"CASE WHEN {starts} IS NOT NULL THEN max({number}) OVER ({by} {_UP_TO_HERE}) END"
    columns = [f"* EXCLUDE ({starts}, {number})", f"{session} AS {identifier(step.symbol.column)}"]
    return select(columns, f"(\n{indent(counted)}\n)")
