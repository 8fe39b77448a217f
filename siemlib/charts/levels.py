"""How bad did the rules find it: alerts by level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.charts import theme
from siemlib.charts.text import number

if TYPE_CHECKING:
    from siemlib.case.answer import Answer, Chart

SEVERE = 10
"""The level from which OSSEC counts an alert as severe; its bars are marked."""
_NONE = "none"


def levels(answer: Answer) -> Chart:
    """Draw an answer with the columns ``level`` (0 to 16) and ``alerts``: one bar for each level that occurred.

    Alerts without a level, as a broken or foreign one may be, have the last bar.
    """
    frame = answer.frame
    if frame.empty:
        return theme.nothing(answer)
    without = int(frame.loc[frame["level"].isna(), "alerts"].sum())
    known = frame[frame["level"].notna()]
    by_level = known.assign(level=known["level"].astype("int64")).groupby("level")["alerts"].sum().sort_index()
    found = [int(level) for level in by_level.index]
    bars = [(str(level), int(n), level >= SEVERE) for level, n in zip(found, by_level, strict=True)]
    bars += [(_NONE, without, False)] if without else []
    figure = theme.figure(answer.title, 320)
    for severe, style in ((False, theme.GOOD), (True, theme.BAD)):
        part = [(level, n) for level, n, own in bars if own is severe]
        figure.add_bar(
            x=[level for level, _ in part],
            y=[n for _, n in part],
            text=[number(n) for _, n in part],
            textposition="outside",
            cliponaxis=False,
            marker=theme.bar_marker(style),
            hoverinfo="x+y",
        )
    figure.update_layout(bargap=0.4, barmode="overlay")
    figure.update_xaxes(
        type="category",
        categoryorder="array",
        categoryarray=[level for level, _, _ in bars],
        title={"text": f"level (hatched from {SEVERE})"},
    )
    figure.update_yaxes(**theme.amount_axis("alerts", max(n for _, n, _ in bars)), rangemode="tozero")
    whole, worst = sum(n for _, n, _ in bars), sum(n for _, n, severe in bars if severe)
    extent = f", {found[0]} to {found[-1]}" if found else ""
    rest = f", {number(without)} without a level" if without else ""
    sentence = f"Alerts by level{extent}: {number(whole)} in all, {number(worst)} of level {SEVERE} or more{rest}."
    return theme.chart(answer, figure, sentence)
