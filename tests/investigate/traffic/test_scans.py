"""Port scans: what is one, what is none, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load
from siemlib.case import open_case
from siemlib.investigate import pivot, traffic
from siemlib.investigate.portscan import SCAN, SWEEP
from tests.investigate.incident import START, Log, flow
from tests.investigate.traffic.net import BASTION, OURS, PINGER, SCANNER, SERVICE, SWEEPER, network

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case


def test_scans_are_told_by_distinct_ports_and_hosts_with_their_shape(net: Case) -> None:
    frame = traffic.scans(net).frame.set_index("address")

    assert frame["shape"].to_dict() == {
        OURS: "vertical",
        SCANNER: "vertical",
        SERVICE: "vertical",
        BASTION: "vertical",
        SWEEPER: "horizontal",
    }
    assert frame["reads as"].to_dict() == {
        OURS: "known scanner",
        SCANNER: "scan",
        SERVICE: "late answers",
        BASTION: "scan",
        SWEEPER: "scan",
    }
    assert list(frame.loc[SCANNER, ["ports", "hosts", "flows", "ports of one host"]]) == [20, 1, 20, 20]
    assert list(frame.loc[SWEEPER, ["ports", "hosts", "flows", "hosts of one port"]]) == [1, 4, 4, 4]


def test_the_reading_counts_neither_the_known_scanner_nor_late_answers(net: Case) -> None:
    reading = traffic.scans(net).reading

    assert reading.startswith("3 addresses scanned, 1 of them inside: each was rejected at 15 or more distinct ports")
    assert f"{SCANNER} 20 ports of 1 host between 2026-03-04 02:01:40 and 02:01:59 UTC" in reading
    assert f"{BASTION} (bastion-1 (ours)) 16 ports of 1 host" in reading
    assert f"A known scanner of the inventory, and not counted: {OURS} (vulnscan-1 (known scanner)) 30 ports" in reading
    assert reading.endswith(f"Late answers of a service, and not counted: {SERVICE}.")


@pytest.mark.parametrize(
    ("sender", "told"),
    [
        (SCANNER, "a port scan, 20 distinct ports rejected (20 rejected flows)"),
        (SWEEPER, "a port scan, one port rejected at 4 hosts (4 rejected flows)"),
        (SERVICE, "late answers of a service, rejected at 20 ports (20 rejected flows"),
        (OURS, "a port scan by a known scanner, 30 distinct ports rejected (30 rejected flows)"),
        (PINGER, f"{PINGER}: 5 rejected flows"),
    ],
)
def test_a_pivot_on_a_sender_gives_the_verdict_of_the_page(net: Case, sender: str, told: str) -> None:
    assert told in pivot.first_look(net, pivot.address(sender)).reading


def test_a_protocol_without_ports_adds_none_to_a_pivots_scan(tmp_path: Path) -> None:
    start = round(START.timestamp())
    lines = [flow(n, "203.0.113.9", 40_000, "10.0.0.1", 1000 + n, "REJECT") for n in range(SCAN - 1)]
    lines.append((20.0, f"2 123456789012 eni-0a 203.0.113.9 10.0.0.1 0 0 47 1 84 {start} {start + 60} REJECT OK"))
    net = network(tmp_path, Log("vpc", "vpc_flow", lines))

    assert traffic.scans(net).frame.empty
    assert "scan" not in pivot.first_look(net, pivot.address("203.0.113.9")).reading


def test_pings_are_no_port_scan(net: Case) -> None:
    assert PINGER not in set(traffic.scans(net).frame["address"])


@pytest.mark.parametrize(
    ("ports", "hosts", "shape"),
    [(SCAN, 1, "vertical"), (SCAN - 1, 1, None), (1, SWEEP, "horizontal"), (1, SWEEP - 1, None)],
)
def test_the_thresholds_are_where_they_are_said_to_be(
    ports: int, hosts: int, shape: str | None, tmp_path: Path
) -> None:
    lines = [
        flow(port * 10 + host, "203.0.113.9", 40_000, f"10.0.0.{host}", 1000 + port, "REJECT")
        for port in range(ports)
        for host in range(hosts)
    ]

    frame = traffic.scans(network(tmp_path, Log("vpc", "vpc_flow", lines))).frame

    assert list(frame["shape"]) == ([shape] if shape else [])


def test_many_ports_over_many_hosts_are_a_spread_scan_and_a_port_each_of_four_hosts_is_none(tmp_path: Path) -> None:
    lines = [flow(n, "203.0.113.9", 40_000, f"10.0.0.{n % 5}", 1000 + n, "REJECT") for n in range(15)]
    lines += [flow(n, "203.0.113.10", 40_000, f"10.0.0.{n}", 2000 + n, "REJECT") for n in range(4)]

    frame = traffic.scans(network(tmp_path, Log("vpc", "vpc_flow", lines))).frame

    assert frame.set_index("address")["shape"].to_dict() == {"203.0.113.9": "spread"}


def test_a_scan_of_high_ports_that_starts_once_from_a_high_port_is_no_late_answer(tmp_path: Path) -> None:
    lines = [flow(n, "203.0.113.9", 53, "10.0.0.1", 40_000 + n, "REJECT") for n in range(20)]
    lines.append(flow(30, "203.0.113.9", 40_000, "10.0.0.1", 22, "REJECT"))

    frame = traffic.scans(network(tmp_path, Log("vpc", "vpc_flow", lines))).frame

    assert list(frame["reads as"]) == ["scan"]


def test_a_layout_that_logs_no_protocol_hides_no_scan(tmp_path: Path) -> None:
    log = tmp_path / "flows.log"
    lines = [f"3 203.0.113.9 10.0.0.1 {port} 1772589600 1772589660 REJECT OK" for port in range(1, 21)]
    log.write_text("\n".join(["version srcaddr dstaddr dstport start end action log-status", *lines]), encoding="utf-8")
    assert not load([log], tmp_path / "archive", log_group="vpc", source="vpc_flow").refused

    frame = traffic.scans(open_case(engine=f"local:{tmp_path / 'archive'}", start="", end="")).frame

    assert list(zip(frame["address"], frame["ports"], frame["reads as"], strict=True)) == [("203.0.113.9", 20, "scan")]
