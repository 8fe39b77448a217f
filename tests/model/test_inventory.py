"""The inventory says of an address what it is."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from siemlib.model.inventory import AddressKind, Inventory, Known

INVENTORY = Inventory(
    [
        Known(ip_network("10.0.0.0/16"), "vpc", "network", "platform"),
        Known(ip_network("10.0.1.10/32"), "bastion-1", "bastion", "platform", ports=("22/tcp",)),
        Known(ip_network("10.0.9.9/32"), "vulnscan-1", "scanner", "security", scanner=True),
        Known(ip_network("2001:db8:ff00::/48"), "vpc6"),
    ]
)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("10.0.1.10", AddressKind.OURS),
        ("::ffff:10.0.1.10", AddressKind.OURS),
        ("10.0.9.9", AddressKind.SCANNER),
        ("10.0.200.1", AddressKind.INTERNAL),
        ("2001:db8:ff00::30", AddressKind.INTERNAL),
        ("10.1.0.1", AddressKind.PRIVATE),
        ("100.64.7.21", AddressKind.PRIVATE),
        ("127.0.0.1", AddressKind.PRIVATE),
        ("fe80::1", AddressKind.PRIVATE),
        ("100.128.0.1", AddressKind.PUBLIC),
        ("203.0.113.66", AddressKind.PUBLIC),
        ("2001:db8::1", AddressKind.PUBLIC),
    ],
)
def test_every_address_has_one_kind(address: str, kind: AddressKind) -> None:
    label = INVENTORY.label(address)
    assert label is not None
    assert label.kind is kind


@pytest.mark.parametrize("text", ["", "-", "AWS Internal", "bastion-1", "10.0.1.10:22", "10.0.0.0/16"])
def test_what_is_no_address_has_no_label(text: str) -> None:
    assert INVENTORY.label(text) is None


def test_the_narrowest_entry_speaks_for_an_address() -> None:
    assert [INVENTORY.label(address).text for address in ("10.0.1.10", "10.0.1.11", "8.8.8.8")] == [  # type: ignore[union-attr]
        "bastion-1, bastion, of platform (ours)",
        "vpc, network, of platform (internal)",
        "public",
    ]


def test_without_an_inventory_addresses_are_private_or_public() -> None:
    assert [Inventory().label(text).inside for text in ("10.0.1.10", "203.0.113.66")] == [True, False]  # type: ignore[union-attr]
