"""What of a sentence can be wrong by a digit: its numbers, times, addresses, and every word that holds a digit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
"""Numbers that a sentence may write as words."""
WORD = re.compile(r"[A-Za-z][A-Za-z_]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?(?![\d-])")
_CLOCK = re.compile(r"(?<![\d:.])\d\d:\d\d:\d\d(?:\.\d{1,6})?(?![\d:])")
_CHUNK = re.compile(r"[^\s()\[\]{}\"“”=;]+")
_OUTER = ",:.!?…'\N{RIGHT SINGLE QUOTATION MARK}"
_NUMBER = re.compile(r"[-+$]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?")
_PORT = re.compile(r"(\d+)/[a-z]+")


class Kind(StrEnum):
    """What a token is."""

    NUMBER = "number"
    TIME = "time"
    NAME = "name"
    """A word with a digit in it: an address, a host, an id, a name of a call."""


@dataclass(frozen=True, slots=True)
class Token:
    """One of them; ``start`` and ``end`` are its place in the sentence, in characters."""

    text: str
    start: int
    end: int
    kind: Kind
    value: float = 0.0
    """Of a number itself; of a time, seconds since 1970, UTC."""
    digits: int = 0
    """Of a number, those after the point; of a time, those of its fraction of a second."""


def words_of(text: str) -> list[tuple[str, int]]:
    """The words of a text, lower case, each with its place."""
    return [(match[0].lower(), match.start()) for match in WORD.finditer(text)]


def tokens_of(sentence: str) -> list[Token]:
    """Every token of a sentence, in order."""
    found, rest = _times(sentence)
    for chunk in _CHUNK.finditer(rest):
        text, start = chunk[0], chunk.start()
        start += len(text) - len(text.lstrip(_OUTER))
        text = text.strip(_OUTER)
        if port := _PORT.fullmatch(text):
            text = port[1]
        if text.lower() in WORDS:
            found.append(Token(text, start, start + len(text), Kind.NUMBER, WORDS.index(text.lower())))
        elif _NUMBER.fullmatch(text):
            found.append(_number(text, start))
        elif any(character.isdigit() for character in text):
            found.append(Token(text, start, start + len(text), Kind.NAME))
    return sorted(found, key=lambda token: token.start)


def _number(text: str, start: int) -> Token:
    plain = text.strip("$%+").replace(",", "")
    return Token(text, start, start + len(text), Kind.NUMBER, float(plain), len(plain.partition(".")[2]))


def _times(sentence: str) -> tuple[list[Token], str]:
    """The times, and the sentence with blanks in their places. A time of day is one of the date before it."""
    found: list[Token] = []
    rest = sentence
    places = sorted([*_TIME.finditer(sentence), *_CLOCK.finditer(sentence)], key=lambda match: match.start())
    date, until = "", 0
    for match in places:
        if match.start() < until:
            continue
        text = match[0]
        whole = text if _TIME.fullmatch(text) else f"{date} {text}"
        try:
            moment = datetime.fromisoformat(whole).replace(tzinfo=UTC)
        except ValueError:
            continue  # it stays what it is: a word with digits
        date, until = whole[:10], match.end()
        digits = len(text.partition(".")[2])
        found.append(Token(text, match.start(), match.end(), Kind.TIME, moment.timestamp(), digits))
        rest = rest[: match.start()] + " " * len(text) + rest[match.end() :]
    return found, rest
