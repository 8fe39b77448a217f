"""The fields that are listed are those that a query finds, in as many events as the list says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siemlib.database.fields import found_fields
from siemlib.database.memory import MemoryEvent, MemoryStore
from siemlib.model.event import FieldType
from siemlib.model.timespan import TimeSpan
from tests.database.language import CONNECTION, START, ask, events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.engine.fields import FoundFields

SPAN = TimeSpan.of_millis(START - 60_000, START + 60_001)
KEYS = st.sampled_from(
    ["a", "b", "a.b", "b.a", "@a", "a b", "0", "in", "é", "action", "a/b~", "a`b", "b.a.b.a.b", ".", ""]
)
VALUES = st.recursive(
    st.sampled_from([None, True, 1, 1.5, "x", "", '{"k": 1}', "null"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
FLOW = "2 123456789010 eni-1 10.0.0.1 10.0.0.2 443 22 6 20 4249 1418530010 1418530070 ACCEPT OK"
NO_DATA = "2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA"


def found(store: MemoryStore, most: int = 1000, log_group: str = "memory") -> FoundFields:
    return found_fields(CONNECTION.cursor(), store, [log_group], SPAN, most=most)


def shares(fields: FoundFields) -> dict[str, int]:
    return {each.name: each.events for each in fields.fields}


def check_counts(given_events: Sequence[MemoryEvent], fields: FoundFields) -> None:
    for each in fields.fields:
        if each.written is not None:
            [row] = ask(f"stats count({each.written}) as n", given_events).rows
            assert row["n"] == str(each.events), each


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=3) | st.lists(VALUES, max_size=2), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_query_finds_each_listed_name_in_as_many_events(documents: list[object]) -> None:
    given_events = events(*(json.dumps(document) for document in documents))
    check_counts(given_events, found(MemoryStore(given_events)))


@given(st.lists(st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3), min_size=1, max_size=3))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_name_that_is_not_listed_is_found_in_no_event(documents: list[object]) -> None:
    given_events = events(*(json.dumps(document) for document in documents))
    listed = shares(found(MemoryStore(given_events)))
    for name in ("a", "b", "c", "a.a", "a.0", "b.b", "c.1", "a.b.a", "c.in"):
        [row] = ask(f"stats count({name}) as n", given_events).rows
        assert row["n"] == str(listed.get(name, 0)), name


def test_fields_of_most_events_come_first_then_by_name() -> None:
    fields = found(MemoryStore(events('{"b": 1, "c": true}', '{"a": "x", "b": "1"}', "text", "{}")))
    assert [(each.name, each.events, each.percent, each.kinds) for each in fields.fields] == [
        ("b", 2, 50.0, ("number", "text")),
        ("a", 1, 25.0, ("text",)),
        ("c", 1, 25.0, ("boolean",)),
    ]
    assert [each.example for each in fields.fields] == ["1", "x", "1"]
    assert [each.name for each in fields.system] == ["@timestamp", "@ingestionTime", "@logStream", "@log", "@message"]
    assert {each.percent for each in fields.system} == {100.0}
    assert (fields.events, fields.looked_at, fields.plain) == (4, 4, 1)


def test_json_in_a_text_and_lists_are_told_apart_from_fields() -> None:
    message = json.dumps({"inner": '{"k": 1}', "list": [{"deep": []}], "object": {"x": 1}, "brace": "{x"})
    fields = found(MemoryStore(events(message)))
    assert {each.name: each.kinds for each in fields.fields} == {
        "inner": ("JSON text",),
        "object.x": ("number",),
        "brace": ("text",),
    }
    assert fields.lists == ("list", "list.0.deep")


def test_flow_records_and_stored_columns_are_counted_as_queries_find_them() -> None:
    given_events = events(FLOW, NO_DATA, '{"action": "x", "srcPort": 5}')
    fields = found(MemoryStore(given_events))
    assert shares(fields)["action"] == 3
    assert next(each for each in fields.fields if each.name == "srcAddr").example == "10.0.0.1"
    check_counts(given_events, fields)
    stored = MemoryStore(given_events, {("srcPort",): FieldType.INTEGER}, missing_text="-")
    assert shares(found(stored)) == shares(fields)


def test_of_many_events_the_same_sample_is_looked_at_each_time() -> None:
    given_events = events(*(json.dumps({"n": n, f"k{n % 3}": 1}) for n in range(3000)), step=1)
    fields = found(MemoryStore(given_events), most=300)
    assert fields.events == 3000
    assert 200 < fields.looked_at < 400
    assert fields == found(MemoryStore(given_events), most=300)
    assert shares(fields)["n"] == fields.looked_at
    assert 0 < shares(fields)["k0"] < fields.looked_at


def test_names_that_no_query_can_write_are_listed_without_one() -> None:
    fields = found(MemoryStore(events('{"a`b": 1, "c d": 2, "in": 3, "@x": 4}')))
    assert {each.name: each.written for each in fields.fields} == {
        "a`b": None,
        "c d": "`c d`",
        "in": "`in`",
        "@@x": "@@x",
    }


def test_events_with_more_fields_than_are_discovered_are_counted() -> None:
    fields = found(MemoryStore(events(json.dumps({f"k{n}": n for n in range(250)}), '{"k0": 1}')))
    assert (fields.wide, len(fields.fields)) == (1, 200)


def test_lines_of_lambda_have_their_own_fields_and_those_of_json_in_them() -> None:
    lines = ["START RequestId: r1 Version: 1", 'got {"a": 1} and {"b": 2}']
    store = MemoryStore([MemoryEvent(START, line, "/aws/lambda/f") for line in lines])
    assert shares(found(store, log_group="/aws/lambda/f")) == {"@requestId": 1, "@type": 1, "a": 1}


def test_of_no_events_there_are_no_fields() -> None:
    fields = found(MemoryStore(()))
    assert (fields.events, fields.fields, fields.plain) == (0, (), 0)
