"""Numbers whose origin is laid down: the words around them say what is counted, and it is counted again."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from siemlib.model.traced import How, Traced
from siemlib.report.trace.context import seconds_of
from siemlib.report.trace.counting import BY_TIME, count_of, parted
from siemlib.report.trace.masks import mask_of
from siemlib.report.trace.table import INTERVAL, Table
from siemlib.report.trace.tokens import Kind, Token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siemlib.report.trace.masks import Said

_PLACE = re.compile(r"\\\{([a-z])\\\}")
_LETTERS = re.compile(r"\\\[([a-z]+)\\\]")
_NUMBER = r"-?\d+(?:,\d{3})*(?:\.\d+)?"
_TIME = r"(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d(?:\.\d+)?"
_LISTED = r"(?:^|(?<=\()|(?<=, )|(?<=; )|(?<=: )|(?<=\. )|(?<= and ))"
_PATTERNS = {
    **{name: rf"(?P<{name}>{_NUMBER})" for name in "nmop"},
    **{name: rf"(?P<{name}>{_TIME})" for name in "tu"},
    "v": r"(?P<v>(?:(?!\. |; ).)+?)",
    "x": r"(?P<x>\S*[\w\N{HORIZONTAL ELLIPSIS}])",
    "y": r"(?P<y>.+?)",
    "w": r"(?P<w>\S.*?)",
    "z": r"(?P<z_whole>(?P<z>\S(?:(?!, |; |: |\. ).)*?)(?: \((?:[^()]|\([^()]*\))*\))?)",
}
_END = re.compile(r"\.(?= [A-Z0-9]|$)")
_SCALE = re.compile(r" ([kMGT])B\b")
_SCALES = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


@lru_cache(maxsize=2048)
def _pattern(says: str) -> re.Pattern[str]:
    before = r"(?<![\w])"
    if says.startswith(("{n", "{m", "{t")):
        before = r"(?<![\w.,-])(?<!\d of )"
    elif says.startswith(("{z}", "{w}")):
        before = _LISTED
    inside = _LETTERS.sub(r"(?:\1)?", _PLACE.sub(lambda place: _PATTERNS[place[1]], re.escape(says)))
    plural = "" if says.endswith("}") else "s?"
    return re.compile(f"{before}{inside}{plural}(?![\\w])", re.IGNORECASE)


def places(rule: Traced, text: str) -> Iterator[re.Match[str]]:
    """Where a sentence has the words of a rule."""
    if rule.lacking and rule.lacking in text:
        return
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
    by = {rule.by} if rule.how in BY_TIME else set()
    if (
        not {*rule.column.split("+"), *(column for column, _, _ in (*rule.where, *rule.unless)), *by} - {""}
        <= columns.keys()
    ):
        return None
    masks = [mask_of(columns[name], op, value, said_, period) for name, op, value in rule.where]
    names_one = (
        op not in {"is", "is group"} and any(f"{{{place}}}" in value for place in "wxyz") for _, op, value in rule.where
    )
    if any(named and not mask.any() for named, mask in zip(names_one, masks, strict=True)):
        return None
    if rule.unless:
        left_out = [mask_of(columns[name], op, value, said_, period) for name, op, value in rule.unless]
        masks.append(~np.logical_and.reduce(left_out))
    if rule.how is How.STANDS:
        return bool(np.logical_and.reduce(masks).any())
    token = decided(rule, said_)[0]
    if rule.how in {How.BEFORE, How.AFTER}:
        before, after = (_value(said_[name]) for name in ("nm" if rule.how is How.BEFORE else "mn"))
        return parted(columns[rule.column], int(before), int(after))
    counted = count_of(rule, masks, columns, table.rows)
    return counted is not None and _is(rule, token, said_, text, counted - rule.less)


def _is(rule: Traced, token: Token, said_: Said, text: str, counted: float) -> bool:
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
