"""What a sentence names of a table: the rows that its words are about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from siemlib.report.trace.table import Column, Sort, Table
from siemlib.report.trace.tokens import WORD, Kind, Token, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siemlib.report.trace.table import Mask

_STEM = 4
"""Letters that two words must begin with alike to be one word: rejected, REJECT; failures, failed."""
_NOTHING = re.compile(r"\b(?:[Nn]othing|[Ss]ilent|[Ss]ilence|without|never|no|gaps)\b")
_ENOUGH = 5
_FEW = 40
"""Values of a column up to which its values may be named by a word of the same stem."""
_OR_MORE = re.compile(r"\s+(?:or|and) (?:more|higher|above|longer)\b")


@dataclass(frozen=True, eq=False)
class Named:
    """Rows that a sentence names: ``says`` tells which, ``places`` where the sentence does, each a start and an end."""

    says: str
    column: str
    mask: Mask
    places: tuple[tuple[int, int], ...]
    literal: bool = True
    """Whether the sentence writes the value itself, and not a word like it."""


@lru_cache(maxsize=1 << 16)
def alike(one: str, other: str) -> bool:
    """Whether two words have one stem, as far as their first letters tell."""
    if min(len(one), len(other)) < _STEM:
        return one.rstrip("s") == other.rstrip("s")
    size = min(len(one), len(other), 6)
    same = len(_common(one, other))
    return same >= size or same >= _ENOUGH or (same >= _STEM and max(len(one), len(other)) <= same + 4)


def _common(one: str, other: str) -> str:
    size = 0
    while size < min(len(one), len(other)) and one[size] == other[size]:
        size += 1
    return one[:size]


def named_in(sentence: str, tokens: Sequence[Token], table: Table) -> list[Named]:
    """Every part of the table that the sentence names, by a value, by a limit, or by the name of a column."""
    words = words_of(sentence)
    found: list[Named] = []
    for column in table.columns:
        if column.sort is Sort.TEXT:
            found += _texts(sentence, words, column)
    texts = [each for each in found if each.literal]
    for column in table.columns:
        if column.sort is not Sort.TEXT:
            found += _numbers(sentence, tokens, column, texts)
            found += _amounts(sentence, words, column)
    return [each for each in found if each.mask.any() or not each.literal]


def _texts(sentence: str, words: list[tuple[str, int]], column: Column) -> Iterator[Named]:
    few = len(column.texts) <= _FEW
    for code, (name, text) in enumerate(zip(column.names, column.texts, strict=True)):
        if len(name) > len(sentence) or not (few or name in sentence):
            continue
        says = f"{column.name} = {name}"
        if places := tuple(_places(sentence, name)):
            yield Named(says, column.name, column.codes == code, places)
        elif few and WORD.fullmatch(text) and (near := _alike(words, [text.lower()])):
            yield Named(says, column.name, column.codes == code, near, literal=False)
    missing = column.codes < 0
    if missing.any() and (near := _alike(words, column.words)):
        yield Named(f"{column.name} is given", column.name, ~missing, near, literal=False)


def _alike(words: list[tuple[str, int]], own: Sequence[str]) -> tuple[tuple[int, int], ...]:
    return tuple((start, start + len(word)) for word, start in words if any(alike(word, part) for part in own))


def _places(sentence: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the text stands in the sentence as a word of its own."""
    place = sentence.find(text) if text else -1
    while place >= 0:
        end = place + len(text)
        before, after = sentence[:place][-1:], sentence[end : end + 2]
        longer = after[:1].isalnum() or (after[:1] in {"-", ".", "_"} and after[1:].isalnum())
        if not (before.isalnum() or before in {"-", ".", "_"} or longer):
            yield place, end
        place = sentence.find(text, end)


def _numbers(sentence: str, tokens: Sequence[Token], column: Column, texts: Sequence[Named]) -> Iterator[Named]:
    """Rows of a time, of a number that follows the name of its column, or of one with its value: ``445 TCP``."""
    for token in tokens:
        place = ((token.start, token.end),)
        if column.sort is Sort.TIME and token.kind is Kind.TIME:
            mask = np.floor(column.values) == np.floor(token.value)
            yield Named(f"{column.name} = {token.text}", column.name, mask, place)
        elif column.sort is not Sort.TIME and token.kind is Kind.NUMBER:
            before = [word for word, _ in words_of(sentence[max(0, token.start - 24) : token.start])]
            if before and any(alike(before[-1], part) for part in column.words):
                more = _OR_MORE.match(sentence, token.end)
                mask = column.values >= token.value if more else column.values == token.value
                says = f"{column.name} {token.text} or more" if more else f"{column.name} = {token.text}"
                yield Named(says, column.name, mask, place, literal=not more)
            elif column.sort is Sort.NUMBER:
                mask = column.values == token.value
                beside = (t for t in texts for start, _ in t.places if start == token.end + 1)
                if any((mask & text.mask).any() for text in beside):
                    yield Named(f"{column.name} = {token.text}", column.name, mask, place)


def _amounts(sentence: str, words: list[tuple[str, int]], column: Column) -> Iterator[Named]:
    if column.sort is not Sort.AMOUNT:
        return
    if near := _alike(words, column.words):
        yield Named(f"{column.name} > 0", column.name, column.values > 0, near, literal=False)
    if nothing := tuple(match.span() for match in _NOTHING.finditer(sentence)):
        none = (column.values == 0) | np.isnan(column.values)
        yield Named(f"{column.name} = 0", f"no {column.name}", none, nothing, literal=False)
