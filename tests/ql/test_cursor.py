"""Where the parser goes on after an error."""

from __future__ import annotations

import pytest

from siemlib.ql.cursor import Cursor
from siemlib.ql.diagnostic import RefusedError
from siemlib.ql.tokens import Kind


def test_peeking_moves_nothing_and_taking_moves_one_token() -> None:
    cursor = Cursor("a # c\n| b")
    assert (cursor.peek().text, cursor.peek_second().text, cursor.end_of_last) == ("a", "|", 0)
    assert [cursor.take().text for _ in range(3)] == ["a", "|", "b"]
    assert cursor.take().kind is Kind.END


def test_the_end_of_the_query_stands_just_behind_the_last_token() -> None:
    cursor = Cursor("a  # c\n\n")
    cursor.take()
    assert cursor.peek().span.start == 1


@pytest.mark.parametrize(
    ("text", "failed_at", "rest"),
    [
        ("x y | z", 2, "| z"),
        ("x '|' y | z", 2, "| z"),
        ("x like /a|b/ y | z", 13, "| z"),
        ("parse y /a|b/ ? | z", 14, "| z"),
        ("x / 2 | z / 3", 6, "| z / 3"),
        ("x ? ( a | b ) | z", 2, "| z"),
        ("x ? ( a | z", 2, "| z"),
        ("x ? 'open\n| z", 2, "| z"),
        ("x ? # | no\n| z", 2, "| z"),
        ("x ? ", 2, ""),
    ],
)
def test_a_broken_command_ends_at_its_own_pipe(text: str, failed_at: int, rest: str) -> None:
    cursor = Cursor(text)
    cursor.skip_command(0, failed_at)
    assert text[cursor.peek().span.start :].strip() == rest


def test_what_was_expected_and_what_was_found_is_said() -> None:
    with pytest.raises(RefusedError) as caught:
        Cursor("b").expect_symbol("|", "'|'", "a hint")
    diagnostic = caught.value.diagnostic
    assert (diagnostic.message, diagnostic.hint) == ("expected '|', found 'b'", "a hint")
