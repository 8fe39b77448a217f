"""How a window is cut into bins, the same for every chart of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.investigate.ask import times, typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from siemlib.case import Case

MOST_BINS = 150
"""Bins that stand side by side and can still be told apart."""

# What the service takes: a number above 60 s, 60 m or 24 h it would silently lower.
_BINS = {
    f"{number}{unit}": pd.Timedelta(seconds=number * seconds)
    for unit, seconds, numbers in (
        ("s", 1, (1, 5, 10, 30)),
        ("m", 60, (1, 2, 5, 10, 15, 30)),
        ("h", 3_600, (1, 2, 3, 6, 12)),
        ("d", 86_400, (1, 7, 28)),
    )
    for number in numbers
}


def bin_of(case: Case) -> str:
    """The shortest period that cuts the window into at most 150 bins."""
    length = case.timespan.end - case.timespan.start
    return next((period for period, width in _BINS.items() if length / MOST_BINS <= width), "28d")


def binned(case: Case, rows: Iterable[Sequence[object]], columns: Mapping[str, str]) -> pd.DataFrame:
    """Rows of a bin's start and further values as a frame that begins with ``from`` and ``to``, in time order.

    Rows of the same bin and texts are summed. Bins are whole, also where the window begins or ends within one.
    """
    keys = [name for name, kind in columns.items() if kind == "text"]
    frame = typed(rows, {"from": "time", **columns}).groupby(["from", *keys], as_index=False, sort=True).sum()
    frame["from"] = times(frame["from"])
    frame.insert(1, "to", times(frame["from"] + _BINS[bin_of(case)]))
    return frame[["from", "to", *columns]]
