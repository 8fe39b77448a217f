"""The questions about all logins: over time, by source, new addresses, users and keys, second factors, forms."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.investigate import access
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan
from tests.investigate.access.lines import HOME, accepted, failed, over_sshd, syslog
from tests.investigate.incident import ALERTS, ATTACKER, START, Log, call, case_over, sshd

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

every_question = pytest.mark.parametrize("question", access.ACCESS, ids=lambda question: question.__name__)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case over sshd, alerts that repeat it, and a web server."""
    forms = [(float(n), _form(n, "/wp-login.php", 200 if n else 302)) for n in range(3)]
    pages = [(9.0, _form(9, "/catalogin/basket", 200).replace("POST", "GET"))]
    logs = (
        Log("auth", "sshd", [failed(600 + n) for n in range(3)] + [accepted(700, "ann", HOME)]),
        Log("web", "web_access", forms + pages),
    )
    return case_over(tmp_path_factory.mktemp("mixed"), *logs, ALERTS)


def _form(second: int, path: str, status: int) -> str:
    return f'{ATTACKER} - - [04/Mar/2026:02:00:{second:02d} +0000] "POST {path}?x=1 HTTP/1.1" {status} 12 "-" "x"'


@every_question
def test_every_question_answers_over_a_window_without_events(mixed: Case, question: Any) -> None:  # noqa: ANN401
    empty = mixed.over(TimeSpan(START + timedelta(days=9), START + timedelta(days=10)))

    answer = question(empty)

    assert answer.reading
    assert "None" not in answer.reading
    assert len(answer.frame) == (7 if question is access.in_short else 0)


@every_question
def test_every_answer_is_complete_or_says_that_it_looked_nowhere(mixed: Case, question: Any) -> None:  # noqa: ANN401
    answer = question(mixed)

    assert answer.completeness is (Completeness.COMPLETE if answer.runs else Completeness.UNKNOWN)
    assert bool(answer.runs) != answer.reading.startswith("Not examined")


def test_alerts_and_forms_stand_beside_the_logins_and_are_not_counted(mixed: Case) -> None:
    answer = access.by_source(mixed)

    assert list(answer.frame["source"]) == ["SSH server", "Web access"]
    assert answer.frame["failures"].fillna(-1).tolist() == [3, -1]
    assert answer.reading == (
        "SSH server 3 failed, 1 succeeded. Not counted: Web access (an answer does not say who got in)."
    )


def test_forms_are_counted_and_none_is_called_a_success(mixed: Case) -> None:
    answer = access.web_logins(mixed)

    row = answer.frame.iloc[0]
    assert (row["address"], row["path"], row["requests"]) == (ATTACKER, "/wp-login.php", 3)
    assert (row["answered 2xx"], row["answered 3xx"]) == (2, 1)
    assert "no success and no failure is counted" in answer.reading


def test_hours_without_any_event_of_a_log_are_named(tmp_path: Path) -> None:
    case = over_sshd(tmp_path, failed(1), failed(3599)).over(TimeSpan(START, START + timedelta(hours=4)))

    assert access.over_time(case).reading.endswith("Without any event: auth in 3 of 4 hours.")


def test_bins_sum_up_to_the_logins(mixed: Case) -> None:
    totals = access.over_time(mixed).frame.groupby("outcome")["logins"].sum()

    assert totals.to_dict() == {"failed": 3, "succeeded": 1}


def test_a_users_new_address_is_known_from_logins_before_the_timespan(tmp_path: Path) -> None:
    case = over_sshd(tmp_path, accepted(60, "ann", HOME), accepted(1800, "ann"), accepted(1900, "new"))
    later = case.over(TimeSpan(START + timedelta(minutes=20), START + timedelta(hours=1)))

    answer = access.first_seen(later)

    row = answer.frame.iloc[0]
    assert len(answer.frame) == 1
    assert (row["user"], row["address"], row["came from"], row["earlier addresses"]) == ("ann", ATTACKER, HOME, 1)
    assert "Earlier logins were looked for in 2026-03-04 02:01:00 to 2026-03-04 02:20:00 UTC." in answer.reading


def test_an_address_that_a_user_came_from_before_is_not_new(tmp_path: Path) -> None:
    case = over_sshd(tmp_path, accepted(60, "ann", HOME), accepted(70, "ann"), accepted(1800, "ann"))
    later = case.over(TimeSpan(START + timedelta(minutes=20), START + timedelta(hours=1)))

    assert access.first_seen(later).frame.empty


def test_new_users_keys_and_accounts_of_hosts_are_listed_in_order(tmp_path: Path) -> None:
    trail = [
        call(100, "CreateUser", "deploy", ATTACKER, requestParameters={"userName": "backup2"}),
        call(110, "CreateAccessKey", "deploy", ATTACKER, requestParameters={"userName": "backup2"}, **_KEY),
        call(120, "CreateLoginProfile", "deploy", ATTACKER, errorCode="AccessDenied"),
        call(130, "ListUsers", "deploy", ATTACKER),
    ]
    hosts = [syslog(105, "db-1 useradd[7]: new user: name=svc, UID=1003, GID=1003, home=/home/svc, shell=/bin/sh")]
    case = case_over(tmp_path, Log("trail", "cloudtrail", trail), Log("sys", "syslog", hosts))

    answer = access.new_identities(case)

    assert list(answer.frame["what"]) == ["CreateUser", "user added", "CreateAccessKey", "CreateLoginProfile"]
    assert "Users created: backup2; svc." in answer.reading
    assert "Access key created: AKIAEXAMPLE2 for backup2." in answer.reading
    assert answer.reading.endswith("1 attempt failed.")


_KEY: dict[str, object] = {"responseElements": {"accessKey": {"accessKeyId": "AKIAEXAMPLE2"}}}


def test_console_logins_sessions_and_root_are_told_apart(tmp_path: Path) -> None:
    root = {"userIdentity": {"type": "Root", "arn": "arn:aws:iam::123456789012:root"}}
    session = {"sessionContext": {"attributes": {"mfaAuthenticated": "false"}}}
    lines = [
        _event(1, "ConsoleLogin", "ann", additionalEventData={"MFAUsed": "No"}, **_ENTERED),
        _event(2, "ConsoleLogin", "bob", additionalEventData={"MFAUsed": "Yes"}, **_ENTERED),
        _event(
            3,
            "ConsoleLogin",
            "eve",
            additionalEventData={"MFAUsed": "No"},
            **_REFUSED,
        ),
        _event(4, "ListUsers", "ann", userIdentity={"type": "IAMUser", "userName": "ann", **session}),
        _event(5, "Decrypt", "ann", userIdentity={"type": "IAMUser", "userName": "ann", "invokedBy": "x", **session}),
        _event(6, "ListUsers", "", **root),
        _event(7, "ListUsers", "key-user"),
        # Who guesses root's password is not the root user.
        _event(8, "ConsoleLogin", "", **root, **_REFUSED),
    ]
    case = case_over(tmp_path, Log("trail", "cloudtrail", [(float(n), line) for n, line in enumerate(lines)]))

    frame = access.without_mfa(case).frame

    assert frame[["kind", "user", "events"]].to_numpy().tolist() == [
        ["console login", "ann", 1],
        ["session of a user", "ann", 1],
        ["root", "root", 1],
    ]


def test_a_console_login_that_says_nothing_of_a_second_factor_proves_neither(tmp_path: Path) -> None:
    lines = [_event(1, "ConsoleLogin", "ann", **_ENTERED)]
    case = case_over(tmp_path, Log("trail", "cloudtrail", [(float(n), line) for n, line in enumerate(lines)]))

    answer = access.without_mfa(case)

    assert answer.frame[["kind", "second factor"]].to_numpy().tolist() == [["console login, not told", "not told"]]
    assert answer.reading.startswith("1 console login that does not say whether there was a second factor: ann")


_REFUSED: dict[str, object] = {"responseElements": {"ConsoleLogin": "Failure"}}
_ENTERED: dict[str, object] = {"responseElements": {"ConsoleLogin": "Success"}}


def _event(second: int, name: str, user: str, **rest: object) -> str:
    _, body = call(second, name, user, HOME, **rest)
    return json.dumps({**json.loads(body), "eventSource": "signin.amazonaws.com"})


def test_a_user_who_was_created_and_then_logged_in_is_named(tmp_path: Path) -> None:
    lines = [
        call(100, "CreateUser", "deploy", ATTACKER, requestParameters={"userName": "backup2"}),
        (160.0, _event(160, "ConsoleLogin", "backup2", **_ENTERED)),
    ]

    reading = access.new_identities(case_over(tmp_path, Log("trail", "cloudtrail", lines))).reading

    assert f"backup2 from {HOME}, last at 2026-03-04 02:02:40 UTC" in reading


def test_what_names_nobody_is_no_user_more(tmp_path: Path) -> None:
    unnamed = sshd(3, "pam_unix(sshd:auth): authentication failure; logname= uid=0 tty=ssh ruser= rhost=192.0.2.9")
    case = over_sshd(tmp_path, failed(1, "root"), failed(2, "ann"), unnamed)

    assert access.by_user(case).reading == (
        "2 users failed, most: ann 1 and root 1. 0 users succeeded. Of these 0 did both. Some attempts name no user."
    )
    assert access.by_address(case).reading.endswith("Of these 0 did both.")
