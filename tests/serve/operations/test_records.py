"""GetLogRecord and GetLogGroupFields, asked through boto3."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.serve.events import APPS, BUSY, GROUPS, LARGE, START

if TYPE_CHECKING:
    from botocore.client import BaseClient

FIRST = START // 1000
SYSTEM = ("@timestamp", "@message", "@log", "@logStream", "@ingestionTime")


def rows(logs: BaseClient, group: str, query: str) -> list[dict[str, str]]:
    asked = {"startTime": FIRST, "endTime": FIRST + 3600, "queryString": query}
    query_id = logs.start_query(logGroupName=group, **asked)["queryId"]
    while (found := logs.get_query_results(queryId=query_id))["status"] != "Complete":
        time.sleep(0.01)
    return [{cell["field"]: cell["value"] for cell in row} for row in found["results"]]


def test_a_record_has_every_field_of_its_event(logs: BaseClient) -> None:
    (row,) = rows(logs, APPS, "filter user.name = 'u0' | fields @timestamp")
    record = logs.get_log_record(logRecordPointer=row["@ptr"])["logRecord"]
    assert record == {
        "@timestamp": "2026-03-04 00:00:00.000",
        "@ingestionTime": "2026-03-04 00:00:01.000",
        "@log": APPS,
        "@logStream": "app",
        "@message": GROUPS[APPS][0]["message"],
        "@ptr": row["@ptr"],
        "level": "error",
        "user.name": "u0",
        "rare": "0",
    }


def test_a_record_of_one_of_several_events_in_a_millisecond_is_of_that_one(logs: BaseClient) -> None:
    for row in rows(logs, BUSY, "fields @message | sort @timestamp asc | limit 7"):
        assert logs.get_log_record(logRecordPointer=row["@ptr"])["logRecord"]["@message"] == row["@message"]


def test_the_message_of_a_record_is_whole(logs: BaseClient) -> None:
    (row,) = rows(logs, LARGE, "fields @timestamp | sort @timestamp asc | limit 1")
    record = logs.get_log_record(logRecordPointer=row["@ptr"], unmask=True)["logRecord"]
    assert record["@message"] == GROUPS[LARGE][0]["message"]


@pytest.mark.parametrize("pointer", ["none", '" or 1=1 | fields @message #', "é\ud800", "x" * 2000])
def test_a_pointer_of_no_event_is_refused(logs: BaseClient, pointer: str) -> None:
    with pytest.raises(ClientError) as raised:
        logs.get_log_record(logRecordPointer=pointer)
    assert raised.value.response["Error"]["Code"] == "InvalidParameterException"


def test_the_fields_around_a_time_are_told_with_their_share_the_commonest_first(logs: BaseClient) -> None:
    found = logs.get_log_group_fields(logGroupName=APPS, time=FIRST + 100)["logGroupFields"]
    events = [json.loads(str(event["message"])) for event in GROUPS[APPS]]
    assert found == [
        *({"name": name, "percent": 100} for name in sorted([*SYSTEM, "level", "user.name"])),
        # One of 300 events has it, and that is not none.
        {"name": "rare", "percent": max(1, round(100 * sum("rare" in event for event in events) / len(events)))},
    ]


def test_eight_minutes_on_either_side_are_looked_at(logs: BaseClient) -> None:
    """The last event is of the second 299, the one with the rare field of the second 0."""
    near = logs.get_log_group_fields(logGroupName=APPS, time=FIRST + 480)["logGroupFields"]
    far = logs.get_log_group_fields(logGroupName=APPS, time=FIRST + 481)["logGroupFields"]
    assert "rare" in {each["name"] for each in near}
    assert {each["name"] for each in far} == {*SYSTEM, "level", "user.name"}
    assert not logs.get_log_group_fields(logGroupName=APPS, time=FIRST + 299 + 481)["logGroupFields"]


def test_without_a_time_the_last_quarter_of_an_hour_that_has_events_is_looked_at(logs: BaseClient) -> None:
    found = logs.get_log_group_fields(logGroupName=APPS)["logGroupFields"]
    assert {each["name"] for each in found} == {*SYSTEM, "level", "user.name", "rare"}


def test_a_time_in_no_calendar_is_refused(logs: BaseClient) -> None:
    with pytest.raises(ClientError, match="InvalidParameterException"):
        logs.get_log_group_fields(logGroupName=APPS, time=10**17)
