"""Syntax → plan, for what is said of times: written-out formats and zones, and comparisons that mean something else."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from siemlib.model.event import FieldType
from siemlib.ql import ast
from siemlib.ql.dates import Unreadable, fixed_offset, java_pattern, strftime_codes
from siemlib.ql.plan import Constant, Expr
from siemlib.ql.types import looks_numeric

if TYPE_CHECKING:
    from siemlib.ql.functions import Function
    from siemlib.ql.resolve import Resolver

DATED = {"formatDate", "parseDate"}
"""Functions that take a format and a time zone."""

_EXAMPLES = {
    "formatDate": 'formatDate(@timestamp, "%Y-%m-%d")',
    "parseDate": 'parseDate(text, "yyyy-MM-dd HH:mm:ss")',
}


def is_dated(resolver: Resolver, function: Function, arguments: tuple[Expr, ...], node: ast.Call) -> bool:
    """Whether format and zone are written out and known; a zone that is a place is noted for the engine to check."""
    texts = [a.text for a in arguments[1:] if isinstance(a, Constant)]
    if len(texts) < len(arguments) - 1:
        hint = f"for example: {_EXAMPLES[function.name]}"
        resolver.complain(f"'{node.name}' takes a written-out format and time zone", node.span, hint)
        return False
    zone = texts[1] if len(texts) > 1 else "UTC"
    read = java_pattern(texts[0]) if function.name == "parseDate" else strftime_codes(texts[0])
    if isinstance(read, tuple) and "%Z" in read and fixed_offset(zone) is None:
        at = texts[0].index("%Z")
        read = Unreadable(at, at + 2, f"'%Z' has no name for '{zone}' here", "write the name, or '%z' for the offset")
    if isinstance(read, Unreadable):
        resolver.complain(read.message, _inside(node.arguments[1], read), read.hint)
        return False
    if fixed_offset(zone) is None:
        resolver.zones.append((zone, node.arguments[2].span))
    return True


def _inside(literal: ast.Expression, fault: Unreadable) -> ast.Span:
    """The place of a fault in a literal; the whole literal where escapes or a parameter hide it."""
    plain = isinstance(literal, ast.Text) and literal.span.end - literal.span.start == len(literal.value) + 2
    if not plain:
        return literal.span
    start = literal.span.start + 1
    return ast.Span(start + fault.start, start + fault.end)


def check_times(resolver: Resolver, node: ast.Node, values: tuple[Expr, ...]) -> None:
    """Refuse a time beside a text: the service takes no times as people read them for values of a filter."""
    if not any(value.type is FieldType.TIMESTAMP for value in values):
        return
    for value in values:
        if isinstance(value, Constant) and value.type is FieldType.TEXT and looks_numeric(value.text) is None:
            hint = f"compare epoch milliseconds: toMillis(@timestamp) >= {_millis(value.text)}"
            resolver.complain("a time cannot be compared with a text", node.span, hint)
            return


def _millis(text: str) -> int:
    """What the text means as a time, if it can be read; else the beginning of some year, as an example."""
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        return 1_700_000_000_000
    aware = time if time.tzinfo is not None else time.replace(tzinfo=dt.UTC)
    return round(aware.timestamp() * 1000)
