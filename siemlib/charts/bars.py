"""Bars over time, one row for each series, each on its own scale, under one time axis.

Stacked in one plot, forty thousand rejected flows would hide the three calls that matter. In rows both are seen, each
labelled where it is drawn, and nothing depends on colour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.charts import theme
from siemlib.charts.text import inert, number

if TYPE_CHECKING:
    from collections.abc import Callable

    import plotly.graph_objects as go

_MILLISECOND = pd.Timedelta(milliseconds=1)


def rows_of_bars(
    title: str, frame: pd.DataFrame, series: str, count: str, style: Callable[[str], theme.Style]
) -> tuple[go.Figure, pd.DataFrame]:
    """Draw ``frame`` and give it as drawn.

    ``frame`` has a column ``from`` and a column ``to`` (aware times, the half-open interval of a bin), one that names
    the ``series`` and one with the ``count``; there is at least one row. Rows stand in order of first appearance.
    """
    drawn = coarsened(frame, series, count)
    names = list(dict.fromkeys(drawn.sort_values("from", kind="stable")[series]))
    figure = theme.figure(title, 120 + 90 * len(names), rows=len(names))
    for row, name in enumerate(names, start=1):
        part = drawn[drawn[series] == name]
        middle = part["from"] + (part["to"] - part["from"]) / 2
        figure.add_bar(
            x=theme.utc(middle),
            y=[int(n) for n in part[count]],
            width=list((part["to"] - part["from"]) / _MILLISECOND),
            marker=theme.bar_marker(style(name)),
            name=inert(name),
            hovertext=[_hover(start, n, count) for start, n in zip(part["from"], part[count], strict=True)],
            hoverinfo="text+name",
            row=row,
            col=1,
        )
        scale = theme.amount_axis("", float(part[count].max()), marks=3)
        figure.update_yaxes(**{"nticks": 4} | scale, rangemode="tozero", row=row)
        figure.add_annotation(
            text=f"<b>{inert(name)}</b> {number(part[count].sum())} {inert(count)}",
            x=0,
            y=1,
            xref="x domain",
            yref=f"y{row if row > 1 else ''} domain",
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
        )
    figure.update_xaxes(type="date", range=_range(drawn))
    figure.update_xaxes(**theme.utc_axis(), row=len(names))
    return figure, drawn


def coarsened(frame: pd.DataFrame, series: str, count: str) -> pd.DataFrame:
    """``frame`` with its bins joined, two by two, until it has no more rows than a chart draws."""
    width = (frame["to"] - frame["from"]).max()
    while len(frame) > theme.MOST_POINTS:
        width = width * 2
        since = frame["from"].min()
        start = since + ((frame["from"] - since) // width) * width
        frame = frame.assign(**{"from": start}).groupby(["from", series], as_index=False, sort=True)[[count]].sum()
        frame["to"] = frame["from"] + width
    return frame


def highest(frame: pd.DataFrame, count: str) -> str:
    """Where most happened, as half a sentence: ``412 between … and … UTC``."""
    top = highest_row(frame, count)
    to = f"{top['to']:%H:%M:%S}" if top["from"].date() == top["to"].date() else f"{top['to']:%Y-%m-%d %H:%M:%S}"
    return f"{number(top[count])} between {top['from']:%Y-%m-%d %H:%M:%S} and {to} UTC"


def highest_row(frame: pd.DataFrame, count: str) -> pd.Series:
    """The first row of those with the highest count."""
    return frame.sort_values(count, ascending=False, kind="stable").iloc[0]


def _range(frame: pd.DataFrame) -> list[str]:
    """A little air at both ends: a single bar would fill the whole plot."""
    start, end = frame["from"].min(), frame["to"].max()
    air = max((end - start) / 40, (end - start) if len(frame) == 1 else pd.Timedelta(0))
    return theme.utc(pd.Series([start - air, end + air]))


def _hover(start: pd.Timestamp, count: float, unit: str) -> str:
    return f"{start:%Y-%m-%d %H:%M:%S} UTC: {number(count)} {inert(unit)}"
