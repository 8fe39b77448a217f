"""Who acted, by which field of the alert; decoded fields and the quoted line do not always agree."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from siemlib.investigate.triage import about

if TYPE_CHECKING:
    from pathlib import Path

RULE = {"level": 5, "id": "5716", "description": "x"}


@pytest.fixture(scope="module")
def insect(shared: Path) -> dict[str, dict[str, object]]:
    """The alerts of the insect set by id."""
    text = gzip.decompress((shared / "data/ossec_wazuh/ait_ldsv1_insect/ossec_insect.json.gz").read_bytes()).decode()
    return {event["id"]: event for event in map(json.loads, text.splitlines())}


def test_the_decoded_address_is_that_of_the_alert_and_its_field_is_named() -> None:
    mention = about.origin({"rule": RULE, "data": {"srcip": "203.0.113.66"}})

    assert mention == about.Mention("203.0.113.66", "data.srcip", "origin")


def test_of_a_relay_the_true_address_is_that_of_the_quoted_line(insect: dict[str, dict[str, object]]) -> None:
    event = {"rule": RULE, "data": {"srcip": "127.0.0.1"}, "full_log": insect["1588002177.9697066"]["full_log"]}

    assert about.origin(event) == about.Mention("192.168.10.18", "full_log", "origin")
    assert "data.srcip says 127.0.0.1, and full_log says 192.168.10.18" in about.contradictions(event)[0]


def test_every_alert_of_a_failed_web_mail_login_names_the_attacker_in_full_log_alone(
    insect: dict[str, dict[str, object]],
) -> None:
    horde = [event for event in insect.values() if "HORDE" in str(event.get("full_log"))]

    assert len(horde) == 138
    assert all("data" not in event for event in horde)
    assert {about.origin(event) for event in horde} == {about.Mention("192.168.10.18", "full_log", "origin")}
    assert {found.value for event in horde if (found := about.user(event))} == {"violet"}


def test_an_attack_response_is_about_its_far_end_and_not_about_the_attacked_host(
    insect: dict[str, dict[str, object]],
) -> None:
    answers = [event for event in insect.values() if "ATTACK_RESPONSE" in str(event.get("full_log"))]

    assert len(answers) == 4  # two events, each seen in eve.json and in fast.log
    assert {found.value for event in answers if (found := about.origin(event))} == {"192.168.10.18"}
    assert {found.field for event in answers if (found := about.origin(event))} == {"data.dest_ip", "data.dstip"}
    assert all("sent by 192.168.10.21" in about.contradictions(event)[0] for event in answers)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.168.10.21:80", "192.168.10.21"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("10.0.0.1", "10.0.0.1"),
    ],
)
def test_a_target_is_read_without_its_port(text: str, address: str) -> None:
    assert str(about.without_port(text)) == address


@pytest.mark.parametrize("text", ["", "mail:80", "1.2.3:80", "10.0.0.1:http"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert about.without_port(text) is None


def test_the_addresses_in_the_output_of_a_command_are_no_origin() -> None:
    event = {"rule": RULE, "full_log": "ossec: output: 'netstat -tan':\ntcp 0 0 203.0.113.66:22 0.0.0.0:* LISTEN"}

    assert about.origin(event) is None


def test_of_sudo_the_user_who_asks_is_followed_and_of_a_login_the_account_that_is_asked_for() -> None:
    both = {"srcuser": "ann", "dstuser": "root"}
    sudo = about.user({"rule": {**RULE, "groups": ["syslog", "sudo"]}, "data": both})
    login = about.user({"rule": RULE, "data": both})

    assert (sudo and sudo.value, login and login.value) == ("ann", "root")


def test_users_that_do_not_agree_are_told() -> None:
    told = about.contradictions({"rule": RULE, "data": {"srcuser": "ann", "dstuser": "root"}})

    assert told == ("Users: data.dstuser says root, data.srcuser says ann.",)


def test_two_addresses_that_contradict_are_told() -> None:
    event = {"rule": RULE, "srcip": "203.0.113.66", "full_log": "client 198.51.100.7: refused"}

    assert about.contradictions(event) == (
        "full_log says 198.51.100.7, and srcip says 203.0.113.66: these contradict.",
    )


def test_the_lines_of_sshd_that_name_nobody_in_fields_are_read_from_the_quoted_line(shared: Path) -> None:
    text = gzip.decompress((shared / "data/auth/fail2ban_auth/sshd.gz").read_bytes()).decode()
    lines = [line for line in text.splitlines() if "]: error: maximum authentication attempts exceeded" in line]
    events = [{"rule": RULE, "full_log": line} for line in lines]
    found = [(mention.value, who.value) for e in events if (mention := about.origin(e)) and (who := about.user(e))]

    assert found == [("61.0.0.1", "root"), ("192.0.2.7", "xxx")]
