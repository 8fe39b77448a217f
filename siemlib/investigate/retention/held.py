"""What each log group holds: since when, until when, how many days of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, group_name, searched, source_title, typed
from siemlib.investigate.words import at, count, names, plain
from siemlib.queries import saved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siemlib.case import Case
    from siemlib.engine import LogGroup, Result

NO_GROUP = "There is no log group."
_COLUMNS = {
    "log group": "text",
    "kind of log": "text",
    "events": "count",
    "first": "time",
    "last": "time",
    "days with events": "count",
    "held from": "time",
    "held to": "time",
    "rejected": "count",
    "files read in part": "count",
}


def by_day(case: Case) -> Result:
    """Events of each UTC day and log group."""
    return ask(case, saved("any/days").text, case.log_groups())


def by_group(case: Case) -> Result:
    """Events of each log group, with the first and the last."""
    return ask(case, saved("any/activity_by_log_group").text, case.log_groups())


def days_of(result: Result) -> dict[str, set[pd.Timestamp]]:
    """The UTC days on which each log group has an event."""
    days: dict[str, set[pd.Timestamp]] = {}
    for row in result.rows:
        days.setdefault(group_name(row["@log"]), set()).add(pd.Timestamp(row["period"], tz="UTC"))
    return days


def held(case: Case) -> Answer:
    """What each log group holds within the timespan, and in the whole archive.

    Columns: ``log group``, ``kind of log``, ``events``, ``first``, ``last`` and ``days with events`` (UTC days) within
    the timespan; ``held from`` and ``held to``, the earliest and the latest event that the engine holds at all;
    ``rejected`` (texts that could not be read as events) and ``files read in part``.
    """
    title = "Log groups, and what they hold"
    groups = case.engine.log_groups()
    if not groups:
        return Answer("held", title, typed([], _COLUMNS), NO_GROUP, "no log group.", ())
    counted, by_days = by_group(case), by_day(case)
    seen = {group_name(row["@log"]): row for row in counted.rows}
    days = days_of(by_days)
    rows = (
        (
            group.name,
            ", ".join(source_title(name) for name in group.sources) or "other logs",
            int(seen.get(group.name, {}).get("events", "0")),
            seen.get(group.name, {}).get("first_ms"),
            seen.get(group.name, {}).get("last_ms"),
            len(days.get(group.name, ())),
            _time(group.first),
            _time(group.last),
            group.rejected,
            len(group.partial_files),
        )
        for group in groups
    )
    frame = typed(rows, _COLUMNS)
    asked = searched(case, case.log_groups(), "events of any kind, by log group and by day")
    reading = " ".join([_reading(case, frame), *_deleted(groups)])
    return Answer("held", title, frame, reading, asked, (counted.run, by_days.run))


def _time(time: object) -> pd.Timestamp | None:
    return None if time is None else pd.Timestamp(str(time)).tz_convert("UTC")


def _reading(case: Case, frame: pd.DataFrame) -> str:
    some = frame[frame["events"] > 0]
    if some.empty:
        known = all(group.events is not None for group in case.engine.log_groups())
        whole = _whole(frame) if known else "what is held before and after it is not known."
        return f"No log group holds an event, {case.timespan}; {whole}"
    silent = [str(name) for name in frame.loc[frame["events"] == 0, "log group"]]
    oldest, newest = some.sort_values("first").iloc[0], some.sort_values("last").iloc[-1]
    sentences = [
        (
            f"{count(some['events'].sum(), 'event')} in {len(some)} of {count(len(frame), 'log group')}: the earliest"
            f" at {at(oldest['first'])} ({plain(oldest['log group'])}), the latest at {at(newest['last'])}"
            f" ({plain(newest['log group'])})."
        )
    ]
    if silent:
        sentences.append(f"Without any event in the timespan: {names(silent)}.")
    if rejected := int(frame["rejected"].sum()):
        sentences.append(f"{count(rejected, 'text')} of the whole archive could not be read as events.")
    return " ".join(sentences)


def _deleted(groups: Sequence[LogGroup]) -> Iterator[str]:
    """After how long events are gone, where a service says so."""
    days: dict[int, list[str]] = {}
    for group in groups:
        if group.retention_days is not None:
            days.setdefault(group.retention_days, []).append(group.name)
    for number in sorted(days):
        yield f"By its setting now, an event is deleted after {count(number, 'day')} from {names(days[number])}."


def _whole(frame: pd.DataFrame) -> str:
    if frame["held from"].isna().all():
        return "none is held at all."
    return f"some are held between {at(frame['held from'].min())} and {at(frame['held to'].max())}."
