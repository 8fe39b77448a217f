"""What is common to all charts."""

from __future__ import annotations

import pandas as pd

from siemlib.charts import theme
from siemlib.sources import SOURCES
from tests.charts.answers import answer, words


def test_two_kinds_of_log_never_look_the_same_in_colour_or_in_grey() -> None:
    known = [source.name for source in SOURCES if source.name != "plain"]
    styles = [theme.style_of(name) for name in [*known, "something else"]]

    assert len({style.colour for style in styles}) == len(styles)
    assert len({(style.pattern, style.solidity) for style in styles}) == len(styles)
    assert len({style.symbol for style in styles}) == len(styles)


def test_text_that_nobody_knows_looks_like_a_log_that_nobody_knows() -> None:
    assert theme.style_of("plain") == theme.style_of("something else") == theme.OTHER


def test_times_are_drawn_in_utc_whatever_their_zone() -> None:
    times = pd.Series([pd.Timestamp("2026-03-04 03:00:00.25", tz="Europe/Berlin")])

    assert theme.utc(times) == ["2026-03-04 02:00:00.250"]


def test_an_empty_chart_says_so_in_the_plot() -> None:
    chart = theme.nothing(answer(pd.DataFrame()))

    assert words(chart) == "nothing found"
    assert chart.figure.layout.title.text == "A title"
    assert chart.sentence == "Nothing to draw. A reading."


def test_what_was_never_asked_was_not_examined_and_is_not_called_nothing_found() -> None:
    assert words(theme.nothing(answer(pd.DataFrame(), runs=()))) == "not examined"
