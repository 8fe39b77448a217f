"""How errors are drawn. The drawings of many wrong queries stand in ``tests/cases/errors``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.errors import ExitCode, QueryError
from siemlib.ql.analyse import analyse
from siemlib.ql.ast import Span
from siemlib.ql.diagnostic import CompileError, Diagnostic, draw, visible
from siemlib.ql.parameters import bind
from siemlib.ql.parser import parse


def test_a_compile_error_is_a_wrong_query_and_holds_its_errors_in_the_order_of_the_text() -> None:
    late, early = Diagnostic("late", Span(5, 6)), Diagnostic("early", Span(1, 2))
    error = CompileError("abcdefgh", [late, early])
    assert error.diagnostics == [early, late]
    assert error.exit_code is ExitCode.WRONG_USAGE
    assert error.message.index("early") < error.message.index("late")


@pytest.mark.parametrize(
    ("text", "span", "lines"),
    [
        ("abc", Span(1, 2), ["m (line 1, column 2)", "  abc", "   ^"]),
        ("abc", Span(3, 3), ["m (line 1, column 4)", "  abc", "     ^"]),
        ("ab\ncd", Span(4, 5), ["m (line 2, column 2)", "  cd", "   ^"]),
        ("ab\r\ncd", Span(1, 6), ["m (line 1, column 2)", "  ab", "   ^"]),
        ("a\tb", Span(2, 3), ["m (line 1, column 3)", "  a    b", "       ^"]),
        ("日本 x", Span(0, 2), ["m (line 1, column 1)", "  日本 x", "  ^^^^"]),
        ("日本 x", Span(3, 4), ["m (line 1, column 4)", "  日本 x", "       ^"]),
        ("e\u0301 x", Span(3, 4), ["m (line 1, column 4)", "  e\u0301 x", "    ^"]),
        ("\x1b[2J x", Span(5, 6), ["m (line 1, column 6)", "  \\x1b[2J x", "          ^"]),
        ("a\u202eb", Span(2, 3), ["m (line 1, column 3)", "  a\\u202eb", "         ^"]),
        ("ab\n", Span(3, 3), ["m (line 2, column 1)", "", "  ^"]),
    ],
)
def test_the_carets_stand_under_the_span_whatever_the_characters_before_them(
    text: str, span: Span, lines: list[str]
) -> None:
    assert draw(text, [Diagnostic("m", span)]).split("\n") == lines


def test_a_long_line_is_cut_around_the_caret() -> None:
    text = "x" * 500 + "HERE" + "y" * 500
    _, line, carets = draw(text, [Diagnostic("m", Span(500, 504))]).split("\n")
    assert len(line) < 120
    assert line[carets.index("^") : carets.rindex("^") + 1] == "HERE"
    assert line.strip().startswith("…x")
    assert line.endswith("y…")


def test_many_errors_are_kept_but_not_all_drawn() -> None:
    with pytest.raises(CompileError) as caught:
        parse("|".join(["wrong"] * 300))
    assert len(caught.value.diagnostics) == 100
    assert caught.value.message.count("unknown command") == 20
    assert caught.value.message.endswith("and 80 more errors")


@given(st.text())
def test_what_is_shown_holds_no_character_that_moves_a_terminal(text: str) -> None:
    shown = visible(text)
    assert all(character.isprintable() or character.isspace() for character in shown)
    assert not set(shown) & set("\x1b\x07\x08\r\n\t\x7f\x9b\u200b\u200e\u202e\u2028\u2029\ufeff")


def test_nothing_of_a_hostile_query_reaches_the_terminal_as_it_is() -> None:
    for text in (
        "\x1b]0;x\x07",
        "filter a = \x1b[31m",
        "fields `\x1b[2J` '\x9b\n\x1b'",
        "stats count(*) as '\u202e'",
        "\x1bx |",
    ):
        with pytest.raises(CompileError) as caught:
            parse(text)
        assert not set(caught.value.message) & set("\x1b\x07\x9b\u202e")


@pytest.mark.parametrize(
    ("text", "start", "end", "message"),
    [
        ("fields a | count()", 11, 16, "unknown command 'count'"),
        ("fields a |", 10, 10, "expected a command, found the end of the query"),
        ("fields foo(a)", 7, 10, "unknown function 'foo'"),
        ("fields a\n| limit 0", 17, 18, "'limit' takes a whole number from 1 to 100,000"),
        # Two UTF-16 units each, one, one with a mark of its own.
        ('fields "\U0001f600\U0001f600" as x | bork', 21, 25, "unknown command 'bork'"),
        ('fields "日本" as x | bork', 19, 23, "unknown command 'bork'"),
        ('fields "e\u0301" as x | bork', 19, 23, "unknown command 'bork'"),
        ("fields `\U0001f600`, b(c)", 13, 14, "unknown function 'b'"),
        ("x" * 10_001, 10_000, 10_001, "the query has 10,001 characters; 10,000 are allowed"),
        ("", 0, 0, "the query is empty"),
    ],
)
def test_the_first_error_is_told_as_the_service_tells_it(text: str, start: int, end: int, message: str) -> None:
    with pytest.raises(QueryError) as refused:
        analyse(parse(text), {}, text)
    assert refused.value.query_compile_error == {
        "location": {"startCharOffset": start, "endCharOffset": end},
        "message": message,
    }


def test_every_error_has_its_place_and_an_error_of_a_value_has_none() -> None:
    with pytest.raises(QueryError) as refused:
        parse("feilds a | limit 0")
    places = [error["location"] for error in refused.value.query_compile_errors]
    assert places == [{"startCharOffset": 0, "endCharOffset": 6}, {"startCharOffset": 17, "endCharOffset": 18}]
    with pytest.raises(QueryError) as refused:
        bind(parse("filter a = {{x}}"), {})
    assert refused.value.query_compile_error is None
