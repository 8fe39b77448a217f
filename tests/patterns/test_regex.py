"""Regular expressions: what they find, and that nothing makes them slow."""

from __future__ import annotations

import time

import pytest

from siemlib.database.connection import connect
from siemlib.patterns.regex import RegexError, read


def test_the_examples_of_the_guide() -> None:
    found = {
        "^[hc]at": ("hat", "cats", "the hat"),
        "colou?r": ("color", "colour", "colr"),
        "a{3,5}": ("aaa", "baaaa", "aa"),
        "ab*c": ("ac", "abbbc", "abb"),
        "gra|ey": ("gray", "grey", "groy"),
        r"\[.\]": ("[a]", "[]]", "[ab"),
        r"\x3A": ("a:b", ":", "a"),
        "abcc|ab[^c]$": ("abcc ...", "aba", "aac ..."),
    }
    for expression, (one, other, none) in found.items():
        program = read(expression)
        assert [program.search(text) for text in (one, other, none)] == [True, True, False], expression


@pytest.mark.parametrize("expression", [".*.*.*.*.*.*.*.*.*x$", "a?" * 200 + "a" * 200 + "$", "[ab]*" * 100 + "x"])
def test_an_expression_that_hangs_other_engines_answers_at_once(expression: str) -> None:
    text = "ab" * 10_000
    program = read(expression)
    connection = connect(threads=1)
    started = time.perf_counter()
    assert not program.search(text)
    assert connection.execute("SELECT regexp_matches($1, $2)", [text, program.re2]).fetchall() == [(False,)]
    assert time.perf_counter() - started < 5


def test_an_expression_is_read_once() -> None:
    assert read("a+") is read("a+")


def test_an_error_inside_an_expression_has_its_own_place() -> None:
    with pytest.raises(RegexError) as refused:
        read("ab(c")
    assert (refused.value.start, refused.value.end) == (2, 3)
    assert refused.value.hint == "there are no groups; the parenthesis itself is written '\\x28'"


def test_a_class_of_nothing_finds_nothing_in_either_engine() -> None:
    program = read(r"[^\d\D]")
    assert not program.search("a1")
    assert connect(threads=1).execute("SELECT regexp_matches('a1', $1)", [program.re2]).fetchall() == [(False,)]
