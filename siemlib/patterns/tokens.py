"""A cursor over the text of a pattern: what may stand where, and the error with its place when it does not."""

from __future__ import annotations

import re
from typing import NoReturn

from siemlib.ql.ast import Span
from siemlib.ql.diagnostic import CompileError, Diagnostic

BLANKS = " \t\r\n"
LONGEST = 1024
"""Characters of a pattern (PutMetricFilter)."""

_ESCAPE = re.compile(r'\\(["\\])')
_INSIDE = re.compile(r'(?:[^"\\]|\\["\\]?)*')
_BARE = re.compile(r"[A-Za-z0-9_]+")


class PatternError(CompileError):
    """A pattern that the service would not take, or that we cannot be sure to read as it does."""


class Cursor:
    """A place in the text of a pattern."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def refuse(
        self, message: str, start: int | None = None, end: int | None = None, hint: str | None = None
    ) -> NoReturn:
        """Raise PatternError for ``[start, end)``; the next character when nothing is given."""
        start = self.at if start is None else start
        end = start + 1 if end is None else end
        raise PatternError(self.text, [Diagnostic(message, Span(start, end), hint)])

    def found(self) -> str:
        """What stands here, for a sentence: a character, or the end."""
        return f"'{self.text[self.at]}'" if self.at < len(self.text) else "the end of the pattern"

    def skip(self) -> bool:
        """Go over blanks; whether there were any."""
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in BLANKS:
            self.at += 1
        return self.at > start

    def peek(self, what: str = "") -> bool:
        """Whether ``what`` stands here; without ``what``, whether anything does."""
        return self.text.startswith(what, self.at) if what else self.at < len(self.text)

    def take(self, what: str) -> bool:
        """Go over ``what`` if it stands here."""
        if not self.peek(what):
            return False
        self.at += len(what)
        return True

    def match(self, pattern: re.Pattern[str]) -> str:
        """Go over what ``pattern`` matches here, and give it; empty if it does not match."""
        found = pattern.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found.group()

    def reach(self, stops: str) -> int:
        """Where the text that goes on from here ends: at a blank, or one of ``stops``."""
        end = self.at
        while end < len(self.text) and self.text[end] not in BLANKS + stops:
            end += 1
        return end

    def word(self) -> str:
        """Letters, digits and underscores, of ASCII; empty if there are none."""
        return self.match(_BARE)

    def quoted(self) -> str:
        r"""A text in double quotes, in which ``\"`` and ``\\`` stand for ``"`` and ``\``."""
        start = self.at
        self.at += 1
        inside = self.match(_INSIDE)
        if self.take('"'):
            return _ESCAPE.sub(r"\1", inside)
        return self.refuse("this quotation mark is not closed", start, hint='a quotation mark as such is written \\"')


def quote(text: str) -> str:
    """``text`` in double quotes, as :meth:`Cursor.quoted` reads it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
