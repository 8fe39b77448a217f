"""A witness whose log a query can read by itself: the sums are made where the events are."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.investigate.access.limits import MOST_NAMED, MOST_ROWS, MOST_STEPS, PERIOD
from siemlib.investigate.access.witness import KEYS, RATES, STEPS, number_frame
from siemlib.investigate.ask import ask, typed
from siemlib.ql.quoting import print_text
from siemlib.ql.selection import MOST_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.case import Case
    from siemlib.engine import Result
    from siemlib.model.run import Run

_NAMES = {"user": "account", "address": "origin"}
_SPLIT = 'if(outcome = "failure", attempts, 0) as failed, if(outcome = "success", attempts, 0) as passed'
# A field that no event has is no value, and does not count as one.
_FAILING = 'if(outcome = "failure", account, nobody) as for_whom, if(outcome = "failure", origin, nobody) as from_where'
_SUMS = (
    "sum(failed) as failures, sum(passed) as successes, count_distinct(account) as users, "
    "count_distinct(origin) as addresses, count_distinct(for_whom) as tried, count_distinct(from_where) as trying, "
    "min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms"
)
_PERIOD_MS = int(PERIOD.total_seconds() * 1000)
_PAIR = 'concat(origin, " ", account)'


@dataclass(eq=False)
class Asked:
    """``head`` is a query that makes one row of each attempt: ``account``, ``origin``, ``outcome``, ``attempts``."""

    title: str
    case: Case
    head: str
    groups: tuple[str, ...]
    _runs: dict[str, Run] = field(default_factory=dict)

    @property
    def runs(self) -> tuple[Run, ...]:
        """See :class:`~siemlib.investigate.access.witness.Witness`."""
        return tuple(self._runs.values())

    @property
    def inner(self) -> str:
        """How a query inside another names the log groups; of more than it can name, all that there are."""
        if len(self.groups) > MOST_NAMES:
            return "SOURCE logGroups()"
        return f"SOURCE {', '.join(print_text(group) for group in self.groups)}"

    def begin(self) -> None:
        """See :class:`~siemlib.investigate.access.witness.Witness`."""
        self._runs.clear()

    def sums(self, *by: str) -> pd.DataFrame:
        """See :class:`~siemlib.investigate.access.witness.Witness`."""
        every = self._sums(by)
        if not by or len(every) < MOST_ROWS:
            return every
        entered = self._sums(by, having="| filter successes > 0\n")
        return pd.concat([every, entered], ignore_index=True).drop_duplicates(list(by), ignore_index=True)

    def passed(self) -> pd.DataFrame:
        """See :class:`~siemlib.investigate.access.witness.Witness`."""
        return self._sums(("user", "address"), where='| filter outcome = "success"\n')

    def _sums(self, by: tuple[str, ...], where: str = "", having: str = "") -> pd.DataFrame:
        keys = [_NAMES[name] for name in by]
        order = ", ".join(["failures desc", "successes desc", *(f"{key} asc" for key in keys)])
        result = self._ask(
            f"{where}| fields {_SPLIT}, {_FAILING}\n| stats {_SUMS}"
            + (f" by {', '.join(keys)}" if keys else "")
            + f"\n{having}| sort {order}\n| limit {MOST_ROWS}"
        )
        rows = result.rows if keys else [row for row in result.rows if "first_ms" in row]
        numbers = ("failures", "successes", "users", "addresses", "tried", "trying", "first_ms", "last_ms")
        return number_frame([[row.get(name) for name in (*keys, *numbers)] for row in rows], by)

    def over_time(self, period: str) -> pd.DataFrame:
        """See :class:`~siemlib.investigate.access.witness.Witness`."""
        sums = "sum(failed) as failures, sum(passed) as successes"
        result = self._ask(f"| fields {_SPLIT}\n| stats {sums} by bin({period}) as start\n| sort start asc")
        rows = [(row["start"], row["failures"], row["successes"]) for row in result.rows]
        return typed(rows, {"from": "time", "failures": "count", "successes": "count"})

    def rates(self) -> pd.DataFrame:
        """See :class:`~siemlib.investigate.access.witness.Witness`."""
        whole, late = self.case.together(partial(self._peaks, 0), partial(self._peaks, _PERIOD_MS // 2))
        both = whole.merge(late[["address", "peak"]], on="address", how="left", suffixes=("", " late"))
        peak = both[["peak", "peak late"]].max(axis=1).astype("Int64")
        return both.assign(peak=peak)[["address", *RATES]]

    def _peaks(self, shift: int) -> pd.DataFrame:
        result = self._ask(
            '| filter outcome = "failure"\n'
            "| stats sum(attempts) as tries, min(floor(toMillis(@timestamp) / 3600000)) as hour"
            f" by origin, floor((toMillis(@timestamp) + {shift}) / {_PERIOD_MS}) as slot\n"
            "| stats max(tries) as peak, count_distinct(hour) as hours, sum(tries) as failures by origin\n"
            f"| sort failures desc, origin asc\n| limit {MOST_ROWS}"
        )
        rows = [(row.get("origin"), row["peak"], row["hours"]) for row in result.rows]
        return typed(rows, {"address": KEYS["address"], **RATES})

    def steps(
        self, unit: str, addresses: Sequence[str], minutes: Sequence[int] = ()
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """See :class:`~siemlib.investigate.access.witness.Witness`."""
        minute = f"floor(toMillis(@timestamp) / 60000) in [{', '.join(map(str, minutes))}]" if minutes else ""
        origin = f"origin in [{', '.join(map(print_text, addresses))}]" if len(addresses) <= MOST_NAMED else ""
        # A query holds one other query, so that either the pairs or the addresses are asked for.
        pairs = (minute, origin, f"{_PAIR} in ({self._succeeded(_PAIR)})")
        places = (minute, origin or f"origin in ({self._succeeded('origin')})")
        return self._steps(unit, pairs, "account, origin"), self._steps(unit, places, "origin")

    def _succeeded(self, what: str) -> str:
        return (
            f'{self.inner}\n| {self.head}\n| filter outcome = "success"\n'
            f"| stats count(*) as logins by {what} as succeeded\n| display succeeded"
        )

    def _steps(self, unit: str, conditions: Sequence[str], keys: str) -> pd.DataFrame:
        result = self._ask(
            f"| filter {' and '.join(filter(None, conditions))}\n| fields {_SPLIT}\n"
            f"| stats sum(failed) as failures, sum(passed) as successes by {keys}, bin({unit}) as step\n"
            f"| sort step asc\n| limit {MOST_STEPS}"
        )
        names = ("account", "origin", "step", "failures", "successes")
        return typed([[row.get(name) for name in names] for row in result.rows], STEPS)

    def _ask(self, tail: str) -> Result:
        result = ask(self.case, f"{self.head}\n{tail}", self.groups)
        self._runs[result.run.id] = result.run
        return result
