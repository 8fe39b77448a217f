"""Numbers that follow from other numbers of the sentence, or from where things stand in the table."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

from siemlib.report.trace.context import seconds_of
from siemlib.report.trace.facts import How
from siemlib.report.trace.read import Derived, Read, about, distance, stands_in
from siemlib.report.trace.table import INTERVAL, Sort
from siemlib.report.trace.tokens import Kind, Token

if TYPE_CHECKING:
    from siemlib.report.trace.table import Mask

_DENSE = 0.1
"""Times for each second up to which another second would hardly be met by chance."""
_SHARE = re.compile(r"(?P<part>\d[\d,]*) of (?P<whole>\d[\d,]*)[^.;(]*\($")
PERCENT = re.compile(r" ?%")
"""What follows a number of per cent."""
_PEAK = re.compile(r"\b(?:[Mm]ost|[Hh]ighest)\b[^.;]*(?:\.\s|\bfrom )?[^;]*$")
_JOINED = re.compile(r" \w+ \(joined from bins of")
_PARTED = re.compile(r"(\d[\d,]*) by name, and (\d[\d,]*) more")


def width(read: Read, token: Token) -> Derived | None:
    """``10 minutes``: how wide the bins of the table are, or those of the chart that joins them two by two."""
    seconds = seconds_of(read.text, token)
    column = next((column for column in read.table.columns if column.name == INTERVAL), None)
    widths = np.unique(column.values) if column and seconds else np.empty(0)
    if seconds is None or len(widths) != 1 or not widths[0] > 0:
        return None
    joined = _JOINED.match(read.text, token.end) is not None and seconds > widths[0]
    if seconds == widths[0] or (joined and math.log2(seconds / widths[0]).is_integer()):
        return read.derived(token, f"width of the bins{', joined' if joined else ''}")
    return None


def share(read: Read, token: Token) -> Derived | None:
    """``7 of 8 cells (88 %)``: the share of the two numbers before it."""
    before = _SHARE.search(read.text, 0, token.start)
    if not before or not PERCENT.match(read.text, token.end):
        return None
    part, whole = (float(before[name].replace(",", "")) for name in ("part", "whole"))
    if whole and round(100 * part / whole, token.digits) == token.value:
        return read.derived(token, f"{before['part']} of {before['whole']}, per cent")
    return None


def parted(read: Read, token: Token) -> Derived | None:
    """``20 by name, and 40 more summed as others``: two numbers that come to all the values of a column."""
    both = next((m for m in _PARTED.finditer(read.text) if token.start in {m.start(1), m.start(2)}), None)
    if both is None:
        return None
    other = both[2] if token.start == both.start(1) else both[1]
    whole = token.value + int(other.replace(",", ""))
    for column in read.table.columns:
        if column.sort is Sort.TEXT and column.distinct(None) == whole:
            return read.derived(token, f"{both[1]} and {both[2]} of {How.DIFFERENT} {column.name}")
    return None


def stands(read: Read, token: Token) -> Derived | None:
    """A time in a column whose times are so few that another one would hardly be met by chance."""
    for column in read.table.columns:
        if column.sort is not Sort.TIME or not read.table.rows:
            continue
        seconds = np.unique(np.floor(column.values[~np.isnan(column.values)]))
        if len(seconds) and token.value in seconds and len(seconds) <= _DENSE * (seconds[-1] - seconds[0] + 10):
            return read.derived(token, f"stands in {column.name}")
    return None


def peak(read: Read, token: Token) -> Derived | None:
    """``Most from 14:14:57``: the time at which the rows of it come to the most of an amount."""
    if not _PEAK.search(read.text, read.part(token)[0], token.start):
        return None
    for time in (column for column in read.table.columns if column.sort is Sort.TIME):
        known = ~np.isnan(time.values)
        moments, places = np.unique(np.floor(time.values[known]), return_inverse=True)
        for amount in (column for column in read.table.columns if column.sort is Sort.AMOUNT and len(moments)):
            others = (read.named[place] for place in read.others(token))
            masks = [known, *(each.mask & known for each in others if each.column != time.name and each.mask.any())]
            for mask in masks:
                sums = np.bincount(places, np.nan_to_num(amount.values * mask)[known], minlength=len(moments))
                if sums.max() > 0 and token.value in moments[sums == sums.max()]:
                    return read.derived(token, f"{time.name} of most {amount.name}")
    return None


def identifies(read: Read, token: Token) -> Derived | None:
    """A number that is a name: of a rule, a port, a level. It stands in a row that the words about it name too."""
    if read.meant(token) or read.listed_before(token):
        return None
    low, high = read.part(token)
    for column in read.table.columns:
        if column.sort is not Sort.NUMBER or not about((word for word, _ in read.words), column):
            continue
        rows = (column.values == token.value) & _listed_with(read, token)
        if not rows.any():
            continue
        others = [read.named[n] for n in read.others(token)]
        others = [each for each in others if stands_in(each, low, high) and each.column != column.name]
        for each in sorted(others, key=lambda one: distance(token, one)):
            if (rows & each.mask).any():
                return read.derived(token, f"{column.name} where {each.says}")
        if not others and about(read.near(token), column):
            return read.derived(token, f"stands in {column.name}")
    return None


def _listed_with(read: Read, token: Token) -> Mask:
    """Of ``23 TCP 882`` the rows that have the value and the amount behind the token."""
    mask: Mask = np.ones(read.table.rows, dtype=bool)
    for named in read.named:
        for start, end in named.places if named.literal else ():
            if start == token.end + 1:
                mask &= named.mask
                amount = next((t for t in read.tokens if t.start == end + 1 and t.kind is Kind.NUMBER), None)
                if amount:
                    cells = [c.values == amount.value for c in read.table.columns if c.sort is Sort.AMOUNT]
                    mask &= np.logical_or.reduce([np.zeros(read.table.rows, dtype=bool), *cells])
    return mask
