"""Identities and their links, from the rows of the saved queries."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from siemlib.investigate.pivot.identity_graph import Identity, fingerprint, given, related, session, user, uses

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = "123456789012"
ARN = f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/ann"


def _call(event: str, name: str = "ann", **more: str) -> dict[str, str]:
    row = {"eventName": event, "kind": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/team/{name}", "name": name}
    return row | {"@timestamp": "2026-03-04 02:00:00.000", "@ptr": f"{event}-1"} | more


@pytest.mark.parametrize(
    ("asked", "identity"),
    [
        ("ann", user("ann", ACCOUNT)),
        (f"arn:aws:iam::{ACCOUNT}:user/team/ann", user("ann", ACCOUNT)),
        (f"arn:aws:iam::{ACCOUNT}:root", user("root", ACCOUNT)),
        (ARN, session(ARN, "ASIA1")),
        ("ann", session(ARN, "ASIA1")),
        ("admin/ann", session(ARN, "ASIA1")),
        ("ASIA1", session(ARN, "ASIA1")),
        (f"arn:aws:iam::{ACCOUNT}:role/path/admin", Identity("role", "admin", ACCOUNT)),
    ],
)
def test_an_identity_answers_to_its_names(asked: str, identity: Identity) -> None:
    assert identity.answers_to(asked)


@pytest.mark.parametrize(
    ("asked", "identity"),
    [
        ("an", user("ann", ACCOUNT)),
        ("arn:aws:iam::999999999999:user/ann", user("ann", ACCOUNT)),
        (f"arn:aws:iam::{ACCOUNT}:role/ann", user("ann", ACCOUNT)),
        ("admin", session(ARN, "ASIA1")),
        ("", user("ann", ACCOUNT)),
        ("arn:", user("ann", ACCOUNT)),
    ],
)
def test_an_identity_does_not_answer_to_the_names_of_others(asked: str, identity: Identity) -> None:
    assert not identity.answers_to(asked)


def test_a_call_links_the_user_to_the_key_and_the_role_to_its_session() -> None:
    counts = {"calls": "3", "first_ptr": "p", "first_ms": "1", "last_ms": "2", "origin": "10.0.0.1"}
    row = _call("", access_key="AKIA1") | counts
    role = {"kind": "AssumedRole", "arn": ARN, "access_key": "ASIA1", "issuer": f"arn:aws:iam::{ACCOUNT}:role/admin"}

    (signed,), (acted,) = list(uses(row)), list(uses(role | counts))

    assert (signed.giver, signed.verb, signed.taker.name) == (user("ann", ACCOUNT), "signed with", "AKIA1")
    assert (acted.giver.label, acted.verb, acted.taker) == ("role admin", "acted in", session(ARN, "ASIA1"))
    assert list(uses(_call("") | counts)) == []


@pytest.mark.parametrize(
    ("row", "links"),
    [
        (_call("AssumeRole", new_arn=ARN, new_key="ASIA1"), [("ann", "assumed", "session admin/ann")]),
        (_call("GetSessionToken", new_key="ASIA2"), [("ann", "was given", "ASIA2")]),
        (_call("CreateUser", for_user="eve"), [("ann", "created", "eve")]),
        (_call("UpdateLoginProfile", for_user="eve"), [("ann", "set the console password of", "eve")]),
        (
            _call("CreateAccessKey", for_user="eve", new_key="AKIA9"),
            [("ann", "created for eve", "AKIA9"), ("eve", "owns", "AKIA9")],
        ),
        (_call("CreateAccessKey", new_key="AKIA9"), [("ann", "owns", "AKIA9")]),
        (
            _call("SendSSHPublicKey", instance="i-1", host_user="ec2-user"),
            [("ann", "put an SSH key for", "host account ec2-user on i-1")],
        ),
        (_call("StartSession", instance="i-1"), [("ann", "worked on", "host i-1")]),
        (_call("AssumeRole"), []),
        (_call("CreateAccessKey"), []),
    ],
)
def test_a_call_that_gives_an_identity_is_a_link(row: dict[str, str], links: list[tuple[str, str, str]]) -> None:
    assert [(link.giver.label, link.verb, link.taker.label) for link in given(row)] == links


def test_links_are_followed_onward_and_backward_but_not_sideways() -> None:
    made = [*given(_call("CreateUser", "boss", for_user="ann")), *given(_call("CreateUser", "boss", for_user="bob"))]
    made += [*given(_call("CreateUser", "ann", for_user="eve")), *given(_call("CreateUser", "eve", for_user="mal"))]

    kept, around = related(made, {user("ann", ACCOUNT)})

    assert [(link.giver.name, link.taker.name) for link in kept] == [("boss", "ann"), ("ann", "eve"), ("eve", "mal")]
    assert {one.name for one in around} == {"boss", "ann", "eve", "mal"}


def test_two_who_assume_a_role_under_one_name_are_two() -> None:
    mine, other = (
        given(_call("AssumeRole", new_arn=ARN, new_key="A")),
        given(_call("AssumeRole", new_arn=ARN, new_key="B")),
    )
    calls = {"calls": "1", "kind": "AssumedRole", "arn": ARN, "access_key": "B", "issuer": ":role/admin"}

    kept, _ = related([*mine, *other, *uses(calls)], {session(ARN, "A")})

    assert [link.taker.key for link in kept] == ["A"]


def test_the_fingerprint_is_the_one_that_ssh_prints(tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")], check=True)
    told = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(tmp_path / "key.pub")],
        check=True,
        capture_output=True,
        text=True,
    )

    assert fingerprint((tmp_path / "key.pub").read_text("utf-8")) == told.stdout.split()[1]


@pytest.mark.parametrize("text", ["", "ssh-ed25519", "ssh-ed25519 not-base64!", "***"])
def test_what_is_no_key_has_no_fingerprint(text: str) -> None:
    assert fingerprint(text) == ""
