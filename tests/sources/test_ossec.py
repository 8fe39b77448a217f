"""OSSEC's and Wazuh's alerts are read alike, and the true address is found where only the log line has it."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from siemlib.model.observable import Address, ObservableKind
from siemlib.sources import ossec, recognise, source
from tests.sources.conditions import selects
from tests.sources.samples import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

OSSEC = source("ossec")
WAZUH, CLASSIC, FLAT, WRAPPED = SAMPLES["ossec"]


@pytest.mark.parametrize(
    ("message", "number", "level", "said", "groups"),
    [
        (WAZUH, "5716", 5, "sshd: authentication failed.", ("authentication_failed",)),
        (CLASSIC, "5758", 8, "Maximum authentication attempts exceeded.", ("syslog", "sshd")),
        (FLAT, "1000", 1, "Unknown problem.", ()),
        (WRAPPED, "5716", 5, "sshd: authentication failed.", ("authentication_failed",)),
    ],
)
def test_rule_and_level_are_read_in_every_shape(
    message: str, number: str, level: int, said: str, groups: tuple[str, ...]
) -> None:
    event = ossec.alert(message)
    assert event is not None
    assert (ossec.rule_id(event), ossec.level(event), ossec.description(event)) == (number, level, said)
    assert ossec.groups(event) == groups


@pytest.mark.parametrize("message", [WAZUH, CLASSIC, WRAPPED])
def test_an_alert_reads_as_a_line(message: str) -> None:
    entry = OSSEC.entry(message)
    assert (entry.actor, entry.address, entry.outcome) == ("root", "203.0.113.66", "failure")
    assert entry.action.startswith(("5716 sshd", "5758 Maximum"))
    assert entry.summary.startswith(("level 5: 5716", "level 8: 5758"))
    assert "on web-1" in entry.summary


def _alert(full_log: str, **data: str) -> str:
    return json.dumps({"rule": {"id": "1", "level": 5, "description": "x"}, "full_log": full_log, "data": data})


def test_an_address_in_the_log_line_is_believed_before_the_loopback_of_a_relay() -> None:
    line = "Mar  4 14:14:36 mail HORDE: [imp] FAILED LOGIN for violet (192.168.10.18) to {imap://localhost/}"
    entry = OSSEC.entry(_alert(line, srcip="127.0.0.1"))
    assert (entry.address, entry.actor, entry.outcome) == ("192.168.10.18", "violet", "failure")
    assert OSSEC.entry(_alert("nothing", srcip="127.0.0.1")).address == "127.0.0.1"
    assert OSSEC.entry(_alert("from 10.0.0.1", src_ip="10.0.0.2")).address == "10.0.0.2"


def test_the_output_of_a_command_names_no_origin() -> None:
    assert OSSEC.entry(_alert("ossec: output: 'netstat listening ports':\ntcp 10.0.0.5:22 0.0.0.0:*")).address is None


def test_an_address_is_selected_also_after_an_escaped_line_end() -> None:
    message = _alert("first\n10.0.0.1 second")
    assert selects(OSSEC.select_address(Address.parse("10.0.0.1")), message)
    assert not selects(OSSEC.select_address(Address.parse("0.0.0.1")), message)


def test_only_a_pair_of_brackets_around_a_name_is_taken_off() -> None:
    names = {"<violet>": "violet", "</script><b>": "</script><b>", "<x": "<x", "x>": "x>", "<<x>>": "<<x>>"}
    assert {name: OSSEC.entry(_alert("x", dstuser=name)).actor for name in names} == names


def test_a_user_is_selected_exactly() -> None:
    condition = OSSEC.select_principal("violet")
    assert selects(condition, _alert("x", dstuser="violet"))
    assert selects(condition, _alert("one\nviolet two"))
    assert not selects(condition, _alert("x", dstuser="ultraviolet"))
    assert not selects(condition, _alert("x", dstuser="violet.b"))
    assert not selects(condition, _alert(r"DOM\nviolet"))
    assert selects(OSSEC.select_principal("jürgen"), json.dumps({"rule": {"level": 1, "id": 1}, "user": "jürgen"}))


def test_an_alert_about_sshd_is_no_line_of_sshd() -> None:
    assert not source("sshd").recognise(SAMPLES["ossec"])
    assert ossec.alert(json.dumps({"full_log": "x"})) is None
    assert ossec.alert("[1, 2]") is None


def test_the_attack_on_the_mail_server_is_found_whole(shared: Path) -> None:
    with gzip.open(shared / "data/ossec_wazuh/ait_ldsv1_insect/ossec_insect.json.gz", "rt") as file:
        messages = file.read().splitlines()
    assert recognise(messages) is OSSEC
    events = [event for message in messages if (event := ossec.alert(message))]
    assert Counter(map(ossec.level, events)) == {3: 89, 5: 310, 6: 69, 8: 5, 10: 24}

    attacker = Address.parse("192.168.10.18")
    named = [message for message in messages if "192.168.10.18" in message]
    assert [message for message in messages if attacker.matches(message)] == named
    undecoded = [message for message in named if "data" not in json.loads(message)]
    assert len(undecoded) == 138
    assert {OSSEC.entry(message).address for message in undecoded} == {"192.168.10.18"}
    assert {OSSEC.entry(message).actor for message in undecoded} == {"violet"}
    accounts = {o.value for m in messages for o in OSSEC.observables(m) if o.kind is ObservableKind.PRINCIPAL}
    assert accounts == {"violet"}


def test_alerts_from_an_indexer_are_known(shared: Path) -> None:
    text = (shared / "data/ossec_wazuh/ait_ads_llm_200/wazuh_n_shot_alerts.ndjson").read_text()
    assert recognise(text.splitlines()) is OSSEC
    hits = json.loads((shared / "data/ossec_wazuh/wazuh4_kali_sample/opensearch_response_3_hits.json").read_text())
    messages = [json.dumps(hit) for hit in hits["hits"]["hits"]]
    assert recognise(messages) is OSSEC
    assert next(ossec.rule_id(event) for message in messages if (event := ossec.alert(message))) == "533"
