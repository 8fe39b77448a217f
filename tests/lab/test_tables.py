"""Tables hold log content as text, sort by rank, and are bounded; the page asks the network for nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib.case import Answer
from siemlib.case.open import case_over
from siemlib.lab.sheet import Sheet, answer_bundle, found_bundle
from siemlib.lab.tables import LONGEST_CELL, MOST_CHARACTERS, MOST_ROWS, bundle_html, shown_rows, table_html
from siemlib.model.run import Completeness
from siemlib.workbook.asked import asked
from tests.case.engine import ROWS, engine

if TYPE_CHECKING:
    from siemlib.case import Case

HOSTILE = ["<img src=x onerror=alert(1)>", "</table><script>alert(1)</script>", "=1+1", "\x1b[31mred\u202e", "&amp;"]


def orders(html: str) -> list[int]:
    return [int(rank) for rank in re.findall(r'data-order="(\d+)"', html)]


def test_every_cell_and_every_name_is_escaped() -> None:
    html = table_html(pd.DataFrame({"<b>": pd.Series(HOSTILE, dtype="string")}), "<i>caption</i>")
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "&amp;amp;" in html
    assert "\\x1b[31mred\\u202e" in html
    assert html.count("<script") == html.count("</script>") == 1
    assert not re.search(r"<(img|b|i)\b", html)


def test_numbers_and_times_sort_by_rank_and_what_is_missing_is_last() -> None:
    large = pd.Series([2**62 + 1, 2**62, None, 9], dtype="Int64")
    times = pd.to_datetime(pd.Series(["2026-03-05", None, "2026-03-04", "2026-03-04"]), utc=True)
    assert orders(table_html(pd.DataFrame({"n": large}), "")) == [3, 2, 4, 1]
    assert orders(table_html(pd.DataFrame({"t": times}), "")) == [2, 3, 1, 1]
    assert orders(table_html(pd.DataFrame({"n": pd.Series([1.5, -2.0], dtype="Float64")}), "")) == [2, 1]
    assert orders(table_html(pd.DataFrame({"s": pd.Series(["10", "9"], dtype="string")}), "")) == []


def test_rows_text_and_cells_are_bounded() -> None:
    many = pd.DataFrame({"n": range(MOST_ROWS + 5)})
    assert (shown_rows(many), table_html(many, "").count("<tr>")) == (MOST_ROWS, MOST_ROWS + 1)
    long = pd.DataFrame({"s": pd.Series(["x" * 10 * LONGEST_CELL] * MOST_ROWS, dtype="string")})
    assert shown_rows(long) == MOST_CHARACTERS // LONGEST_CELL
    wide = pd.DataFrame({f"c{place}": pd.Series(["x" * LONGEST_CELL]) for place in range(MOST_ROWS + 1)})
    assert shown_rows(wide) == 1
    assert f"… ({9 * LONGEST_CELL:,} more characters)" in table_html(long.head(1), "")


def test_columns_of_one_name_and_a_frame_without_rows_are_no_trouble() -> None:
    twice = pd.DataFrame([[1, "a"], [2, "b"]], columns=["x", "x"])
    assert table_html(twice, "").count("<td ") == 4
    assert table_html(twice.head(0), "").count("<td ") == 0


def test_the_script_is_in_the_page_and_names_no_other_place() -> None:
    html = bundle_html("<ready>") + table_html(pd.DataFrame({"n": [1]}), "")
    assert html.startswith("<p>&lt;ready&gt;</p><script")
    assert len(html) < 400_000
    assert not re.search(r"https?:|//\w|src=|href=", re.sub(r'unpack\("[^"]*"\)', "", html))


def test_two_tables_of_one_page_have_different_names() -> None:
    frame = pd.DataFrame({"n": [1]})
    first, second = (re.findall(r'<table id="([^"]+)"', table_html(frame, ""))[0] for _ in range(2))
    assert first != second


@pytest.mark.parametrize("completeness", list(Completeness))
def test_a_result_says_its_completeness_first_and_in_amber_when_it_is_not_complete(completeness: Completeness) -> None:
    case = case_over(engine(completeness=completeness), start="2026-03-04", end="")
    html = found_bundle(asked(case, "fields user", ["OSSEC"], {}))["text/html"]
    first = html[: html.index("</p>")]
    assert "Completeness: " in first
    assert ("background:#fff3d6" in first) == (completeness is not Completeness.COMPLETE)
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "all 3 rows" in html


def test_a_result_without_rows_and_one_that_does_not_fit_say_so() -> None:
    def shown(rows: list[dict[str, str]]) -> str:
        case = case_over(engine(rows=rows), start="2026-03-04", end="")
        return str(found_bundle(asked(case, "fields user", None, {}))["text/html"])

    assert "<p>no rows</p>" in shown([])
    assert "1 row<" in shown(ROWS[:1])
    assert f"the first {MOST_ROWS:,} of {MOST_ROWS + 1:,} rows; .frame holds them all" in shown(
        ROWS[:1] * (MOST_ROWS + 1)
    )


def test_an_answer_that_rests_on_no_run_is_not_taken_for_a_complete_one(case: Case) -> None:
    answer = Answer("none", "None <of> it", pd.DataFrame({"a": []}), "Not examined.", "no log group.", ())
    bundle = answer_bundle(answer)
    assert "not examined: no query was run" in bundle["text/html"]
    assert "None &lt;of&gt; it" in bundle["text/html"]
    assert bundle["text/plain"].startswith("Completeness: not examined")
    assert case.runs == ()


def test_every_word_round_a_table_is_text() -> None:
    evil = "<img src=x onerror=alert(1)>\u202e"
    frame = pd.DataFrame({"a": ["b"]})
    sheet = Sheet(Completeness.COMPLETE, evil, (evil, evil), frame, evil, title=evil)
    assert "<img" not in sheet.html()
    assert sheet.html().count("&lt;img src=x onerror=alert(1)&gt;\\u202e") == 5
