"""What the logs say of the account's defences, over calls and alerts written by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siemlib.case import open_case
from siemlib.investigate import posture
from siemlib.model.run import Completeness
from tests.investigate.incident import QUIET, Log, alert, call, case_over

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

OWN, OTHER = "123456789012", "999999999999"
TRAIL, EC2 = {"eventSource": "cloudtrail.amazonaws.com"}, {"eventSource": "ec2.amazonaws.com"}


def made(seconds: float, name: str, request: object = None, **rest: object) -> tuple[float, str]:
    """A call of deploy in the account OWN."""
    return call(seconds, name, "deploy", "192.0.2.7", requestParameters=request, recipientAccountId=OWN, **rest)


def trail(folder: Path, *lines: tuple[float, str]) -> Case:
    """A case over these calls alone."""
    return case_over(folder, Log("cloudtrail", "cloudtrail", list(lines)))


def policy(*statements: dict[str, object]) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]})


def test_tried_succeeded_and_failed_are_told_apart(tmp_path: Path) -> None:
    selectors = {"trailName": "t", "eventSelectors": [{"includeManagementEvents": False}]}
    case = trail(
        tmp_path,
        made(1, "StopLogging", {"name": "t"}, errorCode="TrailNotFoundException", **TRAIL),
        made(2, "StopLogging", {"name": "t"}, errorCode="AccessDenied", **TRAIL),
        made(3, "PutEventSelectors", selectors, **TRAIL),
        made(4, "DeleteTrail", {"name": "t"}, **TRAIL),
        made(5, "StartLogging", {"name": "u"}, **TRAIL),
        made(6, "DescribeTrails", readOnly=True, **TRAIL),
        made(7, "DeleteLogGroup", {"logGroupName": "g"}, eventSource="logs.amazonaws.com"),
        made(8, "CreateLogStream", {"logGroupName": "g"}, eventSource="logs.amazonaws.com"),
    )

    answer = posture.defences(case)

    assert list(zip(answer.frame["call"], answer.frame["effect"], answer.frame["outcome"], strict=True)) == [
        ("StopLogging", "switches off", "failure"),
        ("StopLogging", "switches off", "failure"),
        ("PutEventSelectors", "switches off", "success"),
        ("DeleteTrail", "switches off", "success"),
        ("StartLogging", "switches on", "success"),
        ("DeleteLogGroup", "switches off", "success"),
    ]
    assert answer.reading.startswith(
        "3 defences switched off: PutEventSelectors t at 2026-03-04 02:00:03 UTC by deploy"
    )
    assert "To switch off, 5 calls: 3 succeeded, 2 failed (StopLogging 2 tried, 2 failed" in answer.reading


def test_a_defence_that_was_only_tried_is_not_called_switched_off(tmp_path: Path) -> None:
    case = trail(tmp_path, made(1, "StopLogging", {"name": "t"}, errorCode="TrailNotFoundException", **TRAIL))

    assert posture.defences(case).reading.startswith(
        "Nothing was switched off. To switch off, 1 call: 0 succeeded, 1 failed"
    )


def ingress(network: str, port: int = 22, **rest: object) -> dict[str, object]:
    """The request of a rule in the list form."""
    ranges = {"items": [{"cidrIpv6" if ":" in network else "cidrIp": network}]}
    field = "ipv6Ranges" if ":" in network else "ipRanges"
    rule = {"ipProtocol": "tcp", "fromPort": port, "toPort": port, field: ranges}
    return {"groupId": "sg-1", "ipPermissions": {"items": [rule]}, **rest}


@pytest.mark.parametrize(
    ("network", "world"),
    [
        ("0.0.0.0/0", True),
        ("::/0", True),
        ("208.236.235.254/0", True),
        ("128.0.0.0/1", True),
        ("10.0.0.0/8", False),
        ("203.0.113.7/32", False),
        ("2001:db8::/32", False),
        ("nonsense", False),
    ],
)
def test_the_world_is_told_by_the_mask(tmp_path: Path, network: str, world: bool) -> None:  # noqa: FBT001 - a case
    answer = posture.opened(trail(tmp_path, made(1, "AuthorizeSecurityGroupIngress", ingress(network), **EC2)))

    assert list(answer.frame["ports"]) == (["22"] if world else [])
    assert ("opened to the world, 1 of which no later call takes back" in answer.reading) is world


def test_a_rule_that_is_taken_back_says_when(tmp_path: Path) -> None:
    rule = {"securityGroupRuleId": "sgr-0a", "cidrIpv4": "0.0.0.0/0", "fromPort": 443, "toPort": 443}
    answer_rule = {"securityGroupRuleSet": {"items": [rule]}}
    by_id = {"groupId": "sg-1", "securityGroupRuleIds": {"items": [{"id": "sgr-0a"}]}}
    case = trail(
        tmp_path,
        made(1, "AuthorizeSecurityGroupIngress", ingress("0.0.0.0/0", 22), **EC2),
        made(2, "AuthorizeSecurityGroupIngress", ingress("0.0.0.0/0", 443), responseElements=answer_rule, **EC2),
        made(3, "AuthorizeSecurityGroupIngress", ingress("0.0.0.0/0", 80), **EC2),
        made(4, "AuthorizeSecurityGroupIngress", ingress("0.0.0.0/0", 81), errorCode="UnauthorizedOperation", **EC2),
        made(10, "RevokeSecurityGroupIngress", ingress("0.0.0.0/0", 22), **EC2),
        made(11, "RevokeSecurityGroupIngress", by_id, **EC2),
        made(12, "RevokeSecurityGroupIngress", ingress("0.0.0.0/0", 80), errorCode="UnauthorizedOperation", **EC2),
    )  # fmt: skip

    answer = posture.opened(case)

    closed = answer.frame.set_index("ports")["closed again"]
    assert {port: time.second for port, time in closed.dropna().items()} == {"22": 10, "443": 11}
    assert "3 rules opened to the world, 1 of which no later call takes back" in answer.reading
    assert "1 attempt failed." in answer.reading


def test_shares_name_whom_and_end_where_they_are_taken_back(tmp_path: Path) -> None:
    add = {
        "imageId": "ami-1",
        "launchPermission": {"add": {"items": [{"userId": OTHER}, {"userId": OWN}, {"group": "all"}]}},
    }
    remove = {"imageId": "ami-1", "launchPermission": {"remove": {"items": [{"userId": OTHER}]}}}
    public = {"bucketName": "b", "bucketPolicy": json.loads(policy({"Principal": "*", "Action": "s3:GetObject"}))}
    own = {"bucketName": "b", "bucketPolicy": json.loads(policy({"Principal": {"AWS": f"arn:aws:iam::{OWN}:root"}}))}
    s3 = {"eventSource": "s3.amazonaws.com"}
    case = trail(
        tmp_path,
        made(1, "ModifyImageAttribute", add, **EC2),
        made(2, "PutBucketPolicy", public, **s3),
        made(3, "PutBucketAcl", {"bucketName": "b", "x-amz-acl": ["public-read"]}, **s3),
        made(4, "ModifyDBSnapshotAttribute", None, errorCode="AccessDenied", eventSource="rds.amazonaws.com"),
        made(
            5, "AddPermission20150331v2", {"functionName": "f", "statementId": "s", "principal": "events.amazonaws.com"}
        ),
        made(10, "ModifyImageAttribute", remove, **EC2),
        made(11, "PutBucketPolicy", own, **s3),
    )

    frame = posture.shared(case).frame

    found = [tuple(row) for row in frame[["resource", "shared with", "outcome"]].astype("object").fillna("").to_numpy()]
    assert found == [
        ("ami-1", f"other account {OTHER}", "success"),
        ("ami-1", "everyone", "success"),
        ("b", "everyone", "success"),
        ("b", "everyone", "success"),
        ("", "not told", "failure"),
    ]
    back = frame["taken back"]
    assert {place: time.second for place, time in back.dropna().items()} == {0: 10, 2: 11}


def test_trust_in_others_is_told_from_trust_in_services(tmp_path: Path) -> None:
    def role(name: str, **principal: str) -> dict[str, object]:
        return {"roleName": name, "assumeRolePolicyDocument": policy({"Principal": principal})}

    case = trail(
        tmp_path,
        made(1, "CreateRole", role("service", Service="ec2.amazonaws.com")),
        made(2, "CreateRole", role("ours", AWS=f"arn:aws:iam::{OWN}:user/ann")),
        made(3, "CreateRole", role("theirs", AWS=f"arn:aws:iam::{OTHER}:root")),
        made(4, "CreateRole", role("all", AWS="*"), errorCode="AccessDenied"),
        made(5, "CreateRole", {"roleName": "broken", "assumeRolePolicyDocument": "{"}),
        made(9, "DeleteRole", {"roleName": "theirs"}),
    )

    answer = posture.trust(case)

    assert list(answer.frame["trusts"]) == [f"other account {OTHER}", "everyone"]
    assert (
        f"1 new trust: theirs trusts other account {OTHER} since 2026-03-04 02:00:03 UTC (CreateRole)" in answer.reading
    )
    assert "taken back at 2026-03-04 02:00:09 UTC" in answer.reading
    assert "1 attempt failed. 3 policies of roles let in nobody" in answer.reading


def test_keys_say_when_they_were_made_and_whether_they_were_used(tmp_path: Path) -> None:
    answer_key = {"accessKey": {"accessKeyId": "AKIANEW", "userName": "bob"}}
    identity = {"type": "IAMUser", "userName": "ann", "accessKeyId": "AKIAOLD"}
    case = trail(
        tmp_path,
        made(1, "CreateAccessKey", {"userName": "bob"}, responseElements=answer_key),
        made(2, "CreateAccessKey", {"userName": "eve"}, errorCode="AccessDenied"),
        made(3, "ListUsers", userIdentity=identity),
        made(4, "ListRoles", userIdentity=identity),
        made(5, "UpdateAccessKey", {"userName": "bob", "accessKeyId": "AKIANEW", "status": "Inactive"}),
    )

    answer = posture.keys(case)
    rows = answer.frame.set_index("credential")

    assert rows["calls"].to_dict() == {"AKIANEW": 0, "AKIAOLD": 2}
    assert "UpdateAccessKey Inactive by deploy at 2026-03-04 02:00:05 UTC" in str(rows.loc["AKIANEW", "changed"])
    assert "1 credential made: AKIANEW of bob at 2026-03-04 02:00:01 UTC by deploy, not used since." in answer.reading
    assert "1 key in use was made before the timespan" in answer.reading


def test_who_fails_to_log_in_as_root_is_not_the_root_user(tmp_path: Path) -> None:
    tried = {"eventSource": "signin.amazonaws.com", "responseElements": {"ConsoleLogin": "Failure"}}
    case = trail(tmp_path, *(made(n, "ConsoleLogin", userIdentity={"type": "Root"}, **tried) for n in range(3)))

    used, whole = posture.root_use(case), posture.first_look(case)

    assert used.reading == "Nobody used the root user. 3 console logins as the root user failed, from 192.0.2.7."
    assert list(used.frame["error"]) == ["Failure"]
    assert "0 calls of the root user" in whole.reading


def test_root_and_logins_without_mfa_are_counted(tmp_path: Path) -> None:
    root = {"type": "Root", "sessionContext": {"attributes": {"mfaAuthenticated": "false"}}}
    login = {"eventSource": "signin.amazonaws.com", "responseElements": {"ConsoleLogin": "Success"}}
    failed = {**login, "responseElements": {"ConsoleLogin": "Failure"}}
    case = trail(
        tmp_path,
        made(1, "CreateTags", userIdentity=root, readOnly=False),
        made(2, "DescribeTags", userIdentity={**root, "invokedBy": "support.amazonaws.com"}, readOnly=True),
        made(3, "ConsoleLogin", additionalEventData={"MFAUsed": "No"}, **login),
        made(4, "ConsoleLogin", additionalEventData={"MFAUsed": "Yes"}, **login),
        made(5, "ConsoleLogin", additionalEventData={"MFAUsed": "No"}, **failed),
    )  # fmt: skip

    used, mfa = posture.root_use(case), posture.without_mfa(case)

    assert "The root user made 1 call of 1 name from 192.0.2.7" in used.reading
    assert "MFA: 1 no. Calls that change something: CreateTags 1. 1 call by services in its name." in used.reading
    assert "1 of 2 console logins without MFA: deploy from 192.0.2.7" in mfa.reading


def test_a_rule_that_alerted_steadily_and_stopped_is_silent_and_a_burst_is_not(tmp_path: Path) -> None:
    hour = 3600
    steady = [alert(number * hour, 3, "1", "steady") for number in range(48)]
    stopped = [alert(number * hour + 1, 3, "2", "stopped") for number in range(30)]
    burst = [alert(5 * hour + number, 3, "3", "burst") for number in range(100)]
    log = Log("OSSEC", "ossec", [*steady, *stopped, *burst])
    case_over(tmp_path, log)
    # The incident is an hour long; this takes two days.
    case = open_case(engine=f"local:{tmp_path / 'archive'}", start="", end="")

    answer = posture.alerts_silent(case)

    states = answer.frame.set_index("name")["silent"].to_dict()
    assert states == {"2 stopped": "yes", "1 steady": "no", "3 burst": "not steady enough to tell", "web-1": "no"}
    assert (
        "1 of 3 rules and 1 agent stopped: rule 2 stopped after 30 alerts, last at 2026-03-05 07:00:01 UTC"
        in answer.reading
    )


QUESTIONS = [getattr(posture, name) for name in posture.__all__]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.__name__)
def test_every_question_answers_without_its_log_and_without_events(question: object, tmp_path: Path) -> None:
    assert callable(question)
    without = question(case_over(tmp_path / "none", QUIET))
    empty = question(case_over(tmp_path / "empty", Log("cloudtrail", "cloudtrail", [made(-9999, "ListUsers")])))

    if question is not posture.last_events and question is not posture.first_look:
        assert without.reading.startswith("Not examined: no log group holds ")
        assert without.completeness is Completeness.UNKNOWN
    assert "Not examined" in without.reading or question is posture.last_events
    assert empty.reading
    assert list(empty.frame.columns) == list(without.frame.columns)


def test_logs_without_an_event_in_the_timespan_count_nothing_in_short(tmp_path: Path) -> None:
    calls = Log("cloudtrail", "cloudtrail", [made(-9999, "ListUsers")])
    answer = posture.first_look(case_over(tmp_path, calls, QUIET))

    assert answer.reading == (
        "Not examined: what was called in the account (CloudTrail without any event in the timespan); whether alerts"
        " fell silent (OSSEC alerts in no log group). Nothing here tells of an account's defences."
    )


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.__name__)
def test_records_of_no_known_shape_do_not_break_a_question(question: object, tmp_path: Path) -> None:
    assert callable(question)
    names = ("StopLogging", "PutBucketPolicy", "CreateRole", "CreateAccessKey", "AuthorizeSecurityGroupIngress")
    names += (
        "ModifyImageAttribute",
        "PutBucketAcl",
        "CreateTrustAnchor",
        "PutEventSelectors",
        "ModifySecurityGroupRules",
    )
    odd: tuple[object, ...] = (
        "text",
        7,
        [1],
        {"items": 3, "bucketPolicy": "{", "ipPermissions": [], "eventSelectors": [2]},
    )
    lines = [made(n * 9 + m, name, value, **EC2) for n, name in enumerate(names) for m, value in enumerate(odd)]

    answer = question(trail(tmp_path, *lines))

    assert answer.reading
