"""Where two subjects meet: events that name both."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import typed
from siemlib.investigate.chronology.gathered import asked_for, gather, nobody
from siemlib.investigate.words import at, count, plain

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.investigate.chronology.gathered import Gathered, Subjects

_NAME, _TITLE = "together", "Where two subjects are named together"
_MOST = 4
"""Pairs that the reading tells; the table has them all."""
_COLUMNS = {
    "subject": "text",
    "other": "text",
    "events": "count",
    "failures": "count",
    "successes": "count",
    "first": "time",
    "last": "time",
    "first success": "time",
    "log groups": "text",
}


def together(case: Case, subjects: Subjects) -> Answer:
    """Count the events that name two subjects, for each pair that is named together at all; most events first.

    Columns: ``subject``, ``other``, ``events``, ``failures``, ``successes``, ``first``, ``last``, ``first success``,
    ``log groups``. Being named in one event is a fact about the event; it is no proof that one used the other.
    """
    if not subjects:
        return nobody(_NAME, _TITLE, _COLUMNS)
    found = gather(case, subjects)
    frame = typed(_rows(found), _COLUMNS)
    frame = frame.sort_values(["events", "first"], ascending=[False, True], kind="stable", ignore_index=True)
    reading = " ".join([_reading(found, frame), *found.unread])
    return Answer(_NAME, _TITLE, frame, reading, asked_for(case, subjects), found.runs)


def _rows(found: Gathered) -> list[tuple[object, ...]]:
    several = [value for value in found.frame["names"].unique() if int(value).bit_count() > 1]
    places = range(len(found.subjects))
    pairs = sorted({pair for value in several for pair in combinations([p for p in places if int(value) >> p & 1], 2)})
    rows: list[tuple[object, ...]] = []
    for one, other in pairs:
        both = 1 << one | 1 << other
        own = found.where((int(value) & both) == both for value in found.frame["names"])
        passed = own[own["outcome"] == "success"]
        groups = own["log group"].value_counts()
        rows.append(
            (
                found.subjects[one].name,
                found.subjects[other].name,
                len(own),
                int((own["outcome"] == "failure").sum()),
                len(passed),
                own["time"].min(),
                own["time"].max(),
                passed["time"].min() if len(passed) else None,
                ", ".join(f"{group} {events:,}" for group, events in groups.items()),
            )
        )
    return rows


def _reading(found: Gathered, frame: pd.DataFrame) -> str:
    if len(found.subjects) == 1:
        return "One subject was given: there is no other to meet."
    if frame.empty:
        return "No event names two of the subjects."
    told = []
    for _, row in frame.iterrows():
        success = f", first success {at(row['first success'])}" if pd.notna(row["first success"]) else ", no success"
        pair = f"{plain(row['subject'])} and {plain(row['other'])}"
        told.append(f"{pair} in {count(row['events'], 'event')} ({row['failures']:,} failed{success})")
    more = f"; and {count(len(told) - _MOST, 'more pair')}" if len(told) > _MOST else ""
    return f"Named together: {'; '.join(told[:_MOST])}{more}."
