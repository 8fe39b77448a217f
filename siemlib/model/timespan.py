"""Half-open spans of UTC time, and how people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from siemlib.errors import UsageError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LAST = re.compile(r"(\d+)\s*([smhdw])", re.IGNORECASE)
_DATE_IN_ZONE = re.compile(r"(\d{4}-\d\d-\d\d)([Zz]|[+-]\d\d:?\d\d)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def from_millis(millis: int) -> datetime:
    """The aware UTC time of an epoch in milliseconds."""
    return _EPOCH + timedelta(milliseconds=millis)


def to_millis(time: datetime) -> int:
    """Epoch milliseconds, rounded down. Raises ValueError for a time without a zone."""
    if time.tzinfo is None:
        message = f"time without a zone: {time}"
        raise ValueError(message)
    return (time - _EPOCH) // _MILLISECOND


def render_millis(millis: int) -> str:
    """``YYYY-MM-DD HH:MM:SS.mmm`` in UTC, as GetQueryResults writes times."""
    return from_millis(millis).strftime("%Y-%m-%d %H:%M:%S.") + f"{millis % 1000:03d}"


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """The half-open interval ``[start, end)``; both are aware UTC times. Raises UsageError when it is empty."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse what is no interval."""
        if self.end <= self.start:
            raise UsageError(
                f"the timespan ends ({self.end:%Y-%m-%d %H:%M:%S}) before it starts ({self.start:%Y-%m-%d %H:%M:%S})"
                if self.end < self.start
                else f"the timespan is empty: it starts and ends at {self.start:%Y-%m-%d %H:%M:%S}",
                hint="--from is the first instant, --to the first instant after it",
            )

    @classmethod
    def of_millis(cls, start: int, end: int) -> TimeSpan:
        """The span of two epochs in milliseconds, the second one exclusive."""
        return cls(from_millis(start), from_millis(end))

    @classmethod
    def of_day(cls, day: date) -> TimeSpan:
        """One UTC day."""
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return cls(start, start + timedelta(days=1))

    @classmethod
    def last(cls, text: str, until: datetime) -> TimeSpan:
        """The span of length ``text`` (``24h``, ``90m``, ``7d``) that ends at ``until``."""
        found = _LAST.fullmatch(text.strip())
        if not found or int(found[1]) == 0:
            raise UsageError(f"not a length of time: {text!r}", hint="write a number and one of s, m, h, d, w: 24h")
        try:
            return cls(until - timedelta(seconds=int(found[1]) * _UNITS[found[2].lower()]), until)
        except (ValueError, OverflowError):  # int() itself refuses thousands of digits
            raise UsageError(f"too long a time: {text[:40]!r}", hint="the span would begin before the year 1") from None

    def earlier(self, by: timedelta | None = None) -> TimeSpan:
        """The span of the same length that lies ``by`` before this one, or that ends where this one starts.

        Raises UsageError when it would begin before the year 1.
        """
        back = self.end - self.start if by is None else by
        try:
            return TimeSpan(self.start - back, self.end - back)
        except OverflowError:
            raise UsageError(f"no time lies so far before {self}", hint="choose a shorter span") from None

    @property
    def start_ms(self) -> int:
        """Epoch milliseconds of the first instant."""
        return to_millis(self.start)

    @property
    def end_ms(self) -> int:
        """Epoch milliseconds of the first instant after the span."""
        return to_millis(self.end)

    def __str__(self) -> str:
        """For people: both ends in UTC."""
        return f"{self.start:%Y-%m-%d %H:%M:%S} to {self.end:%Y-%m-%d %H:%M:%S} UTC"


def parse_time(text: str) -> tuple[datetime, bool]:
    """An aware UTC time from ISO 8601 text, and whether a zone had to be assumed (UTC).

    A date alone, with or without a zone, is its first instant. Raises UsageError for anything else.
    """
    date_in_zone = _DATE_IN_ZONE.fullmatch(text.strip())
    try:
        time = datetime.fromisoformat("{}T00:00{}".format(*date_in_zone.groups()) if date_in_zone else text.strip())
        return (time.replace(tzinfo=UTC), True) if time.tzinfo is None else (time.astimezone(UTC), False)
    except (ValueError, OverflowError):
        raise UsageError(f"not a time: {text!r}", hint="write it like 2026-03-04T13:55:00Z or 2026-03-04") from None
