"""The events of a query that compares two windows of time, and what must be said of the earlier one."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from siemlib.errors import QueryError
from siemlib.model.timespan import TimeSpan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from siemlib.database.relation import EventRelation
    from siemlib.engine.protocol import LogGroup
    from siemlib.ql.plan_patterns import Baseline

_DAYS = {"d": 1, "w": 7}
_MONTHS = {"mo": 1, "q": 3, "y": 12}
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


def earlier_span(span: TimeSpan, baseline: Baseline) -> TimeSpan:
    """The window that is compared with: as long as ``span``, and so much before as the query says.

    A month before the 31st of March is the last day of February. Raises QueryError where that is before the year 1.
    """
    length = span.end - span.start
    try:
        start = _moved(span.start, baseline, length)
    except (OverflowError, ValueError):
        raise QueryError("the earlier window would begin before the year 1") from None
    return TimeSpan(start, start + length)


def _moved(start: datetime, baseline: Baseline, length: timedelta) -> datetime:
    amount, unit = baseline.amount, baseline.unit
    if unit is None:
        return start - length * amount
    if unit in _DAYS:
        return start - timedelta(days=amount * _DAYS[unit])
    if unit in _SECONDS:
        return start - timedelta(milliseconds=amount * int(_SECONDS[unit] * 1000))
    months = start.year * 12 + start.month - 1 - amount * _MONTHS[unit]
    year, month = divmod(months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)


def both_windows(relation: Callable[[TimeSpan], EventRelation], span: TimeSpan, earlier: TimeSpan) -> EventRelation:
    """The events of both windows, each once, also where the windows overlap; ``relation`` gives those of one."""
    if earlier.end >= span.start:
        return relation(TimeSpan(earlier.start, span.end))
    now, before = relation(span), relation(earlier)
    known = now.scanned is not None and before.scanned is not None
    return replace(
        now,
        sql=f"{now.sql}\nUNION ALL\n{before.sql}",
        bytes=now.bytes + before.bytes,
        scanned=(now.scanned or 0) + (before.scanned or 0) if known else None,
        count_sql=None,
    )


def uncovered(groups: Sequence[LogGroup], earlier: TimeSpan) -> tuple[str, ...]:
    """What the archive lacks of the earlier window, as sentences: what looks new may only be newly archived."""
    found: list[str] = []
    absent: list[str] = []
    for group in groups:
        if group.first is None or group.last is None or group.first >= earlier.end or group.last < earlier.start:
            absent.append(group.name)
        elif group.first > earlier.start:
            found.append(
                f"The archive of log group {group.name} begins at {group.first.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC,"
                f" inside the earlier window ({earlier}): what looks new or more frequent may not be."
            )
    if absent:
        several = "s" if len(absent) > 1 else ""
        found.append(
            f"The archive holds no event of log group{several} {', '.join(absent)} from the earlier window ({earlier}):"
            " what looks new or more frequent may not be."
        )
    return tuple(found)
