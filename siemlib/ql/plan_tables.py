"""The step of a plan that reads a lookup table, and what analysis and database must agree on about tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from siemlib.ql.plan import Expr, Symbol

ROW, LOW, HIGH, LOW6, HIGH6, PREFIX = "#row", "#low", "#high", "#low6", "#high6", "#prefix"
"""Columns of a table's view beside its own: the row's number, and of networks first and last address and prefix."""


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table before it is read by a query: its columns, and those of them in which every cell is a network."""

    columns: tuple[str, ...]
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """The cell in the table's ``column`` (from 0) becomes ``symbol``; where ``old`` is given it only fills that up."""

    column: int
    symbol: Symbol
    old: Expr | None


@dataclass(frozen=True, slots=True)
class LookUp:
    """``lookup``: the first row of ``table`` whose columns (from 0) equal the values.

    With ``networks`` it is ``cidrlookup``: the row with the longest prefix whose network holds the one value.
    """

    table: str
    keys: tuple[tuple[int, Expr], ...]
    outputs: tuple[Fetched, ...]
    networks: bool


def column_name(index: int) -> str:
    """The name of a table's column in its view; headers of files stay out of SQL."""
    return f"c{index}"


def table_name(step: LookUp) -> str:
    """The name of the view that ``step`` reads."""
    return f"networks of {step.table} by {step.keys[0][0]}" if step.networks else f"table {step.table}"
