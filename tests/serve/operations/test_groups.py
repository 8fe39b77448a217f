"""DescribeLogGroups, DescribeLogStreams and ListLogGroupsForQuery, asked through boto3."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError

from siemlib.local.engine import open_local
from tests.fixtures_serve import lead_boto3_to, serving
from tests.serve.events import APPS, BUSY, GROUPS, LARGE, MANY, START, WORDS

if TYPE_CHECKING:
    from pathlib import Path

    from botocore.client import BaseClient

ACCOUNT = "000000000000"


def names(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [group["logGroupName"] for group in answer["logGroups"]]


def test_a_log_group_is_described_as_the_service_does(logs: BaseClient) -> None:
    """Validated facts, B: ``arn`` ends in ``:*``, ``logGroupArn`` does not."""
    (found,) = logs.describe_log_groups(logGroupNamePrefix=LARGE)["logGroups"]
    arn = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{LARGE}"
    assert found == {
        "logGroupName": LARGE,
        "creationTime": START,
        "metricFilterCount": 0,
        "arn": f"{arn}:*",
        "logGroupArn": arn,
        "storedBytes": 40 * 60_000,
        "logGroupClass": "STANDARD",
    }


def test_log_groups_are_found_by_prefix_pattern_and_identifier(logs: BaseClient) -> None:
    assert names(logs.describe_log_groups()) == sorted(GROUPS)
    assert names(logs.describe_log_groups(logGroupNamePrefix="/app/b")) == [BUSY]
    assert names(logs.describe_log_groups(logGroupNamePattern="or")) == [WORDS]
    assert names(logs.describe_log_groups(logGroupNamePattern="OR")) == []
    arn = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{WORDS}"
    assert names(logs.describe_log_groups(logGroupIdentifiers=[arn, APPS, "/none"])) == [APPS, WORDS]
    assert names(logs.describe_log_groups(logGroupClass="INFREQUENT_ACCESS")) == []
    linked = {"includeLinkedAccounts": True, "accountIdentifiers": ["111122223333"]}
    assert names(logs.describe_log_groups(**linked)) == []


def test_log_groups_come_in_pages(logs: BaseClient) -> None:
    pages = [
        names(page) for page in logs.get_paginator("describe_log_groups").paginate(PaginationConfig={"PageSize": 3})
    ]
    assert pages == [sorted(GROUPS)[:3], sorted(GROUPS)[3:]]


@pytest.mark.parametrize(
    "asked",
    [
        {"logGroupNamePrefix": "a", "logGroupNamePattern": "a"},
        {"logGroupIdentifiers": [WORDS], "logGroupNamePrefix": "a"},
        {"logGroupIdentifiers": [f"{WORDS}:*"]},
        {"limit": 51},
        {"nextToken": "invalid-token"},
    ],
)
def test_filters_that_exclude_one_another_are_refused(logs: BaseClient, asked: dict[str, object]) -> None:
    with pytest.raises(ClientError) as raised:
        logs.describe_log_groups(**asked)
    assert raised.value.response["Error"]["Code"] == "InvalidParameterException"


@pytest.mark.xdist_group("sample")
def test_a_log_group_of_a_known_account_has_its_arn(sample_archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(sample_archive) as endpoint:
        lead_boto3_to(monkeypatch, endpoint)
        client = boto3.client("logs")
        (trail,) = client.describe_log_groups(logGroupNamePrefix="cloudtrail")["logGroups"]
        assert trail["logGroupArn"] == "arn:aws:logs:us-east-1:111122223333:log-group:cloudtrail"
        linked = {"includeLinkedAccounts": True, "accountIdentifiers": ["111122223333"]}
        assert "cloudtrail" in names(client.describe_log_groups(**linked))
        assert names(client.describe_log_groups(logGroupIdentifiers=[trail["logGroupArn"]])) == ["cloudtrail"]
        (event,) = client.filter_log_events(logGroupIdentifier=trail["logGroupArn"], limit=1)["events"]
        record = client.get_log_record(logRecordPointer=event["eventId"])["logRecord"]
        assert (record["@log"], record["@message"]) == ("111122223333:cloudtrail", event["message"])
        assert record["eventName"] == json.loads(event["message"])["eventName"]


# ── log streams ──────────────────────────────────────────────────────────────────────────────────────────────────────


def streams(client: BaseClient, **asked: object) -> list[dict[str, object]]:
    paginator = client.get_paginator("describe_log_streams")
    return [each for page in paginator.paginate(**asked) for each in page["logStreams"]]


def test_a_stream_is_told_with_the_times_of_its_events(logs: BaseClient) -> None:
    even = [event["timestamp"] for event in GROUPS[BUSY] if event["logStreamName"] == "even"]
    assert streams(logs, logGroupName=BUSY, logStreamNamePrefix="e") == [
        {
            "logStreamName": "even",
            "creationTime": even[0],
            "firstEventTimestamp": even[0],
            "lastEventTimestamp": even[-1],
            "lastIngestionTime": even[-1] + 1000,
            "arn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{BUSY}:log-stream:even",
            "storedBytes": 0,
        }
    ]


def test_streams_come_in_pages_by_name(logs: BaseClient) -> None:
    found = streams(logs, logGroupName=MANY)
    assert [each["logStreamName"] for each in found] == [f"s{n:03d}" for n in range(120)]
    back = streams(logs, logGroupName=MANY, descending=True, PaginationConfig={"PageSize": 7})
    assert back == found[::-1]


def test_streams_come_in_pages_by_the_time_of_their_last_event(logs: BaseClient) -> None:
    """Of two streams each with the same time, so that the name decides."""
    asked = {"logGroupName": MANY, "orderBy": "LastEventTime", "PaginationConfig": {"PageSize": 7}}
    found = [each["logStreamName"] for each in streams(logs, **asked, descending=True)]
    last = {event["logStreamName"]: event["timestamp"] for event in GROUPS[MANY]}
    assert found == sorted(last, key=lambda name: (last[name], name), reverse=True)
    assert [each["logStreamName"] for each in streams(logs, **asked)] == found[::-1]


def test_an_order_by_time_goes_with_no_prefix(logs: BaseClient) -> None:
    with pytest.raises(ClientError, match="Cannot order by LastEventTime with a logStreamNamePrefix"):
        logs.describe_log_streams(logGroupName=MANY, orderBy="LastEventTime", logStreamNamePrefix="s")


def test_the_log_groups_of_a_query_are_told(logs: BaseClient) -> None:
    asked = {"startTime": START // 1000, "endTime": START // 1000 + 60, "queryString": "stats count(*)"}
    query = logs.start_query(logGroupNames=[WORDS, APPS], **asked)["queryId"]
    assert logs.list_log_groups_for_query(queryId=query)["logGroupIdentifiers"] == [APPS, WORDS]
    query = logs.start_query(**asked | {"queryString": f'SOURCE "{WORDS}" | stats count(*)'})["queryId"]
    assert logs.list_log_groups_for_query(queryId=query)["logGroupIdentifiers"] == [WORDS]
    assert query in [each["queryId"] for each in logs.describe_queries(logGroupName=WORDS)["queries"]]
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        logs.list_log_groups_for_query(queryId="none")


def test_over_an_engine_alone_there_are_no_events_one_by_one(
    small_archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(open_local(small_archive)) as endpoint:
        lead_boto3_to(monkeypatch, endpoint)
        client = boto3.client("logs")
        assert [group["storedBytes"] for group in client.describe_log_groups()["logGroups"]] == [0] * len(GROUPS)
        with pytest.raises(ClientError, match="UnsupportedOperationException"):
            client.filter_log_events(logGroupName=WORDS)
