"""From syntax to plan: which errors there are, all at once, and what the plan says."""

from __future__ import annotations

import pytest

from siemlib.model.event import FieldType
from siemlib.ql.analyse import analyse
from siemlib.ql.diagnostic import CompileError
from siemlib.ql.parser import parse
from siemlib.ql.plan import Aggregate, Compute, Cut, Order, Plan, Where


def plan(text: str) -> Plan:
    return analyse(parse(text), {}, text)


def messages(text: str) -> list[str]:
    with pytest.raises(CompileError) as refused:
        plan(text)
    return [diagnostic.message for diagnostic in refused.value.diagnostics]


def test_all_errors_of_a_query_are_reported_in_the_order_of_the_text() -> None:
    found = messages("fields foo(a), abs() | sort a | stats count(*) as n by bar(b) | filter m > 1")
    assert [message.split(":")[0] for message in found] == [
        "unknown function 'foo'",
        "'abs' takes 1 argument, not 0",
        "'sort' must come after the last 'stats'",
        "unknown function 'bar'",
        "unknown symbol 'm'",
    ]


def test_an_error_points_at_its_place_and_says_what_may_have_been_meant() -> None:
    with pytest.raises(CompileError) as refused:
        plan("stats count(*) as flows by srcAddr\n| sort flow desc")
    assert refused.value.message == (
        "unknown symbol 'flow': after 'stats' there is only what it gave (line 2, column 8)\n"
        "  | sort flow desc\n"
        "         ^^^^\n"
        "  hint: did you mean 'flows'?"
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("dedup a | sort a", "only 'limit' may follow 'dedup', not 'sort'"),
        ("dedup a | dedup b", "only 'limit' may follow 'dedup', not a second 'dedup'"),
        ("limit 5 | stats count(*)", "'limit' must come after the last 'stats'"),
        (" | ".join(["stats count(*) by a"] * 11), "a query has at most 10 'stats'"),
        ('parse @message "*" as u | fields u', "Ephemeral field is already defined: u"),
        ("fields a as x | fields b as x", "Ephemeral field is already defined: x"),
        ("fields a as x | stats count(*) as x", "Ephemeral field is already defined: x"),
        ('parse @message "*" as x | stats latest(x) as x', "Ephemeral field is already defined: x"),
        ("stats count(*) as n, sum(a) as n", "Ephemeral field is already defined: n"),
        ("fields 1 as @message", "'@message' is a system field"),
        ("stats a by b", "'a' is neither aggregated nor a key after 'by'"),
        ("stats sum(a) + b by c", "'b' is neither aggregated nor a key after 'by'"),
        ("stats sum(max(a))", "'max' cannot stand inside 'sum': both count over many events"),
        ("filter count(*) > 1", "'count' counts over many events: it stands only in 'stats'"),
        ("filter a = 5m", "a length of time stands only in bin, datefloor and dateceil"),
        ("filter a = {{x}}", "the parameter {{x}} has no value"),
        ("limit {{x}}", "the parameter {{x}} has no value"),
        ("parse @message /(a)(b)/ as x", "the pattern has 2 groups, but 1 named after 'as'"),
        ("parse @message /ab/", "the pattern names no field"),
        (
            "stats count(*) by bin(5m) | stats count(*) by bin(5m)",
            "unknown symbol '@timestamp', which 'bin' needs",
        ),
        ("stats count(*) as n by a | stats latest(n)", "unknown symbol '@timestamp', which 'latest' needs"),
    ],
)
def test_what_the_service_refuses_is_refused(query: str, message: str) -> None:
    assert message in messages(query)


@pytest.mark.parametrize(
    "query",
    [
        'parse @message "*" as u | display u',
        'parse @message "*" as u | stats count(*) by u',
        "fields strlen(a) | fields strlen(a)",
        "stats count(*) as n by a | fields n, a",
        "stats max(@timestamp) as @t by a | stats count(*) by datefloor(@t, 1h)",
        "stats count(*) by a, @timestamp | stats count(*) by bin(5m)",
        "stats max(v) as mx, min(v) as mn, mx - mn as d",
        "sort a | dedup b | limit 3",
        "filter ispresent(a) = 1",
    ],
)
def test_what_the_service_takes_is_taken(query: str) -> None:
    assert plan(query).outputs


def test_the_head_is_what_may_be_sliced_by_time() -> None:
    found = plan("filter a = 1 | fields a + 1 as b | stats count(*) as n by b | filter n > 1 | sort n | limit 3")
    assert [type(step) for step in found.head] == [Where, Compute]
    assert [type(step) for step in found.tail] == [Aggregate, Where, Order, Cut]
    assert (found.limit, found.is_events) == (3, False)


def test_a_query_without_a_tail_is_all_head() -> None:
    found = plan("filter a = 1 | fields b")
    assert (len(found.head), found.tail, found.is_events) == (1, (), True)


def test_the_paths_are_the_discovered_fields_that_the_query_names_each_once() -> None:
    found = plan("filter a.b = 1 and `a.b` = 2 | stats sum(c[0]) as c, latest(a.b) by @logStream, d | sort c, d")
    assert found.paths == (("a", "b"), ("a.b",), ("d",), ("c", "0"))


def test_columns_keep_the_spelling_of_the_user() -> None:
    assert [c.name for c in plan("stats COUNT( * ), max(a) as m by `x-y`, bin(5m)").columns] == [
        "x-y",
        "bin(5m)",
        "COUNT( * )",
        "m",
    ]


def test_types_are_those_of_the_store_and_of_the_functions() -> None:
    schema: dict[tuple[str, ...], FieldType] = {("port",): FieldType.INTEGER}
    text = "stats count(*) as n, max(port) as p, sum(port) as s, earliest(@timestamp) as e by bin(1h) as t, port, other"
    found = analyse(parse(text), schema, text)
    assert [(c.name, c.type) for c in found.columns] == [
        ("t", FieldType.TIMESTAMP),
        ("port", FieldType.INTEGER),
        ("other", FieldType.DYNAMIC),
        ("n", FieldType.INTEGER),
        ("p", FieldType.INTEGER),
        ("s", FieldType.NUMBER),
        ("e", FieldType.INTEGER),
    ]


def test_no_two_symbols_share_a_column_even_if_case_is_ignored() -> None:
    found = plan("fields A, a, concat(A, a) as AA, toupper(a) as aa | display A, a, AA, aa")
    columns = [output.symbol.column.lower() for output in found.outputs]
    assert len(set(columns)) == 4
