"""From where did a user come for the first time: against his earlier logins, in the timespan and before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.access.common import answered, listed, passed, quiet, starting
from siemlib.investigate.access.limits import LOOK_BACK
from siemlib.investigate.access.witnesses import witnesses
from siemlib.investigate.ask import typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.words import at, count, plain
from siemlib.model.timespan import TimeSpan

if TYPE_CHECKING:
    from siemlib.case import Case

_COLUMNS = {
    "time": "time",
    "user": "text",
    "address": "text",
    "source": "text",
    "logins": "count",
    "earlier addresses": "count",
    "came from": "text",
    "known since": "time",
}


def first_seen(case: Case) -> Answer:
    """List the first login of each user from an address, where the archive has earlier logins of him from others.

    Earlier logins are those in the timespan, and in up to 90 days before it, as far as the archive holds them.
    Columns: ``time``, ``user``, ``address``, ``address is``, ``source``, ``logins`` (from there in the timespan),
    ``earlier addresses`` (how many), ``came from`` (the latest three of these), ``known since`` (his first login).
    """
    name, title = "first-login-from-an-address", "First logins of known users from an address"
    if missing := starting(case, name, title, {**_COLUMNS, "address is": "text"}):
        return missing
    before = _before(case)
    now, then = _pairs(case), _pairs(before) if before else _pairs(case).iloc[:0]
    rows = [row for user, part in now.groupby("user", sort=True) for row in _of_user(part, then[then["user"] == user])]
    frame = typed(rows, _COLUMNS).sort_values("time", kind="stable", ignore_index=True)
    since = f" Earlier logins were looked for in {before.timespan}." if before else " No earlier log is held."
    answer = answered(case, name, title, with_labels(case, frame, "address"), f"{_reading(case, now, frame)}{since}")
    runs = (*answer.runs, *(witnesses(before).runs if before else ()))
    return Answer(name, title, answer.frame, answer.reading, answer.searched, runs)


def _before(case: Case) -> Case | None:
    """The case over the time before its own, as far back as the archive goes and we look."""
    held = [group.first for group in case.engine.log_groups() if group.first and group.name in witnesses(case).groups]
    start = max(min(held), case.timespan.start - LOOK_BACK) if held else case.timespan.start
    return case.over(TimeSpan(start, case.timespan.start)) if start < case.timespan.start else None


def _pairs(case: Case) -> pd.DataFrame:
    return passed(case).dropna(subset=["user", "address"])


def _of_user(now: pd.DataFrame, then: pd.DataFrame) -> list[tuple[object, ...]]:
    """A user's first logins from each address but the first one that is known."""
    ordered = pd.concat([then, now]).sort_values("first", kind="stable").drop_duplicates("address")
    start = now["first"].min()
    rows: list[tuple[object, ...]] = []
    for number in range(1, len(ordered)):
        row, before = ordered.iloc[number], ordered.iloc[:number]
        if row["first"] >= start:
            came = ", ".join(plain(address) for address in before["address"].iloc[-3:])
            known = before["first"].iloc[0]
            parts = (row["user"], row["address"], row["source"], row["successes"])
            rows.append((row["first"], *parts, number, came, known))
    return rows


def _reading(case: Case, pairs: pd.DataFrame, frame: pd.DataFrame) -> str:
    if pairs.empty:
        return quiet(case)
    alone = pairs["user"].nunique() - frame["user"].nunique()
    once = f" {count(alone, 'other user' if len(frame) else 'user')} came from no new address." if alone else ""
    if frame.empty:
        return f"No user with an earlier login came from a new address.{once}"
    first = [
        f"{plain(row['user'])} from {named(case, str(row['address']))} at {at(row['time'])}, before from {came}"
        for _, row in frame.iterrows()
        for came in [row["came from"]]
    ]
    return f"{count(len(frame), 'first login')} of a known user from an address: {listed(first)}.{once}"
