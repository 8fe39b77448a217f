"""Whether the address is a user's: successful activity from it, in every log that names users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import held, searched, typed
from siemlib.investigate.labels import named
from siemlib.investigate.sightings import sightings
from siemlib.investigate.subject import Subject
from siemlib.investigate.triage.absent import of_an_alert
from siemlib.investigate.triage.entry import broke_in, logins_of
from siemlib.investigate.triage.focus import focus
from siemlib.investigate.words import at, count, names, plain

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.investigate.triage.alarm import Alarm

SOURCES_OF_USERS = (
    "application",
    "application_text",
    "json_events",
    "web_access",
    "postgresql",
    "mysql",
    "cloudtrail",
    "sshd",
    "syslog",
)
"""The logs that name a user beside an address. An alert only repeats one of them."""
_OF_APPLICATIONS = {
    "application log": ("application", "application_text", "json_events"),
    "web access log": ("web_access",),
    "database log": ("postgresql", "mysql"),
    "CloudTrail": ("cloudtrail",),
}

_COLUMNS = {
    "user": "text",
    "source": "text",
    "log group": "text",
    "events": "count",
    "before the window": "count",
    "first": "time",
    "last": "time",
}


@of_an_alert
def known_use(case: Case, alarm: Alarm) -> Answer:
    """Count the successful events of users from the alert's address, by user and log group.

    Columns: ``user``, ``source``, ``log group``, ``events``, ``before the window`` (of these, those before the window
    and before any failures that ended in a break-in), ``first``, ``last``; most events before the window first.
    """
    title = "Users at the address"
    about = focus(case, alarm)
    if about.ip is None:
        reading = f"Not examined: {alarm.name} names no address."
        return Answer("known-use", title, typed([], _COLUMNS), reading, "no log group.", ())
    seen = sightings(case, Subject(about.ip.text, about.ip))
    frame = _counted(seen.frame, about.ip.text, _until(case, alarm))
    groups = tuple(dict.fromkeys(group for name in SOURCES_OF_USERS for group in case.log_groups(name)))
    asked = searched(case, groups, f"successful events of users from {about.ip.text}")
    reading = " ".join([_reading(case, about.ip.text, frame), *_missing(case), *seen.unread])
    return Answer("known-use", title, frame, reading, asked, seen.runs if groups else ())


def known_users(answer: Answer) -> tuple[str, ...]:
    """The users of an answer with activity before the window: ``maria (cloudtrail)``."""
    before = answer.frame[answer.frame["before the window"] > 0]
    return tuple(f"{plain(row['user'])} ({row['source']})" for _, row in before.iterrows())


def _until(case: Case, alarm: Alarm) -> pd.Timestamp:
    """What comes after a break-in is the intruder's: it makes the address nobody's own."""
    logins = logins_of(case, alarm)
    taken = broke_in(logins.ever) if logins else None
    return min(taken.began, alarm.start) if taken and taken.began else alarm.start


def _counted(frame: pd.DataFrame, address: str, until: pd.Timestamp) -> pd.DataFrame:
    own = frame[(frame["address"] == address) & (frame["outcome"] == "success") & frame["actor"].notna()]
    own = own[own["source"].isin(SOURCES_OF_USERS)]
    rows: list[tuple[object, ...]] = [
        (*key, len(part), int((part["time"] < until).sum()), part["time"].min(), part["time"].max())
        for key, part in own.groupby(["actor", "source", "log group"], sort=True)
    ]
    counted = typed(rows, _COLUMNS)
    return counted.sort_values(["before the window", "events"], ascending=False, kind="stable", ignore_index=True)


def _missing(case: Case) -> list[str]:
    absent = [name for name, kinds in _OF_APPLICATIONS.items() if not set(kinds) & set(held(case))]
    return [f"No log group holds {names(absent, last='or')}."] if absent else []


def _reading(case: Case, address: str, frame: pd.DataFrame) -> str:
    who = named(case, address)
    if frame.empty:
        return f"No successful event of a user comes from {who}, {case.timespan}."
    before = frame[frame["before the window"] > 0]
    if before.empty:
        return (
            f"Nobody's successful activity came from {who} before the window;"
            f" {count(frame['events'].sum(), 'event')} since: {_users(frame, 'events')}."
        )
    return (
        f"{count(before['before the window'].sum(), 'successful event')} of"
        f" {count(before['user'].nunique(), 'user')} came from {who} before the window, since"
        f" {at(before['first'].min())}: {_users(before, 'before the window')}."
    )


def _users(frame: pd.DataFrame, column: str) -> str:
    told = [
        f"{plain(row['user'])}, {count(row[column], 'event')} in {plain(row['log group'])}"
        for _, row in frame.iterrows()
    ]
    return names(told, most=3)
