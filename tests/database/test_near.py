"""A query that finds nothing because of the name of a field is told the name that there is."""

from __future__ import annotations

import json

import pytest

from siemlib.database.memory import MemoryStore
from siemlib.database.near import near_misses
from siemlib.database.run import Question
from siemlib.model.timespan import TimeSpan
from siemlib.ql.parser import parse
from tests.database.language import CONNECTION, START, ask, events

CALL = {
    "sourceIPAddress": "192.0.2.1",
    "userIdentity": {"userName": "ann"},
    "requestParameters": {"roleArn": "r", "a b": 1},
    "eventName": "x",
}


def notes(query: str, *messages: str) -> tuple[str, ...]:
    store = MemoryStore(events(*messages or (json.dumps(CALL), "plain"), step=1))
    question = Question(parse(query), query, ("memory",), TimeSpan.of_millis(START - 1, START + 60_000), START)
    return near_misses(CONNECTION.cursor(), store, question, ask(query, store))


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ("sourceIpAddress", "sourceIPAddress"),
        ("source_ip_address", "sourceIPAddress"),
        ("sourceIPAdress", "sourceIPAddress"),
        ("userName", "userIdentity.userName"),
        ("userIdentity.username", "userIdentity.userName"),
        ("requestParameters.ab", "requestParameters.`a b`"),
    ],
)
def test_the_name_that_is_nearly_the_same_is_told(wanted: str, there: str) -> None:
    sentence = f"No event has a field {wanted}; there is {there}."
    assert notes(f'filter {wanted} = "x" | stats count(*)') == (sentence,)


def test_another_field_of_a_similar_name_is_not_suggested() -> None:
    assert notes('filter requestParameters.roleName = "x"') == ()
    assert notes('filter requestParameters.userName = "x"') == ()
    assert notes("filter nothing = 1") == ()


def test_a_field_that_some_event_has_is_never_said_to_be_absent() -> None:
    assert notes('filter eventName = "no such" and sourceIPAddress = "x"') == ()
    late = [json.dumps({"eventNames": n}) for n in range(5000)]
    assert notes('filter eventname = "x"', *late, '{"eventname": 1}') == ()


def test_a_query_that_found_events_is_told_nothing() -> None:
    assert notes("fields sourceIpAddress") == ()


def test_a_hostile_name_is_made_visible() -> None:
    [note] = notes("filter `a\u202eb` = 1", json.dumps({"A\u202eb": 2}, ensure_ascii=False))
    assert "\u202e" not in note
    assert "\\u202e" in note
