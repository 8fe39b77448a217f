"""A compiled query for people: its plan and its SQL, each step beside the line of the text that it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.model.event import FieldType
from siemlib.ql.diagnostic import visible
from siemlib.ql.plan import Aggregate, Compute, Cut, Extract, Order, Spread, Unique
from siemlib.ql.plan_patterns import Anomalies, Differences, Patterns, Relevance
from siemlib.ql.sql.writer import indent
from siemlib.ql.types import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from siemlib.ql.plan import Plan, Step, Symbol
    from siemlib.ql.sql.emit import Emitted

_WIDEST = 100


@dataclass(frozen=True, slots=True)
class _Command:
    """A command of the text: ``steps`` are the numbers of its steps, from 1."""

    line: int
    text: str
    steps: range


def explain(text: str, plan: Plan, emitted: Emitted, notes: Sequence[str] = ()) -> str:
    """The plan, what it is asked of, what it gives, ``notes`` and the SQL; ends with a newline.

    The text of the query reaches it on one line, without characters that could end a comment or move a cursor.
    """
    commands = _commands(text, plan)
    sections = [
        ("plan", _plan(plan, commands, emitted)),
        ("fields taken from each event", _fields(plan)),
        ("columns", _columns(plan)),
        ("notes", "\n".join([*_notes(plan), *map(visible, notes)])),
        ("sql", _sql(plan, commands, emitted)),
    ]
    return "\n".join(f"{title}\n{indent(body)}\n" for title, body in sections if body)


def _commands(text: str, plan: Plan) -> list[_Command]:
    commands, first = [], 1
    for span, count in plan.origins:
        line = text.count("\n", 0, span.start) + 1
        commands.append(_Command(line, _one_line(text[span.start : span.end]), range(first, first + count)))
        first += count
    return commands


def _one_line(text: str) -> str:
    shown = visible(" ".join(text.split()))
    return shown if len(shown) <= _WIDEST else f"{shown[: _WIDEST - 1]}…"


# ── the plan ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _plan(plan: Plan, commands: Sequence[_Command], emitted: Emitted) -> str:
    """A command, and under it what becomes of it: where it runs, the parts of the SQL, the new values."""
    rows = []
    for command in commands:
        rows.append(f"line {command.line}: {command.text}")
        if not command.steps:
            rows.append("  chooses columns")
        for number in command.steps:
            step = plan.steps[number - 1]
            where = "each event" if number <= len(plan.head) else "all rows"
            parts = ", ".join(name for name, _, made_by in emitted.parts if made_by == number)
            rows.append(f"  {where:<10} → {parts or 'the order of what follows'}{_given(step)}")
    return "\n".join(rows)


def _given(step: Step) -> str:
    """The new values of a step, with their types."""
    match step:
        case Compute(assignments=assignments) | Spread(lists=assignments):
            return _named(a.symbol for a in assignments)
        case Extract(outputs=outputs):
            return _named(symbol for symbol, _ in outputs)
        case Aggregate(keys=keys, values=values):
            return _named(a.symbol for a in (*keys, *values))
        case _:
            # What the other steps add is seen in the SQL.
            return ""


def _named(symbols: Iterable[Symbol]) -> str:
    listed = ", ".join(_typed(symbol.name, symbol.type) for symbol in symbols)
    return f": {listed}" if listed else ""


def _typed(name: str, kind: FieldType) -> str:
    # A field of no declared type is text that may hold a number.
    return visible(name) if kind is FieldType.DYNAMIC else f"{visible(name)} ({kind.value})"


def _fields(plan: Plan) -> str:
    return "\n".join(visible(symbol.name) for _, symbol in plan.fields)


def _columns(plan: Plan) -> str:
    columns = [*plan.columns, *([Column("@ptr", FieldType.TEXT)] if plan.is_events else [])]
    return "\n".join(_typed(column.name, column.type) for column in columns)


def _own_order(plan: Plan) -> str:
    """What comes first where no ``sort`` says it: the last command that makes rows of its own decides."""
    if plan.is_events:
        return "newest first"
    for step in reversed(plan.steps):
        match step:
            case Differences():
                return "the largest difference first"
            case Anomalies():
                return "the greatest anomaly first"
            case Patterns():
                return "the most frequent pattern first"
            case Relevance():
                return "the most relevant field first"
            case Aggregate():
                break
            case _:
                continue
    return "in the order of the keys, times first"


def _notes(plan: Plan) -> list[str]:
    notes = []
    if not plan.tail:
        notes.append("every step works on one event at a time: the span of time may be cut into slices")
    elif plan.head:
        notes.append(f"{_steps(len(plan.head))} on one event at a time; the rest needs all rows")
    else:
        notes.append("every step needs all rows")
    if not any(isinstance(step, Order) for step in plan.steps):
        notes.append("no sort: " + _own_order(plan))
    if plan.limit is None:
        notes.append("no limit: the first 10,000 rows, and the answer says where there were more")
    if any(isinstance(step, Cut) for step in plan.steps[:-1]):
        notes.append("what follows a limit sees only the rows that it left")
    if any(isinstance(step, Unique) for step in plan.steps):
        notes.append("dedup keeps the first row in the order there is then")
    notes += [f"a query inside reads {', '.join(map(visible, groups))}" for groups, _ in plan.inner]
    return notes


def _steps(count: int) -> str:
    return "one step works" if count == 1 else f"{count} steps work"


# ── the SQL ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _sql(plan: Plan, commands: Sequence[_Command], emitted: Emitted) -> str:
    """The SQL, which can be run as it stands: the lines of the query are comments in it."""
    origin = {number: command for command in commands for number in command.steps}
    written: list[str] = []
    for position, (name, sql, number) in enumerate(emitted.parts):
        if number in origin:
            written.append(f"-- line {origin[number].line}: {origin[number].text}")
        start = "WITH " if position == 0 else ""
        comma = "," if position < len(emitted.parts) - 1 else ""
        written.append(f"{start}{name} AS (\n{indent(sql)}\n){comma}")
    sorts = [
        origin[number] for number, step in enumerate(plan.steps, 1) if isinstance(step, Order) and number in origin
    ]
    written += [f"-- line {command.line}: {command.text}" for command in sorts]
    return "\n".join([*written, f"{emitted.final};"])
