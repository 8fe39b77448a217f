"""The readers of the commands that take lists and maps apart."""

from __future__ import annotations

import pytest

from siemlib.ql.ast import (
    Access,
    Call,
    Expand,
    Field,
    JsonField,
    ParseCsv,
    ParseLogfmt,
    ParseRegex,
    Query,
    Regex,
    Unnest,
)
from siemlib.ql.diagnostic import CompileError
from siemlib.ql.parser import parse, parse_expression
from siemlib.ql.structure_commands import path_of


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("unnest j.events into event", Unnest(Field(("j", "events")), "event")),
        ("UNNEST into INTO into", Unnest(Field(("into",)), "into")),
        ("expand a.items", Expand(Field(("a", "items")))),
        ('json field=payload "user.name" as u', JsonField(Field(("payload",)), "user.name", "u")),
        ('json field = `a b` "x[0]" as `c d`', JsonField(Field(("a b",)), "x[0]", "c d")),
        ("parse logfmt as lf", ParseLogfmt(None, "lf")),
        ("parse logfmt logfmt as lf", ParseLogfmt(Field(("logfmt",)), "lf")),
        ("parse line csv as a, b", ParseCsv(Field(("line",)), ("a", "b"))),
        ("parse /(a)/ as multi", ParseRegex(None, Regex("(a)"), ("multi",))),
        ("parse /(a)/ as multi multi", ParseRegex(None, Regex("(a)"), ("multi",), multi=True)),
        ("parse /(?<a>b)/multi", ParseRegex(None, Regex("(?<a>b)"), (), multi=True)),
    ],
)
def test_a_command_is_read_whatever_its_words_name_elsewhere(text: str, command: object) -> None:
    assert parse(text) == Query((command,))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("f(x).a", ("a",)),
        ("f(x)[0].a[12]", ("0", "a", "12")),
        ("f(x).`odd key`.b", ("odd key", "b")),
    ],
)
def test_a_part_of_a_result_stands_directly_behind_it(text: str, path: tuple[str, ...]) -> None:
    assert parse_expression(text) == Access(Call("f", (Field(("x",)),)), path)


def test_a_list_behind_in_is_no_index_of_the_call_before_it() -> None:
    assert parse_expression("f(x) in [0]") != parse_expression("f(x)[0]")


def test_the_field_in_has_parts_like_any_other() -> None:
    assert parse_expression("in.a[0]") == Field(("in", "a", "0"))


@pytest.mark.parametrize("text", ["(a).b", "f(x) .b", "f(x).", "f(x).`", "f(x)[a]", "1.5.b"])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(CompileError):
        parse_expression(text)


def test_a_path_of_json_field_is_keys_and_indexes() -> None:
    assert path_of("a b.c-d[10].e") == ("a b", "c-d", "10", "e")


@pytest.mark.parametrize("path", ["", ".", "a.", "a[b]", "a[", "[0]", "a..b", "a]b"])
def test_a_path_of_json_field_that_is_none_is_refused(path: str) -> None:
    with pytest.raises(CompileError, match="this is no path"):
        parse(f'json field=x "{path}" as y')
