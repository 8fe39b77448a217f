"""The first look: was it an error or an attack, in five lines that the sections below support."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.alerts import alerts, worst
from siemlib.investigate.ask import searched, typed
from siemlib.investigate.calls import account_changes
from siemlib.investigate.flows import flows, ports
from siemlib.investigate.logins import logins
from siemlib.investigate.seen import seen_in
from siemlib.investigate.sightings import sightings
from siemlib.investigate.words import at, count, names, plain, span

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.investigate.subject import Subject

_COLUMNS = {"question": "text", "answer": "text"}


def first_look(case: Case, subject: Subject) -> Answer:
    """Answer five questions in a line each: where and when, the worst alert, traffic, logins, changes in the account.

    Columns: ``question``, ``answer``. Its reading says what of this was found together, and what was not examined.
    """
    seen, warned, entered = seen_in(case, subject), alerts(case, subject), logins(case, subject)
    changed = account_changes(case, subject)
    traffic = [("Which traffic passed?", _traffic(case, subject))] if subject.ip else []
    rows = [
        ("Where and when was it seen?", _seen(seen)),
        ("What is the worst alert?", f"{worst(warned.frame)}." if len(warned.frame) else warned.reading),
        *traffic,
        ("Did a login succeed?", entered.reading),
        ("Was the account changed?", changed.reading),
    ]
    parts = (seen, warned, entered, changed)
    unread = sightings(case, subject).unread
    runs = {run.id: run for part in parts for run in part.runs}
    return Answer(
        "first-look",
        f"First look at {subject.name}",
        typed(rows, _COLUMNS),
        " ".join([_reading(subject, *parts), *unread]),
        searched(case, case.log_groups(), f"events of {subject.name}"),
        tuple(runs.values()),
    )


def _seen(answer: Answer) -> str:
    found = answer.frame[answer.frame["events"] > 0]
    if found.empty:
        return answer.reading
    where = names([f"{row['log group']} {row['events']:,}" for _, row in found.iterrows()], most=12)
    return f"{where}; {span(found['first'].min(), found['last'].max())}."


def _traffic(case: Case, subject: Subject) -> str:
    passed, asked = flows(case, subject), ports(case, subject)
    return passed.reading if passed.frame.empty else f"{passed.reading} {asked.reading}"


def _reading(subject: Subject, seen: Answer, warned: Answer, entered: Answer, changed: Answer) -> str:
    if not seen.frame["events"].sum():
        return seen.reading
    facts = [f for f in (_alerted(warned), _entered(entered), _changed(changed)) if f]
    absent = [
        what
        for answer, what in (
            (warned, "no alert"),
            (entered, "no login that succeeded"),
            (changed, "no change in the account"),
        )
        if answer.runs
    ]
    without = f", but with {names(absent)}" if absent else ""
    sentence = f"{subject.name}: {'; '.join(facts)}." if facts else f"{subject.name} was seen{without}."
    blind = [answer.title for answer in (warned, entered, changed) if not answer.runs]
    return f"{sentence} Not examined, for want of logs: {names(blind)}." if blind else sentence


def _alerted(answer: Answer) -> str:
    if answer.frame.empty:
        return ""
    highest = answer.frame["level"].max()
    level = f" up to level {highest}" if pd.notna(highest) else ""
    return count(answer.frame["alerts"].sum(), "alert") + level


def _entered(answer: Answer) -> str:
    passed = answer.frame[answer.frame["successes"] > 0].sort_values("first success", kind="stable")
    if passed.empty:
        failures = answer.frame["failures"].sum() if len(answer.frame) else 0
        return f"{count(failures, 'failed login')}, none that succeeded" if failures else ""
    row = passed.sort_values("by its address", ascending=False, kind="stable").iloc[0]
    who = plain(row["user"]) if pd.notna(row["user"]) else "an unnamed user"
    place = f" from {plain(row['address'])}" if pd.notna(row["address"]) else ""
    return f"{who} got in{place} at {at(row['first success'])} after {count(row['by its address'], 'failure')}"


def _changed(answer: Answer) -> str:
    done = answer.frame[answer.frame["outcome"] == "success"]
    if done.empty:
        return ""
    return f"{count(len(done), 'change')} in the account since {at(done['time'].iloc[0])}"
