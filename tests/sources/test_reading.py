"""Hostile text is made harmless, and a value never becomes a part of a query."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.ql import ast
from siemlib.ql.parser import parse
from siemlib.sources.reading import exact, json_object, mostly, one_line, text_literal, whole_name

NAMES = st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable() and text.strip())


@given(text=st.text(), longest=st.integers(10, 50))
def test_one_line_is_short_and_visible(text: str, longest: int) -> None:
    line = one_line(text, longest)
    assert line.isprintable()
    assert len(line) <= longest


def test_what_cannot_be_seen_is_written_out() -> None:
    assert one_line("a\nb\x1b[31m\u202ec") == r"a\nb\x1b[31m\u202ec"
    assert one_line("x" * 400) == "x" * 299 + "…"


@given(value=st.text())
def test_a_literal_is_read_back_as_the_same_text(value: str) -> None:
    (command,) = parse(f"filter a = {text_literal(value)}").commands
    assert command == ast.Filter(ast.Binary("=", ast.Field(("a",)), ast.Text(value)))


@pytest.mark.parametrize("value", ['" or 1 = 1 #', "{{ip}}", "\\", '\\"', "a\nb", "/x/ | limit 1"])
def test_a_hostile_value_stays_a_value(value: str) -> None:
    (command,) = parse(f"filter a = {text_literal(value)}").commands
    assert command == ast.Filter(ast.Binary("=", ast.Field(("a",)), ast.Text(value)))


@given(name=NAMES)
def test_a_name_is_found_by_its_pattern_and_in_a_query_too(name: str) -> None:
    pattern = exact(name)
    assert re.fullmatch(pattern, name)
    (command,) = parse(f"filter a like /{pattern}/").commands
    assert isinstance(command, ast.Filter)
    assert isinstance(command.condition, ast.Like)
    assert isinstance(command.condition.pattern, ast.Regex)
    assert re.fullmatch(command.condition.pattern.pattern, name)


@pytest.mark.parametrize("text", ["bob", "user=bob", "<bob>", "for bob.", "(bob)", '"bob"', "bob, ann", "by bob-"])
def test_a_whole_name_is_found(text: str) -> None:
    assert re.search(whole_name("bob"), text)


@pytest.mark.parametrize(
    "text", ["bobby", "jimbob", "bob-jr", "bob.x", "bob@example.org", "_bob", "BOB", "b.bob", "bob2"]
)
def test_a_part_of_a_name_is_not(text: str) -> None:
    assert not re.search(whole_name("bob"), text)


def test_json_that_is_no_object_is_none() -> None:
    assert json_object('{"a": 1}') == {"a": 1}
    # Thousands of digits hide no event: Python refuses to read them.
    assert json_object(f'{{"user": "ann", "n": {"7" * 5000}, "m": -1{"0" * 5000}}}') == {
        "user": "ann",
        "n": "7" * 5000,
        "m": f"-1{'0' * 5000}",
    }
    for text in ("[1]", "1", '"x"', "{", "", "[" * 100_000, '{"a":' * 100_000):
        assert json_object(text) is None


def test_most_is_more_than_half_and_comments_do_not_count() -> None:
    assert mostly(["x", "x", "y"], lambda m: m == "x")
    assert not mostly(["x", "y"], lambda m: m == "x")
    assert mostly(["# y", "", "x"], lambda m: m == "x")
    assert not mostly([], lambda m: m == "x")
