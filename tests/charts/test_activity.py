"""The chart of activity: rows of bars, empty, with one bar, and with more bars than fit."""

from __future__ import annotations

from siemlib.charts import MOST_POINTS, activity
from tests.charts.answers import HOSTILE, answer, binned, drawn, marks, words


def test_nothing_found_is_drawn_as_such() -> None:
    chart = activity(answer(binned("source", "events", [])))

    assert words(chart) == "nothing found"
    assert chart.sentence == "Nothing to draw. A reading."


def test_a_single_bar_is_drawn_with_air_around_it() -> None:
    chart = activity(answer(binned("source", "events", [(0, "sshd", 5)])))

    assert marks(chart) == 1
    start, end = chart.figure.layout.xaxis.range
    assert start < "2026-03-04 02:00"
    assert end > "2026-03-04 02:01"


def test_each_source_has_a_row_on_its_own_scale_so_that_three_calls_are_seen_beside_many_flows() -> None:
    chart = activity(answer(binned("source", "events", [(0, "vpc_flow", 40_000), (1, "cloudtrail", 3)])))

    assert [list(trace.y) for trace in chart.figure.data] == [[40_000], [3]]
    assert [trace.yaxis for trace in chart.figure.data] == ["y", "y2"]
    assert words(chart) == "<b>vpc_flow</b> 40,000 events <b>cloudtrail</b> 3 events"
    assert "40,000 between 2026-03-04 02:00:00" in chart.sentence
    assert "(vpc_flow)" in chart.sentence


def test_a_bar_stands_over_its_own_minute_in_utc() -> None:
    chart = activity(answer(binned("source", "events", [(0, "sshd", 5)])))

    bar = drawn(chart)["data"][0]
    assert bar["x"] == ["2026-03-04 02:00:30.000"]
    assert bar["width"] == [60_000]
    assert drawn(chart)["layout"]["xaxis"]["title"]["text"] == "time (UTC)"


def test_no_more_bars_are_drawn_than_a_page_can_show() -> None:
    rows = [(minute, source, 1) for minute in range(1500) for source in ("sshd", "ossec")]

    assert marks(activity(answer(binned("source", "events", rows)))) <= MOST_POINTS


def test_a_hostile_name_of_a_source_stays_text() -> None:
    chart = activity(answer(binned("source", "events", [(0, HOSTILE, 1)])))

    assert "<a" not in str(drawn(chart))
    assert "<b>x" not in str(drawn(chart))
