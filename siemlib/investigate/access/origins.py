"""From where did a user come for the first time: against his earlier logins, in the timespan and before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate.access.common import answered, listed, sums, titled, unanswered
from siemlib.investigate.access.summary import totals
from siemlib.investigate.ask import typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.words import at, count, plain

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Answer, Case

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

    Columns: ``time``, ``user``, ``address``, ``address is``, ``source``, ``logins`` (from there in the timespan),
    ``earlier addresses`` (how many), ``came from`` (these, the latest three), ``known since`` (his first login).
    """
    name, title = "first-login-from-an-address", "First logins of known users from an address"
    if missing := unanswered(case, name, title, {**_COLUMNS, "address is": "text"}):
        return missing
    pairs = titled(sums(case, "user", "address", only="success")).dropna(subset=["user", "address"])
    rows = [row for _, part in pairs.groupby("user", sort=True) for row in _of_user(part)]
    frame = typed(rows, _COLUMNS).sort_values("time", kind="stable", ignore_index=True)
    return answered(case, name, title, with_labels(case, frame, "address"), _reading(case, pairs, frame))


def _of_user(part: pd.DataFrame) -> list[tuple[object, ...]]:
    """A user's first logins from each address but the first."""
    ordered = part.sort_values("first", kind="stable").drop_duplicates("address")
    rows: list[tuple[object, ...]] = []
    for number in range(1, len(ordered)):
        row, before = ordered.iloc[number], ordered.iloc[:number]
        came = ", ".join(plain(address) for address in before["address"].iloc[-3:])
        rows.append(
            (
                row["first"],
                row["user"],
                row["address"],
                row["source"],
                row["successes"],
                number,
                came,
                before["first"].iloc[0],
            )
        )
    return rows


def _reading(case: Case, pairs: pd.DataFrame, frame: pd.DataFrame) -> str:
    if pairs.empty:
        return f"No login succeeded. {totals(case)}"
    users = pairs["user"].nunique()
    alone = users - frame["user"].nunique()
    once = f" {count(alone, 'user')} came from one address only." if alone else ""
    if frame.empty:
        return f"No user with an earlier login in the archive came from a new address.{once}"
    first = [
        f"{plain(row['user'])} from {named(case, str(row['address']))} at {at(row['time'])}, before from {came}"
        for _, row in frame.iterrows()
        for came in [row["came from"]]
    ]
    return f"{count(len(frame), 'first login')} of a known user from an address: {listed(first)}.{once}"
