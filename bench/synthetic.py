"""An engine that costs nothing: events that are made up as they are asked for, for an endpoint over them."""

from __future__ import annotations

import re
import uuid
from bisect import bisect_left
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from siemlib.engine import LogGroup, Result
from siemlib.errors import UsageError
from siemlib.model import clock
from siemlib.model.run import Completeness, Run, Statistics
from siemlib.model.timespan import from_millis, render_millis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.engine import FoundFields
    from siemlib.model.timespan import TimeSpan

GROUP = "synthetic"
START = 1_700_000_000_000
"""Epoch milliseconds."""
_LIMIT = re.compile(r"\|\s*limit\s+(\d+)")
_BIN = re.compile(r"by bin\((\d+)([a-z]+)\) as (\w+)")
_MOMENT = re.compile(r"toMillis\(@timestamp\) (>=|<) (\d+)")
_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_FILLING = "x" * 80


def even(count: int, seconds: int) -> list[int]:
    """The times of so many events, evenly over a span that begins at :data:`START`."""
    return [START + each * seconds * 1000 // count for each in range(count)]


def crowded(count: int, seconds: int, *, crowd_seconds: int = 120) -> list[int]:
    """The same, but that half of them fall in two minutes in the middle."""
    half = count // 2
    middle = START + seconds * 500
    crowd = [middle + each * crowd_seconds * 1000 // half for each in range(half)]
    return sorted(even(count - half, seconds) + crowd)


@lru_cache(maxsize=1 << 16)
def _second(second: int) -> str:
    return render_millis(second * 1000)[:19]


class Synthetic:
    """One log group with an event at each of ``times`` (epoch milliseconds, sorted)."""

    url = "synthetic:"

    def __init__(self, times: Sequence[int], *, group: str = GROUP) -> None:
        self.times = times
        self._texts = [f"{_second(moment // 1000)}.{moment % 1000:03d}" for moment in times]
        """Made once: with every query, they would take most of its time."""
        self.group = group
        self.gone = False
        """Whether somebody has deleted the log group."""

    def log_groups(self) -> tuple[LogGroup, ...]:
        """The one, while it is there."""
        first, last = (from_millis(self.times[place]) for place in (0, -1))
        return () if self.gone else (LogGroup(self.group, (), len(self.times), first, last),)

    def fields(self, log_group: str, timespan: TimeSpan) -> FoundFields:
        """Nobody asks."""
        raise UsageError(f"{log_group} of {timespan} has no fields")

    def run(
        self,
        query: str,
        timespan: TimeSpan | None,
        log_groups: Sequence[str] | None,  # noqa: ARG002 - there is one
        *,
        parameters: Mapping[str, str] | None = None,  # noqa: ARG002 - nobody gives any
        every_row: bool = False,
    ) -> Result:
        """The events of the span, newest first, or their count by bins; up to the least ``limit``."""
        assert timespan is not None  # noqa: S101 - the endpoint always gives one
        assert not every_row  # noqa: S101 - the endpoint never asks for it
        first, last = self._span(query, timespan)
        limit = min((int(each) for each in _LIMIT.findall(query)), default=10_000)
        if counted := _BIN.search(query):
            rows = self._counts(first, last, int(counted[1]) * _UNITS[counted[2]], counted[3])[:limit]
        else:
            rows = [self.row(place) for place in range(last - 1, max(first, last - limit) - 1, -1)]
        statistics = Statistics(last - first, last - first, 100 * (last - first), len(rows))
        now = clock.now()
        run = Run(
            uuid.uuid4().hex, self.url, query, {}, timespan, (self.group,), now, now, statistics, Completeness.COMPLETE
        )
        return Result((), rows, run)

    def _span(self, query: str, timespan: TimeSpan) -> tuple[int, int]:
        """The places of its events, narrowed by what the query says of milliseconds."""
        start, end = timespan.start_ms, timespan.end_ms
        for operator, moment in _MOMENT.findall(query):
            if operator == ">=":
                start = max(start, int(moment))
            else:
                end = min(end, int(moment))
        return bisect_left(self.times, start), bisect_left(self.times, end)

    def _counts(self, first: int, last: int, size: int, name: str) -> list[dict[str, str]]:
        found = Counter(moment // size * size for moment in self.times[first:last])
        return [{name: render_millis(moment), "siem_events": str(found[moment])} for moment in sorted(found)]

    def row(self, place: int) -> dict[str, str]:
        """An event."""
        return {"@timestamp": self._texts[place], "@message": f"event {place} {_FILLING}", "@ptr": f"p{place}"}
