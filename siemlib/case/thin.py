"""When the logs of a timespan are too thin to prove an absence: what belongs beside the status of a report.

Every run over years of empty logs is complete. That says nothing of what those logs do not hold.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from siemlib.model.timespan import TimeSpan


def caveat(thin: int, groups: int) -> str:
    """The sentence for ``thin`` of so many log groups without events in more than half of the time; else empty."""
    if thin * 2 <= groups:
        return ""
    which = f"{thin} of {groups} have" if groups > 1 else "the only one has"
    return f"Most log groups hold nothing most of the time: {which} no event in more than half of the timespan."


def thin_groups(frame: pd.DataFrame, timespan: TimeSpan) -> int:
    """How many rows, with the times of the ``first`` and the ``last`` event, lie within less than half of the span.

    Missing times are those of a group without any event. Silence between first and last is not seen here.
    """
    whole = timespan.end - timespan.start
    held = (frame["last"] - frame["first"]).fillna(pd.Timedelta(0))
    return int((held * 2 < max(whole, timedelta(0))).sum())
