"""Where a number of a sentence comes from, searched in the data that the sentence is about."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from siemlib.report.trace import shapes, told
from siemlib.report.trace.agree import agreement
from siemlib.report.trace.facts import Fact, How, facts
from siemlib.report.trace.read import Derived, Read, stands_in
from siemlib.report.trace.table import Sort
from siemlib.report.trace.tokens import WORDS, Kind, Token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from siemlib.report.trace.named import Named
    from siemlib.report.trace.table import Mask

_SCALE = re.compile(r" ([kMGT])B\b")
_SCALES = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
_MORE = re.compile(r" more\b")
_WHOLE_MINUTES = (10, 16)
"""Characters of a time without seconds."""
_WORDY = frozenset(["question", "answer", "field", "value", "fact"])
"""Columns of tables whose rows are sentences: they are quoted, and their number says nothing."""


class Sentence(Read):
    """One sentence or several, with what can be counted in one table."""

    def tell(self, token: Token) -> Derived | None:
        """How a token follows from the table, where another one in its place would not: else it is met by chance."""
        found = self.find(token)
        # The words before it say of what, or it is part of a value that stands there as the table has it.
        if _MORE.match(self.text, token.end) or told.in_value(self, token) or told.listed(self, token):
            return found
        if told.called(self, token):
            return found
        return found if found and not any(self.find(other) for other in _beside(token)) else None

    def find(self, token: Token) -> Derived | None:
        """How a token follows from the table; ``None`` where it does not."""
        if token.kind is Kind.NAME:
            return told.quoted(self, token, token.text) or (shapes.width(self, token) if self.own else None)
        if token.text.lower() in WORDS:  # what is counted is written in digits
            return told.quote(self, token) if self.own else None
        return self._of_a_time(token) if token.kind is Kind.TIME else self._of_a_number(token)

    def _of_a_time(self, token: Token) -> Derived | None:
        if {column.name for column in self.table.columns} <= _WORDY:
            return _first((told.cell, told.quote), self, token) if self.own else None
        return (
            self._counted(token)
            or shapes.peak(self, token)
            or shapes.stands(self, token)
            or (told.quote(self, token) if self.own else None)
        )

    def _of_a_number(self, token: Token) -> Derived | None:
        if named := told.called(self, token):
            return named
        if {column.name for column in self.table.columns} <= _WORDY:
            ways: tuple[Callable[[Read, Token], Derived | None], ...] = (told.cell, told.quote, told.denied)
            return _first(ways, self, token) if self.own else None
        if self.own and ((named := told.listed(self, token)) or told.among_names(self, token)):
            return named
        if _MORE.match(self.text, token.end):
            return self._more(token) or _first((shapes.parted, told.quote), self, token) if self.own else None
        counted = self._counted(token)
        if not self.own:
            return told.in_value(self, token) or counted or shapes.identifies(self, token)
        return (
            _first((told.in_value, shapes.width), self, token)
            or counted
            or _first((shapes.share, shapes.identifies), self, token)
            or _first((shapes.parted, told.quote, told.absent), self, token)
        )

    def repeated(self, token: Token) -> Derived | None:
        """Where another exhibit has the same name, or the same words: it says nothing else, at least."""
        if called := told.called(self, token):
            return called
        return self.derived(token, f"said alike in {self.table.name}") if told.quote(self, token) else None

    def _counted(self, token: Token) -> Derived | None:
        best: tuple[int, Derived] | None = None
        for chosen, fact in self._candidates(token):
            if _is_time(fact) != (token.kind is Kind.TIME) or not self._equal(token, fact):
                continue
            score = agreement(self, token, chosen, fact)
            if score and (best is None or score > best[0]):
                best = (score, self.derived(token, f"{fact.says}{_where(chosen)}"))
        return best[1] if best else None

    def _candidates(self, token: Token) -> Iterator[tuple[tuple[Named, ...], Fact]]:
        """The facts of all rows, of those that the sentence names, and of those that it names in two ways."""
        others = self.others(token)
        for size in (0, 1, 2):
            for places in combinations(others, size):
                chosen = tuple(self.named[place] for place in places)
                if len({each.column for each in chosen}) == size:
                    yield from ((chosen, fact) for fact in self._facts_of(places))

    def _facts_of(self, places: tuple[int, ...]) -> list[Fact]:
        if places not in self._facts:
            mask: Mask | None = None
            for place in places:
                mask = self.named[place].mask if mask is None else mask & self.named[place].mask
            self._facts[places] = list(facts(self.table, mask))
        return self._facts[places]

    @cached_property
    def _facts(self) -> dict[tuple[int, ...], list[Fact]]:
        return {}

    def _equal(self, token: Token, fact: Fact) -> bool:
        if token.kind is Kind.TIME:
            return _same_time(token, fact.value)
        percent = shapes.PERCENT.match(self.text, token.end) is not None
        if percent != (fact.column is not None and "%" in fact.column.name):
            return False
        scale = _SCALE.match(self.text, token.end)
        return bool(round(fact.value / (_SCALES[scale[1]] if scale else 1), token.digits) == token.value)

    def _more(self, token: Token) -> Derived | None:
        """``and 65 more``: how many there are, less those that the sentence names."""
        low, high = self.part(token, whole=True)
        texts = [each for each in self.named if each.literal and stands_in(each, low, high)]
        listed = {each.column: len({one.says for one in texts if one.column == each.column}) for each in texts}
        most = max(listed.values(), default=0)
        columns = {column for column, number in listed.items() if number == most}
        for chosen, fact in self._candidates(token) if most else ():
            different = fact.how is How.DIFFERENT and fact.column is not None and fact.column.name in columns
            if (different or fact.how is How.ROWS) and fact.value - most == token.value:
                return self.derived(token, f"{fact.says}{_where(chosen)}, less the {most} that are named")
        return None


def _beside(token: Token) -> Iterator[Token]:
    """Other tokens in the place of one: a number that is one more, one less or ten times, a time a little later."""
    if token.kind is Kind.NUMBER:
        for value in (token.value + 1, token.value - 1, token.value * 10):
            if value >= 0 and value != token.value:
                yield replace(token, value=value, text=f"{value:,.{token.digits}f}")
    elif token.kind is Kind.TIME and ":" in token.text:
        for seconds in (1, 60):
            moment = datetime.fromtimestamp(token.value + seconds, UTC)
            yield replace(token, value=token.value + seconds, text=moment.strftime("%H:%M:%S"))


def _first(ways: Sequence[Callable[[Read, Token], Derived | None]], read: Read, token: Token) -> Derived | None:
    return next((found for way in ways if (found := way(read, token))), None)


def _where(chosen: Sequence[Named]) -> str:
    return f" where {' and '.join(each.says for each in chosen)}" if chosen else ""


def _is_time(fact: Fact) -> bool:
    return fact.column is not None and fact.column.sort is Sort.TIME and fact.how is not How.DIFFERENT


def _same_time(token: Token, value: float) -> bool:
    if len(token.text) in _WHOLE_MINUTES:
        return math.floor(value / 60) == math.floor(token.value / 60)
    scale = 10**token.digits
    return bool(math.floor(value * scale + 1e-6) == math.floor(token.value * scale + 1e-6))
