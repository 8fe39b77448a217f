"""How much, and whose part of it: stacked areas over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siemlib.charts import theme
from siemlib.charts.ends import HEIGHT, LONGEST, End, label_ends
from siemlib.charts.grid import gridded
from siemlib.charts.text import amount, counted, inert

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from siemlib.case.answer import Answer, Chart
    from siemlib.charts.grid import Grid
    from siemlib.model.timespan import TimeSpan

MOST_SERIES = 7
"""Areas that are told apart; further ones are summed."""


def areas(answer: Answer, *, series: str, value: str, timespan: TimeSpan | None = None) -> Chart:
    """Draw an answer with the columns ``from``, ``to`` (half-open, UTC), ``series`` and ``value``, a count or amount.

    A bin without a row is a zero: what is counted did not happen there. Areas are steps as wide as their bins, so that
    nothing is drawn between two bins that is in neither. The highest series is at the bottom. ``timespan`` is drawn
    whole, where it is given; otherwise from the first row to the last.
    """
    if answer.frame.empty:
        return theme.nothing(answer)
    cells = theme.MOST_POINTS - MOST_SERIES - 1
    grid = gridded(answer.frame, series, value, most=MOST_SERIES, cells=cells, timespan=timespan, longest=LONGEST)
    figure = theme.figure(answer.title, HEIGHT)
    counts = np.nan_to_num(grid.values)
    times = theme.utc(grid.starts.append(grid.ends[-1:]).to_series())
    below = np.cumsum(counts, axis=0) - counts
    ends = []
    for place, (label, row, style) in enumerate(zip(grid.labels, counts, grid.styles, strict=True)):
        figure.add_scatter(
            x=times,
            y=[*row.tolist(), float(row[-1])],
            mode="lines",
            stackgroup="all",
            name=label,
            line={"shape": "hv", "width": 1, "color": style.colour},
            fillcolor=style.colour,
            fillpattern=theme.fill_pattern(style),
            hovertext=[f"{amount(n, value)} {label}, from {time} UTC" for n, time in zip(row, times, strict=False)],
            hoverinfo="text",
        )
        middle = float(below[place, -1] + row[-1] / 2)
        ends.append(End(times[-1], middle, label, amount(row.sum(), value), style))
    label_ends(figure, ends, float(counts.sum(axis=0).max()), grid.beyond())
    figure.update_xaxes(**theme.utc_axis(), range=[times[0], times[-1]])
    figure.update_yaxes(**theme.amount_axis(value, counts.sum(axis=0).max()))
    return theme.chart(answer, figure, _sentence(grid, counts, value))


def _sentence(grid: Grid, counts: NDArray[np.float64], value: str) -> str:
    whole = counts.sum(axis=0)
    silent, peak = int((whole == 0).sum()), int(whole.argmax())
    parts = ", ".join(f"{label} {amount(row.sum(), value)}" for label, row in zip(grid.labels, counts, strict=True))
    hold = "holds nothing and is" if silent == 1 else "hold nothing and are"
    empty = f" {silent:,} of {counted(len(whole), 'bin')} {hold} drawn as zero." if silent else ""
    return (
        f"Stacked areas of {inert(value)} over time in {grid.bins()}, from the bottom: {parts}. "
        f"Highest: {amount(whole[peak], value)} from {grid.at(peak)}."
        f"{empty}{grid.others(MOST_SERIES)}"
    )
