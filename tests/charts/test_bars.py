"""Bars over time: what is joined and what is said of the highest."""

from __future__ import annotations

import pandas as pd

from siemlib.charts import theme
from siemlib.charts.bars import coarsened, highest
from tests.charts.answers import binned


def test_joining_bins_loses_no_event() -> None:
    frame = binned("source", "events", [(minute, "sshd", 3) for minute in range(theme.MOST_POINTS + 1)])

    joined = coarsened(frame, "source", "events")

    assert len(joined) <= theme.MOST_POINTS
    assert joined["events"].sum() == 3 * (theme.MOST_POINTS + 1)
    assert ((joined["to"] - joined["from"]).dt.total_seconds() == 120).all()


def test_what_fits_is_drawn_as_it_is() -> None:
    frame = binned("source", "events", [(0, "sshd", 1), (1, "sshd", 2)])

    assert coarsened(frame, "source", "events").equals(frame)


def test_the_highest_bar_is_named_with_its_time() -> None:
    frame = binned("source", "events", [(0, "sshd", 1), (10, "sshd", 1200), (20, "sshd", 2)])

    assert highest(frame, "events") == "1,200 between 2026-03-04 02:10:00 and 02:11:00 UTC"


def test_a_bar_of_a_day_ends_on_the_next() -> None:
    frame = binned("source", "events", [(0, "sshd", 5)])
    day = frame.assign(to=frame["from"].dt.normalize() + pd.Timedelta(days=1), **{"from": frame["from"].dt.normalize()})

    assert highest(day, "events") == "5 between 2026-03-04 00:00:00 and 2026-03-05 00:00:00 UTC"
