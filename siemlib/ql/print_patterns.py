"""Syntax to text, for the commands about patterns and about two windows of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from siemlib.ql.pattern_nodes import Anomaly, Diff, Estimate, LogCompare, Pattern, PatternCommand, RelevantFields

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.ql.nodes import Expression


def print_pattern_command(command: PatternCommand, spell: Callable[[Expression], str]) -> str:
    """The command as text; ``spell`` writes an expression."""
    match command:
        case Pattern(value=value):
            return f"pattern {spell(value)}"
        case Anomaly():
            return "anomaly"
        case Diff(before=before):
            return "diff" if before is None else f"diff previous{before.capitalize()}"
        case LogCompare(shift=shift):
            return f"logcompare timeshift {spell(shift)}"
        case RelevantFields(fields=fields, condition=condition, every=every):
            named = "" if every else f"{', '.join(map(spell, fields))} "
            return f"relevantfields {named}where {spell(condition)}"
        case Estimate():
            return "estimate"
        case _:
            assert_never(command)
