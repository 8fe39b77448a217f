"""Which event came first, where the logs can prove it.

The rule: an event is *after* another when its interval begins at or after the end of the other's. Of two logs that do
not share a clock (one log group and stream have one), it must begin later by the difference that is allowed between
clocks. Else the order is *not provable*, however far apart the written times are. What quotes a line is after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.errors import UsageError
from siemlib.investigate.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST = "first row"
AFTER_ALL = "after every row above"
AFTER = "after the row above"
QUOTES = "written after the row above, which it quotes"
NOT_PROVABLE = "not provable against the row above"
PROVEN = (AFTER_ALL, AFTER, QUOTES)

CLOCK_ERROR = 1.0
"""Seconds by which the clocks of two logs may differ, where nobody says otherwise: hosts that keep time by NTP are
well within it, and no log says whether they do."""
_MOST_ERROR = 86_400.0
_MILLISECOND = pd.Timedelta(milliseconds=1)


def error_ms(seconds: float) -> int:
    """The allowed difference of clocks in milliseconds. Raises UsageError for one that is negative or over a day."""
    if not 0 <= seconds <= _MOST_ERROR:
        raise UsageError(
            f"clocks cannot differ by {seconds:g} seconds here", hint="write 0 (they agree) to 86400 (a day)"
        )
    return round(seconds * 1000)


class _Latest:
    """The latest end of an interval so far, of each clock and of the two that are the latest."""

    def __init__(self) -> None:
        self._by_clock: dict[str, int] = {}
        self._top: list[tuple[int, str]] = []

    def before(self, begins: int, clock: str, error: int) -> bool:
        """Whether everything so far had ended when something of ``clock`` began."""
        own = self._by_clock.get(clock)
        other = next((end for end, of in self._top if of != clock), None)
        return (own is None or own <= begins) and (other is None or other + error <= begins)

    def add(self, end: int, clock: str) -> None:
        known = self._by_clock.get(clock)
        if known is None or end > known:
            self._by_clock[clock] = end
            others = [pair for pair in self._top if pair[1] != clock]
            self._top = sorted([*others, (end, clock)], reverse=True)[:2]


def order(frame: pd.DataFrame, error: int, quoted_rows: Sequence[int | None] | None = None) -> pd.Series:
    """What can be proven of each row against the rows above it: one of the texts of this module.

    ``frame`` has ``earliest``, ``latest`` and ``clock``. ``error`` is in milliseconds. ``quoted_rows`` is, for each
    row, the place (from 0) of the row that it quotes.
    """
    begins, ends = _millis(frame["earliest"]), _millis(frame["latest"])
    clocks = [str(clock) for clock in frame["clock"]]
    quotes = quoted_rows or [None] * len(frame)
    latest, told = _Latest(), []
    for place, (begin, end, clock) in enumerate(zip(begins, ends, clocks, strict=True)):
        if place == 0:
            told.append(FIRST)
        elif latest.before(begin, clock, error):
            told.append(AFTER_ALL)
        elif quotes[place] == place - 1:
            told.append(QUOTES)
        else:
            apart = begin - ends[place - 1] >= (0 if clock == clocks[place - 1] else error)
            told.append(AFTER if apart else NOT_PROVABLE)
        latest.add(end, clock)
    return pd.Series(told, index=frame.index, dtype="string")


def sentence(told: pd.Series, error: int) -> str:
    """How many steps from one row to the next are proven, and by which rule."""
    rows = len(told) - 1
    if rows < 1:
        return ""
    proven = int(told.isin(PROVEN).sum())
    allowed = f"clocks of two logs may differ by {error / 1000:g} s"
    return (
        f"Of {count(rows, 'step')} from one row to the next the order is provable for {proven:,} and not for"
        f" {rows - proven:,}, whose intervals overlap ({allowed})."
    )


def _millis(times: pd.Series) -> list[int]:
    return [int(value) for value in (times - pd.Timestamp(0, tz="UTC")) // _MILLISECOND]
