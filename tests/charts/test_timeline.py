"""The chart of the timeline: dots, and what is done with too many."""

from __future__ import annotations

import pandas as pd

from siemlib.charts import MOST_POINTS, timeline
from tests.charts.answers import HOSTILE, START, answer, drawn, marks, words


def _frame(rows: list[tuple[int, str, str | None, str]]) -> pd.DataFrame:
    frame = pd.DataFrame({"time": pd.Series([START + pd.Timedelta(seconds=s) for s, *_ in rows], dtype="object")})
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    for index, name in enumerate(("source", "outcome", "action"), start=1):
        frame[name] = pd.Series([row[index] for row in rows], dtype="string")
    return frame


def test_nothing_found_is_drawn_as_such() -> None:
    assert words(timeline(answer(_frame([])))) == "nothing found"


def test_one_event_is_one_dot() -> None:
    chart = timeline(answer(_frame([(0, "sshd", "failure", "login")])))

    assert marks(chart) == 1
    assert chart.sentence == "1 event, one dot each. 1 failed event, 0 succeeded events."


def test_outcomes_differ_by_shape_and_an_event_that_says_none_is_a_ring() -> None:
    chart = timeline(
        answer(_frame([(0, "sshd", "failure", "login"), (1, "sshd", "success", "login"), (2, "sshd", None, "close")])),
    )

    assert {trace.name: trace.marker.symbol for trace in chart.figure.data} == {
        "sshd, failure": "x",
        "sshd, success": "circle",
        "sshd, not said": "circle-open",
    }


def test_many_events_share_dots_and_the_sentence_says_so() -> None:
    rows = [(s, source, "failure" if s % 2 else None, "x") for s in range(5000) for source in ("sshd", "ossec")]

    chart = timeline(answer(_frame(rows)))

    assert marks(chart) <= MOST_POINTS
    assert f"10,000 events, drawn as {marks(chart):,} dots" in chart.sentence


def test_ten_thousand_events_of_one_instant_are_drawn() -> None:
    chart = timeline(answer(_frame([(0, "sshd", None, "x")] * 10_000)))

    assert marks(chart) == 1
    assert "and 9,999 more" in chart.figure.data[0].hovertext[0]


def test_hostile_content_stays_text_on_axes_and_under_the_pointer() -> None:
    page = str(drawn(timeline(answer(_frame([(0, HOSTILE, "success", HOSTILE)])))))

    assert "<a" not in page
    assert "<b>" not in page
    assert "%{" not in page
