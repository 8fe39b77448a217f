"""The first look: was it an error or an attack, in five lines that the sections below support."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import searched, typed
from siemlib.investigate.attempts import outside
from siemlib.investigate.labels import named, what_it_is
from siemlib.investigate.pivot.alerts import alerts, worst
from siemlib.investigate.pivot.calls import account_changes, by_whom
from siemlib.investigate.pivot.flows import Tried, flows, ports, tried
from siemlib.investigate.pivot.logins import logins
from siemlib.investigate.pivot.requests import probes, requests
from siemlib.investigate.pivot.seen import seen_in
from siemlib.investigate.pivot.signatures import answered, reply, signatures
from siemlib.investigate.sightings import by_number, sightings
from siemlib.investigate.words import at, count, listed, names, plain, span

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.investigate.subject import Subject

_COLUMNS = {"question": "text", "answer": "text"}


def first_look(case: Case, subject: Subject) -> Answer:
    """Answer a question in a line each: where and when, the worst alert, traffic, logins, the account, and more.

    Columns: ``question``, ``answer``. Its reading says what of this was found together, and what was not examined.
    """
    questions = (
        seen_in,
        alerts,
        logins,
        account_changes,
        requests,
        signatures,
        *((flows, ports) if subject.ip else ()),
    )
    answers = case.together(*(partial(question, case, subject) for question in questions))
    (seen, warned, entered, changed, web, sensed), moved = answers[:6], answers[6:]
    traffic = [("Which traffic passed?", _traffic(case, subject))] if subject.ip else []
    told = [what_it_is(case, subject.name)] if subject.ip else []
    rows = [
        *(("What is it?", sentence) for sentence in told),
        ("Where and when was it seen?", _seen(seen)),
        ("What is the worst alert?", f"{worst(warned.frame)}." if len(warned.frame) else warned.reading),
        *traffic,
        *([("What was asked of web servers?", web.reading)] if web.runs else []),
        *([("What did the network sensor see?", sensed.reading)] if sensed.runs else []),
        ("Did a login succeed?", entered.reading),
        ("Was the account changed?", changed.reading),
    ]
    parts = [
        _Part(warned, "alerts", "no alert", _alerted(warned)),
        *([_Part(moved[0], "traffic", "no flow", _passed(moved[0], tried(case, subject)[0]))] if moved else []),
        # Not every archive has these two, and what it lacks is said at their questions.
        *([_Part(web, "web requests", "no web request", _asked(web))] if web.runs else []),
        *(
            [_Part(sensed, "the network sensor", "no alert of the sensor", _sensed(sensed, case))]
            if sensed.runs
            else []
        ),
        _Part(entered, "logins", "no login that succeeded", _entered(subject, entered, case)),
        _Part(changed, "changes in the account", "no change in the account", _changed(subject, changed, case)),
    ]
    found = sightings(case, subject)
    unread = [*by_number(subject, found), *found.unread]
    runs = {run.id: run for part in (seen, warned, *moved, web, sensed, entered, changed) for run in part.runs}
    return Answer(
        "first-look",
        f"First look at {subject.name}",
        typed(rows, _COLUMNS),
        " ".join([_reading(subject, seen, parts), *told, *unread]),
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


@dataclass(frozen=True)
class _Part:
    """One subject of the headline: what it is called, and the fact that was found, if any."""

    answer: Answer
    noun: str
    absent: str
    fact: str


def _reading(subject: Subject, seen: Answer, parts: list[_Part]) -> str:
    if not seen.frame["events"].sum():
        return seen.reading
    # A question that was asked has a run; one that no log can answer has none, and its answer is not "no".
    facts = [part.fact for part in parts if part.fact]
    absent = [part.absent for part in parts if part.answer.runs and not part.fact]
    without = f", but with {names(absent)}" if absent else ""
    sentence = f"{subject.name}: {'; '.join(facts)}." if facts else f"{subject.name} was seen{without}."
    blind = [part.noun for part in parts if not part.answer.runs]
    return f"{sentence} Not examined, for want of logs: {names(blind)}." if blind else sentence


def _passed(traffic: Answer, at: Tried) -> str:
    """Flows in numbers, and whether the subject asked for so many ports that it is read as a scan."""
    if traffic.frame.empty:
        return ""
    totals = traffic.frame.groupby("action")["flows"].sum()
    amounts = [(int(totals.get(action, 0)), word) for action, word in (("REJECT", "rejected"), ("ACCEPT", "accepted"))]
    told = " and ".join(count(amount, f"{word} flow") for amount, word in amounts if amount)
    return f"{at.what} ({told})" if at.what else told


def _asked(answer: Answer) -> str:
    """Web requests in numbers, and how many of them look like probes."""
    if answer.frame.empty:
        return ""
    told = count(answer.frame["requests"].sum(), "web request")
    suspect = int(probes(answer.frame)["requests"].sum())
    return f"{told}, {suspect:,} of them like probes" if suspect else told


def _sensed(answer: Answer, case: Case) -> str:
    """How many signatures the sensor knew, and what an attacked host replied; two logs may tell of the same packets."""
    if answer.frame.empty:
        return ""
    told = count(answer.frame["id"].nunique(), "signature")
    highest = answer.frame["severity"].min()
    told += " of the network sensor" + (f", the highest of severity {highest}" if pd.notna(highest) else "")
    replies = answered(answer.frame)
    return f"{told}; {listed([reply(case, row) for _, row in replies.iterrows()], most=2)}" if len(replies) else told


def _alerted(answer: Answer) -> str:
    if answer.frame.empty:
        return ""
    highest = answer.frame["level"].max()
    level = f" up to level {highest}" if pd.notna(highest) else ""
    return count(answer.frame["alerts"].sum(), "alert") + level


def _entered(subject: Subject, answer: Answer, case: Case) -> str:
    passed = answer.frame[answer.frame["successes"] > 0].sort_values("first success", kind="stable")
    if passed.empty:
        failures = outside(answer.frame)["failures"].sum() if len(answer.frame) else 0
        return f"{count(failures, 'failed login')}, none that succeeded" if failures else ""
    row = passed.sort_values("by its address", ascending=False, kind="stable").iloc[0]
    who = plain(row["user"]) if pd.notna(row["user"]) else "an unnamed user"
    who = "" if str(row["user"]) == subject.name else f"{who} "
    place = (
        f" from {named(case, row['address'])}" if pd.notna(row["address"]) and row["address"] != subject.name else ""
    )
    before = f" after {count(row['by its address'], 'failure')}" if row["by its address"] else ""
    return f"{who}got in{place} at {at(row['first success'])}{before}"


def _changed(subject: Subject, answer: Answer, case: Case) -> str:
    """What was done and what failed, with who did it: a user whom others made did nothing by that."""
    done = answer.frame[answer.frame["outcome"] == "success"]
    failed = answer.frame[answer.frame["outcome"] == "failure"]
    parts = []
    if len(done):
        since = f"{count(len(done), 'change')} in the account since {at(done['time'].iloc[0])}"
        parts.append(f"{since}, {by_whom(case, subject, done)}")
    if len(failed):
        tried = f"{count(len(failed), 'call')} to change the account that failed"
        parts.append(f"{tried}, {by_whom(case, subject, failed)}")
    return "; ".join(parts)
