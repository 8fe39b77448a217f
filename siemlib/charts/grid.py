"""Series over time on one grid of equal bins, so that silence has a place of its own and is not drawn over.

Series beyond the highest few are summed, and bins are joined two by two, until no more is drawn than a page shows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siemlib.charts import theme
from siemlib.charts.few import Few, numbers
from siemlib.charts.text import LONGEST, counted, length

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from siemlib.model.timespan import TimeSpan


@dataclass(frozen=True, eq=False)
class Grid:
    """``values[series, bin]``; NaN where the frame has no row. ``labels`` are inert, one for each series."""

    starts: pd.DatetimeIndex
    width: pd.Timedelta
    labels: list[str]
    values: NDArray[np.float64]
    asked: pd.Timedelta
    """The width of the bins before they were joined."""
    filled: int
    """How many bins held more than zero before they were joined, over all series of the frame."""
    places: int
    """How many bins there were then, over all series."""
    summed: int
    """How many series stand together as others, in the last place."""

    @property
    def ends(self) -> pd.DatetimeIndex:
        """The first instant after each bin."""
        return self.starts + self.width

    @property
    def styles(self) -> list[theme.Style]:
        """A style for each series, by its name and not by its rank: two charts of the same series agree."""
        named = len(self.labels) - bool(self.summed)
        order = sorted(self.labels[:named]) + self.labels[named:]
        return [theme.ranked(order.index(label)) for label in self.labels]

    def bins(self) -> str:
        """``bins of 5 minutes``, and whether they were joined to that, for the sentence of a chart."""
        joined = f" (joined from bins of {length(self.asked)})" if self.width != self.asked else ""
        return f"bins of {length(self.width)}{joined}"

    def others(self, most: int) -> str:
        """A sentence on the series that were summed, or nothing."""
        return (
            f" Beside the {most} highest, {counted(self.summed, 'other')} {'is' if self.summed == 1 else 'are'} summed."
            if self.summed
            else ""
        )

    def beyond(self) -> str:
        """A time a little after the end, where labels stand, as plotly takes it."""
        last = self.ends[-1:]
        return theme.utc((last + (last - self.starts[0]) / 30).to_series())[0]

    def at(self, place: int) -> str:
        """When the bin at a place begins, for a sentence."""
        return f"{self.starts[place]:%Y-%m-%d %H:%M:%S} UTC"


def gridded(  # noqa: PLR0913 - all but the first three are named
    frame: pd.DataFrame,
    series: str,
    value: str,
    *,
    most: int,
    cells: int,
    timespan: TimeSpan | None = None,
    longest: int = LONGEST,
    by_rank: bool = True,
) -> Grid:
    """The frame (``from``, ``to``, ``series``, ``value``; at least one row) on a grid of at most ``cells`` places.

    ``by_rank``: the series with the highest sum first; else in order of first appearance. ``timespan``: what is drawn
    at least, so that silence before the first row and after the last one is seen.
    """
    amounts = numbers(frame[value])
    few = Few(frame[series], amounts, most, longest=longest, by_rank=by_rank)
    asked = max((frame["to"] - frame["from"]).max(), pd.Timedelta(milliseconds=1))
    since, until = _extent(frame, asked, timespan)
    first = math.ceil((until - since) / asked)
    count, width = first, asked
    while count > 1 and count * len(few.labels) > cells:
        width *= 2
        count = math.ceil((until - since) / width)
    values = np.full((len(few.labels), count), np.nan)
    places, slots = few.places.to_numpy(), ((frame["from"] - since) // width).to_numpy()
    values[places, slots] = 0.0
    np.add.at(values, (places, slots), amounts.to_numpy())
    held = pd.DataFrame({"name": frame[series], "slot": (frame["from"] - since) // asked})[amounts > 0]
    return Grid(
        pd.DatetimeIndex([since + n * width for n in range(count)]),
        width,
        few.labels,
        values,
        asked,
        len(held.drop_duplicates()),
        first * (few.named + few.summed),
        few.summed,
    )


def _extent(frame: pd.DataFrame, width: pd.Timedelta, timespan: TimeSpan | None) -> tuple[pd.Timestamp, pd.Timestamp]:
    """From when to when is drawn: whole bins, in step with those of the frame."""
    since, until = frame["from"].min(), frame["to"].max()
    if timespan is not None:
        since -= max(math.ceil((since - pd.Timestamp(timespan.start)) / width), 0) * width
        until += max(math.ceil((pd.Timestamp(timespan.end) - until) / width), 0) * width
    return since, until
