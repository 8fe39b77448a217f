"""The least that IAM must allow, made of what is called: ``siemlib.live.calls``.

Sources: the service authorization reference (which actions know log groups), and the overview of access permissions of
CloudWatch Logs (a policy names a log group with ``:*`` behind its name).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siemlib.errors import UsageError
from siemlib.evidence.cloudtrail.names import digests_of
from siemlib.live.address import REGION
from siemlib.live.calls import CALLS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from siemlib.live.calls import Call, Profile, Resource

_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
    ("eusc-", "aws-eusc"),
)
"""By how the names of their Regions begin."""
_GROUP = re.compile(r"[A-Za-z0-9._/#-]{1,512}\*?", re.ASCII)
_GROUP_ARN = re.compile(r"arn:aws[a-z-]*:logs:[a-z0-9-]+:\d{12}:log-group:[A-Za-z0-9._/#-]{1,512}\*?(:\*)?", re.ASCII)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_KEY_ARN = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+", re.ASCII)
_SIDS: Mapping[Resource, str] = {
    "log-group": "ReadTheseLogGroups",
    "log-groups": "ListLogGroups",
    "*": "FollowQueriesWhichHaveNoResource",
    "flow-logs": "ReadFormatsOfFlowLogsWhichHaveNoResource",
    "bucket": "ListTheExport",
    "objects": "ReadTheExport",
    "key": "SignReports",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What the policy is narrowed to. What is not given is left open: any log group, Region, or account."""

    log_groups: tuple[str, ...] = ()
    """Names, beginnings of names with ``*``, or ARNs."""
    region: str | None = None
    account: str | None = None
    bucket: str | None = None
    """Of an export: its name, or ``NAME/PREFIX``; without it a policy has no permission for S3."""
    key: str | None = None
    """The ARN of a KMS key that log groups or exports are encrypted with."""
    seal_key: str | None = None
    """The ARN of the KMS key that signs reports; without it a policy has no permission to sign."""

    def __post_init__(self) -> None:
        for name in self.log_groups:
            if not (_GROUP.fullmatch(name) or _GROUP_ARN.fullmatch(name)):
                hint = "give its name, the beginning of it and *, or its ARN"
                raise UsageError(f"not a log group: {name!r}", hint=hint)
        if self.region is not None and not REGION.fullmatch(self.region):
            raise UsageError(f"not an AWS Region: {self.region!r}", hint="eu-central-1, for example")
        if self.account is not None and not re.fullmatch(r"\d{12}", self.account, re.ASCII):
            raise UsageError(f"not an AWS account: {self.account!r}", hint="it has twelve digits")
        if self.bucket is not None and not (_BUCKET.fullmatch(self._place[0]) and _harmless(self._place[1])):
            hint = "write NAME, NAME/PREFIX or s3://NAME/PREFIX"
            raise UsageError(f"not a bucket and prefix: {self.bucket!r}", hint=hint)
        for key in (self.key, self.seal_key):
            if key is not None and not _KEY_ARN.fullmatch(key):
                hint = "an alias is none: IAM does not know them there"
                raise UsageError(f"not the ARN of a KMS key: {key!r}", hint=hint)

    @property
    def _place(self) -> tuple[str, str]:
        bucket, _, prefix = (self.bucket or "").removeprefix("s3://").partition("/")
        return bucket, prefix

    @property
    def prefixes(self) -> list[str]:
        """What may be read of the bucket; with log files of CloudTrail also the digest files that vouch for them."""
        prefix = self._place[1]
        beside = digests_of(prefix)
        return [prefix] if beside is None else [prefix, beside]

    @property
    def partition(self) -> str:
        """Of the Region: ``aws`` but for a few."""
        return next((name for start, name in _PARTITIONS if (self.region or "").startswith(start)), "aws")

    def resources(self, kind: Resource) -> list[str]:
        """The ARNs of a kind of resource."""
        logs = f"arn:{self.partition}:logs:{self.region or '*'}:{self.account or '*'}:log-group:"
        bucket = self._place[0]
        match kind:
            case "*" | "flow-logs":
                return ["*"]
            case "log-groups":
                return [f"{logs}*"]
            case "log-group":
                named = (each if each.startswith("arn:") else logs + each for each in self.log_groups or ("*",))
                return [arn.removesuffix(":*") + ":*" for arn in named]
            case "bucket":
                return [f"arn:{self.partition}:s3:::{bucket}"]
            case "objects":
                return [f"arn:{self.partition}:s3:::{bucket}/{prefix}*" for prefix in self.prefixes]
            case "key":
                return [self.seal_key or ""]


def policy(profile: Profile, scope: Scope) -> dict[str, Any]:
    """The IAM policy of a profile, ready for JSON."""
    return {"Version": "2012-10-17", "Statement": [*_statements(profile, scope)]}


def calls_of(profile: Profile, scope: Scope) -> tuple[Call, ...]:
    """What the policy allows, for the reasons of it."""
    given = {"bucket": scope.bucket, "objects": scope.bucket, "key": scope.seal_key}
    called = (call for call in CALLS if profile in call.profiles)
    return tuple(call for call in called if given.get(call.resource, "") is not None)


def _statements(profile: Profile, scope: Scope) -> Iterator[dict[str, Any]]:
    calls = calls_of(profile, scope)
    for kind, sid in _SIDS.items():
        actions = [call.permission for call in calls if call.resource == kind]
        if not actions:
            continue
        statement: dict[str, Any] = {
            "Sid": sid,
            "Effect": "Allow",
            "Action": actions,
            "Resource": scope.resources(kind),
        }
        if kind == "bucket" and all(scope.prefixes):
            below = [f"{prefix}*" for prefix in scope.prefixes]
            statement["Condition"] = {"StringLike": {"s3:prefix": below if len(below) > 1 else below[0]}}
        yield statement
    if scope.key is not None:
        services = ["logs", "s3"] if scope.bucket is not None and profile == "acquire" else ["logs"]
        via = [f"{service}.{scope.region or '*'}.*" for service in services]
        yield {
            "Sid": "DecryptThroughTheService",
            "Effect": "Allow",
            "Action": ["kms:Decrypt"],
            "Resource": [scope.key],
            "Condition": {"StringLike": {"kms:ViaService": via}},
        }


def _harmless(prefix: str) -> bool:
    """Whether a prefix means itself in a policy, where ``*``, ``?`` and ``${`` mean others."""
    return prefix.isprintable() and not set(prefix) & set("*?$")
