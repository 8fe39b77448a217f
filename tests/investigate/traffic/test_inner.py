"""What was rejected inside: a scan, a misconfiguration, or undecided, with the facts for both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.investigate import traffic
from siemlib.investigate.portscan import SCAN
from siemlib.investigate.traffic.inner import AGAIN, LIKE_SCAN, UNDECIDED
from tests.investigate.incident import Log, flow
from tests.investigate.traffic.net import BASTION, DATABASE, OURS, UNCLEAR, WRONG, echo, network

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case


def test_each_inside_sender_is_read_by_its_ports_hosts_and_repetitions(net: Case) -> None:
    frame = traffic.rejected_inside(net).frame.set_index("address")

    assert frame["reads as"].to_dict() == {
        OURS: "known scanner",
        BASTION: "more like a scan",
        UNCLEAR: "undecided",
        WRONG: "more like a misconfiguration",
    }
    assert list(frame.loc[BASTION, ["flows", "ports", "hosts", "doors"]]) == [16, 16, 1, 16]
    assert list(frame.loc[WRONG, ["flows", "ports", "hosts", "doors"]]) == [6, 1, 1, 1]


def test_the_facts_for_both_stand_beside_the_reading(net: Case) -> None:
    frame = traffic.rejected_inside(net).frame.set_index("address")

    assert frame.loc[BASTION, "for a scan"] == "16 distinct ports (15 or more); each port of a host tried 1.0 times"
    assert frame.loc[BASTION, "for a misconfiguration"] == "nothing"
    assert frame.loc[WRONG, "for a scan"] == "nothing"
    assert frame.loc[WRONG, "for a misconfiguration"] == (
        "only 1 port of 1 host; each port of a host tried 6.0 times (3 or more)"
    )


def test_the_reading_names_the_scan_first_and_the_known_scanner_as_such(net: Case) -> None:
    reading = traffic.rejected_inside(net).reading

    assert reading.startswith("57 flows of 4 inside addresses rejected by inside hosts. More like a scan: 10.0.1.10")
    assert f"More like a misconfiguration: {WRONG} (private), 6 flows to 1 port of 1 host" in reading
    assert f"Known scanner: {OURS} (vulnscan-1 (known scanner)), 30 flows" in reading


def test_what_comes_from_outside_is_not_inside(net: Case) -> None:
    assert set(traffic.rejected_inside(net).frame["address"]) == {OURS, BASTION, UNCLEAR, WRONG}


def test_a_check_that_asks_many_hosts_again_and_again_is_undecided(tmp_path: Path) -> None:
    lines = [
        flow(host * 100 + n, "10.0.5.5", 40_000 + n, f"10.0.0.{host}", 9100, "REJECT")
        for host in range(6)
        for n in range(5)
    ]

    frame = traffic.rejected_inside(network(tmp_path, Log("vpc", "vpc_flow", lines))).frame

    assert list(frame["reads as"]) == ["undecided"]
    assert frame.loc[0, "for a scan"] == "6 distinct hosts (4 or more)"
    assert frame.loc[0, "for a misconfiguration"] == "each port of a host tried 5.0 times (3 or more)"


def test_pings_inside_are_flows_without_a_port(tmp_path: Path) -> None:
    log = Log("vpc", "vpc_flow", [echo(0, "10.0.5.5", DATABASE), echo(9, "10.0.5.5", "10.0.3.41")])

    frame = traffic.rejected_inside(network(tmp_path, log)).frame

    assert list(frame.loc[0, ["flows", "ports", "hosts"]]) == [2, 0, 2]


@pytest.mark.parametrize(("tries", "told"), [(AGAIN - 1, LIKE_SCAN), (AGAIN, UNDECIDED)])
def test_who_comes_back_to_many_ports_as_often_as_a_fault_does_is_undecided(
    tries: int, told: str, tmp_path: Path
) -> None:
    lines = [flow(n * 100 + m, OURS, 40_000, DATABASE, 2001 + n, "REJECT") for n in range(SCAN) for m in range(tries)]

    frame = traffic.rejected_inside(network(tmp_path, Log("vpc", "vpc_flow", lines), inventory="")).frame

    assert list(frame["reads as"]) == [told]
