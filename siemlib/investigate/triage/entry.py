"""Who got in: the logins of the address, those after its failures, and those of others that are no success of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from siemlib.case.answer import Answer
from siemlib.investigate.ask import searched, typed
from siemlib.investigate.attempts import SOURCES_OF_LOGINS, attempts_of, not_held
from siemlib.investigate.sightings import Sightings, sightings
from siemlib.investigate.subject import Subject
from siemlib.investigate.triage.absent import of_an_alert
from siemlib.investigate.triage.facts import Success
from siemlib.investigate.triage.focus import focus
from siemlib.investigate.triage.siblings import read
from siemlib.investigate.triage.signs import MOST_FAILURES_OF_A_PERSON
from siemlib.investigate.triage.window import Entered, millis
from siemlib.investigate.words import at, count, names, plain

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.investigate.triage.alarm import Alarm
    from siemlib.model.run import Run

_OWN, _OTHER = "the address of the alert", "another address"
_COLUMNS = {
    "time": "time",
    "user": "text",
    "address": "text",
    "whose": "text",
    "source": "text",
    "failures before": "count",
    "seconds since the last of them": "count",
}

_ATTEMPTS = {
    "time": "time",
    "actor": "text",
    "address": "text",
    "source": "text",
    "outcome": "text",
    "times": "count",
}


@dataclass(frozen=True, eq=False)
class Logins:
    """The attempts of the address to log in, and the logins of everybody within the window."""

    ever: pd.DataFrame
    """Attempts of the address within the timespan of the case, oldest first.

    Where no log of logins names the address, they are those that alerts within the window tell of; ``alerted`` says so.
    """
    window: pd.DataFrame
    """Those of them within the window."""
    others: pd.DataFrame
    """Logins by other addresses within the window, those of an account that the address tried first."""
    alerted: bool
    seen: Sightings
    runs: tuple[Run, ...]

    @property
    def accounts(self) -> list[str]:
        """The accounts of the failures within the window, most tried first."""
        failed = self.window[self.window["outcome"] == "failure"]
        return [str(name) for name in failed["actor"].dropna().value_counts().index]


def logins_of(case: Case, alarm: Alarm) -> Logins | None:
    """The attempts of the alert's address; ``None`` where it names none."""
    about = focus(case, alarm)
    if about.ip is None:
        return None
    seen = sightings(case, Subject(about.ip.text, about.ip))
    attempts = attempts_of(seen.frame)
    ever = attempts[attempts["address"] == about.ip.text]
    alerted = ever.empty
    if alerted:
        ever = _of_alerts(case, alarm, about.ip.text)
    near = ever[(ever["time"] >= alarm.start) & (ever["time"] < alarm.end)]
    everyone = sightings(case, Entered("logins", start=millis(alarm.start), end=millis(alarm.end)))
    passed = attempts_of(everyone.frame)
    passed = passed[(passed["outcome"] == "success") & (passed["address"] != about.ip.text)]
    tried = {*near.loc[near["outcome"] == "failure", "actor"].dropna()} | ({about.user.value} if about.user else set())
    others = passed.assign(other=~passed["actor"].isin(list(tried))).sort_values(["other", "time"], kind="stable")
    return Logins(
        ever, near, others.drop(columns="other"), alerted and not ever.empty, seen, (*seen.runs, *everyone.runs)
    )


def _of_alerts(case: Case, alarm: Alarm, address: str) -> pd.DataFrame:
    """Attempts as alerts tell of them: of failures and of successes the rule with most, since several fire at once."""
    told = [one for one in read(case, alarm)[0] if one.login and one.address == address]
    most: dict[str | None, str | None] = {
        outcome: Counter(one.rule for one in told if one.login == outcome).most_common(1)[0][0]
        for outcome in {one.login for one in told}
    }
    rows = [(one.time, one.user, address, "ossec", one.login, 1) for one in told if one.rule == most[one.login]]
    return typed(rows, _ATTEMPTS)


class Entry(NamedTuple):
    """A login of the address: when, when the failures before it began, and what is told of it."""

    time: pd.Timestamp
    began: pd.Timestamp | None
    success: Success


def successes(attempts: pd.DataFrame) -> list[Entry]:
    """Every login of an address, with its failures since the login before. ``attempts`` are oldest first."""
    found: list[Entry] = []
    failures, began, last = 0, None, None
    columns = [attempts[name] for name in ("time", "actor", "source", "outcome", "times")]
    for time, actor, source, outcome, times in zip(*columns, strict=True):
        if outcome == "failure":
            failures, began, last = failures + int(times), began or time, time
            continue
        seconds = (time - last).total_seconds() if last is not None else 0.0
        found.append(Entry(time, began, Success(_who(actor), at(time), str(source), failures, seconds)))
        failures, began, last = 0, None, None
    return found


def broke_in(attempts: pd.DataFrame) -> Entry | None:
    """The first login after more failures than a person makes."""
    return next((one for one in successes(attempts) if one.success.failures > MOST_FAILURES_OF_A_PERSON), None)


def prompt(window: pd.DataFrame) -> Success | None:
    """The first login of an account whose own failures came before it."""
    for user, part in window.groupby("actor", sort=False):
        taken = next((one.success for one in successes(part) if one.success.failures), None)
        if taken is not None:
            return replace(taken, user=str(user))
    return None


def later(logins: Logins) -> Success | None:
    """The first login of the address after the first failure of the window."""
    failed = logins.window.loc[logins.window["outcome"] == "failure", "time"]
    if failed.empty:
        return None
    return next((one.success for one in successes(logins.ever) if one.time > failed.min()), None)


def elsewhere(logins: Logins) -> tuple[str, ...]:
    """The logins of others, as a sentence names them."""
    told = [
        f"{plain(_who(row['actor']))} from {plain(row['address'])} at {at(row['time'])}"
        for _, row in logins.others.iterrows()
    ]
    return tuple(dict.fromkeys(told))  # a script logs in to several hosts within a second


def _who(actor: object) -> str:
    return actor if isinstance(actor, str) else "an unnamed user"


@of_an_alert
def success_after(case: Case, alarm: Alarm) -> Answer:
    """List the logins of the alert's address since its first failure, and those of others within the window.

    Columns: ``time``, ``user``, ``address``, ``whose`` (a login by another address is no success of this one),
    ``source``, ``failures before`` (of the address since its login before; missing for others),
    ``seconds since the last of them``.
    """
    title = "Logins after the failures"
    held = tuple(group for name in SOURCES_OF_LOGINS for group in case.log_groups(name))
    logins = logins_of(case, alarm)
    if logins is None:
        reading = f"Not examined: {alarm.name} names no address of which a login could be a success."
        return Answer("success-after", title, typed([], _COLUMNS), reading, "no log group.", ())
    if not held and logins.ever.empty:
        return Answer("success-after", title, typed([], _COLUMNS), not_held(), "no log group.", logins.runs)
    address = str(focus(case, alarm).ip)
    failed = logins.ever.loc[logins.ever["outcome"] == "failure", "time"]
    own = [one for one in successes(logins.ever) if len(failed) and one.time >= failed.min()]
    rows = [_row(one, address) for one in own]
    rows += [
        (row["time"], row["actor"], row["address"], _OTHER, row["source"], None, None)
        for _, row in logins.others.iterrows()
    ]
    asked = searched(case, tuple(dict.fromkeys(held)), f"logins of {address}, and of others around the alert")
    reading = _reading(address, logins, own)
    return Answer("success-after", title, typed(rows, _COLUMNS), reading, asked, logins.runs)


def _row(one: Entry, address: str) -> tuple[object, ...]:
    told = one.success
    seconds = round(told.seconds) if told.failures else None
    return (one.time, told.user, address, _OWN, told.source, told.failures, seconds)


def _reading(address: str, logins: Logins, own: list[Entry]) -> str:
    near = logins.window[logins.window["outcome"] == "failure"]
    total = int(logins.ever.loc[logins.ever["outcome"] == "failure", "times"].sum())
    failures = f"{count(int(near['times'].sum()), 'failed login')} of {address} around the alert"
    accounts = count(near["actor"].nunique(), "account")
    sentences = [f"{failures}, for {accounts}; {total:,} within the timespan of the case."]
    if logins.alerted:
        sentences = [f"No log of logins names {address}; by alerts: {failures}, for {accounts}."]
    if own:
        after = [one.success for one in own if one.success.failures]
        told = [f"{plain(one.user)} at {one.at} after {count(one.failures, 'failure')}" for one in after]
        sentences.append(
            f"{count(len(own), 'login')} of this address since its first failure"
            + (f": {names(told, most=3)}." if told else ", none of them right after a failure.")
        )
    else:
        sentences.append("No login of this address since its first failure." if total else "No login to compare.")
    if others := elsewhere(logins):
        sentences.append(
            f"{count(len(logins.others), 'login')} by other addresses within the window, no success of this one:"
            f" {names(others, most=2)}."
        )
    return " ".join([*sentences, *logins.seen.unread])
