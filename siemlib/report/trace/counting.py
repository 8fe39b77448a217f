"""What the rules count: rows, values, sums, and the times at which most happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siemlib.model.traced import How, Traced
from siemlib.report.trace.table import Column, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from siemlib.report.trace.table import Mask

BY_TIME = frozenset([How.TOP, How.PEAK, How.AT])


def count_of(rule: Traced, masks: list[Mask], columns: Mapping[str, Column], rows: int) -> float | None:
    """What a rule counts in the rows for which its conditions hold; ``None`` where there is nothing to count."""
    mask: Mask = np.logical_and.reduce([np.ones(rows, dtype=bool), *masks])
    if "+" in rule.column:
        parts = [columns[name] for name in rule.column.split("+")]
        cells = [(part.codes if part.sort is Sort.TEXT else part.values)[mask].tolist() for part in parts]
        return len(set(zip(*cells, strict=True)))
    column = columns.get(rule.column)
    if column is None:
        return int(mask.sum())
    if rule.how in {How.DIFFERENT, How.SPARSE, How.BOTH}:
        return _count_values(rule.how, column, mask, masks)
    if rule.how in BY_TIME:
        return _top(rule.how, column.values[mask], columns[rule.by].values[mask])
    return _of_values(rule.how, column, mask)


def _of_values(how: How, column: Column, mask: Mask) -> float | None:
    values, whole = column.values[mask], float(np.nansum(column.values))
    values = values[~np.isnan(values)]
    if how is How.PERCENT:
        return 100 * float(values.sum()) / whole if whole else None
    if how is How.SUM:
        return float(values.sum())
    if how is How.STEP:
        values = np.diff(np.unique(values)).round(3)
    if not len(values):
        return 0.0 if column.sort is Sort.AMOUNT else None
    return float(values.max() if how is How.GREATEST else values.min())


def _top(how: How, values: NDArray[np.float64], times: NDArray[np.float64]) -> float | None:
    known = ~np.isnan(times) & ~np.isnan(values)
    if how is How.AT:
        return float(times[known][values[known].argmax()]) if known.any() else None
    moments, at = np.unique(times[known], return_inverse=True)
    if not len(moments):
        return None
    sums = np.bincount(at, np.nan_to_num(values[known]), minlength=len(moments))
    return float(sums.max() if how is How.TOP else moments[int(sums.argmax())])


def _count_values(how: How, column: Column, mask: Mask, masks: list[Mask]) -> int:
    if how is How.DIFFERENT:
        return column.distinct(mask)
    if how is How.SPARSE:
        every = [column.codes == code for code in range(len(column.texts))]
        return sum(2 * int((mask & own).sum()) < int(own.sum()) for own in every)
    named: Mask = column.codes >= 0  # rows without a value are not of one and the same
    one, other = (set(column.codes[each & named].tolist()) for each in masks)
    return len(one & other)


def parted(column: Column, before: int, after: int) -> bool:
    """Whether so many rows are before and after those of one time."""
    times = np.sort(column.values[~np.isnan(column.values)])
    same = times[before : len(times) - after]
    if before + after > len(times) or (len(same) and same[0] != same[-1]):
        return False
    edge = same[0] if len(same) else None
    below, above = times[:before], times[len(times) - after :]
    return edge is None or (not (below == edge).any() and not (above == edge).any())
