"""A witness whose log no single pattern reads: its lines are read one by one, as the timeline of a pivot reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.investigate.access.limits import MOST_ROWS, PERIOD
from siemlib.investigate.access.witness import KEYS, RATES, STEPS, number_frame
from siemlib.investigate.ask import typed

if TYPE_CHECKING:
    from siemlib.model.run import Run


@dataclass(eq=False)
class Read:
    """``frame`` has a row for each attempt: ``time``, ``user``, ``address``, ``outcome``, ``times``; oldest first."""

    source: str
    frame: pd.DataFrame
    groups: tuple[str, ...]
    runs: tuple[Run, ...]

    def sums(self, *by: str, only: str = "", both: bool = False) -> pd.DataFrame:
        """See :class:`~siemlib.investigate.access.witness.Witness`."""
        frame = self._split(only)
        if frame.empty:
            return number_frame([], by)
        grouped = frame.groupby(list(by), dropna=False, sort=True) if by else frame.groupby(lambda _: 0)
        summed = grouped.agg(
            failures=("failed", "sum"),
            successes=("passed", "sum"),
            users=("user", "nunique"),
            addresses=("address", "nunique"),
            first=("time", "min"),
            last=("time", "max"),
        ).reset_index(drop=not by)
        if both:
            summed = summed[(summed["failures"] > 0) & (summed["successes"] > 0)]
        ordered = summed.sort_values(["failures", "successes"], ascending=False, kind="stable").head(MOST_ROWS)
        return number_frame(ordered.astype("object").to_numpy().tolist(), by)

    def over_time(self, period: str) -> pd.DataFrame:
        """See :class:`~siemlib.investigate.access.witness.Witness`."""
        summed = _binned(self._split(), [], period)
        columns = {"from": "time", "failures": "count", "successes": "count"}
        return typed(summed.astype("object").to_numpy().tolist(), columns)

    def rates(self, by: str) -> pd.DataFrame:
        """See :class:`~siemlib.investigate.access.witness.Witness`."""
        failed = self._split("failure")
        if failed.empty:
            return typed([], {by: KEYS[by], **RATES})
        peaks = [
            failed.groupby([by, (failed["time"] + shift).dt.floor(PERIOD)], dropna=False)["failed"].sum()
            for shift in (pd.Timedelta(0), PERIOD / 2)
        ]
        peak = pd.concat(peaks).groupby(level=0, dropna=False).max()
        hours = failed.groupby(by, dropna=False)["time"].agg(lambda times: times.dt.floor("h").nunique())
        return typed(zip(peak.index, peak, hours.reindex(peak.index), strict=True), {by: KEYS[by], **RATES})

    def steps(self, unit: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """See :class:`~siemlib.investigate.access.witness.Witness`."""
        frame = self._split()
        passed = frame[frame["passed"] > 0]
        pairs = frame.merge(passed[["user", "address"]].drop_duplicates(), on=["user", "address"])
        places = frame[frame["address"].isin(passed["address"].dropna())]
        by_place = _binned(places, ["address"], unit)
        by_place.insert(0, "user", None)
        return _steps(_binned(pairs, ["user", "address"], unit)), _steps(by_place)

    def _split(self, only: str = "") -> pd.DataFrame:
        frame = self.frame[self.frame["outcome"] == only] if only else self.frame
        failed = frame["outcome"] == "failure"
        return frame.assign(failed=frame["times"].where(failed, 0), passed=frame["times"].where(~failed, 0))


_IN_STEPS = ("user", "address", "from", "failures", "successes")


def _binned(frame: pd.DataFrame, by: list[str], unit: str) -> pd.DataFrame:
    """Sums by the columns ``by`` and by bin, in order of time."""
    start = frame["time"].dt.floor(pd.Timedelta(unit)).rename("from")
    columns = {"failures": ("failed", "sum"), "successes": ("passed", "sum")}
    summed = frame.groupby([*(frame[name] for name in by), start], dropna=False, sort=True).agg(**columns)
    return summed.reset_index().sort_values("from", kind="stable", ignore_index=True)


def _steps(binned: pd.DataFrame) -> pd.DataFrame:
    return typed(binned[list(_IN_STEPS)].astype("object").to_numpy().tolist(), STEPS)
