"""The steps of a plan that read what a query inside the query gives.

``number`` is the place of that query in :attr:`siemlib.ql.plan.Plan.inner`, and ``asked`` are symbols of its plan. Such
a query runs over the whole span of time, also where the plan around it is sliced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from siemlib.ql.plan import Expr, Symbol


@dataclass(frozen=True, slots=True)
class Among:
    """``value [not] in ( SOURCE … )``: whether the value equals one in the column ``asked``."""

    symbol: Symbol
    value: Expr
    number: int
    asked: Symbol
    negated: bool


@dataclass(frozen=True, slots=True)
class Join:
    """``join``: each row with every row of the query whose key equals its own. Rows with equal keys are multiplied.

    ``columns`` are pairs of a symbol of the query and the one that it is here. ``key`` and ``position`` are columns
    that nobody can name: the key of the query's rows, and their order.
    """

    number: int
    left: Expr
    right: Expr
    columns: tuple[tuple[Symbol, Symbol], ...]
    key: Symbol
    position: Symbol
    keeps_left: bool


@dataclass(frozen=True, slots=True)
class Appended:
    """A column that ``appendcols`` brings; ``old`` stays where the query gives no value."""

    asked: Symbol
    symbol: Symbol
    old: Symbol | None = None


@dataclass(frozen=True, slots=True)
class AppendCols:
    """``appendcols``: beside each row the row of the query that has the same place, of the first ``most``."""

    number: int
    columns: tuple[Appended, ...]
    position: Symbol
    most: int


InnerStep = Among | Join | AppendCols
