"""Syntax → plan, for the commands about patterns and about two windows of time."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, assert_never

from siemlib.model.event import FieldType
from siemlib.ql import ast
from siemlib.ql.pattern_nodes import (
    Anomaly,
    Diff,
    Estimate,
    LogCompare,
    Pattern,
    PatternCommand,
    RelevantFields,
)
from siemlib.ql.plan import Compute, Extract, Ref, Spread, Where
from siemlib.ql.plan_inner import Among
from siemlib.ql.plan_patterns import Anomalies, Baseline, Differences, Patterns, Relevance
from siemlib.ql.plan_tables import LookUp
from siemlib.ql.scope import Scope
from siemlib.ql.words import UNITS

if TYPE_CHECKING:
    from siemlib.ql.analyse import Analysis
    from siemlib.ql.plan import Expr, Symbol

COMPARISONS = (Diff, LogCompare, Anomaly)
"""Commands that need the patterns of an earlier window too."""

ESTIMATED = "@estimatedBytesScanned"
"""The column that ``estimate`` gives."""

EVERY_TOO = ("@logStream", "@log")
"""System fields that ``relevantfields`` looks at where none is named; the others differ from event to event."""

MOST_OF_EVERY = 100
"""Discovered fields that it looks at then."""

_EVERY = (
    f"'relevantfields' names no field, so it looks at those found in the events, of most events first, {MOST_OF_EVERY}"
    f" at most, and at {' and '.join(EVERY_TOO)}."
)
_EVENT_BY_EVENT = (Compute, Where, Extract, Spread, LookUp, Among)
_NOTES = {
    "pattern": "The patterns of this result are made by a method of this program, not by the service's: its patterns"
    " and their counts may be cut differently.",
    "anomaly": "The service does not publish how it finds anomalies; here an anomaly is a pattern that is new, or whose"
    " number differs from the earlier window by at least three standard deviations of a chance count.",
    "relevantfields": "The service does not publish its relevance score; here it is how far the distributions of a"
    " field's values inside and outside the condition are apart, from 0 to 1.",
    "outlier": "The service does not publish its quartiles; here they are interpolated between neighbouring values.",
    "estimate": "The estimate is the size of the messages in the parts of the archive that would be read; nothing was"
    " read.",
}


def note(analysis: Analysis, word: str) -> None:
    """Say in the result that ``word`` rests on a method of ours."""
    analysis.notes[_NOTES[word]] = None


def pattern_command(analysis: Analysis, command: PatternCommand) -> None:
    """Add the step of ``command``."""
    match command:
        case Pattern():
            _pattern(analysis, command, command)
        case Diff(before=before):
            baseline = Baseline() if before is None else Baseline(1, {"day": "d", "week": "w", "month": "mo"}[before])
            _differences(analysis, command, baseline)
        case LogCompare(shift=shift):
            if shift.amount == 0:
                analysis.resolver.complain("'timeshift' is longer than nothing", shift.span, "for example: 7d")
            if not any(isinstance(step, Patterns) for step in analysis.steps):
                # It stands on events: the patterns are those of the message (its only documented example).
                message = ast.Field(("@message",), span=command.span)
                _pattern(analysis, Pattern(message, span=command.span), command)
            _differences(analysis, command, Baseline(shift.amount, UNITS[shift.unit.lower()]))
        case Anomaly():
            _anomalies(analysis, command)
        case RelevantFields():
            _relevance(analysis, command)
        case Estimate():
            _estimate(analysis, command)
        case _:
            assert_never(command)


def check_inside(inside: Analysis) -> None:
    """A query in parentheses is asked of one span of time, and is run."""
    for command in inside.query.commands:
        if isinstance(command, (*COMPARISONS, Estimate)):
            message = f"'{_word(command)}' cannot stand in a query inside another"
            inside.resolver.complain(message, command.span, "ask it on its own")
        if isinstance(command, RelevantFields) and command.every:
            message = "'relevantfields' in a query inside another names the fields it looks at"
            inside.resolver.complain(message, command.span, "for example: relevantfields a, b where c > 1")


def _pattern(analysis: Analysis, command: Pattern, asked: Pattern | LogCompare) -> None:
    """Add the step of ``command``, which stands where ``asked`` does."""
    resolver = analysis.resolver
    before = list(takewhile(lambda other: other is not asked, analysis.query.commands))
    for other in before:
        if isinstance(other, ast.Sort):
            resolver.complain(f"'sort' must come after '{_word(asked)}'", other.span)
        if isinstance(other, Pattern):
            resolver.complain("a query has one 'pattern' only", command.span)
    value = resolver.expression(command.value)
    earlier = next((c for c in analysis.query.commands if isinstance(c, COMPARISONS)), None)
    if earlier is not None and not all(isinstance(step, _EVENT_BY_EVENT) for step in analysis.steps):
        hint = "what groups, counts or cuts rows can come after it"
        resolver.complain(
            f"before '{_word(earlier)}' only commands that look at one event at a time may stand", earlier.span, hint
        )
    after = _after(analysis, _word(command))
    shown = (
        after.define("@pattern", FieldType.TEXT),
        after.define("@ratio", FieldType.NUMBER),
        after.define("@sampleCount", FieldType.INTEGER),
        after.define("@severityLabel", FieldType.TEXT),
    )
    hidden = (after.define("@PatternId", FieldType.TEXT), after.define("@regexString", FieldType.TEXT))
    counts = (after.hidden("#earlier", FieldType.INTEGER), after.hidden("#compared", FieldType.INTEGER))
    analysis.steps.append(Patterns(value, *shown, *hidden, *(counts if earlier is not None else (None, None))))
    analysis.grouped = list(shown)
    note(analysis, "pattern")


def _after(analysis: Analysis, word: str) -> Scope:
    """The names behind a command that gives other rows than it takes: none yet."""
    after = Scope(None, made_by=word)
    analysis.resolver.scope = after
    analysis.sides, analysis.kept = None, []
    analysis.shown, analysis.chosen, analysis.displayed = [], False, None
    return after


def _compared(analysis: Analysis, command: Diff | LogCompare | Anomaly, baseline: Baseline) -> Patterns | None:
    """The patterns that the command compares, if it stands where it can."""
    steps = [step for step in analysis.steps if isinstance(step, Patterns)]
    if not steps or analysis.scope.look_up(("@pattern",)) != steps[-1].pattern:
        word = _word(command)
        message = f"'{word}' has to be used after 'pattern'"
        if isinstance(command, Diff):
            message = "Diff compilation Failed : Diff operation has to be used after Pattern"
        analysis.resolver.complain(message, command.span, f"for example: pattern @message | {word}")
        return None
    if analysis.baseline is not None:
        analysis.resolver.complain("a query compares with one earlier window only", command.span)
    analysis.baseline = baseline
    return steps[-1]


def _differences(analysis: Analysis, command: Diff | LogCompare, baseline: Baseline) -> None:
    patterns = _compared(analysis, command, baseline)
    if patterns is None:
        return
    difference = _new(analysis, "@differenceCount", FieldType.INTEGER)
    description = _new(analysis, "@differenceDescription", FieldType.TEXT)
    size = analysis.scope.hidden("#size", FieldType.INTEGER)
    analysis.steps.append(Differences(patterns, difference, size, description, _word(command)))
    shown = [patterns.pattern, patterns.count, difference, description, patterns.severity]
    analysis.grouped, analysis.shown, analysis.chosen, analysis.displayed = shown, [], False, None


def _anomalies(analysis: Analysis, command: Anomaly) -> None:
    patterns = _compared(analysis, command, Baseline())
    if patterns is None:
        return
    kind = _new(analysis, "@anomalyType", FieldType.TEXT)
    score = _new(analysis, "@anomalyScore", FieldType.NUMBER)
    description = _new(analysis, "@anomalyDescription", FieldType.TEXT)
    rank = analysis.scope.hidden("#rank", FieldType.INTEGER)
    analysis.steps.append(Anomalies(patterns, rank, kind, score, description))
    # They stand behind the columns so far, and go with them when a later 'fields' chooses others.
    chosen = analysis.shown if analysis.chosen else analysis.grouped
    columns = chosen if analysis.displayed is None else analysis.displayed
    (columns if columns is not None else analysis.shown).extend((kind, score, description))
    note(analysis, "anomaly")


def _new(analysis: Analysis, name: str, kind: FieldType) -> Symbol:
    return analysis.scope.define(name, kind)


def _relevance(analysis: Analysis, command: RelevantFields) -> None:
    resolver = analysis.resolver
    if not analysis.scope.is_open:
        resolver.complain("'relevantfields' looks at events; it stands before 'stats' and 'pattern'", command.span)
        return
    values: dict[str, Expr] = {}
    for field in command.fields:
        made = field.name in analysis.ephemeral or field.name in analysis.scope.names
        if command.every and made and field.name not in EVERY_TOO:
            continue
        if field.name in analysis.ephemeral:
            hint = f"'{field.name}' is made by this query; 'relevantfields' takes fields that events have"
            resolver.complain("Query cannot be compiled", field.span, hint)
        value = resolver.scalar(field, "relevantfields")
        if command.every and not isinstance(value, Ref):
            continue
        if not isinstance(value, Ref):
            hint = "'relevantfields' takes fields that events have"
            resolver.complain("Query cannot be compiled", field.span, hint)
        values[field.name] = value
    condition = resolver.expression(command.condition)
    after = _after(analysis, _word(command))
    shown = (
        after.define("@fieldName", FieldType.TEXT),
        after.define("@relevanceScore", FieldType.NUMBER),
        after.define("@topRelevanceContributors", FieldType.TEXT),
        after.define("@conditionalMedian", FieldType.NUMBER),
        after.define("@baselineMedian", FieldType.NUMBER),
    )
    analysis.steps.append(Relevance(tuple(values.items()), condition, *shown))
    analysis.grouped = list(shown)
    note(analysis, "relevantfields")
    if command.every:
        analysis.notes[_EVERY] = None


def _estimate(analysis: Analysis, command: Estimate) -> None:
    if analysis.query.commands[-1] is not command:
        analysis.resolver.complain("'estimate' must be the last command", command.span)
    analysis.estimate = True
    analysis.notes.clear()
    note(analysis, "estimate")
    after = _after(analysis, _word(command))
    analysis.grouped = [after.define(ESTIMATED, FieldType.INTEGER)]


def _word(command: PatternCommand) -> str:
    return type(command).__name__.lower()
