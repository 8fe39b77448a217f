"""Precedence, operands and what stands where."""

from __future__ import annotations

import pytest

from siemlib.ql.ast import (
    Binary,
    Boolean,
    Call,
    Expression,
    Field,
    In,
    Like,
    Number,
    Parameter,
    Period,
    Regex,
    Star,
    Text,
    Unary,
)
from siemlib.ql.diagnostic import CompileError
from siemlib.ql.parser import parse_expression
from siemlib.ql.tree import depth

A, B, C, X = Field(("a",)), Field(("b",)), Field(("c",)), Text("x")


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ("a or b and not c", Binary("or", A, Binary("and", B, Unary("not", C)))),
        ("not a = b and c", Binary("and", Unary("not", Binary("=", A, B)), C)),
        ("NOT a Or b", Binary("or", Unary("not", A), B)),
        ("!a and b", Binary("and", Unary("not", A), B)),
        ("a + b * c", Binary("+", A, Binary("*", B, C))),
        ("a - b - c", Binary("-", Binary("-", A, B), C)),
        ("a < b + c", Binary("<", A, Binary("+", B, C))),
        ("a * b ^ c", Binary("*", A, Binary("^", B, C))),
        ("a ^ b ^ c", Binary("^", A, Binary("^", B, C))),
        ("-a ^ b", Unary("-", Binary("^", A, B))),
        ("-a * b", Binary("*", Unary("-", A), B)),
        ("a == b", Binary("=", A, B)),
        ("a-b", Binary("-", A, B)),
        ("a -5", Binary("-", A, Number("5"))),
        ("a = -5", Binary("=", A, Number("-5"))),
        ("a ^ -5", Binary("^", A, Number("-5"))),
        ("a - -5", Binary("-", A, Number("-5"))),
    ],
)
def test_operators_bind_as_the_language_says(text: str, syntax: Expression) -> None:
    assert parse_expression(text) == syntax


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ("a / b / c", Binary("/", Binary("/", A, B), C)),
        ("a/b/c", Binary("/", Binary("/", A, B), C)),
        ("(a) / b", Binary("/", A, B)),
        ("f(a)/1024/1024", Binary("/", Binary("/", Call("f", (A,)), Number("1024")), Number("1024"))),
        ("1 / 2", Binary("/", Number("1"), Number("2"))),
        ("a like /b c/", Like(A, Regex("b c"))),
        ("a like/b/", Like(A, Regex("b"))),
        ("a =~ /b|c # d/", Like(A, Regex("b|c # d"))),
        ("a not like /b/ and c", Binary("and", Like(A, Regex("b"), negated=True), C)),
        ("a like /b/and c", Binary("and", Like(A, Regex("b")), C)),
        (r"a like /b\/c\\/", Like(A, Regex(r"b/c\\"))),
        (r"a like /\d+\s/", Like(A, Regex(r"\d+\s"))),
        ("a / b like /c/", Like(Binary("/", A, B), Regex("c"))),
        ("f(a, /b/, c / 2)", Call("f", (A, Regex("b"), Binary("/", C, Number("2"))))),
        ("like / 2", Binary("/", Field(("like",)), Number("2"))),
    ],
)
def test_a_slash_divides_behind_an_operand_and_opens_a_regular_expression_elsewhere(
    text: str, syntax: Expression
) -> None:
    if text.startswith("like"):
        with pytest.raises(CompileError, match="a field called 'like' is written `like`"):
            parse_expression(text)
        text = text.replace("like", "`like`")
    assert parse_expression(text) == syntax


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ('a like "x"', Like(A, X)),
        ("a NOT LIKE 'x'", Like(A, X, negated=True)),
        ('a in ["x", 1, b]', In(A, (X, Number("1"), B))),
        ("a not in [1]", In(A, (Number("1"),), negated=True)),
        ("a in[1]", In(A, (Number("1"),))),
        ("count( * )", Call("count", (Star(),))),
        ("bin(5m)", Call("bin", (Period(5, "m"),))),
        (
            "if(a = 1 or b, 'x', true)",
            Call("if", (Binary("or", Binary("=", A, Number("1")), B), X, Boolean(value=True))),
        ),
        ("a = {{p}}", Binary("=", A, Parameter("p"))),
        ('a = "{{p}}"', Binary("=", A, Parameter("p"))),
        ("a = 'x{{p}}'", Binary("=", A, Text("x{{p}}"))),
    ],
)
def test_matching_lists_calls_and_parameters(text: str, syntax: Expression) -> None:
    assert parse_expression(text) == syntax


@pytest.mark.parametrize("word", ["timestamp", "message", "level", "count", "limit", "fields", "asc", "desc", "filter"])
def test_a_keyword_is_a_field_where_an_operand_stands(word: str) -> None:
    field = Field((word,))
    assert parse_expression(f"{word} = {word} and {word} like 'x'") == Binary(
        "and", Binary("=", field, field), Like(field, X)
    )


@pytest.mark.parametrize("word", ["and", "or", "not", "in", "like", "as", "by"])
def test_a_reserved_word_is_a_field_where_nothing_else_can_be_meant(word: str) -> None:
    assert parse_expression(word) == Field((word,))
    assert parse_expression(f"{word} = 1") == Binary("=", Field((word,)), Number("1"))
    assert parse_expression(f"f({word}, a)") == Call("f", (Field((word,)), A))
    assert parse_expression(f"`{word}` + a") == Binary("+", Field((word,)), A)


def test_the_deepest_nesting_is_read_and_one_more_level_is_refused() -> None:
    assert parse_expression("(" * 100 + "a" + ")" * 100) == A
    for text in ("(" * 101 + "a" + ")" * 101, "(" * 1000 + "a" + ")" * 1000, "f(" * 1000, "not " * 1000 + "a"):
        with pytest.raises(CompileError, match="nested more than 100 levels deep"):
            parse_expression(text)
    # Six levels a time, each through another part of the parser: as deep a stack as there is.
    assert depth(parse_expression("a in [not (b or -f(" * 16 + "c" + "))]" * 16)) == 80
    assert depth(parse_expression("a ^ f(" * 50 + "b" + ")" * 50)) == 100


def test_a_long_chain_of_conditions_stays_shallow_and_a_long_sum_is_refused() -> None:
    chain = parse_expression(" or ".join(f"a = {i}" for i in range(900)))
    assert depth(chain) <= 12
    with pytest.raises(CompileError, match="more than 100 operations deep"):
        parse_expression("+".join("a" * 102))
    assert depth(parse_expression("+".join("a" * 101))) == 100


def test_the_places_of_nodes_are_those_of_the_text() -> None:
    text = " a  + f( b ) like  'x' "
    like = parse_expression(text)
    assert isinstance(like, Like)
    assert isinstance(like.value, Binary)
    spelt = [text[node.span.start : node.span.end] for node in (like, like.value, like.value.right, like.pattern)]
    assert spelt == ["a  + f( b ) like  'x'", "a  + f( b )", "f( b )", "'x'"]
