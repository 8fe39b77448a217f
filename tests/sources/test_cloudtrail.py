"""CloudTrail: who called what, and to whom it was done."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from siemlib.model.observable import Observable, ObservableKind
from siemlib.sources import recognise, source
from siemlib.sources.cloudtrail import is_cloudtrail
from tests.sources.conditions import selects
from tests.sources.samples import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

TRAIL = source("cloudtrail")
CREATE_USER = SAMPLES["cloudtrail"][0]


def _record(**parts: object) -> str:
    return json.dumps({"eventVersion": "1.08", "eventSource": "sts.amazonaws.com", "eventName": "AssumeRole"} | parts)


SESSION = _record(
    userIdentity={
        "type": "AssumedRole",
        "principalId": "AROAEXAMPLE:ann@example.org",
        "arn": "arn:aws:sts::123456789012:assumed-role/Admin/ann@example.org",
        "accessKeyId": "ASIAEXAMPLE123456789",
        "sessionContext": {"sessionIssuer": {"userName": "Admin", "arn": "arn:aws:iam::123456789012:role/path/Admin"}},
    },
    errorCode="AccessDenied",
    sourceIPAddress="ec2.amazonaws.com",
)


@pytest.mark.parametrize(
    "name",
    [
        "deploy",
        "arn:aws:iam::123456789012:user/deploy",
        "AKIAEXAMPLE123456789",
        "AIDAEXAMPLE",
        "backdoor",
        "arn:aws:iam::123456789012:user/backdoor",
    ],
)
def test_a_call_is_selected_by_who_made_it_and_by_whom_it_was_about(name: str) -> None:
    assert selects(TRAIL.select_principal(name), CREATE_USER)


@pytest.mark.parametrize(
    "name", ["Admin", "ann@example.org", "ASIAEXAMPLE123456789", "arn:aws:iam::123456789012:role/path/Admin"]
)
def test_a_session_is_selected_by_its_role_and_by_its_name(name: str) -> None:
    assert selects(TRAIL.select_principal(name), SESSION)
    assert not selects(TRAIL.select_principal(name), CREATE_USER)


@pytest.mark.parametrize(
    "name", ["deplo", "eploy", "door", "IAMUser", "123456789012", "backdoor2", "Admi", "example.org", "dmin", "user"]
)
def test_a_part_of_a_longer_name_is_not_the_name(name: str) -> None:
    assert not selects(TRAIL.select_principal(name), CREATE_USER)
    assert not selects(TRAIL.select_principal(name), SESSION)


def test_the_root_user_is_selected_and_named() -> None:
    message = _record(userIdentity={"type": "Root", "arn": "arn:aws:iam::1:root", "principalId": "1"})
    assert selects(TRAIL.select_principal("root"), message)
    assert TRAIL.entry(message).actor == "root"


def test_a_call_reads_as_a_line() -> None:
    entry = TRAIL.entry(CREATE_USER)
    assert (entry.actor, entry.address, entry.action, entry.outcome) == (
        "deploy",
        "203.0.113.66",
        "iam:CreateUser",
        "success",
    )
    assert entry.summary == "iam:CreateUser backdoor by deploy from 203.0.113.66 in eu-central-1"


def test_a_refused_call_is_a_failure_and_a_host_name_is_no_address() -> None:
    entry = TRAIL.entry(SESSION)
    assert (entry.actor, entry.address, entry.outcome) == ("Admin/ann@example.org", None, "failure")
    assert entry.summary.endswith("from ec2.amazonaws.com: AccessDenied")
    assert Observable(ObservableKind.HOST, "ec2.amazonaws.com") in TRAIL.observables(SESSION)


@pytest.mark.parametrize(("told", "outcome"), [("Failure", "failure"), ("Success", "success")])
def test_a_console_login_tells_its_outcome_in_the_response(told: str, outcome: str) -> None:
    message = _record(eventName="ConsoleLogin", userIdentity={}, responseElements={"ConsoleLogin": told})
    assert TRAIL.entry(message).outcome == outcome


def test_the_observables_of_a_call_are_its_address_names_and_keys() -> None:
    found = {(o.kind, o.value) for o in TRAIL.observables(CREATE_USER)}
    assert found == {
        (ObservableKind.ADDRESS, "203.0.113.66"),
        (ObservableKind.PRINCIPAL, "deploy"),
        (ObservableKind.PRINCIPAL, "arn:aws:iam::123456789012:user/deploy"),
        (ObservableKind.PRINCIPAL, "backdoor"),
        (ObservableKind.PRINCIPAL, "arn:aws:iam::123456789012:user/backdoor"),
        (ObservableKind.ACCESS_KEY, "AKIAEXAMPLE123456789"),
    }


def test_what_holds_a_record_is_no_record() -> None:
    assert not is_cloudtrail(json.dumps({"rule_id": "x", "log": json.loads(CREATE_USER)}))
    assert not is_cloudtrail("{")


def test_the_simulated_attack_is_read_as_its_authors_tell_it(shared: Path) -> None:
    records = [
        json.dumps(record)
        for path in sorted((shared / "data/cloudtrail/invictus_stratus_2023").glob("*.json.gz"))
        for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]
    ]
    assert len(records) == 2900
    assert recognise(records) is TRAIL
    outcomes = Counter((entry.action, entry.outcome) for entry in map(TRAIL.entry, records))
    assert outcomes["ec2:GetPasswordData", "failure"] == 29
    assert outcomes["ec2:GetPasswordData", "success"] == 0
    assert (
        outcomes["secretsmanager:GetSecretValue", "success"] + outcomes["secretsmanager:GetSecretValue", "failure"]
        == 60
    )
    assert outcomes["cloudtrail:StopLogging", "failure"] == 3
    assert outcomes["iam:CreateUser", "success"] == 4
    assert outcomes["iam:CreateAccessKey", "success"] == 2
    created = TRAIL.select_principal("malicious-iam-user")
    assert any(json.loads(r)["eventName"] == "CreateUser" for r in records if selects(created, r))
