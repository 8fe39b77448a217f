"""An engine that costs nothing: events that are made up as they are asked for, for an endpoint over them."""

from __future__ import annotations

import re
import uuid
from bisect import bisect_left
from typing import TYPE_CHECKING

from siemlib.engine import Column, LogGroup, Result
from siemlib.errors import UsageError
from siemlib.model import clock
from siemlib.model.event import FieldType
from siemlib.model.run import Completeness, Run, Statistics
from siemlib.model.timespan import TimeSpan, from_millis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.engine import FoundFields

GROUP = "synthetic"
START = 1_700_000_000_000
"""Epoch milliseconds."""
_LIMIT = re.compile(r"\|\s*limit\s+(\d+)")


def even(count: int, seconds: int) -> list[int]:
    """The times of so many events, evenly over a span that begins at :data:`START`."""
    return [START + each * seconds * 1000 // count for each in range(count)]


def crowded(count: int, seconds: int, *, crowd_seconds: int = 120) -> list[int]:
    """The same, but that half of them fall in two minutes in the middle."""
    half = count // 2
    middle = START + seconds * 500
    crowd = [middle + each * crowd_seconds * 1000 // half for each in range(half)]
    return sorted(even(count - half, seconds) + crowd)


class Synthetic:
    """One log group with an event at each of ``times`` (epoch milliseconds, sorted)."""

    url = "synthetic:"

    def __init__(self, times: Sequence[int], *, group: str = GROUP) -> None:
        self.times = times
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
        """The events of the span, newest first, up to the least ``limit``."""
        assert timespan is not None
        assert not every_row
        first, last = (bisect_left(self.times, moment) for moment in (timespan.start_ms, timespan.end_ms))
        limit = min((int(each) for each in _LIMIT.findall(query)), default=10_000)
        rows = [self.row(place) for place in range(last - 1, max(first, last - limit) - 1, -1)]
        statistics = Statistics(last - first, last - first, 100 * (last - first), len(rows))
        return self._result(rows, query, timespan, statistics)

    def row(self, place: int) -> dict[str, str]:
        """An event."""
        moment = from_millis(self.times[place])
        text = f"{moment:%Y-%m-%d %H:%M:%S}.{self.times[place] % 1000:03d}"
        return {"@timestamp": text, "@message": f"event {place} " + "x" * 80, "@ptr": f"p{place}"}

    def _result(self, rows: list[dict[str, str]], query: str, timespan: TimeSpan, statistics: Statistics) -> Result:
        now = clock.now()
        run = Run(
            uuid.uuid4().hex, self.url, query, {}, timespan, (self.group,), now, now, statistics, Completeness.COMPLETE
        )
        return Result((Column("@timestamp", FieldType.TIMESTAMP), Column("@message", FieldType.TEXT)), rows, run)
