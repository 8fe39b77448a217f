"""The SQL of the steps that read what a query inside the query gives. Its parts stay in parentheses of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from siemlib.model.event import FieldType
from siemlib.ql.plan import Ref
from siemlib.ql.sql.expressions import shown, shown_symbol
from siemlib.ql.sql.writer import identifier, indent, integer, select, with_queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from siemlib.ql.plan import Expr, Symbol
    from siemlib.ql.plan_inner import Among, AppendCols, Join
    from siemlib.ql.sql.expressions import Expressions


@dataclass(frozen=True, slots=True)
class Inside:
    """A query inside the query, written up to its last part; ``order`` is the ORDER BY of its rows."""

    parts: Sequence[tuple[str, str]]
    order: str
    newest_first: bool
    """Whether that order is the one that events have without a ``sort``."""

    def rows(self, columns: Iterable[str], *clauses: str) -> str:
        """These columns of its rows."""
        return with_queries(self.parts, select(columns, self.parts[-1][0], *clauses))

    @property
    def position(self) -> str:
        """A value by which the rows have their order."""
        if self.newest_first:
            # Numbering would sort the whole side, also where nobody asks for the order in the end.
            return 'row(-"@timestamp", length("@ptr"), "@ptr")'
        return self.number

    @property
    def number(self) -> str:
        """The number of a row in the order, from 1."""
        return f"row_number() OVER ({self.order})"


def inner_name(number: int) -> str:
    """The part that holds what is read of a query inside the query."""
    return f"inner_{integer(number + 1)}"


def among_sql(step: Among, expressions: Expressions, last: str, inside: Inside) -> tuple[str, str]:
    """What is read of the query, and the SELECT of the step over the part ``last``."""
    asked = shown_symbol(step.asked)
    text, inner = expressions.text(step.value), inner_name(step.number)
    if _is_integer(step.value) and _is_integer(Ref(step.asked)):
        key, wanted = identifier(step.asked.column), expressions.native(step.value)
    else:
        # Only a number is equal to another text, so where the query gave none, no row is asked what it looks like.
        key = f"ql_key({asked})"
        number = f"(SELECT bool_or(ql_number(key) IS NOT NULL) FROM {inner})"  # noqa: S608 - our own name
        wanted = f"CASE WHEN {number} THEN ql_key({text}) ELSE {text} END"
    values = inside.rows([f"{key} AS key"], f"WHERE {asked} IS NOT NULL")
    found = f"coalesce({wanted} IN (FROM {inner}), FALSE)"
    sql = f"({text} IS NOT NULL AND NOT {found})" if step.negated else found
    return values, select(["*", f"{sql} AS {identifier(step.symbol.column)}"], last)


def join_sql(step: Join, expressions: Expressions, last: str, inside: Inside) -> tuple[str, str]:
    """What is read of the query, and the SELECT of the step over the part ``last``."""
    whole = all(_is_integer(value) for value in (step.left, step.right))
    key = identifier(step.key.column)
    columns = [
        f"{_key(expressions, step.right, whole=whole)} AS {key}",
        *(f"{_brought(asked)} AS {identifier(symbol.column)}" for asked, symbol in step.columns),
        f"{inside.position} AS {identifier(step.position.column)}",
    ]
    left = _key(replace(expressions, table="rows"), step.left, whole=whole)
    kind = "LEFT JOIN" if step.keeps_left else "JOIN"
    source = f"{last} AS rows\n{kind} {inner_name(step.number)} AS found ON {left} = found.{key}"
    return inside.rows(columns), select(["rows.*", f"found.* EXCLUDE ({key})"], source)


def keys_sql(step: Join, expressions: Expressions, inside: Inside, most: int) -> str:
    """Whether there are more than ``most`` different keys on the right side of the join."""
    whole = _is_integer(step.right)
    keys = inside.rows([f"DISTINCT {_key(expressions, step.right, whole=whole)} AS key"], f"LIMIT {integer(most + 2)}")
    return select(["count(key)"], f"(\n{indent(keys)}\n)")


def appendcols_sql(
    step: AppendCols, expressions: Expressions, last: str, order: str, inside: Inside
) -> tuple[str, str]:
    """What is read of the query, and the SELECT of the step over the part ``last``, whose ORDER BY is ``order``."""
    row = identifier(step.position.column)
    columns = [
        f"{_like(each.symbol, each.asked, identifier(each.asked.column))} AS {identifier(each.symbol.column)}"
        for each in step.columns
    ]
    read = inside.rows([*columns, f"{inside.number} AS {row}"], f"QUALIFY {inside.number} <= {integer(step.most)}")
    numbered = select(["*", f"row_number() OVER ({order}) AS {row}"], last)
    of_rows = replace(expressions, table="rows")
    values = []
    for each in step.columns:
        column = identifier(each.symbol.column)
        value = f"found.{column}"
        if each.old is not None:
            value = f"coalesce({value}, {_like(each.symbol, each.old, of_rows.native(Ref(each.old)))})"
        values.append(f"{value} AS {column}")
    source = f"(\n{indent(numbered)}\n) AS rows\nLEFT JOIN {inner_name(step.number)} AS found USING ({row})"
    return read, select([f"rows.* EXCLUDE ({row})", *values], source)


def _like(wanted: Symbol, symbol: Symbol, sql: str) -> str:
    """The value of ``symbol`` as the column of ``wanted`` has it: as it is, or as text."""
    alike = symbol.missing_text is None and symbol.type is wanted.type
    return sql if alike else shown(sql, symbol.type, symbol.missing_text)


def _brought(symbol: Symbol) -> str:
    """A column of the right side; what reads as a text when it is ``NULL`` becomes that text."""
    return identifier(symbol.column) if symbol.missing_text is None else shown_symbol(symbol)


def _is_integer(value: Expr) -> bool:
    return value.type is FieldType.INTEGER and isinstance(value, Ref) and value.symbol.missing_text is None


def _key(expressions: Expressions, value: Expr, *, whole: bool) -> str:
    """What two values have in common that are equal by the rule of ``=``."""
    return expressions.native(value) if whole else f"ql_key({expressions.text(value)})"
