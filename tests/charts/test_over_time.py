"""Areas, lines and heat maps: what silence is, what joining does, and what the sentence says of it."""

from __future__ import annotations

import math
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from siemlib.charts import areas, heatmap, lines, theme
from siemlib.charts.grid import gridded
from siemlib.model.timespan import TimeSpan
from tests.charts.answers import START, answer, binned, drawn

HOUR = TimeSpan(START.to_pydatetime(), START.to_pydatetime() + timedelta(hours=1))


def test_an_area_is_a_step_as_wide_as_its_bin_and_zero_where_there_is_no_row() -> None:
    frame = binned("who", "bytes", [(0, "in", 100), (3, "in", 40)])

    chart = areas(answer(frame), series="who", value="bytes")

    trace = chart.figure.data[0]
    assert list(trace.y) == [100, 0, 0, 40, 40]
    assert (trace.line.shape, trace.x[0], trace.x[-1]) == ("hv", "2026-03-04 02:00:00.000", "2026-03-04 02:04:00.000")
    assert "in bins of 1 minute, from the bottom: in 140 B. Highest: 100 B from 2026-03-04 02:00:00 UTC" in (
        chart.sentence
    )
    assert "2 of 4 bins hold nothing and are drawn as zero" in chart.sentence
    one = areas(answer(binned("who", "bytes", [(0, "in", 100), (2, "in", 40)])), series="who", value="bytes")
    assert "1 of 3 bins holds nothing and is drawn as zero" in one.sentence


def test_a_line_does_not_lead_across_silence() -> None:
    frame = binned("who", "flows", [(0, "in", 5), (1, "in", 0), (3, "in", 7)])

    chart = lines(answer(frame), series="who", value="flows")

    assert list(chart.figure.data[0].y) == [5, 0, None, 7]
    assert chart.figure.data[0].connectgaps is False
    assert "1 of 4 bins has no row and is a gap in a line" in chart.sentence
    assert "highest 7 flows from 2026-03-04 02:03:00 UTC" in chart.sentence


def test_a_bin_of_a_heat_map_that_is_missing_or_zero_is_hatched_and_counted() -> None:
    rows = [(0, "sshd", 9), (1, "sshd", 0), (3, "sshd", 4), (0, "OSSEC", 1), (1, "OSSEC", 1), (2, "OSSEC", 1)]

    chart = heatmap(answer(binned("log group", "events", rows)), row="log group", value="events")

    shades, silent = chart.figure.data
    assert [[value is None or math.isnan(value) for value in line] for line in shades.z] == [
        [False, True, True, False],
        [False, False, False, True],
    ]
    assert list(zip(silent.y, silent.base, silent.x, strict=True)) == [
        ("sshd", "2026-03-04 02:01:00.000", 120_000),
        ("OSSEC", "2026-03-04 02:03:00.000", 60_000),
    ]
    assert silent.marker.pattern.shape == "/"
    assert "Silent, and hatched: 3 of 8 bins of 1 minute." in chart.sentence


def test_a_row_that_is_always_silent_is_drawn_and_named() -> None:
    frame = binned("log group", "events", [(0, "sshd", 9), (0, "syslog", 0)])

    chart = heatmap(answer(frame), row="log group", value="events")

    assert list(chart.figure.data[0].y) == ["sshd", "syslog"]
    assert "Silent throughout: syslog." in chart.sentence


def test_silence_before_and_after_the_rows_is_seen_when_the_timespan_is_given() -> None:
    given = answer(binned("who", "events", [(20, "sshd", 9)]))

    chart = heatmap(given, row="who", value="events", timespan=HOUR)

    assert len(chart.figure.data[0].z[0]) == 60
    assert "59 of 60 bins of 1 minute" in chart.sentence
    assert areas(given, series="who", value="events", timespan=HOUR).figure.layout.xaxis.range == (
        "2026-03-04 02:00:00.000",
        "2026-03-04 03:00:00.000",
    )


def test_silence_is_counted_in_the_bins_that_were_asked_for_also_when_they_are_joined() -> None:
    rows = [(minute, "sshd", 1) for minute in range(5000) if minute % 10]

    chart = heatmap(answer(binned("who", "events", rows)), row="who", value="events")

    assert "499 of 4,999 bins of 1 minute" in chart.sentence
    assert "joined from bins of 1 minute" in chart.sentence
    assert "hatched only where all of it is silent" in chart.sentence


def test_joining_and_summing_loses_nothing() -> None:
    rows = [(minute, f"s{n}", 1) for minute in range(700) for n in range(20)]

    grid = gridded(binned("who", "events", rows), "who", "events", most=7, cells=theme.MOST_POINTS)

    assert np.nansum(grid.values) == 14_000
    assert grid.values.size <= theme.MOST_POINTS
    assert grid.labels[-1] == "others (13)"
    assert grid.values[-1].sum() == 13 * 700
    assert grid.bins() == "bins of 4 minutes (joined from bins of 1 minute)"


def test_one_series_too_many_takes_the_place_that_others_would() -> None:
    rows = [(0, f"s{n}", 1) for n in range(8)]

    grid = gridded(binned("who", "events", rows), "who", "events", most=7, cells=100)

    assert (len(grid.labels), grid.summed) == (8, 0)


def test_a_year_between_two_bins_does_not_take_a_year_to_draw() -> None:
    rows = [(0, "sshd", 1), (60 * 24 * 365, "sshd", 1)]

    chart = areas(answer(binned("who", "events", rows)), series="who", value="events")

    assert len(chart.figure.data[0].y) <= theme.MOST_POINTS


@pytest.mark.parametrize("count", [1, 2, 8])
def test_every_series_is_labelled_at_its_end_clear_of_the_others(count: int) -> None:
    rows = [(minute, f"s{n}", 1 + n) for minute in range(3) for n in range(count)]

    layout = drawn(areas(answer(binned("who", "events", rows)), series="who", value="events"))["layout"]

    pixels, top = layout["height"] - layout["margin"]["t"] - layout["margin"]["b"], layout["yaxis"]["range"][1]
    heights = sorted(pixels * (1 - note["y"] / top) + note["ay"] for note in layout["annotations"])
    assert len(heights) == count
    assert all(after - before > 35.9 for before, after in pairwise(heights))


def test_series_differ_in_grey_by_pattern_or_dash() -> None:
    rows = [(minute, f"s{n}", 8 - n) for minute in range(3) for n in range(8)]
    given = answer(binned("who", "events", rows))

    filled = areas(given, series="who", value="events").figure.data
    drawn_lines = lines(given, series="who", value="events").figure.data

    assert len({(t.fillpattern.shape, t.fillpattern.solidity) for t in filled}) == 8
    assert len({(t.line.dash, t.marker.symbol) for t in drawn_lines}) == 8


def test_a_series_looks_the_same_in_two_charts_whatever_its_rank() -> None:
    first = areas(answer(binned("who", "flows", [(0, "in", 9), (0, "out", 1)])), series="who", value="flows")
    second = lines(answer(binned("who", "bytes", [(0, "in", 9), (0, "out", 100)])), series="who", value="bytes")

    assert {trace.name: trace.line.color for trace in first.figure.data} == {
        trace.name: trace.line.color for trace in second.figure.data
    }
