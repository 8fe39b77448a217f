"""How bad did the rules find it: alerts by level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.charts import theme
from siemlib.charts.text import number

if TYPE_CHECKING:
    from siemlib.case.answer import Answer, Chart

SEVERE = 10
"""The level from which OSSEC counts an alert as severe; its bars are marked."""


def levels(answer: Answer) -> Chart:
    """Draw an answer with the columns ``level`` (0 to 16) and ``alerts``: one bar for each level that occurred."""
    frame = answer.frame
    if frame.empty:
        return theme.nothing(answer)
    by_level = frame.assign(level=frame["level"].astype("int64")).groupby("level")["alerts"].sum().sort_index()
    found = [int(level) for level in by_level.index]
    counts = [int(n) for n in by_level]
    figure = theme.figure(answer.title, 320)
    for severe, style in ((False, theme.GOOD), (True, theme.BAD)):
        part = [(level, n) for level, n in zip(found, counts, strict=True) if (level >= SEVERE) is severe]
        figure.add_bar(
            x=[str(level) for level, _ in part],
            y=[n for _, n in part],
            text=[number(n) for _, n in part],
            textposition="outside",
            cliponaxis=False,
            marker=theme.bar_marker(style),
            hoverinfo="x+y",
        )
    figure.update_layout(bargap=0.4, barmode="overlay")
    figure.update_xaxes(
        type="category", categoryarray=[str(level) for level in found], title={"text": f"level (hatched from {SEVERE})"}
    )
    figure.update_yaxes(title={"text": "alerts"}, rangemode="tozero")
    worst = sum(n for level, n in zip(found, counts, strict=True) if level >= SEVERE)
    return theme.chart(
        answer,
        figure,
        f"Alerts by level, {found[0]} to {found[-1]}: {number(sum(counts))} in all, "
        f"{number(worst)} of level {SEVERE} or more.",
    )
