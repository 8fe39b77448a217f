"""CloudTrail: calls by outcome, and what changed in the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.investigate.pivot import account_changes, address, calls, user
from tests.investigate.incident import ATTACKER

if TYPE_CHECKING:
    from collections.abc import Callable

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
    assert answer.reading == (
        "2 changes in the account since 2026-03-04 02:30:00 UTC: CreateUser 1 and CreateAccessKey 1. "
        "User created: backup2. Access key created: AKIAEXAMPLE2 for backup2. 1 call failed."
    )


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

    assert question(case, nobody).reading == (
        f"No {what} names 198.51.100.99 in cloudtrail, 2026-03-04 02:00:00 to 2026-03-04 03:00:00 UTC."
    )
    assert question(quiet, nobody).reading == "Not examined: this archive holds no CloudTrail."
    assert list(question(quiet, nobody).frame.columns) == list(question(case, nobody).frame.columns)
