"""What an organisation knows of its addresses: the inventory, and what it says of one address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import TYPE_CHECKING

from siemlib.model.observable import Address

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Address, IPv6Address

_PRIVATE = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",  # RFC 1918, as the next two
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",  # RFC 6598: shared between a provider and its customers, and much used for VPNs
        "127.0.0.0/8",
        "169.254.0.0/16",  # RFC 3927; AWS answers instances here
        "::1/128",
        "fc00::/7",  # RFC 4193
        "fe80::/10",
    )
)
"""Narrower than ``ipaddress.is_private``, which also counts the ranges that documentation uses."""


class AddressKind(StrEnum):
    """What an address is to us."""

    OURS = "ours"
    """The inventory names it: a machine or a service of ours."""
    SCANNER = "known scanner"
    """The inventory names it, and says that it scans others."""
    INTERNAL = "internal"
    """In a network of the inventory, but no entry of its own names it."""
    PRIVATE = "private"
    """Of a range that is not routed in the internet, and not in the inventory."""
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Known:
    """One entry of the inventory: an address, or a network of several."""

    network: IPv4Network | IPv6Network
    name: str
    role: str = ""
    owner: str = ""
    scanner: bool = False
    ports: tuple[str, ...] = ()
    """What is declared to listen there: ``22/tcp``, ``53/udp``."""

    @property
    def single(self) -> bool:
        """Whether the entry is of one address."""
        return self.network.num_addresses == 1


@dataclass(frozen=True, slots=True)
class Label:
    """What the inventory says of one address. ``name``, ``role`` and ``owner`` are empty where it says nothing."""

    kind: AddressKind
    name: str = ""
    role: str = ""
    owner: str = ""

    @property
    def inside(self) -> bool:
        """Whether the address is within the organisation, or at least in no public range."""
        return self.kind is not AddressKind.PUBLIC

    @property
    def text(self) -> str:
        """``bastion-1, bastion, of platform (ours)``, or the kind alone."""
        words = ", ".join(part for part in (self.name, self.role, f"of {self.owner}" if self.owner else "") if part)
        return f"{words} ({self.kind})" if words else str(self.kind)


class Inventory:
    """Entries by address; the narrowest network that holds an address speaks for it."""

    def __init__(self, known: Iterable[Known] = (), *, origin: str = "") -> None:
        """``origin`` says in words where the entries are from."""
        self._known = sorted(known, key=lambda entry: entry.network.prefixlen, reverse=True)
        self._origin = origin
        # By the mask and the network, so that an inventory of thousands of hosts is not gone through for each address.
        self._by_network = {_key(entry.network): entry for entry in reversed(self._known)}
        self._masks = sorted({key[:2] for key in self._by_network}, key=lambda mask: mask[1], reverse=True)
        self._label = lru_cache(maxsize=65_536)(self._find)

    @property
    def entries(self) -> tuple[Known, ...]:
        """Every entry, the narrowest networks first."""
        return tuple(self._known)

    @property
    def networks_inside(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Every address whose label is ``inside``, as few networks: those of the entries, and the private ranges."""
        networks = [*_PRIVATE, *(entry.network for entry in self._known)]
        v4 = collapse_addresses(network for network in networks if isinstance(network, IPv4Network))
        v6 = collapse_addresses(network for network in networks if isinstance(network, IPv6Network))
        return (*v4, *v6)

    @property
    def sentence(self) -> str:
        """How many entries there are and where they are from, for the reader of a case."""
        if not self._known:
            return (
                "No inventory: siem.toml names no address, so that addresses are only told apart as private and public."
            )
        entries = "1 entry" if len(self._known) == 1 else f"{len(self._known):,} entries"
        return f"Inventory of addresses: {entries}{f', from {self._origin}' if self._origin else ''}."

    def entry(self, address: Address) -> Known | None:
        """The narrowest entry that holds the address."""
        bits, ip = address.ip.max_prefixlen, int(address.ip)
        own = (size for version, size in self._masks if version == address.version)
        keys = ((address.version, size, ip >> (bits - size)) for size in own)
        return next((self._by_network[key] for key in keys if key in self._by_network), None)

    def label(self, address: Address | str) -> Label | None:
        """What the address is; ``None`` for a text that is no address (``-``, a host name, ``AWS Internal``)."""
        return self._label(address if isinstance(address, str) else address.text)

    def _find(self, text: str) -> Label | None:
        address = Address.read(text)
        if address is None:
            return None
        known = self.entry(address)
        if known is None:
            private = any(_holds(network, address.ip) for network in _PRIVATE)
            return Label(AddressKind.PRIVATE if private else AddressKind.PUBLIC)
        return Label(_kind(known), known.name, known.role, known.owner)


def _kind(known: Known) -> AddressKind:
    if known.scanner:
        return AddressKind.SCANNER
    return AddressKind.OURS if known.single else AddressKind.INTERNAL


def _key(network: IPv4Network | IPv6Network) -> tuple[int, int, int]:
    """Version, length of the mask, and the bits of the address before its end."""
    return network.version, network.prefixlen, int(network.network_address) >> network.max_prefixlen - network.prefixlen


def _holds(network: IPv4Network | IPv6Network, ip: IPv4Address | IPv6Address) -> bool:
    return network.version == ip.version and ip in network
