"""Who failed and who got in: by user, and by address with what the inventory says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate.access.common import answered, cut, quiet, starting, sums
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.words import count, names, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from siemlib.case import Answer, Case

_USERS = {
    "user": "text",
    "source": "text",
    "failures": "count",
    "successes": "count",
    "addresses": "count",
    "first": "time",
    "last": "time",
}
_ADDRESSES = {
    "address": "text",
    "address is": "text",
    "source": "text",
    "failures": "count",
    "successes": "count",
    "users": "count",
    "first": "time",
    "last": "time",
}


def by_user(case: Case) -> Answer:
    """Count logins by the user that was named, most failures first.

    Columns: ``user``, ``source``, ``failures``, ``successes``, ``addresses`` (how many), ``first``, ``last``. A name
    that failed was sent by somebody: no such user need exist.
    """
    name, title = "logins-by-user", "Logins by user"
    if missing := starting(case, name, title, _USERS):
        return missing
    frame = sums(case, "user")[list(_USERS)]
    reading = _reading(case, frame, "user", "users", lambda user: plain(str(user)))
    return answered(case, name, title, frame, f"{reading}{cut(frame, 'user')}")


def by_address(case: Case) -> Answer:
    """Count logins by the address that they came from, most failures first.

    Columns: ``address``, ``address is`` (what the inventory says), ``source``, ``failures``, ``successes``, ``users``
    (how many), ``first``, ``last``.
    """
    name, title = "logins-by-address", "Logins by address"
    if missing := starting(case, name, title, _ADDRESSES):
        return missing
    frame = with_labels(case, sums(case, "address"), "address")[list(_ADDRESSES)]
    reading = _reading(case, frame, "address", "addresses", lambda address: named(case, str(address)))
    return answered(case, name, title, frame, f"{reading}{cut(frame, 'address', 'addresses')}")


def _reading(case: Case, frame: pd.DataFrame, noun: str, plural: str, write: Callable[[object], str]) -> str:
    if frame.empty:
        return quiet(case)
    # What names nobody is no user more.
    each = frame.groupby(noun)[["failures", "successes"]].sum()
    sentences = []
    for column, verb in (("failures", "failed"), ("successes", "succeeded")):
        part = each[each[column] > 0].sort_values(column, ascending=False, kind="stable")
        most = [f"{write(who)} {row[column]:,}" for who, row in part.head(3).iterrows()]
        told = f", most: {names(most)}" if most else ""
        # A table that was cut does not know how many failed; the sums of everything do.
        whole = sums(case)[f"failing {plural}"].max() if column == "failures" else 0
        sentences.append(f"{count(max(len(part), whole), noun, plural)} {verb}{told}.")
    both = each[(each["failures"] > 0) & (each["successes"] > 0)]
    unnamed = f" Some attempts name no {noun}." if frame[noun].isna().any() else ""
    return f"{' '.join(sentences)} Of these {len(both):,} did both.{unnamed}"
