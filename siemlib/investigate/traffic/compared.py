"""Was it so a week ago: the same window, seven days before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import not_held, typed
from siemlib.investigate.traffic.directions import ACTIONS, totals
from siemlib.investigate.traffic.flow import SOURCE, groups, recorded, whole
from siemlib.investigate.words import at, count, names

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.engine import Result
    from siemlib.model.timespan import TimeSpan

WEEK = timedelta(days=7)
_COLUMNS = {
    "direction": "text",
    "action": "text",
    "flows": "count",
    "flows before": "count",
    "bytes": "count",
    "bytes before": "count",
}
_TITLE = "Traffic compared with the same window a week before"


def compared(case: Case) -> Answer:
    """Put the flows and bytes by direction and action beside those of the same window seven days before.

    Columns: ``direction``, ``action``, ``flows``, ``flows before``, ``bytes``, ``bytes before``. The columns of before
    are missing when no record of that window is held: that is not the same as no traffic.
    """
    if not groups(case):
        return not_held("compared", _TITLE, SOURCE, _COLUMNS)
    span = case.timespan.earlier(WEEK)
    earlier = case.over(span)
    now, held = totals(case), recorded(earlier)
    before = totals(earlier) if held.rows else None
    frame = _side_by_side(now, before)
    runs = (now.run, held.run, *((before.run,) if before else ()))
    searched = f"log groups {', '.join(groups(case))}, {case.timespan} and {span}, for accepted and rejected flows."
    return Answer("compared", _TITLE, frame, _reading(case, frame, span, held), searched, runs)


def _side_by_side(now: Result, before: Result | None) -> pd.DataFrame:
    sums: dict[tuple[str, str], list[int]] = {}
    for place, result in enumerate((now, before)):
        for row in result.rows if result else []:
            amounts = sums.setdefault((row["direction"], ACTIONS[row["action"]]), [0, 0, 0, 0])
            amounts[place] += whole(row, "flows")
            amounts[2 + place] += whole(row, "sum_bytes")
    rows: list[tuple[object, ...]] = []
    for key, (flows, flows_before, size, size_before) in sorted(sums.items()):
        known = (flows_before, size_before) if before else (None, None)
        rows.append((*key, flows, known[0], size, known[1]))
    return typed(rows, _COLUMNS)


def _reading(case: Case, frame: pd.DataFrame, span: TimeSpan, held: Result) -> str:
    where = names(groups(case))
    overlap = " The window is longer than a week, so that the two overlap." if span.end > case.timespan.start else ""
    if not held.rows:
        return f"{where}: no flow record is held of {span}, so that there is nothing to compare with.{overlap}"
    times = typed(((row["first_ms"], row["last_ms"]) for row in held.rows), {"first": "time", "last": "time"})
    records = sum(whole(row, "records") for row in held.rows)
    held_ = (
        f"The week before has {count(records, 'record')}, from {at(times['first'].min())} to {at(times['last'].max())}."
    )
    parts = [
        f"{row['direction']} {row['action']} {row['flows']:,} ({row['flows before']:,})" for _, row in frame.iterrows()
    ]
    return f"Flows, and in brackets a week before: {'; '.join(parts) or 'none'}. {held_}{overlap}"
