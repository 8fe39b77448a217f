"""A success after failures of the same address: after a burst, after guessing, or after a few mistakes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from siemlib.investigate.access.common import answered, listed, quiet, speaking, starting, sums
from siemlib.investigate.access.guessing import guessers
from siemlib.investigate.access.limits import BURST, MOST_MINUTES, MOST_STEPS
from siemlib.investigate.ask import typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.words import at, count, plain

if TYPE_CHECKING:
    from siemlib.case import Answer, Case
    from siemlib.investigate.access.witness import Witness

_COLUMNS = {
    "reads as": "text",
    "time": "time",
    "user": "text",
    "address": "text",
    "source": "text",
    "failures before it": "count",
    "by its address": "count",
    "failing since": "time",
    "earlier logins": "count",
    "later logins": "count",
}
_SECOND, _MINUTE = "1s", "1m"
AFTER_BURST, AFTER_GUESSING, AFTER_A_FEW = "burst", "guessing", "few failures"
_ORDER = (AFTER_BURST, AFTER_GUESSING, AFTER_A_FEW)


def after_failures(case: Case) -> Answer:
    """List each success of an address that had failed for this user since its last one, or had failed often for any.

    Columns: ``reads as`` (``burst``: seven or more failures of this user from this address; ``guessing``: fewer, but
    the address guesses passwords; ``few failures``), ``time``, ``user``, ``address``, ``address is``, ``source``,
    ``failures before it`` (of this user from this address since his last login from there), ``by its address`` (for any
    user in the same time), ``failing since``, ``earlier logins`` and ``later logins`` of this user from this address.
    A success of another address is none of an attack.
    """
    name, title = "success-after-failures", "Logins that succeeded after failures of the same address"
    labelled = [*list(_COLUMNS)[:4], "address is", *list(_COLUMNS)[4:]]
    if missing := starting(case, name, title, dict.fromkeys(labelled, "text")):
        return missing
    guessing = set(guessers(case)["address"].dropna())
    found = case.together(*(partial(_of_witness, witness, guessing) for witness in speaking(case)))
    rows = [row for part, _ in found for row in part]
    frame = typed(sorted(rows, key=lambda row: (_ORDER.index(str(row[0])), row[1])), _COLUMNS)
    reading = " ".join([_reading(case, frame), *(note for _, note in found if note)])
    return answered(case, name, title, with_labels(case, frame, "address"), reading)


def _of_witness(witness: Witness, guessing: set[str]) -> tuple[list[tuple[object, ...]], str]:
    both = witness.sums("address")
    both = both[(both["failures"] > 0) & (both["successes"] > 0)]
    if both.empty:
        return [], ""
    by_pair, by_address, exact = _steps(witness, both.dropna(subset=["address"]))
    places = {str(address): _Counted(part, exact=exact) for address, part in by_address.groupby("address")}
    rows = [
        row
        for (user, address), part in by_pair.groupby(["user", "address"])
        if str(address) in places
        for row in _of_pair((user, address, witness.title), part, places[str(address)], guessing, exact=exact)
    ]
    note = f"Failures in {witness.title} are placed to the minute: those in the minute of a success count as before it."
    return rows, "" if exact else note


def _steps(witness: Witness, both: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, bool]:
    """What the addresses did by pair and by address, and whether it is told which of it came before a success.

    Seconds tell that. Where these are too many, minutes do, but for the minutes of a success, of which the seconds are
    asked for.
    """
    addresses = [str(address) for address in both["address"]]
    if both["failures"].sum() + both["successes"].sum() <= MOST_STEPS:
        return (*witness.steps(_SECOND, addresses), True)
    coarse = witness.steps(_MINUTE, addresses)
    entered = (
        coarse[0].loc[(coarse[0]["successes"] > 0) & coarse[0]["address"].isin(addresses), "time"].drop_duplicates()
    )
    if len(entered) > MOST_MINUTES:
        return (*coarse, False)
    minutes = [int(time.timestamp()) // 60 for time in entered]
    fine = witness.steps(_SECOND, addresses, minutes)
    by_pair, by_address = (
        pd.concat([whole[~whole["time"].isin(entered)], seconds]).sort_values("time", kind="stable", ignore_index=True)
        for whole, seconds in zip(coarse, fine, strict=True)
    )
    return by_pair, by_address, True


class _Counted:
    """Failures in bins of time, to be summed between two of them."""

    def __init__(self, steps: pd.DataFrame, *, exact: bool) -> None:
        self.times = _instants(steps)
        self.failures = np.concatenate([[0], np.cumsum(steps["failures"].to_numpy(dtype="int64"))])
        # Of one second, what failed is taken to have come after; of one minute, before.
        self.side: Literal["left", "right"] = "left" if exact else "right"

    def before(self, time: np.datetime64) -> int:
        return int(self.times.searchsorted(time, side=self.side))

    def between(self, start: int, end: int) -> int:
        return int(self.failures[end] - self.failures[start])

    def first(self, start: int, end: int) -> np.datetime64 | None:
        failed = np.flatnonzero(np.diff(self.failures[start : end + 1]))
        return self.times[start + failed[0]] if len(failed) else None


def _instants(steps: pd.DataFrame) -> np.ndarray:
    """Times in UTC that numpy can search."""
    return np.asarray(steps["time"].dt.tz_localize(None).to_numpy(), dtype="datetime64[ms]")


def _of_pair(
    who: tuple[object, object, str], steps: pd.DataFrame, place: _Counted, guessing: set[str], *, exact: bool
) -> list[tuple[object, ...]]:
    own = _Counted(steps, exact=exact)
    passed = steps[steps["successes"] > 0]
    logins = passed["successes"].to_numpy(dtype="int64")
    rows: list[tuple[object, ...]] = []
    own_start = place_start = 0
    for number, time in enumerate(_instants(passed)):
        own_end, place_end = own.before(time), place.before(time)
        mine, its = own.between(own_start, own_end), place.between(place_start, place_end)
        reads = AFTER_BURST if mine >= BURST else AFTER_GUESSING if who[1] in guessing and its >= BURST else AFTER_A_FEW
        if mine or reads is AFTER_GUESSING:
            since = place.first(place_start, place_end)
            before, after = int(logins[:number].sum()), int(logins[number + 1 :].sum())
            rows.append((reads, time, *who, mine, its, since, before, after))
        own_start, place_start = own_end, place_end
    return rows


def _reading(case: Case, frame: pd.DataFrame) -> str:
    if frame.empty:
        every = sums(case, "address")
        failed = every[every["failures"] > 0]
        if failed.empty:
            return quiet(case)
        tried = count(failed["address"].nunique(), "address", "addresses")
        return f"No login succeeded after failures of the same address; {tried} failed."
    bad = frame[frame["reads as"] != AFTER_A_FEW]
    few = frame[frame["reads as"] == AFTER_A_FEW]
    told = f": {listed([_success(case, row) for _, row in bad.iterrows()])}." if len(bad) else "."
    many = count(len(bad), "login")
    sentences = [f"{many} succeeded after a burst of failures or guessing of the same address{told}"]
    if len(few):
        mistyped = listed([_success(case, row) for _, row in few.iterrows()], most=2)
        a_few = count(len(few), "login")
        sentences.append(f"{a_few} after fewer than {BURST} failures, from addresses that do not guess: {mistyped}.")
    return " ".join(sentences)


def _success(case: Case, row: pd.Series) -> str:
    own, its = int(row["failures before it"]), int(row["by its address"])
    share = "" if own == its else f" ({own:,} for this user)"
    again = int(row["earlier logins"]) + int(row["later logins"])
    others = f"{count(again, 'other login') if again else 'no other login'} of this user from there"
    return (
        f"{plain(row['user'])} from {named(case, str(row['address']))} at {at(row['time'])}, "
        f"after {count(its, 'failure')} of that address{share}, {others}"
    )
