"""Hostile queries over hostile messages: an answer or a refusal with its reason, soon, and never a traceback."""

from __future__ import annotations

import time

import pytest

from siemlib.errors import QueryError
from tests.database.language import ask, events, rows

DEEP_LIST = "[" * 100_000 + "]" * 100_000
DEEP_MAP = '{"a":' * 100_000 + "1" + "}" * 100_000


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*)*x", "(a*)*b", "(a?){30}a{30}$"])
def test_the_time_of_a_regular_expression_grows_with_the_text_and_not_faster(pattern: str) -> None:
    """A backtracking engine would take longer than the universe for either; 4 times the text may take 16 times."""

    def seconds(length: int) -> float:
        given = events("a" * length + "!")
        took = []
        for _ in range(3):
            start = time.perf_counter()
            assert len(ask(f"filter @message like /{pattern}/", given).rows) <= 1
            took.append(time.perf_counter() - start)
        return min(took)

    short = seconds(100_000)
    assert seconds(400_000) < 16 * short + 2


def test_a_hostile_parse_is_linear_too() -> None:
    long = "a" * 100_000
    assert rows("parse @message /(?<x>(a+)+)!$/ | fields @message like 'b' as y", long) == [{"y": "0"}]
    assert rows('parse @message "*a*a*a*a*a*b" as a, b, c, d, e, f | display f', long) == [{}]


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?<=a)b", "look-around cannot be used"),
        ("a(?=b)", "look-around cannot be used"),
        ("a(?!b)", "look-around cannot be used"),
        (r"(a)\1", "a back-reference cannot be used"),
        (r"(?<n>a)\k<n>", "a back-reference cannot be used"),
        ("a++", "a possessive repetition cannot be used"),
        ("(?>a)", "an atomic group cannot be used"),
        ("[", "this '[' is not closed"),
        ("(", "this '(' is not closed"),
        ("*", "not a regular expression"),
        ("a{1000000}", "not a regular expression: invalid repetition size"),
        ("(a{1000}){1000}", "not a regular expression: invalid repetition size"),
    ],
)
def test_what_a_linear_engine_cannot_do_is_refused_with_the_reason(pattern: str, reason: str) -> None:
    for query in (f"filter @message like /{pattern}/", f"parse @message /{pattern}(?<x>y)/"):
        with pytest.raises(QueryError) as refused:
            rows(query, "x")
        assert reason in refused.value.message


@pytest.mark.parametrize(
    ("fields", "message", "row"),
    [
        ("1/0 as x, a/0 as y, a%0 as z, 0/0 as w", '{"a": 1}', {}),
        ("toInt(a) as x, toNumber(a) as y, toLong(a) as z, toDouble(a) as w", '{"a": "no number"}', {}),
        ("1e400 as x, a * 1e308 * 10 as y, -1e400 as z", '{"a": 1}', {}),
        ("toInt(a) as x, toLong(a) as y, a * 1 as z", '{"a": "1e400"}', {}),
        (f"{'9' * 400} + 1 as x", "{}", {}),
        ("a * 1 as x", f'{{"a": {"9" * 5000}}}', {}),
        ("fromMillis(9223372036854775807) as x, fromMillis(a) as y", '{"a": "99999999999999999999"}', {}),
        ("a as x", DEEP_MAP, {}),
        ("a.a.a as x", DEEP_MAP, {}),
        ("jsonArraySize(a) as n", f'{{"a": {DEEP_LIST}}}', {"n": "1"}),
        ("strlen(@message) as n", "a\0b", {"n": "3"}),
        ("a as x", '{"a": "\\ud800"}', {}),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_has_no_value_is_missing(fields: str, message: str, row: dict[str, str]) -> None:
    assert rows(f"fields {fields}", message) == [row]


def test_deep_messages_go_through_every_command_that_takes_them_apart() -> None:
    assert len(rows("unnest jsonParse(@message) into x", DEEP_LIST)) == 1
    assert len(rows("expand a | fields a", f'{{"a": {DEEP_LIST}}}')) == 1
    assert len(rows('json field=@message "a.a" as x', DEEP_MAP)) == 1
    assert len(rows("parse @message logfmt as lf | display lf.a", DEEP_MAP)) == 1
    assert len(rows("fields jsonStringify(jsonParse(@message)) as x", DEEP_MAP)) == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("filter @message like '\0'", 1),
        ("filter @message like /a.b/", 1),
        ("parse @message 'a*' as x | filter x like 'b'", 1),
        ("filter @message = 'a'", 0),
    ],
)
def test_a_message_with_a_nul_is_text_like_any_other(query: str, found: int) -> None:
    assert len(rows(query, "a\0b")) == found


@pytest.mark.parametrize(
    ("query", "row"),
    [
        ("filter a > 0" + "".join(f" | fields a+{n} as p{n}" for n in range(400)) + " | display p7", {"p7": "10"}),
        ("fields a" + "".join(f" | filter a != {n + 10}" for n in range(400)) + " | display a", {"a": "3"}),
        ("fields a" + "".join(f' | parse t "x*{n}" as p{n}' for n in range(250)) + " | display p7", {"p7": "56"}),
        (
            "fields a as p0" + "".join(f" | fields p{n}+1 as p{n + 1}" for n in range(60)) + " | display p60",
            {"p60": "63"},
        ),
        ("fields a" + " | sort a, t desc" * 500 + " | display a", {"a": "3"}),
        ("stats " + ", ".join(f"sum(a+{n}) as s{n}" for n in range(400)) + " | display s7", {"s7": "10"}),
    ],
    ids=["fields", "filter", "parse", "one from another", "sort", "stats"],
)
def test_hundreds_of_commands_run(query: str, row: dict[str, str]) -> None:
    assert len(query) < 10_000
    assert rows(query, '{"a": 3, "t": "x5678"}') == [row]


def test_a_thousand_alternatives_are_asked_of_every_event() -> None:
    query = "filter " + " or ".join(f"a={number}" for number in range(1000))
    assert len(query) < 10_000
    assert rows(f"{query} | display a", '{"a": 999}', '{"a": 1000}', '{"a": 0}') == [{"a": "0"}, {"a": "999"}]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("(" * 10_000, "expected a command"),
        ("filter " + "(" * 9_990, "nested more than 100 levels deep"),
        ("filter " + "[" * 9_990, "expected a field, a value or a function"),
        ("filter " + "not " * 2_400 + "a", "nested more than 100 levels deep"),
        ("filter " + "!" * 9_000 + "a", "nested more than 100 levels deep"),
        ("fields " + "-" * 9_000 + "a", "nested more than 100 levels deep"),
        ("fields " + "abs(" * 2_400, "nested more than 100 levels deep"),
        ("fields " + "+".join("a" * 4_000), "more than 100 operations deep"),
        ("fields concat(" + ",".join("a" * 4_900) + ")", "'concat' takes at most 250 arguments, not 4,900"),
        ("|" * 10_000, "expected a command"),
        ("#" * 10_000, "the query is empty"),
        ("$" * 5_000, "expected the name of a saved query"),
        ("SOURCE " * 1_400, "expected '|', found 'SOURCE'"),
        ("x" * 10_001, "the query has 10,001 characters; 10,000 are allowed"),
        ("fields '\ud800' as x", "this is half of a character"),
        ("limit " + "9" * 5_000, "a number has at most 400 digits"),
    ],
    ids=lambda value: value[:20].encode("ascii", "replace").decode(),
)
def test_a_monstrous_query_is_refused_with_a_place(query: str, reason: str) -> None:
    with pytest.raises(QueryError) as refused:
        rows(query, "x")
    assert reason in refused.value.message
    assert refused.value.query_compile_error is not None


def test_a_value_that_is_half_a_character_is_refused() -> None:
    with pytest.raises(QueryError, match="the value of the parameter 'u' is no text"):
        ask("filter a = {{u}}", events("x"), parameters={"u": "\udcff"})


@pytest.mark.parametrize(
    "query",
    [
        "fields " + "abs(" * 99 + "a" + ")" * 99 + " as x",
        "fields " + "(" * 99 + "a" + ")" * 99 + " as x",
        "filter a in [" + ",".join(["1"] * 2_000) + "] | fields a as x",
        "fields a as x #" + "x" * (10_000 - 15),
        "fields a as x |" + " " * (10_000 - 22) + "limit 1",
    ],
    ids=lambda value: f"{value[:15]} {len(value)}",
)
def test_a_query_at_the_limits_runs(query: str) -> None:
    assert rows(query, '{"a": 1}') == [{"x": "1"}]


def test_a_query_of_exactly_10000_characters_runs_and_one_more_is_refused() -> None:
    start, end = "filter @message like '", "' or a = 1 | fields a"
    query = start + "x" * (10_000 - len(start) - len(end)) + end
    assert len(query) == 10_000
    assert rows(query, '{"a": 1}') == [{"a": "1"}]
    with pytest.raises(QueryError, match="10,001 characters"):
        rows(query + " ", '{"a": 1}')


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("filter a in [" + ",".join(str(n % 10) for n in range(4900)) + "] | fields a", 10),
        ("filter a not in [" + ",".join(str(n % 10) for n in range(4900)) + "] | fields a", 40),
        ("filter " + " or ".join(f"a={n}" for n in range(1000)) + " | fields a", 50),
    ],
)
def test_thousands_of_values_are_asked_at_once(query: str, found: int) -> None:
    """Each as a condition of its own took the memory of the database, and most of a minute."""
    start = time.perf_counter()
    assert len(ask(query, events(*(f'{{"a": {n}}}' for n in range(50)), step=10)).rows) == found
    assert time.perf_counter() - start < 5
