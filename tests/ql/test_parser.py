"""The commands of a pipeline, and queries that are none."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from siemlib.ql.ast import (
    Binary,
    Call,
    Command,
    Dedup,
    Display,
    Field,
    Fields,
    Filter,
    Item,
    Limit,
    Number,
    Parameter,
    ParseGlob,
    ParseRegex,
    Period,
    Query,
    Regex,
    Sort,
    SortKey,
    Star,
    Stats,
    Text,
)
from siemlib.ql.diagnostic import CompileError
from siemlib.ql.parser import COMMANDS, parse, parse_expression
from siemlib.ql.printer import print_query
from siemlib.ql.words import LATER

if TYPE_CHECKING:
    from pathlib import Path

A, B = Field(("a",)), Field(("b",))
MESSAGE = Field(("@message",))
COUNT = Call("count", (Star(),))


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("fields a, b as c", Fields((Item(A), Item(B, "c")))),
        ("FIELDS a + 1 AS @n", Fields((Item(Binary("+", A, Number("1")), "@n"),))),
        ("fields a as `my name`", Fields((Item(A, "my name"),))),
        ("fields a as b.c", Fields((Item(A, "b.c"),))),
        ("fields a as limit, b as by", Fields((Item(A, "limit"), Item(B, "by")))),
        ("display a", Display((Item(A),))),
        ('DISPLAY a = "x" as e', Display((Item(Binary("=", A, Text("x")), "e"),))),
        ("filter a", Filter(A)),
        ("where a", Filter(A)),
        ('parse @message "[*] *" as level, @text', ParseGlob(MESSAGE, Text("[*] *"), ("level", "@text"))),
        ("parse '*' as x", ParseGlob(None, Text("*"), ("x",))),
        ('parse a "" as x', ParseGlob(A, Text(""), ("x",))),
        ("parse a {{p}} as x", ParseGlob(A, Parameter("p"), ("x",))),
        ("parse a /(?<x>b)/", ParseRegex(A, Regex("(?<x>b)"))),
        ("parse /(b)/ as x", ParseRegex(None, Regex("(b)"), ("x",))),
        ("parse concat(a, b) /(c)/ as x", ParseRegex(Call("concat", (A, B)), Regex("(c)"), ("x",))),
        ("parse logfmt '*' as x", ParseGlob(Field(("logfmt",)), Text("*"), ("x",))),
        ("sort a desc, b asc, a", Sort((SortKey(A, descending=True), SortKey(B), SortKey(A)))),
        ("sort by a", Sort((SortKey(A),))),
        ("order by a DESC", Sort((SortKey(A, descending=True),))),
        ("sort by", Sort((SortKey(Field(("by",))),))),
        ("sort desc desc", Sort((SortKey(Field(("desc",)), descending=True),))),
        ("stats count(*) as n, max(a)", Stats((Item(COUNT, "n"), Item(Call("max", (A,)))))),
        ("stats count(*) by a, b as c", Stats((Item(COUNT),), (Item(A), Item(B, "c")))),
        ("STATS count(*) BY BIN(5m) as t", Stats((Item(COUNT),), (Item(Call("BIN", (Period(5, "m"),)), "t"),))),
        ("limit 100000", Limit(Number("100000"))),
        ("limit {{n}}", Limit(Parameter("n"))),
        ("dedup a, b.c", Dedup((A, Field(("b", "c"))))),
    ],
)
def test_each_command_is_read(text: str, command: Command) -> None:
    assert parse(text) == Query((command,))


@pytest.mark.parametrize(
    "text",
    [
        "fields a | limit 5",
        "|fields a|limit 5",
        "  | fields a\n\n|\tlimit 5\n",
        "# why\nfields a # | filter a = '\n# | sort a\n| limit 5 # the end",
        "fields a\n| limit 5\n| # filter b",
        "fields a\n| # filter b = 'x'\n| limit 5",
        "fields a\r\n| limit 5\r\n",
        "fields a |\u00a0limit 5",
    ],
)
def test_blanks_comments_and_commands_commented_out_change_nothing(text: str) -> None:
    assert parse(text) == Query((Fields((Item(A),)), Limit(Number("5"))))


def test_a_hash_or_a_bar_inside_a_string_a_regular_expression_or_backticks_is_no_comment_and_no_pipe() -> None:
    query = parse("filter a = '# | x' and b like /# | y/ and `# | z` | limit 5")
    assert len(query.commands) == 2
    assert print_query(query) == 'filter a = "# | x" and b like /# | y/ and `# | z`\n| limit 5'


def test_an_item_keeps_the_users_own_spelling() -> None:
    query = parse("stats count( * ),  (sum(`b c`)) / 2 as s by BIN( 5m )  , a.b")
    (stats,) = query.commands
    assert isinstance(stats, Stats)
    assert [item.text for item in (*stats.items, *stats.by)] == ["count( * )", "(sum(`b c`)) / 2", "BIN( 5m )", "a.b"]


@pytest.mark.parametrize("name", sorted(LATER.values()))
def test_a_command_of_the_language_that_is_not_written_yet_is_refused_by_its_name(name: str) -> None:
    for spelling in (name, name.upper()):
        with pytest.raises(CompileError, match=f"the command '{name}' is not supported yet"):
            parse(f"fields a | {spelling} x y=1 (SOURCE 'g' | fields a) | limit 5")


def test_every_error_of_a_query_is_reported_at_once_and_in_the_order_of_the_text() -> None:
    text = "feilds a | filter a = | parse '* *' as x | sort bin(1h) | limit 0 | stats count(* by a | dedup"
    with pytest.raises(CompileError) as caught:
        parse(text)
    assert [text[d.span.start : d.span.end] for d in caught.value.diagnostics] == [
        *("feilds", "|", "'* *'", "bin(1h)", "0", "by", "")
    ]


def test_a_broken_command_hides_no_pipe_of_its_own_and_invents_none() -> None:
    for broken in (
        "filter and = = /a|b/",
        "filter a like /a|b/ and and c",
        "parse @message /a|b/ as 'x'",
        "fields a, 'x|y' as 'z'",
        "fields a ? `x|y` # | z",
        "filter a = 'x\n",
    ):
        with pytest.raises(CompileError) as caught:
            parse(f"{broken}\n| limit 0")
        assert len(caught.value.diagnostics) == 2, broken
        assert caught.value.diagnostics[1].message.startswith("'limit' takes"), broken


@pytest.mark.parametrize("text", ["", " \n", "# only this", "|", "fields a |", "fields a | | limit 5", "fields a || b"])
def test_an_empty_query_and_an_empty_command_are_refused(text: str) -> None:
    with pytest.raises(CompileError, match=r"query is empty|expected a command|write 'or'"):
        parse(text)


def test_a_query_is_as_long_as_the_service_takes_and_no_longer() -> None:
    fits = "fields a # ".ljust(10_000, "x")
    assert parse(fits) == Query((Fields((Item(A),)),))
    for read in (parse, parse_expression):
        with pytest.raises(CompileError, match="the query has 10,001 characters; 10,000 are allowed"):
            read(fits + "x")


@pytest.mark.parametrize("text", ["", "a b", "a | limit 5", "a = 'x", "(a", "a,", "a like /(?=b)/"])
def test_an_expression_that_is_not_one_is_refused(text: str) -> None:
    with pytest.raises(CompileError):
        parse_expression(text)


_PIECES = [
    *"|()[],=<>!/*-+%^#'\"`.\\{}$ \n",
    *COMMANDS,
    "a",
    "@x",
    "like",
    "in",
    "not",
    "and",
    "by",
    "as",
    "{{p}}",
    "5m",
    "7",
]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(_PIECES), max_size=25).map(" ".join)))
@settings(max_examples=400, deadline=None)
@example("fields " + "9" * 9000 + "m")
@example("limit " + "9" * 9000)
@example("fields a[" + "9" * 9000 + "]")
@example("| fields 'a' | |" * 600)
@example("((((" * 2400)
@example("'\\" * 4000)
@example("x |" * 3300)
@example("(|'\n" * 2400)
@example("/\\" * 4000)
def test_any_text_is_a_query_or_a_compile_error_and_nothing_else(text: str) -> None:
    try:
        query = parse(text)
    except CompileError as refused:
        error = refused
    else:
        assert parse(print_query(query)) == query
        return
    assert error.diagnostics
    assert all(0 <= d.span.start <= d.span.end <= len(text) for d in error.diagnostics)


# Commands and forms of the specification that have no node yet.
_LATER = re.compile(
    r"(?:^|\|\s*)(?:" + "|".join(LATER) + r")\b|\blogfmt as\b|\bcsv as\b|\)\.",
    re.IGNORECASE,
)
_NOT_FOR_THE_PARSER = {
    *("redefined-name-error", "dedup-then-other-invalid", "stats-second-unknown-field", "stats-eleven"),
    "join-twice-invalid",
    "diff-without-pattern-invalid",
}


def test_the_language_cases_are_read_where_their_commands_are_supported_and_refused_where_they_must_be(
    shared: Path,
) -> None:
    cases = [
        json.loads(line) for line in (shared / "cases" / "insights.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    read: list[dict[str, object]] = []
    refused: list[str] = []
    for case in cases:
        try:
            query = parse(case["query"])
        except CompileError as error:
            unsupported = "not supported yet" in error.message
            assert unsupported == bool(_LATER.search(case["query"])), case["query"]
            if not unsupported:
                refused.append(case["id"])
        else:
            assert parse(print_query(query)) == query
            read.append(case)
    assert {case["id"] for case in read if "expect_error" in case} <= _NOT_FOR_THE_PARSER
    wrong = {case["id"] for case in cases if "expect_error" in case and not _LATER.search(case["query"])}
    assert set(refused) == wrong - _NOT_FOR_THE_PARSER
    assert len(read) > 100


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("filter a = null", "there is no 'null' to compare with", "not ispresent(x)"),
        ("stats count(distinct a)", "expected an operator, ',' or ')', found 'a'", "write countDistinct(x)"),
        ("stats count(*) as n group by a", "found 'group'", "write 'by', without 'group'"),
        ("sort a descending", "found 'descending'", "write 'desc'"),
        ('parse @message "x=*"', "expected 'as' and a name for each '*'", "as user"),
        ("SELECT a FROM b", "unknown command 'SELECT'", "this is no SQL"),
        ("eval x = 1", "unknown command 'eval'", "write: fields a + 1 as b"),
    ],
)
def test_what_other_languages_say_is_answered_with_how_it_is_said_here(text: str, message: str, hint: str) -> None:
    with pytest.raises(CompileError) as refused:
        parse(text)
    (first, *_) = refused.value.diagnostics
    assert message in first.message
    assert first.hint is not None
    assert hint in first.hint
