"""Tokens to syntax: the commands that look at neighbouring rows, at sums over them, or at gaps between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.ql.ast import (
    Accum,
    Addtotals,
    Autoregress,
    Boolean,
    Command,
    CountFrequent,
    Field,
    Fill,
    Filldown,
    Fillmissing,
    FilterIndex,
    Looked,
    Lookup,
    Number,
    Outlier,
    Parameter,
    Period,
    Sessionize,
    Span,
    Text,
    Wildcard,
)
from siemlib.ql.expressions import primary, whole_expression
from siemlib.ql.read_parts import read_field, read_name
from siemlib.ql.tokens import Kind, Token
from siemlib.ql.words import MOST_LAGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.ql.cursor import Cursor


def option(cursor: Cursor, known: tuple[str, ...]) -> str | None:
    """The word of the option that comes next, behind its ``=``; ``None`` where no ``word=`` comes."""
    token = cursor.peek()
    if token.kind is not Kind.NAME or not cursor.peek_second().is_symbol("="):
        return None
    if token.word not in known:
        cursor.refuse(f"an option ({', '.join(f'{name}=…' for name in known)}) or a field")
    cursor.take()
    cursor.take()
    return token.word


def truth(cursor: Cursor) -> bool:
    """``true`` or ``false``."""
    token = cursor.accept_word("true", "false")
    return token.word == "true" if token else cursor.refuse("'true' or 'false'")


def choice(cursor: Cursor, *words: str) -> str:
    """One of these words."""
    token = cursor.accept_word(*words)
    return token.word if token else cursor.refuse(" or ".join(f"'{word}'" for word in words))


def whole(cursor: Cursor, least: int, most: int) -> int:
    """A whole number between two others."""
    token = cursor.peek()
    expected = f"a whole number from {least} to {most:,}"
    if token.kind is not Kind.NUMBER or not token.text.isdecimal() or len(token.text) > len(str(most)):
        cursor.refuse(expected)
    if not least <= int(token.text) <= most:
        cursor.refuse(expected)
    return int(cursor.take().text)


def _fields_and_options(cursor: Cursor, options: dict[str, Callable[[], None]]) -> tuple[Field, ...]:
    """Fields with commas or blanks between them, and options before, between and behind them."""
    fields: list[Field] = []
    while cursor.peek().kind is Kind.NAME:
        word = option(cursor, tuple(options))
        if word is None:
            fields.append(read_field(cursor))
            comma = cursor.accept_symbol(",")
            if comma and cursor.peek().kind is not Kind.NAME:
                cursor.refuse("a field")
        else:
            options[word]()
    return tuple(fields)


def _filter_index(cursor: Cursor, start: Token) -> FilterIndex:
    return FilterIndex(whole_expression(cursor), span=cursor.span_from(start.span.start))


def _accum(cursor: Cursor, start: Token) -> Accum:
    field = read_field(cursor)
    alias = read_name(cursor) if cursor.accept_word("as") else None
    return Accum(field, alias, span=cursor.span_from(start.span.start))


def _autoregress(cursor: Cursor, start: Token) -> Autoregress:
    lags = _lags(cursor) if option(cursor, ("p",)) else None
    field = read_field(cursor)
    alias = read_name(cursor) if cursor.accept_word("as") else None
    if lags is None:
        lags = _lags(cursor) if option(cursor, ("p",)) else (1, 1)
    return Autoregress(field, alias, *lags, span=cursor.span_from(start.span.start))


def _lags(cursor: Cursor) -> tuple[int, int]:
    first = whole(cursor, 1, MOST_LAGS)
    return (first, whole(cursor, first, MOST_LAGS)) if cursor.accept_symbol("-") else (first, first)


def _filldown(cursor: Cursor, start: Token) -> Filldown:
    names: list[Field | Wildcard] = []
    while cursor.peek().kind is Kind.NAME or cursor.peek().is_symbol("*"):
        names.append(_pattern(cursor))
        cursor.accept_symbol(",")
    return Filldown(tuple(names), span=cursor.span_from(start.span.start))


def _pattern(cursor: Cursor) -> Field | Wildcard:
    """A field, or words and ``*`` without blanks between them."""
    first = cursor.peek()
    parts: list[str] = [""]
    stars = 0
    end = first.span.start
    path: tuple[str, ...] = ()
    while (token := cursor.peek()).span.start == end and (token.kind is Kind.NAME or token.is_symbol("*")):
        if token.kind is Kind.NAME:
            path = token.path
            parts[-1] = ".".join(path)
        else:
            stars += 1
            parts.append("")
        end = cursor.take().span.end
    span = Span(first.span.start, end)
    return Wildcard(tuple(parts), span=span) if stars else Field(path, span=span)


def _addtotals(cursor: Cursor, start: Token) -> Addtotals:
    given: dict[str, str | bool] = {"name": "Total", "row": True, "column": False}
    options: dict[str, Callable[[], None]] = {
        "fieldname": lambda: given.update(name=read_name(cursor)),
        "row": lambda: given.update(row=truth(cursor)),
        "col": lambda: given.update(column=truth(cursor)),
    }
    fields = _fields_and_options(cursor, options)
    span = cursor.span_from(start.span.start)
    return Addtotals(fields, str(given["name"]), bool(given["row"]), bool(given["column"]), span=span)


def _fillmissing(cursor: Cursor, start: Token) -> Fillmissing:
    fills: list[Fill] = []
    if cursor.accept_word("with"):
        fills.append(_fill(cursor))
        while cursor.accept_symbol(","):
            fills.append(_fill(cursor))
    return Fillmissing(tuple(fills), span=cursor.span_from(start.span.start))


def _fill(cursor: Cursor) -> Fill:
    start = cursor.peek()
    sign = cursor.accept_symbol("-")
    value = primary(cursor)
    if sign and isinstance(value, Number):
        value = Number(f"-{value.text}", span=cursor.span_from(start.span.start))
    elif sign or not isinstance(value, Number | Text | Boolean | Parameter):
        cursor.complain("'fillmissing' fills in a number or a text", value.span, "for example: with 0 for n")
    if cursor.accept_word("for") is None:
        cursor.refuse("'for' and a field", "for example: fillmissing with 0 for n")
    return Fill(value, read_field(cursor), span=cursor.span_from(start.span.start))


def _outlier(cursor: Cursor, start: Token) -> Outlier:
    given: dict[str, str | bool] = {"action": "transform", "param": "2.5", "lower": False, "mark": False}
    options: dict[str, Callable[[], None]] = {
        "action": lambda: given.update(action=choice(cursor, "transform", "remove")),
        "param": lambda: given.update(param=_number(cursor)),
        "uselower": lambda: given.update(lower=truth(cursor)),
        "mark": lambda: given.update(mark=truth(cursor)),
    }
    fields = _fields_and_options(cursor, options)
    if not fields:
        cursor.refuse("a field", "for example: outlier action=remove duration")
    span = cursor.span_from(start.span.start)
    return Outlier(
        fields, str(given["action"]), str(given["param"]), bool(given["lower"]), bool(given["mark"]), span=span
    )


def _number(cursor: Cursor) -> str:
    if cursor.peek().kind is not Kind.NUMBER:
        cursor.refuse("a number")
    return cursor.take().text


def _sessionize(cursor: Cursor, start: Token) -> Sessionize:
    fields = [read_field(cursor)]
    gap, alias = Period(30, "m"), "session_id"
    while cursor.peek().is_symbol(",") or cursor.peek().word in {"maxspan", "as"}:
        if cursor.accept_symbol(","):
            fields.append(read_field(cursor))
        elif cursor.accept_word("maxspan"):
            cursor.accept_symbol("=")
            gap = _period(cursor)
        else:
            cursor.take()
            alias = read_name(cursor)
    return Sessionize(tuple(fields), gap, alias, span=cursor.span_from(start.span.start))


def _period(cursor: Cursor) -> Period:
    token = cursor.peek()
    if token.kind is not Kind.PERIOD:
        cursor.refuse("a length of time", "for example: maxspan 30m")
    cursor.take()
    return Period(int(token.text.removesuffix(token.value)), token.value, span=token.span)


def _count_frequent(cursor: Cursor, start: Token) -> CountFrequent:
    fields = [read_field(cursor)]
    while cursor.accept_symbol(","):
        fields.append(read_field(cursor))
    return CountFrequent(tuple(fields), span=cursor.span_from(start.span.start))


def _lookup(cursor: Cursor, start: Token) -> Lookup:
    networks = start.word == "cidrlookup"
    table = _table(cursor)
    keys = [_looked(cursor, field_first=networks)]
    while not networks and cursor.accept_symbol(","):
        keys.append(_looked(cursor, field_first=False))
    word = cursor.accept_word("output", "outputnew")
    if word is None:
        cursor.refuse("'OUTPUT' or 'OUTPUTNEW'", "for example: lookup users id as user_id OUTPUT name")
    outputs = [_looked(cursor, field_first=False)]
    while cursor.accept_symbol(","):
        outputs.append(_looked(cursor, field_first=False))
    only_new = word.word == "outputnew"
    return Lookup(table, tuple(keys), tuple(outputs), only_new, networks, span=cursor.span_from(start.span.start))


def _table(cursor: Cursor) -> str:
    if cursor.peek().kind is not Kind.NAME:
        cursor.refuse("the name of a lookup table", "a name with other characters stands in backticks")
    return ".".join(cursor.take().path)


def _looked(cursor: Cursor, *, field_first: bool) -> Looked:
    """``column [as field]``, or ``field [as column]``, as ``cidrlookup`` has it."""
    start = cursor.peek().span.start
    first = read_field(cursor)
    if cursor.accept_word("as") is None:
        return Looked(first, span=cursor.span_from(start))
    second = read_field(cursor)
    field, column = (first, second) if field_first else (second, first)
    return Looked(field, column.name, span=cursor.span_from(start))


ROW_COMMANDS: dict[str, Callable[[Cursor, Token], Command]] = {
    "filterindex": _filter_index,
    "accum": _accum,
    "autoregress": _autoregress,
    "filldown": _filldown,
    "addtotals": _addtotals,
    "fillmissing": _fillmissing,
    "outlier": _outlier,
    "sessionize": _sessionize,
    "countfrequent": _count_frequent,
    "count_frequent": _count_frequent,
    "lookup": _lookup,
    "cidrlookup": _lookup,
}
"""As :data:`siemlib.ql.parser.COMMANDS`, which holds them too; that nothing follows is seen to there."""
