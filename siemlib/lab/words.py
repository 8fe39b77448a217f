"""What may stand at the cursor of a cell ``%%insights``: log groups, commands, functions, fields, options.

Pure text: what the case holds is handed over as :class:`Known`.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from siemlib.lab.options import OPTIONS
from siemlib.ql.aggregates import FUNCTIONS
from siemlib.ql.reference import COMMAND_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAGIC = "%%insights"
_HEAD = re.compile(rf"\s*{MAGIC}(?=\s|$)[^\n]*")
_WORD = re.compile(r"`[^`\n]*\Z|[@A-Za-z0-9_.]*\Z")
_OWN_NAMES = re.compile(r"\bas\s+((?:[A-Za-z_]\w*\s*,\s*)*[A-Za-z_]\w*)", re.IGNORECASE)
_PARAMETERS = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
# A comment, a text, a regular expression where only one can stand, or the sign before a command. ``\Z`` is the
# cursor: what ends with it is open.
_TOKENS = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |"(?:\\.|[^"\\])*(?:"|(?P<a>\Z))
    |'(?:\\.|[^'\\])*(?:'|(?P<b>\Z))
    |(?:\blike|=~|\bparse(?:\s+[@\w.]+)?)\s*/(?:\\.|[^/\\\n])*(?:/|(?P<c>\Z))
    |(?P<pipe>\|)""",
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)
_SOURCE = re.compile(r"\bSOURCE\s+(?:logGroups\s*\(.*)?'([^'\n]*)\Z", re.IGNORECASE)
_KEYWORDS = ("and", "or", "not", "like", "in", "as", "by", "asc", "desc")


@dataclass(frozen=True, slots=True)
class Offer:
    """One completion; ``kind`` is what the front end marks it as."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Offers:
    """Completions of ``fragment``, the text before the cursor that they replace."""

    fragment: str
    offers: tuple[Offer, ...]


class Known(Protocol):
    """What the case of the cell holds."""

    def groups(self) -> Sequence[str]:
        """The names of its log groups."""

    def fields(self, groups: Sequence[str]) -> Sequence[str]:
        """The fields of these groups (none: of all), as a query writes them."""

    def cases(self) -> Sequence[str]:
        """The variables that hold a case."""


def is_insights(code: str) -> bool:
    """Whether the cell is one of ``%%insights``."""
    return _HEAD.match(code) is not None


def offers(code: str, cursor: int, known: Known) -> Offers | None:
    """What may stand at ``cursor``; ``None`` where the cell is none of ``%%insights`` or the cursor in that word."""
    head = _HEAD.match(code)
    if head is None or cursor < head.start() + len(head[0].partition(MAGIC)[0]) + len(MAGIC):
        return None
    if cursor <= head.end():
        return _in_line(code[:cursor], code[head.end() :], known)
    return _in_query(code[head.end() : cursor], head[0], known, code[head.end() :])


def groups_of(line: str) -> tuple[str, ...]:
    """The log groups that the first line names, also where it cannot be read to its end."""
    try:
        words = shlex.split(line)
    except ValueError:
        words = line.split()
    pairs = pairwise(words)
    joined = (word.partition("=")[2] for word in words if word.startswith("--log-group="))
    return tuple([after for word, after in pairs if word == "--log-group"] + list(joined))


def _in_line(before: str, query: str, known: Known) -> Offers:
    words = before.split(" ")
    fragment, previous = words[-1], next((word for word in reversed(words[:-1]) if word), "")
    match previous:
        case "--log-group":
            return _offered(fragment, [(shlex.quote(name), "log group") for name in known.groups()])
        case "--case":
            return _offered(fragment, [(name, "case") for name in known.cases()])
        case "-p" | "--param":
            names = dict.fromkeys(_PARAMETERS.findall(query))
            return _offered(fragment, [(f"{name}=", "parameter") for name in names])
        case _:
            return _offered(fragment, [(name, "option") for name in OPTIONS])


def _in_query(before: str, line: str, known: Known, whole: str) -> Offers:
    if source := _SOURCE.search(before):
        return _offered(source[1], [(name, "log group") for name in known.groups()])
    place = _place(before)
    fragment = (_WORD.search(before) or [""])[0]
    if place is None:
        return Offers(fragment, ())
    if place.rpartition(fragment)[0].strip() == "" if fragment else place.strip() == "":
        return _offered(fragment, _commands())
    own = [name.strip() for found in _OWN_NAMES.findall(whole) for name in found.split(",")]
    fields = [(name, "field") for name in dict.fromkeys([*own, *known.fields(groups_of(line))])]
    return _offered(fragment, [*fields, *_functions(), *((word, "keyword") for word in _KEYWORDS)])


def _place(before: str) -> str | None:
    """The command so far, from its ``|``; ``None`` within a text or a comment."""
    begin = 0
    for token in _TOKENS.finditer(before):
        is_open = token.lastgroup in {"a", "b", "c"}
        if is_open or (token.lastgroup == "comment" and token.end() == len(before)):
            return None
        if token.lastgroup == "pipe" or (token.lastgroup == "comment" and not before[begin : token.start()].strip()):
            begin = token.end()
    return before[begin:]


def _commands() -> list[tuple[str, str]]:
    names = [word for row in COMMAND_ROWS for word in (row.word, *row.spellings)]
    return [(name, "command") for name in names]


def _functions() -> list[tuple[str, str]]:
    names = dict.fromkeys(name for function in FUNCTIONS for name in (function.name, *function.spellings))
    return [(f"{name}(", "function") for name in names]


def _offered(fragment: str, names: Iterable[tuple[str, str]]) -> Offers:
    """Those that begin with the fragment; upper and lower case are one, as a person types."""
    wanted = fragment.lower().lstrip("`'\"")
    found = dict.fromkeys(Offer(name, kind) for name, kind in names if name.lower().lstrip("`'\"").startswith(wanted))
    return Offers(fragment, tuple(found))
