"""What the specification says of values, in plain Python: nothing here knows SQL or the compiler.

A field is a text or missing (``None``). Sections of the specification are named where a rule comes from.
"""

from __future__ import annotations

import math
import operator
import re
from fractions import Fraction
from functools import cmp_to_key
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Value = str | float | None

_NUMBER = re.compile(r"\s*[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\s*")
_RUNS = re.compile(r"[0-9]+|[^0-9]+")


def text_of_json(value: object) -> str | None:
    """What a field of a JSON event reads as (sections 3 and 4): null is missing, booleans are 1 and 0.

    A decimal is the shortest text of the double, ``1000.0`` for ``1e3``, as ``siemlib/ql/README.md`` has it.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    return repr(value) if isinstance(value, float) else str(value)


def number(value: Value) -> Fraction | None:
    """The number that a value reads as, exactly."""
    if value is None:
        return None
    if isinstance(value, float):
        return Fraction(value)
    return Fraction(value.strip()) if _NUMBER.fullmatch(value) else None


def text(value: Value) -> str | None:
    """The value as it is shown: a whole number that was computed has no decimals."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value


ORDERINGS: dict[str, Callable[[object, object], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compare(left: Value, sign: str, right: Value) -> bool:
    """Section 2.2: as numbers if both are, else as texts; never true where one is missing."""
    if left is None or right is None:
        return False
    numbers = number(left), number(right)
    if None not in numbers:
        return ORDERINGS[sign](*numbers)
    return ORDERINGS[sign](text(left), text(right))


def calculate(left: Value, sign: str, right: Value) -> Value:
    """Section 2.1: doubles; missing where an operand is no number, for a division by zero and what is no number."""
    first, second = number(left), number(right)
    if first is None or second is None:
        return None
    a, b = float(first), float(second)
    try:
        result = {
            "+": operator.add,
            "-": operator.sub,
            "*": operator.mul,
            "/": operator.truediv,
            "%": math.fmod,
        }[sign](a, b)
    except (ZeroDivisionError, ValueError, OverflowError):
        return None
    # There is one zero.
    return result + 0.0 if math.isfinite(result) else None


def _compare_texts(left: str, right: str) -> int:
    """Section 1.6: run by run; digits by length and value, all else by code point; the shorter one first."""
    ours, theirs = _RUNS.findall(left), _RUNS.findall(right)
    for one, other in zip(ours, theirs, strict=False):
        if one[0].isdigit() and other[0].isdigit():
            mine, yours = (len(one), one), (len(other), other)
        else:
            mine, yours = (0, one), (0, other)
        if mine != yours:
            return -1 if mine < yours else 1
    return (len(ours) > len(theirs)) - (len(ours) < len(theirs))


def _compare_values(left: str, right: str) -> int:
    first, second = number(left), number(right)
    if first is not None and second is not None:
        # Spellings of one number are in the order of their texts, as the documented 0 01 1 2 3.
        return (first > second) - (first < second) or (left > right) - (left < right)
    if first is not None or second is not None:
        return 1 if first is not None else -1
    return _compare_texts(left, right)


def in_order(rows: Sequence[dict[str, str]], name: str, *, descending: bool) -> list[dict[str, str]]:
    """The rows by one key: missing values are last either way, equal ones stay as they were."""
    there = [row for row in rows if name in row]
    key = cmp_to_key(lambda a, b: _compare_values(a[name], b[name]) * (-1 if descending else 1))
    return [*sorted(there, key=key), *(row for row in rows if name not in row)]


def first_of_each(rows: Sequence[dict[str, str]], names: Sequence[str]) -> list[dict[str, str]]:
    """Section 1.9: the first row of each combination; those with a missing value are all kept."""
    seen: set[tuple[str, ...]] = set()
    kept = []
    for row in rows:
        values = tuple(row[name] for name in names if name in row)
        if len(values) < len(names):
            kept.append(row)
        elif values not in seen:
            seen.add(values)
            kept.append(row)
    return kept
