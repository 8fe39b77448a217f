"""Parameters are bound in the syntax; no value can change what is asked."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from siemlib.errors import QueryError
from siemlib.ql.ast import (
    Binary,
    Call,
    Field,
    Fields,
    Filter,
    Item,
    Like,
    Limit,
    Number,
    ParseGlob,
    Period,
    Query,
    Stats,
    Text,
)
from siemlib.ql.parameters import bind, names
from siemlib.ql.parser import parse
from siemlib.ql.printer import print_query

USER = Field(("user",))


def test_the_names_of_a_query_come_once_each_and_in_the_order_of_the_text() -> None:
    query = parse(
        "filter a = {{b}} and f({{a}}) in ['x', '{{c}}'] | parse @message {{g}} as x | stats count(*) by bin({{p}})"
        " | sort -{{s}} | filter d like {{b}} | fields '{{no}} {{no}}' | limit {{n}}"
    )
    assert names(query) == ("b", "a", "c", "g", "p", "s", "n")
    assert names(parse("fields a")) == ()


@pytest.mark.parametrize("text", ["filter user = {{u}}", 'filter user = "{{u}}"', "filter user = '{{ u }}'"])
def test_a_value_becomes_a_text(text: str) -> None:
    assert bind(parse(text), {"u": "ann"}) == Query((Filter(Binary("=", USER, Text("ann"))),))


def test_a_literal_that_holds_more_than_a_parameter_is_plain_text() -> None:
    query = parse('filter user = "is {{u}}"')
    assert names(query) == ()
    assert bind(query, {}) == Query((Filter(Binary("=", USER, Text("is {{u}}"))),))


@given(st.text(max_size=40))
@example('" | fields @message #')
@example("' or 1 = 1")
@example("x` | limit 1")
@example("\\")
@example('\\" | limit 1 #')
@example("{{u}}")
@example("\\{{u}}")
@example("/ or /")
@example("a\n| limit 1")
def test_a_value_can_change_the_answer_but_never_the_question(value: str) -> None:
    asked = parse("filter user = {{u}} and @message like '{{u}}' | limit 20")
    bound = bind(asked, {"u": value})
    literal = Text(value)
    question = Binary("and", Binary("=", USER, literal), Like(Field(("@message",)), literal))
    assert bound == Query((Filter(question), Limit(Number("20"))))
    assert parse(print_query(bound)) == bound


def test_a_value_is_a_number_where_only_a_number_can_stand_and_a_period_where_only_a_period_can() -> None:
    query = parse("fields a * {{n}}, substr(a, {{n}}) | stats count(*) by bin({{p}}) | limit {{n}}")
    first, stats, limit = bind(query, {"n": "5", "p": "10m"}).commands
    five, a = Number("5"), Field(("a",))
    assert first == Fields((Item(Binary("*", a, five)), Item(Call("substr", (a, five)))))
    assert isinstance(stats, Stats)
    assert stats.by == (Item(Call("bin", (Period(10, "m"),))),)
    assert limit == Limit(five)


def test_a_glob_may_be_a_parameter_if_its_stars_fit() -> None:
    query = parse("parse @message {{g}} as x, y")
    assert bind(query, {"g": "* *"}) == Query((ParseGlob(Field(("@message",)), Text("* *"), ("x", "y")),))
    with pytest.raises(QueryError, match="'g' does not fit: the pattern has 1 '\\*', but 2 names stand after 'as'"):
        bind(query, {"g": "*"})


def test_a_bound_literal_stands_where_the_parameter_stood() -> None:
    text = "filter user = {{u}}"
    (command,) = bind(parse(text), {"u": "ann"}).commands
    assert isinstance(command, Filter)
    assert isinstance(command.condition, Binary)
    span = command.condition.right.span
    assert text[span.start : span.end] == "{{u}}"


def test_a_column_is_named_by_the_value_that_was_bound() -> None:
    (stats,) = bind(parse("stats sum(x)  by  bin( {{p}} ), f({{a}},'{{a}}')"), {"p": "5m", "a": "v"}).commands
    assert isinstance(stats, Stats)
    assert [item.text for item in (*stats.items, *stats.by)] == ["sum(x)", "bin( 5m )", 'f("v","v")']


@pytest.mark.parametrize(
    ("values", "messages"),
    [
        ({}, ["the parameter 'source' has no value", "the parameter 'n' has no value"]),
        ({"n": "5", "sorce": "x"}, ["'source' has no value (is it 'sorce'?)", "'sorce' (did you mean 'source'?)"]),
        ({"n": "5", "source": "x", "zz": "1"}, ["the query has no parameter 'zz' (it has source, n)"]),
        ({"n": "0", "source": "x"}, ["the parameter 'n' must be a whole number from 1 to 100,000 here, not '0'"]),
        ({"n": "1 | limit 9", "source": "x"}, ["not '1 | limit 9'"]),
        ({"n": "\x1b[2J", "source": "x"}, ["not '\\x1b[2J'"]),
    ],
)
def test_missing_surplus_and_unfit_values_are_refused_all_at_once(values: dict[str, str], messages: list[str]) -> None:
    with pytest.raises(QueryError) as caught:
        bind(parse("filter a = {{source}} | limit {{n}}"), values)
    for message in messages:
        assert message in caught.value.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fields 1 + {{p}}", "'p' must be a number here, not 'x'"),
        ("fields -{{p}}", "'p' must be a number here, not 'x'"),
        ("stats pct(a, {{p}})", "'p' must be a number here, not 'x'"),
        ("stats count(*) by bin({{p}})", "'p' must be a period such as 5m here, not 'x'"),
        ("fields datefloor(@timestamp, {{p}})", "'p' must be a period such as 5m here, not 'x'"),
    ],
)
def test_a_word_does_not_fit_where_a_number_or_a_period_must_stand(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        bind(parse(text), {"p": "x"})
