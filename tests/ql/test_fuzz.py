"""No text makes the compiler do anything but answer or refuse. A few seconds of it for every run of the tests."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siemlib.errors import QueryError
from siemlib.ql.advice import advice
from siemlib.ql.analyse import analyse
from siemlib.ql.explain import explain
from siemlib.ql.parameters import bind, names
from siemlib.ql.parser import parse
from siemlib.ql.printer import print_query
from siemlib.ql.sql.shown import shown
from siemlib.ql.words import LONGEST_QUERY
from tests.ql.fuzz import SEEDS, long, mutated, noise, soup

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.ql.ast import Query
    from siemlib.ql.plan import Plan

SEED = 20260304
TIMES = 1500


def check_text(text: str) -> None:
    """Read, print, analyse and emit: whatever is wrong is a QueryError with places inside the text."""
    try:
        query = parse(text)
    except QueryError as error:
        check_places(error, text)
        return
    advice(query)
    printed = print_query(query)
    # Backticks and options that are written out can make it longer than a query may be.
    assert len(printed) > LONGEST_QUERY or parse(printed) == query
    try:
        plan = analyse(bind(query, dict.fromkeys(names(query), "1")), {}, text)
    except QueryError as error:
        check_places(error, text)
        return
    assert explain(text, plan, shown(plan)).endswith(";\n")


def check_places(error: QueryError, text: str) -> None:
    assert error.message
    assert all(0 <= d.span.start <= d.span.end <= len(text) for d in getattr(error, "diagnostics", ()))


@pytest.mark.parametrize(("make", "times"), [(soup, TIMES), (noise, TIMES), (mutated, TIMES), (long, 25)])
def test_a_text_is_compiled_or_refused(make: Callable[[random.Random], str], times: int) -> None:
    rng = random.Random(SEED)  # noqa: S311 - examples, not secrets
    for _ in range(times):
        text = make(rng)
        try:
            check_text(text)
        except Exception as error:  # noqa: BLE001 - whatever it is, its text is told
            pytest.fail(f"{type(error).__name__}: {error}\n{text[:2000]!r}")


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_any_text_is_compiled_or_refused(text: str) -> None:
    check_text(text)


def test_the_queries_that_are_mutated_are_many() -> None:
    assert len(SEEDS) > 150


HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            *(
                '" | limit 1 #',
                "' or 1=1 --",
                '"] | fields @message',
                ") | stats count(*)",
                "x\n| fields a",
                "{{p}}",
                "`",
                "5m",
                "/x/",
            ),
            *(
                "a' OR ''='",
                "\\",
                '\\" | dedup a',
                "null",
                "true",
                "1e5",
                "-1",
                "1 or 1",
                "\x00",
                "(SOURCE 'g' | fields a)",
            ),
        ]
    ),
)
HARMLESS = {
    "filter a = {{p}} | fields a, {{p}} as b | sort a | limit 5": "x",
    'filter a like "{{p}}" and b in [{{p}}, "x"] or not (c != {{p}}) | stats count(*) as n by a': "x",
    "stats sum(a) as s by bin({{p}})": "5m",
    "fields isIpv4InSubnet(a, {{p}}) as i | limit 5": "10.0.0.0/8",
    "fields formatDate(@timestamp, {{p}}) as f": "%Y",
    "fields a | limit {{p}}": "5",
    "parse @message {{p}} as x": "a*",
    "filter x in (SOURCE 'g' | filter b = {{p}} | fields b)": "x",
}
"""Queries with a parameter in every kind of place, and a value that fits there."""


@settings(max_examples=150)
@given(st.sampled_from(list(HARMLESS)), HOSTILE)
def test_no_value_of_a_parameter_changes_the_shape_of_a_query(template: str, value: str) -> None:
    query = parse(template)
    plan, harmless = planned(query, value, template), planned(query, HARMLESS[template], template)
    assert harmless is not None
    if plan is None:
        return
    assert [type(step) for step in plan.steps] == [type(step) for step in harmless.steps]
    assert plan.paths == harmless.paths
    assert [column.name for column in plan.columns] == [column.name for column in harmless.columns]
    assert [groups for groups, _ in plan.inner] == [groups for groups, _ in harmless.inner]


def planned(query: Query, value: str, text: str) -> Plan | None:
    """The plan with this value; ``None`` where the value is refused."""
    try:
        bound = bind(query, {"p": value})
        assert [type(command) for command in bound.commands] == [type(command) for command in query.commands]
        assert names(bound) == ()
        return analyse(bound, {}, text)
    except QueryError:
        return None


@pytest.mark.parametrize("text", ["fields {}", "filter a in [{}]", "fields -{}", "limit {}", "stats topk({}, a)"])
def test_a_number_longer_than_any_is_refused_and_no_traceback(text: str) -> None:
    check_text(text.format("9" * 5000))
    planned(parse(text.format("{{p}}")), "9" * 5000, text)
