"""What a sentence repeats of a table: values, parts of texts, and what a text denies."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from siemlib.report.trace.named import alike
from siemlib.report.trace.table import Sort
from siemlib.report.trace.tokens import Kind, Token, words_of

if TYPE_CHECKING:
    from siemlib.report.trace.read import Derived, Read

_DENIED = re.compile(r"\b(?:[Nn]o|[Nn]othing|[Nn]one|0)\b((?: [A-Za-z-]+){1,4})")
_OUTCOME = re.compile(r"[a-z]+ed|inside|outside|inbound|outbound")
_BEFORE = re.compile(r"(\S+\s+)?(\S+\s+)$")
_AFTER = re.compile(r"(\S*\s+\S+)(\s+\S+)?")
_JOINED = re.compile(r", | and ")
_SEPARATOR = re.compile(rf"({_JOINED.pattern}|[:;.] |\.$)")
"""What stands between two parts of a list, or ends one."""
_DOER = re.compile(r"(?:^|[.:;] )$"), re.compile(r" (?:got in|created)\b")
_BY = re.compile(r"\b(?:by|created) $"), re.compile(r"[.,;]| at ")
_IN_BRACKETS = re.compile(r"\([^()]*, $"), re.compile(r"[,)]")
"""What stands before and behind a name, and no number: of who did something, and of whom an event names."""
_BEFORE_A_NAME = 60
_TELLING = 3
"""Digits from which on a number alone tells a field."""
_FEW_VALUES = 40
"""Values of a column up to which each of them is a word of its own."""


def in_value(read: Read, token: Token) -> Derived | None:
    """A number inside a value that the sentence writes out: ``level 5``."""
    for each in read.named:
        for start, end in each.places if each.literal else ():
            if start <= token.start and token.end <= end and (start, end) != (token.start, token.end):
                return read.derived(token, f"in {each.says}")
    return None


def _beside(read: Read, token: Token) -> set[str]:
    """What stands beside a number that is a part of a list by itself: ``bob, 5 and 12``."""
    parts = _SEPARATOR.split(read.text)  # each second one stands between two
    starts = [0, *accumulate(map(len, parts))]
    if token.start not in starts or (place := starts.index(token.start)) % 2 or parts[place] != token.text:
        return set()
    joined = [side for side in (-1, 1) if 0 <= place + side < len(parts) and _JOINED.fullmatch(parts[place + side])]
    return {parts[place + 2 * side] for side in joined}


def among_names(read: Read, token: Token) -> bool:
    """Whether a name of the table stands beside a number in a list, so that it is a name too."""
    beside = {text for text in _beside(read, token) if not text.isdigit()}
    columns = (column for column in read.table.columns if column.sort is Sort.TEXT)
    return bool(beside) and any(not beside.isdisjoint(column.names) for column in columns)


def listed(read: Read, token: Token) -> Derived | None:
    """A number that is a name, in a list of names of the same column."""
    if beside := _beside(read, token):
        for column in read.table.columns:
            if column.sort is Sort.TEXT and token.text in column.names and not beside.isdisjoint(column.names):
                return read.derived(token, f"named in {column.name}")
    return None


def placed(text: str, token: Token) -> bool:
    """Whether a number stands where only a name does, as of a user who is called by a number of the staff."""
    before = text[max(0, token.start - _BEFORE_A_NAME) : token.start]
    return any(first.search(before) and then.match(text, token.end) for first, then in (_DOER, _BY, _IN_BRACKETS))


def called(read: Read, token: Token) -> Derived | None:
    """A number in the place of a name, which is the whole of one in the table."""
    if placed(read.text, token):
        for column in read.table.columns:
            if column.sort is Sort.TEXT and token.text in column.names:
                return read.derived(token, f"named in {column.name}")
    return None


def cell(read: Read, token: Token) -> Derived | None:
    """A number that is the whole value of a field: ``20100`` of ``rule.id``."""
    if len(token.text) < _TELLING:
        return None
    found = next((column for column in read.table.columns if token.text in column.texts), None)
    return read.derived(token, f"cell of {found.name}") if found else None


def quote(read: Read, token: Token) -> Derived | None:
    """A number with the words around it, three together, as a text of the table has them."""
    before, after = _BEFORE.search(read.text[: token.start]), _AFTER.match(read.text[token.end :])
    last, one = (before[1] or "", before[2]) if before else ("", "")
    following, two = (after[1], after[2] or "") if after else ("", "")
    windows = (
        last + one + token.text if last else "",
        one + token.text + following if one and following else "",
        token.text + following + two if two else "",
    )
    phrases = (window.strip().lstrip('("').rstrip('.,;:)"…') for window in windows if window)
    return next((found for phrase in phrases if phrase and (found := quoted(read, token, phrase))), None)


def quoted(read: Read, token: Token, phrase: str) -> Derived | None:
    """A phrase that stands in a text of the table."""
    for column in read.table.columns:
        if column.sort is Sort.TEXT and phrase in column.all_text:
            return read.derived(token, f"quoted from {column.name}")
    return None


def absent(read: Read, token: Token) -> Derived | None:
    """``0 failed events`` of a table without any row, or in which no value and no amount is called so."""
    if token.value != 0 or token.kind is not Kind.NUMBER:
        return None
    if not read.table.rows:
        return read.derived(token, "no rows")
    noun = read.noun(token)
    if not noun or not _OUTCOME.fullmatch(noun[0]) or read.meant(token):
        return None
    texts = (text.lower() for c in read.table.columns if len(c.texts) <= _FEW_VALUES for text in c.texts)
    if any(alike(word, text) for text in texts for word in noun):
        return None
    return read.derived(token, f"no row says {' '.join(noun)}")


def denied(read: Read, token: Token) -> Derived | None:
    """``0 console logins`` where an answer says that no console login was seen."""
    noun = read.noun(token)
    if token.value != 0 or token.kind is not Kind.NUMBER or not noun:
        return None
    texts = (text for column in read.table.columns if column.name == "answer" for text in column.texts)
    for said in (match for text in texts for match in _DENIED.finditer(text)):
        if any(alike(word, other) for word in noun for other, _ in words_of(said[1])):
            return read.derived(token, f"quoted from answer: {said[0]}")
    return None
