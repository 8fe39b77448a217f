"""Text to tokens."""

from __future__ import annotations

import pytest

from siemlib.ql.diagnostic import RefusedError
from siemlib.ql.tokens import Kind, after_blanks, read_regex, read_token


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("@timestamp", ("@timestamp",)),
        ("client_ip", ("client_ip",)),
        ("a.b.0", ("a", "b", "0")),
        ("a.b[0].c", ("a", "b", "0", "c")),
        ("a[0][12]", ("a", "0", "12")),
        ("a.0b.c", ("a", "0b", "c")),
        ("@@example.com", ("@@example", "com")),
        ("`foo-bar`", ("foo-bar",)),
        ("`a b | # c`", ("a b | # c",)),
        ("json_message.`user.id`", ("json_message", "user.id")),
        ("`a`.b[1]", ("a", "b", "1")),
        ("@`aws.tag.x:y`", ("@aws.tag.x:y",)),
        ("straße", ("straße",)),
    ],
)
def test_a_name_is_its_whole_path(text: str, path: tuple[str, ...]) -> None:
    token = read_token(text + " rest", 0)
    assert (token.kind, token.path, token.text) == (Kind.NAME, path, text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *[(number, Kind.NUMBER) for number in ("0", "5", "1.5", "1e3", "1E-3", "2.5e+10", "123456789012345678901")],
        *[(period, Kind.PERIOD) for period in ("5m", "300s", "1hr", "2hrs", "10MIN", "1w", "3mo", "500ms", "1quarter")],
        ("{{name}}", Kind.PARAMETER),
        ("{{ source-ip }}", Kind.PARAMETER),
        ("'{{name}}'", Kind.PARAMETER),
    ],
)
def test_numbers_periods_and_parameters(text: str, kind: Kind) -> None:
    token = read_token(text + ",", 0)
    assert (token.kind, token.text) == (kind, text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"x"', "x"),
        ("''", ""),
        ("'say \"x\"'", 'say "x"'),
        (r'"say \"x\" \\ \'y\'"', "say \"x\" \\ 'y'"),
        (r'"a\nb\tc"', "a\nb\tc"),
        (r'"\d+\.\w"', r"\d+\.\w"),
        (r'"\\n"', r"\n"),
        ('"two\nlines"', "two\nlines"),
        ('"{{a}}{{b}}"', "{{a}}{{b}}"),
        ('"is {{a}}"', "is {{a}}"),
        (r'"\{{a}}"', "{{a}}"),
        (r'"\{{a}} "', r"\{{a}} "),
    ],
)
def test_a_string_has_few_escapes_and_keeps_every_other_backslash(text: str, value: str) -> None:
    token = read_token(text, 0)
    assert (token.kind, token.value) == (Kind.STRING, value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("'open", "this string is not closed"),
        ("`open\n`", "this name is not closed"),
        ("``", "a name cannot be empty"),
        ("a.", "expected a name after '.'"),
        ("a..b", "expected a name after '.'"),
        ("1.2.3.4", "a number has one decimal point"),
        ("5xx", "neither a number nor a period"),
        ("1.5h", "a period is a whole number and a unit"),
        ("9999999999999h", "this period is too long"),
        ("{name}", "unexpected character '{'"),
        ("\u201cx\u201d", "unexpected character"),
    ],
)
def test_what_is_no_token_is_refused_with_its_reason(text: str, message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        read_token(text, 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("/open", "not closed"),
        ("/open\n", "not closed"),
        ("/open\n  | filter a like /x/", "not closed"),
        (r"/open\/", "not closed"),
        ("//", "is empty"),
        ("/x/i", "flags cannot follow"),
    ],
)
def test_what_is_no_regular_expression_is_refused_with_its_reason(text: str, message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        read_regex(text, 0)


def test_a_regular_expression_may_go_on_in_the_next_line() -> None:
    token = read_regex("/a: (?<x>.*?),\n  b/ | stats", 0)
    assert token.value == r"a: (?<x>.*?),\n  b"
    assert token.text == "/a: (?<x>.*?),\n  b/"


def test_flags_behind_a_regular_expression_are_shown_where_they_belong() -> None:
    with pytest.raises(RefusedError) as caught:
        read_regex("/x/i", 0)
    assert caught.value.diagnostic.hint == "flags stand inside: /(?i)x/"


def test_a_comment_ends_with_its_line() -> None:
    text = " # a | b\n\t# c\r\n d"
    assert text[after_blanks(text, 0) :] == "d"
