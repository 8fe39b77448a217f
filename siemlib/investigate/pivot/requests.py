"""What was asked of the web servers: requests by path and status, and those that look like probes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_held, searched, typed
from siemlib.investigate.labels import with_labels
from siemlib.investigate.words import at, count, names, span
from siemlib.model.observable import Address
from siemlib.queries import saved
from siemlib.sources.web_access import client_and_user

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.engine import Result
    from siemlib.investigate.subject import Subject

MOST_ROWS = 10_000
"""Rows that the saved query gives, those that look like probes before all others; the counts of more are asked for."""

_SOURCE = "web_access"
_FIRST_ERROR = 400
_COLUMNS = {
    "address": "text",
    "user": "text",
    "method": "text",
    "path": "text",
    "status": "count",
    "looks like": "text",
    "requests": "count",
    "first": "time",
    "last": "time",
}


def requests(case: Case, subject: Subject) -> Answer:
    """Count the requests by path and status, those that look like probes first.

    Of an address those that it made itself, of a user those that were made with that name. Columns: ``address``,
    ``address is`` (from the inventory), ``user`` (whom the server authenticated), ``method``, ``path`` (without its
    query), ``status``, ``looks like`` (by the rules of the saved query ``web_access/requests``), ``requests``,
    ``first``, ``last``.
    """
    title = f"Web requests of {subject.name}, by path and status"
    groups = case.log_groups(_SOURCE)
    if not groups:
        return not_held("requests", title, _SOURCE, _COLUMNS, "address")
    condition = subject.condition((_SOURCE,))
    result = ask(case, saved("web_access/requests").after(condition), groups)
    runs, notes = [result.run], []
    every = _read(result)
    frame = every if subject.ip is None else every[every["address"] == subject.name].reset_index(drop=True)
    if len(result.rows) == MOST_ROWS:
        counted = ask(case, saved("web_access/by_status").after(condition), groups)
        runs.append(counted.run)
        told = ", ".join(f"{row['status']} {int(row['requests']):,}" for row in counted.rows)
        notes.append(
            f"The table holds the first {MOST_ROWS:,} combinations of path and status, and these sentences count no"
            f" more than it holds. All requests that name {subject.name}, by status: {told}."
        )
    if others := int(every["requests"].sum() - frame["requests"].sum()):
        notes.append(f"Not counted: {count(others, 'request')} of other addresses that name it.")
    reading = " ".join([_reading(subject, frame, groups, case), *notes])
    asked = searched(case, groups, f"requests of {subject.name}")
    return Answer("requests", title, with_labels(case, frame, "address"), reading, asked, tuple(runs))


def _read(result: Result) -> pd.DataFrame:
    rows = []
    for row in result.rows:
        client, user = client_and_user(row.get("who", ""))
        address = Address.read(client)
        who = (address.text if address else client, None if user in {"", "-"} else user)
        told = (row.get("method"), row.get("path"), int(row["status"]), row.get("kind") or None)
        rows.append((*who, *told, int(row["requests"]), row.get("first_ms"), row.get("last_ms")))
    return typed(rows, _COLUMNS)


def _reading(subject: Subject, frame: pd.DataFrame, groups: tuple[str, ...], case: Case) -> str:
    if frame.empty:
        return f"No web request of {subject.name} in {names(groups)}, {case.timespan}."
    statuses = frame.groupby("status")["requests"].sum().sort_values(ascending=False, kind="stable")
    told = names([f"{status} {number:,}" for status, number in statuses.items()])
    return (
        f"{count(frame['requests'].sum(), 'request')} {span(frame['first'].min(), frame['last'].max())} "
        f"for {count(frame['path'].nunique(), 'path')}; by status: {told}. {_sent(frame)}{_probes(frame)}"
    )


def _sent(frame: pd.DataFrame) -> str:
    """What was sent with POST: a form, such as a login."""
    posted = frame[(frame["method"] == "POST") & frame["looks like"].isna()].groupby("path")["requests"].sum()
    ordered = posted.sort_values(ascending=False, kind="stable")
    told = names([f"{path} {number:,}" for path, number in ordered.items()])
    return f"Forms sent (POST): {told}. " if told else ""


def _probes(frame: pd.DataFrame) -> str:
    suspect = probes(frame)
    if suspect.empty:
        return "None looks like a probe."
    kinds = suspect.groupby("looks like")["requests"].sum().sort_values(ascending=False, kind="stable")
    told = names([f"{kind} {number:,}" for kind, number in kinds.items()], most=len(kinds))
    answered = suspect[suspect["status"] < _FIRST_ERROR]
    served = "none of them was answered with a status below 400"
    if len(answered):
        paths = names(list(answered["path"].dropna().drop_duplicates()), most=3)
        served = (
            f"{answered['requests'].sum():,} of them with an answer of a status below 400, for {paths}, the first at "
            f"{at(answered['first'].min())}"
        )
    number = int(suspect["requests"].sum())
    like = "looks like a probe" if number == 1 else "look like probes"
    return f"{count(number, 'request')} {like} ({told}); {served}."


def probes(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a requests frame that look like probes."""
    return frame[frame["looks like"].notna()]
