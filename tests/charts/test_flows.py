"""The chart of flows: accepted and rejected, empty, one of them, and too many."""

from __future__ import annotations

from siemlib.charts import MOST_POINTS, flows
from tests.charts.answers import HOSTILE, answer, binned, drawn, marks, words


def test_nothing_found_is_drawn_as_such() -> None:
    assert words(flows(answer(binned("action", "flows", [])))) == "nothing found"


def test_only_rejected_flows_are_one_row() -> None:
    chart = flows(answer(binned("action", "flows", [(0, "REJECT", 7)])))

    assert marks(chart) == 1
    assert "7 REJECT" in chart.sentence
    assert "ACCEPT" not in chart.sentence


def test_accepted_and_rejected_flows_differ_by_more_than_colour() -> None:
    chart = flows(answer(binned("action", "flows", [(0, "REJECT", 700), (1, "ACCEPT", 2)])))

    patterns = {trace.name: trace.marker.pattern.shape for trace in chart.figure.data}
    assert patterns["ACCEPT"] != patterns["REJECT"]
    assert "2 ACCEPT, 700 REJECT" in chart.sentence


def test_no_more_bars_are_drawn_than_a_page_can_show() -> None:
    rows = [(minute, action, 1) for minute in range(3000) for action in ("ACCEPT", "REJECT")]

    assert marks(flows(answer(binned("action", "flows", rows)))) <= MOST_POINTS


def test_a_hostile_action_stays_text() -> None:
    assert "<a" not in str(drawn(flows(answer(binned("action", "flows", [(0, HOSTILE, 1)])))))
