"""The matrix and the shares: sums, others, and what is written in a field or beside a bar."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from siemlib.charts import matrix, shares
from siemlib.charts.shares import share
from siemlib.report.drawn import agrees, marks
from siemlib.report.trace.table import table_of
from tests.charts.answers import answer


def _pairs(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["source", "target", "flows"])


def _written(frame: pd.DataFrame) -> dict[tuple[str, str], str]:
    chart = matrix(answer(frame), row="source", column="target", value="flows")
    return {
        (row, column): text
        for trace in chart.figure.data[1:]
        for row, column, text in zip(trace.y, trace.x, trace.text, strict=True)
    }


def test_each_field_has_its_number_and_a_pair_that_never_talked_has_none() -> None:
    assert _written(_pairs([("a", "x", 12_345), ("b", "y", 7), ("b", "y", 1)])) == {("a", "x"): "12k", ("b", "y"): "8"}


def test_where_every_flow_was_rejected_the_fields_say_so_and_the_chart_is_not_blank() -> None:
    frame = _pairs([("a", "x", 0), ("b", "y", 0)])
    assert _written(frame) == {("a", "x"): "0", ("b", "y"): "0"}
    drawn = matrix(answer(frame), row="source", column="target", value="flows").figure.to_plotly_json()
    assert marks(drawn) > 0
    assert agrees(drawn, table_of("E01", pa.Table.from_pandas(frame)))


def test_rows_and_columns_beyond_the_highest_are_summed_and_none_is_lost() -> None:
    frame = _pairs([(f"s{a}", f"t{b}", a + 1) for a in range(30) for b in range(25)])

    chart = matrix(answer(frame), row="source", column="target", value="flows")

    assert (len(chart.figure.data[0].y), len(chart.figure.data[0].x)) == (21, 21)
    assert chart.figure.data[0].y[-1] == "others (10)"
    assert chart.sentence.startswith(
        "Rows (source): 20 by name, and 10 more summed as others. Columns (target): 20 by name, and 5"
    )
    assert "Highest: others (10) → others (5), 275 flows." in chart.sentence


def test_shares_are_of_the_whole_and_not_of_what_is_drawn() -> None:
    frame = _pairs([(f"s{n}", "t", 1) for n in range(100)] + [("top", "t", 100)])

    chart = shares(answer(frame), label="source", value="flows")

    named, others = chart.figure.data
    assert (named.y[0], named.x[0], named.text[0]) == ("top", 100, " 100 flows, 50.0 %")
    assert (others.y[0], others.x[0], others.text[0]) == ("others (81)", 81, " 81 flows, 40.5 %")
    assert named.marker.pattern.shape != others.marker.pattern.shape
    assert chart.sentence == (
        "Bars of flows by source: 20 by name, and 81 more summed as others; 200 flows in all."
        " Most: top, 100 flows, 50.0 %."
    )


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 0, "0.0 %"),
        (1, 3, "33.3 %"),
        (1, 10_000, "under 0.1 %"),
        (9_999_999, 10_000_000, "over 99.9 %"),
        (5, 5, "100.0 %"),
    ],
)
def test_a_share_is_never_rounded_to_nothing_or_to_all(part: int, whole: int, text: str) -> None:
    assert share(part, whole) == text


def test_a_matrix_without_anything_in_any_field_names_no_highest() -> None:
    chart = matrix(answer(_pairs([("a", "x", 0), ("b", "x", 0)])), row="source", column="target", value="flows")

    assert "0 fields of 2 hold any." in chart.sentence
    assert "Highest" not in chart.sentence


def test_shares_of_nothing_name_no_most() -> None:
    chart = shares(answer(_pairs([("a", "x", 0), ("b", "x", 0)])), label="source", value="flows")

    assert chart.sentence.endswith("0 flows in all.")
