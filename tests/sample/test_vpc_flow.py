"""What the flow records tell, read by the names in their headers."""

from __future__ import annotations

import gzip
from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.sample import Truth

Record = dict[str, str]
DATABASE_INTERFACE = "eni-000000000db50a040"


@pytest.fixture(scope="module")
def records(sample: Path) -> list[Record]:
    """Every record, by the header of its own file."""
    found = []
    for path in (sample / "vpc-flow").rglob("*.log.gz"):
        header, *lines = gzip.decompress(path.read_bytes()).decode().splitlines()
        names = header.split()
        found += [dict(zip(names, line.split(), strict=True)) for line in lines]
    return found


def test_the_attacker_is_rejected_at_more_than_a_hundred_ports_of_several_hosts(
    records: list[Record], truth: Truth
) -> None:
    rejected = [one for one in records if one["srcaddr"] == "203.0.113.66" and one["action"] == "REJECT"]
    ports = {one["dstport"] for one in rejected if one["protocol"] == "6"}
    assert len(ports) == truth.counts["ports_probed"] >= 100
    assert len({one["dstaddr"] for one in rejected}) == truth.counts["hosts_probed"] == 4
    assert len(rejected) == truth.counts["flows_rejected"]


def test_the_attackers_accepted_flows_only_use_what_is_open(records: list[Record], truth: Truth) -> None:
    accepted = [
        one for one in records if "203.0.113.66" in {one["srcaddr"], one["dstaddr"]} and one["action"] == "ACCEPT"
    ]
    assert len(accepted) == truth.counts["flows_accepted"]
    ports = {one["dstport"] if one["srcaddr"] == "203.0.113.66" else one["srcport"] for one in accepted}
    assert ports == {"22", "80", "443"}


def test_echo_requests_have_no_ports(records: list[Record]) -> None:
    icmp = [one for one in records if one["protocol"] == "1"]
    assert {(one["srcport"], one["dstport"]) for one in icmp} == {("0", "0")}
    assert sum(one["srcaddr"] == "203.0.113.66" for one in icmp) == 12


def test_windows_without_traffic_have_no_addresses(records: list[Record]) -> None:
    empty = [one for one in records if one["log-status"] != "OK"]
    assert Counter(one["log-status"] for one in empty) == {"NODATA": 288, "SKIPDATA": 9}
    assert {one[name] for one in empty for name in ("srcaddr", "dstaddr", "srcport", "bytes", "action")} == {"-"}


def test_the_inside_is_probed_from_the_bastion_and_louder_by_the_expected_scanner(
    records: list[Record], truth: Truth
) -> None:
    rejected = [one for one in records if one["action"] == "REJECT"]
    bastion = [one for one in rejected if one["srcaddr"] == "10.0.1.10"]
    scanner = [one for one in rejected if one["srcaddr"] == "10.0.9.9"]
    assert len(bastion) == truth.counts["inside_flows_rejected"]
    assert len({one["dstport"] for one in bastion}) == truth.counts["inside_ports_probed"]
    assert len(scanner) == truth.counts["expected_scanner_flows_rejected"] > len(bastion)


def test_the_database_sees_every_connection_from_the_bastion_once(records: list[Record], truth: Truth) -> None:
    seen = [
        one
        for one in records
        if (one["srcaddr"], one["dstport"], one["interface-id"]) == ("10.0.1.10", "5432", DATABASE_INTERFACE)
    ]
    assert len(seen) == truth.counts["database_flows"] == truth.counts["database_failed_passwords"]


def test_the_custom_format_names_the_sender_behind_the_gateway(records: list[Record]) -> None:
    behind = [one for one in records if one["version"] == "5" and one["srcaddr"] == "10.0.1.5"]
    assert {one["pkt-srcaddr"] for one in behind} == {"10.0.2.21", "10.0.2.22", "10.0.2.31"}


def test_an_address_of_version_six_never_talks_to_one_of_version_four(records: list[Record]) -> None:
    assert any(":" in one["srcaddr"] for one in records)
    assert all((":" in one["srcaddr"]) == (":" in one["dstaddr"]) for one in records)


def test_the_neighbours_of_the_attackers_address_have_traffic_of_their_own(records: list[Record]) -> None:
    actions = {
        address: {one["action"] for one in records if one["srcaddr"] == address}
        for address in ("203.0.113.6", "203.0.113.166")
    }
    assert actions == {"203.0.113.6": {"ACCEPT"}, "203.0.113.166": {"ACCEPT", "REJECT"}}
