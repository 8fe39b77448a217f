"""Every case, in the matcher and in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.database.connection import Connection, connect
from siemlib.patterns import PatternError, extract, extraction, matches, parse, predicate
from tests.patterns.cases import PatternCase, given_cases, given_refusals, own_cases, own_refusals

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def connection() -> Connection:
    return connect(threads=1)


def check(connection: Connection, case: PatternCase) -> list[str]:
    """What is wrong, in words; nothing if nothing is."""
    pattern = parse(case.pattern)
    rows = connection.execute(
        f"SELECT {predicate(pattern, 'm')}, {extraction(pattern, 'm')} FROM (SELECT $1 AS m)",  # noqa: S608 - tested
        [case.message],
    ).fetchall()
    found, values = rows[0]
    faults = [] if matches(pattern, case.message) is case.match else [f"{case.name}: matcher on {case.message!r}"]
    faults += [] if found is case.match else [f"{case.name}: SQL on {case.message!r}"]
    if case.extracted is not None:
        faults += [] if extract(pattern, case.message) == case.extracted else [f"{case.name}: extract {case.message!r}"]
        faults += [] if values == case.extracted else [f"{case.name}: SQL extracts {values!r}"]
    return faults


def test_every_given_case_holds_in_the_matcher_and_in_sql(connection: Connection, shared: Path) -> None:
    cases = given_cases(shared / "cases" / "filter-patterns.jsonl")
    assert len(cases) > 50
    assert [fault for case in cases for fault in check(connection, case)] == []


def test_every_given_pattern_that_is_not_valid_is_refused(shared: Path) -> None:
    patterns = given_refusals(shared / "cases" / "filter-patterns.jsonl")
    assert patterns
    for pattern in patterns:
        with pytest.raises(PatternError):
            parse(pattern)


@pytest.mark.parametrize("case", own_cases(), ids=lambda case: case.name)
def test_our_own_case_holds_in_the_matcher_and_in_sql(connection: Connection, case: PatternCase) -> None:
    assert check(connection, case) == []


@pytest.mark.parametrize(("pattern", "drawing"), [case[1:] for case in own_refusals()])
def test_a_pattern_that_is_refused_shows_where_and_why(pattern: str, drawing: str) -> None:
    with pytest.raises(PatternError) as refused:
        parse(pattern)
    assert refused.value.message == drawing
    assert refused.value.exit_code == 2
