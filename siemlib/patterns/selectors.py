"""``$.a.b[0].c``: the selectors of JSON patterns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siemlib.patterns.syntax import Any, Selector

if TYPE_CHECKING:
    from siemlib.patterns.tokens import Cursor

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_INDEX = re.compile(r"\[ *([0-9]+) *\]")
_ANY_INDEX = re.compile(r"\[ *\* *\]")
_KEY = re.compile(r"\['([^']*)'\]")
_LONGEST_INDEX = 9


def read_selector(cursor: Cursor) -> Selector:
    """The selector that begins here, with its ``$``."""
    start = cursor.at
    if not cursor.take("$"):
        cursor.refuse(f"expected a selector, found {cursor.found()}", hint='a condition is written $.field = "text"')
    if not cursor.peek("."):
        cursor.refuse(f"expected '.' behind '$', found {cursor.found()}", hint="a selector is written $.field")
    steps: list[str | int | Any] = []
    while cursor.peek(".") or cursor.peek("["):
        steps.append(_index(cursor) if cursor.peek("[") else _key(cursor))
    if sum(isinstance(step, Any) for step in steps) > 1:
        cursor.refuse("a selector has at most one wildcard", start, cursor.at)
    return Selector(tuple(steps))


def _key(cursor: Cursor) -> str | Any:
    cursor.at += 1
    if cursor.take("*"):
        return Any.KEY
    if cursor.peek("["):
        return _bracketed(cursor)
    name = cursor.match(_NAME)
    if not name:
        hint = "a key with other characters than letters, digits, '-' and '_' is written $.['key']"
        cursor.refuse(f"expected a key, found {cursor.found()}", hint=hint)
    return name


def _bracketed(cursor: Cursor) -> str:
    start = cursor.at
    text = cursor.match(_KEY)
    key = text[2:-2]
    if not text:
        cursor.refuse("expected a key in single quotes and brackets", hint="a key with dots is written $.['a.b']")
    if key in ("", "*") or not key.isprintable():
        cursor.refuse("this key cannot be selected", start, cursor.at)
    return key


def _index(cursor: Cursor) -> int | Any:
    start = cursor.at
    if cursor.match(_ANY_INDEX):
        return Any.INDEX
    found = cursor.match(_INDEX)
    if not found:
        hint = "a key in quotes stands behind a dot: $.a.['b.c']" if cursor.peek("['") or cursor.peek('["') else None
        cursor.refuse("expected [0], [1] … or [*]", start, start + 1, hint)
    digits = found.strip("[] ")
    if len(digits) > _LONGEST_INDEX:
        cursor.refuse("no array is that long", start, cursor.at)
    return int(digits)


def selector_text(selector: Selector) -> str:
    """``selector`` as it is written."""
    return "$" + "".join(_step(step) for step in selector.steps)


def _step(step: str | int | Any) -> str:
    if isinstance(step, Any):
        return step.value
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _NAME.fullmatch(step) else f".['{step}']"
