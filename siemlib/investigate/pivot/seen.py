"""Where does the subject appear at all: one query over every log group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, group_name, held, kinds, searched, source_title, times, typed
from siemlib.investigate.words import count, names, span, verb
from siemlib.queries import saved

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.investigate.subject import Subject

_MOST_GROUPS = 12
_COLUMNS = {"log group": "text", "kind of log": "text", "events": "count", "first": "time", "last": "time"}


def seen_in(case: Case, subject: Subject) -> Answer:
    """Count the events that name the subject, for each log group, also for those where nothing was found.

    Columns: ``log group``, ``kind of log``, ``events``, ``first``, ``last``; most events first.
    """
    groups = case.log_groups()
    title = f"Where {subject.name} appears"
    query = saved("any/activity_by_log_group").after(subject.anywhere(held(case)))
    result = ask(case, query, groups) if groups else None
    rows = {group_name(row["@log"]): row for row in result.rows} if result else {}
    kind_of = {group: sources for sources, found in kinds(case).items() for group in found}
    frame = typed(
        (
            (
                group,
                ", ".join(source_title(name) for name in kind_of[group]) or "other logs",
                int(rows[group]["events"]) if group in rows else 0,
                rows.get(group, {}).get("first_ms"),
                rows.get(group, {}).get("last_ms"),
            )
            for group in groups
        ),
        _COLUMNS,
    )
    frame = frame.sort_values("events", ascending=False, kind="stable", ignore_index=True)
    asked = searched(case, groups, f"messages that name {subject.name} exactly")
    return Answer("seen-in", title, frame, _reading(subject, frame, case), asked, (result.run,) if result else ())


def _reading(subject: Subject, frame: pd.DataFrame, case: Case) -> str:
    found = frame[frame["events"] > 0]
    silent = [str(name) for name in frame.loc[frame["events"] == 0, "log group"]]
    if frame.empty:
        return "There is no log group: nothing was examined."
    if found.empty:
        return f"No event names {subject.name} in {names(silent, most=_MOST_GROUPS)}, {case.timespan}."
    events = found["events"].sum()
    first, last = times(found["first"]).min(), times(found["last"]).max()
    reading = (
        f"{count(events, 'event')} in {len(found)} of {count(len(frame), 'log group')} {verb(events, 'names', 'name')} "
        f"{subject.name}, {span(first, last)}: "
        + names([f"{row['log group']} {row['events']:,}" for _, row in found.iterrows()], most=_MOST_GROUPS)
        + "."
    )
    return f"{reading} Searched, with nothing found: {names(silent, most=_MOST_GROUPS)}." if silent else reading
