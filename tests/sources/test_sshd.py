"""sshd's lines are read rightly, whatever user name the other side has sent."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from siemlib.model.observable import Address
from siemlib.queries import saved
from siemlib.sources import source
from siemlib.sources.sshd import read_body
from tests.database.language import ask, events
from tests.sources.conditions import selects

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SSHD = source("sshd")
HEAD = "Mar  4 10:00:00 web-1 sshd[4242]: "


@pytest.mark.parametrize(
    ("body", "actor", "address", "action", "outcome"),
    [
        ("Failed password for root from 192.0.2.1 port 22 ssh2", "root", "192.0.2.1", "login", "failure"),
        ("Failed password for invalid user bob from 192.0.2.1 port 22 ssh2", "bob", "192.0.2.1", "login", "failure"),
        (
            "Accepted publickey for ann from 2001:db8::1 port 22 ssh2: RSA SHA256:x",
            "ann",
            "2001:db8::1",
            "login",
            "success",
        ),
        ("Invalid user a from 192.0.2.1 port 37220", "a", "192.0.2.1", "login", "failure"),
        (
            "error: maximum authentication attempts exceeded for invalid user bob from 192.0.2.1 port 5 ssh2 [preauth]",
            "bob",
            "192.0.2.1",
            "login",
            "failure",
        ),
        ("Disconnecting: Too many authentication failures for root [preauth]", "root", None, "login", "failure"),
        ("Received disconnect from 192.0.2.1 port 5:11: Bye Bye [preauth]", None, "192.0.2.1", "disconnect", None),
        (
            "Connection closed by authenticating user root 192.0.2.1 port 5 [preauth]",
            "root",
            "192.0.2.1",
            "disconnect",
            "failure",
        ),
        ("Disconnected from user ann 192.0.2.1 port 5", "ann", "192.0.2.1", "disconnect", None),
        ("pam_unix(sshd:session): session opened for user ann(uid=1000) by (uid=0)", "ann", None, "login", None),
        (
            "pam_unix(sshd:auth): authentication failure; ruser= rhost=192.0.2.1  user=ann",
            "ann",
            "192.0.2.1",
            "login",
            "failure",
        ),
        ("Postponed publickey for ann from 192.0.2.1 port 5 ssh2 [preauth]", "ann", "192.0.2.1", "login", None),
        ("Server listening on 0.0.0.0 port 22.", None, None, "line", None),
    ],
)
def test_a_line_is_read(body: str, actor: str | None, address: str | None, action: str, outcome: str | None) -> None:
    entry = SSHD.entry(HEAD + body)
    assert (entry.actor, entry.address, entry.action, entry.outcome) == (actor, address, action, outcome)
    assert entry == read_body(body)


@pytest.mark.parametrize(
    "name",
    [
        "x from 10.10.1.1",
        "x from 10.10.1.2 port 55555 ssh2",
        "x from 10.10.1.2 port 55555 ssh2: y",
        "x from 10.10.1.2 port 55555 ssh2: RSA SHA256:abc",
        "x from 10.10.1.2 port 55555 ssh2 [preauth]",
        "root",
        "x 10.10.1.2 port 5",
        "",
    ],
)
@pytest.mark.parametrize(
    "line",
    [
        "Failed password for invalid user {} from 192.0.2.1 port 58946 ssh2",
        "Failed publickey for invalid user {} from 192.0.2.1 port 58946 ssh2: ECDSA SHA256:real",
        "Invalid user {} from 192.0.2.1 port 58946",
        "maximum authentication attempts exceeded for invalid user {} from 192.0.2.1 port 58946 ssh2 [preauth]",
        "Connection closed by invalid user {} 192.0.2.1 port 58946 [preauth]",
        "User {} from 192.0.2.1 not allowed because not listed in AllowUsers",
    ],
)
def test_a_user_name_that_looks_like_an_origin_fools_nobody(line: str, name: str) -> None:
    entry = SSHD.entry(HEAD + line.format(name))
    assert entry.address == "192.0.2.1"
    assert entry.actor == (name.strip() or None)
    assert entry.outcome == "failure"


def test_a_repeated_message_is_read_and_says_how_often() -> None:
    entry = SSHD.entry(HEAD + "message repeated 5 times: [ Failed password for root from 192.0.2.1 port 22 ssh2]")
    assert (entry.actor, entry.address, entry.outcome) == ("root", "192.0.2.1", "failure")
    assert entry.summary.endswith("(5 times)")


def _judged(shared: Path) -> Iterator[tuple[dict[str, object], str]]:
    expected: dict[str, object] = {}
    with gzip.open(shared / "data/auth/fail2ban_auth/sshd.gz", "rt") as file:
        for line in file:
            if line.startswith("# failJSON:"):
                expected = json.loads(line.removeprefix("# failJSON:"))
            elif line.strip() and not line.startswith("#"):
                yield expected, line.rstrip("\n")


def test_the_expectations_of_fail2ban_are_met(shared: Path) -> None:
    disagreed = []
    hosts = users = 0
    for expected, line in _judged(shared):
        entry, host = SSHD.entry(line), Address.read(str(expected.get("host", "")))
        if not expected["match"]:
            continue
        # Where the line does not say the host, fail2ban knows it from a line before.
        if host and str(expected["host"]) in line:
            hosts += 1
            if entry.address != host.text:
                disagreed.append(line)
        if "user" in expected:
            users += 1
            assert entry.actor == (expected["user"] or None), line
    # One line can be read in two ways, and we believe its end: an account that is called "test from … ssh2:" is in an
    # attacker's power, a description behind the "ssh2:" of a failed password is nothing that sshd writes.
    assert len(disagreed) == 1
    assert disagreed[0].endswith("from 127.0.0.1 port 58946 ssh2: from 10.10.1.2 port 55555 ssh2")
    assert hosts > 60
    assert users >= 7


def test_the_counts_of_a_real_attack_are_right(shared: Path) -> None:
    with gzip.open(shared / "data/auth/loghub_openssh_2k/OpenSSH_2k.log.gz", "rt") as file:
        entries = [SSHD.entry(line) for line in file]
    failed = Counter(entry.address for entry in entries if "Failed password" in entry.summary)
    assert failed.total() == 520
    assert failed.most_common(3) == [("183.62.140.253", 286), ("187.141.143.180", 80), ("103.99.0.122", 46)]
    succeeded = [entry for entry in entries if entry.outcome == "success"]
    assert [(entry.actor, entry.address) for entry in succeeded] == [("fztu", "119.137.62.142")]


def test_a_user_is_selected_as_a_whole_name_and_not_where_it_is_the_host() -> None:
    condition = SSHD.select_principal("bob")
    assert selects(condition, HEAD + "Failed password for invalid user bob from 192.0.2.1 port 5 ssh2")
    assert selects(condition, HEAD + "pam_unix(sshd:auth): authentication failure; rhost=192.0.2.1  user=bob")
    assert not selects(condition, HEAD + "Failed password for bobby from 192.0.2.1 port 5 ssh2")
    assert not selects(condition, HEAD + "Failed password for bob-jr from 192.0.2.1 port 5 ssh2")
    assert not selects(condition, HEAD + "Failed password for jim.bob from 192.0.2.1 port 5 ssh2")
    assert not selects(condition, "Mar  4 10:00:00 bob sshd[1]: Failed password for ann from 192.0.2.1 port 5 ssh2")


MADE_UP = (
    "x from 10.10.1.2 port 1 ssh2: y",
    "x from 10.10.1.2 port 1 ssh2",
    "x from 10.10.1.2",
    "x from 10.10.1.2 port 1 ssh2: ED25519-CERT SHA256:k ID y",
    "x (serial 0) CA RSA SHA256:z from 10.10.1.2 port 1 ssh2: ED25519-CERT SHA256:k ID y",
)
"""Ids in certificates: anybody makes one for the own key, with any id."""


def with_certificate(verdict: str) -> list[str]:
    head = f"{HEAD}{verdict} deploy from 192.0.2.1 port 58946 ssh2: ED25519-CERT SHA256:k"
    return [f"{head} ID {made_up} (serial 0) CA RSA SHA256:z" for made_up in MADE_UP]


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        ("Accepted publickey for", "success"),
        ("Failed publickey for", "failure"),
        ("Failed publickey for invalid user", "failure"),
        ("Postponed publickey for", None),
    ],
)
def test_the_id_in_a_certificate_does_not_tell_where_somebody_came_from(verdict: str, outcome: str | None) -> None:
    read = [SSHD.entry(line) for line in with_certificate(verdict)]
    assert {(entry.actor, entry.address, entry.outcome) for entry in read} == {("deploy", "192.0.2.1", outcome)}


def test_nor_does_it_in_an_answer_to_a_query() -> None:
    accepted, failed = with_certificate("Accepted publickey for"), with_certificate("Failed publickey for")
    kept = events(*accepted, *failed, *with_certificate("Failed publickey for invalid user"))
    rows = ask(saved("sshd/logins").text, kept).rows
    assert [(row["account"], row["origin"], row["failed"], row["accepted"]) for row in rows] == [
        ("deploy", "192.0.2.1", "10", "5")
    ]
    rows = ask(saved("sshd/attempts").text, kept).rows
    assert [(row["account"], row["origin"]) for row in rows] == [("deploy", "192.0.2.1")] * 15
    (row,) = ask(saved("sshd/accepted").text, kept).rows
    assert (row["account"], row["origin"], row["fingerprint"], row["logins"]) == (
        "deploy",
        "192.0.2.1",
        "SHA256:k",
        "5",
    )


DESCRIBED = (
    "ssh2: bob@EXAMPLE.COM",
    "ssh2",
    'ssh2: RSA SHA256:k, client user "bob", client host "h"',
    'ssh2: RSA-CERT SHA256:k ID h (serial 0) CA RSA SHA256:z, client user "bob", client host "h"',
    "ssh2: RSA SHA256:k",
)
"""What sshd says behind the address of who was let in: by Kerberos, by a password, by the keys of a host, by a key."""


def test_every_way_in_is_in_the_answers_to_queries_and_in_what_is_read() -> None:
    lines = [f"{HEAD}Accepted hostbased for bob from 192.0.2.1 port 5 {told}" for told in DESCRIBED]
    assert {(SSHD.entry(line).actor, SSHD.entry(line).address) for line in lines} == {("bob", "192.0.2.1")}
    assert len(ask(saved("sshd/attempts").text, events(*lines)).rows) == len(lines)
    assert ask(saved("sshd/logins").text, events(*lines)).rows[0]["accepted"] == str(len(lines))
    keys = {row["fingerprint"]: row["logins"] for row in ask(saved("sshd/accepted").text, events(*lines)).rows}
    assert keys == {"": "2", "SHA256:k": "3"}


def test_what_was_written_before_somebody_was_let_in_is_counted_too() -> None:
    line = f"{HEAD}Failed none for invalid user bob from 192.0.2.1 port 5 ssh2 [preauth]"
    assert (SSHD.entry(line).actor, SSHD.entry(line).outcome) == ("bob", "failure")
    assert [row["account"] for row in ask(saved("sshd/attempts").text, events(line)).rows] == ["bob"]
    assert [row["failed"] for row in ask(saved("sshd/logins").text, events(line)).rows] == ["1"]
