"""A query that finds nothing because of the name of a field is told the name that there is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siemlib.database import near
from siemlib.database.memory import MemoryStore
from siemlib.database.near import near_misses
from siemlib.database.run import Question
from siemlib.model.timespan import TimeSpan
from siemlib.ql.parser import parse
from tests.database.language import CONNECTION, START, ask, events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.database.connection import Connection
    from siemlib.database.relation import FieldColumn

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


def test_all_events_are_read_only_for_a_name_that_something_can_be_said_of(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    absent = near._absent

    def counted(connection: Connection, events_sql: str, columns: Sequence[FieldColumn]) -> list[FieldColumn]:
        asked.append([".".join(column.path) for column in columns])
        return absent(connection, events_sql, columns)

    monkeypatch.setattr(near, "_absent", counted)
    query = 'filter eventName = "no" and sourceIpAddress = "x" and nothing = 1'
    assert notes(query) == ("No event has a field sourceIpAddress; there is sourceIPAddress.",)
    assert asked == [["eventName", "sourceIpAddress", "nothing"], ["sourceIpAddress"]]
    asked.clear()
    assert notes('filter eventName = "no" and nothing = 1') == ()
    assert asked == [["eventName", "nothing"], []]
