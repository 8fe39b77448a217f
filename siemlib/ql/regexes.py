"""What the engines' regular expressions cannot do.

The service shows every sign of RE2 (specification 2.5) and DuckDB uses RE2, which has neither look-around nor
back-references; a pattern that only other languages take is refused here, before an engine says so in its own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Offsets into the pattern, ``[start, end)``, what is wrong there, and what to do instead."""

    start: int
    end: int
    message: str
    hint: str | None = None


_PARTS = re.compile(
    r"""(?P<quoted>\\Q.*?(?:\\E|$))
    | (?P<class>\[\^?\]?(?:\[:\^?\w+:\]|[^\]\\]|\\.)*\])
    | (?P<reference>\\(?:[1-9][0-9]*|k(?:<\w*>|\{\w*\}|'\w*'))|\(\?P=\w*\))
    | (?P<escape>\\.)
    | (?P<around>\(\?<?[=!])
    | (?P<atomic>\(\?>)
    | (?P<conditional>\(\?\()
    | (?P<possessive>[*+?]\+)
    | (?P<open_class>\[)
    | (?P<open>\()
    | (?P<close>\))""",
    re.VERBOSE | re.DOTALL,
)
_REFUSED = {
    "reference": ("a back-reference", "parse both parts as fields and compare them in a filter"),
    "around": ("look-around", "use two filters, one of them with 'not like'"),
    "atomic": ("an atomic group", "use a plain group: (?:…)"),
    "conditional": ("a conditional group", "use two alternatives: (?:…|…)"),
    "possessive": ("a possessive repetition", "leave out the '+' behind the repetition"),
}


def fault(pattern: str) -> Fault | None:
    """The first thing in ``pattern`` that no engine takes; ``None`` if there is none."""
    groups: list[int] = []
    for part in _PARTS.finditer(pattern):
        kind = part.lastgroup or ""
        if kind in _REFUSED:
            name, hint = _REFUSED[kind]
            return Fault(part.start(), part.end(), f"{name} cannot be used in a regular expression here", hint)
        if kind == "open_class":
            return Fault(part.start(), part.end(), "this '[' is not closed", "a bracket as such is written '\\['")
        if kind == "open":
            groups.append(part.start())
        elif kind == "close" and not groups:
            return Fault(part.start(), part.end(), "this ')' closes nothing", "a parenthesis as such is written '\\)'")
        elif kind == "close":
            groups.pop()
    if groups:
        return Fault(groups[-1], groups[-1] + 1, "this '(' is not closed", "a parenthesis as such is written '\\('")
    return None
