"""What every chart keeps to: an example is drawn; empty, partial, hostile and overlong answers are drawn honestly."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib import charts
from siemlib.case.figure import figure_json
from siemlib.model.run import Completeness
from tests.charts.answers import HOSTILE, RUN, START, answer, binned, drawn, marks, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.case.answer import Answer, Chart

    Draw = Callable[[Answer], Chart]
    Frame = Callable[[list[tuple[int, str, int]]], pd.DataFrame]


def _levels(rows: list[tuple[int, str, int]]) -> pd.DataFrame:
    return pd.DataFrame([(n % 16, n) for _, _, n in rows], columns=["level", "alerts"], dtype="Int64")


def _ports(rows: list[tuple[int, str, int]]) -> pd.DataFrame:
    return pd.DataFrame(
        [(minute, name, n, 0) for minute, name, n in rows], columns=["port", "protocol", "accepted", "rejected"]
    )


def _events(rows: list[tuple[int, str, int]]) -> pd.DataFrame:
    frame = binned("source", "events", rows).rename(columns={"from": "time"})
    texts = pd.Series([name for _, name, _ in rows], dtype="string")
    return frame.assign(action=texts, outcome=pd.Series(["failure"] * len(rows), dtype="string"))


def _intervals(rows: list[tuple[int, str, int]]) -> pd.DataFrame:
    return binned("source", "events", rows).rename(columns={"from": "earliest", "to": "latest"})


def _pairs(rows: list[tuple[int, str, int]]) -> pd.DataFrame:
    return pd.DataFrame([(name, f"10.0.0.{m}", n) for m, name, n in rows], columns=["from whom", "to whom", "flows"])


CASES: dict[str, tuple[Draw, Frame]] = {
    "activity": (charts.activity, partial(binned, "source", "events")),
    "timeline": (charts.timeline, _events),
    "chronology": (charts.chronology, _intervals),
    "areas": (partial(charts.areas, series="who", value="bytes"), partial(binned, "who", "bytes")),
    "lines": (partial(charts.lines, series="who", value="flows"), partial(binned, "who", "flows")),
    "heatmap": (partial(charts.heatmap, row="log group", value="events"), partial(binned, "log group", "events")),
    "flows": (charts.flows, partial(binned, "action", "flows")),
    "ports": (charts.ports, _ports),
    "matrix": (partial(charts.matrix, row="from whom", column="to whom", value="flows"), _pairs),
    "shares": (partial(charts.shares, label="from whom", value="flows"), _pairs),
    "levels": (charts.levels, _levels),
}
EXAMPLE = [(0, "sshd", 12), (1, "sshd", 3), (2, "ossec", 5)]


def test_every_chart_of_the_list_is_tested_here() -> None:
    assert list(CASES) == [chart.__name__ for chart in charts.CHARTS]


@pytest.fixture(params=list(CASES))
def case(request: pytest.FixtureRequest) -> tuple[Draw, Frame]:
    """How a chart is drawn, and a frame for it from rows of (minute, name, number)."""
    return CASES[request.param]


def test_an_example_is_drawn_with_a_sentence_and_the_table_behind_it(case: tuple[Draw, Frame]) -> None:
    draw, frame = case
    given = answer(frame(EXAMPLE))

    chart = draw(given)

    assert chart.answer is given
    assert marks(chart) >= 2
    assert chart.figure.layout.title.text == "A title"
    assert chart.sentence.endswith(".")
    assert "complete" not in chart.sentence


def test_nothing_found_is_drawn_as_such(case: tuple[Draw, Frame]) -> None:
    draw, frame = case

    assert words(draw(answer(frame([])))) == "nothing found"
    assert words(draw(answer(frame([]), runs=()))) == "not examined"


@pytest.mark.parametrize("state", [Completeness.TRUNCATED, Completeness.PARTIAL, Completeness.TIMED_OUT])
@pytest.mark.parametrize("rows", [EXAMPLE, []], ids=["rows", "no rows"])
def test_an_answer_that_is_not_complete_says_so_in_title_and_sentence(
    case: tuple[Draw, Frame], state: Completeness, rows: list[tuple[int, str, int]]
) -> None:
    draw, frame = case

    chart = draw(answer(frame(rows), runs=(replace(RUN, completeness=state),)))

    assert f"NOT COMPLETE: {state}" in chart.figure.layout.title.text
    assert "Not known to be complete" in chart.sentence


def test_no_more_is_drawn_than_a_page_can_show(case: tuple[Draw, Frame]) -> None:
    draw, frame = case
    rows = [(minute, f"name {n}", minute + n) for minute in range(1000) for n in range(12)]

    assert marks(draw(answer(frame(rows)))) <= charts.MOST_POINTS


def test_hostile_names_stay_text(case: tuple[Draw, Frame]) -> None:
    draw, frame = case
    chart = draw(answer(frame([(0, HOSTILE, 3), (1, HOSTILE, 4)])))

    for page in (str(drawn(chart)), str(figure_json(chart.figure))):
        assert "<a" not in page
        assert "<b>x" not in page
        assert "%{" not in page


@pytest.mark.parametrize("name", ["areas", "lines", "heatmap", "matrix", "shares"])
def test_names_that_look_alike_when_cut_stay_apart(name: str) -> None:
    draw, frame = CASES[name]
    long = "a" * 100

    chart = draw(answer(frame([(0, long + "1", 3), (0, long + "2", 4)])))

    page = str(drawn(chart))
    assert "…" in page
    assert "… #2" in page


@pytest.mark.parametrize("name", ["areas", "lines", "heatmap", "matrix", "shares"])
def test_a_missing_name_and_a_missing_number_are_drawn(name: str) -> None:
    draw, frame = CASES[name]
    given = frame(EXAMPLE)
    for column in given.columns[-2:]:
        given[column] = given[column].astype("object")
        given.loc[0, column] = None
    if name in {"matrix", "shares"}:
        given.loc[0, "from whom"] = None

    assert "(not said)" in str(drawn(draw(answer(given))))


def test_the_day_of_the_example_is_the_day_that_is_drawn() -> None:
    for name in ("areas", "lines", "heatmap"):
        draw, frame = CASES[name]
        chart = drawn(draw(answer(frame(EXAMPLE))))
        assert chart["data"][0]["x"][0].startswith(f"{START:%Y-%m-%d %H:}")
        assert chart["layout"]["xaxis"]["title"]["text"] == "time (UTC)"


def test_an_answer_of_zeros_is_drawn(case: tuple[Draw, Frame]) -> None:
    draw, frame = case

    assert draw(answer(frame([(0, "sshd", 0), (1, "ossec", 0)]))).sentence
