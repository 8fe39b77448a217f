"""Bars over time: what is joined and what is said of the highest."""

from __future__ import annotations

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
