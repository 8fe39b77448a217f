"""What stands behind an operator: numbers, texts, regular expressions."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from siemlib.patterns.regex import RegexError, read
from siemlib.patterns.syntax import Comparison, Number, Operator, Regex, Text
from siemlib.patterns.tokens import quote

if TYPE_CHECKING:
    from siemlib.patterns.syntax import Value
    from siemlib.patterns.tokens import Cursor

_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_BARE = re.compile(r"[A-Za-z0-9_.*]+")
_SIGNED_STAR = re.compile(r"[-+][0-9.]+\*")
_OPERATORS = (
    Operator.UNEQUAL,
    Operator.AT_MOST,
    Operator.AT_LEAST,
    Operator.EQUAL,
    Operator.LESS,
    Operator.GREATER,
)
"""The longer ones first."""
_NO_OPERATORS = {"==": "=", "<>": "!=", "=!": "!=", "=>": ">=", "=<": "<="}
_SIZE = re.compile(r"([0-9]+)([KkMmGg])[Bb]?")
_SIZES = "KMG"
_LONGEST_SIZE = 12


def read_comparison(cursor: Cursor, expected: str) -> Comparison:
    """The operator and the value that stand here; ``expected`` says what else may stand here."""
    start = cursor.at
    operator = next((operator for operator in _OPERATORS if cursor.take(operator.value)), None)
    if operator is None:
        cursor.refuse(f"expected {expected}, found {cursor.found()}")
    wrong = cursor.text[start : cursor.at + 1]
    if wrong in _NO_OPERATORS:
        cursor.refuse(f"'{wrong}' is no operator", start, cursor.at + 1, f"write '{_NO_OPERATORS[wrong]}'")
    cursor.skip()
    place = cursor.at
    value = _value(cursor)
    if operator not in (Operator.EQUAL, Operator.UNEQUAL) and not isinstance(value, Number):
        cursor.refuse(f"'{operator.value}' compares numbers", place, cursor.at, _number_hint(value))
    return Comparison(operator, value)


def _number_hint(value: Value) -> str | None:
    """What number was meant where a text or an expression stands."""
    text = value.value if isinstance(value, Text) else ""
    if is_number(text):
        return "leave out the quotation marks"
    if (size := _SIZE.fullmatch(text)) is None or len(text) > _LONGEST_SIZE:
        return None
    power = _SIZES.index(size[2].upper()) + 1
    return f"there are no suffixes for sizes: {text} is {int(size[1]) * 1000**power} or {int(size[1]) * 1024**power}"


def _value(cursor: Cursor) -> Value:
    start = cursor.at
    if cursor.peek('"'):
        return Text(cursor.quoted())
    if cursor.peek("%"):
        return read_regex(cursor)
    if signed := cursor.match(_SIGNED_STAR):
        # A number's text has no plus sign.
        return _ended(cursor, start, Text(signed.removeprefix("+")))
    number = _NUMBER.match(cursor.text, start)
    bare = _BARE.match(cursor.text, start)
    if number is not None and (bare is None or bare.end() <= number.end()):
        cursor.at = number.end()
        value: Value = Number(number.group())
        if not math.isfinite(float(number.group())):
            cursor.refuse("this number is too large", start, cursor.at)
    elif bare is not None:
        cursor.at = bare.end()
        value = Text(bare.group())
    else:
        hint = "texts of other characters than letters, digits, '_', '.' and '*' stand in double quotes"
        cursor.refuse(f"expected a text, a number or %regex%, found {cursor.found()}", hint=hint)
    return _ended(cursor, start, value)


def _ended(cursor: Cursor, start: int, value: Value) -> Value:
    """``value``, which was read from ``start``, if something stands behind it that may."""
    if cursor.peek() and not _ends_a_value(cursor.text[cursor.at]):
        character = cursor.text[cursor.at]
        hint = f"write {quote(cursor.text[start : cursor.reach(')],}&|')])}"
        cursor.refuse(f"'{character}' cannot stand in a text without quotes", hint=hint)
    return value


def _ends_a_value(character: str) -> bool:
    return character in " \t\r\n)],}&|"


def read_regex(cursor: Cursor) -> Regex:
    """``%…%``; what is wrong inside is refused at its place."""
    start = cursor.at
    end = cursor.text.find("%", start + 1)
    if end < 0:
        cursor.refuse("this '%' is not closed", start, hint="a regular expression is written %regex%")
    source = cursor.text[start + 1 : end]
    try:
        read(source)
    except RegexError as error:
        cursor.refuse(error.message, start + 1 + error.start, start + 1 + error.end, error.hint)
    cursor.at = end + 1
    return Regex(source)


def is_number(text: str) -> bool:
    """Whether ``text`` is a number as patterns and events write one: sign, decimals, exponent, nothing around it."""
    return _NUMBER.fullmatch(text) is not None


def value_text(value: Value) -> str:
    """``value`` as it is written."""
    if isinstance(value, Number):
        return value.text
    if isinstance(value, Regex):
        return f"%{value.source}%"
    bare = _BARE.fullmatch(value.value) is not None and not is_number(value.value)
    return value.value if bare else quote(value.value)
