"""Expressions, by precedence climbing.

From loose to tight: ``or``, ``and``, ``not``, comparison, ``+ -``, ``* / %``, minus, ``^``. Comparisons do not chain.
The specification leaves open how ``^`` associates. Here ``2 ^ 3 ^ 2`` is ``2 ^ (3 ^ 2)``, ``-2 ^ 2`` is ``-(2 ^ 2)``,
as in mathematics.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

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
    Query,
    Regex,
    Span,
    Star,
    Text,
    Unary,
)
from siemlib.ql.diagnostic import RefusedError
from siemlib.ql.regexes import fault
from siemlib.ql.tokens import Kind, Token
from siemlib.ql.tree import depth
from siemlib.ql.words import DEEPEST, LONGEST_CHAIN, RESERVED, UNITS

if TYPE_CHECKING:
    from siemlib.ql.cursor import Cursor


class Level(IntEnum):
    """How tightly an operator binds."""

    OR = 1
    AND = 2
    NOT = 3
    COMPARISON = 4
    ADDITIVE = 5
    MULTIPLICATIVE = 6
    MINUS = 7
    POWER = 8
    PRIMARY = 9


LEVELS: dict[str, Level] = {
    "or": Level.OR,
    "and": Level.AND,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), Level.COMPARISON),
    **dict.fromkeys(("+", "-"), Level.ADDITIVE),
    **dict.fromkeys(("*", "/", "%"), Level.MULTIPLICATIVE),
    "^": Level.POWER,
}
"""The binary operators of :class:`~siemlib.ql.ast.Binary`."""

_OTHER_SPELLINGS = {"==": "="}
_MATCHING = frozenset({"like", "in", "not", "=~"})
_FOREIGN = {
    "!~": "write 'not like'",
    "<>": "write '!='",
    "&&": "write 'and'",
    "||": "write 'or'",
}
A_VALUE = "a field, a value or a function"
"""What an expression may begin with, in the words of a message."""


def whole_expression(cursor: Cursor) -> Expression:
    """An expression of any kind, no deeper than the stages behind the parser can stand."""
    start = cursor.peek().span.start
    result = expression(cursor)
    if depth(result) > DEEPEST:
        raise RefusedError(
            f"this expression is more than {DEEPEST} operations deep",
            cursor.span_from(start),
            "compute parts of it in a 'fields' before",
        )
    return result


def expression(cursor: Cursor, floor: Level = Level.OR) -> Expression:
    """The longest expression from here whose operators bind at least as tightly as ``floor``."""
    start = cursor.peek().span.start
    left = _operand(cursor, floor)
    compared = False
    while True:
        token = cursor.peek()
        name = _operator(token)
        if name in _MATCHING:
            level = Level.COMPARISON
        elif name in LEVELS:
            level = LEVELS[name]
        else:
            break
        if level < floor:
            break
        if level == Level.COMPARISON and compared:
            hint = "join two comparisons by 'and', or put one into parentheses"
            raise RefusedError(f"comparisons do not chain; found {token.found} behind one", token.span, hint)
        compared = compared or level == Level.COMPARISON
        if name in _MATCHING:
            left = _matching(cursor, left, start)
        elif level <= Level.AND:
            left = _chain(cursor, left, name, start)
            compared = False
        else:
            left = _binary(cursor, left, name, start)
    if token.kind is Kind.SYMBOL and token.text in _FOREIGN:
        hint = _FOREIGN[token.text]
        if token.text == "||" and cursor.peek_second().word in cursor.commands:
            hint = "between two commands stands one '|'"
        raise RefusedError(f"unknown operator '{token.text}'", token.span, hint)
    return left


def primary(cursor: Cursor) -> Expression:  # noqa: C901, PLR0911 - one for each kind of token
    """A literal, a field, a call or something in parentheses."""
    token = cursor.peek()
    span = token.span
    match token.kind:
        case Kind.STRING:
            return Text(cursor.take().value, span=span)
        case Kind.NUMBER:
            return Number(cursor.take().value, span=span)
        case Kind.PERIOD:
            cursor.take()
            return Period(int(token.text.removesuffix(token.value)), token.value, span=span)
        case Kind.PARAMETER:
            return Parameter(cursor.take().value, span=span)
        case Kind.NAME:
            return _named(cursor)
        case _:
            pass
    if token.is_symbol("/"):
        return regex(cursor)
    if token.is_symbol("("):
        return _in_parentheses(cursor)
    hint = None
    if token.is_symbol("*"):
        hint = "'*' stands only in a function, as in count(*)"
    elif token.is_symbol("["):
        hint = "a list stands only behind 'in'"
    elif token.is_symbol("=", "=="):
        hint = "write one '='"
    return cursor.refuse(A_VALUE, hint)


def regex(cursor: Cursor) -> Regex:
    """The regular expression that starts here; what the engines cannot do is complained about."""
    token = cursor.take_regex()
    # Checked as written, so that the places are those of the text.
    if found := fault(token.text[1:-1]):
        inside = token.span.start + 1
        cursor.complain(found.message, Span(inside + found.start, inside + found.end), found.hint)
    return Regex(token.value, span=token.span)


# ── operands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _operand(cursor: Cursor, floor: Level) -> Expression:
    token = cursor.peek()
    if token.is_symbol("!") or (token.word == "not" and not _is_field(cursor)):
        if floor > Level.NOT:
            raise RefusedError(
                f"'{token.text}' cannot stand here", token.span, "put 'not' and what it negates into parentheses"
            )
        cursor.take()
        return Unary("not", _nested(cursor, token, Level.NOT), span=cursor.span_from(token.span.start))
    if token.is_symbol("-"):
        cursor.take()
        literal = cursor.peek()
        operand = _nested(cursor, token, Level.MINUS)
        span = cursor.span_from(token.span.start)
        if isinstance(operand, Number) and literal.kind is Kind.NUMBER:
            return Number("-" + operand.text, span=span)
        return Unary("-", operand, span=span)
    return primary(cursor)


def _nested(cursor: Cursor, opener: Token, floor: Level) -> Expression:
    cursor.nest(opener)
    result = expression(cursor, floor)
    cursor.unnest()
    return result


def _in_parentheses(cursor: Cursor) -> Expression:
    opener = cursor.take()
    result = _nested(cursor, opener, Level.OR)
    ended = cursor.peek().kind is Kind.END or cursor.peek().is_symbol("|")
    column = opener.span.start - cursor.text.rfind("\n", 0, opener.span.start)
    cursor.expect_symbol(")", "an operator or ')'", f"the '(' in column {column} is not closed" if ended else None)
    _no_member_of_group(cursor)
    return result


def _named(cursor: Cursor) -> Expression:
    token = cursor.peek()
    if token.word in {"true", "false"}:
        cursor.take()
        return Boolean(token.word == "true", span=token.span)
    if token.word == "null":
        hint = "write ispresent(x), or not ispresent(x); a field called 'null' is written `null`"
        raise RefusedError("there is no 'null' to compare with", token.span, hint)
    if token.word in RESERVED and not _is_field(cursor):
        cursor.refuse(A_VALUE, f"a field called '{token.text}' is written `{token.text}`")
    cursor.take()
    if cursor.peek().is_symbol("("):
        return _call(cursor, token)
    return Field(token.path, span=token.span)


def _is_field(cursor: Cursor) -> bool:
    """Whether the reserved word that comes next can only be meant as a field: nothing it could govern follows it."""
    following = cursor.peek_second()
    return (
        following.kind is Kind.END
        or following.is_symbol(",", ")", "]", "|", "=", "==", "!=", "<", "<=", ">", ">=")
        or following.word == "as"
    )


def _call(cursor: Cursor, name: Token) -> Call | Access:
    if len(name.path) > 1 or not name.text.isidentifier():
        raise RefusedError(f"'{name.text}' is not a function", name.span)
    opener = cursor.take()
    arguments: list[Expression] = []
    cursor.nest(opener)
    if not cursor.peek().is_symbol(")"):
        arguments.append(_argument(cursor))
        while cursor.accept_symbol(","):
            arguments.append(_argument(cursor))
    cursor.unnest()
    distinct = isinstance(arguments[-1] if arguments else None, Field) and cursor.text[: cursor.end_of_last].lower()
    hint = "write countDistinct(x)" if distinct and distinct.endswith("(distinct") else None
    if cursor.peek().word in UNITS and isinstance(arguments[-1] if arguments else None, Number):
        hint = "a period has no blank inside: 5m"
    cursor.expect_symbol(")", "an operator, ',' or ')'", hint)
    call = Call(name.text, tuple(arguments), span=cursor.span_from(name.span.start))
    path = cursor.take_members()
    return Access(call, path, span=cursor.span_from(name.span.start)) if path else call


def _argument(cursor: Cursor) -> Expression:
    if cursor.peek().is_symbol("*"):
        return Star(span=cursor.take().span)
    return expression(cursor)


def _no_member_of_group(cursor: Cursor) -> None:
    """``jsonParse(x).y`` is in the language, ``(x).y`` is not."""
    end = cursor.end_of_last
    if cursor.text[end : end + 1] in {".", "["}:
        raise RefusedError(
            "a part can be taken of a field or of what a function gives, not of what stands in parentheses",
            Span(end, end + 1),
            "name the value in one 'fields' and take its part in the next: fields (…) as r | fields r.part",
        )


# ── operators ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _operator(token: Token) -> str:
    if token.kind is Kind.SYMBOL:
        return _OTHER_SPELLINGS.get(token.text, token.text)
    return token.word


def _binary(cursor: Cursor, left: Expression, name: str, start: int) -> Binary:
    right = _nested(cursor, cursor.take(), Level.POWER if name == "^" else Level(LEVELS[name] + 1))
    return Binary(name, left, right, span=cursor.span_from(start))


def _chain(cursor: Cursor, first: Expression, name: str, start: int) -> Expression:
    """``first and second and …``: left-deep while it is short, balanced when it is long."""
    operands = [first]
    while token := cursor.accept_word(name):
        operands.append(_nested(cursor, token, Level(LEVELS[name] + 1)))
    if len(operands) > LONGEST_CHAIN:
        return _balanced(name, operands, cursor.span_from(start))
    result = first
    for operand in operands[1:]:
        result = Binary(name, result, operand, span=Span(start, operand.span.end))
    return result


def _balanced(name: str, operands: list[Expression], span: Span) -> Expression:
    if len(operands) == 1:
        return operands[0]
    middle = (len(operands) + 1) // 2
    left = _balanced(name, operands[:middle], Span(span.start, operands[middle - 1].span.end))
    right = _balanced(name, operands[middle:], Span(operands[middle].span.start, span.end))
    return Binary(name, left, right, span=span)


def _matching(cursor: Cursor, value: Expression, start: int) -> Expression:
    negated = cursor.accept_word("not") is not None
    if cursor.peek().word == "in" and cursor.peek_second().is_symbol("("):
        cursor.take()
        query = _query(cursor)
        return InQuery(value, query, negated, span=cursor.span_from(start))
    if cursor.accept_word("in"):
        items = _list(cursor)
        return In(value, items, negated, span=cursor.span_from(start))
    if token := cursor.accept_word("like") or (None if negated else cursor.accept_symbol("=~")):
        pattern = _nested(cursor, token, Level.ADDITIVE)
        return Like(value, pattern, negated, span=cursor.span_from(start))
    return cursor.refuse("'in' or 'like' after 'not'", "write '!='" if cursor.peek().is_symbol("=", "==") else None)


def _query(cursor: Cursor) -> Query:
    opener = cursor.peek()
    first = cursor.peek_second()
    is_command = first.word in cursor.commands and not cursor.peek_third().is_symbol(",", ")")
    if first.word != "source" and not is_command:
        _list(cursor)  # which says what a list looks like
    if cursor.read_query is None:
        raise RefusedError("a query in parentheses cannot hold another", opener.span, "queries are not nested")
    return cursor.read_query()


def _member(cursor: Cursor) -> Expression:
    if cursor.peek().is_symbol("]"):
        cursor.refuse("a value", "a list has at least one value, and no comma at its end")
    return expression(cursor)


def _list(cursor: Cursor) -> tuple[Expression, ...]:
    opener = cursor.peek()
    if opener.is_symbol("("):
        cursor.refuse("'[' after 'in'", 'a list stands in square brackets: in ["a", "b"]')
    cursor.expect_symbol("[", "'[' after 'in'", 'a list stands in square brackets: in ["a", "b"]')
    cursor.nest(opener)
    items = [_member(cursor)]
    while cursor.accept_symbol(","):
        items.append(_member(cursor))
    cursor.unnest()
    cursor.expect_symbol("]", "',' or ']'")
    return tuple(items)
