"""Whether a field is stored as a typed column, as text, or not at all never changes an answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from siemlib.database.memory import MemoryEvent, MemoryStore
from siemlib.model.event import FieldType
from tests.database.language import START, ask
from tests.database.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping

VALUES: list[dict[str, object]] = [
    {"a": 7, "b": -3, "t": "x", "flag": True},
    {"a": 7, "b": 9007199254740993, "t": "7", "flag": False},
    {"a": 10, "b": 9007199254740992, "t": "x10", "flag": True},
    {"a": 9, "b": 0, "t": "x9", "flag": True},
    {"b": 5, "t": "", "flag": False},
    {"a": 0, "t": "10.1.2.3"},
    {"a": 1234567890123456789, "b": 1, "flag": False, "t": "1.50"},
]
EVENTS = [MemoryEvent(START + n // 2, json.dumps(value)) for n, value in enumerate(VALUES)]

NOT_AVAILABLE = [MemoryEvent(START + n, json.dumps({"a": "-", "b": "-", **value})) for n, value in enumerate(VALUES)]
"""The same, where a number that is not available is printed as ``-``."""

TYPED: dict[tuple[str, ...], FieldType] = {
    ("a",): FieldType.INTEGER,
    ("b",): FieldType.INTEGER,
    ("flag",): FieldType.BOOLEAN,
    ("t",): FieldType.TEXT,
}
NUMBERS = {path: kind for path, kind in TYPED.items() if kind is FieldType.INTEGER}
SETTINGS = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(queries)
@SETTINGS
def test_being_stored_changes_no_answer(query: str) -> None:
    check_same(query, MemoryStore(EVENTS), MemoryStore(EVENTS, TYPED))


@given(queries)
@SETTINGS
def test_being_stored_changes_no_answer_where_numbers_may_be_not_available(query: str) -> None:
    check_same(query, MemoryStore(NOT_AVAILABLE), MemoryStore(NOT_AVAILABLE, NUMBERS, missing_text="-"))


@pytest.mark.parametrize(
    "query",
    [
        "filter b = 9007199254740993 | fields b",
        "stats max(b), min(b), countDistinct(b), count(b), latest(a), sum(a), avg(b)",
        "stats count(*) by a",
        "fields a, b, flag, t | sort a desc, b",
        "fields coalesce(a, t) as c, if(flag, a, b) as d, case(a > 8, a, flag, t) as e",
        "filter a != 7 and b not in [0, 5] | fields a, b",
        "filter a < 9 | fields a",
        "filter a = b or a = t | fields a",
        "fields a < b as less, a <= b as most, a = b as same, a != b as other, b > strlen(t) as long",
        "fields a | expand a | fields a + 1 as x",
        "unnest b into e | stats sum(e), count(e) by flag",
        'json field=t "a" as x | fields jsonArraySize(t), jsonArrayContains(a, "7"), jsonStringify(flag)',
        "parse t /([0-9])/ as n multi | parse t csv as c, d | parse t logfmt as lf | display n, c, d, lf.x",
        "stats values(a) as v | unnest v into e | display e",
        "stats topk(3, b)",
        "filter a | addtotals col=true | sort a asc",
        "fields flag = true as x, flag = 1 as y, not flag as z",
    ],
)
def test_being_stored_changes_no_answer_to_what_people_ask(query: str) -> None:
    check_same(query, MemoryStore(EVENTS), MemoryStore(EVENTS, TYPED))
    check_same(query, MemoryStore(NOT_AVAILABLE), MemoryStore(NOT_AVAILABLE, NUMBERS, missing_text="-"))


def check_same(query: str, plain: MemoryStore, stored: MemoryStore) -> None:
    from_text, from_columns = ask(query, plain), ask(query, stored)
    assert _comparable(from_text.rows) == _comparable(from_columns.rows)
    assert from_text.matched == from_columns.matched


def _comparable(rows: list[dict[str, str]]) -> list[Mapping[str, str]]:
    return [dict(sorted(row.items())) for row in rows]
