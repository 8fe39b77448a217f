"""Between which logs the order can be proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import source_title, typed
from siemlib.investigate.chronology.gathered import nobody
from siemlib.investigate.chronology.order import CLOCK_ERROR, PROVEN
from siemlib.investigate.chronology.timeline import timeline
from siemlib.investigate.words import count, verb

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.investigate.chronology.gathered import Subjects

_NAME, _TITLE = "steps", "Between which logs the order can be proven"
_COLUMNS = {"from": "text", "to": "text", "steps": "count", "provable": "count", "not provable": "count"}


def steps(case: Case, subjects: Subjects, clock_error: float = CLOCK_ERROR) -> Answer:
    """Count the steps from one row of the timeline to the next, by the sources of the two.

    Columns: ``from`` and ``to`` (sources of the row above and of the row), ``steps``, ``provable``, ``not provable``;
    most of the latter first.
    """
    if not subjects:
        return nobody(_NAME, _TITLE, _COLUMNS)
    told = timeline(case, subjects, clock_error)
    frame = told.frame
    pairs = pd.DataFrame(
        {"from": frame["source"].shift(), "to": frame["source"], "provable": frame["order"].isin(PROVEN)}
    ).iloc[1:]
    groups = pairs.groupby(["from", "to"])["provable"]
    rows = [
        (source_title(str(one)), source_title(str(other)), len(part), int(part.sum()), int((~part).sum()))
        for (one, other), part in groups
    ]
    counted = typed(rows, _COLUMNS).sort_values(["not provable", "steps"], ascending=False, ignore_index=True)
    return Answer(_NAME, _TITLE, counted, _reading(counted), told.searched, told.runs)


def _reading(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "Fewer than two events: there is no order to prove."
    left, total = int(frame["not provable"].sum()), int(frame["steps"].sum())
    if not left:
        return f"Each of {count(total, 'step')} is provable."
    top = frame.iloc[0]
    return (
        f"{left:,} of {count(total, 'step')} {verb(left, 'is', 'are')} not provable,"
        f" {'' if left == 1 else 'most of them '}from {top['from']} to {top['to']}"
        f" ({top['not provable']:,} of {top['steps']:,})."
    )
