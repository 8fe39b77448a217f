"""Was the root user used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.account_calls import SOURCE
from siemlib.investigate.ask import ask, not_held, searched, typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.words import count, names, span
from siemlib.queries import saved

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case

_COLUMNS = {
    "call": "text",
    "service": "text",
    "address": "text",
    "MFA": "text",
    "through": "text",
    "changes": "text",
    "calls": "count",
    "error": "text",
    "first": "time",
    "last": "time",
}
_LABELLED = {
    shown: kind for name, kind in _COLUMNS.items() for shown in ((name, f"{name} is") if name == "address" else (name,))
}
MFA_WORDS = {"true": "yes", "false": "no"}
NOT_TOLD = "not told"


def root_use(case: Case) -> Answer:
    """Count the calls of the root user, those that change something first.

    Columns: ``call``, ``service``, ``address``, ``address is``, ``MFA`` (yes, no, not told), ``through`` (the service
    that acted in the name of the account; nobody signed in for it), ``changes`` (yes for calls that are not read-only,
    as the record says; else by the name), ``calls``, ``error`` (missing: succeeded), ``first``, ``last``.
    """
    title = "Calls of the root user"
    groups = case.log_groups(SOURCE)
    if not groups:
        return not_held("root-use", title, SOURCE, _LABELLED)
    result = ask(case, saved("cloudtrail/root_calls").text, groups)
    rows = (
        (
            row.get("eventName"),
            row.get("eventSource"),
            row.get("sourceIPAddress"),
            MFA_WORDS.get(row.get("mfa", ""), NOT_TOLD),
            row.get("service"),
            _changes(row),
            int(row["calls"]),
            row.get("error"),
            row.get("first_ms"),
            row.get("last_ms"),
        )
        for row in result.rows
    )
    frame = typed(rows, _COLUMNS).sort_values(["changes", "calls"], ascending=False, kind="stable", ignore_index=True)
    asked = searched(case, groups, "calls whose identity is the root user")
    reading = _reading(case, frame)
    return Answer("root-use", title, with_labels(case, frame, "address"), reading, asked, (result.run,))


def _changes(row: dict[str, str]) -> str:
    said = row.get("readOnly")
    reads = row.get("eventName", "").startswith(("Get", "List", "Describe", "Head", "Lookup"))
    return "no" if said in {"1", "true"} or (said is None and reads) else "yes"


def _reading(case: Case, frame: pd.DataFrame) -> str:
    if frame.empty:
        return f"The root user made no call, {case.timespan}."
    own, direct = own_calls(frame), frame[frame["through"].isna()]
    served = int(frame["calls"].sum() - direct["calls"].sum())
    through = f" {count(served, 'call')} by services in its name." if served else ""
    if len(refused := direct.drop(own.index)):
        tried = count(refused["calls"].sum(), "console login")
        through += f" {tried} as the root user failed, from {_from(case, refused)}."
    if own.empty:
        return f"Nobody used the root user.{through}"
    mfa = own.groupby("MFA")["calls"].sum()
    said = names([f"{int(number):,} {word}" for word, number in mfa.items()])
    changing = own[own["changes"] == "yes"]
    changed = (
        f" Calls that change something: {names([f'{one.call} {one.calls:,}' for one in changing.itertuples()])}."
        if len(changing)
        else " None of them changes anything."
    )
    failed = int(own.loc[own["error"].notna(), "calls"].sum())
    return (
        f"The root user made {count(own['calls'].sum(), 'call')} of {count(own['call'].nunique(), 'name')} from"
        f" {_from(case, own)}, {span(own['first'].min(), own['last'].max())}; {failed:,} failed. MFA: {said}."
        f"{changed}{through}"
    )


def own_calls(frame: pd.DataFrame) -> pd.DataFrame:
    """What the root user did himself: no service in his name, and nobody who only guessed his password."""
    return frame[frame["through"].isna() & ~(frame["error"].notna() & (frame["call"] == "ConsoleLogin"))]


def _from(case: Case, calls: pd.DataFrame) -> str:
    return names([named(case, str(address)) for address in calls["address"].dropna().drop_duplicates()])
