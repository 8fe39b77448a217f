"""Every call to AWS that siem makes, with the permission that it needs: the policies of ``siem policy`` are made of it.

The client refuses to call anything that is not here; but for the role of an address, which botocore takes for us
(``sts:AssumeRole`` on the role is then what the one who takes it needs, and the policy is the role's).

What a permission can be narrowed to is from the service authorization reference (list_amazoncloudwatchlogs): one
without a resource type there needs ``*``. DescribeLogGroups has one, but it lists the account's, so all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Profile = Literal["analyst", "scheduled", "acquire"]
Resource = Literal["*", "log-group", "log-groups", "bucket", "objects", "key", "flow-logs"]

PROFILES: tuple[Profile, ...] = ("analyst", "scheduled", "acquire")
_EVERYBODY: frozenset[Profile] = frozenset(PROFILES)
_ACQUIRE: frozenset[Profile] = frozenset({"acquire"})
_REPORTS: frozenset[Profile] = frozenset({"analyst", "scheduled"})


@dataclass(frozen=True, slots=True)
class Call:
    """An operation of a service and what it takes to be allowed to call it."""

    operation: str
    permission: str
    resource: Resource
    """What the permission can be narrowed to; ``*``: it cannot."""
    why: str
    profiles: frozenset[Profile] = field(default=_EVERYBODY)
    """Who needs it."""


CALLS: tuple[Call, ...] = (
    Call("StartQuery", "logs:StartQuery", "log-group", "runs a query, or counts before one"),
    Call("GetQueryResults", "logs:GetQueryResults", "*", "waits for a query and brings its rows"),
    Call("StopQuery", "logs:StopQuery", "*", "stops what is not wanted any more: it costs and takes one of 100 places"),
    Call(
        "DescribeLogGroups",
        "logs:DescribeLogGroups",
        "log-groups",
        "which log groups there are, and how large, for what a query may cost",
    ),
    Call("GetLogRecord", "logs:GetLogRecord", "*", "the whole of a message that a result may have cut short"),
    Call(
        "DescribeQueries",
        "logs:DescribeQueries",
        "*",
        "finds a query that was started before a connection broke, so that it is not paid twice",
    ),
    Call(
        "GetLogGroupFields",
        "logs:GetLogGroupFields",
        "log-group",
        "which fields the events of a log group have: siem fields, and names that are completed in a notebook",
        frozenset({"analyst"}),
    ),
    Call(
        "DescribeQueryDefinitions",
        "logs:DescribeQueryDefinitions",
        "*",
        "finds a query saved in the account, where a query calls it: $Name()",
        frozenset({"analyst", "scheduled"}),
    ),
    Call(
        "FilterLogEvents",
        "logs:FilterLogEvents",
        "log-group",
        "tells by some events of each log group what kinds of log it holds, at no cost; acquire reads all of them",
    ),
    Call(
        "DescribeFlowLogs",
        "ec2:DescribeFlowLogs",
        "flow-logs",
        "tells what the words of flow records are that have another layout than the default; without it nobody can",
        _ACQUIRE,
    ),
    Call("ListObjectsV2", "s3:ListBucket", "bucket", "which files an export has written", _ACQUIRE),
    Call("GetObject", "s3:GetObject", "objects", "reads them, in parts that can be taken up again", _ACQUIRE),
    Call("GetPublicKey", "kms:GetPublicKey", "key", "the public half of the key that signs reports", _REPORTS),
    Call("Sign", "kms:Sign", "key", "signs a report; its private half never leaves KMS", _REPORTS),
)
"""In the order in which they are met."""

BY_OPERATION: Mapping[str, Call] = {call.operation: call for call in CALLS}
