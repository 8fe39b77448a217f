"""The rows of a table for which a condition of a rule holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siemlib.investigate.words import plain
from siemlib.model.observable import Address
from siemlib.report.trace.table import Column, Sort
from siemlib.report.trace.tokens import Kind, Token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from siemlib.report.trace.table import Mask

    Said = Mapping[str, Token | str]
    """What a sentence has in the places of a rule: numbers and times as tokens, words as text."""


def mask_of(column: Column, op: str, value: str, said: Said, period: float) -> Mask:
    """Where one condition holds (:class:`siemlib.model.traced.Traced`); ``period`` in seconds."""
    if op in {"given", "none"}:
        given = ~np.isnan(column.values) if column.sort is not Sort.TEXT else column.codes >= 0
        return given if op == "given" else ~given
    if op in {"loopback", "outside"}:
        own = np.array([*map(_is_loopback, column.texts), False], dtype=bool)[column.codes]
        own &= not own.all()
        return own if op == "loopback" else ~own
    if column.sort is Sort.TEXT:
        # What stands in brackets may be of the name itself.
        whole = _of_texts(column, op, str(said["z_whole"])) if (op, value) == ("=", "{z}") else np.zeros(1, dtype=bool)
        return whole if whole.any() else _of_texts(column, op, _filled(value, said))
    token = said.get(value[1:-1]) if value.startswith("{") else None
    if column.sort is Sort.TIME and isinstance(token, Token):
        return np.asarray(np.floor(column.values) == np.floor(token.value))
    if isinstance(token, Token) and op == "=":
        return np.asarray(np.round(column.values, token.digits) == token.value)
    return _of_numbers(column, op, _limit(value, said, period))


def _limit(value: str, said: Said, period: float) -> float:
    if value == "{half}":
        return period / 2
    try:
        return float(_filled(value, said))
    except ValueError:
        return float("nan")  # a word, which no number is


def _of_numbers(column: Column, op: str, limit: float) -> Mask:
    tests: dict[str, Callable[[], Mask]] = {
        "under or none": lambda: ~(column.values >= limit),
        ">": lambda: column.values > limit,
        "at least": lambda: column.values >= limit,
        "!=": lambda: column.values != limit,
        "=": lambda: column.values == limit,
        "is": lambda: column.values == limit,
    }
    return tests[op]()


def _of_texts(column: Column, op: str, value: str) -> Mask:
    tests: dict[str, Callable[[str], bool]] = {
        "=": lambda text: plain(text) == value,
        "is": lambda text: plain(text) == value,
        "!=": lambda text: plain(text) != value,
        "contains": lambda text: value in text,
        "is group": lambda text: value in {text, text.partition(":")[2]},
        "lacks": lambda text: value not in text,
        "in": lambda text: text in value.split("|"),
        "not in": lambda text: text not in value.split("|"),
    }
    chosen = np.array([tests[op](text) for text in column.texts] + [op in {"!=", "lacks", "not in"}], dtype=bool)
    return chosen[column.codes]


def _is_loopback(text: str) -> bool:
    address = Address.read(text)
    return address is not None and address.is_loopback


def _filled(value: str, said: Said) -> str:
    for name, each in said.items():
        text = each if isinstance(each, str) else each.text
        if isinstance(each, Token) and each.kind is Kind.NUMBER:
            text = text.replace(",", "")
        value = value.replace(f"{{{name}}}", text)
    return value
