"""In which order, and how surely: a bar for the interval in which each event happened, by series, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.charts import theme
from siemlib.charts.text import counted, inert

if TYPE_CHECKING:
    from siemlib.case.answer import Answer, Chart

MOST_ROWS = 24
"""Rows of bars; of more series the last ones share a row."""
_OTHERS, _UNSAID = "others", "not said"
_WORDS = {"success": "success", "failure": "failure"}
_MILLISECOND = pd.Timedelta(milliseconds=1)


def chronology(
    answer: Answer, series: str | tuple[str, ...] = "source", start: str = "earliest", end: str = "latest"
) -> Chart:
    """Draw an answer with ``source``, the columns ``series`` and aware times ``start`` and ``end``: bars by series.

    Where there is a column ``outcome``, failures and successes have rows of their own. Of more rows than a chart draws,
    bars of one row of the plot that are close together are joined.
    """
    frame = answer.frame
    if frame.empty:
        return theme.nothing(answer)
    columns = (series,) if isinstance(series, str) else series
    names_of = {"series": _series(frame, columns), "source": frame["source"].astype("object")}
    bars = pd.DataFrame({"from": frame[start], "to": frame[end], **names_of, "events": 1})
    rows = _rows(bars)
    bars = bars.assign(row=[rows.get(name, _OTHERS) for name in bars["series"]])
    drawn = _joined(bars)
    names = list(dict.fromkeys(drawn.sort_values("from", kind="stable")["row"]))
    figure = theme.figure(answer.title, 130 + 26 * len(names))
    for name in names:
        part = drawn[drawn["row"] == name]
        sources = part["source"].unique()
        style = theme.style_of(str(sources[0])) if len(sources) == 1 else theme.OTHER
        figure.add_bar(
            base=theme.utc(part["from"]),
            x=list((part["to"] - part["from"]) / _MILLISECOND),
            y=[inert(name)] * len(part),
            orientation="h",
            name=inert(name),
            # A line around it, so that an interval of a millisecond is seen in a plot of a day.
            marker={"color": style.colour, "line": {"color": style.colour, "width": 2}},
            hovertext=[_hover(row) for _, row in part.iterrows()],
            hoverinfo="text+name",
        )
    figure.update_layout(barmode="overlay", bargap=0.4)
    figure.update_xaxes(**theme.utc_axis())
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=[inert(name) for name in reversed(names)])
    return theme.chart(answer, figure, _sentence(len(frame), len(drawn), frame[end] - frame[start]))


def _series(frame: pd.DataFrame, columns: tuple[str, ...]) -> list[str]:
    texts = [[None if pd.isna(value) else str(value) for value in frame[column]] for column in columns]
    names = [" · ".join(filter(None, row)) or _UNSAID for row in zip(*texts, strict=True)]
    if "outcome" not in frame.columns:
        return names
    return [
        f"{name} · {_WORDS[outcome]}" if outcome in _WORDS else f"{name} · {_UNSAID}"
        for name, outcome in zip(names, frame["outcome"].astype("object"), strict=True)
    ]


def _rows(bars: pd.DataFrame) -> dict[str, str]:
    """The row of the plot for each series that has one of its own: those that begin first."""
    names = list(dict.fromkeys(bars.sort_values("from", kind="stable")["series"]))
    return {name: name for name in (names if len(names) <= MOST_ROWS else names[: MOST_ROWS - 1])}


def _joined(bars: pd.DataFrame) -> pd.DataFrame:
    """At most ``MOST_POINTS`` bars: those of a row with less than a growing gap between them are joined."""
    bars = bars.sort_values(["row", "from"], kind="stable")
    gap = max((bars["to"].max() - bars["from"].min()) / theme.MOST_POINTS, _MILLISECOND)
    while len(bars) > theme.MOST_POINTS:
        # The end so far, not the end of the bar before: a long bar may hold many short ones.
        ends = bars.groupby("row")["to"].cummax().groupby(bars["row"]).shift()
        part = (ends.isna() | (bars["from"] - ends > gap)).cumsum()
        groups = bars.groupby(part, sort=False)
        merged = {name: (name, "first") for name in ("row", "source")}
        bars = groups.agg(**merged, **{"from": ("from", "min"), "to": ("to", "max"), "events": ("events", "sum")})
        gap *= 2
    return bars


def _hover(row: pd.Series) -> str:
    return f"{counted(row['events'], 'event')}, {row['from']:%Y-%m-%d %H:%M:%S} to {row['to']:%Y-%m-%d %H:%M:%S} UTC"


def _sentence(events: int, bars: int, widths: pd.Series) -> str:
    joined = "one each" if events == bars else "bars of one row that are close together are joined"
    shortest, longest = widths.min().total_seconds(), widths.max().total_seconds()
    return (
        f"{counted(events, 'row')} of the table, drawn as {counted(bars, 'bar')}, {joined}. The shortest interval is"
        f" {shortest:g} s, the longest {longest:,.0f} s; where bars overlap, no order is proven."
    )
