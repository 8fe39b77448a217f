"""Answers made by hand for the tests of the charts: what is in them is known by reading them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.model.run import Completeness, Run, Statistics
from siemlib.model.timespan import TimeSpan

if TYPE_CHECKING:
    from siemlib.case.answer import Chart

HOSTILE = '<b>x</b><a href="javascript:alert(1)">$\\alpha$ %{x}</a>'
START = pd.Timestamp("2026-03-04 02:00", tz="UTC")


RUN = Run(
    id="0" * 32,
    engine="local:archive",
    query="fields @message",
    parameters={},
    timespan=TimeSpan(START.to_pydatetime(), (START + pd.Timedelta(hours=1)).to_pydatetime()),
    log_groups=("vpc-flow",),
    started=START.to_pydatetime(),
    finished=START.to_pydatetime(),
    statistics=Statistics(),
    completeness=Completeness.COMPLETE,
)


def answer(frame: pd.DataFrame, runs: tuple[Run, ...] = (RUN,)) -> Answer:
    """An answer that rests on one run, or on none."""
    return Answer("an-answer", "A title", frame, "A reading.", "Searched nothing.", runs)


def binned(column: str, count: str, rows: list[tuple[int, str, int]]) -> pd.DataFrame:
    """Rows of (minute, name, count) in bins of one minute."""
    since = [START + pd.Timedelta(minutes=minute) for minute, _, _ in rows]
    frame = pd.DataFrame(
        {"from": since, "to": [t + pd.Timedelta(minutes=1) for t in since]},
        dtype="datetime64[ms, UTC]",
    )
    frame[column] = pd.Series([name for _, name, _ in rows], dtype="string")
    frame[count] = pd.Series([n for _, _, n in rows], dtype="Int64")
    return frame


def drawn(chart: Chart) -> dict[str, Any]:
    """The figure exactly as a page receives it."""
    return dict(json.loads(chart.figure.to_json(engine="json")))


def marks(chart: Chart) -> int:
    """How many bars or dots are drawn."""
    return sum(len(trace.y) for trace in chart.figure.data)


def words(chart: Chart) -> str:
    """Every text in the plot."""
    return " ".join(note.text for note in chart.figure.layout.annotations)
