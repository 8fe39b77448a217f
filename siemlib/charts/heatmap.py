"""When was what heard, and when was it silent: shades over time, one row for each name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siemlib.charts import theme
from siemlib.charts.grid import gridded
from siemlib.charts.text import amount, counted, inert, length, number

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from siemlib.case.answer import Answer, Chart
    from siemlib.charts.grid import Grid
    from siemlib.model.timespan import TimeSpan

MOST_ROWS = 30
"""Rows that are drawn; further ones are summed in a last one."""
_NAMED = 5
_MILLISECOND = pd.Timedelta(milliseconds=1)


def heatmap(answer: Answer, *, row: str, value: str, timespan: TimeSpan | None = None) -> Chart:
    """Draw an answer with the columns ``from``, ``to`` (half-open, UTC), ``row`` and ``value``, a count or amount.

    More is darker, on a logarithmic scale. A bin without a row, or with 0, is silent and hatched. Rows stand in order
    of first appearance. ``timespan`` is drawn whole, where it is given; otherwise from the first row to the last.
    """
    if answer.frame.empty:
        return theme.nothing(answer)
    # As many again may be bars of silence.
    cells = theme.MOST_POINTS // 2
    grid = gridded(answer.frame, row, value, most=MOST_ROWS, cells=cells, timespan=timespan, by_rank=False)
    counts = np.nan_to_num(grid.values)
    tall = 20 + 26 * len(grid.labels)
    figure = theme.figure(answer.title, 130 + tall)
    starts = theme.utc(grid.starts.to_series())
    figure.add_heatmap(
        x=[*starts, theme.utc(grid.ends[-1:].to_series())[0]],
        y=grid.labels,
        z=theme.shades(counts),
        text=[
            [f"{label}: {amount(n, value)} from {time} UTC" for n, time in zip(row_, starts, strict=True)]
            for label, row_ in zip(grid.labels, counts, strict=True)
        ],
        hoverinfo="text",
        hoverongaps=False,
        xgap=1,
        ygap=2,
        **theme.shade_scale(float(counts.max()), tall),
    )
    _hatch_silence(figure, grid, counts)
    figure.update_layout(barmode="overlay", bargap=0.1)
    figure.update_xaxes(**theme.utc_axis())
    figure.update_yaxes(**theme.name_axis(), categoryorder="array", categoryarray=grid.labels)
    return theme.chart(answer, figure, _sentence(grid, counts, value, row))


def _hatch_silence(figure: go.Figure, grid: Grid, counts: NDArray[np.float64]) -> None:
    """One hatched bar for each run of silent bins."""
    runs = [(label, *run) for label, row in zip(grid.labels, counts, strict=True) for run in _runs(row == 0)]
    starts = theme.utc(grid.starts.to_series())
    width = grid.width / _MILLISECOND
    figure.add_bar(
        base=[starts[first] for _, first, _ in runs],
        x=[bins * width for _, _, bins in runs],
        y=[label for label, _, _ in runs],
        orientation="h",
        name="silent",
        marker={"color": "#ffffff", "pattern": theme.SILENT, "line": {"width": 0}},
        hovertext=[f"{label}: silent for {counted(n, 'bin')} from {starts[first]} UTC" for label, first, n in runs],
        hoverinfo="text",
    )


def _runs(silent: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The place and the length of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], silent.astype(np.int8), [0]))))
    return [(int(first), int(end - first)) for first, end in edges.reshape(-1, 2)]


def _sentence(grid: Grid, counts: NDArray[np.float64], value: str, row: str) -> str:
    silent = grid.places - grid.filled
    never = [label for label, line in zip(grid.labels, counts, strict=True) if not line.any()]
    more = f" and {number(len(never) - _NAMED)} more" if len(never) > _NAMED else ""
    top, place = (int(index) for index in np.unravel_index(int(counts.argmax()), counts.shape))
    parts = [
        f"{counted(len(grid.labels), 'row')} ({inert(row)}) over time in {grid.bins()}; darker is more, on a",
        f"logarithmic scale, up to {amount(counts.max(), value)} ({grid.labels[top]}, from {grid.at(place)}).",
        f"Silent, and hatched: {number(silent)} of {number(grid.places)} bins of {length(grid.asked)}.",
    ]
    if never:
        parts.append(f"Silent throughout: {', '.join(never[:_NAMED])}{more}.")
    if silent and (grid.width != grid.asked or grid.summed):
        parts.append("A bin that was joined, or summed, is hatched only where all of it is silent.")
    return " ".join(parts) + grid.others(MOST_ROWS)
