"""Who got in: logins by user and address, and a success that came after failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import searched, typed
from siemlib.investigate.attempts import SOURCES_OF_LOGINS, attempts_of, not_held, outside
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.sightings import Sightings, by_number, sightings
from siemlib.investigate.words import at, count, names, plain

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.investigate.subject import Subject
    from siemlib.model.run import Run

_COLUMNS = {
    "user": "text",
    "address": "text",
    "source": "text",
    "failures": "count",
    "successes": "count",
    "first": "time",
    "last": "time",
    "first success": "time",
    "failures before it": "count",
    "by its address": "count",
}


def logins(case: Case, subject: Subject) -> Answer:
    """Count successes and failures by user, address and source, successes first, then most failures.

    Columns: ``user``, ``address``, ``address is`` (from the inventory), ``source``, ``failures``, ``successes``,
    ``first``, ``last``, ``first success``, ``failures before it`` (of this user from this address), ``by its address``
    (failures of the address for any user before that success).
    """
    title = f"Logins of {subject.name}"
    groups = tuple(group for group in case.log_groups() if _holds_logins(case, group))
    seen = sightings(case, subject)
    attempts = attempts_of(seen.frame)
    # A group of another kind may hold lines of these as well.
    groups = tuple(dict.fromkeys([*groups, *map(str, attempts["log group"].unique())]))
    if not groups:
        return Answer("logins", title, typed([], _COLUMNS), not_held(), "no log group.", ())
    frame = _by_user(attempts)
    reading = " ".join([_reading(subject, frame, groups, case), *by_number(subject, seen), *seen.unread])
    asked = searched(case, groups, f"logins of {subject.name}")
    return Answer(
        "logins", title, with_labels(case, frame, "address"), reading, f"{asked} {_COUNTED}", _runs(seen, groups)
    )


_COUNTED = (
    "Counted are attempts: the lines in which sshd says Failed or Accepted; where there is none, the lines in the most "
    "frequent wording of a service for a user and an address, and the audit daemon's records of logins."
)


def _holds_logins(case: Case, group: str) -> bool:
    return any(group in case.log_groups(name) for name in SOURCES_OF_LOGINS)


def _runs(seen: Sightings, groups: tuple[str, ...]) -> tuple[Run, ...]:
    return tuple(run for run in seen.runs if set(run.log_groups) & set(groups))


def _by_user(attempts: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (user, address, source), part in attempts.groupby(["actor", "address", "source"], dropna=False, sort=True):
        passed = part.loc[part["outcome"] == "success", "time"]
        first = passed.iloc[0] if len(passed) else None
        own = _failures_before(part, first)
        shared = _failures_before(attempts[attempts["address"] == address], first) if isinstance(address, str) else own
        failures, successes = _times(part, "failure"), _times(part, "success")
        rows.append(
            (user, address, source, failures, successes, part["time"].min(), part["time"].max(), first, own, shared)
        )
    frame = typed(rows, _COLUMNS)
    return frame.sort_values(["successes", "failures"], ascending=False, kind="stable", ignore_index=True)


def _failures_before(attempts: pd.DataFrame, time: pd.Timestamp | None) -> int | None:
    if time is None:
        return None
    return _times(attempts[attempts["time"] < time], "failure")


def _times(attempts: pd.DataFrame, outcome: str) -> int:
    return int(attempts.loc[attempts["outcome"] == outcome, "times"].sum())


def _reading(subject: Subject, frame: pd.DataFrame, groups: tuple[str, ...], case: Case) -> str:
    if frame.empty:
        return f"No login names {subject.name} in {names(groups)}, {case.timespan}."
    own = outside(frame)
    failures = count(own["failures"].sum(), "failed login") if own["failures"].sum() else "no failed login"
    users = (
        f"for {count(own['user'].nunique(), 'user')}"
        if subject.ip
        else f"from {count(own['address'].nunique(), 'address', 'addresses')}"
    )
    passed_on = frame["failures"].sum() - own["failures"].sum()
    host = (
        f" Besides, {passed_on:,} from the host itself, where a service that asks another repeats it."
        if passed_on
        else ""
    )
    passed = frame[frame["successes"] > 0].sort_values("first success", kind="stable")
    if passed.empty:
        return f"{failures} {users}, and none that succeeded.{host}"
    sentences = [f"{count(passed['successes'].sum(), 'login')} succeeded; {failures} {users}.{host}"]
    sentences += [_success(row, case) for _, row in passed.head(3).iterrows()]
    if len(passed) > len(sentences) - 1:
        sentences.append(f"{len(passed) - 3} more in the table.")
    return " ".join(sentences)


def _success(row: pd.Series, case: Case) -> str:
    who = plain(row["user"]) if pd.notna(row["user"]) else "an unnamed user"
    place = f" from {named(case, row['address'])}" if pd.notna(row["address"]) else ""
    shared, own = int(row["by its address"]), int(row["failures before it"])
    if not shared:
        return f"{who}{place} got in at {at(row['first success'])}, with no failure before."
    own_share = "" if own == shared else f" ({own:,} for {who})"
    return f"{who}{place} got in at {at(row['first success'])}, after {count(shared, 'failure')} from there{own_share}."
