"""Flow logs of moto's EC2, as we ask for them, and records as they would write them."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3
from moto import mock_aws
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from siemlib.live.address import Address
from siemlib.live.client import connect_flow_logs
from tests.live.acquire.buckets import nobody

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pytest

    from siemlib.live.flow_logs import AwsFlowLogs

REGION = "us-east-1"
MADE = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
WIDE = "${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${dstport} ${bytes} ${start} ${action} ${flow-direction}"
NARROW = "${srcaddr} ${dstaddr} ${bytes} ${vpc-id}"
SWAPPED = "${dstaddr} ${srcaddr} ${bytes} ${vpc-id}"


@contextmanager
def flow_logs(patch: pytest.MonkeyPatch, log_group: str, formats: Sequence[str | None]) -> Iterator[AwsFlowLogs]:
    """Our way to EC2, where a flow log of each format writes into ``log_group`` since ``MADE``; it stands for AWS."""
    nobody(patch)
    patch.delenv("AWS_ENDPOINT_URL_EC2", raising=False)
    with mock_aws():
        client = boto3.client("ec2", region_name=REGION)
        for number, written in enumerate(formats):
            vpc = client.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"]
            client.create_flow_logs(
                ResourceIds=[vpc],
                ResourceType="VPC",
                TrafficType="ALL",
                LogGroupName=log_group,
                DeliverLogsPermissionArn="arn:aws:iam::123456789012:role/flow",
                MaxAggregationInterval=60,
                **({} if written is None else {"LogFormat": written}),
            )
        for each in get_backend("ec2")[DEFAULT_ACCOUNT_ID][REGION].flow_logs.values():
            each.creation_time = MADE.replace(tzinfo=None)
        yield connect_flow_logs(Address(REGION))
