"""Tokens to syntax: the commands about patterns and about two windows of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.ql.expressions import whole_expression
from siemlib.ql.nodes import Period
from siemlib.ql.pattern_nodes import Anomaly, Diff, Estimate, LogCompare, Pattern, PatternCommand, RelevantFields
from siemlib.ql.read_parts import list_of, read_field
from siemlib.ql.tokens import Kind, Token

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.ql.cursor import Cursor

BEFORE = {"previousday": "day", "previousweek": "week", "previousmonth": "month"}
"""What ``diff`` may be told, in lower case, and the length of time that it means."""

_RELEVANT = "for example: relevantfields srcAddr, dstPort where action = 'REJECT'"


def _pattern(cursor: Cursor, start: Token) -> Pattern:
    if cursor.peek().kind is Kind.END or cursor.peek().is_symbol("|"):
        cursor.refuse("a field", "for example: pattern @message")
    return Pattern(whole_expression(cursor), span=cursor.span_from(start.span.start))


def _anomaly(cursor: Cursor, start: Token) -> Anomaly:
    return Anomaly(span=cursor.span_from(start.span.start))


def _diff(cursor: Cursor, start: Token) -> Diff:
    token = cursor.peek()
    if token.kind is Kind.NAME and token.word not in BEFORE and token.word not in cursor.commands:
        cursor.refuse("'previousDay', 'previousWeek', 'previousMonth' or '|'", "'diff' alone looks at the span before")
    word = cursor.accept_word(*BEFORE)
    return Diff(BEFORE[word.word] if word else None, span=cursor.span_from(start.span.start))


def _logcompare(cursor: Cursor, start: Token) -> LogCompare:
    hint = "for example: logcompare timeshift 7d"
    if cursor.accept_word("timeshift") is None:
        cursor.refuse("'timeshift' and a length of time", hint)
    cursor.accept_symbol("=")
    token = cursor.peek()
    if token.kind is not Kind.PERIOD:
        cursor.refuse("a length of time", hint)
    cursor.take()
    shift = Period(int(token.text.removesuffix(token.value)), token.value, span=token.span)
    return LogCompare(shift, span=cursor.span_from(start.span.start))


def _relevant_fields(cursor: Cursor, start: Token) -> RelevantFields:
    every = cursor.peek().word == "where" and not cursor.peek_second().is_symbol(",")
    fields = () if every else list_of(cursor, read_field)
    if cursor.accept_word("where") is None:
        cursor.refuse("',' or 'where' and a condition", _RELEVANT)
    condition = whole_expression(cursor)
    return RelevantFields(fields, condition, every, span=cursor.span_from(start.span.start))


def _estimate(cursor: Cursor, start: Token) -> Estimate:
    return Estimate(span=cursor.span_from(start.span.start))


PATTERN_COMMANDS: dict[str, Callable[[Cursor, Token], PatternCommand]] = {
    "pattern": _pattern,
    "anomaly": _anomaly,
    "diff": _diff,
    "logcompare": _logcompare,
    "relevantfields": _relevant_fields,
    "estimate": _estimate,
}
"""As :data:`siemlib.ql.parser.COMMANDS`, which holds them too; that nothing follows is seen to there."""
