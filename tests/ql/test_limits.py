"""Rules about literals."""

from __future__ import annotations

import pytest

from siemlib.ql.limits import glob_problem, limit_problem


@pytest.mark.parametrize("text", ["1", "20", "100000", "007"])
def test_a_limit_is_a_whole_number_that_the_service_takes(text: str) -> None:
    assert limit_problem(text) is None


@pytest.mark.parametrize("text", ["0", "-1", "100001", "1e3", "2.0", "", "x", "1 | limit 2", "9" * 5000])
def test_any_other_limit_is_a_problem(text: str) -> None:
    assert limit_problem(text) == "'limit' takes a whole number from 1 to 100,000"


@pytest.mark.parametrize(("pattern", "names"), [("*", 1), ("[*] *", 2), ("", 1)])
def test_a_glob_has_a_star_for_each_name(pattern: str, names: int) -> None:
    assert glob_problem(pattern, names) is None


@pytest.mark.parametrize(
    ("pattern", "names", "problem"),
    [
        ("* *", 1, "the pattern has 2 '*', but 1 name stands after 'as'"),
        ("*", 2, "the pattern has 1 '*', but 2 names stand after 'as'"),
        ("x", 1, "the pattern has no '*', but 1 name stands after 'as'"),
        ("", 2, "the pattern has no '*', but 2 names stand after 'as'"),
    ],
)
def test_a_glob_with_more_or_fewer_stars_than_names_is_a_problem(pattern: str, names: int, problem: str) -> None:
    assert glob_problem(pattern, names) == problem
