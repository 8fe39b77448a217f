"""What flow logs write is asked of EC2, page by page, and taken only as it should be."""

from __future__ import annotations

from typing import Any

import pytest

from siemlib.live.address import Address
from siemlib.live.client import connect_flow_logs
from siemlib.live.errors import DeniedError, LiveError
from siemlib.live.faults import Asked, Refusal, refused
from siemlib.live.flow_logs import AwsFlowLogs
from siemlib.model.timespan import to_millis
from tests.live.flow_logs import MADE, NARROW, WIDE, flow_logs

DEFAULT = (
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets}"
    " ${bytes} ${start} ${end} ${action} ${log-status}"
)
"""As the user guide has it (flow-log-records, default format)."""


def described(**more: object) -> dict[str, Any]:
    return {"FlowLogId": "fl-1", "LogGroupName": "flows", "LogFormat": NARROW, **more}


def paged(*pages: dict[str, Any]) -> tuple[AwsFlowLogs, list[dict[str, Any]]]:
    """Flow logs that come in these pages, and the requests for them."""
    asked: list[dict[str, Any]] = []
    left = iter(pages)

    def call(_: str, **given: object) -> dict[str, Any]:
        asked.append(given)
        return next(left)

    return AwsFlowLogs(call, lambda _, request: request()), asked


def test_the_flow_logs_that_write_into_a_log_group_say_what_they_write(monkeypatch: pytest.MonkeyPatch) -> None:
    with flow_logs(monkeypatch, "flows", [WIDE, None]) as client:
        found = {each.format: each for each in client.writing_to("flows")}
        assert list(client.writing_to("flow")) == []
    assert set(found) == {WIDE, DEFAULT}
    assert (found[WIDE].created, found[WIDE].interval) == (to_millis(MADE), 60)
    assert found[WIDE].id.startswith("fl-")


def test_every_page_is_asked_for_and_other_log_groups_are_left_out() -> None:
    client, asked = paged(
        {"FlowLogs": [described()], "NextToken": "more"},
        {"FlowLogs": [described(FlowLogId="fl-2"), described(FlowLogId="fl-3", LogGroupName="others")]},
    )
    assert [each.id for each in client.writing_to("flows")] == ["fl-1", "fl-2"]
    assert [each.get("NextToken") for each in asked] == [None, "more"]


def test_pages_that_lead_to_themselves_and_an_answer_of_another_form_are_errors() -> None:
    with pytest.raises(LiveError, match="NextToken"):
        list(paged(*[{"FlowLogs": [], "NextToken": "same"}] * 3)[0].writing_to("flows"))
    with pytest.raises(LiveError, match="FlowLogs"):
        list(paged({"FlowLogs": [described(LogFormat=None)]})[0].writing_to("flows"))


def test_a_permission_that_lacks_is_named() -> None:
    refusal = Refusal("DescribeFlowLogs", "UnauthorizedOperation", "You are not authorized.", 403)
    error = refused(refusal, Asked("DescribeFlowLogs", "us-east-1", "ec2.us-east-1.amazonaws.com"))
    assert isinstance(error, DeniedError)
    assert "ec2:DescribeFlowLogs" in error.message


def test_who_stands_for_ec2_is_known_from_amazons_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with flow_logs(monkeypatch, "flows", []) as client:
        assert client.endpoint == ""
        monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", "http://localhost:9")
        assert connect_flow_logs(Address("us-east-1")).endpoint == "http://localhost:9"
