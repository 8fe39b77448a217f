"""Tokens to syntax: the parts that many commands have, and how a command ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from siemlib.ql.ast import Field, Item
from siemlib.ql.expressions import whole_expression
from siemlib.ql.foreign import WORDS, behind_hint
from siemlib.ql.tokens import Kind, Token
from siemlib.ql.words import LATER

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.ql.cursor import Cursor

_Part = TypeVar("_Part")


def read_field(cursor: Cursor) -> Field:
    """A field by its name."""
    token = cursor.peek()
    if token.kind is not Kind.NAME:
        cursor.refuse("a field")
    return Field(cursor.take().path, span=token.span)


def read_name(cursor: Cursor) -> str:
    """The name that is given to something."""
    token = cursor.peek()
    if token.kind is not Kind.NAME:
        hint = "a name stands without quotes, or in backticks" if token.kind is Kind.STRING else None
        cursor.refuse("a name after 'as'", hint)
    return ".".join(cursor.take().path)


def list_of(cursor: Cursor, read: Callable[[Cursor], _Part]) -> tuple[_Part, ...]:
    """One part or more, with commas between them."""
    parts = [read(cursor)]
    while cursor.accept_symbol(","):
        parts.append(read(cursor))
    return tuple(parts)


def read_item(cursor: Cursor) -> Item:
    """An expression and the name that is given to it."""
    start = cursor.peek().span.start
    value = whole_expression(cursor)
    text = cursor.text[start : cursor.end_of_last]
    alias = read_name(cursor) if cursor.accept_word("as") else None
    return Item(value, alias, text, span=cursor.span_from(start))


def read_names(cursor: Cursor) -> tuple[str, ...]:
    """Names with commas between them."""
    return list_of(cursor, read_name)


def end_of_command(cursor: Cursor, expected: str) -> None:
    """Refuse what follows a command that could have ended, or gone on as ``expected`` says."""
    token = cursor.peek()
    inside = cursor.read_query is None
    if token.kind is not Kind.END and not token.is_symbol("|") and not (inside and token.is_symbol(")")):
        cursor.refuse(expected, hint_for(cursor, token))


def hint_for(cursor: Cursor, token: Token) -> str | None:
    """What to write instead of a word of another language, or between two names that only a blank parts."""
    if token.word == "is" and cursor.peek_second().word not in {"not", "null"}:
        return WORDS["equals"]
    if token.word in WORDS:
        return WORDS[token.word]
    if token.kind is Kind.NAME and (token.text.startswith("@") or len(token.path) > 1):
        return "fields are separated by commas"
    if token.word in cursor.commands or token.word in LATER:
        return "did you forget a '|' before it?"
    return behind_hint(cursor.text, cursor.end_of_last, token.text)
