"""What was done at databases, in applications and on hosts: the events of the other logs, by what they call it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import OTHER, not_held, searched, source_title, times
from siemlib.investigate.labels import with_labels
from siemlib.investigate.sightings import Sightings, sightings
from siemlib.investigate.words import at, count, names, plain, span, verb

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.investigate.subject import Subject
    from siemlib.model.run import Run

DATABASES = ("postgresql", "mysql")
ACTIONS = ("application", "application_text", "json_events", "auditd", "sshd", "syslog", "plain", OTHER)
"""The logs whose events no question of their own is about. Of sshd and syslog also the logins: their questions count
attempts, this one lines."""

_COLUMNS = {
    "source": "text",
    "user": "text",
    "address": "text",
    "action": "text",
    "outcome": "text",
    "events": "count",
    "first": "time",
    "last": "time",
    "example": "text",
}


def databases(case: Case, subject: Subject) -> Answer:
    """Count what databases log of the subject: logins, connections, statements by their first word.

    Columns: ``source``, ``user``, ``address``, ``address is`` (from the inventory), ``action``, ``outcome``,
    ``events``, ``first``, ``last``, ``example`` (the first of them); failures first, then most events.
    """
    title = f"What databases log of {subject.name}"
    return _answer(case, subject, DATABASES, "databases", title) or _unexamined("databases", title, DATABASES)


def actions(case: Case, subject: Subject) -> Answer:
    """Count the events of applications and hosts by action and outcome; columns as of :func:`databases`."""
    title = f"What applications and hosts log of {subject.name}"
    return _answer(case, subject, ACTIONS, "actions", title) or _unexamined("actions", title, ACTIONS)


def _answer(case: Case, subject: Subject, sources: tuple[str, ...], name: str, title: str) -> Answer | None:
    """``None`` where no log group holds any of the sources, and no event was read as one of them."""
    seen = sightings(case, subject)
    events = seen.frame[seen.frame["source"].isin(sources)]
    groups = tuple(group for group in case.log_groups() if _holds(case, group, sources))
    groups = tuple(dict.fromkeys([*groups, *map(str, events["log group"].unique())]))
    if not groups:
        return None
    frame = _counted(events)
    reading = " ".join([_reading(subject, frame, groups, case), *seen.unread])
    asked = searched(case, groups, f"events that name {subject.name}")
    return Answer(name, title, with_labels(case, frame, "address"), reading, asked, _runs(seen, groups))


def _holds(case: Case, group: str, sources: tuple[str, ...]) -> bool:
    if OTHER in sources and not any(group in case.log_groups(known) for known in _named(case, group)):
        return True
    return any(group in case.log_groups(name) for name in sources if name != OTHER)


def _named(case: Case, group: str) -> tuple[str, ...]:
    return tuple(name for found in case.engine.log_groups() if found.name == group for name in found.sources)


def _runs(seen: Sightings, groups: tuple[str, ...]) -> tuple[Run, ...]:
    return tuple(run for run in seen.runs if set(run.log_groups) & set(groups))


def _unexamined(name: str, title: str, sources: tuple[str, ...]) -> Answer:
    kinds = names([source_title(known) for known in sources if known != OTHER], most=len(sources), last="or")
    empty = not_held(name, title, sources[0], _COLUMNS, "address")
    return replace(empty, reading=f"Not examined: no log group holds {kinds}.")


def _counted(events: pd.DataFrame) -> pd.DataFrame:
    keys = ["source", "actor", "address", "action", "outcome"]
    counted = events.groupby(keys, as_index=False, dropna=False, sort=True).agg(
        events=("times", "sum"), first=("time", "min"), last=("time", "max"), example=("summary", "first")
    )
    frame = counted.rename(columns={"actor": "user"})
    frame = frame.assign(first=times(frame["first"]), last=times(frame["last"]), failed=frame["outcome"] == "failure")
    ordered = frame.sort_values(["failed", "events"], ascending=False, kind="stable", ignore_index=True)
    return ordered[list(_COLUMNS)]


def _reading(subject: Subject, frame: pd.DataFrame, groups: tuple[str, ...], case: Case) -> str:
    if frame.empty:
        return f"No event names {subject.name} in {names(groups)}, {case.timespan}."
    # A firewall on a host names both ends: the packets that others sent to it are not the subject's doing.
    column, noun = ("user", "users") if subject.ip is None else ("address", "addresses")
    own = frame[frame[column] == subject.name]
    others = int(frame["events"].sum() - own["events"].sum())
    besides = f"{count(others, 'event')} of other {noun}, or of none, {verb(others, 'names', 'name')} it."
    if own.empty:
        return f"No event of {subject.name} itself; {besides}"
    sentences = [f"{count(own['events'].sum(), 'event')} {span(own['first'].min(), own['last'].max())}."]
    for source, part in own.groupby("source", sort=False):
        by_action = part.groupby("action")["events"].sum().sort_values(ascending=False, kind="stable")
        told = names([f"{action} {number:,}" for action, number in by_action.items()])
        sentences.append(f"{source_title(str(source))}: {told}.")
    failed = own[own["outcome"] == "failure"]
    passed = int(own.loc[own["outcome"] == "success", "events"].sum())
    sentences.append(f"By what they say {failed['events'].sum():,} failed and {passed:,} succeeded.")
    if len(failed):
        first = failed.sort_values("first", kind="stable").iloc[0]
        sentences.append(f'The first failure, at {at(first["first"])}: "{plain(first["example"])}".')
    return " ".join([*sentences, f"Besides, {besides}"] if others else sentences)
