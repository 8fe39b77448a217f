"""Text to tokens, one at a time.

A ``/`` opens a regular expression where an operand may start and divides elsewhere, which only the parser knows; so
tokens are read as the parser asks for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from siemlib.ql.ast import Span
from siemlib.ql.diagnostic import RefusedError
from siemlib.ql.foreign import character_hint, number_hint
from siemlib.ql.words import LONGEST_NUMBER, UNITS


class Kind(Enum):
    """What a token is."""

    NAME = auto()
    STRING = auto()
    NUMBER = auto()
    PERIOD = auto()
    PARAMETER = auto()
    REGEX = auto()
    SYMBOL = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` is the spelling, ``value`` what a literal or a parameter holds, ``path`` a name's segments."""

    kind: Kind
    span: Span
    text: str
    value: str = ""
    path: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """A bare name in lower case, to be compared with keywords; empty for everything else."""
        return self.text.lower() if self.kind is Kind.NAME else ""

    @property
    def found(self) -> str:
        """How an error message calls this token."""
        if self.kind is Kind.END:
            return "the end of the query"
        return f"'{self.text}'" if len(self.text) <= _LONGEST_QUOTED else f"'{self.text[:_LONGEST_QUOTED]}…'"

    def is_symbol(self, *symbols: str) -> bool:
        """Whether this is one of these operators or marks."""
        return self.kind is Kind.SYMBOL and self.text in symbols


_LONGEST_QUOTED = 40
_MOST_DIGITS_OF_A_PERIOD = 12

_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_SYMBOL = re.compile(r"!=|!~|<=|>=|==|=~|<>|&&|\|\||[=<>!+\-*/%^()\[\],|:$]")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.(?![\w.`])|\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_STRING = re.compile(r"""(["'])((?:(?!\1)[^\\]|\\.)*)\1""", re.DOTALL)
_ESCAPE = re.compile(r"""\\(["'\\nt])""")
_ESCAPED = {"n": "\n", "t": "\t"}
_PARAMETER = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_-]*)\s*\}\}")
_REGEX = re.compile(r"/((?:[^/\\\n]|\\[^\n]|\n(?![ \t\r]*\|))*)/")
"""A line that begins with a bar is the next command, so that an expression left open ends where it most likely should
have."""
_FIRST_WORD = re.compile(r"(?!\d)[\w@]+")
_WORD = re.compile(r"[\w@]+")
_QUOTED = re.compile(r"(@*)`([^`\n]*)`")
_INDEX = re.compile(r"\[\s*([0-9]{1,9})\s*\]")
_AFTER_REGEX = re.compile(r"[A-Za-z]+")


def after_blanks(text: str, position: int) -> int:
    """Where the next token starts: behind white space and comments."""
    match = _BLANK.match(text, position)
    return match.end() if match else position


def read_token(text: str, position: int) -> Token:
    """The token that starts exactly at ``position``; raises :class:`RefusedError` where none does."""
    if position >= len(text):
        return Token(Kind.END, Span(position, position), "")
    character = text[position]
    if character in "\"'":
        return _read_string(text, position)
    if character in "0123456789" or re.match(r"\.[0-9]", text[position : position + 2]):
        return _read_number(text, position)
    if character == "{":
        return _read_parameter(text, position)
    if character == "`" or _FIRST_WORD.match(text, position):
        return _read_name(text, position)
    if text.startswith("$.", position):
        hint = "a field is named by its path alone: userIdentity.type"
        raise RefusedError("fields stand without '$.'", Span(position, position + 2), hint)
    if symbol := _SYMBOL.match(text, position):
        return Token(Kind.SYMBOL, Span(position, symbol.end()), symbol.group())
    raise RefusedError(
        f"unexpected character '{character}'", Span(position, position + 1), character_hint(text, position)
    )


def read_regex(text: str, position: int) -> Token:
    """The regular expression whose opening slash stands at ``position``; it ends before the next command's line.

    A line break in it matches a line break (the pages on ``parse`` print one so), and is the escape from here on.
    """
    match = _REGEX.match(text, position)
    if match is None:
        raise RefusedError(
            "this regular expression is not closed",
            Span(position, _end_of_line(text, position)),
            "a comment starts with '#'"
            if "/" in {text[position - 1 : position], text[position + 1 : position + 2]}
            else "end it with '/'; a slash inside is written '\\/'",
        )
    span = Span(position, match.end())
    if not match.group(1):
        raise RefusedError("this regular expression is empty", span)
    flags = _AFTER_REGEX.match(text, match.end())
    if flags and flags.group().lower() not in {"and", "or", "as", "multi"}:
        raise RefusedError(
            "flags cannot follow a regular expression",
            Span(flags.start(), flags.end()),
            f"flags stand inside: /(?{flags.group()}){match.group(1)}/",
        )
    pattern = _unescape_slashes(match.group(1)).replace("\n", "\\n")
    return Token(Kind.REGEX, span, match.group(), value=pattern)


def _unescape_slashes(pattern: str) -> str:
    return re.sub(r"\\(.)", lambda m: "/" if m.group(1) == "/" else m.group(), pattern)


def _read_string(text: str, position: int) -> Token:
    match = _STRING.match(text, position)
    if match is None:
        span = Span(position, _end_of_line(text, position))
        raise RefusedError("this string is not closed", span, f"end it with {text[position]}")
    span = Span(position, match.end())
    inside = match.group(2)
    if parameter := _PARAMETER.fullmatch(inside):
        return Token(Kind.PARAMETER, span, match.group(), value=parameter.group(1))
    # Without this spelling a text that looks like a parameter could not be written at all.
    if inside.startswith("\\") and _PARAMETER.fullmatch(inside, 1):
        return Token(Kind.STRING, span, match.group(), value=inside[1:])
    value = _ESCAPE.sub(lambda m: _ESCAPED.get(m.group(1), m.group(1)), inside)
    return Token(Kind.STRING, span, match.group(), value=value)


def _read_number(text: str, position: int) -> Token:
    match = _NUMBER.match(text, position)
    end = match.end() if match else position
    tail = _WORD.match(text, end)
    whole = text[position : tail.end() if tail else end]
    span = Span(position, position + len(whole))
    if end - position > LONGEST_NUMBER:
        raise RefusedError(f"a number has at most {LONGEST_NUMBER} digits", span)
    if tail is None:
        if re.match(r"\.[0-9]", text[end : end + 2]):
            raise RefusedError("a number has one decimal point", Span(position, end), "an address stands in quotes")
        return Token(Kind.NUMBER, span, whole, value=whole.removesuffix(".") if whole[0] != "." else f"0{whole}")
    if tail.group().lower() in UNITS and text[position:end].isdigit():
        if end - position > _MOST_DIGITS_OF_A_PERIOD:
            raise RefusedError("this period is too long", span)
        return Token(Kind.PERIOD, span, whole, value=tail.group())
    if tail.group().lower() in UNITS:
        raise RefusedError(f"a period is a whole number and a unit, not '{whole}'", span, "for example 90m or 36h")
    hint = f"a period ends in ms, s, m, h, d, w, mo, q or y; a name that starts with a digit is written `{whole}`"
    raise RefusedError(f"'{whole}' is neither a number nor a period", span, number_hint(text, position) or hint)


def _read_parameter(text: str, position: int) -> Token:
    match = _PARAMETER.match(text, position)
    if match is None:
        raise RefusedError("unexpected character '{'", Span(position, position + 1), "a parameter is written {{name}}")
    return Token(Kind.PARAMETER, Span(position, match.end()), match.group(), value=match.group(1))


def _read_name(text: str, position: int) -> Token:
    """A field's whole path: ``a.b[0].`odd key` ``, with no blank around its dots."""
    segment, end = _read_segment(text, position, _FIRST_WORD)
    # "x in[1]" is a list, not the field "in[1]".
    is_list = text[position:end].lower() == "in" and text.startswith("[", end)
    path, end = ((), end) if is_list else read_members(text, end)
    return Token(Kind.NAME, Span(position, end), text[position:end], path=(segment, *path))


def read_members(text: str, position: int) -> tuple[tuple[str, ...], int]:
    """The members that stand from ``position`` on without a blank, ``.a.`odd key`[0]``, and where they end."""
    path: list[str] = []
    end = position
    while end < len(text):
        if text[end] == ".":
            segment, end = _read_segment(text, end + 1, _WORD)
            path.append(segment)
        elif index := _INDEX.match(text, end):
            path.append(str(int(index.group(1))))
            end = index.end()
        else:
            break
    return tuple(path), end


def _read_segment(text: str, position: int, word: re.Pattern[str]) -> tuple[str, int]:
    if quoted := _QUOTED.match(text, position):
        if not quoted.group(2):
            raise RefusedError("a name cannot be empty", Span(position, quoted.end()))
        return quoted.group(1) + quoted.group(2), quoted.end()
    if text.startswith("`", position):
        span = Span(position, _end_of_line(text, position))
        raise RefusedError("this name is not closed", span, "end it with a backtick, on the same line")
    if match := word.match(text, position):
        return match.group(), match.end()
    raise RefusedError("expected a name after '.'", Span(position - 1, position))


def _end_of_line(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end
