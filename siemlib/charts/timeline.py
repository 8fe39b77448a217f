"""In which order: one dot for each event, by source, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.charts import theme
from siemlib.charts.text import counted, inert, number

if TYPE_CHECKING:
    from siemlib.case.answer import Answer, Chart

_UNSAID = "not said"
_SYMBOLS = {"success": "circle", "failure": "x", _UNSAID: "circle-open"}


def timeline(answer: Answer) -> Chart:
    """Draw an answer with the columns ``time``, ``source``, ``outcome``, ``action``: dots, or dots for many events."""
    frame = answer.frame
    if frame.empty:
        return theme.nothing(answer)
    events = frame.assign(source=frame["source"].astype("object"), outcome=_outcomes(frame["outcome"]), events=1)
    aggregated = len(events) > theme.MOST_POINTS
    dots = _aggregated(events) if aggregated else events
    sources = list(dict.fromkeys(dots.sort_values("time", kind="stable")["source"]))
    figure = theme.figure(answer.title, 140 + 40 * len(sources))
    pairs = zip(dots["source"].astype("str"), dots["outcome"].astype("str"), strict=True)
    for source, outcome in sorted(set(pairs)):
        part = dots[(dots["source"] == source) & (dots["outcome"] == outcome)]
        figure.add_scatter(
            x=theme.utc(part["time"]),
            y=[inert(source)] * len(part),
            mode="markers",
            name=inert(f"{source}, {outcome}"),
            marker={"symbol": _SYMBOLS[outcome], "size": 9, "color": theme.style_of(source).colour, "opacity": 0.8},
            hovertext=[_hover(row, outcome) for _, row in part.iterrows()],
            hoverinfo="text",
        )
    figure.update_xaxes(**theme.utc_axis())
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=[inert(s) for s in reversed(sources)])
    figure.add_annotation(text="circle: success, cross: failure, ring: not said", **_CAPTION)
    drawn = (
        f"{counted(len(events), 'event')}, drawn as {counted(len(dots), 'dot')}: events of one source that are close "
        "in time and had the same outcome share one."
        if aggregated
        else f"{counted(len(events), 'event')}, one dot each."
    )
    return theme.chart(answer, figure, f"{drawn} {_failures(events)}")


_CAPTION = {"x": 0, "y": 1, "xref": "paper", "yref": "paper", "yshift": 14, "showarrow": False, "xanchor": "left"}


def _outcomes(column: pd.Series) -> pd.Series:
    said = column.astype("object").where(column.notna(), _UNSAID)
    return said.where(said.isin(list(_SYMBOLS)), _UNSAID)


def _aggregated(events: pd.DataFrame) -> pd.DataFrame:
    """At most ``MOST_POINTS`` dots: time is cut into as many equal parts as the pairs of source and outcome allow."""
    pairs = events[["source", "outcome"]].drop_duplicates()
    parts = max(1, theme.MOST_POINTS // len(pairs) - 1)
    since = events["time"].min()
    width = max((events["time"].max() - since) / parts, pd.Timedelta(milliseconds=1))
    binned = events.assign(part=(events["time"] - since) // width)
    groups = binned.groupby(["source", "outcome", "part"], as_index=False)
    return groups.agg(time=("time", "min"), action=("action", "first"), events=("events", "sum"))


def _hover(row: pd.Series, outcome: str) -> str:
    many = f" and {number(row['events'] - 1)} more" if row["events"] > 1 else ""
    return f"{row['time']:%Y-%m-%d %H:%M:%S} UTC {inert(row['source'])}: {inert(row['action'])}{many} ({outcome})"


def _failures(events: pd.DataFrame) -> str:
    counts = events["outcome"].value_counts()
    failed, passed = counts.get("failure", 0), counts.get("success", 0)
    return f"{counted(failed, 'failed event')}, {counted(passed, 'succeeded event')}."
