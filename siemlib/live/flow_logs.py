"""The flow logs of VPCs that write into a log group, as EC2 describes them: what their records are made of.

CloudWatch Logs keeps their records without a line of names; only the flow log knows what it was told to write.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFlowLogs.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from siemlib.live.answers import other_form
from siemlib.model.timespan import to_millis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class FlowLog:
    """A flow log that there is now; it cannot be changed, only deleted and made anew."""

    id: str
    format: str
    """``LogFormat``: ``${version} ${vpc-id} …``."""
    created: int | None
    """Epoch milliseconds."""
    interval: int | None
    """The most seconds that one record covers."""


class FlowLogs(Protocol):
    """The call that we make: one request a page, no retry. Errors are those of ``siemlib.live.errors``."""

    @property
    def endpoint(self) -> str:
        """Scheme, host and port that are asked, where that is not Amazon's own; else empty."""

    def writing_to(self, log_group: str) -> Iterator[FlowLog]:
        """DescribeFlowLogs, every page: those that write into this log group of the same account and Region."""


class AwsFlowLogs:
    """:class:`FlowLogs` through the client of boto3 that makes ``call``."""

    def __init__(
        self,
        call: Callable[..., dict[str, Any]],
        pace: Callable[[str, Callable[[], Any]], dict[str, Any]],
        endpoint: str = "",
    ) -> None:
        self._call = call
        self._pace = pace
        self.endpoint = endpoint

    def writing_to(self, log_group: str) -> Iterator[FlowLog]:
        """DescribeFlowLogs, every page."""
        given: dict[str, Any] = {"Filters": [{"Name": "log-group-name", "Values": [log_group]}]}
        while True:
            found = self._pace("DescribeFlowLogs", partial(self._call, "DescribeFlowLogs", **given))
            # The filter takes * and ? for any text, which a name of a log group cannot hold; the answer is not trusted.
            yield from (_flow_log(each) for each in found.get("FlowLogs", []) if each.get("LogGroupName") == log_group)
            token = found.get("NextToken")
            if not token:
                return
            if token == given.get("NextToken"):
                raise other_form("NextToken")
            given["NextToken"] = token


def _flow_log(found: dict[str, Any]) -> FlowLog:
    if not isinstance(found.get("FlowLogId"), str) or not isinstance(found.get("LogFormat"), str):
        raise other_form("FlowLogs")
    created, interval = found.get("CreationTime"), found.get("MaxAggregationInterval")
    return FlowLog(
        id=found["FlowLogId"],
        format=found["LogFormat"],
        created=to_millis(created) if isinstance(created, datetime) else None,
        interval=interval if isinstance(interval, int) else None,
    )
