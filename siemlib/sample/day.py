"""The day of the sample: seconds of one fixed UTC day, how logs write them, and when people work."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from siemlib.model.timespan import TimeSpan

if TYPE_CHECKING:
    from random import Random

DAY = date(2026, 3, 4)
"""A Wednesday; nothing else is special about it."""
SECONDS = 86_400
START = int(datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC).timestamp())
"""The first second of the day, epoch."""

_HOURLY = (30, 24, 20, 18, 18, 22, 34, 58, 84, 100, 108, 110, 104, 106, 112, 114, 108, 98, 84, 72, 64, 56, 46, 38)
"""How busy each hour is (UTC): few people at night, most in the early afternoon."""


def timespan() -> TimeSpan:
    """The whole day."""
    return TimeSpan.of_day(DAY)


def seconds(clock: str) -> int:
    """The second of the day of ``HH:MM:SS``."""
    hour, minute, second = clock.split(":")
    return int(hour) * 3600 + int(minute) * 60 + int(second)


def busy_seconds(rng: Random, count: int, until: int = SECONDS) -> list[int]:
    """``count`` seconds before ``until``, sorted, dense when people work and sparse when they sleep."""
    hours = rng.choices(range(24), weights=_HOURLY, k=count)
    return sorted(min(hour * 3600 + int(rng.random() * 3600), until - 1) for hour in hours)


def even_seconds(rng: Random, count: int, start: int = 0, end: int = SECONDS) -> list[int]:
    """``count`` seconds in ``[start, end)``, sorted, equally likely: machines and scanners do not sleep."""
    return sorted(start + int(rng.random() * (end - start)) for _ in range(count))


def millis(second: int) -> int:
    """Epoch milliseconds of a second of the day."""
    return (START + second) * 1000


def clock(second: int) -> str:
    """``HH:MM:SS``."""
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def iso(second: int) -> str:
    """``2026-03-04T02:31:47``, without a zone."""
    return f"2026-03-04T{clock(second)}"


def syslog(second: int) -> str:
    """``Mar  4 02:31:47``, as syslog writes it: no year, no zone."""
    return f"Mar  4 {clock(second)}"
