"""Where a number is from, after the sentence has other words."""

from __future__ import annotations

from typing import Any

import pytest

from siemlib.report.redact.numbers import redact_numbers

TEXT = {"anna": "user-bcdfghjk", "web-12": "user-xwtrqpnm"}


def renamed(text: str) -> str:
    for old, new in TEXT.items():
        text = text.replace(old, new)
    return text


def number(part: str, said: str, found: str, **more: str) -> dict[str, Any]:
    """The first place of ``found`` in what is said."""
    start = said.index(found)
    return {"in": part, "text": found, "span": [start, start + len(found)], "is": "", "of": "E01"} | more


@pytest.mark.parametrize(
    ("said", "found", "expected"),
    [
        ("anna failed 13 times", "13", "13"),
        ("13 by anna", "13", "13"),
        ("anna and anna, 13 and 13", "anna", "user-bcdfghjk"),
        ("of web-12 alone", "12", "user-xwtrqpnm"),
        ("web-12", "12", "user-xwtrqpnm"),
        ("\ufdd0 anna 7", "7", "7"),
        ("é anna 7", "7", "7"),
    ],
)
def test_it_is_where_it_was(said: str, found: str, expected: str) -> None:
    told = {"reading": said, "numbers": [number("reading", said, found)]}
    (moved,) = redact_numbers(told, renamed)
    start, end = moved["span"]
    assert renamed(said)[start:end] == moved["text"]
    assert moved["text"] == expected


def test_how_it_follows_is_told_without_names() -> None:
    told = {
        "claim": "c",
        "for": ["first", "anna 5"],
        "numbers": [number("for 2", "anna 5", "5", **{"is": "rows of anna", "against": "anna's 6"})],
    }
    (moved,) = redact_numbers(told, renamed)
    assert moved["is"] == "rows of user-bcdfghjk"
    assert moved["against"] == "user-bcdfghjk's 6"
    assert (moved["in"], moved["of"], moved["text"]) == ("for 2", "E01", "5")


def test_one_that_was_not_found_is_still_not_found() -> None:
    (moved,) = redact_numbers({"reading": "anna 5", "numbers": [number("reading", "anna 5", "5")]}, renamed)
    assert (moved["is"], "against" in moved) == ("", False)


def test_an_earlier_record_has_none() -> None:
    assert redact_numbers({"reading": "5"}, renamed) == []
