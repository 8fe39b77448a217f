"""CloudTrail: calls by outcome, and what changed in the account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load
from siemlib.case import open_case
from siemlib.investigate.pivot import account_changes, address, calls, first_look, user
from tests.investigate.incident import ATTACKER, Log, call, case_over

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.case import Answer, Case
    from siemlib.investigate.pivot import Subject

    Question = Callable[[Case, Subject], Answer]


def test_calls_are_counted_by_name_and_outcome_failures_first(case: Case) -> None:
    answer = calls(case, address(ATTACKER))

    rows = answer.frame.set_index("call")
    assert answer.frame["call"].iloc[0] == "AttachUserPolicy"
    assert list(rows.loc["AttachUserPolicy", ["succeeded", "failed", "errors"]]) == [0, 1, "AccessDenied"]
    assert list(rows.loc["ListUsers", ["succeeded", "failed", "errors"]]) == [2, 0, ""]
    assert answer.reading == ("5 calls of 4 names: 4 succeeded, 1 failed. Failed: AttachUserPolicy 1 (AccessDenied).")


def test_users_and_access_keys_that_were_created_are_called_out(case: Case) -> None:
    answer = account_changes(case, address(ATTACKER))

    assert list(answer.frame["call"]) == ["CreateUser", "CreateAccessKey", "AttachUserPolicy"]
    assert answer.frame["access key"].iloc[1] == "AKIAEXAMPLE2"
    assert answer.reading.startswith(
        "2 changes in the account since 2026-03-04 02:30:00 UTC: CreateUser 1 and CreateAccessKey 1. "
        "User created: backup2. Access key created: AKIAEXAMPLE2 for backup2. "
        "1 call failed: AttachUserPolicy 1 (AccessDenied). "
        "The changes were made by deploy; the failed calls by deploy. "
        "Counted are calls that are not read-only: all of IAM, STS, KMS, "
    )


def test_what_was_done_to_a_user_is_told_with_who_did_it(tmp_path: Path) -> None:
    asked = {"requestParameters": {"userName": "backup2"}}
    lines = [
        call(1, "CreateUser", "eve", ATTACKER, **asked),
        call(2, "DeleteUser", "tomas", "10.0.0.9", **asked),
        call(3, "StopLogging", "backup2", ATTACKER, errorCode="AccessDenied"),
    ]
    case = case_over(tmp_path, Log("trail", "cloudtrail", lines))

    assert (
        "The changes were made 1 by eve from 203.0.113.66 and 1 by tomas from 10.0.0.9 (private); "
        "the failed calls by backup2 from 203.0.113.66."
    ) in account_changes(case, user("backup2")).reading
    assert first_look(case, user("backup2")).reading.startswith(
        "backup2: 2 changes in the account since 2026-03-04 02:00:01 UTC, 1 by eve from 203.0.113.66 and 1 by tomas "
        "from 10.0.0.9 (private); 1 call to change the account that failed, by backup2 from 203.0.113.66. "
    )


def test_a_call_of_two_services_is_one_name(tmp_path: Path) -> None:
    lines = [
        call(1, "ListTags", "eve", ATTACKER),
        call(2, "ListTags", "eve", ATTACKER, eventSource="kms.amazonaws.com"),
    ]
    case = case_over(tmp_path, Log("trail", "cloudtrail", lines))

    assert calls(case, user("eve")).reading == "2 calls of 1 name: 2 succeeded, 0 failed."


def test_a_change_is_told_from_a_read_by_what_the_record_says_else_by_the_name_of_the_call(tmp_path: Path) -> None:
    s3 = {"eventSource": "s3.amazonaws.com"}
    counted = [
        call(1, "DeleteRole", "eve", ATTACKER, readOnly=False),
        call(2, "InventedNextYear", "eve", ATTACKER, readOnly=False),
        call(3, "DeleteRole", "eve", ATTACKER),
        call(4, "DeleteBucketPolicy", "eve", ATTACKER, readOnly=False, **s3),
        call(5, "StartLogging", "eve", ATTACKER, readOnly=False, eventSource="cloudtrail.amazonaws.com"),
        call(6, "ModifyDBSnapshotAttribute", "eve", ATTACKER, readOnly=False, eventSource="rds.amazonaws.com"),
    ]
    other = [
        call(11, "GetRole", "eve", ATTACKER, readOnly=True),
        call(12, "GetRole", "eve", ATTACKER),
        call(13, "SimulatePrincipalPolicy", "eve", ATTACKER),
        call(14, "AssumeRole", "eve", ATTACKER, eventSource="sts.amazonaws.com"),
        call(15, "PutObject", "eve", ATTACKER, readOnly=False, **s3),
        call(16, "GetBucketPolicy", "eve", ATTACKER, readOnly=True, **s3),
    ]
    case = case_over(tmp_path, Log("trail", "cloudtrail", counted + other))

    frame = account_changes(case, address(ATTACKER)).frame

    assert list(frame["call"]) == [json.loads(record)["eventName"] for _, record in counted]


def test_the_changes_of_a_real_attacker_are_complete(shared: Path, tmp_path: Path) -> None:
    load([shared / "data" / "cloudtrail" / "invictus_stratus_2023"], tmp_path / "archive")
    case = open_case(engine=f"local:{tmp_path / 'archive'}", start="", end="")

    found = account_changes(case, user("bert-jan")).frame["call"].value_counts()

    missed = {"DeleteRole": 13, "StartLogging": 5, "DetachRolePolicy": 5, "DeleteRolePolicy": 4, "CreateTrail": 2}
    missed |= {"AddRoleToInstanceProfile": 3, "CreatePolicy": 2, "ModifyDBSnapshotAttribute": 2}
    missed |= {"DeleteBucketPolicy": 1}
    assert {name: int(found.get(name, 0)) for name in missed} == missed


def test_what_was_done_to_a_user_is_found_by_its_name(case: Case) -> None:
    frame = account_changes(case, user("backup2")).frame

    assert set(frame["actor"]) == {"deploy"}
    assert list(frame["call"]) == ["CreateUser", "CreateAccessKey"]


_QUESTIONS = [(calls, "CloudTrail call"), (account_changes, "call that changes the account")]


@pytest.mark.parametrize(("question", "what"), _QUESTIONS)
def test_nothing_found_and_not_examined_are_different_answers(
    case: Case, quiet: Case, question: Question, what: str
) -> None:
    nobody = address("198.51.100.99")

    assert question(case, nobody).reading.startswith(
        f"No {what} names 198.51.100.99 in cloudtrail, 2026-03-04 02:00:00 to 2026-03-04 03:00:00 UTC."
    )
    assert question(quiet, nobody).reading == "Not examined: no log group holds CloudTrail."
    assert list(question(quiet, nobody).frame.columns) == list(question(case, nobody).frame.columns)
