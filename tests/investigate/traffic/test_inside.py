"""The condition for an address inside: what the inventory says of an address, the query says as well."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest

from siemlib.investigate import traffic
from siemlib.investigate.traffic.inside import LONGEST, condition, fitting
from siemlib.model.inventory import Inventory, Known
from tests.investigate.incident import Log, flow
from tests.investigate.traffic.net import network

if TYPE_CHECKING:
    from pathlib import Path

ADDRESSES = (
    *("203.0.113.66", "203.0.113.6", "203.0.113.67", "203.0.113.128", "203.0.112.1", "203.0.128.1", "8.8.8.8"),
    *("10.0.0.1", "172.16.0.1", "172.31.255.1", "172.32.0.1", "192.168.9.9", "100.64.0.1", "100.128.0.1", "11.10.0.1"),
    *("2001:db8::1", "2001:db8:1::1", "fd00::1", "fe80::1", "::1"),
)
NETWORKS = (
    *("0.0.0.0/0", "128.0.0.0/1", "203.0.112.0/20", "203.0.113.0/24", "203.0.113.64/26", "203.0.113.66/32"),
    *("2001:db8::/48", "2001:db8::1/128", "::/0"),
)


@pytest.mark.parametrize("text", NETWORKS)
def test_the_query_finds_inside_what_the_inventory_labels_as_inside(text: str, tmp_path: Path) -> None:
    log = Log("vpc", "vpc_flow", [flow(n, each, 1, "9.9.9.9", 2, "ACCEPT") for n, each in enumerate(ADDRESSES)])
    case = network(tmp_path, log, inventory=f'[[inventory]]\naddress = "{text}"\nname = "x"\n')
    test = condition("srcAddr", case.inventory.networks_inside)

    rows = case.run(f"stats max(if({test}, 1, 0)) as inside by srcAddr", ("vpc",)).rows

    labels = {text: case.inventory.label(text) for text in ADDRESSES}
    assert {row["srcAddr"]: row["inside"] == "1" for row in rows} == {
        text: bool(label and label.inside) for text, label in labels.items()
    }


def test_an_inventory_of_hundreds_of_public_hosts_fits_into_a_query(tmp_path: Path) -> None:
    hosts = [f"198.51.{n % 20}.{n % 250}" for n in range(500)]
    case = network(
        tmp_path, inventory="".join(f'[[inventory]]\naddress = "{host}"\nname = "h"\n' for host in dict.fromkeys(hosts))
    )

    frame = traffic.directions(case).frame

    assert frame.loc[frame["direction"] == "inside", "flows"].sum() == 57
    assert "too many" not in traffic.directions(case).reading


def test_of_an_inventory_that_does_not_fit_the_widest_networks_count_and_the_reading_says_how_many_do_not(
    tmp_path: Path,
) -> None:
    entries = [f"{100 + n % 90}.{n % 250}.{n * 7 % 250}.{n * 13 % 250}" for n in range(2000)]
    case = network(
        tmp_path,
        inventory="".join(f'[[inventory]]\naddress = "{host}"\nname = "h"\n' for host in dict.fromkeys(entries)),
    )

    reading = traffic.directions(case).reading

    networks = case.inventory.networks_inside
    kept = fitting(networks)
    assert len(condition("srcAddr", kept)) <= LONGEST
    assert ip_network("10.0.0.0/8") in kept
    assert f"{len(networks) - len(kept):,} networks of the inventory are too many for a query" in reading


def test_the_networks_inside_are_as_few_as_they_can_be() -> None:
    known = [Known(ip_network("10.1.2.3/32"), "within"), Known(ip_network("198.51.100.0/24"), "beside")]

    assert len(Inventory(known).networks_inside) == len(Inventory().networks_inside) + 1
