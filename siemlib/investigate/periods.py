"""How a length of time is cut into bins: the same periods for every chart, and each with its width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from datetime import timedelta

MOST_BINS = 150
"""Bars that stand side by side and can still be told apart."""

# What the service takes: a number above 60 s, 60 m or 24 h it would silently lower. The widths are not read from the
# names: of a day, pandas writes the letter in another case.
WIDTHS = {
    f"{number}{unit}": pd.Timedelta(seconds=number * seconds)
    for unit, seconds, numbers in (
        ("s", 1, (1, 5, 10, 30)),
        ("m", 60, (1, 2, 5, 10, 15, 30)),
        ("h", 3_600, (1, 2, 3, 6, 12)),
        ("d", 86_400, (1, 7, 28)),
    )
    for number in numbers
}
"""The periods from the shortest to the longest, as a query writes them."""


def shortest(length: timedelta) -> str:
    """The shortest period that cuts ``length`` into at most 150 bins."""
    return next((period for period, width in WIDTHS.items() if length / MOST_BINS <= width), "28d")
