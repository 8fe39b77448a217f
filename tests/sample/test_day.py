"""Seconds of the day."""

from __future__ import annotations

from siemlib.model.timespan import render_millis
from siemlib.sample import day
from siemlib.sample.identifier import generator


def test_a_clock_time_goes_to_seconds_and_back() -> None:
    assert day.seconds("02:31:47") == 9107
    assert day.clock(9107) == "02:31:47"
    assert day.syslog(9107) == "Mar  4 02:31:47"
    assert render_millis(day.millis(9107)) == "2026-03-04 02:31:47.000"


def test_busy_seconds_are_sorted_and_stay_before_the_end() -> None:
    made = day.busy_seconds(generator(1, "x"), 5000, 80_000)
    assert made == sorted(made)
    assert len(made) == 5000
    assert made[-1] < 80_000


def test_even_seconds_stay_in_their_interval() -> None:
    made = day.even_seconds(generator(1, "x"), 1000, 100, 200)
    assert min(made) >= 100
    assert max(made) < 200
