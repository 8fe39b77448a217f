"""Tokens to syntax: a query in parentheses, and the commands that hold one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.ql.ast import Appendcols, Field, Join, Query
from siemlib.ql.diagnostic import RefusedError
from siemlib.ql.nodes_inner import MOST_APPENDED
from siemlib.ql.read_parts import read_field
from siemlib.ql.read_rows import truth, whole
from siemlib.ql.read_source import read_source
from siemlib.ql.tokens import Kind, Token
from siemlib.ql.words import LARGEST_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.ql.ast import Command
    from siemlib.ql.cursor import Cursor
    from siemlib.ql.selection import Selection

_JOIN = "for example: join type=left left=a right=b where a.id=b.id (SOURCE '/aws/lambda/f')"
_APPENDCOLS = "for example: appendcols (SOURCE '/aws/lambda/f' | stats count(*) as n)"
_INSTEAD = {
    "on": "write 'where'",
    "by": "write 'where'",
    "inner": "write type=inner",
    "outer": "write type=left",
    "source": "put the query into parentheses: (SOURCE '/aws/lambda/f')",
}
_COMPARISONS = ("!=", "<", "<=", ">", ">=", "=~", "<>")


def read_query(cursor: Cursor, read_command: Callable[[Cursor], Command | None]) -> Query:
    """``( SOURCE 'group', … | command | … )``, or commands alone; what is inside holds no such query."""
    opener, read = cursor.take(), cursor.read_query
    cursor.read_query = None
    try:
        selection: Selection | None = None
        more = True
        if cursor.accept_word("source"):
            selection = read_source(cursor, inside=True)
            more = cursor.accept_symbol("|") is not None
        commands: list[Command] = []
        while more:
            command = read_command(cursor)
            commands += [] if command is None else [command]
            more = cursor.accept_symbol("|") is not None
        cursor.expect_symbol(")", "'|' or ')'")
    finally:
        cursor.read_query = read
    names = () if selection is None else selection.names
    return Query(tuple(commands), names, None if names else selection, span=cursor.span_from(opener.span.start))


def _inner(cursor: Cursor, start: Token, example: str, *, with_source: bool) -> Query:
    """The query in parentheses that a command ends with."""
    if not cursor.peek().is_symbol("("):
        cursor.refuse("a query in parentheses", example)
    if cursor.read_query is None:
        message = f"'{start.text}' holds a query, and cannot stand inside another"
        raise RefusedError(message, start.span, "queries are not nested: use it in the outer query")
    if with_source and cursor.peek_second().word != "source":
        cursor.take()
        cursor.refuse("'SOURCE' and a log group", example)
    return cursor.read_query()


# ── join ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_join(cursor: Cursor, start: Token) -> Join:
    """``join`` with its options and its condition in any order, then the query."""
    given: dict[str, Token] = {}
    keys: tuple[Field, Field] | None = None
    while (token := cursor.peek()).kind is Kind.NAME:
        named = cursor.peek_second().is_symbol("=")
        if token.word == "where" and not named:
            cursor.take()
            keys = _keys(cursor)
        elif token.word in {"type", "left", "right"} and named:
            if token.word in given:
                cursor.complain(f"'{token.word}=' is given twice", token.span)
            cursor.take()
            cursor.take()
            given.setdefault(token.word, _kind(cursor) if token.word == "type" else _alias(cursor, token.word))
        else:
            cursor.refuse("'type=', 'left=', 'right=' or 'where'", _INSTEAD.get(token.word, _JOIN))
    for word in ("left", "right"):
        if word not in given:
            cursor.refuse(f"'{word}=' and a name for that side", _JOIN)
    if keys is None:
        cursor.refuse("'where' and the fields that must be equal", _JOIN)
    left, right = given["left"], given["right"]
    if left.path == right.path:
        cursor.complain("both sides of the join have the same name", right.span, "give them two names")
    left_key, right_key = _by_side(cursor, keys, left.path[0], right.path[0])
    query = _inner(cursor, start, _JOIN, with_source=True)
    keeps_left = "type" in given and given["type"].word == "left"
    span = cursor.span_from(start.span.start)
    return Join(left.path[0], right.path[0], left_key, right_key, query, keeps_left, span=span)


def _kind(cursor: Cursor) -> Token:
    hint = "for the right side whole, name the sides the other way round" if cursor.peek().word == "right" else None
    return cursor.accept_word("inner", "left") or cursor.refuse("'inner' or 'left'", hint)


def _alias(cursor: Cursor, word: str) -> Token:
    token = cursor.peek()
    if token.kind is not Kind.NAME or len(token.path) > 1 or "." in token.path[0]:
        cursor.refuse(f"a name without dots for the {word} side", _JOIN)
    return cursor.take()


def _keys(cursor: Cursor) -> tuple[Field, Field]:
    first = read_field(cursor)
    if cursor.peek().is_symbol(*_COMPARISONS):
        cursor.refuse("'='", "a join compares by '=' only; write other conditions in a 'filter' behind it")
    if cursor.accept_symbol("=", "==") is None:
        cursor.refuse("'='", _JOIN)
    second = read_field(cursor)
    if cursor.peek().word in {"and", "or"}:
        hint = "join by one pair of fields, and compare the others in a 'filter' behind it"
        cursor.refuse("a query in parentheses", hint)
    return first, second


def _by_side(cursor: Cursor, keys: tuple[Field, Field], left: str, right: str) -> tuple[Field, Field]:
    """The keys, the left one first, without the names of their sides."""
    for key in keys:
        if len(key.path) == 1:
            hint = f"write {left}.{key.name} or {right}.{key.name}"
            cursor.complain(f"'{key.name}' does not say of which side it is", key.span, hint)
            return keys
        if key.path[0] not in {left, right}:
            hint = f"they are called '{left}' and '{right}'"
            cursor.complain(f"'{key.path[0]}' is no side of this join", key.span, hint)
            return keys
    if keys[0].path[0] == keys[1].path[0] and left != right:
        hint = f"write one field of each: {left}.id={right}.id"
        cursor.complain("both fields are of the same side", keys[1].span, hint)
    first, second = (Field(key.path[1:], span=key.span) for key in keys)
    return (first, second) if keys[0].path[0] == left else (second, first)


# ── appendcols ───────────────────────────────────────────────────────────────────────────────────────────────────────


def read_appendcols(cursor: Cursor, start: Token) -> Appendcols:
    """``appendcols`` with its options in any order, then the query."""
    override, most = False, MOST_APPENDED
    while (token := cursor.peek()).kind is Kind.NAME:
        if token.word not in {"override", "max"} or not cursor.peek_second().is_symbol("="):
            cursor.refuse("'override=', 'max=' or a query in parentheses", _APPENDCOLS)
        cursor.take()
        cursor.take()
        if token.word == "max":
            most = whole(cursor, 1, LARGEST_LIMIT)
        else:
            override = truth(cursor)
    query = _inner(cursor, start, _APPENDCOLS, with_source=False)
    return Appendcols(query, override, most, span=cursor.span_from(start.span.start))


INNER_COMMANDS: dict[str, Callable[[Cursor, Token], Command]] = {"join": read_join, "appendcols": read_appendcols}
"""As :data:`siemlib.ql.parser.COMMANDS`, which holds them too."""
