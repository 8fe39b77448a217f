"""When a comparison holds of a text, in Python and in SQL side by side, so that they cannot drift apart.

What is compared is a text and, where it is a number, its worth. A value that is a number is compared with numbers as
numbers, with every other text as a text, and only ``=`` and ``!=`` can hold of that. All other values meet the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from siemlib.patterns.regex import read
from siemlib.patterns.syntax import Number, Operator, Regex, Text
from siemlib.patterns.values import is_number
from siemlib.ql.sql.writer import double, literal

if TYPE_CHECKING:
    from siemlib.patterns.syntax import Comparison

_WHOLE = re.compile(r"[-+]?[0-9]{1,38}")
_EXACT = 2**53
_RE2_NUMBER = r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?"
_SQL_OPERATORS = {Operator.UNEQUAL: "<>"}


def worth(text: str) -> int | float | None:
    """What ``text`` is worth as a number; ``None`` if it is none, or too large for a double."""
    if not is_number(text):
        return None
    if _WHOLE.fullmatch(text):
        return int(text)
    value = float(text)
    return value if abs(value) != float("inf") else None


def worth_sql(text_sql: str) -> str:
    """The same in SQL, as a double."""
    number = f"regexp_full_match({text_sql}, {literal(_RE2_NUMBER)})"
    return f"CASE WHEN {number} THEN ql_finite(TRY_CAST({text_sql} AS DOUBLE)) END"


def holds(comparison: Comparison, text: str, number: float | None) -> bool:
    """Whether ``comparison`` holds of ``text``, which is worth ``number``."""
    operator, value = comparison.operator, comparison.value
    match value:
        case Number():
            if number is not None:
                return _ordered(operator, _difference(number, value.text))
            # Between texts there is no order.
            return operator is (Operator.EQUAL if text == value.text else Operator.UNEQUAL)
        case Text():
            met = _like(value.value, text)
        case Regex():
            met = read(value.source).search(text)
        case _:
            assert_never(value)
    return met is (operator is Operator.EQUAL)


def holds_sql(comparison: Comparison, text_sql: str, number_sql: str) -> str:
    """The same in SQL; ``text_sql`` is not ``NULL``, ``number_sql`` may be. Both stand there more than once."""
    operator, value = comparison.operator, comparison.value
    negation = "" if operator is Operator.EQUAL else "NOT "
    match value:
        case Number():
            return _number_sql(operator, value.text, text_sql, number_sql)
        case Text():
            return negation + _like_sql(value.value, text_sql)
        case Regex():
            return f"{negation}regexp_matches({text_sql}, {literal(read(value.source).re2)})"
    assert_never(value)


def _difference(number: float, text: str) -> float:
    """Negative, zero or positive; exact between whole numbers."""
    other = worth(text)
    other = float(text) if other is None else other
    if isinstance(number, int) and isinstance(other, int):
        return number - other
    number, other = float(number), float(other)
    return (number > other) - (number < other)


def _ordered(operator: Operator, difference: float) -> bool:
    match operator:
        case Operator.EQUAL:
            return difference == 0
        case Operator.UNEQUAL:
            return difference != 0
        case Operator.LESS:
            return difference < 0
        case Operator.GREATER:
            return difference > 0
        case Operator.AT_MOST:
            return difference <= 0
        case Operator.AT_LEAST:
            return difference >= 0
    assert_never(operator)


def _number_sql(operator: Operator, written: str, text_sql: str, number_sql: str) -> str:
    sign = _SQL_OPERATORS.get(operator, operator.value)
    as_number = f"{number_sql} {sign} {double(float(written))}"
    if _WHOLE.fullmatch(written) and abs(int(written)) >= _EXACT:
        # Beyond what a double tells apart, whole numbers are compared as such.
        exact = f"ql_whole({text_sql}) {sign} CAST({literal(written)} AS HUGEINT)"
        as_number = f"CASE WHEN ql_whole({text_sql}) IS NOT NULL THEN {exact} ELSE {as_number} END"
    if operator not in (Operator.EQUAL, Operator.UNEQUAL):
        return f"({number_sql} IS NOT NULL AND {as_number})"
    as_text = f"{text_sql} {sign} {literal(written)}"
    return f"CASE WHEN {number_sql} IS NOT NULL THEN {as_number} ELSE {as_text} END"


def _wild(value: str) -> tuple[bool, str, bool]:
    """Whether anything may stand before, what stands there, whether anything may stand behind."""
    if value == "*":
        return True, "", True
    before, behind = value.startswith("*"), value.endswith("*")
    return before, value[before : len(value) - behind], behind


def _like(value: str, text: str) -> bool:
    before, wanted, behind = _wild(value)
    if before and behind:
        return wanted in text
    if before:
        return text.endswith(wanted)
    return text.startswith(wanted) if behind else text == wanted


def _like_sql(value: str, text_sql: str) -> str:
    before, wanted, behind = _wild(value)
    if not before and not behind:
        return f"({text_sql} = {literal(wanted)})"
    function = "contains" if before and behind else "suffix" if before else "starts_with"
    return f"{function}({text_sql}, {literal(wanted)})"
