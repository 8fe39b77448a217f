"""JSON documents of any size, walked element by element: the text of each element exactly as it was written.

CloudTrail wraps records in ``{"Records": […]}``, the AWS CLI wraps events in ``{"events": […]}``, and both write pages
back to back. Parsing a whole file would need many times its size in memory, and writing an element again would not give
the bytes that were received.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siemlib.archive.batch import KEPT
from siemlib.archive.lines import too_long

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANK = " \t\r\n"
LONGEST = 8 << 20
"""Characters of a value that are held; a longer one is walked over."""
_MARK = re.compile(r'\\(?:.|\Z)|["\[\]{}]', re.DOTALL)
"""What tells where a value ends, and what must not be taken for it."""
_NEAR = 16
"""An error so near the end of what was read may only mean that more must be read (``tru`` of ``true``)."""
_AHEAD = 3
"""A number so near the end of what was read may go on: ``1`` of ``1e+5``."""
_LONGEST_INTEGER = 19


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a wanted array."""

    text: str
    """As written; bytes that are not UTF-8 are surrogates (``surrogateescape``)."""
    value: Any


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a document that stands beside its wanted arrays; the last of each document is ``END``."""

    name: str
    value: Any


END = Member("", None)


@dataclass(frozen=True, slots=True)
class TooLong:
    """An element that is too long to be held, or nested too deeply. ``text`` is its beginning, ``length`` its bytes."""

    text: bytes
    length: int
    reason: str
    """Why it is not read; what follows it is."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a file stopped being JSON; nothing after it can be read."""

    reason: str
    text: bytes
    length: int


def as_bytes(text: str) -> bytes:
    """The bytes of an element's text, as received."""
    return text.encode("utf-8", "surrogateescape")


def elements(pieces: Iterator[bytes], wanted: frozenset[str]) -> Iterator[Element | TooLong | Broken]:
    """The elements of bare arrays and of arrays under a ``wanted`` key of an object, document after document.

    Ends with a :class:`Broken` where the text is no JSON.
    """
    return (each for each in parts(pieces, wanted) if not isinstance(each, Member))


def parts(
    pieces: Iterator[bytes], wanted: frozenset[str], beside: frozenset[str] = frozenset()
) -> Iterator[Element | TooLong | Member | Broken]:
    """The same as :func:`elements` with the members called ``beside``, and :data:`END` behind each object."""
    walker = _Walker(pieces)
    try:
        while (start := walker.peek()) != "":
            if start == "[":
                yield from walker.array()
            elif start == "{":
                yield from walker.members(wanted, beside)
                yield END
            else:
                walker.fail("expected { or [")
    except _NotJsonError as error:
        text, length = walker.drain()
        yield Broken(str(error), text, length)


class _NotJsonError(ValueError):
    pass


def _integer(digits: str) -> int | str:
    """An integer; one of thousands of digits stays text, because Python refuses to read it."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else digits


class _Walker:
    """A position in text that arrives in pieces. What was walked over is forgotten."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._scan = json.JSONDecoder(parse_int=_integer).scan_once  # type: ignore[attr-defined] # public, but not in the stubs
        self._text = ""
        self._at = 0
        self._place = (1, 1)  # of the beginning of the text
        self._ended = False

    def array(self) -> Iterator[Element | TooLong]:
        """The elements of the array that starts here."""
        self._expect("[")
        if self.peek() == "]":
            self._at += 1
            return
        while True:
            text, value = self._value()
            yield value if isinstance(value, TooLong) else Element(text, value)
            if self.peek() != ",":
                break
            self._at += 1
        self._expect("]")

    def members(self, wanted: frozenset[str], beside: frozenset[str]) -> Iterator[Element | TooLong | Member]:
        """The elements of the wanted arrays of the object that starts here, and the members ``beside`` them."""
        self._expect("{")
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            _, key = self._value()
            if not isinstance(key, str):
                self.fail("expected a name in double quotes")
            self._expect(":")
            if key in wanted and self.peek() == "[":
                yield from self.array()
            else:
                _, value = self._value()
                if key in beside:
                    yield value if isinstance(value, TooLong) else Member(key, value)
            if self.peek() != ",":
                break
            self._at += 1
            self.peek()
        self._expect("}")

    def peek(self) -> str:
        """The next character that is not blank; "" at the end."""
        while True:
            while self._at < len(self._text):
                if (character := self._text[self._at]) not in _BLANK:
                    return character
                self._at += 1
            if not self._fill():
                return ""

    def fail(self, message: str) -> None:
        """Stop here: the text is no JSON, and ``message`` says what was expected."""
        line, column = self._place_after(self._text[: self._at])
        raise _NotJsonError(f"not valid JSON: {message} (line {line}, column {column})")

    def _place_after(self, walked: str) -> tuple[int, int]:
        """Line and column, from 1, of what follows ``walked``."""
        line, column = self._place
        end = walked.rfind("\n")
        return line + walked.count("\n"), column + len(walked) if end < 0 else len(walked) - end

    def drain(self) -> tuple[bytes, int]:
        """The beginning of everything that was not read, and the length of it all in bytes."""
        rest = as_bytes(self._text[self._at :])
        kept, length = rest[:KEPT], len(rest)
        for piece in self._pieces:
            kept += piece[: KEPT - len(kept)]
            length += len(piece)
        return kept, length

    def _expect(self, character: str) -> None:
        if self.peek() != character:
            self.fail(f"expected {character}" + ("" if self._at < len(self._text) else ", but the text ends"))
        self._at += 1

    def _fill(self) -> bool:
        """Read more, forgetting what was walked over; False at the end."""
        if self._ended:
            return False
        piece = next(self._pieces, None)
        self._ended = piece is None
        more = self._decode(piece or b"", self._ended)
        self._place = self._place_after(self._text[: self._at])
        self._text = self._text[self._at :] + more
        self._at = 0
        return bool(more) or not self._ended

    def _value(self) -> tuple[str, Any]:
        """The text and the value of what starts here."""
        self.peek()
        while True:
            try:
                value, end = self._scan(self._text, self._at)
            except StopIteration as stop:
                message, where = "expecting value", stop.value
            except json.JSONDecodeError as error:
                message, where = error.msg[0].lower() + error.msg[1:], error.pos
                if error.msg.startswith("Unterminated string"):
                    where = len(self._text)
            except RecursionError:
                return "", self._pass_by("nested too deeply")
            else:
                if self._ended or len(self._text) - end >= _AHEAD:
                    text, self._at = self._text[self._at : end], end
                    return text, value
                self._fill()
                continue
            if self._ended or where <= len(self._text) - _NEAR:
                self._at = max(self._at, min(where, len(self._text)))
                self.fail(message)
            if len(self._text) - self._at >= LONGEST:
                return "", self._pass_by(too_long(LONGEST))
            self._fill()

    def _pass_by(self, reason: str) -> TooLong:
        """Walk over the value that starts here without holding it."""
        kept, length, depth, inside = as_bytes(self._text[self._at : self._at + KEPT])[:KEPT], 0, 0, False
        while True:
            start, self._at = self._at, len(self._text)
            for found in _MARK.finditer(self._text, start):
                mark = found[0]
                if mark == "\\":  # what it escapes comes with the next piece
                    self._at = found.start()
                    break
                if mark == '"':
                    inside = not inside
                elif not inside and len(mark) == 1:
                    depth += 1 if mark in "[{" else -1
                if depth == 0 and not inside:
                    length += len(as_bytes(self._text[start : found.end()]))
                    self._at = found.end()
                    return TooLong(kept, length, reason)
            length += len(as_bytes(self._text[start : self._at]))
            if not self._fill():
                self.fail("the text ends within a value")
