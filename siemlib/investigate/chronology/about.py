"""Whom is this about, and who of them occurs at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import typed
from siemlib.investigate.chronology.gathered import asked_for, gather, nobody
from siemlib.investigate.words import count, names

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.investigate.chronology.gathered import Subjects
    from siemlib.investigate.subject import Subject

_NAME, _TITLE = "subjects", "Whom this is about"
_COLUMNS = {
    "subject": "text",
    "subject is": "text",
    "events": "count",
    "first": "time",
    "last": "time",
    "failures": "count",
    "successes": "count",
    "log groups": "text",
}
_MOST = 12


def about(case: Case, subjects: Subjects) -> Answer:
    """Count the events that name each subject, in the order given, also of those who never occur.

    Columns: ``subject``, ``subject is`` (by the inventory; of a user ``user``), ``events``, ``first``, ``last``,
    ``failures`` and ``successes`` (events that say so), ``log groups`` (with their events).
    """
    if not subjects:
        return nobody(_NAME, _TITLE, _COLUMNS)
    found = gather(case, subjects)
    rows = []
    for place, subject in enumerate(subjects):
        own = found.of(place)
        groups = own["log group"].value_counts()
        first, last = (own["time"].min(), own["time"].max()) if len(own) else (None, None)
        failed, passed = (int((own["outcome"] == outcome).sum()) for outcome in ("failure", "success"))
        where = ", ".join(f"{group} {events:,}" for group, events in groups.items())
        rows.append((subject.name, _is(case, subject), len(own), first, last, failed, passed, where or None))
    reading = " ".join([_reading(case, [(str(row[0]), int(str(row[2]))) for row in rows]), *found.unread])
    return Answer(_NAME, _TITLE, typed(rows, _COLUMNS), reading, asked_for(case, subjects), found.runs)


def _is(case: Case, subject: Subject) -> str:
    label = case.inventory.label(subject.ip) if subject.ip else None
    return label.text if label else subject.noun


def _reading(case: Case, events: list[tuple[str, int]]) -> str:
    seen = [f"{name} in {count(number, 'event')}" for name, number in events if number]
    never = [name for name, number in events if not number]
    if not seen:
        return f"No event names {names(never, most=_MOST, last='or')} in any log group, {case.timespan}."
    told = f"{len(seen)} of {count(len(events), 'subject')} {'occurs' if len(seen) == 1 else 'occur'}:"
    told += f" {names(seen, most=_MOST)}."
    return f"{told} No event names {names(never, most=_MOST, last='or')}." if never else told
