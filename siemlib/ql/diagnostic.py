"""An error in a query is data: a message, a place, a hint. It is drawn last, by :func:`draw`."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.errors import QueryError
from siemlib.model.unseen import unseen
from siemlib.ql.nodes import BorrowedSpan

if TYPE_CHECKING:
    from siemlib.errors import QueryCompileError
    from siemlib.ql.nodes import Span

_MOST_DRAWN = 20
_WIDEST = 110
_BEFORE_CARET = 70
_TAB = "    "
_LAST_OF_ONE_BYTE = 0xFF
_LAST_OF_TWO_BYTES = 0xFFFF


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """``message`` is lower case and in the user's terms; ``hint`` only when it is likely right."""

    message: str
    span: Span
    hint: str | None = None


class RefusedError(Exception):
    """The parser's way out of a command it cannot read; never leaves ``siemlib.ql``."""

    def __init__(self, message: str, span: Span, hint: str | None = None) -> None:
        self.diagnostic = Diagnostic(message, span, hint)
        super().__init__(message)


class CompileError(QueryError):
    """A query that does not compile. ``diagnostics`` are all its errors, in the order of the text."""

    def __init__(self, text: str, diagnostics: list[Diagnostic]) -> None:
        self.text = text
        self.diagnostics = sorted(diagnostics, key=lambda d: (d.span.start, d.span.end))
        super().__init__(draw(text, self.diagnostics))

    @property
    def query_compile_errors(self) -> tuple[QueryCompileError, ...]:
        """One for each diagnostic; an error inside a saved query has the place of its call."""
        return tuple(
            {
                "location": {
                    "startCharOffset": _utf16(self.text, diagnostic.span.start),
                    "endCharOffset": _utf16(self.text, diagnostic.span.end),
                },
                "message": _told(diagnostic),
            }
            for diagnostic in self.diagnostics
        )


def draw(text: str, diagnostics: list[Diagnostic]) -> str:
    """Every diagnostic with its line and a caret, in the order of the text.

    Lines and columns count characters from 1. Nothing of the query reaches the terminal but printable characters:
    control and direction characters are shown as escapes, so that a query out of a log cannot move the cursor or
    reorder a line.
    """
    ordered = sorted(diagnostics, key=lambda d: (d.span.start, d.span.end))
    drawings = [_draw_one(text, diagnostic) for diagnostic in ordered[:_MOST_DRAWN]]
    if more := max(len(ordered) - _MOST_DRAWN, 0):
        drawings.append(f"and {more} more error{'' if more == 1 else 's'}")
    return "\n\n".join(drawings)


def visible(text: str) -> str:
    """``text`` with every control, direction and line-breaking character as an escape; tabs become blanks."""
    return "".join(_cell(character) for character in text)


def _told(diagnostic: Diagnostic) -> str:
    """The message, with the saved query that it is about."""
    span = diagnostic.span
    return f"in {span.name}: {diagnostic.message}" if isinstance(span, BorrowedSpan) else diagnostic.message


def _utf16(text: str, position: int) -> int:
    """A place in ``text`` in UTF-16 code units."""
    before = text[:position]
    return len(before) + sum(ord(character) > _LAST_OF_TWO_BYTES for character in before)


def _draw_one(text: str, diagnostic: Diagnostic) -> str:
    if isinstance(diagnostic.span, BorrowedSpan):
        # The line that is wrong is one of the saved query, and the user must be told which.
        inside = Diagnostic(_told(diagnostic), diagnostic.span.inside, diagnostic.hint)
        return _draw_one(diagnostic.span.text, inside)
    start = min(diagnostic.span.start, len(text))
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line = text[line_start : line_end if line_end >= 0 else len(text)].removesuffix("\r")
    column = min(start - line_start, len(line))
    until = min(max(diagnostic.span.end - line_start, column), len(line))
    number = text.count("\n", 0, line_start) + 1
    shown, caret = _source_and_caret(line, column, until)
    drawing = [
        f"{visible(diagnostic.message)} (line {number}, column {start - line_start + 1})",
        f"  {shown}".rstrip(),
        f"  {caret}",
    ]
    if diagnostic.hint is not None:
        drawing.append(f"  hint: {visible(diagnostic.hint)}")
    return "\n".join(drawing)


def _source_and_caret(line: str, column: int, until: int) -> tuple[str, str]:
    """The line as it is shown, cut to what fits around the caret, and the carets that stand under it."""
    first = max(0, column - _BEFORE_CARET) if len(line) > _WIDEST else 0
    last = min(len(line), first + _WIDEST)
    before = ("…" if first else "") + visible(line[first:column])
    marked = visible(line[column : min(until, last)])
    after = visible(line[max(column, min(until, last)) : last]) + ("…" if last < len(line) else "")
    return before + marked + after, " " * _width(before) + "^" * max(1, _width(marked))


def _cell(character: str) -> str:
    if character == "\t":
        return _TAB
    if not unseen(character):
        return character
    code = ord(character)
    if character in "\r\n":
        return "\\r" if character == "\r" else "\\n"
    if code <= _LAST_OF_ONE_BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _LAST_OF_TWO_BYTES else f"\\U{code:08x}"


def _width(text: str) -> int:
    """Terminal columns: East Asian wide characters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
