"""The year of times that do not name theirs (syslog), found before anything is read, and always stated as assumed.

The whole file is looked at once: the year that is known is that of its last event, and each step from December back to
January before it is a New Year's Eve.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from siemlib.archive.columns import integers
from siemlib.archive.transform import as_text, times_of
from siemlib.model.timespan import from_millis

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from siemlib.archive.batch import Batch
    from siemlib.archive.stream import Reading
    from siemlib.database.connection import Connection
    from siemlib.sources.source import LogSource

_HALF_A_YEAR = 183 * 86_400_000
_ALMOST_A_YEAR = 350 * 86_400_000
_LEAP_YEAR = 1972
_SAME_DAY = re.compile(
    r"^(?:<\d+>)?(?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) \d\d:\d\d:\d\d (?:\S+ )??[^\s:]+: "
    r"(?:\[[^\]\s]*\] )?(?:[A-Z][a-z]{2},? )?"
    r"(?:(?P<named>[A-Z][a-z]{2}) +(?P<named_day>\d{1,2}) \d\d:\d\d:\d\d (?P<year>(?:19|20)\d\d)\b"
    r"|(?P<iso_year>(?:19|20)\d\d)-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)[T ])"
)
"""The program's own time, first in its text: behind that stands what others chose, a user name with a date in it."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_IN_NAME = re.compile(r"(?<![0-9a-zA-Z])(?:19|20)\d\d(?![0-9])")
_HINT_LINES = 20_000


@dataclass
class Years:
    """Gives each event its year, in the order of the file. ``reason`` says how the year was found."""

    first: int
    reason: str
    needed: bool = True
    """Whether any time of the file lacks its year."""
    _previous: int | None = None
    _passed: int = 0

    def times(self, connection: Connection, source: LogSource, messages: pa.Array) -> pa.Array:
        """The times of the next messages of the file (int64, epoch milliseconds, null where there is none)."""
        moments = times_of(connection, source, messages, None)
        passed, self._passed, self._previous = _passed_years(moments, self._passed, self._previous)
        return times_of(connection, source, messages, integers(passed + self.first))


@dataclass
class _Survey:
    """What a first look at a whole file tells."""

    last: int | None = None
    """The time of the last event, in the leap year."""
    passed: int = 0
    """New Year's Eves in the file."""
    hints: set[int] = field(default_factory=set)
    """The year of the first event, by each line that repeats its own day with the year."""


def find_years(
    connection: Connection, source: LogSource, batches: Iterable[Batch], reading: Reading, year: int | None
) -> Years:
    """Read ``batches`` (all of the file) for its months, and decide on the year of its first event.

    In this order: the user's word; a line that repeats its own day with the year; the year in the name of the file or
    its folder; the latest year in which the last event is not after the file was saved, by its gzip header or the disk.
    """
    survey = _survey(connection, source, batches)
    if survey.last is None:
        return Years(_LEAP_YEAR, "every time has its year", needed=False)
    if year is not None:
        return Years(year, f"the first event is of {year}, as --year says")
    if len(survey.hints) == 1:  # lines that contradict each other are no help, whoever wrote them
        first = survey.hints.pop()
        return Years(first, f"the last event is of {first + survey.passed}, as a line of the file says")
    for name in (reading.path.name, reading.path.resolve().parent.name):
        if found := _IN_NAME.findall(name):
            return Years(int(found[-1]) - survey.passed, f"the last event is of {found[-1]}, as the name {name} says")
    moment = from_millis((reading.saved or int(reading.path.stat().st_mtime)) * 1000)
    last = moment.year
    event = from_millis(survey.last)
    at = (event.month, event.day, event.hour, event.minute)
    last -= at > (moment.month, moment.day, moment.hour, moment.minute)
    return Years(
        last - survey.passed,
        f"the last event is of {last}, the latest year before the file was saved ({moment:%Y-%m-%d})",
    )


def _survey(connection: Connection, source: LogSource, batches: Iterable[Batch]) -> _Survey:
    survey = _Survey()
    looked_at = 0
    for batch in batches:
        messages, _ = as_text(batch.messages)
        moments = times_of(connection, source, messages, None)
        if looked_at < _HINT_LINES:
            sample = messages.slice(0, _HINT_LINES - looked_at).to_pylist()
            looked_at += len(sample)
            hints = [(row, found) for row, text in enumerate(sample) if (found := _hint(text))]
        else:
            hints = []
        passed, survey.passed, survey.last = _passed_years(moments, survey.passed, survey.last)
        survey.hints.update(year - int(passed[row]) for row, year in hints)
    return survey


def _passed_years(moments: pa.Array, before: int, previous: int | None) -> tuple[np.ndarray, int, int | None]:
    """How many years have ended before each event, after ``before`` of them and the event at ``previous``.

    A step back of more than half a year is a New Year's Eve; a step forward of almost a year is an event of the
    old year that came late. A smaller one is a log that was silent for months.
    """
    values = moments.to_numpy(zero_copy_only=False).astype(np.float64)
    # Only times of the leap year lack their year; others in the same file are left out of the reckoning.
    values[(values < _leap(0)) | (values >= _leap(1))] = np.nan
    valid = ~np.isnan(values)
    if not valid.any():
        return np.full(len(values), before), before, previous
    known = values[valid]
    steps = np.diff(known, prepend=known[0] if previous is None else previous)
    turns = (steps < -_HALF_A_YEAR).astype(np.int64) - (steps > _ALMOST_A_YEAR).astype(np.int64)
    passed_known = before + np.cumsum(turns)
    index = np.maximum.accumulate(np.where(valid, np.arange(len(values)), -1))
    passed = np.full(len(values), before)
    filled = np.zeros(len(values), dtype=np.int64)
    filled[valid] = passed_known
    passed[index >= 0] = filled[index[index >= 0]]
    return passed, int(passed_known[-1]), int(known[-1])


def _leap(years: int) -> int:
    return int((np.datetime64(f"{_LEAP_YEAR + years}-01-01", "ms")).astype(np.int64))


def _hint(text: str) -> int | None:
    """The year, where a syslog line names its own day once more in full."""
    found = _SAME_DAY.match(text)
    if not found or found["month"] not in _MONTHS:
        return None
    if found["year"]:
        same = found["named"] == found["month"] and int(found["named_day"]) == int(found["day"])
        return int(found["year"]) if same else None
    month = _MONTHS.index(found["month"]) + 1
    same = int(found["iso_month"]) == month and int(found["iso_day"]) == int(found["day"])
    return int(found["iso_year"]) if same else None
