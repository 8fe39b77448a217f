"""Suricata's eve.json and fast.log."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from siemlib.sources import recognise, source
from tests.sources.conditions import selects
from tests.sources.samples import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

EVE, FAST = source("suricata"), source("suricata_fast")
ATTACKER, SERVER = "192.168.10.18", "192.168.10.21"
EVENT = {"timestamp": "2026-03-04T10:00:00.5+0000", "flow_id": 1, "src_ip": ATTACKER, "dest_ip": SERVER, "proto": "TCP"}


def _event(kind: str, **parts: object) -> str:
    return json.dumps(EVENT | {"event_type": kind} | parts)


@pytest.fixture(scope="module")
def eve(shared: Path) -> list[str]:
    """The events of an attack on a mail server."""
    path = shared / "data/mixed/ait_insect_2020/forensic__suricata__eve.json.gz"
    return gzip.decompress(path.read_bytes()).decode().splitlines()


@pytest.fixture(scope="module")
def fast(shared: Path) -> list[str]:
    """The lines about the same attack."""
    path = shared / "data/mixed/ait_insect_2020/forensic__suricata__fast.log"
    return path.read_text(encoding="utf-8").splitlines()


def test_real_events_and_real_lines_are_recognised_one_by_one(eve: list[str], fast: list[str]) -> None:
    assert (len(eve), len(fast)) == (87, 75)
    assert recognise(eve) is EVE
    assert recognise(fast) is FAST
    assert all(recognise([line]) is EVE for line in eve)
    assert all(recognise([line]) is FAST for line in fast)


def test_the_attacker_sends_all_but_the_two_answers_of_the_server(eve: list[str], fast: list[str]) -> None:
    by_address = [Counter(known.entry(line).address for line in lines) for known, lines in ((EVE, eve), (FAST, fast))]

    assert by_address == [{ATTACKER: 85, SERVER: 2}, {ATTACKER: 73, SERVER: 2}]


@pytest.mark.parametrize("form", ["eve", "fast"])
def test_the_two_root_events_are_there_with_both_ends(form: str, request: pytest.FixtureRequest) -> None:
    lines: list[str] = request.getfixturevalue(form)
    known = EVE if form == "eve" else FAST
    root = [line for line in lines if "id check returned root" in line]

    times = [json.loads(line)["timestamp"][11:19] if form == "eve" else line[11:19] for line in root]
    assert times == ["14:25:40", "14:26:18"]
    for entry in map(known.entry, root):
        assert entry.action == "GPL ATTACK_RESPONSE id check returned root"
        assert entry.outcome is None, "that a packet passed is no success of anybody"
        assert SERVER in entry.summary
        assert f"to {ATTACKER} port 9988" in entry.summary


def test_what_was_asked_of_the_server_stands_behind_the_alert(eve: list[str]) -> None:
    assert EVE.entry(eve[0]).summary.endswith(
        ": GET mail.insect.com /./cfide/./Administrator/./startstop.html",
    )


@pytest.mark.parametrize(
    ("message", "action", "outcome"),
    [
        (_event("alert", alert={"signature": "ET SCAN", "action": "blocked"}), "ET SCAN", "failure"),
        (_event("alert", alert={}), "alert", None),
        (_event("http", http={"http_method": "POST", "url": "/login", "status": 403}), "POST /login", "failure"),
        (_event("http", http={"http_method": "GET", "url": "/", "status": 200}), "GET /", "success"),
        (_event("dns", dns={"type": "query", "rrname": "evil.example"}), "dns query evil.example", None),
        (_event("tls", tls={"sni": "a.example"}), "tls a.example", None),
        (_event("flow", flow={"bytes_toserver": 7}), "flow", None),
        (_event("drop"), "drop", "failure"),
        (_event("stats", http=[1], alert="x"), "stats", None),
    ],
)
def test_an_event_of_each_type_says_what_happened(message: str, action: str, outcome: str | None) -> None:
    entry = EVE.entry(message)

    assert (entry.address, entry.action, entry.outcome) == (ATTACKER, action, outcome)


def test_a_user_that_the_sensor_read_is_the_actor() -> None:
    assert EVE.entry(_event("smb", smb={"ntlmssp": {"user": "violet"}})).actor == "violet"
    assert selects(EVE.select_principal("violet"), _event("smb", smb={"ntlmssp": {"user": "violet"}}))


def test_the_ends_of_a_line_are_split_from_their_ports() -> None:
    first, dropped = map(FAST.entry, SAMPLES["suricata_fast"])

    assert (first.address, first.outcome) == ("203.0.113.66", None)
    assert first.summary.endswith("TCP 203.0.113.66 port 51022 to 10.0.9.9 port 22")
    assert (dropped.address, dropped.outcome) == ("2001:db8::1", "failure")
    assert dropped.summary.endswith("UDP 2001:db8::1 port 53 to 2001:db8::2 port 53")


def test_a_message_that_looks_like_ends_fools_nobody() -> None:
    line = (
        "03/04/2026-10:00:00.5  [**] [1:2:3] {TCP} 10.9.9.9:1 -> 10.9.9.8:2 x [**] [Priority: 3] {ICMP} 10.0.0.1:8 -> "
    )

    assert FAST.entry(f"{line}10.0.0.2:0").address == "10.0.0.1"


def test_an_alert_of_ossec_that_quotes_the_sensor_stays_an_alert() -> None:
    alert = {"rule": {"level": 3, "id": "86601", "description": "Suricata: Alert"}, "data": EVENT, **EVENT}

    assert recognise([json.dumps(alert | {"event_type": "alert", "full_log": _event("alert")})]) is source("ossec")


def test_other_json_with_a_type_of_event_is_not_the_sensors() -> None:
    assert recognise(['{"timestamp":"2026-03-04T10:00:00Z","event_type":"signup"}']) is source("json_events")
