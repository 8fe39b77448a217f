"""The two pattern languages of times: that of strftime for ``formatDate``, that of Java for ``parseDate``.

Both are read here and refused by name where something in them is not known; :mod:`siemlib.ql.sql.dates` writes the SQL.
Sources: CWL_QuerySyntax-operations-functions (which names the two), ``java.time.format.DateTimeFormatter``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What is wrong with a pattern: ``[start, end)`` in it, and what to write instead."""

    start: int
    end: int
    message: str
    hint: str | None = None


# ── strftime ─────────────────────────────────────────────────────────────────────────────────────────────────────────

PLAIN_CODES = frozenset(
    [*"aAwdbBmyYHIpMSfjUWuVG%", "-d", "-m", "-y", "-H", "-I", "-M", "-S", "-j"],
)
"""Codes that the database spells the same."""

LONGER_CODES = {
    "F": "%Y-%m-%d",
    "T": "%H:%M:%S",
    "X": "%H:%M:%S",
    "R": "%H:%M",
    "D": "%m/%d/%y",
    "x": "%m/%d/%y",
    "r": "%I:%M:%S %p",
    "c": "%a %b %e %H:%M:%S %Y",
    "h": "%b",
    "n": "\n",
    "t": "\t",
}
"""Codes that stand for others, in the locale of C."""

OTHER_CODES = frozenset("eklsLzZCgP")
"""Codes that only SQL of our own can write."""


def strftime_codes(form: str) -> tuple[str, ...] | Unreadable:
    """The parts of a format, in order: a code with its ``%`` (longer ones resolved), or text between codes."""
    if not form:
        return Unreadable(0, 0, "the format of the time is empty", 'for example: "%Y-%m-%d %H:%M:%S"')
    parts: list[str] = []
    for part in re.finditer(r"%(-?.?)|[^%]+", form, re.DOTALL):
        code = part[1]
        if code is None:
            parts.append(part[0])
        elif code in LONGER_CODES:
            parts += re.findall(r"%.|[^%]+", LONGER_CODES[code])
        elif code in PLAIN_CODES or code in OTHER_CODES:
            parts.append(f"%{code}")
        else:
            hint = "a per cent sign as such is written '%%'; times are written as in '%Y-%m-%d %H:%M:%S'"
            return Unreadable(part.start(), part.end(), f"'{part[0]}' is not a code of a time", hint)
    return tuple(parts)


# ── Java ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

ZONES = {
    **dict.fromkeys(("UTC", "GMT", "UT", "Z", "WET"), 0),
    **dict.fromkeys(("WEST", "BST", "CET"), 60),
    **dict.fromkeys(("CEST", "EET"), 120),
    **dict.fromkeys(("EST", "CDT"), -300),
    **dict.fromkeys(("CST", "MDT"), -360),
    **dict.fromkeys(("MST", "PDT"), -420),
    "EEST": 180,
    "JST": 540,
    "EDT": -240,
    "PST": -480,
}
"""Minutes east of Greenwich of the zone names that a text may have; a zone in a log cannot be asked of the database."""

_MOST_DIGITS = 9
_MOST_PARTS = 40
_DEEPEST_OPTION = 10


def _year(count: int) -> tuple[str, str] | None:
    if count > _MOST_DIGITS:
        return None
    if count == 2:  # noqa: PLR2004 - the only width that means something else
        return "year of the century", "[0-9]{2}"
    return "year", {1: "[0-9]{1,4}", 3: "[0-9]{3,4}"}.get(count, f"[0-9]{{{count}}}")


def _month(count: int) -> tuple[str, str] | None:
    numbers = {1: "1[0-2]|0?[1-9]", 2: "0[1-9]|1[0-2]"}
    names = {3: "|".join(name[:3] for name in MONTHS), 4: "|".join(MONTHS)}
    if count in numbers:
        return "month", numbers[count]
    return ("name of the month", names[count]) if count in names else None


def _number(kind: str, one: str, two: str) -> Callable[[int], tuple[str, str] | None]:
    """A letter that means a number of one digit or two, or of exactly two."""
    texts = {1: one, 2: two}
    return lambda count: (kind, texts[count]) if count in texts else None


def _fraction(count: int) -> tuple[str, str] | None:
    return ("fraction", f"[0-9]{{{count}}}") if count <= _MOST_DIGITS else None


def _weekday(count: int) -> tuple[str, str] | None:
    names = {**dict.fromkeys((1, 2, 3), "|".join(day[:3] for day in _DAYS)), 4: "|".join(_DAYS)}
    return ("weekday", names[count]) if count in names else None


_OFFSETS = {
    1: "[+-][0-9]{2}(?:[0-9]{2})?",
    2: "[+-][0-9]{4}",
    3: "[+-][0-9]{2}:[0-9]{2}",
    4: "[+-][0-9]{4}(?:[0-9]{2})?",
    5: "[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?",
}


def _offset(count: int) -> tuple[str, str] | None:
    return ("offset", _OFFSETS[count]) if count in _OFFSETS else None


def _offset_or_z(count: int) -> tuple[str, str] | None:
    return ("offset", f"Z|{_OFFSETS[count]}") if count in _OFFSETS else None


def _old_offset(count: int) -> tuple[str, str] | None:
    longer = {4: "GMT(?:[+-][0-9]{2}:[0-9]{2})?", 5: f"Z|{_OFFSETS[5]}"}
    return ("offset", longer.get(count, _OFFSETS[2])) if count in _OFFSETS else None


def _zone(count: int) -> tuple[str, str] | None:
    return ("zone", "|".join(sorted(ZONES, key=len, reverse=True))) if count <= 3 else None  # noqa: PLR2004 - see Java


_LETTERS: dict[str, Callable[[int], tuple[str, str] | None]] = {
    "y": _year,
    "u": _year,
    "M": _month,
    "L": _month,
    "d": _number("day", "3[01]|[12][0-9]|0?[1-9]", "0[1-9]|[12][0-9]|3[01]"),
    "H": _number("hour", "2[0-3]|1[0-9]|0?[0-9]", "[01][0-9]|2[0-3]"),
    "h": _number("hour of the half", "1[0-2]|0?[1-9]", "0[1-9]|1[0-2]"),
    "a": lambda count: ("half", "AM|PM") if count == 1 else None,
    "m": _number("minute", "[1-5][0-9]|0?[0-9]", "[0-5][0-9]"),
    "s": _number("second", "[1-5][0-9]|0?[0-9]", "[0-5][0-9]"),
    "S": _fraction,
    "E": _weekday,
    "x": _offset,
    "X": _offset_or_z,
    "Z": _old_offset,
    "z": _zone,
}
"""What a run of a letter means: a part of a time, and its texts. ``None`` for a length that Java lacks."""

_JAVA_PART = re.compile(r"'(?P<quoted>(?:[^']|'')*)'|(?P<letters>([A-Za-z])\3*)|(?P<mark>.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class JavaPattern:
    """A pattern of Java as a regular expression over a whole text; ``parts`` are the meanings of its groups."""

    regex: str
    parts: tuple[str, ...]


def java_pattern(form: str) -> JavaPattern | Unreadable:
    """A pattern of ``DateTimeFormatter`` with its letters for years to seconds, fractions, weekdays and zones."""
    regex, parts, opened = "", [], 0
    for part in _JAVA_PART.finditer(form):
        if (quoted := part["quoted"]) is not None:
            regex += re.escape(quoted.replace("''", "'") or "'")
        elif (letters := part["letters"]) is not None:
            meaning = _LETTERS[letters[0]](len(letters)) if letters[0] in _LETTERS else None
            if meaning is None:
                hint = f"the letters are {', '.join(_LETTERS)}; a word stands in single quotes"
                return Unreadable(part.start(), part.end(), f"'{letters}' is not known in a pattern of a time", hint)
            parts.append(meaning[0])
            regex += f"({meaning[1]})"
        elif part["mark"] == "[" and opened < _DEEPEST_OPTION:
            regex, opened = regex + "(?:", opened + 1
        elif part["mark"] == "]" and opened:
            regex, opened = regex + ")?", opened - 1
        elif part["mark"] in "[]{}#'":
            hint = "as a text it stands in single quotes; a single quote is written ''"
            return Unreadable(
                part.start(), part.end(), f"{part['mark']} cannot stand here in a pattern of a time", hint
            )
        else:
            regex += re.escape(part["mark"])
    lacking = f"the pattern of a time has more than {_MOST_PARTS} parts" if len(parts) > _MOST_PARTS else None
    lacking = lacking or _lacking(set(parts))
    if lacking is not None:
        return Unreadable(0, len(form), lacking, 'for example: "yyyy-MM-dd HH:mm:ss"')
    return JavaPattern(f"^(?:{regex}{')?' * opened})$", tuple(parts))


def _lacking(parts: set[str]) -> str | None:
    """What a pattern must name and does not."""
    wanted = {
        "year": {"year", "year of the century"},
        "month": {"month", "name of the month"},
        "day": {"day"},
    }
    for name, either in wanted.items():
        if not parts & either:
            return f"the pattern of a time names no {name}"
    if "hour of the half" in parts and "half" not in parts:
        return "the pattern of a time has an hour of 1 to 12 ('h'), but no half of the day ('a')"
    return None


# ── zones ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_FIXED_ZONE = re.compile(r"(?:UTC|GMT|UT)?([+-])([0-9]{1,2})(?::?([0-5][0-9]))?")
_WIDEST_OFFSET = 18 * 60


def fixed_offset(zone: str) -> int | None:
    """Minutes east of Greenwich of ``Z``, ``UTC``, ``+09:00`` or ``UTC+9``; ``None`` for the name of a place."""
    if zone.upper() in {"Z", "UTC", "GMT", "UT"}:
        return 0
    match = _FIXED_ZONE.fullmatch(zone.upper())
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    if minutes > _WIDEST_OFFSET:
        return None
    return -minutes if match[1] == "-" else minutes
