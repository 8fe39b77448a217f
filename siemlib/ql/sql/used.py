"""Which columns anything asks for: what nobody asks for need not be computed."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from siemlib.ql.plan import Plan, Step, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator


def used_beside(plan: Plan, step: Step) -> frozenset[str]:
    """The columns that the result or a step other than ``step`` names."""
    others = [other for other in plan.steps if other is not step]
    return frozenset(symbol.column for symbol in _symbols((others, plan.outputs)))


def _symbols(value: object) -> Iterator[Symbol]:
    """Every symbol inside a part of a plan, which is made of dataclasses and sequences."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Symbol):
            yield found
        elif isinstance(found, list | tuple):
            waiting.extend(found)
        elif is_dataclass(found):
            waiting.extend(getattr(found, field.name) for field in fields(found))
