"""Who can say that somebody logged in, or tried: one witness for each kind of log, and what it is asked.

A witness gives sums, never events: a million failures are a few rows. Frames of sums have, behind the columns that they
are by, ``failures``, ``successes``, ``users``, ``addresses`` (how many different ones), ``first`` and ``last``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pandas as pd

from siemlib.investigate.ask import typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.model.run import Run

KEYS = {"user": "text", "address": "text"}
NUMBERS = {
    "failures": "count",
    "successes": "count",
    "users": "count",
    "addresses": "count",
    "first": "time",
    "last": "time",
}
RATES = {"peak": "count", "hours": "count"}
STEPS = {"user": "text", "address": "text", "time": "time", "failures": "count", "successes": "count"}


class Witness(Protocol):
    """One kind of log in which a system itself says who logged in."""

    source: str
    """The name of the kind of log."""
    groups: tuple[str, ...]

    @property
    def runs(self) -> tuple[Run, ...]:
        """What was asked so far."""

    def sums(self, *by: str, only: str = "", both: bool = False) -> pd.DataFrame:
        """Sums by ``user``, by ``address``, by both, or of everything; most failures first, at most ``MOST_ROWS``.

        ``only`` is ``success`` or ``failure``; with ``both``, rows with failures and with successes alone.
        """

    def over_time(self, period: str) -> pd.DataFrame:
        """Columns ``from``, ``failures``, ``successes``, for each bin of ``period`` in which there was any."""

    def rates(self, by: str) -> pd.DataFrame:
        """For each user or address that failed: ``peak``, failures in its fullest period, and ``hours`` with any."""

    def steps(self, unit: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What the addresses that failed and succeeded did, in bins of ``unit`` (``1s``, ``1m``), in order of time.

        The first frame is by user, of those pairs of user and address that succeeded; the second by address alone.
        """


def number_frame(rows: Sequence[Sequence[object]], by: Sequence[str]) -> pd.DataFrame:
    """A frame of sums from rows of its columns."""
    return typed(rows, {**{name: KEYS[name] for name in by}, **NUMBERS})


def joined(frames: Sequence[pd.DataFrame], by: Sequence[str], columns: dict[str, str]) -> pd.DataFrame:
    """The frames of several witnesses as one, most failures first; typed also when there is none."""
    kinds = {name: kind for name, kind in {**KEYS, "source": "text", **columns}.items() if name in {*by, *columns}}
    held = [frame[list(kinds)] for frame in frames if len(frame)]
    if not held:
        return typed([], kinds)
    order = [name for name in ("failures", "successes") if name in kinds]
    return pd.concat(held, ignore_index=True).sort_values(order, ascending=False, kind="stable", ignore_index=True)
