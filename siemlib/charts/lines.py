"""How it changed: lines over time, one for each series, broken where nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siemlib.charts import theme
from siemlib.charts.ends import HEIGHT, LONGEST, End, label_ends
from siemlib.charts.grid import gridded
from siemlib.charts.text import amount, inert, number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from siemlib.case.answer import Answer, Chart
    from siemlib.charts.grid import Grid
    from siemlib.model.timespan import TimeSpan

MOST_SERIES = 7
"""Lines that are told apart; further ones are summed."""


def lines(answer: Answer, *, series: str, value: str, timespan: TimeSpan | None = None) -> Chart:
    """Draw an answer with the columns ``from``, ``to`` (half-open, UTC), ``series`` and ``value``, a count or amount.

    A bin without a row is a gap, and no line leads across it; a bin of 0 is a point at zero. Points stand in the middle
    of their bins. ``timespan`` is drawn whole, where it is given; otherwise from the first row to the last.
    """
    if answer.frame.empty:
        return theme.nothing(answer)
    grid = gridded(
        answer.frame, series, value, most=MOST_SERIES, cells=theme.MOST_POINTS, timespan=timespan, longest=LONGEST
    )
    figure = theme.figure(answer.title, HEIGHT)
    starts = theme.utc(grid.starts.to_series())
    times = theme.utc((grid.starts + grid.width / 2).to_series())
    ends = []
    for label, row, style in zip(grid.labels, grid.values, grid.styles, strict=True):
        figure.add_scatter(
            x=times,
            y=[None if np.isnan(n) else float(n) for n in row],
            mode="lines+markers",
            connectgaps=False,
            name=label,
            line={"width": 2, "color": style.colour, "dash": theme.dash(style)},
            marker={"symbol": style.symbol, "size": 6, "color": style.colour},
            hovertext=[f"{amount(n, value)} {label}, from {time} UTC" for n, time in zip(row, starts, strict=True)],
            hoverinfo="text",
        )
        last = int(np.flatnonzero(~np.isnan(row))[-1]) if not np.isnan(row).all() else 0
        ends.append(End(times[last], float(np.nan_to_num(row[last])), label, amount(np.nansum(row), value), style))
    label_ends(figure, ends, float(np.nanmax(grid.values, initial=0)), grid.beyond())
    figure.update_xaxes(**theme.utc_axis(), range=[starts[0], theme.utc(grid.ends[-1:].to_series())[0]])
    figure.update_yaxes(**theme.amount_axis(value, float(np.nanmax(grid.values, initial=0))))
    return theme.chart(answer, figure, _sentence(grid, value))


def _sentence(grid: Grid, value: str) -> str:
    parts = ", ".join(
        f"{label} {amount(np.nansum(row), value)}{_highest(grid, row, value)}"
        for label, row in zip(grid.labels, grid.values, strict=True)
    )
    gaps = int(np.isnan(grid.values).sum())
    have = "has no row and is a gap" if gaps == 1 else "have no row and are gaps"
    broken = f" {number(gaps)} of {number(grid.values.size)} bins {have} in a line." if gaps else ""
    return f"Lines of {inert(value)} over time in {grid.bins()}: {parts}.{broken}{grid.others(MOST_SERIES)}"


def _highest(grid: Grid, row: NDArray[np.float64], value: str) -> str:
    if np.isnan(row).all():
        return ""
    peak = int(np.nanargmax(row))
    return f" (highest {amount(row[peak], value)} from {grid.at(peak)})"
