"""Which columns anything asks for: what nobody asks for need not be computed."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from siemlib.ql.plan import Plan, Step, Symbol
from siemlib.ql.plan_inner import Among, AppendCols, Join

if TYPE_CHECKING:
    from collections.abc import Iterator


def used_beside(plan: Plan, step: Step, asked: frozenset[str]) -> frozenset[str]:
    """The columns that the result or a step other than ``step`` names, and those that are ``asked`` from outside."""
    others = [other for other in plan.steps if other is not step]
    return asked | columns_in((others, plan.outputs))


def asked_of(plan: Plan, number: int) -> frozenset[str]:
    """The columns that the steps of ``plan`` read of the query inside it with this number."""
    read: list[object] = []
    for step in plan.steps:
        match step:
            case Among(number=inside, asked=symbol) if inside == number:
                read.append(symbol)
            case Join(number=inside, right=key, columns=pairs) if inside == number:
                read += [key, *(symbol for symbol, _ in pairs)]
            case AppendCols(number=inside, columns=appended) if inside == number:
                read += [column.asked for column in appended]
            case _:
                pass
    return columns_in(read)


def columns_in(value: object) -> frozenset[str]:
    """The columns that a part of a plan names."""
    return frozenset(symbol.column for symbol in _symbols(value))


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
