"""A sentence beside a table: which of its words are about which columns and rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.report.trace.named import Named, alike, named_in
from siemlib.report.trace.tokens import Token, tokens_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from siemlib.report.trace.table import Column, Table

_NEAR = 7
"""Words to each side of a number that are near it."""
_SMALL_WORDS = "of|from|in|for|on|with|to|at|and|or|by"
_NOUN = re.compile(
    r" of (?:the )?[\d,]+(?P<whole>(?: [A-Za-z][A-Za-z-]*){1,2})"
    rf"|(?P<noun>(?: (?!(?:{_SMALL_WORDS})\b)[A-Za-z][A-Za-z-]*){{1,2}})"
)
"""What is counted by a number: the next words, or of ``6 of 7 log groups`` those behind the whole."""
_STOP = re.compile(r"[.;](?=\s|$)")
_FULL_STOP = re.compile(r"\.(?=\s|$)")
_LISTED = re.compile(r" \(?")


@dataclass(frozen=True, slots=True)
class Derived:
    """How a token follows from the data: ``says`` in words, ``of`` which exhibit, run or part of the record."""

    token: Token
    says: str
    of: str


class Read:
    """One sentence or several, with what they name of one table."""

    def __init__(self, text: str, table: Table, *, own: bool = True) -> None:
        """``own``: whether the table is that of the sentence's exhibit; of another one, less is taken for an origin."""
        self.text, self.table, self.own = text, table, own
        self.tokens = tokens_of(text)
        self.words = words_of(text)
        self.named = named_in(text, self.tokens, table)
        self._meanings: dict[Token, list[Column]] = {}

    def derived(self, token: Token, says: str) -> Derived:
        """What was found for a token in the table."""
        return Derived(token, says, self.table.name)

    def part(self, token: Token, *, whole: bool = False) -> tuple[int, int]:
        """From where to where the part of the sentence goes that a token is in; ``whole``: also past semicolons."""
        stops = [match.end() for match in (_FULL_STOP if whole else _STOP).finditer(self.text)]
        before = max((place for place in stops if place <= token.start), default=0)
        return before, min((place for place in stops if place > token.start), default=len(self.text) + 1)

    def near(self, token: Token) -> list[str]:
        """The words near a token, in its part of the sentence."""
        low, high = self.part(token)
        before = [word for word, start in self.words if low <= start < token.start][-_NEAR:]
        after = [word for word, start in self.words if token.end <= start < high][:_NEAR]
        return before + after

    def noun(self, token: Token) -> list[str]:
        """The words that say what a token counts."""
        noun = _NOUN.match(self.text, token.end)
        return [word for word, _ in words_of(noun["whole"] or noun["noun"])] if noun else []

    def meant(self, token: Token) -> list[Column]:
        """The columns that those words are about: of all that are, those with most of the words."""
        if token not in self._meanings:
            noun = self.noun(token)
            told = [(sum(about([word], column) for word in noun), column) for column in self.table.columns]
            most = max((number for number, _ in told), default=0)
            self._meanings[token] = [column for number, column in told if most and number == most]
        return self._meanings[token]

    def called(self, token: Token, column: Column) -> bool:
        """Whether those words are the name of the column, and not only like it."""
        own = [part.rstrip("s") for part, _ in words_of(column.name)]
        return any(word.rstrip("s") in own for word in self.noun(token))

    def counted(self, token: Token) -> Column | None:
        """The column that the words behind a number are about, or those behind the whole of ``3 of 7 users``."""
        return next(iter(self.meant(token)), None)

    def others(self, token: Token) -> list[int]:
        """The places, in ``named``, of what is named elsewhere than by the token itself."""
        return [
            n
            for n, each in enumerate(self.named)
            if any(end <= token.start or token.end <= start for start, end in each.places)
        ]

    def listed_before(self, token: Token) -> list[Named]:
        """The values right before a token: ``sshd 851``, ``deploy (31``."""
        return [
            each
            for each in self.named
            if each.literal and any(_LISTED.fullmatch(self.text[end : token.start]) for _, end in each.places)
        ]


def about(words: Iterable[str], column: Column) -> bool:
    """Whether one of the words is about a column."""
    return any(alike(word, part) for word in words for part in column.words)


def stands_in(named: Named, low: int, high: int) -> bool:
    """Whether something is named in a part of the sentence."""
    return any(low <= start < high for start, _ in named.places)


def distance(token: Token, named: Named) -> int:
    """Characters between a token and where something is named."""
    return min(max(start - token.end, token.start - end, 0) for start, end in named.places)
