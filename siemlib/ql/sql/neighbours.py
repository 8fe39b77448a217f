"""Steps of a very long query that are written as one, because a database plans hundreds of nested SELECTs slowly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.ql.plan import Compute, Extract, Step, Where
from siemlib.ql.sql.extract import extracted
from siemlib.ql.sql.used import columns_in
from siemlib.ql.sql.writer import identifier, select

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from siemlib.ql.sql.expressions import Expressions

LONG = 30
"""Steps up to which each has a part of its own, as a person reads it best."""

Together = tuple[Where, ...] | tuple[Compute | Extract, ...]


def numbered(steps: Sequence[Step]) -> list[tuple[int, Step | Together]]:
    """The steps with their numbers, from 1. In a long query neighbours that need nothing of one another stand together.

    Those are filters, and commands that compute columns; together they have the number of the first.
    """
    found: list[tuple[int, list[Step]]] = []
    for number, step in enumerate(steps, 1):
        if found and len(steps) > LONG and _fits(found[-1][1], step):
            found[-1][1].append(step)
        else:
            found.append((number, [step]))
    return [(number, group[0] if len(group) == 1 else _alike(group)) for number, group in found]


def together_sql(steps: Together, expressions: Expressions, last: str, used: Collection[str]) -> str:
    """The SELECT of such neighbours over the part ``last``. ``used`` are the columns that anything asks for."""
    tests = [f"({expressions.condition(step.condition)})" for step in steps if isinstance(step, Where)]
    if tests:
        return select(["*"], last, "WHERE " + "\n  AND ".join(tests))
    columns = ["*"]
    for step in steps:
        if isinstance(step, Compute):
            columns += [f"{expressions.native(a.value)} AS {identifier(a.symbol.column)}" for a in step.assignments]
        elif isinstance(step, Extract):
            columns += extracted(step, expressions, used)
    return select(columns, last)


def _fits(group: Sequence[Step], step: Step) -> bool:
    if isinstance(step, Where):
        return isinstance(group[0], Where)
    if not isinstance(step, Compute | Extract) or not isinstance(group[0], Compute | Extract):
        return False
    made = {column for other in group for column in _made(other)}
    read = [a.value for a in step.assignments] if isinstance(step, Compute) else step.source
    return made.isdisjoint(columns_in(read))


def _made(step: Step) -> set[str]:
    if isinstance(step, Compute):
        return {assignment.symbol.column for assignment in step.assignments}
    return {symbol.column for symbol, _ in step.outputs} if isinstance(step, Extract) else set()


def _alike(group: Sequence[Step]) -> Together:
    filters = tuple(step for step in group if isinstance(step, Where))
    return filters or tuple(step for step in group if isinstance(step, Compute | Extract))
