"""Signatures of the network sensor, of both its logs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from siemlib.investigate.pivot import address, first_look, signatures, user
from tests.investigate.incident import ATTACKER, Log, case_over

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case


def _eve(source: str, target: str, said: str, severity: int, port: int = 80, **more: object) -> str:
    told = {"action": "allowed", "signature_id": 7, "signature": said, "severity": severity}
    event = {"timestamp": "2026-03-04T02:00:01.0+0000", "flow_id": 1, "event_type": "alert", "alert": told}
    return json.dumps(event | {"src_ip": source, "dest_ip": target, "dest_port": port, "proto": "TCP"} | more)


def test_alerts_are_counted_by_both_ends_and_an_answer_is_told_apart(tmp_path: Path) -> None:
    probes = [(n, _eve(ATTACKER, "10.0.0.5", "probe", 3, port=n)) for n in range(1, 4)]
    answer_ = [
        (9.0, _eve("10.0.0.5", ATTACKER, "id check returned root", 2)),
        (5.0, _eve(ATTACKER, "10.0.0.6", "x", 1)),
    ]
    case = case_over(tmp_path, Log("eve", "suricata", [*probes, *answer_]))

    answer = signatures(case, address(ATTACKER))

    assert list(answer.frame["severity"]) == [1, 2, 3]
    assert list(answer.frame["ports"]) == [1, 1, 3]
    assert list(answer.frame["from address"]) == [ATTACKER, "10.0.0.5", ATTACKER]
    assert set(answer.frame["to address is"]) == {"private", "public"}
    assert answer.reading == (
        "5 alerts of 1 signature in Suricata events, between 2026-03-04 02:00:01 and 02:00:09 UTC. "
        "The most severe of severity 1: x 1. "
        "In packets to it: id check returned root 1 from 10.0.0.5 (private), at 2026-03-04 02:00:09 UTC."
    )


def test_what_an_attacked_host_replies_stands_in_the_first_look_once_though_two_logs_tell_of_it(tmp_path: Path) -> None:
    said = "GPL ATTACK_RESPONSE id check returned root"
    head = "03/04/2026-02:00:01.000000  "
    line = f"{head}[**] [1:7:1] {said} [**] [Classification: Bad] [Priority: 2] {{TCP}} 10.0.0.5:80 -> {ATTACKER}:9"
    eve = [(1.0, _eve("10.0.0.5", ATTACKER, said, 2))]
    case = case_over(tmp_path, Log("eve", "suricata", eve), Log("fast", "suricata_fast", [(1.0, line)]))

    reading = first_look(case, address(ATTACKER)).reading

    told = f"10.0.0.5 (private) answered {ATTACKER} as a host does that is attacked ({said}, 1 time, at 2026-03-04 "
    assert reading.count(told) == 1


def test_the_lines_of_the_sensor_are_read_with_ports_and_without_and_in_ipv6(tmp_path: Path) -> None:
    head = "03/04/2026-02:00:01.000000  "
    ends = ("2001:0db8:0000:0000:0000:0000:0000:0010:4000 -> 2001:0db8:0000:0000:0000:0000:0000:0020:80", "")
    lines = [
        f"{head}[**] [1:11:1] with ports [**] [Classification: Bad] [Priority: 2] {{TCP}} {ATTACKER}:1 -> 10.0.0.5:80",
        f"{head}[Drop] [**] [1:12:1] no ports [**] [Priority: 1] {{ICMP}} {ATTACKER} -> 10.0.0.5",
        f"{head}[**] [1:13:1] six [**] [Priority: 3] {{TCP}} {ends[0]}",
    ]
    case = case_over(tmp_path, Log("fast", "suricata_fast", list(enumerate(lines, 1))))

    frame = signatures(case, address(ATTACKER)).frame.set_index("id")
    six = signatures(case, address("2001:db8::10")).frame

    assert list(frame.loc["12", ["severity", "from address", "to address", "verdict"]]) == [
        1,
        ATTACKER,
        "10.0.0.5",
        "Drop",
    ]
    assert frame.loc["11", "severity"] == 2
    assert list(six["from address"]) == ["2001:db8::10"]
    assert list(six["to address"]) == ["2001:db8::20"]


def test_other_events_of_the_sensor_are_no_alerts(tmp_path: Path) -> None:
    dns = json.loads(_eve(ATTACKER, "10.0.0.5", "x", 1)) | {"event_type": "dns", "dns": {"rrname": "a.example"}}
    case = case_over(tmp_path, Log("eve", "suricata", [(1.0, json.dumps(dns))]))

    assert signatures(case, address(ATTACKER)).reading.startswith(
        "No alert of the network sensor names 203.0.113.66 in eve, "
    )


def test_nothing_found_and_not_examined_are_different_answers(tmp_path: Path, quiet: Case) -> None:
    case = case_over(tmp_path, Log("eve", "suricata", [(1.0, _eve(ATTACKER, "10.0.0.5", "x", 1))]))

    unexamined, found = signatures(quiet, user("nobody")), signatures(case, user("nobody"))

    assert unexamined.reading == "Not examined: no log group holds Suricata events."
    assert found.reading.startswith("No alert of the network sensor names nobody in eve, ")
    assert list(found.frame.columns) == list(unexamined.frame.columns)
