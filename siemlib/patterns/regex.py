r"""The regular expressions of patterns: ``%…%`` without the percent signs.

The language has no groups, so an expression is a list of alternatives, each a row of characters to be met, some of them
optional or repeated. Two things run it: RE2 inside DuckDB, and :meth:`Program.search` here, which goes over the text
once and keeps the set of places in the expression that it may be at as the bits of an integer. Neither goes back, so no
expression and no text can make them hang; Python's ``re`` would take forever for ``.*.*.*.*x``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MOST_PLACES = 2_000
"""Places in an expression, repetitions counted: RE2 takes more, and nobody needs them."""

_SYMBOLS = frozenset(":_#=@/;,- ")
_OPERATORS = frozenset("^$?[]{}|\\*+.")
_LAST = 0x10FFFF
_LAST_ASCII = 0x7F
_REPETITION = re.compile(r"\{ *([0-9]{0,4}) *(, *([0-9]{0,4}) *)?\}")
_MOST_REPETITIONS = 1_000
_CLASSES = {"d": ((48, 57),), "s": ((9, 10), (12, 13), (32, 32)), "w": ((48, 57), (65, 90), (95, 95), (97, 122))}
_LIST = "letters, digits, blanks, : _ # = @ / ; , - and the operators ^ $ ? [ ] { } | \\ * + ."

Ranges = tuple[tuple[int, int], ...]
"""Code points, first and last."""


class RegexError(Exception):
    """What is wrong in ``[start, end)`` of the expression, and what to do instead."""

    def __init__(self, message: str, start: int, end: int, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.start, self.end, self.hint = message, start, end, hint


@dataclass(frozen=True, slots=True)
class Item:
    """A character to be met ``least`` to ``most`` times; ``most`` is ``None`` for any number of times."""

    ranges: Ranges
    least: int = 1
    most: int | None = 1


@dataclass(frozen=True, slots=True)
class Anchor:
    """``^`` or ``$``: the beginning or the end of the text."""

    at_end: bool


@dataclass(frozen=True, slots=True)
class Program:
    """An expression, ready to run; ``re2`` is the same for RE2."""

    runs: tuple[_Run, ...]
    re2: str

    def search(self, text: str) -> bool:
        """Whether the expression matches anywhere in ``text``."""
        return any(run.search(text) for run in self.runs)


@lru_cache(maxsize=256)
def read(source: str) -> Program:
    """The program of an expression. Raises RegexError for what the service does not take."""
    alternatives = _Reader(source).alternatives()
    places = sum(_places(item) for row in alternatives for item in row)
    if places > MOST_PLACES:
        raise RegexError(f"the regular expression counts to {places:,}; at most {MOST_PLACES:,}", 0, len(source))
    return Program(
        tuple(_Run(row) for row in alternatives), "|".join("".join(_re2(item) for item in row) for row in alternatives)
    )


def _places(item: Item | Anchor) -> int:
    return 1 if isinstance(item, Anchor) else max(item.least, item.most or 0, 1)


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0

    def alternatives(self) -> tuple[tuple[Item | Anchor, ...], ...]:
        if not self._source:
            raise RegexError("the regular expression is empty", 0, 0, "write it between the percent signs")
        rows: list[list[Item | Anchor]] = [[]]
        while self._at < len(self._source):
            if self._source[self._at] == "|":
                self._at += 1
                rows.append([])
            else:
                rows[-1].append(self._item())
        return tuple(tuple(row) for row in rows)

    def _item(self) -> Item | Anchor:
        start = self._at
        character = self._source[start]
        if character in "^$":
            self._at += 1
            self._nothing_to_repeat("an anchor")
            return Anchor(at_end=character == "$")
        if character in "*+?{":
            what = (
                "a brace as such is written '\\{'"
                if character == "{"
                else f"the sign itself is written '\\{character}'"
            )
            raise RegexError(f"nothing stands before this '{character}' to be repeated", start, start + 1, what)
        ranges = self._class() if character == "[" else self._single()
        least, most = self._repetition()
        return Item(ranges, least, most)

    def _single(self) -> Ranges:
        character = self._source[self._at]
        if character == "\\":
            return self._escape()
        if character in "]}":
            what = f"this '{character}' closes nothing"
            raise RegexError(what, self._at, self._at + 1, f"the sign itself is written '\\{character}'")
        self._check()
        self._at += 1
        if character == ".":
            return _ANY
        return ((ord(character), ord(character)),)

    def _check(self) -> None:
        """Refuse a character that expressions do not have."""
        character = self._source[self._at]
        if (character.isascii() and character.isalnum()) or character in _SYMBOLS or character in _OPERATORS:
            return
        code = ord(character)
        if character in "()":
            hint = f"there are no groups; the parenthesis itself is written '\\x{code:02x}'"
        elif code <= _LAST_ASCII:
            hint = f"write '\\x{code:02x}' for it; expressions have {_LIST}"
        else:
            hint = "characters beyond ASCII cannot be written; '.' stands for any one"
        raise RegexError(f"'{character}' cannot be used in a regular expression", self._at, self._at + 1, hint)

    def _escape(self) -> Ranges:
        start = self._at
        character = self._source[start + 1 : start + 2]
        self._at += 2
        if not character:
            raise RegexError("nothing stands behind this '\\'", start, start + 1, "a percent sign is written '\\x25'")
        if character.lower() in _CLASSES:
            ranges = _CLASSES[character.lower()]
            return ranges if character.islower() else _without(ranges)
        if character == "x":
            digits = self._source[start + 2 : start + 4]
            if not re.fullmatch("[0-7][0-9A-Fa-f]", digits):
                what = "'\\x' is followed by two hexadecimal digits, 00 to 7f"
                raise RegexError(what, start, start + 2 + len(digits))
            self._at += 2
            return ((int(digits, 16), int(digits, 16)),)
        if character in _OPERATORS or character in _SYMBOLS:
            return ((ord(character), ord(character)),)
        hint = "there are \\d \\D \\s \\S \\w \\W and \\xhh, and '\\' before an operator"
        raise RegexError(f"'\\{character}' is not known", start, start + 2, hint)

    def _class(self) -> Ranges:
        start = self._at
        self._at += 1
        negated = self._source[self._at : self._at + 1] == "^"
        self._at += negated
        ranges: list[tuple[int, int]] = []
        first = True
        while self._at < len(self._source) and (first or self._source[self._at] != "]"):
            ranges += self._member()
            first = False
        if self._at >= len(self._source):
            raise RegexError("this '[' is not closed", start, start + 1, "a bracket as such is written '\\['")
        self._at += 1
        return _without(tuple(ranges)) if negated else _sorted(ranges)

    def _member(self) -> Ranges:
        start = self._at
        first = self._in_class()
        if self._source[self._at : self._at + 1] != "-" or self._source[self._at + 1 : self._at + 2] in ("]", ""):
            return first
        self._at += 1
        last = self._in_class()
        if not _is_one(first) or not _is_one(last) or first[0][0] > last[0][0]:
            what = f"'{self._source[start : self._at]}' is no range"
            raise RegexError(what, start, self._at, "a hyphen as such is written '\\-'")
        return ((first[0][0], last[0][1]),)

    def _in_class(self) -> Ranges:
        if self._source[self._at] == "\\":
            return self._escape()
        if self._source.startswith("[:", self._at):
            raise RegexError("there are no named classes", self._at, self._at + 2, "a bracket as such is written '\\['")
        self._check()
        self._at += 1
        code = ord(self._source[self._at - 1])
        return ((code, code),)

    def _repetition(self) -> tuple[int, int | None]:
        start = self._at
        sign = self._source[start : start + 1]
        bounds: tuple[int, int | None] = (1, 1)
        if sign == "{":
            bounds = self._counted()
        elif sign and sign in "*+?":
            self._at += 1
            bounds = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        else:
            return bounds
        # Whether as few as possible are taken is of no consequence, when only yes or no is asked.
        self._at += self._source[self._at : self._at + 1] == "?"
        self._nothing_to_repeat("a repetition")
        return bounds

    def _counted(self) -> tuple[int, int | None]:
        start = self._at
        found = _REPETITION.match(self._source, start)
        if found is None or not (found.group(1) or found.group(3)):
            what = "a repetition is written {3}, {3,}, {,5} or {3,5}"
            raise RegexError(what, start, start + 1, "a brace as such is written '\\{'")
        self._at = found.end()
        least = int(found.group(1) or 0)
        most = least if found.group(2) is None else int(found.group(3)) if found.group(3) else None
        if max(least, most or 0) > _MOST_REPETITIONS:
            raise RegexError(f"a repetition counts to {_MOST_REPETITIONS:,} at most", start, self._at)
        if most is not None and most < least:
            raise RegexError("this repetition has its larger number first", start, self._at)
        return least, most

    def _nothing_to_repeat(self, what: str) -> None:
        sign = self._source[self._at : self._at + 1]
        if sign and sign in "*+?{":
            raise RegexError(f"{what} cannot be repeated", self._at, self._at + 1)


class _Run:
    """One alternative as a row of places: bit ``n`` is set while the first ``n`` of them are met."""

    def __init__(self, row: tuple[Item | Anchor, ...]) -> None:
        self._end = 0
        self._by_character: dict[str, int] = {}
        self._ranges: list[tuple[Ranges, int]] = []
        self._loops = self._optional = self._begins = self._finishes = 0
        for item in row:
            if isinstance(item, Anchor):
                self._place(None)
                if item.at_end:
                    self._finishes |= 1 << self._end
                else:
                    self._begins |= 1 << self._end
                continue
            for _ in range(item.least):
                self._place(item.ranges)
            for _ in range(max(0, (item.most or 0) - item.least)):
                self._place(item.ranges)
                self._optional |= 1 << self._end
            if item.most is None:
                if item.least == 0:
                    self._place(item.ranges)
                    self._optional |= 1 << self._end
                self._loops |= 1 << self._end

    def _place(self, ranges: Ranges | None) -> None:
        self._end += 1
        if ranges is not None:
            self._ranges.append((ranges, 1 << self._end))

    def search(self, text: str) -> bool:
        at_last = self._optional | self._finishes
        inside = self._spread(self._optional)
        done = 1 << self._end
        states = self._reach(1, self._spread(self._optional | self._begins | (0 if text else self._finishes)))
        for position, character in enumerate(text, 1):
            if states & done:
                return True
            mask = self._mask(character)
            states = ((states << 1) & mask) | (states & self._loops & mask) | 1
            states = self._reach(states, inside)
            if position == len(text):
                states = self._reach(states, self._spread(at_last))
        return bool(states & done)

    def _mask(self, character: str) -> int:
        """The places that this character meets."""
        known = self._by_character.get(character)
        if known is None:
            code = ord(character)
            known = sum(bit for ranges, bit in self._ranges if any(low <= code <= high for low, high in ranges))
            self._by_character[character] = known
        return known

    def _spread(self, skipped: int) -> list[tuple[int, int]]:
        """Steps of 1, 2, 4 … places, each with where it may end, that together go over any run of skipped places."""
        steps: list[tuple[int, int]] = []
        width = 1
        while skipped:
            steps.append((width, skipped))
            skipped &= skipped << width
            width *= 2
        return steps

    @staticmethod
    def _reach(states: int, steps: list[tuple[int, int]]) -> int:
        for width, ends in steps:
            states |= (states << width) & ends
        return states


def _is_one(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]


def _sorted(ranges: list[tuple[int, int]]) -> Ranges:
    """The same characters, in order, without overlaps."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def _without(ranges: Ranges) -> Ranges:
    """Every other character."""
    rest: list[tuple[int, int]] = []
    following = 0
    for low, high in _sorted(list(ranges)):
        if following < low:
            rest.append((following, low - 1))
        following = high + 1
    if following <= _LAST:
        rest.append((following, _LAST))
    return tuple(rest)


_ANY = _without(((10, 10),))


def _re2(item: Item | Anchor) -> str:
    if isinstance(item, Anchor):
        return "$" if item.at_end else "^"
    counted = "" if item.most is None else str(item.most)
    repetition = {(1, 1): "", (0, 1): "?", (0, None): "*", (1, None): "+"}.get(
        (item.least, item.most), f"{{{item.least}}}" if item.least == item.most else f"{{{item.least},{counted}}}"
    )
    return _re2_ranges(item.ranges) + repetition


def _re2_ranges(ranges: Ranges) -> str:
    if _is_one(ranges):
        return _re2_character(ranges[0][0])
    if ranges == _ANY:
        return "."
    if not ranges:
        return f"[^{_re2_ranges(((0, _LAST),))[1:]}"
    outside = _without(ranges)
    negated = len(ranges) > 1 and ranges[-1][1] == _LAST and bool(outside)
    listed = "".join(
        _re2_character(low) if low == high else f"{_re2_character(low)}-{_re2_character(high)}"
        for low, high in (outside if negated else ranges)
    )
    return f"[{'^' if negated else ''}{listed}]"


def _re2_character(code: int) -> str:
    character = chr(code)
    if character.isascii() and (character.isalnum() or character in "_ "):
        return character
    return f"\\{character}" if character.isascii() and character.isprintable() else f"\\x{{{code:x}}}"
