"""Reading a query in parentheses, and the commands that hold one."""

from __future__ import annotations

import pytest

from siemlib.ql.ast import Appendcols, Field, Fields, Filter, InQuery, Join
from siemlib.ql.diagnostic import CompileError
from siemlib.ql.parameters import bind, inner_queries, names
from siemlib.ql.parser import parse
from siemlib.ql.printer import print_query

JOIN = "join type=left left=a right=b where a.id=b.user.id (SOURCE '/f')"


def refusal(text: str) -> CompileError:
    with pytest.raises(CompileError) as refused:
        parse(text)
    return refused.value


@pytest.mark.parametrize(
    "text",
    [
        JOIN,
        "JOIN TYPE=LEFT LEFT=a RIGHT=b WHERE a.id=b.user.id (source '/f')",
        "join right=b left=a type=left where b.user.id == a.id (SOURCE '/f')",
        "join where a.id=b.user.id left=a right=b type = left (SOURCE '/f')",
        "join type=left left=`a` right=b where `a`.`id`=b.`user`.id # the key\n  ( SOURCE '/f' # all of it\n)",
    ],
)
def test_the_options_of_a_join_stand_in_any_order(text: str) -> None:
    (join,) = parse(text).commands
    assert isinstance(join, Join)
    assert (join.left, join.right, join.keeps_left) == ("a", "b", True)
    assert (join.left_key, join.right_key) == (Field(("id",)), Field(("user", "id")))
    assert (join.query.source, join.query.commands) == (("/f",), ())


def test_a_join_is_inner_where_it_does_not_say() -> None:
    (join,) = parse(JOIN.replace("type=left ", "")).commands
    assert isinstance(join, Join)
    assert not join.keeps_left


def test_sides_may_be_called_like_words_of_the_language() -> None:
    query = parse("join left=left right=where where left.type=where.right (SOURCE 'g')")
    (join,) = query.commands
    assert isinstance(join, Join)
    assert (join.left, join.right) == ("left", "where")
    assert parse(print_query(query)) == query


def test_appendcols_has_the_documented_defaults() -> None:
    (command,) = parse("appendcols (SOURCE lg | stats count(*) as n)").commands
    assert isinstance(command, Appendcols)
    assert (command.override, command.most, command.query.source) == (False, 10_000, ("lg",))
    (command,) = parse("appendcols max=5 override=true (fields a)").commands
    assert isinstance(command, Appendcols)
    assert (command.override, command.most, command.query.source) == (True, 5, ())


def test_a_source_in_parentheses_may_name_several_log_groups() -> None:
    (command,) = parse("filter x in (SOURCE '/a', \"b\" | fields x)").commands
    assert isinstance(command, Filter)
    assert isinstance(command.condition, InQuery)
    assert command.condition.query.source == ("/a", "b")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (JOIN.replace("=b.user", "<b.user"), "expected '=', found '<'"),
        (JOIN.replace("type=left", "type=outer"), "expected 'inner' or 'left', found 'outer'"),
        (JOIN.replace("left=a ", ""), "expected 'left=' and a name for that side, found '('"),
        (JOIN.replace("right=b ", ""), "expected 'right=' and a name for that side, found '('"),
        (JOIN.replace("right=b", "right=a").replace("b.", "a."), "both sides of the join have the same name"),
        (JOIN.replace("a.id", "id"), "'id' does not say of which side it is"),
        (JOIN.replace("a.id", "c.id"), "'c' is no side of this join"),
        (JOIN.replace("a.id", "b.id"), "both fields are of the same side"),
        (JOIN.replace("where a.id=b.user.id ", ""), "expected 'where' and the fields that must be equal, found '('"),
        (JOIN.replace("where", "on"), "expected 'type=', 'left=', 'right=' or 'where', found 'on'"),
        (JOIN.replace(" (", " and a.x=b.x ("), "expected a query in parentheses, found 'and'"),
        (JOIN.replace("left=a", "left=a left=a"), "'left=' is given twice"),
        (JOIN.replace("left=a", "left=a.b"), "expected a name without dots for the left side, found 'a.b'"),
        (JOIN.replace("SOURCE ", ""), "expected 'SOURCE' and a log group, found ''/f''"),
        (JOIN.replace("'/f'", "5"), "expected the name of a log group in quotes, found '5'"),
        (JOIN[: JOIN.index("(")], "expected a query in parentheses, found the end of the query"),
        ("appendcols max=0 (fields a)", "expected a whole number from 1 to 100,000, found '0'"),
        ("appendcols max=100001 (fields a)", "expected a whole number from 1 to 100,000, found '100001'"),
        ("appendcols override=1 (fields a)", "expected 'true' or 'false', found '1'"),
        ("appendcols ()", "expected a command, found ')'"),
        ("appendcols", "expected a query in parentheses, found the end of the query"),
    ],
)
def test_a_refusal_says_what_was_expected(text: str, message: str) -> None:
    assert refusal(text).diagnostics[0].message == message


@pytest.mark.parametrize(
    "inner",
    [
        "join left=c right=d where c.x=d.x (SOURCE 'g')",
        "appendcols (fields a)",
        "filter x in (SOURCE 'g' | fields x)",
    ],
)
@pytest.mark.parametrize(
    "outer", [JOIN.replace(")", " | INNER)"), "appendcols (INNER)", "filter y in (SOURCE 'g' | INNER | fields y)"]
)
def test_a_query_in_parentheses_holds_no_other(outer: str, inner: str) -> None:
    (error,) = refusal(outer.replace("INNER", inner)).diagnostics
    assert "cannot" in error.message
    assert error.hint is not None
    assert "not nested" in error.hint


def test_an_error_inside_parentheses_hides_none_behind_them() -> None:
    found = refusal("appendcols (SOURCE 'g' | foo | limit 0) | limit 0").diagnostics
    assert found[0].message == "unknown command 'foo'"
    assert len(found) == 2


def test_parameters_are_bound_inside_parentheses_and_inner_queries_come_in_the_order_of_the_text() -> None:
    text = (
        "filter x in (SOURCE '/1' | filter a = {{p}} | fields x) "
        "| join left=l right=r where l.x=r.x (SOURCE '/2' | filter b = {{q}}) | appendcols (filter c = {{p}})"
    )
    query = parse(text)
    assert names(query) == ("p", "q")
    assert [inner.source for inner in inner_queries(query)] == [("/1",), ("/2",), ()]
    bound = print_query(bind(query, {"p": '" | limit 1 #', "q": "2"}))
    assert names(parse(bound)) == ()
    assert bound.count(r'"\" | limit 1 #"') == 2


def test_a_query_is_printed_with_what_is_in_its_parentheses() -> None:
    query = parse("join left=a right=b where a.x=b.`y z` (SOURCE '/f'|limit 3)|appendcols (fields c)")
    assert print_query(query) == (
        'join type=inner left=a right=b where a.x=b.`y z` (SOURCE "/f"\n| limit 3)\n'
        "| appendcols override=false max=10000 (fields c)"
    )
    assert isinstance(query.commands[1], Appendcols)
    assert isinstance(query.commands[1].query.commands[0], Fields)
