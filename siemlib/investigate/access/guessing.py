"""Who guesses passwords: fast, slowly, for many users or from many addresses; limits tell that from mistakes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from siemlib.investigate.access.common import answered, cut, listed, quiet, speaking, starting, sums
from siemlib.investigate.access.limits import FAST, PERIOD, SLOW, SLOW_HOURS, SPRAYED, SPREAD
from siemlib.investigate.access.witness import joined
from siemlib.investigate.ask import typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.words import count, plain

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Answer, Case
    from siemlib.investigate.access.witness import Witness

_COLUMNS = {
    "how": "text",
    "address": "text",
    "user": "text",
    "source": "text",
    "failures": "count",
    "users": "count",
    "addresses": "count",
    "most in 10 minutes": "count",
    "hours": "count",
    "successes": "count",
    "first": "time",
    "last": "time",
}
MINUTES = int(PERIOD.total_seconds() // 60)
LIMITS = (
    f"Fast: {FAST} failures of an address within {MINUTES} minutes. Slow: {SLOW} failures in {SLOW_HOURS} different "
    f"hours or more, and never fast. Spraying: failures of an address for {SPRAYED} users. Distributed: failures of "
    f"{SPREAD} addresses for one user. What is below these limits may be an error, and is only counted."
)


def guessing(case: Case) -> Answer:
    """List the addresses that guess passwords, and the users whose password many addresses guess.

    Columns: ``how`` (``fast``, ``slow``, ``spraying`` of an address, ``distributed`` of a user), ``address``,
    ``address is``, ``user`` (the one attacked, where it is distributed), ``source``, ``failures``, ``users`` and
    ``addresses`` (how many), ``most in 10 minutes``, ``hours`` (different ones with failures), ``successes`` (logins of
    that address, of whatever user; they need not have to do with the failures), ``first``, ``last``.
    """
    name, title = "guessing", "Passwords guessed: fast, slowly, for many users, from many addresses"
    if missing := starting(case, name, title, {**_COLUMNS, "address is": "text"}):
        return missing
    rows = [part.astype("object").to_numpy().tolist() for part in (guessers(case), _guessed(case))]
    frame = typed([*rows[0], *rows[1]], _COLUMNS)
    answer = answered(case, name, title, with_labels(case, frame, "address"), _reading(case, frame))
    return answer.__class__(name, title, answer.frame, answer.reading, f"{answer.searched} {LIMITS}", answer.runs)


def guessers(case: Case) -> pd.DataFrame:
    """The addresses that guess, with the columns of :func:`guessing`, most failures first."""
    parts = case.together(*(partial(_of_addresses, witness) for witness in speaking(case)))
    return joined(parts, (), _COLUMNS)


def _guessed(case: Case) -> pd.DataFrame:
    parts = case.together(*(partial(_of_users, witness) for witness in speaking(case)))
    return joined(parts, (), _COLUMNS)


def _of_addresses(witness: Witness) -> pd.DataFrame:
    """The addresses of one witness that guess."""
    failed = _failed(witness, "address").assign(user=None)
    rates = witness.rates().rename(columns={"peak": "most in 10 minutes"})
    rated = failed.merge(rates, on="address", how="left").fillna({"most in 10 minutes": 0, "hours": 0})
    rated = rated.assign(how=[_how_of_address(row) for _, row in rated.iterrows()])
    return _as_shown(rated[rated["how"] != ""])


def _of_users(witness: Witness) -> pd.DataFrame:
    """The users of one witness whose password many addresses guess."""
    failed = _failed(witness, "user")
    guessed = failed[failed["failing addresses"] >= SPREAD]
    return _as_shown(guessed.assign(how="distributed", address=None, hours=None, **{"most in 10 minutes": None}))


def _failed(witness: Witness, by: str) -> pd.DataFrame:
    every = witness.sums(by).dropna(subset=[by])
    return every[every["failures"] > 0].assign(source=witness.title)


def _as_shown(frame: pd.DataFrame) -> pd.DataFrame:
    """With how many users and addresses failed in place of how many there were."""
    counted = frame.assign(users=frame["failing users"], addresses=frame["failing addresses"])
    return typed(counted[list(_COLUMNS)].astype("object").to_numpy().tolist(), _COLUMNS)


def _how_of_address(row: pd.Series) -> str:
    fast = row["most in 10 minutes"] >= FAST
    slow = not fast and row["failures"] >= SLOW and row["hours"] >= SLOW_HOURS
    words = ((fast, "fast"), (slow, "slow"), (row["failing users"] >= SPRAYED, "spraying"))
    return ", ".join(word for applies, word in words if applies)


def _reading(case: Case, frame: pd.DataFrame) -> str:
    every = sums(case, "address")
    failed = every[every["failures"] > 0]
    if failed.empty:
        return quiet(case)
    by_address, by_user = frame[frame["address"].notna()], frame[frame["user"].notna()]
    sentences = []
    if len(by_address):
        verb = "guesses" if len(by_address) == 1 else "guess"
        told = listed([_address(case, row) for _, row in by_address.iterrows()])
        sentences.append(f"{count(len(by_address), 'address', 'addresses')} {verb}: {told}.")
    if len(by_user):
        told = listed([_user(row) for _, row in by_user.iterrows()])
        verb = "is" if len(by_user) == 1 else "are"
        sentences.append(f"{count(len(by_user), 'user')} {verb} tried from many addresses: {told}.")
    rest = failed[~failed["address"].isin(set(by_address["address"]))]
    few = f"{count(len(rest), 'address', 'addresses')} with {count(rest['failures'].sum(), 'failure')}"
    sentences.append(f"Below every limit: {few}." if len(rest) else "No other address failed.")
    return " ".join(sentences) + cut(failed, "address", "addresses")


def _address(case: Case, row: pd.Series) -> str:
    return (
        f"{named(case, str(row['address']))}, {count(row['failures'], 'failure')} for {count(row['users'], 'user')}, "
        f"at most {row['most in 10 minutes']:,} in {MINUTES} minutes ({row['how']})"
    )


def _user(row: pd.Series) -> str:
    return f"{plain(row['user'])} ({count(row['failures'], 'failure')} from {row['addresses']:,})"
