"""TestMetricFilter, asked through boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from botocore.client import BaseClient


def test_messages_that_match_are_told_by_their_number(logs: BaseClient) -> None:
    """Validated facts, C1: the example of the AWS CLI."""
    messages = ["[ERROR] 400 BAD REQUEST", "[ERROR] 401 UNAUTHORIZED REQUEST", "[INFO] 200 OK"]
    found = logs.test_metric_filter(filterPattern="ERROR", logEventMessages=messages)["matches"]
    assert found == [
        {"eventNumber": number, "eventMessage": messages[number - 1], "extractedValues": {}} for number in (1, 2)
    ]


def test_the_words_of_a_space_delimited_pattern_are_extracted(logs: BaseClient) -> None:
    """Validated facts, C4."""
    message = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'
    pattern = "[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]"
    (match,) = logs.test_metric_filter(filterPattern=pattern, logEventMessages=[message])["matches"]
    assert match["extractedValues"] == {
        "$ip": "127.0.0.1",
        "$user": "Prod",
        "$username": "frank",
        "$timestamp": "10/Oct/2000:13:25:15 -0700",
        "$request": "GET /index.html HTTP/1.0",
        "$status_code": "404",
        "$bytes": "1534",
    }


def test_a_json_pattern_is_tried(logs: BaseClient) -> None:
    messages = ['{"a":{"b":1}}', '{"a":{"b":2}}', "no JSON"]
    found = logs.test_metric_filter(filterPattern="{ $.a.b > 1 }", logEventMessages=messages)["matches"]
    assert [match["eventNumber"] for match in found] == [2]


@pytest.mark.parametrize(
    ("pattern", "messages"),
    [("%something!%", ["a"]), ("{ $.a IS NOT NULL }", ["a"]), ("a", ["a"] * 51), ("a" * 1025, ["a"])],
)
def test_what_the_service_refuses_is_refused(logs: BaseClient, pattern: str, messages: list[str]) -> None:
    with pytest.raises(ClientError) as raised:
        logs.test_metric_filter(filterPattern=pattern, logEventMessages=messages)
    assert raised.value.response["Error"]["Code"] == "InvalidParameterException"
