"""CSV that no spreadsheet takes for a program."""

from __future__ import annotations

import csv
import io

import pytest

from siemlib.evidence.spreadsheet import csv_text, safe_cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t1",
        "\n1",
        " =1",
        "\uff1d1+1",
        "\uff20SUM(A1)",
        "\uff0bSUM(A1)",
        "\uff0dSUM(A1)",
        "-",
    ],
)
def test_a_cell_that_could_become_a_formula_begins_with_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["", "violet", "10.0.0.1", "-5", "+5", "-0.5", "-1e-7", "a=b", "2026-03-04 13:55:00.000"]
)
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("eve;=1+1", "eve;'=1+1"),
        ("eve; =1+1;+cmd|' /C calc'!A0", "eve;' =1+1;'+cmd|' /C calc'!A0"),
        ('eve;"=1+1"', 'eve;\'"=1+1"'),
        ("eve\t@SUM(1)", "eve\t'@SUM(1)"),
        ("eve\n=1+1", "eve\n'=1+1"),
        ("\t=1", "'\t'=1"),
        ("eve;\uff1d1", "eve;'\uff1d1"),
        ("1;-5;+0.5", "1;-5;+0.5"),
        ("-5;-5+1", "'-5;'-5+1"),
        ("a;b\tc\nd", "a;b\tc\nd"),
        ("a,=b and {x: -1, y: -z}", "a,=b and {x: -1, y: -z}"),
    ],
)
def test_no_part_of_a_cell_becomes_a_formula_where_other_characters_separate_cells(text: str, safe: str) -> None:
    assert safe_cell(text) == safe


def test_csv_reads_back_whatever_the_cells_hold() -> None:
    cells = ['say "hi"', "a,b", "two\nlines", "two\r\nlines", "", "nul\0l"]
    text = csv_text(["=h", "b", "c", "d", "e", "f"], [cells])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["'=h", "b", "c", "d", "e", "f"],
        ['say "hi"', "a,b", "two\nlines", "two\\x0d\nlines", "", "nul\\x00l"],
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b]0;owned\x07", "\\x1b[2J\\x1b]0;owned\\x07"),
        ("\u202e1.0.0.01", "\\u202e1.0.0.01"),
        ("over\rwritten", "over\\x0dwritten"),
        ("\x9b31m", "\\x9b31m"),
        ("\u200b=1", "\\u200b=1"),
    ],
)
def test_a_cell_cannot_act_on_the_terminal_that_shows_the_file(text: str, shown: str) -> None:
    assert safe_cell(text) == shown
