"""The last event of every log group, and how long ago it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, group_name, searched, source_title, typed
from siemlib.investigate.words import at, count, names, plain, verb
from siemlib.queries import saved

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.engine import Result

_HOUR = 3600
_LAST = {"log group": "text", "kind of log": "text", "events": "count", "last": "time", "silent for, hours": "count"}


def last_events(case: Case) -> Answer:
    """The last event of every log group, and how long before the end of the timespan it was; the longest silence first.

    Columns: ``log group``, ``kind of log``, ``events``, ``last``, ``silent for, hours`` (missing without any event).
    """
    title = "Time since the last event of each log group"
    groups = case.engine.log_groups()
    if not groups:
        return Answer("last-events", title, typed([], _LAST), "There is no log group.", "no log group.", ())
    result = ask(case, saved("any/activity_by_log_group").text, case.log_groups())
    frame = _since(case, result)
    asked = searched(case, case.log_groups(), "events of any kind")
    return Answer("last-events", title, frame, _last_reading(case, frame), asked, (result.run,))


def _since(case: Case, result: Result) -> pd.DataFrame:
    seen = {group_name(row["@log"]): row for row in result.rows}
    end = pd.Timestamp(case.timespan.end)
    rows = (
        (
            group.name,
            ", ".join(source_title(name) for name in group.sources) or "other logs",
            int(seen[group.name]["events"]) if group.name in seen else 0,
            seen.get(group.name, {}).get("last_ms"),
            None,
        )
        for group in case.engine.log_groups()
    )
    frame = typed(rows, _LAST)
    hours = (end - frame["last"]).dt.total_seconds().div(_HOUR).astype("Float64").round(2)
    frame = frame.assign(**{"silent for, hours": hours, "_none": frame["last"].notna()})
    ordered = frame.sort_values(["_none", "silent for, hours"], ascending=[True, False], kind="stable")
    return ordered.drop(columns="_none").reset_index(drop=True)


def _last_reading(case: Case, frame: pd.DataFrame) -> str:
    some = frame[frame["events"] > 0]
    none = [str(name) for name in frame.loc[frame["events"] == 0, "log group"]]
    if some.empty:
        return f"No log group has any event, {case.timespan}."
    longest = some.iloc[0]
    told = (
        f"{len(some):,} of {count(len(frame), 'log group')} {verb(len(some), 'has', 'have')} events;"
        f" the longest silence at the end is that of {plain(longest['log group'])},"
        f" {longest['silent for, hours']:,.2f} hours since {at(longest['last'])}."
    )
    return f"{told} Without any event: {names(none)}." if none else told
