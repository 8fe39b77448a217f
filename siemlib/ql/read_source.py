"""Tokens to syntax: ``SOURCE``, by names or by selectors, with a span of time or without."""

from __future__ import annotations

import difflib
import json
import re
from typing import TYPE_CHECKING

from siemlib.ql.diagnostic import RefusedError
from siemlib.ql.nodes import Span
from siemlib.ql.read_parts import list_of
from siemlib.ql.selection import (
    CLASSES,
    MOST_ACCOUNTS,
    MOST_DATA_SOURCES,
    MOST_NAMES,
    MOST_PREFIXES,
    MOST_TAG_VALUES,
    MOST_TAGS,
    Groups,
    Moment,
    Selection,
    Tag,
)
from siemlib.ql.tokens import Kind
from siemlib.ql.words import UNITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from siemlib.ql.cursor import Cursor

_SELECTORS = {"loggroups": "logGroups", "datasource": "dataSource", "loggrouptags": "logGroupTags"}
_OPTIONS = {
    "nameprefix": "namePrefix",
    "accountidentifier": "accountIdentifier",
    "accountidentifiers": "accountIdentifier",
    "class": "class",
    "loggroupclass": "class",
}
_BARE_NAME = re.compile(r"[A-Za-z0-9._/#-]+")
_ACCOUNT = re.compile(r"[0-9]{12}")
_MOST_DIGITS = 15
_MILLIS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_FIRST_CREDIBLE = 100_000_000_000
"""In milliseconds this is 1973; a smaller number but 0 is taken for seconds, and so for a mistake."""
_TAGS_HINT = 'for example: SOURCE logGroupTags([{"key": "team", "values": ["t1", "t2"]}])'
_NAME_HINT = "for example: SOURCE '/aws/lambda/f' | fields @message"


def read_source(cursor: Cursor, *, inside: bool = False) -> Selection:
    """What stands behind the word ``SOURCE``; ``inside`` another query there is no span of time."""
    start = cursor.peek().span.start
    word = cursor.peek().word
    called = cursor.peek().kind is Kind.NAME and cursor.peek_second().is_symbol("(")
    parts: dict[str, Groups | tuple[str, ...] | tuple[Tag, ...]] = {}
    names: tuple[str, ...] = ()
    if called:
        while cursor.peek().kind is Kind.NAME and cursor.peek().word not in {"start", "end"}:
            word = _selector(cursor, parts)
            parts[word] = _SELECTOR_READERS[word](cursor)
            cursor.accept_symbol(",")
    else:
        names = list_of(cursor, _log_group)
        _check_count(cursor, names, MOST_NAMES, "log groups", cursor.span_from(start))
    begin, end = _span_of_time(cursor, inside=inside)
    groups, data, tags = parts.get("loggroups"), parts.get("datasource", ()), parts.get("loggrouptags", ())
    return Selection(
        names,
        groups if isinstance(groups, Groups) else None,
        tuple(name for name in data if isinstance(name, str)) if isinstance(data, tuple) else (),
        tuple(tag for tag in tags if isinstance(tag, Tag)) if isinstance(tags, tuple) else (),
        begin,
        end,
        span=cursor.span_from(start),
    )


def _log_group(cursor: Cursor) -> str:
    token = cursor.peek()
    if token.kind is Kind.STRING:
        if not token.value.strip():
            cursor.refuse("the name of a log group", _NAME_HINT)
        return cursor.take().value
    if token.kind is Kind.PARAMETER:
        cursor.refuse("the name of a log group, not a parameter", _NAME_HINT)
    if token.text.startswith("`"):
        return ".".join(cursor.take().path)
    # The documentation's own examples have names without quotes.
    bare = None if token.kind is Kind.NUMBER else cursor.accept_pattern(_BARE_NAME)
    return bare or cursor.refuse("the name of a log group in quotes", _NAME_HINT)


def _selector(cursor: Cursor, known: Iterable[str]) -> str:
    """The word of the selector that comes next; the cursor stands behind it."""
    token = cursor.peek()
    if token.word not in _SELECTORS:
        near = difflib.get_close_matches(token.word, _SELECTORS, n=1)
        hint = f"did you mean '{_SELECTORS[near[0]]}'?" if near else f"there are {', '.join(_SELECTORS.values())}"
        raise RefusedError(f"'{token.text}' selects no log groups", token.span, hint)
    if token.word in known:
        raise RefusedError(f"'{_SELECTORS[token.word]}' is given twice", token.span)
    return cursor.take().word


def _groups(cursor: Cursor) -> Groups:
    start = cursor.expect_symbol("(", "'('").span.start
    given: dict[str, tuple[str, ...]] = {}
    while not cursor.accept_symbol(")"):
        token = cursor.peek()
        name = _OPTIONS.get(token.word)
        if name is None:
            near = difflib.get_close_matches(token.word, _OPTIONS, n=1)
            hint = f"did you mean '{_OPTIONS[near[0]]}'?" if near else None
            cursor.refuse("')' or one of " + ", ".join(dict.fromkeys(_OPTIONS.values())), hint)
        if name in given:
            raise RefusedError(f"'{name}' is given twice", token.span)
        cursor.take()
        if not cursor.accept_symbol(":", "="):
            cursor.refuse(f"':' after '{name}'", "for example: logGroups(namePrefix: ['/aws/lambda'])")
        most = {"namePrefix": MOST_PREFIXES, "accountIdentifier": MOST_ACCOUNTS}.get(name, len(CLASSES))
        given[name] = _texts(cursor, most, name, _CHECKS[name])
        if not cursor.accept_symbol(",") and not cursor.peek().is_symbol(")"):
            cursor.refuse("',' or ')'")
    return Groups(
        given.get("namePrefix", ()),
        given.get("accountIdentifier", ()),
        tuple(name.upper() for name in given.get("class", ())),
        span=cursor.span_from(start),
    )


def _data_sources(cursor: Cursor) -> tuple[str, ...]:
    cursor.expect_symbol("(", "'('")
    names = _texts(cursor, MOST_DATA_SOURCES, "dataSource", _data_source_problem)
    cursor.expect_symbol(")", "')'")
    return names


def _texts(cursor: Cursor, most: int, what: str, problem: Callable[[str], str | None]) -> tuple[str, ...]:
    """A list of texts in brackets, or one text."""
    start = cursor.peek().span.start
    bracket = cursor.accept_symbol("[")
    found: list[str] = []
    while True:
        token = cursor.peek()
        if token.kind is not Kind.STRING:
            cursor.refuse("a text in quotes")
        if reason := problem(token.value):
            cursor.complain(reason, token.span)
        found.append(cursor.take().value)
        if not bracket or not cursor.accept_symbol(","):
            break
    if bracket:
        cursor.expect_symbol("]", "',' or ']'")
    _check_count(cursor, found, most, f"values of '{what}'", cursor.span_from(start))
    return tuple(found)


def _check_count(cursor: Cursor, given: Iterable[object], most: int, what: str, span: Span) -> None:
    if len(tuple(given)) > most:
        cursor.complain(f"at most {most} {what} are allowed", span)


def _prefix_problem(text: str) -> str | None:
    return None if text.strip() else "a prefix of names cannot be empty"


def _account_problem(text: str) -> str | None:
    return None if _ACCOUNT.fullmatch(text) else "an account is a number of 12 digits"


def _class_problem(text: str) -> str | None:
    return None if text.upper() in CLASSES else f"a class of log groups is one of {', '.join(CLASSES)}"


def _data_source_problem(text: str) -> str | None:
    return None if text.strip() else "the name of a data source cannot be empty"


_CHECKS: dict[str, Callable[[str], str | None]] = {
    "namePrefix": _prefix_problem,
    "accountIdentifier": _account_problem,
    "class": _class_problem,
}


def _tags(cursor: Cursor) -> tuple[Tag, ...]:
    start = cursor.expect_symbol("(", "'('").span.end
    try:
        value, end = json.JSONDecoder().raw_decode(cursor.text, _after_blanks(cursor.text, start))
    except (ValueError, RecursionError):
        raise RefusedError("these are no tags", Span(start - 1, start), _TAGS_HINT) from None
    cursor.move_to(end)
    span = Span(start, end)
    tags = value if isinstance(value, list) else []
    if not tags or not all(_is_tag(tag) for tag in tags):
        raise RefusedError("these are no tags", span, _TAGS_HINT)
    _check_count(cursor, tags, MOST_TAGS, "tags", span)
    for tag in tags:
        _check_count(cursor, tag["values"], MOST_TAG_VALUES, "values of a tag", span)
    cursor.expect_symbol(")", "')'")
    return tuple(Tag(tag["key"], tuple(tag["values"]), span=span) for tag in tags)


def _after_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _is_tag(tag: object) -> bool:
    if not isinstance(tag, dict) or set(tag) != {"key", "values"} or not isinstance(tag["key"], str):
        return False
    values = tag["values"]
    return isinstance(values, list) and bool(values) and all(isinstance(value, str) for value in values)


_SELECTOR_READERS: dict[str, Callable[[Cursor], Groups | tuple[str, ...] | tuple[Tag, ...]]] = {
    "loggroups": _groups,
    "datasource": _data_sources,
    "loggrouptags": _tags,
}


# ── the span of time ─────────────────────────────────────────────────────────────────────────────────────────────────


def _span_of_time(cursor: Cursor, *, inside: bool) -> tuple[Moment | None, Moment | None]:
    token = cursor.peek()
    if token.word not in {"start", "end"}:
        return None, None
    if inside:
        raise RefusedError("a query inside another has the time of that one", token.span)
    if token.word == "end":
        cursor.refuse("'START=' before 'END='")
    start = _bound(cursor)
    end = _bound(cursor) if cursor.peek().word == "end" else None
    if end is not None and start.before_now == end.before_now:
        backwards = start.millis < end.millis if start.before_now else start.millis > end.millis
        if backwards:
            cursor.complain("the span of time ends before it starts", cursor.span_from(token.span.start))
    return start, end


def _bound(cursor: Cursor) -> Moment:
    word = cursor.take().word.upper()
    if not cursor.accept_symbol("="):
        cursor.refuse(f"'=' after '{word}'")
    start = cursor.peek().span.start
    hint = "epoch milliseconds, a time before now such as -1d, or now"
    if cursor.accept_word("now"):
        back = _period(cursor, hint) if cursor.accept_symbol("-") else 0
        return Moment(back, before_now=True, span=cursor.span_from(start))
    if cursor.accept_symbol("-"):
        return Moment(_period(cursor, hint), before_now=True, span=cursor.span_from(start))
    token = cursor.peek()
    if token.kind is not Kind.NUMBER or not token.text.isdecimal() or len(token.text) > _MOST_DIGITS:
        cursor.refuse(f"a time after '{word}='", hint)
    millis = int(cursor.take().text)
    if 0 < millis < _FIRST_CREDIBLE:
        hint = f"for the second {millis} write {millis}000"
        cursor.complain(f"'{word}' is in milliseconds since 1970, and this is in its first years", token.span, hint)
    return Moment(millis, span=token.span)


def _period(cursor: Cursor, hint: str) -> int:
    token = cursor.peek()
    unit = UNITS.get(token.value.lower(), "") if token.kind is Kind.PERIOD else ""
    if unit not in _MILLIS:
        cursor.refuse("a length of time such as 1d", hint)
    amount = int(cursor.take().text.removesuffix(token.value)) * _MILLIS[unit]
    if amount >= 10**_MOST_DIGITS:
        raise RefusedError("this length of time is too long", token.span)
    return amount
