"""Numbers whose origin is laid down: the words around them say what is counted, and it is counted again."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from siemlib.investigate.words import plain
from siemlib.model.traced import How, Traced
from siemlib.report.trace.table import Column, Sort, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from siemlib.report.trace.table import Mask

_PLACE = re.compile(r"\\\{([nmxy])\\\}")
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_PATTERNS = {"n": rf"(?P<n>{_NUMBER})", "m": rf"(?P<m>{_NUMBER})", "x": r"(?P<x>\S+)", "y": r"(?P<y>.+?)"}


@lru_cache(maxsize=1024)
def _pattern(says: str) -> re.Pattern[str]:
    before = "" if says.startswith("{") else r"(?<![\w])"
    return re.compile(
        before + _PLACE.sub(lambda place: _PATTERNS[place[1]], re.escape(says)) + r"s?(?![\w])", re.IGNORECASE
    )


def places(rule: Traced, text: str) -> Iterator[re.Match[str]]:
    """Where a sentence has the words of a rule."""
    return _pattern(rule.says).finditer(text)


def number(match: re.Match[str], name: str = "n") -> float:
    """One of the numbers in the words."""
    return float(match[name].replace(",", ""))


def holds(rule: Traced, match: re.Match[str], table: Table, period: float) -> bool | None:
    """Whether the number is what the rule counts; ``None`` where the table lacks a column. ``period`` in seconds."""
    columns = {column.name: column for column in table.columns}
    named = {*rule.column.split("+"), *(column for column, _, _ in rule.where)} - {""}
    if not named <= columns.keys():
        return None
    said = {**match.groupdict(), "half": str(period / 2)}
    masks = [_mask(columns[name], op, _filled(value, said)) for name, op, value in rule.where]
    if rule.how is How.STANDS:
        return bool(np.logical_and.reduce(masks).any())
    if rule.how in {How.BEFORE, How.AFTER}:
        before, after = (number(match, name) for name in ("nm" if rule.how is How.BEFORE else "mn"))
        return _parted(columns[rule.column], int(before), int(after))
    digits = len(match["n"].partition(".")[2])
    counted = _count(rule, masks, columns, table.rows) - rule.less
    return round(abs(number(match, "m") - counted) if rule.rest else counted, digits) == number(match)


def _filled(value: str, said: Mapping[str, str | None]) -> str:
    for name in ("n", "m", "x", "half"):
        value = value.replace(f"{{{name}}}", (said.get(name) or "").replace(",", "" if name != "x" else ","))
    return value


def _count(rule: Traced, masks: list[Mask], columns: Mapping[str, Column], rows: int) -> float:
    mask: Mask = np.logical_and.reduce([np.ones(rows, dtype=bool), *masks])
    if "+" in rule.column:
        parts = [columns[name] for name in rule.column.split("+")]
        cells = [(part.codes if part.sort is Sort.TEXT else part.values)[mask].tolist() for part in parts]
        return len(set(zip(*cells, strict=True)))
    column = columns.get(rule.column)
    if column is None:
        return int(mask.sum())
    if rule.how in {How.DIFFERENT, How.SPARSE, How.BOTH}:
        return _count_values(rule.how, column, mask, masks)
    values = column.values[mask]
    values = values[~np.isnan(values)]
    if not len(values):
        return 0
    return float(values.sum() if rule.how is How.SUM else values.min() if rule.how is How.LEAST else values.max())


def _count_values(how: How, column: Column, mask: Mask, masks: list[Mask]) -> int:
    if how is How.DIFFERENT:
        return column.distinct(mask)
    if how is How.SPARSE:
        every = [column.codes == code for code in range(len(column.texts))]
        return sum(2 * int((mask & own).sum()) < int(own.sum()) for own in every)
    one, other = (set(column.codes[each].tolist()) for each in masks)
    return len(one & other)


def _parted(column: Column, before: int, after: int) -> bool:
    times = np.sort(column.values[~np.isnan(column.values)])
    same = times[before : len(times) - after]
    if before + after > len(times) or (len(same) and same[0] != same[-1]):
        return False
    edge = same[0] if len(same) else None
    below, above = times[:before], times[len(times) - after :]
    return edge is None or (not (below == edge).any() and not (above == edge).any())


def _mask(column: Column, op: str, value: str) -> Mask:
    if op == "given":
        return ~np.isnan(column.values) if column.sort is not Sort.TEXT else column.codes >= 0
    if column.sort is not Sort.TEXT:
        limit = float(value)
        if op == "under or none":
            return ~(column.values >= limit)
        return column.values > limit if op == ">" else column.values == limit
    tests = {
        "=": lambda text: plain(text) == value,
        "!=": lambda text: plain(text) != value,
        "contains": lambda text: value in text,
        "is group": lambda text: value in {text, text.partition(":")[2]},
        "lacks": lambda text: value not in text,
        "in": lambda text: text in value.split("|"),
        "not in": lambda text: text not in value.split("|"),
    }
    chosen = np.array([tests[op](text) for text in column.texts] + [op in {"!=", "lacks", "not in"}], dtype=bool)
    return chosen[column.codes]
