"""A witness whose log no single pattern reads: its lines are read one by one, as the timeline of a pivot reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.investigate.access.limits import MOST_ROWS, PERIOD
from siemlib.investigate.access.witness import KEYS, RATES, STEPS, number_frame
from siemlib.investigate.ask import typed
from siemlib.investigate.periods import WIDTHS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.model.run import Run


@dataclass(eq=False)
class Read:
    """``frame`` has a row for each attempt: ``time``, ``user``, ``address``, ``outcome``, ``times``; oldest first."""

    title: str
    frame: pd.DataFrame
    groups: tuple[str, ...]
    runs: tuple[Run, ...]

    def begin(self) -> None:
        """What was read once is the ground of every answer."""

    def sums(self, *by: str) -> pd.DataFrame:
        """See :class:`~siemlib.investigate.access.witness.Witness`."""
        return _summed(self._split(), by)

    def passed(self) -> pd.DataFrame:
        """See :class:`~siemlib.investigate.access.witness.Witness`."""
        return _summed(self._split("success"), ("user", "address")).head(MOST_ROWS)

    def over_time(self, period: str) -> pd.DataFrame:
        """See :class:`~siemlib.investigate.access.witness.Witness`."""
        summed = _binned(self._split(), [], period)
        columns = {"from": "time", "failures": "count", "successes": "count"}
        return typed(summed.astype("object").to_numpy().tolist(), columns)

    def rates(self) -> pd.DataFrame:
        """See :class:`~siemlib.investigate.access.witness.Witness`."""
        failed = self._split("failure")
        if failed.empty:
            return typed([], {"address": KEYS["address"], **RATES})
        peaks = [
            failed.groupby(["address", (failed["time"] + shift).dt.floor(PERIOD)])["failed"].sum()
            for shift in (pd.Timedelta(0), PERIOD / 2)
        ]
        peak = pd.concat(peaks).groupby(level=0).max()
        hours = failed.groupby("address")["time"].agg(lambda times: times.dt.floor("h").nunique())
        rows = zip(peak.index, peak, hours.reindex(peak.index), strict=True)
        return typed(rows, {"address": KEYS["address"], **RATES})

    def steps(
        self, unit: str, addresses: Sequence[str], minutes: Sequence[int] = ()
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """See :class:`~siemlib.investigate.access.witness.Witness`."""
        frame = self._split()
        passed = frame[(frame["passed"] > 0) & frame["address"].isin(list(addresses))]
        pairs = frame.merge(passed[["user", "address"]].drop_duplicates(), on=["user", "address"])
        places = frame[frame["address"].isin(list(addresses))]
        if minutes:
            pairs, places = (part[_minute(part["time"]).isin(list(minutes))] for part in (pairs, places))
        by_place = _binned(places, ["address"], unit)
        by_place.insert(0, "user", None)
        return _steps(_binned(pairs, ["user", "address"], unit)), _steps(by_place)

    def _split(self, only: str = "") -> pd.DataFrame:
        frame = self.frame[self.frame["outcome"] == only] if only else self.frame
        failed = frame["outcome"] == "failure"
        return frame.assign(failed=frame["times"].where(failed, 0), passed=frame["times"].where(~failed, 0))


def _summed(frame: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """Sums by the columns ``by``; every row that succeeded, and of the others those with most failures."""
    if frame.empty:
        return number_frame([], by)
    failed = frame["failed"] > 0
    marked = frame.assign(tried=frame["user"].where(failed), trying=frame["address"].where(failed))
    grouped = marked.groupby(list(by), dropna=False, sort=True) if by else marked.groupby(lambda _: 0)
    summed = grouped.agg(
        failures=("failed", "sum"),
        successes=("passed", "sum"),
        users=("user", "nunique"),
        addresses=("address", "nunique"),
        tried=("tried", "nunique"),
        trying=("trying", "nunique"),
        first=("time", "min"),
        last=("time", "max"),
    ).reset_index(drop=not by)
    ordered = summed.sort_values(["failures", "successes"], ascending=False, kind="stable", ignore_index=True)
    held = ordered[(ordered.index < MOST_ROWS) | (ordered["successes"] > 0)]
    return number_frame(held.astype("object").to_numpy().tolist(), by)


def _minute(times: pd.Series) -> pd.Series:
    """Minutes since 1970."""
    return (times - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(minutes=1)


_IN_STEPS = ("user", "address", "from", "failures", "successes")


def _binned(frame: pd.DataFrame, by: list[str], unit: str) -> pd.DataFrame:
    """Sums by the columns ``by`` and by bin, in order of time."""
    start = frame["time"].dt.floor(WIDTHS[unit]).rename("from")
    columns = {"failures": ("failed", "sum"), "successes": ("passed", "sum")}
    summed = frame.groupby([*(frame[name] for name in by), start], dropna=False, sort=True).agg(**columns)
    return summed.reset_index().sort_values("from", kind="stable", ignore_index=True)


def _steps(binned: pd.DataFrame) -> pd.DataFrame:
    return typed(binned[list(_IN_STEPS)].astype("object").to_numpy().tolist(), STEPS)
