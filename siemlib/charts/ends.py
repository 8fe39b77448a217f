"""Labels at the end of lines and areas, in place of a legend, moved apart where they would cover each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from siemlib.charts import theme

HEIGHT = 420
"""Of a chart with labels at its end, in pixels."""
_TOP, _BOTTOM = 70, 60
_APART = 36
"""Pixels from one label of two lines to the next."""
_LETTER = 7.2
"""Pixels that a letter takes, roughly."""
LONGEST = 26
"""Letters of a label; the table has the whole name."""


@dataclass(frozen=True, slots=True)
class End:
    """The end of one series: where it is, ``time`` as plotly takes it, and what is written beside it."""

    time: str
    height: float
    name: str
    says: str
    style: theme.Style


def label_ends(figure: go.Figure, ends: list[End], highest: float, column: str) -> None:
    """Write a label beside each end, all in one column at the time ``column``; sets the y axis from 0 to ``highest``.

    The figure has the labels to its right when that time is a little after the end of its x axis.
    """
    top = highest * 1.05 or 1.0
    pixels = HEIGHT - _TOP - _BOTTOM
    wanted = [pixels * (1 - end.height / top) for end in ends]
    for end, at, moved in zip(ends, wanted, _apart(wanted, pixels), strict=True):
        figure.add_annotation(
            x=end.time,
            y=end.height,
            ax=column,
            axref="x",
            ay=moved - at,
            xanchor="left",
            align="left",
            text=f"<b>{end.name}</b><br>{end.says}",
            font={"size": 12},
            arrowhead=0,
            arrowwidth=1.5,
            arrowcolor=end.style.colour,
            bgcolor="#ffffff",
        )
    letters = max(max(len(end.name) * 1.1, len(end.says)) for end in ends)
    figure.update_layout(margin={"t": _TOP, "b": _BOTTOM, "r": min(40 + int(letters * _LETTER), 260)})
    figure.update_yaxes(range=[0, top])


def _apart(wanted: list[float], pixels: float) -> list[float]:
    """The heights nearest to those wanted at which labels are clear of each other, in pixels from the top."""
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    placed = [0.0] * len(wanted)
    floor = float("-inf")
    for index in order:
        placed[index] = max(wanted[index], floor)
        floor = placed[index] + _APART
    ceiling = pixels
    for index in reversed(order):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - _APART
    return placed
