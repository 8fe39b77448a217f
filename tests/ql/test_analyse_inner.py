"""What the plan says of queries in parentheses."""

from __future__ import annotations

import pytest

from siemlib.model.event import FieldType
from siemlib.ql.analyse import analyse
from siemlib.ql.diagnostic import CompileError
from siemlib.ql.parser import parse
from siemlib.ql.plan import Plan, Ref, Where
from siemlib.ql.plan_inner import Among, AppendCols, Join

JOIN = "join left=a right=b where a.id=b.id (SOURCE '/f')"


def plan(text: str) -> Plan:
    return analyse(parse(text), {}, text)


def messages(text: str) -> list[str]:
    with pytest.raises(CompileError) as refused:
        plan(text)
    return [diagnostic.message for diagnostic in refused.value.diagnostics]


def columns(text: str) -> list[str]:
    return [column.name for column in plan(text).columns]


def test_a_condition_with_a_query_is_a_column_that_may_be_computed_slice_by_slice() -> None:
    found = plan("filter not (x in (SOURCE 'g' | fields y)) | limit 3")
    among, where = found.head
    assert isinstance(among, Among)
    assert isinstance(where, Where)
    assert (among.symbol.type, among.number, among.negated) == (FieldType.BOOLEAN, 0, False)
    assert found.inner[0][0] == ("g",)


def test_a_join_and_appended_columns_need_all_rows() -> None:
    for text, step in ((JOIN, Join), ("appendcols (fields a)", AppendCols)):
        found = plan(f"filter x = 1 | {text} | filter y = 1")
        assert isinstance(found.head[-1], Where)
        assert isinstance(found.tail[0], step)


def test_the_right_side_is_asked_for_the_fields_that_are_named_behind_the_join() -> None:
    found = plan(f"{JOIN} | filter b.x.y > a.z | display b.w, v, b.@log")
    assert found.paths == (("id",), ("z",), ("v",))
    assert found.inner[0][1].paths == (("id",), ("x", "y"), ("w",))
    join = next(step for step in found.steps if isinstance(step, Join))
    taken = [symbol.name for _, symbol in join.columns]
    assert taken == ["b.@timestamp", "b.@message", "b.x.y", "b.w", "b.@log"]


def test_names_of_both_sides_that_differ_in_case_only_have_columns_of_their_own() -> None:
    found = plan(f"{JOIN} | display a.x, a.X, b.x, b.X, x, `b.x`")
    own = {output.symbol.column.lower() for output in found.outputs}
    assert len(own) == 4
    assert [column.name for column in found.columns] == ["a.x", "a.X", "b.x", "b.X", "x"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (JOIN, ["a.@timestamp", "a.@message", "b.@timestamp", "b.@message"]),
        (f"fields x | {JOIN}", ["a.x", "b.@timestamp", "b.@message"]),
        (f"fields x | {JOIN} | fields a.x, b.y", ["a.x", "b.y"]),
        (f"display x | {JOIN} | display b.y", ["b.y"]),
        (f"{JOIN} | fields b.y", ["b.y"]),
        (f'parse @message "* *" as u, v | {JOIN} | fields a.u, b.y', ["a.u", "b.y"]),
        (f"stats count(*) as n by id | {JOIN}", ["a.id", "a.n", "b.@timestamp", "b.@message"]),
        (f"{JOIN.replace(')', ' | stats count(*) as n by id)')} | fields b.n", ["b.n"]),
        (f"{JOIN} | stats count(*) as n by b.y", ["b.y", "n"]),
        (f"{JOIN} | accum b.y as total", ["a.@timestamp", "a.@message", "b.@timestamp", "b.@message", "total"]),
        ("fields a | appendcols (fields b, a)", ["a", "b"]),
        ("fields a | appendcols (fields b) | fields c", ["a", "b", "c"]),
        ("appendcols (stats count(*) as n)", ["@timestamp", "@message", "n"]),
    ],
)
def test_the_columns_of_a_query_are_known_before_it_runs(text: str, names: list[str]) -> None:
    assert columns(text) == names


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{JOIN} | {JOIN}", "a query has one 'join' at most"),
        (f"{JOIN} | stats count(*) by id | {JOIN}", "a query has one 'join' at most"),
        (JOIN.replace(")", " | filter a.x = 1)"), "'a.x' is a name of the outer query"),
        (f"{JOIN} | filter x in (SOURCE 'g' | filter y = b.x | fields y)", "'b.x' is a name of the outer query"),
        (f"stats count(*) as n by x | {JOIN}", "unknown symbol 'id': after 'stats' there is only what it gave"),
        (
            f"{JOIN.replace(')', ' | stats count(*) as n by id)')} | fields b.m",
            "unknown symbol 'b.m': after 'stats' there is only what it gave",
        ),
        (f"{JOIN} | fields b.x | fields 1 as b.x", "Ephemeral field is already defined: b.x"),
        ("filter x in (SOURCE 'g' | fields y, z)", "the query inside 'in ( … )' must give one field"),
        ("filter x in (SOURCE 'g')", "the query inside 'in ( … )' must give one field"),
        ("stats max(x) in (SOURCE 'g' | fields y)", "a query cannot stand beside aggregates"),
        ("filter x in (SOURCE 'g' | fields foo(y))", "unknown function 'foo'"),
        ("filter x in (SOURCE 'g' | limit 1 | stats count(*))", "'limit' must come after the last 'stats'"),
        (f"dedup x | {JOIN}", "only 'limit' may follow 'dedup', not 'join'"),
        (" | ".join(["filter x in (SOURCE 'g' | fields y)"] * 22), "at most 20 queries may stand in parentheses"),
        ("dedup x | appendcols (fields a)", "only 'limit' may follow 'dedup', not 'appendcols'"),
    ],
)
def test_what_makes_no_sense_is_refused(text: str, message: str) -> None:
    assert messages(text) == [message]


def test_a_name_that_a_side_has_not_is_answered_with_one_that_it_has() -> None:
    with pytest.raises(CompileError) as refused:
        plan(f"{JOIN.replace(')', ' | stats count(*) as calls by id)')} | fields b.call")
    assert refused.value.diagnostics[0].hint == "did you mean 'b.calls'?"


def test_errors_inside_and_outside_are_reported_at_once() -> None:
    found = messages(f"filter foo(x) | {JOIN.replace(')', ' | filter bar(y))')} | fields baz(b.z)")
    assert found == ["unknown function 'foo'", "unknown function 'bar'", "unknown function 'baz'"]


def test_of_several_columns_the_one_named_like_the_field_outside_is_compared() -> None:
    found = plan("filter id in (SOURCE 'g' | stats count(*) as n by id)")
    among = found.steps[0]
    assert isinstance(among, Among)
    assert among.asked.name == "id"
    assert isinstance(among.value, Ref)
