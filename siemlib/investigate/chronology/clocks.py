"""How exactly each log tells the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import source_title, typed
from siemlib.investigate.chronology.again import tightened
from siemlib.investigate.chronology.gathered import asked_for, gather, nobody
from siemlib.investigate.words import names

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.investigate.chronology.gathered import Subjects

_NAME, _TITLE = "clocks", "How exactly each log tells the time"
_COLUMNS = {"source": "text", "log groups": "text", "clocks": "count", "events": "count"}
_WIDTHS = ("shortest interval (s)", "median interval (s)", "longest interval (s)")


def clocks(case: Case, subjects: Subjects) -> Answer:
    """Measure the intervals of the events: one row for each source and reason, the widest first.

    Columns: ``source``, ``log groups``, ``clocks`` (log groups and streams, each taken to have a clock of its own),
    ``events``, the shortest, the median and the longest interval in seconds, and ``why`` they are so wide. How wrong
    the clock of a host was is in no log: the intervals do not hold it.
    """
    if not subjects:
        return nobody(_NAME, _TITLE, _COLUMNS)
    found = gather(case, subjects)
    frame = tightened(found.frame)
    frame = frame.assign(width=(frame["latest"] - frame["earliest"]).dt.total_seconds())
    rows, widths, reasons = [], [], []
    for (name, why), part in frame.groupby(["source", "why"], dropna=False):
        groups = ", ".join(part["log group"].unique())
        rows.append((source_title(str(name)), groups, part["clock"].nunique(), len(part)))
        widths.append((part["width"].min(), part["width"].median(), part["width"].max()))
        reasons.append(str(why))
    told = typed(rows, _COLUMNS)
    for place, name in enumerate(_WIDTHS):
        told[name] = pd.Series([width[place] for width in widths], dtype="Float64")
    told["why"] = pd.Series(reasons, dtype="string")
    told = told.sort_values([_WIDTHS[2], "source"], ascending=[False, True], ignore_index=True)
    reading = " ".join([_reading(told), *found.unread])
    return Answer(_NAME, _TITLE, told, reading, asked_for(case, subjects), found.runs)


def _reading(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "No event, and so no time to judge."
    widest = [f"{row['source']} {row[_WIDTHS[0]]:g} to {row[_WIDTHS[2]]:g} s" for _, row in frame.iterrows()]
    return (
        f"An event lies somewhere in its interval: {names(widest, most=8)}. The error of a host's clock comes on top."
    )
