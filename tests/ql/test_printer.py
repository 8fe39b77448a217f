"""Syntax to text and back."""

from __future__ import annotations

from functools import reduce

import pytest
from hypothesis import HealthCheck, given, settings

from siemlib.errors import QueryError
from siemlib.ql.ast import (
    Binary,
    Expression,
    Field,
    Fields,
    Item,
    Number,
    ParseGlob,
    Query,
    Regex,
    Sort,
    SortKey,
    Text,
    Unary,
)
from siemlib.ql.parser import parse, parse_expression
from siemlib.ql.printer import print_expression, print_query

from .strategies import expressions, queries

A, B, C = Field(("a",)), Field(("b",)), Field(("c",))


@given(queries)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_every_query_reads_back_as_the_syntax_it_was_printed_from(query: Query) -> None:
    assert parse(print_query(query)) == query


@given(expressions)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_every_expression_reads_back_as_the_syntax_it_was_printed_from(expression: Expression) -> None:
    assert parse_expression(print_expression(expression)) == expression


@pytest.mark.parametrize(
    ("syntax", "text"),
    [
        (Field(("@timestamp",)), "@timestamp"),
        (Field(("a", "0", "b")), "a.0.b"),
        (Field(("foo-bar",)), "`foo-bar`"),
        (Field(("json_message", "user.id")), "json_message.`user.id`"),
        (Field(("@aws.tag.x:y",)), "@`aws.tag.x:y`"),
        (Field(("or",)), "`or`"),
        (Field(("5xx",)), "`5xx`"),
        (Text('say "no" \\ now'), r'"say \"no\" \\ now"'),
        (Text("{{x}}"), r'"\{{x}}"'),
        (Regex("a/b"), r"/a\/b/"),
        (Binary("-", A, Binary("-", B, C)), "a - (b - c)"),
        (Binary("-", Binary("-", A, B), C), "a - b - c"),
        (Binary("*", Binary("+", A, B), C), "(a + b) * c"),
        (Binary("^", Number("-5"), A), "(-5) ^ a"),
        (Unary("-", Number("5")), "-(5)"),
        (Unary("not", Binary("=", A, B)), "not a = b"),
        (Binary("=", A, Unary("not", B)), "a = (not b)"),
        (Binary("or", Binary("and", A, B), C), "a and b or c"),
        (Binary("and", A, Binary("or", B, C)), "a and (b or c)"),
    ],
)
def test_there_are_parentheses_and_quotes_where_they_are_needed_and_nowhere_else(syntax: Expression, text: str) -> None:
    assert print_expression(syntax) == text
    assert parse_expression(text) == syntax


def test_a_query_is_printed_one_command_a_line() -> None:
    query = parse("where a=1|parse 'x * y' as `a name`|ORDER BY t DESC, u asc|limit 5")
    assert print_query(query) == 'filter a = 1\n| parse "x * y" as `a name`\n| sort t desc, u\n| limit 5'


@pytest.mark.parametrize("operator", ["and", "or"])
@pytest.mark.parametrize("length", [2, 15, 16, 17, 40])
def test_a_long_chain_that_leans_to_one_side_keeps_its_shape(operator: str, length: int) -> None:
    leaves: list[Expression] = [Field((f"f{i}",)) for i in range(length)]
    leaning = reduce(lambda left, right: Binary(operator, left, right), leaves)
    assert parse_expression(print_expression(leaning)) == leaning


@pytest.mark.parametrize("name", ["", "a`b", "a\nb"])
def test_a_name_that_the_language_cannot_spell_is_refused_and_not_printed_as_something_else(name: str) -> None:
    for query in (
        Query((Fields((Item(Field((name,))),)),)),
        Query((Fields((Item(A, alias=name),)),)),
        Query((ParseGlob(None, Text("*"), (name,)),)),
        Query((Sort((SortKey(Field(("a", name))),)),)),
    ):
        with pytest.raises(QueryError, match="cannot be written"):
            print_query(query)
