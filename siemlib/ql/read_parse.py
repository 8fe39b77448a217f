"""Tokens to syntax: ``parse``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.ql.ast import Parameter, ParseCsv, ParseGlob, ParseLogfmt, ParseRegex, Text
from siemlib.ql.expressions import primary, regex
from siemlib.ql.limits import glob_problem
from siemlib.ql.read_parts import end_of_command, read_names
from siemlib.ql.structure_commands import parse_mode
from siemlib.ql.tokens import Kind, Token

if TYPE_CHECKING:
    from siemlib.ql.cursor import Cursor


def read_parse(cursor: Cursor, start: Token) -> ParseGlob | ParseRegex | ParseLogfmt | ParseCsv:
    """``parse`` in any of its modes."""
    source = None if _at_pattern(cursor) or _at_mode(cursor) else primary(cursor)
    if _at_mode(cursor):
        command = parse_mode(cursor, source, start)
        end_of_command(cursor, "',' or '|'" if isinstance(command, ParseCsv) else "'|'")
        return command
    if not _at_pattern(cursor):
        hint = 'for example: parse @message "user=* " as user, or: parse @message /user=(?<user>\\S+)/'
        cursor.refuse("a pattern in quotes or a regular expression", hint)
    if cursor.peek().is_symbol("/"):
        pattern = regex(cursor)
        names = read_names(cursor) if cursor.accept_word("as") else ()
        multi = cursor.accept_word("multi") is not None
        end_of_command(cursor, "'|'" if multi else "',', 'multi' or '|'" if names else "'as', 'multi' or '|'")
        return ParseRegex(source, pattern, names, multi, span=cursor.span_from(start.span.start))
    glob = primary(cursor)
    if not isinstance(glob, Text | Parameter):
        raise TypeError(glob)
    if cursor.accept_word("as") is None:
        cursor.refuse("'as' and a name for each '*'", 'for example: parse @message "user=* " as user')
    names = read_names(cursor)
    problem = glob_problem(glob.value, len(names)) if isinstance(glob, Text) else None
    if problem is not None:
        cursor.complain(problem, glob.span)
    end_of_command(cursor, "',' or '|'")
    return ParseGlob(source, glob, names, span=cursor.span_from(start.span.start))


def _at_pattern(cursor: Cursor) -> bool:
    token = cursor.peek()
    return token.kind in {Kind.STRING, Kind.PARAMETER} or token.is_symbol("/")


def _at_mode(cursor: Cursor) -> bool:
    return cursor.peek().word in {"logfmt", "csv"} and cursor.peek_second().word == "as"
