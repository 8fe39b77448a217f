"""Which way a flow went: by the inventory, by private ranges, by what the record itself says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.archive.load import load
from siemlib.case import open_case
from siemlib.investigate import traffic
from tests.investigate.traffic.net import INVENTORY, network

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

_EDGE = """
[[inventory]]
address = "198.51.100.9"
name = "edge"
"""
_V5 = "version srcaddr dstaddr srcport dstport protocol packets bytes start end action flow-direction log-status"


def _counted(case: Case) -> dict[tuple[str, str], tuple[int, int]]:
    frame = traffic.directions(case).frame
    return {(row["direction"], row["action"]): (row["flows"], row["bytes"]) for _, row in frame.iterrows()}


def test_flows_and_bytes_are_counted_by_direction_and_action(net: Case) -> None:
    assert _counted(net) == {
        ("inbound", "accepted"): (1, 5000),
        ("inbound", "rejected"): (20 + 4 + 5 + 20, 44 * 40 + 5 * 84),
        ("outbound", "accepted"): (2, 7900),
        ("inside", "rejected"): (16 + 30 + 6 + 5, 57 * 40),
        ("undecided", "accepted"): (1, 100),
    }


def test_the_reading_says_what_was_not_decided_and_by_which_rule(net: Case) -> None:
    reading = traffic.directions(net).reading

    assert reading.startswith(
        "Inbound 1 accepted flow of 5,000 bytes and 49 rejected; outbound 2 accepted flows of 7,900"
    )
    assert "The direction of 1 flow could not be decided." in reading
    assert reading.endswith("An address counts as inside when it is in the inventory (3 entries) or private.")


def test_without_an_inventory_private_addresses_are_inside(tmp_path: Path) -> None:
    case = network(tmp_path, inventory="")

    assert _counted(case)["inside", "rejected"] == (57, 57 * 40)
    assert "when it is private (there is no inventory)" in traffic.directions(case).reading


def test_a_public_address_of_the_inventory_is_inside(tmp_path: Path) -> None:
    case = network(tmp_path, inventory=INVENTORY + _EDGE)

    assert ("undecided", "accepted") not in _counted(case)
    assert _counted(case)["inbound", "accepted"] == (2, 5100)


def test_between_outside_addresses_the_logged_direction_decides(tmp_path: Path) -> None:
    start = 1_772_589_600
    rows = [("ingress", 7), ("egress", 5), ("-", 3)]
    lines = [f"5 203.0.113.5 2001:db8::{n} 50000 443 6 1 {n} {start} {start + 60} ACCEPT {way} OK" for way, n in rows]
    log = tmp_path / "flows.log"
    log.write_text("\n".join([_V5, *lines]) + "\n", encoding="utf-8")
    assert not load([log], tmp_path / "archive", log_group="vpc", source="vpc_flow").refused
    case = open_case(engine=f"local:{tmp_path / 'archive'}", start="", end="")

    frame = traffic.directions(case).frame.set_index("direction")

    assert frame["told by"].to_dict() == {
        "inbound": "flow-direction",
        "outbound": "flow-direction",
        "undecided": "nothing",
    }
    assert frame["bytes"].to_dict() == {"inbound": 7, "outbound": 5, "undecided": 3}
    assert "2 flows between outside addresses went by the logged flow-direction" in traffic.directions(case).reading


def test_over_time_the_sums_are_those_of_the_directions(net: Case) -> None:
    for answer in (traffic.bytes_over_time(net), traffic.flows_over_time(net)):
        sums = answer.frame.groupby("series")[["flows", "bytes"]].sum()
        assert {tuple(name.split()): tuple(row) for name, row in sums.T.to_dict("list").items()} == _counted(net)
        assert (answer.frame["to"] - answer.frame["from"]).nunique() == 1


def test_the_bin_with_most_is_named(net: Case) -> None:
    reading = traffic.bytes_over_time(net).reading

    assert "Most from 2026-03-04 02:00:00 UTC: 12,000, of them 7,000 outbound accepted." in reading
