"""What an exhibit's record says of its part of the page can be computed from the page alone."""

from __future__ import annotations

import hashlib
import json
import re

import pandas as pd

from siemlib.case.shown import PAGE_ROWS, figure_text, shown_digest, shown_record


def test_the_digest_is_of_arrays_of_strings_each_with_a_line_feed() -> None:
    text = '["user","events"]\n["a\\"b\\\\","1,000"]\n["\u00fc\\n","2"]\n'
    assert shown_digest(["user", "events"], [['a"b\\', "1,000"], ["\u00fc\n", "2"]]) == (
        hashlib.sha256(text.encode()).hexdigest()
    )


def test_what_cannot_be_seen_is_digested_as_it_is_spelled_out() -> None:
    assert shown_digest(["a\x00"], [["\u202e"]]) == shown_digest(["a\\x00"], [["\\u202e"]])


def test_a_cell_that_moves_to_the_next_column_gives_another_digest() -> None:
    assert shown_digest(["a", "b"], [["x", ""]]) != shown_digest(["a", "b"], [["", "x"]])


def test_only_the_rows_of_the_page_count() -> None:
    frame = pd.DataFrame({"events": range(PAGE_ROWS + 5)})
    told = shown_record(frame)
    assert told["rows"] == PAGE_ROWS
    assert told["rows_sha256"] == shown_record(frame.head(PAGE_ROWS))["rows_sha256"]
    assert told["rows_sha256"] != shown_record(frame.head(PAGE_ROWS - 1))["rows_sha256"]
    assert "figure_sha256" not in told


def test_the_data_of_a_chart_are_digested_as_they_stand_in_the_page() -> None:
    figure = {"data": [{"name": "</script><!--&\u2028\u00fc", "y": [1.5, 1e22, None]}]}
    text = figure_text(figure)
    assert text.isascii()
    assert not re.search("[<>&]", text)
    assert json.loads(text) == figure
    told = shown_record(pd.DataFrame({"a": ["b"]}), figure)
    assert told["figure_sha256"] == hashlib.sha256(text.encode()).hexdigest()
