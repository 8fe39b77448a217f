"""The policies allow what is called and no more, on no more than was named."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase

import boto3
import pytest

from siemlib.errors import UsageError
from siemlib.live.calls import CALLS, PROFILES, Profile
from siemlib.live.policy import Scope, policy

HERE = {"region": "eu-central-1", "account": "123456789012"}
GROUP = "arn:aws:logs:eu-central-1:123456789012:log-group:"
SEAL_KEY = "arn:aws:kms:eu-central-1:123456789012:key/12-ab"
NARROW = Scope(("app", "/aws/vpc*"), **HERE, bucket="exports/logs/2026", seal_key=SEAL_KEY)


def allowed(profile: Profile, scope: Scope, action: str, resource: str) -> bool:
    """What IAM would say: an action and a resource that a statement names, ``*`` meaning any text."""
    return any(
        action in statement["Action"] and any(fnmatchcase(resource, pattern) for pattern in statement["Resource"])
        for statement in policy(profile, scope)["Statement"]
    )


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.operation)
def test_what_is_called_is_allowed_and_nothing_else(profile: Profile, call: object) -> None:
    assert call in CALLS
    asked = next(each for each in CALLS if each == call)
    resource = {
        "*": "*",
        "flow-logs": "*",
        "log-group": f"{GROUP}app:log-stream:",
        "log-groups": f"{GROUP}:log-stream:",
        "bucket": "arn:aws:s3:::exports",
        "objects": "arn:aws:s3:::exports/logs/2026/a.gz",
        "key": SEAL_KEY,
    }[asked.resource]
    assert allowed(profile, NARROW, asked.permission, resource) == (profile in asked.profiles)


@pytest.mark.parametrize("profile", PROFILES)
def test_no_policy_allows_more_than_the_calls_of_its_profile(profile: Profile) -> None:
    actions = [each for statement in policy(profile, NARROW)["Statement"] for each in statement["Action"]]
    assert sorted(actions) == sorted(call.permission for call in CALLS if profile in call.profiles)
    assert not any("*" in action for action in actions)


def test_analysts_and_scheduled_runs_read_only_but_for_the_key_that_signs_reports() -> None:
    reading = ("Get", "Describe", "StartQuery", "StopQuery", "FilterLogEvents", "List")
    for profile in PROFILES:
        actions = [each for statement in policy(profile, NARROW)["Statement"] for each in statement["Action"]]
        others = [action for action in actions if not action.split(":")[1].startswith(reading)]
        assert others == ([] if profile == "acquire" else ["kms:Sign"])


def test_only_the_key_that_is_named_may_sign_and_without_one_none() -> None:
    for action in ("kms:Sign", "kms:GetPublicKey"):
        assert allowed("scheduled", NARROW, action, SEAL_KEY)
        assert not allowed("scheduled", NARROW, action, SEAL_KEY.replace("12-ab", "34-cd"))
        assert not allowed("acquire", NARROW, action, SEAL_KEY)
    assert "kms:" not in json.dumps(policy("scheduled", Scope(**HERE)))


@pytest.mark.parametrize(
    ("resource", "may"),
    [
        (f"{GROUP}app:log-stream:", True),
        (f"{GROUP}/aws/vpc/flow:log-stream:", True),
        (f"{GROUP}apple:log-stream:", False),
        (f"{GROUP}aws/vpc:log-stream:", False),
        (f"{GROUP.replace('eu-central-1', 'us-east-1')}app:log-stream:", False),
        (f"{GROUP.replace('123456789012', '210987654321')}app:log-stream:", False),
    ],
)
def test_only_the_log_groups_that_are_named_may_be_queried(resource: str, may: bool) -> None:  # noqa: FBT001 - a case
    assert allowed("analyst", NARROW, "logs:StartQuery", resource) is may


def test_a_linked_accounts_log_group_is_named_by_its_arn() -> None:
    arn = "arn:aws:logs:us-east-1:999999999999:log-group:far"
    for given in (arn, f"{arn}:*"):
        assert allowed("analyst", Scope((given,), **HERE), "logs:StartQuery", f"{arn}:log-stream:")


def test_only_the_export_that_is_named_may_be_read() -> None:
    assert not allowed("acquire", NARROW, "s3:GetObject", "arn:aws:s3:::exports/secret")
    listing = next(each for each in policy("acquire", NARROW)["Statement"] if each["Action"] == ["s3:ListBucket"])
    assert listing["Condition"] == {"StringLike": {"s3:prefix": "logs/2026*"}}
    assert policy("acquire", Scope(bucket="s3://exports/logs/2026", **HERE)) == policy(
        "acquire", Scope(bucket="exports/logs/2026", **HERE)
    )


def test_the_digest_files_of_log_files_that_may_be_read_may_be_read_as_well_and_no_other_region() -> None:
    base = "trail/AWSLogs/123456789012"
    scope = Scope(**HERE, bucket=f"trail-bucket/{base}/CloudTrail/eu-central-1/2026/03/04/")
    for key, may in [
        (f"{base}/CloudTrail-Digest/eu-central-1/2026/03/05/x.json.gz", True),
        (f"{base}/CloudTrail/eu-central-1/2026/03/04/x.json.gz", True),
        (f"{base}/CloudTrail/eu-central-1/2026/03/05/x.json.gz", False),
        (f"{base}/CloudTrail-Digest/eu-central-2/2026/03/04/x.json.gz", False),
    ]:
        assert allowed("acquire", scope, "s3:GetObject", f"arn:aws:s3:::trail-bucket/{key}") is may, key
    listing = next(each for each in policy("acquire", scope)["Statement"] if each["Action"] == ["s3:ListBucket"])
    assert listing["Condition"]["StringLike"]["s3:prefix"] == [
        f"{base}/CloudTrail/eu-central-1/2026/03/04/*",
        f"{base}/CloudTrail-Digest/eu-central-1/*",
    ]


def test_without_a_bucket_nothing_of_s3_is_allowed() -> None:
    assert "s3:" not in json.dumps(policy("acquire", Scope()))


def test_other_partitions_have_their_own_arns() -> None:
    assert '"arn:aws-cn:logs:cn-north-1:*:log-group:app:*"' in json.dumps(
        policy("analyst", Scope(("app",), "cn-north-1"))
    )
    assert "arn:aws-us-gov:logs:us-gov-west-1" in json.dumps(policy("analyst", Scope(region="us-gov-west-1")))


def test_every_partition_that_boto3_knows_is_the_one_of_its_regions() -> None:
    session = boto3.Session()
    for partition in session.get_available_partitions():
        for region in session.get_available_regions("logs", partition):
            assert Scope(region=region).partition == partition


def test_a_key_may_be_used_only_through_the_services() -> None:
    key = "arn:aws:kms:eu-central-1:123456789012:key/12-ab"
    last = policy("scheduled", Scope(**HERE, key=key))["Statement"][-1]
    assert (last["Action"], last["Resource"]) == (["kms:Decrypt"], [key])
    assert last["Condition"]["StringLike"]["kms:ViaService"] == ["logs.eu-central-1.*"]


@pytest.mark.parametrize(
    ("scope", "word"),
    [
        ({"log_groups": ("a b",)}, "log group"),
        ({"log_groups": ('x","Action":"*',)}, "log group"),
        ({"log_groups": ("*app",)}, "log group"),
        ({"log_groups": ("${aws:username}",)}, "log group"),
        ({"log_groups": ("",)}, "log group"),
        ({"region": "nowhere"}, "Region"),
        ({"account": "12"}, "account"),
        ({"account": "١٢٣٤٥٦٧٨٩٠١٢"}, "account"),
        ({"bucket": "*"}, "bucket"),
        ({"bucket": "exports/*"}, "bucket"),
        ({"bucket": "exports/${x}"}, "bucket"),
        ({"key": "arn:aws:kms:eu-central-1:123456789012:alias/x"}, "KMS"),
        ({"seal_key": "arn:aws:kms:eu-central-1:123456789012:alias/x"}, "KMS"),
        ({"seal_key": "*"}, "KMS"),
    ],
)
def test_what_would_widen_a_policy_is_refused(scope: dict[str, object], word: str) -> None:
    with pytest.raises(UsageError, match=word):
        Scope(**scope)  # type: ignore[arg-type]
