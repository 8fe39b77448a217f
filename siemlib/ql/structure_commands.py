"""The readers of the commands that take lists and maps apart; the parser calls them and looks for the next ``|``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siemlib.ql.ast import Expand, Expression, Field, JsonField, ParseCsv, ParseLogfmt, Unnest
from siemlib.ql.expressions import whole_expression
from siemlib.ql.tokens import Kind, Token

if TYPE_CHECKING:
    from siemlib.ql.cursor import Cursor

_PATH = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[[0-9]{1,9}\])*")
_SEGMENT = re.compile(r"[^.\[\]]+")
_JSON_EXAMPLE = 'for example: json field=payload "user.name" as username'


def unnest(cursor: Cursor, start: Token) -> Unnest:
    """``unnest list into name``."""
    value = whole_expression(cursor)
    if cursor.accept_word("into") is None:
        cursor.refuse("an operator or 'into'", "for example: unnest json.events into event")
    return Unnest(value, _name(cursor, "into"), span=cursor.span_from(start.span.start))


def expand(cursor: Cursor, start: Token) -> Expand:
    """``expand field``."""
    return Expand(_field(cursor, "for example: expand items"), span=cursor.span_from(start.span.start))


def json_field(cursor: Cursor, start: Token) -> JsonField:
    """``json field=name "path" as alias``."""
    if cursor.accept_word("field") is None:
        cursor.refuse("'field=' after 'json'", _JSON_EXAMPLE)
    cursor.expect_symbol("=", "'='", _JSON_EXAMPLE)
    source = _field(cursor, _JSON_EXAMPLE)
    token = cursor.peek()
    if token.kind is not Kind.STRING:
        cursor.refuse("a path in quotes", _JSON_EXAMPLE)
    cursor.take()
    if not _PATH.fullmatch(token.value):
        cursor.complain("this is no path of keys and indexes", token.span, 'for example: "user.name" or "list[0].name"')
    if cursor.accept_word("as") is None:
        cursor.refuse("'as' and a name", _JSON_EXAMPLE)
    return JsonField(source, token.value, _name(cursor, "as"), span=cursor.span_from(start.span.start))


def path_of(text: str) -> tuple[str, ...]:
    """The segments of the path in a ``json field``: ``user.list[0]`` is ``("user", "list", "0")``."""
    return tuple(_SEGMENT.findall(text))


def parse_mode(cursor: Cursor, source: Expression | None, start: Token) -> ParseLogfmt | ParseCsv:
    """``logfmt as name`` or ``csv as name, …``, behind the source of a ``parse``."""
    word = cursor.take().word
    cursor.take()
    names = [_name(cursor, "as")]
    while word == "csv" and cursor.accept_symbol(","):
        names.append(_name(cursor, ","))
    if word == "logfmt" and cursor.peek().is_symbol(","):
        cursor.refuse("'|'", "logfmt gives one map, whose parts are lf.key: parse @message logfmt as lf")
    span = cursor.span_from(start.span.start)
    return ParseLogfmt(source, names[0], span=span) if word == "logfmt" else ParseCsv(source, tuple(names), span=span)


def _name(cursor: Cursor, word: str) -> str:
    if cursor.peek().kind is not Kind.NAME:
        cursor.refuse(f"a name after '{word}'")
    return ".".join(cursor.take().path)


def _field(cursor: Cursor, hint: str) -> Field:
    token = cursor.peek()
    if token.kind is not Kind.NAME:
        cursor.refuse("a field", hint)
    return Field(cursor.take().path, span=token.span)
