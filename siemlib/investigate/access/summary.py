"""Failures and successes in all: in short, over time, and by the kind of log that tells of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.access.common import answered, begin, quiet, speaking, starting, sums
from siemlib.investigate.access.repeats import repeats
from siemlib.investigate.access.witnesses import witnesses
from siemlib.investigate.ask import ask, group_name, source_title, typed
from siemlib.investigate.attempts import SOURCES_OF_LOGINS
from siemlib.investigate.periods import WIDTHS, shortest
from siemlib.investigate.words import at, count, names, span

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.model.run import Run

_OVER_TIME = {"from": "time", "to": "time", "login": "text", "source": "text", "outcome": "text", "logins": "count"}
_BY_SOURCE = {
    "source": "text",
    "counted": "text",
    "failures": "count",
    "successes": "count",
    "users": "count",
    "addresses": "count",
    "first": "time",
    "last": "time",
}


def totals(case: Case) -> str:
    """The sentence of all logins: how many failed and succeeded, by how many users, from how many addresses."""
    whole = sums(case)
    if whole.empty:
        return quiet(case)
    failures, successes = int(whole["failures"].sum()), int(whole["successes"].sum())
    # Who is told of by two logs stands in both, so that only one log's number of users can be had without a list.
    by = [
        count(row["users"], "user") + f" and {count(row['addresses'], 'address', 'addresses')}"
        for _, row in whole.iterrows()
    ]
    each = [f"{part} in {name}" for part, name in zip(by, whole["source"], strict=True)]
    return (
        f"{count(failures, 'login')} failed and {successes:,} succeeded, "
        f"{span(whole['first'].min(), whole['last'].max())}: {names(each, most=len(each))}."
    )


def blind(case: Case) -> str:
    """The sentence of the kinds of log with logins that the archive does not hold; empty where it holds all."""
    missing = [source_title(name) for name in SOURCES_OF_LOGINS if not case.log_groups(name)]
    return f" Not examined, for want of logs: {names(missing, most=len(missing))}." if missing else ""


def over_time(case: Case) -> Answer:
    """Logins over time. Columns: ``from``, ``to``, ``login`` (outcome and source), ``source``, ``outcome``, ``logins``.

    Bins without a login have no row. The reading also says in how many hours a log of logins was silent.
    """
    name, title = "logins-over-time", "Logins over time, failed and succeeded"
    if missing := starting(case, name, title, _OVER_TIME):
        return missing
    period = _period(case)
    rows = [
        (row["from"], row["from"] + WIDTHS[period], f"{outcome}, {source}", source, outcome, row[column])
        for witness in speaking(case)
        for source in [witness.title]
        for _, row in witness.over_time(period).iterrows()
        for outcome, column in (("failed", "failures"), ("succeeded", "successes"))
        if row[column]
    ]
    frame = typed(rows, _OVER_TIME).sort_values(["from", "login"], kind="stable", ignore_index=True)
    silent, run = _silent(case)
    answer = answered(case, name, title, frame, f"{_peak(case, frame, period)}{silent}")
    return Answer(name, title, frame, answer.reading, answer.searched, (*answer.runs, run))


def _period(case: Case) -> str:
    whole = sums(case)
    long = whole["last"].max() - whole["first"].min() if len(whole) else case.timespan.end - case.timespan.start
    return shortest(long)


def _peak(case: Case, frame: pd.DataFrame, period: str) -> str:
    if frame.empty:
        return totals(case)
    failed = frame[frame["outcome"] == "failed"]
    passed = frame["logins"].sum() - failed["logins"].sum()
    numbers = f"{count(failed['logins'].sum(), 'login')} failed and {passed:,} succeeded"
    if failed.empty:
        return f"{numbers}, in bins of {period}."
    bins = failed.groupby("from", as_index=False)[["logins"]].sum()
    top = bins.sort_values("logins", ascending=False, kind="stable").iloc[0]
    return f"{numbers}, in bins of {period}. Most failures from {at(top['from'])}: {top['logins']:,}."


def _silent(case: Case) -> tuple[str, Run]:
    """Hours of the clock in which a log of logins has no event at all: who says nothing tells of no failure either."""
    groups = witnesses(case).groups
    result = ask(case, "stats count(*) as events by bin(1h) as hour, @log", groups)
    first = pd.Timestamp(case.timespan.start).floor("h")
    hours = -((first - pd.Timestamp(case.timespan.end)) // pd.Timedelta(hours=1))
    held = pd.Series([group_name(row["@log"]) for row in result.rows], dtype="object").value_counts()
    silent = [
        f"{group} in {hours - held.get(group, 0):,} of {count(hours, 'hour')}"
        for group in groups
        if held.get(group, 0) < hours
    ]
    return (f" Without any event: {names(silent, most=12)}." if silent else ""), result.run


def by_source(case: Case) -> Answer:
    """Logins by the kind of log that tells of them, and what repeats them.

    Columns: ``source``, ``counted`` (as what), ``failures``, ``successes``, ``users``, ``addresses``, ``first``,
    ``last``. Alerts, requests, sessions of roles and what a host asks itself are not counted as logins; how a request
    ended is not said.
    """
    name, title = "logins-by-source", "Logins by source"
    begin(case)
    whole = sums(case).assign(counted="as logins")
    others, runs = repeats(case)
    others += witnesses(case).inner
    rows = [*whole[list(_BY_SOURCE)].astype("object").to_numpy().tolist(), *others]
    frame = typed(rows, _BY_SOURCE)
    own = [f"{row['source']} {row['failures']:,} failed, {row['successes']:,} succeeded" for _, row in whole.iterrows()]
    again = [f"{row[0]} ({row[1].removeprefix('not counted: ')})" for row in others]
    told = f"{names(own, most=len(own))}." if own else totals(case)
    beside = f" Not counted: {names(again, most=len(again))}." if again else ""
    answer = answered(case, name, title, frame, f"{told}{beside}")
    reading = answer.reading if answer.reading.endswith(beside) else f"{answer.reading}{beside}"
    return Answer(name, title, frame, reading, answer.searched, (*answer.runs, *runs))
