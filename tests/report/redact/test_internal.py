"""Which addresses are internal, and the conditions by which queries tell them."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from siemlib.evidence.redact import Redactor
from siemlib.investigate.traffic.inside import condition, fitting
from siemlib.model.inventory import Inventory, Known
from siemlib.model.observable import Address
from siemlib.report.redact.internal import conditions, internal, networks_digest

KEY = b"k" * 32
OURS = Inventory(
    [
        Known(ip_network("198.51.100.5"), "egress"),
        Known(ip_network("192.0.2.0/24"), "office"),
        Known(ip_network("192.0.2.9"), "our scanner", scanner=True),
        Known(ip_network("10.0.9.9"), "inner scanner", scanner=True),
        Known(ip_network("203.0.113.7"), "hired scanner", scanner=True),
        Known(ip_network("2001:db8:ff00::30/127"), "lb"),
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        *("198.51.100.5", "192.0.2.1", "192.0.2.9", "10.0.9.9", "10.1.1.1", "172.31.0.1", "100.64.0.1"),
        *("2001:db8:ff00::31", "fd00::1", "fe80::1"),
    ],
)
def test_private_ones_and_those_of_the_inventory_are(text: str) -> None:
    assert internal(OURS)(Address.parse(text))


@pytest.mark.parametrize(
    "text",
    ["203.0.113.7", "198.51.100.50", "2001:db8:ff00::32", "127.0.0.1", "::1", "169.254.169.254", "0" + 3 * ".0", "::"],
)
def test_a_hired_scanner_others_and_what_each_machine_has_are_not(text: str) -> None:
    assert not internal(OURS)(Address.parse(text))


def test_the_condition_of_a_query_tells_no_network_of_the_inventory() -> None:
    query = "filter " + condition("srcAddr", fitting(OURS.networks_inside))
    assert r"100\.(5$)" in query
    found = Redactor(KEY, (), internal(OURS), conditions(OURS)).text(query)
    for part in ("51", r"\.", "192", "ff00::"):
        assert part not in found
    assert found.startswith("filter (srcAddr like /^host-")


def test_private_ranges_alone_are_what_anybody_writes() -> None:
    inside = Inventory([Known(ip_network("10.0.1.0/24"), "ours")])
    assert conditions(inside) == conditions(Inventory()) == ()


def test_the_digest_tells_inventories_and_keys_apart() -> None:
    entries = OURS.entries
    digests = {
        networks_digest(KEY, OURS),
        networks_digest(KEY, Inventory(entries[1:])),
        networks_digest(KEY, Inventory([Known(each.network, each.name) for each in entries])),
        networks_digest(b"x" * 32, OURS),
    }
    assert len(digests) == 4
    assert networks_digest(KEY, Inventory(reversed(entries))) == networks_digest(KEY, OURS)
