"""Talkers, ports and pairs: sums, shares and who is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.investigate import traffic
from tests.investigate.traffic.net import CLIENT, SCANNER, SWEEPER, WEB

if TYPE_CHECKING:
    from siemlib.case import Case

_BYTES = 5000 + 7000 + 900 + 100 + 101 * 40 + 5 * 84


def test_senders_are_ranked_by_bytes_with_their_share_of_all_traffic(net: Case) -> None:
    answer = traffic.talkers(net)

    first, second = (row for _, row in answer.frame.head(2).iterrows())
    assert (first["address"], first["bytes"], first["flows"], first["accepted"]) == (WEB, 7900, 2, 2)
    assert first["address is"] == "web-1 (ours)"
    assert first["% of bytes"] == pytest.approx(100 * 7900 / _BYTES, abs=0.01)
    assert (second["address"], second["bytes"]) == (CLIENT, 5000)
    assert answer.frame["bytes"].sum() == _BYTES
    assert answer.reading.startswith("11 addresses sent. Most bytes: 10.0.2.21 (web-1 (ours)) 7,900 (")


def test_senders_by_flows_have_another_order_and_another_name(net: Case) -> None:
    answer = traffic.talkers(net, by="flows")

    assert answer.name == "talkers-by-flows"
    assert answer.frame["flows"].is_monotonic_decreasing
    assert answer.frame.loc[0, "flows"] == 30
    assert answer.frame["% of flows"].sum() == pytest.approx(100, abs=0.1)


def test_ports_are_those_that_were_asked_for_and_not_those_of_answers(net: Case) -> None:
    frame = traffic.ports(net).frame

    https = frame[frame["port"] == 443].iloc[0]
    assert (https["accepted"], https["rejected"], https["senders"]) == (3, 0, 3)
    assert 50_000 not in set(frame["port"].dropna())
    telnet = frame[frame["port"] == 23].iloc[0]
    assert (telnet["rejected"], telnet["senders"], telnet["hosts"]) == (4, 1, 4)
    assert frame[frame["protocol"] == "ICMP"]["port"].isna().all()


def test_the_senders_to_one_port_are_listed(net: Case) -> None:
    answer = traffic.of_port(net, 23)

    assert answer.name == "port-23"
    assert list(answer.frame["address"]) == [SWEEPER]
    assert answer.reading == (
        "Port 23: 4 flows of 1 address (0 accepted, 4 rejected), between 2026-03-04 02:03:20 and 02:03:23 UTC."
        f" Most: {SWEEPER} (4 flows, 4 packets)."
    )


def test_a_high_port_that_only_got_answers_was_not_asked_for(net: Case) -> None:
    assert traffic.of_port(net, 50_000).reading.startswith("No flow went to port 50000")
    assert traffic.of_port(net, 4444).reading.startswith("No flow went to port 4444, 2026-03-04 02:00:00")


def test_everything_outside_is_one_in_the_matrix(net: Case) -> None:
    frame = traffic.pairs(net).frame.set_index(["sender", "receiver"])

    assert frame.loc[("outside", f"web-1 {WEB}"), "accepted"] == 1
    assert frame.loc[("outside", f"web-1 {WEB}"), "rejected"] == 20 + 1 + 1 + 20
    assert frame.loc[(f"web-1 {WEB}", "outside"), "bytes"] == 7900
    assert frame.loc[("outside", "outside"), "accepted"] == 1
    assert not any(SCANNER in name for pair in frame.index for name in pair)
    assert "3 pairs exchanged accepted flows" in traffic.pairs(net).reading
