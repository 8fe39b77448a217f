"""What is common to all charts."""

from __future__ import annotations

import math
from itertools import pairwise

import pandas as pd
import pytest

from siemlib.charts import activity, heatmap, levels, ports, shares, theme
from siemlib.sources import SOURCES
from tests.charts.answers import answer, binned, words
from tests.contrast import contrast, luminance


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


def test_text_on_every_shade_has_the_contrast_that_wcag_asks_for() -> None:
    for place, shade in theme.SHADES_UNDER_TEXT:
        text = theme.INK if float(place) <= theme.DARK else "#ffffff"
        assert contrast(str(shade), text) >= 4.5, shade


@pytest.mark.parametrize(("rows", "highest"), [(1, 12_345), (1, 3), (2, 9_999_999), (30, 100_000), (1, 0)])
def test_the_labels_of_a_scale_of_shades_do_not_lie_on_each_other(rows: int, highest: int) -> None:
    frame = binned("row", "events", [(0, f"row {n}", highest) for n in range(rows)])
    figure = heatmap(answer(frame), row="row", value="events").figure
    scale, margin = figure.data[0].colorbar, figure.layout.template.layout.margin
    high = figure.layout.height - margin.t - margin.b
    assert scale.ypad == 0, "else the scale is lower than the plot"
    places = [tick / (figure.data[0].zmax or 1) * high for tick in scale.tickvals]
    assert all(after - before >= 15 for before, after in pairwise(places)), places
    assert list(scale.ticktext)[-1] == f"{highest:,}"
    assert rows < 30 or list(scale.ticktext) == ["1", "10", "100", "1,000", "10,000", "100,000"]


def test_a_label_beside_the_longest_bar_fits_also_on_paper() -> None:
    label = " 1,234 accepted, 12,345,678 rejected"
    highest = 900.0
    start, end = theme.beside_bars(highest, ["short", label])
    # On paper a chart is 660 pixels wide; the names of the bars and the margins take 200 of them. Seven a letter.
    assert start == 0
    assert (1 - highest / end) * (660 - 200) >= 7 * len(label)
    assert theme.beside_bars(0, [label])[1] > 0


def test_more_is_darker_also_in_grey() -> None:
    for scale in (theme.SHADES, theme.SHADES_UNDER_TEXT):
        lights = [luminance(str(shade)) for _, shade in scale]
        assert lights == sorted(lights, reverse=True)


def test_an_axis_of_few_events_has_no_mark_for_half_of_one() -> None:
    assert [theme.amount_axis("alerts", most)["dtick"] for most in (1, 5, 6, 10, 11, 25, 26, 50)] == [
        *(1, 1, 2, 2, 5, 5, 10, 10)
    ]
    assert [theme.amount_axis("alerts", most, marks=3)["dtick"] for most in (3, 4, 6, 7, 15, 16)] == [1, 2, 2, 5, 5, 10]
    for unit, most in (("alerts", 300.0), ("alerts", math.inf), ("bytes", 3.0), ("seconds", 0.3)):
        assert "dtick" not in theme.amount_axis(unit, most)


def test_every_chart_of_few_events_asks_for_such_an_axis() -> None:
    few = binned("source", "events", [(0, "sshd", 1), (1, "sshd", 2), (1, "cloudtrail", 7)])
    rows = activity(answer(few)).figure.layout
    assert (rows.yaxis.dtick, rows.yaxis2.dtick, rows.yaxis.rangemode) == (1, 5, "tozero")
    levelled = pd.DataFrame({"level": [3, 12], "alerts": [2, 1]}, dtype="Int64")
    assert levels(answer(levelled)).figure.layout.yaxis.dtick == 1
    assert shares(answer(few), label="source", value="events").figure.layout.xaxis.dtick == 2
    asked = pd.DataFrame({"port": [22], "protocol": ["TCP"], "accepted": [1], "rejected": [1]})
    assert ports(answer(asked)).figure.layout.xaxis.dtick == 1
