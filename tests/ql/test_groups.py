"""Groups of regular expressions, and globs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.ql.groups import glob_regex, groups_of, only_groups, replacement


@pytest.mark.parametrize(
    ("pattern", "plain", "names"),
    [
        (r"(?<user>\w+)", r"(\w+)", ("user",)),
        (r"(?P<user>\w+)", r"(\w+)", ("user",)),
        (r"(?<@user2>x)(y)", r"(x)(y)", ("@user2", None)),
        (r"(?:a)(?i)(b)", r"(?:a)(?i)(b)", (None,)),
        (r"\((?<a>[(]\))", r"\(([(]\))", ("a",)),
        (r"[^(?<x>](y)", r"[^(?<x>](y)", (None,)),
        (r"\Q(\E(?<a>b)", r"\Q(\E(b)", ("a",)),
        ("", "", ()),
    ],
)
def test_groups_are_known_by_their_number(pattern: str, plain: str, names: tuple[str | None, ...]) -> None:
    found = groups_of(pattern)
    assert (found.pattern, found.names) == (plain, names)


@given(st.lists(st.text(max_size=5).filter(lambda s: "*" not in s), min_size=2, max_size=4))
def test_a_glob_finds_the_text_that_was_put_between_its_literals(literals: list[str]) -> None:
    glob = "*".join(literals)
    text = "0".join(literals)
    assert re.search(glob_regex(glob), text)


def test_a_star_stops_at_the_first_occurrence_of_what_follows_and_the_last_takes_the_rest() -> None:
    found = re.search(glob_regex("a=* b=*"), "x a=1 b=2 b=3\n4")
    assert found is not None
    assert found.groups() == ("1", "2 b=3\n4")


@pytest.mark.parametrize(
    ("text", "groups", "given"),
    [
        (r"\2-\1", 2, r"\2-\1"),
        (r"\2", 1, r"\\2"),
        (r"\\1", 1, r"\\1"),
        ("\\", 0, "\\\\"),
        (r"\x", 3, r"\\x"),
        (r"\0", 0, r"\0"),
    ],
)
def test_a_backslash_of_no_group_is_a_text(text: str, groups: int, given: str) -> None:
    assert replacement(text, groups) == given


def test_groups_that_nobody_asks_for_are_not_captured_and_the_match_stays_the_same() -> None:
    assert only_groups("(?s)(.*?) - (.*)", {1}) == "((?s)^(.*?) - )"
    assert only_groups("(?s)(.*?) - (.*)", {2}) == "((?s)^(?:.*?) - (.*))"
    assert only_groups(r"a(b)\((c)", {2}) == r"(a(?:b)\((c))"
    assert only_groups(r"(a)\Q(.*)", {1}) == r"((a)\Q(.*)\E)"


def test_a_pattern_that_begins_in_the_middle_of_the_text_is_not_bound_to_its_beginning() -> None:
    assert only_groups("(?s)x(.*?)y(.*)", {1}) == "((?s)x(.*?)y)"
    assert only_groups("(.*?)y", {1}) == "((.*?)y)"
