"""The steps of a plan that make patterns, compare two windows of time, or look for what goes with a condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from siemlib.ql.plan import Expr, Symbol


@dataclass(frozen=True, slots=True)
class Baseline:
    """The earlier window that a query compares with: that of the run, so much before.

    ``unit`` is one of ``ms s m h d w mo q y``; without it the window is as long before as the run's is long.
    """

    amount: int = 1
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Patterns:
    """``pattern``: a row for each pattern of ``value``; a row without a value has none.

    With ``earlier`` the events are those of two windows. ``count`` is of the later one then, ``earlier`` of the other,
    and ``compared`` how many events of the earlier window have a value at all.
    """

    value: Expr
    pattern: Symbol
    ratio: Symbol
    count: Symbol
    severity: Symbol
    identity: Symbol
    regex: Symbol
    earlier: Symbol | None = None
    compared: Symbol | None = None


@dataclass(frozen=True, slots=True)
class Differences:
    """``diff`` and ``logcompare``: how the patterns of two windows differ in number; ``size`` is by how many.

    ``command`` is the user's word.
    """

    patterns: Patterns
    difference: Symbol
    size: Symbol
    description: Symbol
    command: str


@dataclass(frozen=True, slots=True)
class Anomalies:
    """``anomaly``: what is new among the patterns, or much more or less frequent than in the earlier window.

    ``rank`` has the anomalies before the other patterns.
    """

    patterns: Patterns
    rank: Symbol
    kind: Symbol
    score: Symbol
    description: Symbol


@dataclass(frozen=True, slots=True)
class Relevance:
    """``relevantfields``: how far each of ``values`` differs between events with and without ``condition``."""

    values: tuple[tuple[str, Expr], ...]
    condition: Expr
    name: Symbol
    score: Symbol
    contributors: Symbol
    inside: Symbol
    outside: Symbol


PatternStep = Patterns | Differences | Anomalies | Relevance
