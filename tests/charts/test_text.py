"""Log content in labels."""

from __future__ import annotations

import pandas as pd
import pytest

from siemlib.charts.text import amount, inert, labels_of, length, number


@pytest.mark.parametrize("hostile", ["<b>bold</b>", '<a href="javascript:x">', "$\\alpha$", "%{customdata}", "<br>"])
def test_nothing_that_plotly_interprets_is_left_in_a_label(hostile: str) -> None:
    label = inert(hostile)

    assert not set("<>$%\"'") & set(label)


def test_an_entity_in_the_log_is_shown_as_it_was_written() -> None:
    assert inert("&lt;") == "&amp;lt;"


def test_a_label_is_one_line_and_its_end_is_cut_with_an_ellipsis() -> None:
    label = inert("first line\nsecond\tline " + "x" * 100, longest=20)

    assert label == "first line second l…"


def test_direction_marks_and_escape_codes_are_made_visible() -> None:
    assert inert("a\u202eb\x1b[31m") == "a\ufffdb\ufffd[31m"


def test_a_short_plain_label_stays_as_it_is() -> None:
    assert inert("deploy@web-1 ü") == "deploy@web-1 ü"


def test_numbers_have_thousands_separators() -> None:
    assert number(1234567) == "1,234,567"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1234, "flows", "1,234 flows"),
        (1, "logins", "1 login"),
        (1, "addresses", "1 address"),
        (0, "logins", "0 logins"),
        (1, "accepted", "1 accepted"),
        (999, "bytes", "999 B"),
        (12_345_678, "bytes", "12.3 MB"),
        (0, "bytes", "0 B"),
    ],
)
def test_an_amount_has_its_unit(value: float, unit: str, text: str) -> None:
    assert amount(value, unit) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(300, "5 minutes"), (86400, "1 day"), (90, "90 seconds"), (3600, "1 hour")]
)
def test_a_length_is_told_in_its_largest_whole_unit(seconds: int, text: str) -> None:
    assert length(pd.Timedelta(seconds=seconds)) == text


def test_labels_are_never_the_same_twice() -> None:
    assert labels_of(["a", "a", "a #2", "a"]) == ["a", "a #2", "a #2 #2", "a #3"]
