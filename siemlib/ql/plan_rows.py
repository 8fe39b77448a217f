"""The steps of a plan that look at more than one row, or at a sum over a row; they are part of :data:`plan.Step`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from siemlib.ql.plan import Constant, Expr, Length, Symbol


class Look(StrEnum):
    """What :class:`Running` takes of the rows before."""

    TOTAL = "accum"
    """The sum of the numbers up to this row; a row without a number has none."""
    BEFORE = "autoregress"
    """The value some rows before."""
    LAST = "filldown"
    """The last value that there was."""


@dataclass(frozen=True, slots=True)
class Looked:
    """``symbol`` is what is seen of ``value``; ``rows`` is how far :attr:`Look.BEFORE` looks."""

    symbol: Symbol
    value: Expr
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Running:
    """``accum``, ``autoregress`` and ``filldown``, in the order that the rows have."""

    look: Look
    outputs: tuple[Looked, ...]


@dataclass(frozen=True, slots=True)
class RowTotal:
    """``addtotals``: the sum of what is a number among ``values``."""

    symbol: Symbol
    values: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class ColumnTotals:
    """``addtotals col=true``: one more row, below the others, with the sums of ``values``; ``bottom`` marks it."""

    bottom: Symbol
    values: tuple[Symbol, ...]


@dataclass(frozen=True, slots=True)
class FillGaps:
    """``fillmissing``: a row for each bin of ``time`` between the first and the last that has none.

    With further ``keys`` each combination of them gets its rows. ``fills`` are what stands in columns of the new rows.
    """

    time: Symbol
    period: Length
    keys: tuple[Symbol, ...]
    fills: tuple[tuple[Symbol, Constant], ...]


@dataclass(frozen=True, slots=True)
class Fenced:
    """A value of :class:`Outliers`: ``symbol`` is it, clamped; ``mark`` says whether it was outside."""

    value: Expr
    symbol: Symbol
    mark: Symbol | None


@dataclass(frozen=True, slots=True)
class Outliers:
    """``outlier``: values beyond ``factor`` interquartile ranges are clamped to that fence, or ``removed``."""

    values: tuple[Fenced, ...]
    factor: float
    lower: bool
    removed: bool


@dataclass(frozen=True, slots=True)
class Sessions:
    """``sessionize``: the number of the session; a session ends with ``gap`` milliseconds without its identity.

    ``time`` is the order of the events, its first term the time itself.
    """

    identity: tuple[Expr, ...]
    gap: int
    time: tuple[Expr, ...]
    symbol: Symbol


RowStep = Running | RowTotal | ColumnTotals | FillGaps | Outliers | Sessions
