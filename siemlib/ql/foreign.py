"""What people write who come from another language or copy from a page or a template, and how it is said here."""

from __future__ import annotations

import re
import unicodedata

WORDS = {
    "is": "write ispresent(x), or not ispresent(x)",
    "contains": 'write: like "text"',
    "between": "write: x >= 1 and x <= 2",
    "where": "a condition is a command of its own: | filter …",
    "group": "write 'by', without 'group'",
    "ascending": "write 'asc'",
    "descending": "write 'desc'",
    "having": "a condition on what 'stats' gave is a command of its own: | filter …",
    "equals": "write '='",
    "eq": "write '='",
    "ne": "write '!='",
    "startswith": 'write: startsWith(x, "text")',
    "endswith": 'write: endsWith(x, "text")',
    "matches": "write: like /…/",
    "rlike": "write: like /…/",
    "regexp": "write: like /…/",
    "ilike": "write: like /(?i)text/",
    "when": 'write: if(a = 1, "x", "y"), or case(a = 1, "x", a = 2, "y", "z")',
    "rows": "the number stands alone: limit 10",
}
"""Words behind a value, and what to write instead."""

COMMANDS = {
    "select": "this is no SQL; for example: fields a, b | filter a = 1 | sort b desc",
    "eval": "write: fields a + 1 as b",
    "rename": "write: fields a as b",
    "table": "write: display a, b",
    "top": "write: stats count(*) as n by a | sort n desc | limit 10",
    "count": "write: stats count(*) as n",
    "distinct": "write: stats count(*) by a",
    "having": "write: filter",
    "unmask": "it is a function: fields unmask(@message)",
    "grep": 'write: filter @message like "text"',
    "index": 'log groups are named beside the query; a condition is: filter a = "x"',
    "timechart": "write: stats count(*) by bin(5m)",
    "summarize": "write: stats count(*) by a",
    "project": "write: fields a, b",
    "extend": "write: fields a + 1 as b",
    "take": "write: limit 10",
    "rex": "write: parse @message /(?<name>…)/",
    "by": "'by' belongs to 'stats': stats count(*) by a",
}
"""Words in the place of a command."""

FUNCTIONS = {
    "average": "write avg(x)",
    "distinct": "write countDistinct(x)",
    "uniq": "write countDistinct(x)",
    "dc": "write countDistinct(x)",
    "cidrmatch": 'write isIpInSubnet(x, "10.0.0.0/8")',
    "first": "write earliest(x)",
    "last": "write latest(x)",
    "list": "write values(x)",
    "group_concat": "write values(x)",
    "regexp_like": "write: x like /…/",
    "regex_match": "write: x like /…/",
    "match": "write: x like /…/",
    "iif": 'write if(a = 1, "x", "y")',
    "date_format": 'write formatDate(x, "%Y-%m-%d")',
    "to_timestamp": "write fromMillis(x)",
    "timestamp": "write fromMillis(x)",
}
"""Functions, beside those that :mod:`siemlib.ql.aggregates` knows."""

_TYPOGRAPHIC = "\u2018\u2019\u201c\u201d\u00b4\u00ab\u00bb"
_SIGNS = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    "\u2260": "!=",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u00d7": "*",
    "\u00f7": "/",
    "\u00ac": "not",
    "\u2227": "and",
    "\u2228": "or",
    "\u00a6": "|",
    "\uff5c": "|",
}
_ENTITY = re.compile(r"&(gt|lt|amp|quot|#39|nbsp);")
_OF_ENTITY = {"gt": ">", "lt": "<", "amp": "&", "quot": '"', "#39": "'", "nbsp": " "}
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_DAY_OF_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]")
_TO_ITS_DAY = len("2026-03-")
_NAMED = re.compile(r"\bas\s+([\w@.]+)$", re.IGNORECASE)


def character_hint(text: str, position: int) -> str | None:  # noqa: PLR0911 - one for each habit
    """What to do about a character that no token begins with."""
    character = text[position]
    if character in _TYPOGRAPHIC:
        return "write straight quotes: \" or '"
    if character == ";":
        return "commands are separated by '|'"
    if character in _SIGNS:
        return f"write '{_SIGNS[character]}'"
    if unicodedata.category(character) in _UNSEEN:
        return "a character that cannot be seen, copied with the text: delete it"
    if character == "&" and (entity := _ENTITY.match(text, position)):
        return f"this was copied from the source of a page: '{entity[0]}' stands for '{_OF_ENTITY[entity[1]]}'"
    if character == "\\":
        return "backslashes stand in quotes only; in a template they belong to it, not to the query"
    if character == "." and text[position + 1 : position + 2].isalpha():
        return "a text stands in quotes"
    if text.startswith(":=", position):
        return "a value is named behind it: fields a + 1 as b"
    if character == ":":
        return "a text stands in quotes, a name with ':' in backticks"
    return "leave it out" if character == "\u2026" else None


def number_hint(text: str, start: int) -> str | None:
    """What to say of a time that was written as it is read, at a number that is none."""
    if start >= _TO_ITS_DAY and _DAY_OF_TIME.match(text, start - _TO_ITS_DAY):
        return "times are numbers here: toMillis(@timestamp) > 1772582400000; the span of time is set beside the query"
    return None


def behind_hint(text: str, end: int, found: str) -> str | None:
    """What to say of a word that follows a command which ended at ``end``."""
    line = text[:end].rpartition("\n")[2]
    if "--" in line or "/*" in line:
        return "a comment starts with '#'"
    if (named := _NAMED.search(line)) and found.isidentifier():
        return f"a name with blanks stands in backticks: as `{named[1]} {found}`"
    return None
