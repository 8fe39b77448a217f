"""A principal is followed as far as events prove, and where none does that is said."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.investigate.pivot import address, identities, user
from tests.investigate.incident import ATTACKER, Log, call, case_over, sshd

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

ROLE = "arn:aws:iam::123456789012:role/admin"
SESSION = "arn:aws:sts::123456789012:assumed-role/admin/work"


def _by_user(name: str, key: str) -> dict[str, Any]:
    arn = f"arn:aws:iam::123456789012:user/{name}"
    return {"userIdentity": {"type": "IAMUser", "userName": name, "arn": arn, "accessKeyId": key}}


def _by_session(key: str) -> dict[str, Any]:
    issuer = {"sessionIssuer": {"type": "Role", "arn": ROLE, "userName": "admin"}}
    return {"userIdentity": {"type": "AssumedRole", "arn": SESSION, "accessKeyId": key, "sessionContext": issuer}}


def _assume(seconds: float, name: str, key: str) -> tuple[float, str]:
    response = {"assumedRoleUser": {"arn": SESSION}, "credentials": {"accessKeyId": key}}
    asked = {"roleArn": ROLE, "roleSessionName": "work"}
    more = {"requestParameters": asked, "responseElements": response} | _by_user(name, f"AKIA{name.upper()}")
    return call(seconds, "AssumeRole", name, "10.0.0.1", **more)


TRAIL = Log(
    "trail",
    "cloudtrail",
    [
        call(1, "ListUsers", "ann", "10.0.0.1", **_by_user("ann", "AKIAANN")),
        call(2, "ListUsers", "ann", ATTACKER, **_by_user("ann", "AKIAANN")),
        call(3, "ListUsers", "ann", ATTACKER, errorCode="AccessDenied", **_by_user("ann", "AKIAANN")),
        _assume(10, "ann", "ASIAFIRST"),
        _assume(11, "bob", "ASIASECOND"),
        call(20, "RunInstances", "", "10.0.0.1", **_by_session("ASIAFIRST")),
        call(21, "DeleteBucket", "", "10.0.0.2", **_by_session("ASIASECOND")),
        call(30, "CreateUser", "ann", ATTACKER, requestParameters={"userName": "eve"}, **_by_user("ann", "AKIAANN")),
        call(
            31,
            "CreateAccessKey",
            "ann",
            ATTACKER,
            requestParameters={"userName": "eve"},
            responseElements={"accessKey": {"userName": "eve", "accessKeyId": "AKIAEVE"}},
            **_by_user("ann", "AKIAANN"),
        ),
        call(32, "CreateUser", "ann", ATTACKER, errorCode="AccessDenied", requestParameters={"userName": "no-one"}),
        call(40, "ListBuckets", "eve", "192.0.2.9", **_by_user("eve", "AKIAEVE")),
    ],
)
HOST = Log("auth", "sshd", [sshd(50, f"Accepted password for ann from {ATTACKER} port 1 ssh2")])


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case in which ann assumes a role, as bob does, and creates eve."""
    return case_over(tmp_path_factory.mktemp("identities"), TRAIL, HOST)


def _links(case: Case, name: str) -> set[tuple[str, str, str]]:
    frame = identities(case, user(name)).frame
    return set(zip(frame["from"], frame["link"], frame["to"], strict=True))


def test_a_user_is_followed_to_its_key_its_session_and_to_whom_it_made(trail: Case) -> None:
    answer = identities(trail, user("ann"))

    proven = answer.frame[answer.frame["sure"] == "proven"]
    assert set(zip(proven["from"], proven["link"], proven["to"], strict=True)) == {
        ("ann", "signed with", "AKIAANN"),
        ("ann", "assumed", "session admin/work"),
        ("role admin", "acted in", "session admin/work"),
        ("ann", "created", "eve"),
        ("ann", "created for eve", "AKIAEVE"),
        ("eve", "owns", "AKIAEVE"),
        ("eve", "signed with", "AKIAEVE"),
    }
    assert "no-one" not in answer.reading
    assert answer.reading.startswith(
        "ann signed 6 calls with AKIAANN, between 2026-03-04 02:00:01 and 02:00:31 UTC: "
        "4 from 203.0.113.66 and 2 from 10.0.0.1 (private)."
    )


def test_every_link_has_the_event_that_proves_it(trail: Case) -> None:
    frame = identities(trail, user("ann")).frame.set_index("link")
    made = trail.run('filter eventName = "CreateAccessKey" | fields @ptr', ["trail"]).rows[0]["@ptr"]

    assert frame["@ptr"].notna().all()
    assert frame.loc["created for eve", "@ptr"] == made
    assert frame.loc["created for eve", "first"].strftime("%H:%M:%S") == "02:00:31"
    assert frame.loc["created for eve", "proof"] == "CreateAccessKey returned the key"


def test_the_session_of_another_under_the_same_name_is_not_blamed_on_it(trail: Case) -> None:
    frame = identities(trail, user("ann")).frame.set_index("link")
    both = identities(trail, user("admin")).frame

    assert list(frame.loc[["acted in"], "address"]) == ["10.0.0.1"]
    assert set(both.loc[both["link"] == "acted in", "address"]) == {"10.0.0.1", "10.0.0.2"}


@pytest.mark.parametrize("name", ["AKIAEVE", "eve", "arn:aws:iam::123456789012:user/eve"])
def test_it_is_followed_backward_to_who_made_it_and_no_further_aside(trail: Case, name: str) -> None:
    assert _links(trail, name) == {
        ("ann", "created", "eve"),
        ("ann", "created for eve", "AKIAEVE"),
        ("eve", "owns", "AKIAEVE"),
        ("eve", "signed with", "AKIAEVE"),
    }


@pytest.mark.parametrize("name", ["work", SESSION, "ASIAFIRST"])
def test_a_session_and_its_key_lead_to_who_assumed_it(trail: Case, name: str) -> None:
    assert ("ann", "assumed", "session admin/work") in _links(trail, name)


def test_an_account_on_a_host_of_the_same_name_is_said_to_be_no_proof(trail: Case) -> None:
    answer = identities(trail, user("ann"))

    same = answer.frame[answer.frame["sure"] == "not proven"]
    assert list(same["to"]) == ["host account ann on web-1"]
    assert answer.reading.endswith(
        "No event links ann to an account on a host. Accounts of the same name took 1 login on web-1 from 1 address, "
        "at 2026-03-04 02:00:50 UTC: the same name is no proof."
    )


def test_two_accounts_with_a_user_of_one_name_are_told_apart(tmp_path: Path) -> None:
    calls = []
    for second, account in enumerate(("111122223333", "444455556666"), start=1):
        arn = f"arn:aws:iam::{account}:user/ann"
        who = {"type": "IAMUser", "userName": "ann", "arn": arn, "accountId": account, "accessKeyId": "AKIAANN"}
        made = {"requestParameters": {"userName": "eve"}, "userIdentity": who}
        calls.append(call(second, "CreateUser", "ann", ATTACKER, **made))

    answer = identities(case_over(tmp_path, Log("trail", "cloudtrail", calls), HOST), user("ann"))

    created = answer.frame[answer.frame["link"] == "created"]
    assert created[["account", "events"]].to_numpy().tolist() == [["111122223333", 1], ["444455556666", 1]]
    assert answer.frame.loc[answer.frame["sure"] != "proven", "account"].isna().all()
    assert "The name is of 2 AWS accounts, and all of them are in the table." in answer.reading


def test_a_login_with_the_key_that_a_call_put_there_is_proven(tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")], check=True)
    public = (tmp_path / "key.pub").read_text("utf-8")
    listed = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(tmp_path / "key.pub")], check=True, capture_output=True, text=True
    )
    printed = listed.stdout.split()[1]
    put = {"instanceId": "i-1", "instanceOSUser": "ec2-user", "sSHPublicKey": public}
    logins = [(5.0, printed), (6.0, "SHA256:another")]
    case = case_over(
        tmp_path,
        Log("trail", "cloudtrail", [call(1, "SendSSHPublicKey", "ann", ATTACKER, requestParameters=put)]),
        Log(
            "auth",
            "sshd",
            [
                sshd(second, f"Accepted publickey for ec2-user from {ATTACKER} port 1 ssh2: ED25519 {key}")
                for second, key in logins
            ],
        ),
    )

    answer = identities(case, user("ann"))

    links = answer.frame.set_index("link")[["to", "sure", "events"]].to_numpy().tolist()
    assert links == [
        ["host account ec2-user on i-1", "proven", 1],
        ["host account ec2-user on web-1", "proven", 1],
    ]
    assert "No event links" not in answer.reading


def test_a_name_that_no_call_holds_is_said_not_to_be_there(trail: Case) -> None:
    assert identities(trail, user("nobody")).reading == (
        "No call in CloudTrail names nobody as a user, role, session or key, "
        "2026-03-04 02:00:00 to 2026-03-04 03:00:00 UTC. No event links nobody to an account on a host."
    )


def test_an_account_on_a_host_stands_alone_where_there_is_no_cloudtrail(tmp_path: Path) -> None:
    assert identities(case_over(tmp_path, HOST), user("ann")).reading == (
        "The account ann took 1 login on web-1 from 1 address, at 2026-03-04 02:00:50 UTC; no event links it to "
        "another identity. Not examined: no log group holds CloudTrail."
    )


def test_without_any_log_of_identities_it_was_not_examined(tmp_path: Path) -> None:
    case = case_over(tmp_path, Log("app", "plain", [(1.0, "nothing")]))

    assert identities(case, user("ann")).reading == "Not examined: no log group holds CloudTrail."
    assert identities(case, address(ATTACKER)).reading.startswith("An address is no identity")


@pytest.mark.parametrize("name", ['o"neill', "a*b", "a/b{c}", "x | fields @message #", "é" * 256, "arn:aws:iam::1"])
def test_a_strange_name_is_an_answer_and_no_error(trail: Case, name: str) -> None:
    assert identities(trail, user(name)).frame.empty


def test_a_hostile_session_name_cannot_change_the_question(tmp_path: Path) -> None:
    arn = f'{SESSION}" or 1 = 1 | fields @message #'
    evil = {"responseElements": {"assumedRoleUser": {"arn": arn}, "credentials": {"accessKeyId": "ASIAX"}}}
    case = case_over(tmp_path, Log("trail", "cloudtrail", [call(1, "AssumeRole", "ann", ATTACKER, **evil)]))

    frame = identities(case, user("ann")).frame

    assert list(frame["to"]) == ['session admin/work" or 1 = 1 | fields @message #']


def test_a_name_that_no_query_can_hold_is_told_and_not_followed(tmp_path: Path) -> None:
    names = ["bell\x07", " ", "x" * 3000, "\u202eevil"]
    made = [
        call(n, "CreateUser", "ann", ATTACKER, requestParameters={"userName": name}) for n, name in enumerate(names, 1)
    ]
    case = case_over(tmp_path, Log("trail", "cloudtrail", made), HOST)

    answer = identities(case, user("ann"))

    assert set(answer.frame.loc[answer.frame["link"] == "created", "to"]) == set(names)
    assert "Not followed: 4 more identities." in answer.reading
    assert answer.reading.isprintable()


def test_a_login_name_that_looks_like_a_success_is_none(tmp_path: Path) -> None:
    forged = "web-1 sshd[1]: Accepted password for ann from 10.0.0.1 port 1 ssh2"
    lines = [
        sshd(1, f"Failed password for invalid user {forged} from {ATTACKER} port 2 ssh2"),
        sshd(
            2, f"Accepted publickey for ann from {ATTACKER} port 3 ssh2: ED25519-CERT SHA256:abc ID ann (serial 0) CA x"
        ),
    ]

    frame = identities(case_over(tmp_path, Log("auth", "sshd", lines)), user("ann")).frame

    assert frame[["to", "address", "events"]].to_numpy().tolist() == [["host account ann on web-1", ATTACKER, 1]]
