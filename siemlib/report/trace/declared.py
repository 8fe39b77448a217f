"""Numbers whose origin is laid down: the words around them say what is counted, and it is counted again."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from siemlib.investigate.words import plain
from siemlib.model.observable import Address
from siemlib.model.traced import How, Traced
from siemlib.report.trace.context import seconds_of
from siemlib.report.trace.table import INTERVAL, Column, Sort, Table
from siemlib.report.trace.tokens import Kind, Token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from siemlib.report.trace.table import Mask

    Said = Mapping[str, Token | str]
    """What a sentence has in the places of a rule: numbers and times as tokens, words as text."""

_PLACE = re.compile(r"\\\{([a-z])\\\}")
_LETTERS = re.compile(r"\\\[([a-z]+)\\\]")
_NUMBER = r"-?\d+(?:,\d{3})*(?:\.\d+)?"
_TIME = r"(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d(?:\.\d+)?"
_LISTED = r"(?:^|(?<=\()|(?<=, )|(?<=; )|(?<=: )|(?<=\. )|(?<= and ))"
_PATTERNS = {
    **{name: rf"(?P<{name}>{_NUMBER})" for name in "nmop"},
    **{name: rf"(?P<{name}>{_TIME})" for name in "tu"},
    "x": r"(?P<x>\S*[\w\N{HORIZONTAL ELLIPSIS}])",
    "y": r"(?P<y>.+?)",
    "w": r"(?P<w>\S.*?)",
    "z": r"(?P<z>\S(?:(?!, |; |: |\. ).)*?)(?: \((?:[^()]|\([^()]*\))*\))?",
}
_END = re.compile(r"\.(?= [A-Z0-9]|$)")
_BY_TIME = frozenset([How.TOP, How.PEAK, How.AT])
_SCALE = re.compile(r" ([kMGT])B\b")
_SCALES = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


@lru_cache(maxsize=2048)
def _pattern(says: str) -> re.Pattern[str]:
    before = "" if says.startswith(("{n", "{m", "{t")) else _LISTED if says.startswith(("{z}", "{w}")) else r"(?<![\w])"
    before = r"(?<![\w.,-])(?<!\d of )" if not before else before
    inside = _LETTERS.sub(r"(?:\1)?", _PLACE.sub(lambda place: _PATTERNS[place[1]], re.escape(says)))
    plural = "" if says.endswith("}") else "s?"
    return re.compile(f"{before}{inside}{plural}(?![\\w])", re.IGNORECASE)


def places(rule: Traced, text: str) -> Iterator[re.Match[str]]:
    """Where a sentence has the words of a rule."""
    if not rule.after:
        yield from _pattern(rule.says).finditer(text)
        return
    start = text.find(rule.after)
    while start >= 0:
        start += len(rule.after)
        stop = _END.search(text, start)
        yield from _pattern(rule.says).finditer(text, start, stop.start() if stop else len(text))
        start = text.find(rule.after, start)


def said(match: re.Match[str], tokens: Sequence[Token]) -> Said | None:
    """What stands in the places of a rule; ``None`` where one that is to be a number is none."""
    found: dict[str, Token | str] = {}
    by_start = {token.start: token for token in tokens}
    for name, text in match.groupdict().items():
        if name in "nmoptu":
            token = by_start.get(match.start(name))
            if token is None or token.kind is not (Kind.TIME if name in "tu" else Kind.NUMBER):
                return None
            found[name] = token
        else:
            found[name] = text
    return found


def decided(rule: Traced, said_: Said) -> list[Token]:
    """The tokens of which a rule tells whether they are right."""
    if rule.how is How.STANDS:
        return [each for each in said_.values() if isinstance(each, Token)]
    token = said_.get("n", said_.get("t"))
    return [token] if isinstance(token, Token) else []


def holds(rule: Traced, said_: Said, table: Table, text: str, period: float) -> bool | None:
    """Whether the number is what the rule counts; ``None`` where the rule is not about this. ``period`` in seconds."""
    columns = {column.name: column for column in table.columns}
    by = {rule.by} if rule.how in _BY_TIME else set()
    named = {*rule.column.split("+"), *(column for column, _, _ in rule.where), *by} - {""}
    if not named <= columns.keys():
        return None
    masks = []
    for name, op, value in rule.where:
        mask = _mask(columns[name], op, value, said_, period)
        if not mask.any() and op not in {"is", "is group"} and any(f"{{{place}}}" in value for place in "wxyz"):
            return None
        masks.append(mask)
    if rule.how is How.STANDS:
        return bool(np.logical_and.reduce(masks).any())
    token = decided(rule, said_)[0]
    if rule.how in {How.BEFORE, How.AFTER}:
        before, after = (_value(said_[name]) for name in ("nm" if rule.how is How.BEFORE else "mn"))
        return _parted(columns[rule.column], int(before), int(after))
    counted = _count(rule, masks, columns, table.rows)
    if counted is None:
        return False
    counted -= rule.less
    if (rule.column == INTERVAL or rule.how is How.STEP) and (seconds := seconds_of(text, token)) is not None:
        return seconds == counted
    return equal(token, text, abs(_value(said_["m"]) - counted) if rule.rest else counted)


def equal(token: Token, text: str, value: float) -> bool:
    """Whether a token is a value, as far as it is written out: ``1.2 MB`` are 1,234,567."""
    if token.kind is Kind.TIME:
        scale = 10**token.digits
        return bool(np.floor(value * scale + 1e-6) == np.floor(token.value * scale + 1e-6))
    scaled = _SCALE.match(text, token.end)
    return bool(round(value / (_SCALES[scaled[1]] if scaled else 1), token.digits) == token.value)


def _value(said_: Token | str) -> float:
    return said_.value if isinstance(said_, Token) else float("nan")


def _count(rule: Traced, masks: list[Mask], columns: Mapping[str, Column], rows: int) -> float | None:
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
    if rule.how in _BY_TIME:
        return _top(rule.how, column.values[mask], columns[rule.by].values[mask])
    values, whole = column.values[mask], float(np.nansum(column.values))
    values = values[~np.isnan(values)]
    if rule.how is How.STEP:
        steps = np.diff(np.unique(values))
        return float(steps.min().round(3)) if len(steps) else None
    if rule.how is How.PERCENT:
        return 100 * float(values.sum()) / whole if whole else None
    if rule.how is How.SUM:
        return float(values.sum())
    if not len(values):
        return None if column.sort is Sort.TIME else 0
    return float(values.min() if rule.how is How.LEAST else values.max())


def _top(how: How, values: np.ndarray, times: np.ndarray) -> float | None:
    known = ~np.isnan(times) & ~np.isnan(values)
    if how is How.AT:
        return float(times[known][values[known].argmax()]) if known.any() else None
    moments, at = np.unique(times[known], return_inverse=True)
    if not len(moments):
        return None
    sums = np.bincount(at, np.nan_to_num(values[known]), minlength=len(moments))
    return float(sums.max() if how is How.TOP else moments[int(sums.argmax())])


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


def _mask(column: Column, op: str, value: str, said_: Said, period: float) -> Mask:
    if op in {"given", "none"}:
        given = ~np.isnan(column.values) if column.sort is not Sort.TEXT else column.codes >= 0
        return given if op == "given" else ~given
    if op in {"loopback", "outside"}:
        own = np.array([*map(_is_loopback, column.texts), False], dtype=bool)[column.codes]
        own &= not own.all()
        return own if op == "loopback" else ~own
    if column.sort is Sort.TEXT:
        return _texts_mask(column, op, _filled(value, said_))
    token = said_.get(value[1:-1]) if value.startswith("{") else None
    if column.sort is Sort.TIME and isinstance(token, Token):
        return np.floor(column.values) == np.floor(token.value)
    try:
        limit = period / 2 if value == "{half}" else _value(token) if token else float(_filled(value, said_))
    except ValueError:
        return np.zeros(len(column.values), dtype=bool)
    if isinstance(token, Token) and op == "=":
        return np.round(column.values, token.digits) == limit
    tests: dict[str, Callable[[], Mask]] = {
        "under or none": lambda: ~(column.values >= limit),
        ">": lambda: column.values > limit,
        "at least": lambda: column.values >= limit,
        "!=": lambda: column.values != limit,
        "=": lambda: column.values == limit,
    }
    return tests[op]()


def _is_loopback(text: str) -> bool:
    address = Address.read(text)
    return address is not None and address.is_loopback


def _texts_mask(column: Column, op: str, value: str) -> Mask:
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


def _filled(value: str, said_: Said) -> str:
    for name, each in said_.items():
        text = each.text.replace(",", "") if isinstance(each, Token) and each.kind is Kind.NUMBER else each
        value = value.replace(f"{{{name}}}", text if isinstance(text, str) else text.text)
    return value
