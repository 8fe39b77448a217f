"""Whether a figure draws what the table beside it holds: its marks are counted and summed, no browser is needed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from siemlib.report.trace.figure import marks_of
from siemlib.report.trace.table import Sort

if TYPE_CHECKING:
    from siemlib.report.trace.table import Table

_Trace = tuple[Mapping[str, Any], Mapping[str, Sequence[Any]]]
_TOLERANCE = 1e-6


def marks(figure: Mapping[str, Any]) -> int:
    """How many marks a figure has: bars, dots, fields of a map that hold anything."""
    return sum(len(_present(axes)) for axes in map(marks_of, figure.get("data", [])))


def _present(axes: Mapping[str, Sequence[Any]]) -> list[Any]:
    if "z" in axes:
        return [value for value in axes["z"] if value is not None]
    longest = max(axes.values(), key=len, default=[])
    return [value for value in longest if value is not None]


def agrees(figure: Mapping[str, Any], table: Table) -> bool:
    """Whether what is drawn is what the table holds: the same total of an amount, or nothing but cells of it.

    Charts join bins and sum what is too much to draw, so that a mark may differ from every row; their sum may not.
    """
    traces = [(trace, marks_of(trace)) for trace in figure.get("data", [])]
    totals = list(_totals(table))
    drawn = list(_drawn(traces))
    if any(_equal(total, whole) for total in drawn for whole in totals):
        return True
    return _cells_alone(traces, table)


def _totals(table: Table) -> Iterator[float]:
    sums = [float(np.nansum(c.values)) for c in table.columns if c.sort is Sort.AMOUNT]
    yield from sums
    yield from (one + other for one, other in combinations(sums, 2))
    yield float(table.rows)


def _drawn(traces: Sequence[_Trace]) -> Iterator[float]:
    """What the marks of all traces come to, along each axis that has amounts."""
    for axis in ("x", "y", "values"):
        kept = [_amounts(trace, axes[axis]) for trace, axes in traces if axis in axes and trace.get("mode") != "text"]
        numbers = [value for values in kept for value in values]
        if numbers:
            yield math.fsum(numbers)
    shades = [value for trace, axes in traces for value in axes.get("z", ()) if isinstance(value, int | float)]
    if shades:
        yield math.fsum(10**value - 1 for value in shades)  # charts shade by the logarithm of one more
        yield math.fsum(shades)
    dots = [len(_present(axes)) for trace, axes in traces if trace.get("mode") == "markers"]
    if dots:
        yield float(sum(dots))


def _amounts(trace: Mapping[str, Any], values: Sequence[Any]) -> list[float]:
    # A step is drawn to the end of its bin, so that the last value of an area stands twice.
    kept = values[:-1] if trace.get("stackgroup") else values
    return [float(value) for value in kept if isinstance(value, int | float) and not isinstance(value, bool)]


def _cells_alone(traces: Sequence[_Trace], table: Table) -> bool:
    """Whether every time, or else every number, that is drawn is a cell of the table."""
    times = {round(t, 3) for c in table.columns if c.sort is Sort.TIME for t in c.values if not math.isnan(t)}
    numbers = {n for c in table.columns if c.sort in {Sort.AMOUNT, Sort.NUMBER} for n in c.values}
    drawn = [time for trace, axes in traces for time in _times(trace, axes)]
    if drawn:
        return times.issuperset(drawn)
    found = [n for trace, axes in traces for axis in ("x", "y", "values") for n in _amounts(trace, axes.get(axis, ()))]
    return bool(found) and numbers.issuperset(found)


def _times(trace: Mapping[str, Any], axes: Mapping[str, Sequence[Any]]) -> Iterator[float]:
    """Where a dot stands, or a bar of time begins; seconds since 1970."""
    starts = trace.get("base") if trace.get("type") == "bar" else axes.get("x", ())
    for value in starts if isinstance(starts, list | tuple) else ():
        try:
            yield round(datetime.fromisoformat(str(value)).replace(tzinfo=UTC).timestamp(), 3)
        except ValueError:
            return


def _equal(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
