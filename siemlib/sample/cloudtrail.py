"""CloudTrail management events of the account."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siemlib.sample import day, story, world
from siemlib.sample.identifier import uuid

if TYPE_CHECKING:
    from random import Random

    from siemlib.sample.truth import Tally

_ORDINARY = 6400
_TWICE = 24
_MISSING_RIGHT = 0.02
"""Some rights are missing every day: a denied call alone is no attack."""
_ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
_CLI = "aws-cli/2.33.4 md/awscrt#0.29.2 ua/2.1 os/linux#6.12 lang/python#3.13.11"
_ATTACK_CLI = "aws-cli/2.27.1 md/awscrt#0.26.1 ua/2.1 os/linux#6.8.11-kali2-amd64 lang/python#3.12.3"

# (service, call, read only), more likely first
_ROLE_CALLS = (
    ("ssm", "GetParameter", True),
    ("kms", "Decrypt", True),
    ("sts", "AssumeRole", True),
    ("secretsmanager", "GetSecretValue", True),
    ("ec2", "DescribeInstances", True),
    ("logs", "DescribeLogStreams", True),
)
_PEOPLE_CALLS = (
    ("ec2", "DescribeInstances", True),
    ("cloudwatch", "DescribeAlarms", True),
    ("logs", "StartQuery", True),
    ("iam", "ListUsers", True),
    ("s3", "ListBuckets", True),
    ("rds", "DescribeDBInstances", True),
)
_RUNNER_CALLS = (
    ("ecr", "GetAuthorizationToken", True),
    ("ecs", "UpdateService", False),
    ("cloudformation", "DescribeStacks", True),
    ("s3", "ListBuckets", True),
)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the JSON text, and the second of the day of the event."""

    second: int
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """What varies from record to record. ``user`` is an IAM user; where it is ``None``, the application's role."""

    second: int
    service: str
    name: str
    read_only: bool
    user: str | None
    address: str
    key: str
    agent: str = _CLI
    request: dict[str, Any] | None = None
    response: dict[str, Any] | None = None
    denied: bool = False


def records(rng: Random, tally: Tally) -> tuple[list[Record], list[Record]]:
    """The records of the day in time order, and those of them that are delivered a second time."""
    calls = _ordinary(rng) + _services(rng) + _attack() + _response()
    calls.sort(key=lambda call: call.second)
    made = [Record(call.second, _text(rng, call)) for call in calls]
    for call in calls:
        _count(tally, call)
    tally.facts["created_user_at"] = f"2026-03-04 {story.act('new user').start}.000"
    tally.facts["created_key_at"] = f"2026-03-04 {story.act('new user').end}.000"
    of_attacker = [one for one in made if story.ATTACKER in one.text]
    twice = [*rng.sample(made, _TWICE), *rng.sample(of_attacker, 2)]
    return made, sorted({one.text: one for one in twice}.values(), key=lambda one: one.second)


def _count(tally: Tally, call: Call) -> None:
    if call.address == story.ATTACKER:
        tally.counts["cloudtrail_denied" if call.denied else "cloudtrail_allowed"] += 1
    if call.user == story.STOLEN_USER:
        tally.counts["cloudtrail_of_stolen_user"] += 1
    if call.user == story.CREATED_USER:
        tally.counts["cloudtrail_of_created_user"] += 1


def _ordinary(rng: Random) -> list[Call]:
    made = []
    people = ((story.HONEST_USER, "AKIAMARIA0000EXAMPLE"), (story.RESPONDER, "AKIATOMAS0000EXAMPLE"))
    for second in day.busy_seconds(rng, _ORDINARY):
        who = rng.choices(("application", "runner", "people"), weights=(72, 18, 10))[0]
        if who == "application":
            call = rng.choices(_ROLE_CALLS, weights=(40, 30, 12, 8, 6, 4))[0]
            made.append(Call(second, *call, None, world.OFFICE, "ASIAAPP000000EXAMPLE", "aws-sdk-java/2.41.3"))
        elif who == "runner":
            call = rng.choice(_RUNNER_CALLS)
            made.append(Call(second, *call, story.STOLEN_USER, world.OFFICE, story.STOLEN_KEY))
        else:
            user, key = rng.choice(people)
            address = story.HONEST_ADDRESS if user == story.HONEST_USER else story.RESPONDER_ADDRESS
            denied = rng.random() < _MISSING_RIGHT
            made.append(Call(second, *rng.choice(_PEOPLE_CALLS), user, address, key, denied=denied))
    return made


def _services(rng: Random) -> list[Call]:
    return [
        Call(
            second,
            "sts",
            "AssumeRole",
            read_only=True,
            user=None,
            address="autoscaling.amazonaws.com",
            key="ASIASVC000000EXAMPLE",
            agent="autoscaling.amazonaws.com",
        )
        for second in day.even_seconds(rng, 288)
    ]


def _attack() -> list[Call]:
    return [*_with_stolen_key(), *_new_user(), *_with_new_key()]


def _stolen(second: int, service: str, name: str, **more: Any) -> Call:  # noqa: ANN401 - the fields of Call
    read_only = name.startswith(("Get", "List", "Describe"))
    return Call(
        second, service, name, read_only, story.STOLEN_USER, story.ATTACKER, story.STOLEN_KEY, _ATTACK_CLI, **more
    )


def _with_stolen_key() -> list[Call]:
    act = story.act("stolen key")
    denied = (
        ("iam", "ListUsers"),
        ("iam", "ListRoles"),
        ("iam", "GetAccountAuthorizationDetails"),
        ("ec2", "DescribeInstances"),
        ("secretsmanager", "ListSecrets"),
        ("rds", "DescribeDBInstances"),
        ("lambda", "ListFunctions20150331"),
        ("organizations", "DescribeOrganization"),
        ("cloudtrail", "DescribeTrails"),
        ("guardduty", "ListDetectors"),
        ("ssm", "DescribeParameters"),
        ("kms", "ListKeys"),
    )
    calls = [_stolen(act.first, "sts", "GetCallerIdentity"), _stolen(act.first + 9, "s3", "ListBuckets")]
    step = (act.last - act.first - 30) // len(denied)
    calls += [_stolen(act.first + 30 + step * n, *call, denied=True) for n, call in enumerate(denied)]
    return calls


def _new_user() -> list[Call]:
    act = story.act("new user")
    user, arn = story.CREATED_USER, f"arn:aws:iam::{world.ACCOUNT}:user/{story.CREATED_USER}"
    created = {"user": {"path": "/", "userName": user, "userId": "AIDABACKUP000EXAMPLE", "arn": arn}}
    key = {"accessKey": {"userName": user, "status": "Active", "accessKeyId": story.CREATED_KEY}}
    return [
        _stolen(act.first, "iam", "CreateUser", request={"userName": user}, response=created),
        _stolen(act.first + 19, "iam", "AttachUserPolicy", request={"userName": user, "policyArn": _ADMIN}),
        _stolen(act.last, "iam", "CreateAccessKey", request={"userName": user}, response=key),
    ]


def _with_new_key() -> list[Call]:
    look, back = story.act("new key"), story.act("return")
    steps = (
        (look.first, "sts", "GetCallerIdentity", False),
        (look.first + 40, "iam", "ListUsers", False),
        (look.first + 75, "ec2", "DescribeInstances", False),
        (look.first + 120, "rds", "DescribeDBInstances", False),
        (look.first + 170, "cloudtrail", "StopLogging", True),
        (look.first + 230, "secretsmanager", "ListSecrets", False),
        (look.last, "secretsmanager", "GetSecretValue", False),
        (back.first, "sts", "GetCallerIdentity", False),
        (back.first + 60, "s3", "ListBuckets", False),
        (back.first + 300, "rds", "CreateDBSnapshot", False),
        (back.last, "rds", "ModifyDBSnapshotAttribute", True),
    )
    return [
        Call(
            second,
            service,
            name,
            name.startswith(("Get", "List", "Describe")),
            story.CREATED_USER,
            story.ATTACKER,
            story.CREATED_KEY,
            _ATTACK_CLI,
            denied=denied,
        )
        for second, service, name, denied in steps
    ]


def _response() -> list[Call]:
    first = story.act("response").first
    request = {"userName": story.CREATED_USER, "status": "Inactive", "accessKeyId": story.CREATED_KEY}
    return [
        Call(
            first,
            "iam",
            "UpdateAccessKey",
            read_only=False,
            user=story.RESPONDER,
            address=story.RESPONDER_ADDRESS,
            key="AKIATOMAS0000EXAMPLE",
            request=request,
        )
    ]


def _identity(call: Call) -> dict[str, Any]:
    if call.user is not None:
        return {
            "type": "IAMUser",
            "principalId": f"AIDA{call.user.upper().replace('-', '')[:9]:0<9}EXAMPLE",
            "arn": f"arn:aws:iam::{world.ACCOUNT}:user/{call.user}",
            "accountId": world.ACCOUNT,
            "accessKeyId": call.key,
            "userName": call.user,
        }
    if call.address.endswith(".amazonaws.com"):
        return {"type": "AWSService", "invokedBy": call.address}
    issuer = {
        "type": "Role",
        "principalId": "AROAAPP000000EXAMPLE",
        "arn": f"arn:aws:iam::{world.ACCOUNT}:role/shop-app",
        "accountId": world.ACCOUNT,
        "userName": "shop-app",
    }
    return {
        "type": "AssumedRole",
        "principalId": f"AROAAPP000000EXAMPLE:{world.APP.instance}",
        "arn": f"arn:aws:sts::{world.ACCOUNT}:assumed-role/shop-app/{world.APP.instance}",
        "accountId": world.ACCOUNT,
        "accessKeyId": call.key,
        "sessionContext": {"sessionIssuer": issuer, "attributes": {"mfaAuthenticated": "false"}},
    }


def _text(rng: Random, call: Call) -> str:
    identity = _identity(call)
    content: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": f"{day.iso(call.second)}Z",
        "eventSource": f"{call.service}.amazonaws.com",
        "eventName": call.name,
        "awsRegion": world.REGION,
        "sourceIPAddress": call.address,
        "userAgent": call.agent,
    }
    if call.denied:
        content["errorCode"] = "AccessDenied"
        content["errorMessage"] = (
            f"User: {identity.get('arn')} is not authorized to perform: {call.service}:{call.name}"
        )
    content |= {
        "requestParameters": call.request,
        "responseElements": None if call.denied else call.response,
        "requestID": uuid(rng),
        "eventID": uuid(rng),
        "readOnly": call.read_only,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": world.ACCOUNT,
        "eventCategory": "Management",
    }
    return json.dumps(content, separators=(",", ":"))
