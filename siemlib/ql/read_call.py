"""Calls of saved queries: tokens to syntax, and back to text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siemlib.errors import QueryError
from siemlib.ql.call_nodes import MOST_PARAMETERS, Argument, Invoke
from siemlib.ql.diagnostic import RefusedError
from siemlib.ql.nodes import Boolean, Number, Text
from siemlib.ql.quoting import print_text
from siemlib.ql.tokens import Kind

if TYPE_CHECKING:
    from siemlib.ql.call_nodes import Literal
    from siemlib.ql.cursor import Cursor

_BARE = re.compile(r"[A-Za-z_@][A-Za-z0-9_@]*")
_PARAMETER_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HINT = 'for example: $Logins(user="ann", minutes=5)'


def read_invoke(cursor: Cursor) -> Invoke:
    """The call whose ``$`` comes next."""
    dollar = cursor.take()
    token = cursor.peek()
    if token.kind is not Kind.NAME or token.span.start != dollar.span.end:
        cursor.refuse("the name of a saved query directly behind '$'", _HINT)
    if cursor.read_query is None:
        raise RefusedError("a query inside another cannot call a saved query", dollar.span)
    cursor.take()
    cursor.expect_symbol("(", "'(' behind the name of a saved query", _HINT)
    arguments: list[Argument] = []
    if not cursor.peek().is_symbol(")"):
        arguments.append(_argument(cursor))
        while cursor.accept_symbol(","):
            arguments.append(_argument(cursor))
    cursor.expect_symbol(")", "',' or ')'", _HINT)
    span = cursor.span_from(dollar.span.start)
    for number, argument in enumerate(arguments):
        if any(argument.name == before.name for before in arguments[:number]):
            cursor.complain(f"the parameter '{argument.name}' is given twice", argument.span)
    if len(arguments) > MOST_PARAMETERS:
        cursor.complain(f"a saved query has at most {MOST_PARAMETERS} parameters", span)
    return Invoke(".".join(token.path), tuple(arguments), span=span)


def _argument(cursor: Cursor) -> Argument:
    name = cursor.peek()
    if name.kind is not Kind.NAME or not _PARAMETER_NAME.fullmatch(name.text):
        cursor.refuse("the name of a parameter", _HINT)
    cursor.take()
    cursor.expect_symbol("=", f"'=' behind '{name.text}'", _HINT)
    start = cursor.peek().span.start
    sign = "-" if cursor.accept_symbol("-") else ""
    token = cursor.peek()
    value: Literal
    if token.kind is Kind.NUMBER:
        value = Number(sign + cursor.take().text, span=cursor.span_from(start))
    elif sign:
        cursor.refuse("a number behind '-'")
    elif token.kind is Kind.STRING:
        value = Text(cursor.take().value, span=token.span)
    elif token.kind is Kind.PERIOD:
        # What is a period there stands without quotes here as well: bin({{size}}) and size=5m.
        value = Text(cursor.take().text, span=token.span)
    elif token.word in {"true", "false"}:
        value = Boolean(cursor.take().word == "true", span=token.span)
    else:
        cursor.refuse("a text in quotes, a number, true or false", _HINT)
    return Argument(name.text, value, span=cursor.span_from(name.span.start))


def print_invoke(call: Invoke) -> str:
    """The call as text. Raises QueryError for a name that no query can spell."""
    if not call.name or "`" in call.name or "\n" in call.name:
        raise QueryError(f"the name {call.name!r} cannot be written in a query")
    name = call.name if _BARE.fullmatch(call.name) else f"`{call.name}`"
    return f"${name}({', '.join(f'{each.name}={print_literal(each.value)}' for each in call.arguments)})"


def print_literal(value: Literal) -> str:
    """The value of a parameter as it stands in a call."""
    if isinstance(value, Text):
        return print_text(value.value)
    return value.text if isinstance(value, Number) else "true" if value.value else "false"
