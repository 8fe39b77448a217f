"""What can be counted in the rows of a table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from siemlib.report.trace.table import Column, Sort, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.report.trace.table import Mask


class How(StrEnum):
    """How a fact comes about."""

    ROWS = "rows"
    DIFFERENT = "different"
    SUM = "sum of"
    LEAST = "least"
    GREATEST = "greatest"
    CELL = "cell of"


@dataclass(frozen=True, slots=True)
class Fact:
    """One value and how it comes about. Of a time column the value is seconds since 1970."""

    value: float
    how: How
    column: Column | None = None

    @property
    def says(self) -> str:
        """In words: ``sum of failures``."""
        return f"{self.how} {self.column.name}" if self.column else str(self.how)


def facts(table: Table, mask: Mask | None) -> Iterator[Fact]:
    """Every plain fact of some rows of a table, or of all."""
    rows = table.rows if mask is None else int(np.count_nonzero(mask))
    yield Fact(rows, How.ROWS)
    for column in table.columns:
        yield from _of_column(column, mask, rows)


def _of_column(column: Column, mask: Mask | None, rows: int) -> Iterator[Fact]:
    """An amount is summed, a name is told apart, and a time or a number that is a name has a least and a greatest."""
    if column.sort is not Sort.AMOUNT:
        yield Fact(column.distinct(mask), How.DIFFERENT, column)
    if column.sort is Sort.TEXT:
        return
    values = column.values if mask is None else column.values[mask]
    values = values[~np.isnan(values)]
    if column.sort is Sort.AMOUNT:
        yield Fact(float(values.sum()), How.SUM if rows != 1 else How.CELL, column)
    if len(values) and rows > 1:
        yield Fact(float(values.max()), How.GREATEST, column)
        if column.sort is not Sort.AMOUNT:
            yield Fact(float(values.min()), How.LEAST, column)
    elif len(values) and column.sort is not Sort.AMOUNT:
        yield Fact(float(values[0]), How.CELL, column)
