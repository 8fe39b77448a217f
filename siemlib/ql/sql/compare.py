"""Comparison: both sides look like numbers and compare as numbers, or they compare as texts.

A stored number meets a number natively, so that the reader of a Parquet file can skip what cannot match; a text meets a
text that is no number by plain equality, for the same reason. Everything else asks both sides what they look like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from siemlib.model.event import FieldType
from siemlib.ql.plan import Compare, Constant, Expr, Member, Ref
from siemlib.ql.sql.writer import double, integer, literal
from siemlib.ql.types import TEXTUAL, looks_numeric
from siemlib.ql.words import LONGEST_NUMBER

if TYPE_CHECKING:
    from collections.abc import Sequence

_SQL = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_WIDEST_EXACT = 2**53
_WIDEST_BIGINT = 2**63
_WIDEST_HUGEINT = 10**38


class Views(Protocol):
    """What is needed of :class:`siemlib.ql.sql.expressions.Expressions`."""

    def native(self, value: Expr) -> str:
        """In its own SQL type."""

    def text(self, value: Expr) -> str:
        """As text."""

    def number(self, value: Expr) -> str:
        """As a double."""


def compare(views: Views, operator: str, left: Expr, right: Expr) -> str:
    """``left operator right`` as a condition; ``NULL`` where a side is missing."""
    if isinstance(left, Constant) and not isinstance(right, Constant):
        left, right, operator = right, left, _TURNED[operator]
    if isinstance(right, Constant):
        return _with_constant(views, operator, left, right)
    if left.type not in TEXTUAL and right.type not in TEXTUAL and not _reads_as_text(left, right):
        return f"{_numeric(views, left)} {_SQL[operator]} {_numeric(views, right)}"
    if operator == "=" and left.type in TEXTUAL and right.type in TEXTUAL:
        return f"({views.text(left)} = {views.text(right)} OR ql_compare({views.text(left)}, {views.text(right)}) = 0)"
    as_texts = f"ql_compare({views.text(left)}, {views.text(right)}) {_SQL[operator]} 0"
    if left.type is FieldType.INTEGER and right.type is FieldType.INTEGER:
        # Two whole numbers that are there need not be written out for it; only what NULL reads as is a text.
        one, other = views.native(left), views.native(right)
        there = f"{one} IS NOT NULL AND {other} IS NOT NULL"
        return f"CASE WHEN {there} THEN {one} {_SQL[operator]} {other} ELSE {as_texts} END"
    return as_texts


def member(views: Views, value: Expr, items: Sequence[Expr]) -> str:
    """``value in [items]``; ``NULL`` where the value is missing.

    Thousands of items are asked at once, not one by one: the database plans each condition for itself, and holds each.
    """
    kinds: dict[str, list[str]] = {}
    for item in items:
        asked, written = _listed(views, value, item)
        kinds.setdefault(asked, []).append(written)
    parts = [part for asked, written in kinds.items() for part in _equal_to_one(asked, written)]
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def alternatives(operands: Sequence[Expr]) -> list[Expr]:
    """What ``or`` joins, with the values that one field may be equal to as one list."""
    groups: dict[tuple[bool, Expr], list[Expr]] = {}
    for operand in operands:
        match operand:
            case Compare(operator="=", left=value, right=Constant()) if not isinstance(value, Constant):
                groups.setdefault((True, value), []).append(operand)
            case _:
                groups.setdefault((False, operand), []).append(operand)
    return [
        Member(value, tuple(same.right for same in group if isinstance(same, Compare)), negated=False)
        if equal and len(group) > 1
        else group[0]
        for (equal, value), group in groups.items()
    ]


def _equal_to_one(asked: str, written: list[str]) -> list[str]:
    """The values that can stand in a list, or each condition by itself where nothing is asked of all of them."""
    if not asked:
        return written
    return [f"{asked} = {written[0]}" if len(written) == 1 else f"{asked} IN ({', '.join(written)})"]


def _listed(views: Views, value: Expr, item: Expr) -> tuple[str, str]:
    """What is asked of the value, and what it may be; the first is empty where the second is the whole condition."""
    if isinstance(item, Constant) and not isinstance(value, Constant) and item.type is not FieldType.BOOLEAN:
        number = looks_numeric(item.text)
        if number is None and value.type in TEXTUAL:
            return views.text(value), literal(item.text)
        if value.type in TEXTUAL and number is not None and abs(number) < _WIDEST_EXACT:
            return f"ql_number({views.text(value)})", _numeric_literal(item.text, number)
        exact = value.type is FieldType.NUMBER or _small_integer(item)
        if number is not None and value.type not in TEXTUAL and exact and not _reads_as_text(value):
            return _numeric(views, value), _numeric_literal(item.text, number)
    return "", compare(views, "=", value, item)


def _with_constant(views: Views, operator: str, value: Expr, constant: Constant) -> str:
    sql, number = _SQL[operator], looks_numeric(constant.text)
    if constant.type is FieldType.BOOLEAN:
        return _with_boolean(views, sql, value, constant)
    if number is None:
        return f"{views.text(value)} {sql} {literal(constant.text)}"
    missing = value.symbol.missing_text if isinstance(value, Ref) else None
    if value.type not in TEXTUAL:
        native = f"{_numeric(views, value)} {sql} {_numeric_literal(constant.text, number)}"
        if missing is None:
            return native
        # NULL stands for a text here, which compares as a text; whether that holds is known now.
        held = _text_compares(operator, missing, constant.text)
        return f"({native} OR {views.native(value)} IS NULL)" if held else native
    text = views.text(value)
    if abs(number) >= _WIDEST_EXACT and _is_whole(constant.text):
        return f"ql_compare({text}, {literal(constant.text)}) {sql} 0"
    by_number = f"ql_number({text}) {sql} {_numeric_literal(constant.text, number)}"
    # A text that is no number cannot equal one; with any other operator it is compared as the text that it is.
    return by_number if operator == "=" else f"coalesce({by_number}, {text} {sql} {literal(constant.text)})"


def _with_boolean(views: Views, sql: str, value: Expr, constant: Constant) -> str:
    """``true`` is the number 1 and, of parsed text, the word."""
    if value.type not in TEXTUAL:
        return f"{views.number(value)} {sql} {constant.text}"
    word = literal("true" if constant.text == "1" else "false")
    return f"coalesce(ql_number({views.text(value)}) {sql} {constant.text}, lower({views.text(value)}) {sql} {word})"


def _numeric(views: Views, value: Expr) -> str:
    return f"CAST({views.native(value)} AS INTEGER)" if value.type is FieldType.BOOLEAN else views.native(value)


def _numeric_literal(text: str, number: float) -> str:
    """A number beside a native one: whole ones stay whole, so that BIGINT is compared with BIGINT."""
    if _is_whole(text) and abs(int(text)) < _WIDEST_BIGINT:
        return integer(int(text))
    if _is_whole(text) and abs(int(text)) < _WIDEST_HUGEINT:
        return f"CAST({literal(text.strip())} AS HUGEINT)"
    return double(number)


def _is_whole(text: str) -> bool:
    digits = text.strip().removeprefix("-").removeprefix("+")
    return digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER


def _small_integer(constant: Constant) -> bool:
    return (
        constant.type is not FieldType.BOOLEAN and _is_whole(constant.text) and abs(int(constant.text)) < _WIDEST_BIGINT
    )


def _reads_as_text(*values: Expr) -> bool:
    return any(isinstance(value, Ref) and value.symbol.missing_text is not None for value in values)


def _text_compares(operator: str, left: str, right: str) -> bool:
    outcome = (left > right) - (left < right)
    return {
        "=": outcome == 0,
        "!=": outcome != 0,
        "<": outcome < 0,
        "<=": outcome <= 0,
        ">": outcome > 0,
        ">=": outcome >= 0,
    }[operator]
