"""Tokens to syntax: the commands of a pipeline. Every error of a query is reported at once."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from siemlib.ql.ast import (
    Call,
    Command,
    Dedup,
    Display,
    Expand,
    Expression,
    Field,
    Fields,
    Filter,
    JsonField,
    Limit,
    Number,
    Parameter,
    Query,
    Selection,
    Sort,
    SortKey,
    Span,
    Stats,
    Unnest,
)
from siemlib.ql.cursor import Cursor
from siemlib.ql.diagnostic import CompileError, Diagnostic, RefusedError
from siemlib.ql.expressions import whole_expression
from siemlib.ql.foreign import COMMANDS as FOREIGN_COMMANDS
from siemlib.ql.limits import half_character, limit_problem
from siemlib.ql.read_call import read_invoke
from siemlib.ql.read_inner import INNER_COMMANDS, read_query
from siemlib.ql.read_parse import read_parse
from siemlib.ql.read_parts import end_of_command, hint_for, list_of, read_field, read_item
from siemlib.ql.read_patterns import PATTERN_COMMANDS
from siemlib.ql.read_rows import ROW_COMMANDS
from siemlib.ql.read_source import read_source
from siemlib.ql.structure_commands import expand, json_field, unnest
from siemlib.ql.tokens import Kind, Token
from siemlib.ql.words import LATER, LONGEST_QUERY

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_ERRORS = 100
_SOME_COMMANDS = "commands are fields, filter, parse, stats, sort, limit, dedup, display and others"


def parse(text: str) -> Query:
    """The syntax of a query.

    Raises:
        CompileError: with every error of the query (it stops at a hundred broken commands); after a broken command the
            parser goes on behind the next ``|``.
    """
    cursor = _open(text)
    commands: list[Command] = []
    selection: Selection | None = None
    more = True
    while more:
        start = cursor.end_of_last
        try:
            if not start:
                cursor.accept_symbol("|")
                if cursor.accept_word("source"):
                    selection = read_source(cursor)
                    end_of_command(cursor, "'|'")
                    more = cursor.accept_symbol("|") is not None
                    continue
            command = _command(cursor)
            if command is not None:
                commands.append(command)
            more = cursor.accept_symbol("|") is not None
        except RefusedError as refused:
            cursor.errors.append(refused.diagnostic)
            cursor.skip_command(start, refused.diagnostic.span.start)
            more = len(cursor.errors) < _MOST_ERRORS and cursor.accept_symbol("|") is not None
    if not commands and selection is None and not cursor.errors:
        cursor.complain("the query is empty", Span(len(text), len(text)), "for example: fields @timestamp, @message")
    if cursor.errors:
        raise CompileError(text, cursor.errors)
    return Query(tuple(commands), selection=selection, span=Span(0, len(text)))


def parse_expression(text: str) -> Expression:
    """The syntax of one expression, such as a condition.

    Raises:
        CompileError: also where something follows the expression.
    """
    cursor = _open(text)
    try:
        result = whole_expression(cursor)
        if cursor.peek().kind is not Kind.END:
            cursor.refuse("an operator or the end", hint_for(cursor, cursor.peek()))
    except RefusedError as refused:
        raise CompileError(text, [*cursor.errors, refused.diagnostic]) from None
    if cursor.errors:
        raise CompileError(text, cursor.errors)
    return result


def _open(text: str) -> Cursor:
    if len(text) > LONGEST_QUERY:
        message = f"the query has {len(text):,} characters; {LONGEST_QUERY:,} are allowed"
        raise CompileError(text, [Diagnostic(message, Span(LONGEST_QUERY, len(text)))])
    if (half := half_character(text)) is not None:
        raise CompileError(text, [Diagnostic("this is half of a character, and no text", Span(half, half + 1))])
    cursor = Cursor(text)
    cursor.commands = frozenset(COMMANDS)
    cursor.read_query = lambda: read_query(cursor, _command)
    return cursor


def _command(cursor: Cursor) -> Command | None:
    """The next command; ``None`` where only a comment stands, as a command that was commented out leaves it."""
    start = cursor.peek()
    if (start.is_symbol("|") or start.kind is Kind.END) and cursor.only_a_comment_ahead():
        return None
    if start.kind is Kind.END and cursor.end_of_last == 0:
        return None
    if start.is_symbol("$"):
        call = read_invoke(cursor)
        end_of_command(cursor, "'|'")
        return call
    read = COMMANDS.get(start.word)
    if read is None:
        raise _unknown(cursor, start)
    cursor.take()
    command = read(cursor, start)
    end_of_command(cursor, "'|'")
    return command


def _unknown(cursor: Cursor, token: Token) -> RefusedError:
    if token.word == "source":
        return RefusedError("'SOURCE' stands at the head of a query, and once", token.span)
    if token.word in LATER:
        name = LATER[token.word]
        hint = "use 'limit'" if name in {"head", "tail"} else None
        return RefusedError(f"the command '{name}' is not supported yet", token.span, hint)
    if token.kind is not Kind.NAME:
        return RefusedError(f"expected a command, found {token.found}", token.span, "for example 'fields' or 'filter'")
    if cursor.peek_second().is_symbol("(") and token.word != "unmask":
        hint = "functions stand inside a command, such as 'stats', 'fields' or 'filter'"
    elif token.word in FOREIGN_COMMANDS:
        hint = FOREIGN_COMMANDS[token.word]
    else:
        names = {**LATER, "source": "SOURCE", **{name: name for name in COMMANDS}}
        near = difflib.get_close_matches(token.text.lower(), names, n=1, cutoff=0.7)
        hint = f"did you mean '{names[near[0]]}'?" if near else _SOME_COMMANDS
        if not near and cursor.end_of_last == 0:
            hint += f'; to look for a word: filter @message like "{token.text[:40]}"'
    return RefusedError(f"unknown command '{token.text}'", token.span, hint)


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _fields(cursor: Cursor, start: Token) -> Fields:
    items = list_of(cursor, read_item)
    end_of_command(cursor, "an operator, ',', 'as' or '|'")
    return Fields(items, span=cursor.span_from(start.span.start))


def _display(cursor: Cursor, start: Token) -> Display:
    items = list_of(cursor, read_item)
    end_of_command(cursor, "an operator, ',', 'as' or '|'")
    return Display(items, span=cursor.span_from(start.span.start))


def _filter(cursor: Cursor, start: Token) -> Filter:
    condition = whole_expression(cursor)
    token = cursor.peek()
    joined = token.is_symbol(",") or (token.kind is Kind.NAME and hint_for(cursor, token) is None)
    if joined and (cursor.read_query is not None or not token.is_symbol(")")):
        cursor.refuse("an operator, 'and', 'or' or '|'", "conditions are joined by 'and' or 'or'")
    end_of_command(cursor, "an operator, 'and', 'or' or '|'")
    return Filter(condition, span=cursor.span_from(start.span.start))


def _sort(cursor: Cursor, start: Token) -> Sort:
    if start.word == "order" and cursor.accept_word("by") is None:
        cursor.refuse("'by' after 'order'")
    # "sort by x" is in AWS's own samples; "sort by" alone sorts by a field of that name.
    if cursor.peek().word == "by" and cursor.peek_second().kind is Kind.NAME:
        cursor.take()
    keys = list_of(cursor, _sort_key)
    end_of_command(cursor, "an operator, 'asc', 'desc', ',' or '|'")
    return Sort(keys, span=cursor.span_from(start.span.start))


def _sort_key(cursor: Cursor) -> SortKey:
    start = cursor.peek().span.start
    key = whole_expression(cursor)
    if isinstance(key, Call) and key.name.lower() == "bin":
        hint = "name the bin and sort by its name: stats … by bin(1h) as t | sort t"
        cursor.complain("'sort' cannot compute a bin", key.span, hint)
    direction = cursor.accept_word("asc", "desc")
    if direction is None and isinstance(key, Field) and key.path in {("asc",), ("desc",)}:
        following = cursor.peek()
        if following.kind is Kind.NAME and following.word not in {"asc", "desc"}:
            cursor.refuse("',' or '|'", f"the direction stands behind: sort {following.text} {key.name}")
    descending = direction is not None and direction.word == "desc"
    return SortKey(key, descending, span=cursor.span_from(start))


def _stats(cursor: Cursor, start: Token) -> Stats:
    items = list_of(cursor, read_item)
    by = list_of(cursor, read_item) if cursor.accept_word("by") else ()
    if by and cursor.peek().word == "offset":
        raise RefusedError("'stats … offset' is not supported yet", cursor.peek().span)
    end_of_command(cursor, "an operator, ',', 'as' or '|'" if by else "an operator, ',', 'as', 'by' or '|'")
    return Stats(items, by, span=cursor.span_from(start.span.start))


def _limit(cursor: Cursor, start: Token) -> Limit:
    anywhere = cursor.accept_word("any") is not None
    sign = cursor.accept_symbol("-")
    token = cursor.peek()
    if token.kind not in {Kind.NUMBER, Kind.PARAMETER}:
        cursor.refuse("a whole number", "for example: limit 20")
    cursor.take()
    span = cursor.span_from(start.span.start)
    if token.kind is Kind.PARAMETER:
        end_of_command(cursor, "'|'")
        return Limit(Parameter(token.value, span=token.span), anywhere, span=span)
    problem = limit_problem(("-" if sign else "") + token.text)
    if problem is not None:
        cursor.complain(problem, Span(sign.span.start, token.span.end) if sign else token.span)
    if cursor.peek().is_symbol(","):
        cursor.refuse("'|'", "a number is written without commas")
    end_of_command(cursor, "'|'")
    return Limit(Number(token.text, span=token.span), anywhere, span=span)


def _dedup(cursor: Cursor, start: Token) -> Dedup:
    fields = list_of(cursor, read_field)
    if cursor.peek().is_symbol("("):
        cursor.refuse("',' or '|'", "name the value in a 'fields' before, and give the name")
    end_of_command(cursor, "',' or '|'")
    return Dedup(fields, span=cursor.span_from(start.span.start))


def _unnest(cursor: Cursor, start: Token) -> Unnest:
    command = unnest(cursor, start)
    end_of_command(cursor, "'|'")
    return command


def _expand(cursor: Cursor, start: Token) -> Expand:
    command = expand(cursor, start)
    end_of_command(cursor, "'|'")
    return command


def _json(cursor: Cursor, start: Token) -> JsonField:
    command = json_field(cursor, start)
    end_of_command(cursor, "'|'")
    return command


COMMANDS: dict[str, Callable[[Cursor, Token], Command]] = {
    "fields": _fields,
    "display": _display,
    "filter": _filter,
    "where": _filter,
    "parse": read_parse,
    "sort": _sort,
    "order": _sort,
    "stats": _stats,
    "limit": _limit,
    "dedup": _dedup,
    "unnest": _unnest,
    "expand": _expand,
    "json": _json,
    **ROW_COMMANDS,
    **INNER_COMMANDS,
    **PATTERN_COMMANDS,
}
"""A command's reader is called behind the command's word, which it gets as well, and reads up to the next ``|``."""
