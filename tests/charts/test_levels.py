"""The chart of levels: empty, one, and in order."""

from __future__ import annotations

import pandas as pd

from siemlib.charts import levels
from tests.charts.answers import answer, marks, words


def _frame(rows: list[tuple[int, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["level", "alerts"], dtype="Int64")


def test_nothing_found_is_drawn_as_such() -> None:
    assert words(levels(answer(_frame([])))) == "nothing found"


def test_one_level_is_one_labelled_bar() -> None:
    chart = levels(answer(_frame([(5, 310)])))

    assert marks(chart) == 1
    assert [list(trace.text) for trace in chart.figure.data] == [["310"], []]
    assert chart.sentence == "Alerts by level, 5 to 5: 310 in all, 0 of level 10 or more."


def test_severe_levels_are_hatched_and_stand_in_order_of_level() -> None:
    chart = levels(answer(_frame([(10, 24), (3, 89), (8, 5), (5, 310), (6, 69)])))

    plain, hatched = chart.figure.data
    assert (list(plain.x), list(plain.y)) == (["3", "5", "6", "8"], [89, 310, 69, 5])
    assert (list(hatched.x), list(hatched.y)) == (["10"], [24])
    assert (plain.marker.pattern.shape, hatched.marker.pattern.shape) == ("", "/")
    assert list(chart.figure.layout.xaxis.categoryarray) == ["3", "5", "6", "8", "10"]
    assert "497 in all, 24 of level 10 or more" in chart.sentence


def test_several_rules_of_one_level_share_its_bar() -> None:
    assert list(levels(answer(_frame([(5, 1), (5, 2)]))).figure.data[0].y) == [3]


def test_alerts_without_a_level_have_a_bar_of_their_own_behind_the_levels() -> None:
    chart = levels(answer(pd.DataFrame({"level": [5, None, 12], "alerts": [4, 3, 1]}, dtype="Int64")))

    plain, hatched = chart.figure.data
    assert (list(plain.x), list(plain.y)) == (["5", "none"], [4, 3])
    assert list(hatched.x) == ["12"]
    assert list(chart.figure.layout.xaxis.categoryarray) == ["5", "12", "none"]
    assert chart.sentence == "Alerts by level, 5 to 12: 8 in all, 1 of level 10 or more, 3 without a level."


def test_alerts_of_which_none_has_a_level_are_drawn_all_the_same() -> None:
    chart = levels(answer(pd.DataFrame({"level": [None], "alerts": [3]}, dtype="Int64")))

    assert list(chart.figure.data[0].y) == [3]
    assert chart.sentence == "Alerts by level: 3 in all, 0 of level 10 or more, 3 without a level."
