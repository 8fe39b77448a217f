"""What a call must obey beyond the number and the kinds of its arguments: rules of single functions."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from siemlib.model.event import FieldType
from siemlib.ql.analyse_dates import DATED, is_dated
from siemlib.ql.plan import Constant, Expr, Length
from siemlib.ql.types import MILLIS

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.ql import ast
    from siemlib.ql.functions import Function
    from siemlib.ql.resolve import Resolver

_HIGHEST_PERCENTILE = 100
_MOST_BRANCHES = 10
_MOST_FREQUENT = 10_000


def obeys(resolver: Resolver, function: Function, arguments: tuple[Expr, ...], node: ast.Call) -> bool:
    """Whether the call obeys the rule of its function; what it breaks is complained about."""
    if function.name in DATED:
        return is_dated(resolver, function, arguments, node)
    if function.name == "case" and len(arguments) // 2 > _MOST_BRANCHES:
        hint = "put another case(…) in the place of the last value"
        resolver.complain(f"'{node.name}' takes at most {_MOST_BRANCHES} conditions", node.span, hint)
        return False
    if function.name not in _RULES:
        return True
    place, holds, message, example = _RULES[function.name]
    if not holds(arguments[place]):
        resolver.complain(message, node.arguments[place].span, example)
        return False
    return True


def _is_count(value: Expr) -> bool:
    return isinstance(value, Constant) and value.type is FieldType.INTEGER and 1 <= int(value.text) <= _MOST_FREQUENT


def _is_percentile(value: Expr) -> bool:
    return _is_number(value) and isinstance(value, Constant) and 0 <= float(value.text) <= _HIGHEST_PERCENTILE


def _is_width(value: Expr) -> bool:
    return _is_number(value) and isinstance(value, Constant) and 0 < float(value.text) < inf


def _is_number(value: Expr) -> bool:
    return isinstance(value, Constant) and value.type in {FieldType.INTEGER, FieldType.NUMBER}


def _is_even(value: Expr) -> bool:
    return not isinstance(value, Length) or value.unit in MILLIS


_RULES: dict[str, tuple[int, Callable[[Expr], bool], str, str | None]] = {
    "pct": (1, _is_percentile, "a percentile is a number from 0 to 100", "pct(x, 95)"),
    "topk": (0, _is_count, "'topk' takes a whole number from 1 to 10,000 first", "topk(10, x)"),
    "rate": (1, _is_even, "'rate' is of weeks at most, as months differ", None),
    "histogram": (
        1,
        _is_width,
        "'histogram' takes the width of a range second, a number above 0",
        "for example: histogram(bytes, 1000)",
    ),
}
"""The argument that is looked at, what it must be, and what to say where it is not."""
