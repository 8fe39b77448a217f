"""Who guesses passwords: fast, slowly, for many users or from many addresses; limits tell that from mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.investigate.access.common import answered, listed, speaking, sums, unanswered
from siemlib.investigate.access.limits import FAST, PERIOD, SLOW, SLOW_HOURS, SPRAYED, SPREAD
from siemlib.investigate.access.summary import totals
from siemlib.investigate.ask import source_title, typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.words import count, plain

if TYPE_CHECKING:
    from collections.abc import Callable

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
_MINUTES = int(PERIOD.total_seconds() // 60)
LIMITS = (
    f"Fast: {FAST} failures of an address within {_MINUTES} minutes. Slow: {SLOW} failures in {SLOW_HOURS} different "
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
    if missing := unanswered(case, name, title, {**_COLUMNS, "address is": "text"}):
        return missing
    frame = pd.concat([guessers(case), _guessed(case)], ignore_index=True)
    frame = typed(frame.astype("object").to_numpy().tolist(), _COLUMNS)
    answer = answered(case, name, title, with_labels(case, frame, "address"), _reading(case, frame))
    return answer.__class__(name, title, answer.frame, answer.reading, f"{answer.searched} {LIMITS}", answer.runs)


def guessers(case: Case) -> pd.DataFrame:
    """The addresses that guess, with the columns of :func:`guessing`, most failures first."""
    return _table(case, "address", _how_of_address)


def _guessed(case: Case) -> pd.DataFrame:
    return _table(case, "user", _how_of_user)


def _table(case: Case, by: str, how: Callable[[pd.Series], str]) -> pd.DataFrame:
    parts = [_rated(witness, by, how) for witness in speaking(case)]
    held = [part for part in parts if len(part)]
    if not held:
        return typed([], _COLUMNS)
    return pd.concat(held, ignore_index=True).sort_values("failures", ascending=False, kind="stable", ignore_index=True)


def _rated(witness: Witness, by: str, how: Callable[[pd.Series], str]) -> pd.DataFrame:
    """The users or addresses of one witness that are guessed or guess."""
    failed = witness.sums(by, only="failure").dropna(subset=[by])
    if failed.empty:
        return typed([], _COLUMNS)
    rated = failed.merge(witness.rates(by), on=by, how="left")
    passed = witness.sums(by, only="success").set_index(by)["successes"]
    rated = rated.assign(
        how=[how(row) for _, row in rated.iterrows()],
        successes=rated[by].map(passed).fillna(0).astype("Int64"),
        source=source_title(witness.source),
        **({"user": None} if by == "address" else {"address": None}),
    )
    named_as_shown = rated[rated["how"] != ""].rename(columns={"peak": "most in 10 minutes"})
    return typed(named_as_shown[list(_COLUMNS)].astype("object").to_numpy().tolist(), _COLUMNS)


def _how_of_address(row: pd.Series) -> str:
    fast = row["peak"] >= FAST
    slow = not fast and row["failures"] >= SLOW and row["hours"] >= SLOW_HOURS
    words = ((fast, "fast"), (slow, "slow"), (row["users"] >= SPRAYED, "spraying"))
    return ", ".join(word for applies, word in words if applies)


def _how_of_user(row: pd.Series) -> str:
    return "distributed" if row["addresses"] >= SPREAD else ""


def _reading(case: Case, frame: pd.DataFrame) -> str:
    failed = sums(case, "address", only="failure")
    if failed.empty:
        return f"No login failed. {totals(case)}"
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
    return " ".join(sentences)


def _address(case: Case, row: pd.Series) -> str:
    return (
        f"{named(case, str(row['address']))}, {count(row['failures'], 'failure')} for {count(row['users'], 'user')}, "
        f"at most {row['most in 10 minutes']:,} in {_MINUTES} minutes ({row['how']})"
    )


def _user(row: pd.Series) -> str:
    return f"{plain(row['user'])} ({count(row['failures'], 'failure')} from {row['addresses']:,})"
