"""The groups of a regular expression, and globs as regular expressions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_PART = re.compile(
    r"""(?P<class>\[\^?\]?(?:\[:\w+:\]|[^\]\\]|\\.)*\])
    | (?P<quoted>\\Q.*?(?:\\E|$))
    | (?P<escape>\\.)
    | (?P<named>\(\?P?<(?P<name>[^>=!]+)>)
    | (?P<special>\(\?)
    | (?P<group>\()""",
    re.VERBOSE | re.DOTALL,
)

_FROM_THE_BEGINNING = re.compile(r"\(\?s\)\(\.\*\?\)(?![*+?{])")


@dataclass(frozen=True, slots=True)
class Groups:
    """``pattern`` with every named group written as a plain one, and the names of the groups in order."""

    pattern: str
    names: tuple[str | None, ...]


def groups_of(pattern: str) -> Groups:
    """The capturing groups of ``pattern``.

    Names are taken out because the language allows some that RE2 does not (``(?<@user>…)``); groups are then known by
    their number.
    """
    names: list[str | None] = []

    def plain(match: re.Match[str]) -> str:
        if match["named"] is not None:
            names.append(match["name"])
            return "("
        if match["group"] is not None:
            names.append(None)
        return match[0]

    return Groups(_PART.sub(plain, pattern), tuple(names))


def glob_regex(glob: str) -> str:
    """The regular expression of a ``parse`` glob: every ``*`` is a group.

    It is not anchored; a ``*`` runs to the first occurrence of the text behind it, across lines, and a last ``*`` takes
    the rest.
    """
    literals = [re.escape(part).replace("\x00", r"\x00") for part in glob.split("*")]
    lazy = "(.*?)".join(literals)
    if glob.endswith("*"):
        lazy = lazy.removesuffix("(.*?)") + "(.*)"
    return "(?s)" + lazy


def only_groups(pattern: str, kept: Collection[int]) -> str:
    """``pattern``, whose groups have no names, as one group around the whole of which only the ``kept`` ones remain.

    A match that is asked for fewer groups is found several times as fast. Two more things change the time and not the
    match: a lazy ``.*?`` in front that crosses lines always starts at the beginning, so it is bound there, and a last
    ``.*`` that nobody asks for always succeeds, so it is left out.
    """
    number = last = 0

    def plain(match: re.Match[str]) -> str:
        nonlocal number, last
        if match["quoted"] is not None:
            return match[0].removesuffix("\\E") + "\\E"
        if match["group"] is None:
            return match[0]
        number, last = number + 1, match.start()
        return "(" if number in kept else "(?:"

    written = _PART.sub(plain, pattern)
    if _FROM_THE_BEGINNING.match(pattern):
        written = f"(?s)^{written.removeprefix('(?s)')}"
    if number and number not in kept and pattern[last:] == "(.*)":
        written = written.removesuffix("(?:.*)")
    return f"({written})"


def replacement(text: str, groups: int) -> str:
    r"""``text`` as RE2 takes it behind a match of so many ``groups``: ``\1`` stays, any other backslash is a text."""

    def escaped(match: re.Match[str]) -> str:
        follower = match[1]
        known = follower == "\\" or (follower.isdigit() and int(follower) <= groups)
        return match[0] if known else f"\\\\{follower}"

    return re.sub(r"\\([\\0-9]?)", escaped, text)
