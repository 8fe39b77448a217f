"""Values become text that is safe to look at."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from siemlib.case.cells import cell_text, escaped, header_of, numeric_columns, rows_of, shown_rows_of


def test_log_content_cannot_open_an_element_or_leave_an_attribute() -> None:
    assert escaped("\"'><img src=x onerror=alert(1)>&amp;") == (
        "&quot;&#x27;&gt;&lt;img src=x onerror=alert(1)&gt;&amp;amp;"
    )
    assert escaped("user\u202egnp.exe\u2028\x1b[2J") == "user\\u202egnp.exe\\u2028\\x1b[2J"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (pd.NA, ""),
        (pd.NaT, ""),
        (float("nan"), ""),
        (True, "yes"),
        (False, "no"),
        (12, "12"),
        (12.0, "12"),
        (0.5, "0.5"),
        (1e300, "1e+300"),
        ("012345678901", "012345678901"),
        (["a", "b"], "a, b"),
        (datetime(2026, 3, 4, 13, 55, 1, 250_999, tzinfo=UTC), "2026-03-04 13:55:01.250"),
    ],
)
def test_a_value_reads_as_a_person_would_write_it(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_rows_of_typed_columns_become_text_and_missing_values_become_empty() -> None:
    frame = pd.DataFrame(
        {
            "when": pd.to_datetime(pd.Series(["2026-03-04T13:55:00Z", None]), utc=True).astype("datetime64[ms, UTC]"),
            "n": pd.Series([1, None], dtype="Int64"),
            "x": pd.Series([0.5, None], dtype="Float64"),
            "ok": pd.Series([True, None], dtype="boolean"),
            "user": pd.Series(["violet", None], dtype="string"),
        }
    )
    assert list(rows_of(frame)) == [["2026-03-04 13:55:00.000", "1", "0.5", "yes", "violet"], ["", "", "", "", ""]]
    assert list(rows_of(frame, 1)) == list(rows_of(frame))[:1]
    assert header_of(frame) == ["when (UTC)", "n", "x", "ok", "user"]
    assert numeric_columns(frame) == [False, True, True, False, False]


def test_amounts_are_shown_with_separators_and_what_is_a_name_stays_as_it_is() -> None:
    frame = pd.DataFrame(
        {"flows": [12345, -1234], "sum_bytes": [1234.5, 5000.0], "port": [8080, 22], "events": ["1234", "5"]}
    ).astype({"flows": "Int64"})

    assert list(shown_rows_of(frame)) == [["12,345", "1234.5", "8080", "1234"], ["-1,234", "5,000", "22", "5"]]
    assert list(rows_of(frame)) == [["12345", "1234.5", "8080", "1234"], ["-1234", "5000", "22", "5"]]


def test_a_text_that_no_browser_could_lay_out_is_cut_and_says_so() -> None:
    frame = pd.DataFrame({"user": ["A" * 4_000, "B" * 1_004_000]})

    (whole,), (cut,) = shown_rows_of(frame)

    assert whole == "A" * 4_000
    assert cut == "B" * 4_000 + "… and 1,000,000 more characters, which the data files hold"
    assert [len(row[0]) for row in rows_of(frame)] == [4_000, 1_004_000]
