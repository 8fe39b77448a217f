"""Who can say that somebody logged in, or tried: one witness for each kind of log, and what it is asked.

A witness gives sums, never events: a million failures are a few rows. Frames of sums have, behind the columns that they
are by, ``failures``, ``successes``, ``users`` and ``addresses`` (how many different ones), ``failing users`` and
``failing addresses`` (those with a failure), ``first`` and ``last``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pandas as pd

from siemlib.investigate.ask import typed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.model.run import Run

KEYS = {"user": "text", "address": "text"}
NUMBERS = {
    "failures": "count",
    "successes": "count",
    "users": "count",
    "addresses": "count",
    "failing users": "count",
    "failing addresses": "count",
    "first": "time",
    "last": "time",
}
RATES = {"peak": "count", "hours": "count"}
STEPS = {"user": "text", "address": "text", "time": "time", "failures": "count", "successes": "count"}


class Witness(Protocol):
    """One kind of log in which a system itself says who logged in."""

    title: str
    """What people call the kind of log."""
    groups: tuple[str, ...]

    @property
    def runs(self) -> tuple[Run, ...]:
        """What was asked, since the last question began."""

    def begin(self) -> None:
        """Begin a question: what was asked for others is no ground of its answer."""

    def sums(self, *by: str) -> pd.DataFrame:
        """Sums by ``user``, by ``address``, or of everything.

        Most failures first; at most ``MOST_ROWS``, and as many more of those that succeeded.
        """

    def passed(self) -> pd.DataFrame:
        """Sums of the successes alone, by ``user`` and ``address``, at most ``MOST_ROWS``."""

    def over_time(self, period: str) -> pd.DataFrame:
        """Columns ``from``, ``failures``, ``successes``, for each bin of ``period`` in which there was any."""

    def rates(self) -> pd.DataFrame:
        """For each ``address`` that failed: ``peak``, failures in its fullest period, and ``hours`` with any."""

    def steps(
        self, unit: str, addresses: Sequence[str], minutes: Sequence[int] = ()
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What these addresses, which all succeeded, did in bins of ``unit`` (``1s``, ``1m``), in order of time.

        There may be more addresses in it. ``minutes`` (since 1970, UTC) are those to look at; without any, all.

        The first frame is by user, of those pairs of user and address that succeeded; the second by address alone.
        """


def number_frame(rows: Sequence[Sequence[object]], by: Sequence[str]) -> pd.DataFrame:
    """A frame of sums from rows of its columns."""
    return typed(rows, {**{name: KEYS[name] for name in by}, **NUMBERS})


def joined(frames: Sequence[pd.DataFrame], by: Sequence[str], columns: Mapping[str, str]) -> pd.DataFrame:
    """The columns ``by`` and ``columns`` of several frames as one, most failures first; typed also if all are empty."""
    kinds = {**{name: KEYS.get(name, "text") for name in by}, **columns}
    held = [frame[list(kinds)] for frame in frames if len(frame)]
    if not held:
        return typed([], kinds)
    both = pd.concat(held, ignore_index=True)
    return both.sort_values(["failures", "successes"], ascending=False, kind="stable", ignore_index=True)
