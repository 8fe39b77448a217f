"""Walking an expression without recursion, so that its depth does not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from siemlib.ql.ast import (
    Access,
    Binary,
    Boolean,
    Call,
    Expression,
    Field,
    In,
    InQuery,
    Like,
    Number,
    Parameter,
    Period,
    Regex,
    Star,
    Text,
    Unary,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def children(expression: Expression) -> tuple[Expression, ...]:  # noqa: PLR0911 - one for each construct
    """The expressions directly inside this one, in the order of the text."""
    match expression:
        case Unary(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Like(value=value, pattern=pattern):
            return (value, pattern)
        case In(value=value, items=items):
            return (value, *items)
        case InQuery(value=value):
            return (value,)
        case Call(arguments=arguments):
            return arguments
        case Access(value=value):
            return (value,)
        case Field() | Text() | Number() | Boolean() | Regex() | Period() | Parameter() | Star():
            return ()
        case _:
            assert_never(expression)


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and everything inside it, in the order of the text."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def depth(expression: Expression) -> int:
    """The longest way from this expression down to a literal or a field; 0 for those themselves."""
    deepest = 0
    waiting = [(expression, 0)]
    while waiting:
        node, level = waiting.pop()
        deepest = max(deepest, level)
        waiting.extend((child, level + 1) for child in children(node))
    return deepest
