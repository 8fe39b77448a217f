"""By what a query orders its rows: rows that agree in it may come in any order."""

from __future__ import annotations

from siemlib.ql.ast import Field, Limit, Number, Query, Sort
from siemlib.ql.parser import parse

_ROW_WISE = {"Fields", "Filter", "FilterIndex", "ParseRegex", "ParseGlob", "Display", "Limit", "Unmask"}


def order_of(query: str) -> tuple[str, ...] | None:
    """The columns that the last ``sort`` names; ``None`` where it goes by something else than a column.

    Without a ``sort``, rows that are events come by their time, and other rows in no order. Raises QueryError.
    """
    syntax = parse(query)
    last = last_sort(syntax)
    if last is not None:
        names = [key.expression.name for key in last.keys if isinstance(key.expression, Field)]
        return tuple(names) if len(names) == len(last.keys) else None
    return ("@timestamp",) if all(type(each).__name__ in _ROW_WISE for each in syntax.commands) else ()


def last_sort(query: Query) -> Sort | None:
    """The last ``sort`` of a query."""
    return next((each for each in reversed(query.commands) if isinstance(each, Sort)), None)


def is_cut(query: str, rows: int) -> bool:
    """Whether a query that gave so many rows may have had more: one that ends with a limit, and below it, had not."""
    commands = parse(query).commands
    limits = [each for each in commands if isinstance(each, Limit)]
    if not limits or len(limits) > 1 or commands[-1] is not limits[0]:
        return bool(limits)
    count = limits[0].count
    return not isinstance(count, Number) or rows >= float(count.text)
