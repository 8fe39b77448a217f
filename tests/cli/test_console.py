"""Nothing in a log moves a cursor, sets a colour or turns text round."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.cli.console import complain, json_text, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\rb", "a\\x0db"),
        ("\x9b2J", "\\x9b2J"),
        ("user\u202etxt.exe", "user\\u202etxt.exe"),
        ("plain — ünïcödé\n", "plain — ünïcödé\n"),
    ],
)
def test_control_characters_are_shown_and_not_obeyed(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_no_text_leaves_a_control_character_but_line_ends_and_tabs(text: str) -> None:
    assert all(c in "\n\t" or (c >= " " and not "\x7f" <= c <= "\x9f") for c in visible(text))


def test_a_complaint_goes_to_stderr_with_its_hint(capsys: pytest.CaptureFixture[str]) -> None:
    complain("no such file: a\x1b[2J", "look again")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "siem: no such file: a\\x1b[2J\n      look again\n"


@given(st.text())
def test_json_is_of_printable_ascii_and_means_the_same(text: str) -> None:
    told = json_text({"user": text + "\x7f"}, indent=None)
    assert told.isascii()
    assert told.isprintable()
    assert json.loads(told) == {"user": text + "\x7f"}
