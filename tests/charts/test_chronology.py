"""The chart of intervals: bars as wide as the doubt, and what is done with too many."""

from __future__ import annotations

import pandas as pd

from siemlib.charts import MOST_POINTS, chronology
from tests.charts.answers import HOSTILE, START, answer, drawn, marks, words


def _frame(rows: list[tuple[float, float, str, str | None]]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "earliest": pd.Series([START + pd.Timedelta(seconds=since) for since, *_ in rows], dtype="object"),
            "latest": pd.Series([START + pd.Timedelta(seconds=until) for _, until, *_ in rows], dtype="object"),
        }
    )
    frame = frame.apply(lambda column: pd.to_datetime(column, utc=True).astype("datetime64[ms, UTC]"))
    for place, name in ((2, "source"), (3, "outcome")):
        frame[name] = pd.Series([row[place] for row in rows], dtype="string")
    return frame


def test_nothing_found_is_drawn_as_such() -> None:
    assert words(chronology(answer(_frame([])))) == "nothing found"


def test_what_was_not_asked_is_not_called_found() -> None:
    assert words(chronology(answer(_frame([]), ()))) == "not examined"


def test_a_bar_is_as_wide_as_the_interval_and_begins_with_it() -> None:
    chart = chronology(answer(_frame([(0, 660, "vpc_flow", "failure"), (30, 31, "sshd", "success")])))

    bars = {trace.name: (trace.base[0], trace.x[0]) for trace in chart.figure.data}
    assert bars == {
        "vpc_flow · failure": ("2026-03-04 02:00:00.000", 660_000.0),
        "sshd · success": ("2026-03-04 02:00:30.000", 1000.0),
    }
    assert "The shortest interval is 1 s, the longest 660 s" in chart.sentence


def test_rows_of_the_plot_begin_with_what_began_first() -> None:
    chart = chronology(answer(_frame([(5, 6, "sshd", None), (0, 1, "ossec", None)])))

    assert list(chart.figure.layout.yaxis.categoryarray) == ["sshd · not said", "ossec · not said"]


def test_several_columns_name_a_row_and_a_missing_one_is_left_out() -> None:
    frame = _frame([(0, 1, "sshd", None)]).drop(columns="outcome")
    frame["at"] = pd.Series([None], dtype="string")
    frame["subject"] = "deploy"

    assert chronology(answer(frame), series=("subject", "at", "source")).figure.data[0].name == "deploy · sshd"


def test_many_bars_are_joined_and_a_long_one_swallows_the_short_ones_in_it() -> None:
    long = (0.0, 50_000.0, "vpc_flow", None)
    short = [(float(s), s + 1.0, source, None) for s in range(0, 50_000, 10) for source in ("vpc_flow", "sshd")]

    chart = chronology(answer(_frame([long, *short])))

    assert marks(chart) <= MOST_POINTS
    assert "10,001 rows of the table" in chart.sentence
    (flows,) = [trace for trace in chart.figure.data if trace.name.startswith("vpc_flow")]
    assert list(flows.x) == [50_000_000.0]
    assert flows.hovertext[0].startswith("5,001 events")


def test_many_series_share_the_last_row() -> None:
    chart = chronology(answer(_frame([(n, n + 1, f"source-{n}", None) for n in range(100)])))

    assert len(chart.figure.data) == 24
    assert chart.figure.data[-1].name == "others"
    assert marks(chart) == 100


def test_ten_thousand_bars_of_one_instant_are_one() -> None:
    assert marks(chronology(answer(_frame([(0, 0.001, "sshd", None)] * 10_000)))) == 1


def test_hostile_content_stays_text_on_axes_and_under_the_pointer() -> None:
    page = str(drawn(chronology(answer(_frame([(0, 1, HOSTILE, "success")])))))

    assert "<b>" not in page
    assert "<a" not in page
