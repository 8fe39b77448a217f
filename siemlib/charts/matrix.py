"""Who with whom: a field for each pair, darker for more, with its number in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siemlib.charts import theme
from siemlib.charts.few import Few, numbers
from siemlib.charts.text import amount, counted, inert, number

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from siemlib.case.answer import Answer, Chart

MOST = 20
"""Rows, and columns, that are drawn by name; further ones are summed."""
_LONGEST = 32


def matrix(answer: Answer, *, row: str, column: str, value: str) -> Chart:
    """Draw an answer with the columns ``row``, ``column`` and ``value``, a count or amount: a field for each pair.

    Rows and columns with the highest sums come first. A pair that is missing, or 0, is an empty field; where all are 0,
    as of flows that were all rejected, those that are not missing say so.
    """
    frame = answer.frame
    if frame.empty:
        return theme.nothing(answer)
    amounts = numbers(frame[value])
    down = Few(frame[row], amounts, MOST, longest=_LONGEST)
    over = Few(frame[column], amounts, MOST, longest=_LONGEST)
    sums = np.zeros((len(down.labels), len(over.labels)))
    np.add.at(sums, (down.places.to_numpy(), over.places.to_numpy()), amounts.to_numpy())
    told = sums > 0
    if not told.any():
        told[down.places, over.places] = True
    figure = theme.figure(answer.title, 190 + 26 * len(down.labels) + 5 * max(map(len, over.labels)))
    figure.add_heatmap(
        x=over.labels,
        y=down.labels,
        z=theme.shades(sums) if sums.any() else [[0.0 if tells else None for tells in line] for line in told],
        hovertext=[
            [f"{a} → {b}: {amount(n, value)}" for b, n in zip(over.labels, line, strict=True)]
            for a, line in zip(down.labels, sums, strict=True)
        ],
        hoverinfo="text",
        hoverongaps=False,
        xgap=1,
        ygap=1,
        **theme.shade_scale(max(float(sums.max()), 1), 26 * len(down.labels), under_text=True),
        showscale=False,
    )
    _write_numbers(figure, down.labels, over.labels, sums, told)
    figure.update_xaxes(type="category", title={"text": inert(column)}, tickangle=-40, automargin=True)
    figure.update_xaxes(range=[-0.5, len(over.labels) - 0.5], showgrid=False)
    figure.update_yaxes(**theme.name_axis(row) | {"autorange": False}, showgrid=False)
    figure.update_yaxes(range=[len(down.labels) - 0.5, -0.5])
    held = int((sums > 0).sum())
    top = np.unravel_index(int(sums.argmax()), sums.shape)
    pair = f"{down.labels[int(top[0])]} → {over.labels[int(top[1])]}"
    highest = f" Highest: {pair}, {amount(sums.max(), value)}." if sums.max() > 0 else ""
    return theme.chart(
        answer,
        figure,
        f"Rows ({inert(row)}): {down.words()}. Columns ({inert(column)}): {over.words()}. Each field: {inert(value)},"
        " darker for more, on a logarithmic scale;"
        f" {counted(held, 'field')} of {number(sums.size)} {'holds' if held == 1 else 'hold'} any.{highest}",
    )


def _write_numbers(
    figure: go.Figure, rows: list[str], columns: list[str], sums: NDArray[np.float64], told: NDArray[np.bool_]
) -> None:
    """Each number in its field, black on light shades and white on dark ones."""
    share = np.log10(1 + sums) / (np.log10(1 + sums.max()) or 1)
    for colour, fields in ((theme.INK, told & (share <= theme.DARK)), ("#ffffff", share > theme.DARK)):
        found = np.argwhere(fields)
        figure.add_scatter(
            x=[columns[over] for _, over in found],
            y=[rows[down] for down, _ in found],
            mode="text",
            text=[_short(sums[down, over]) for down, over in found],
            textfont={"color": colour, "size": 11},
            hoverinfo="skip",
        )


def _short(value: float) -> str:
    """A number of at most four letters: ``812``, ``1.2k``, ``35M``."""
    for prefix, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:.1f}{prefix}" if value < 10 * size else f"{value / size:.0f}{prefix}"
    return f"{value:.0f}"
