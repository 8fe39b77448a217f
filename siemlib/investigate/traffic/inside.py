"""Which addresses are inside, as a condition of a query: no flow leaves the engine to be told apart."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from ipaddress import IPv6Network

    Network = IPv4Network | IPv6Network
    Tree = dict[str, "Tree"]

LONGEST = 4_000
"""Characters of one condition. A query has two, and may have 10,000."""

_OCTETS, _OCTET = 4, 8


def fitting(networks: Sequence[Network]) -> tuple[Network, ...]:
    """As many of the networks as fit into a condition, the widest first: all, but of an inventory of thousands."""
    widest = sorted(networks, key=lambda network: network.prefixlen / network.max_prefixlen)
    count = len(widest)
    while count > 1 and len(condition("srcAddr", widest[:count])) > LONGEST:
        count = count * 9 // 10
    return tuple(widest[:count])


def condition(field: str, networks: Iterable[Network]) -> str:
    """Whether the address in ``field`` is in one of the networks."""
    tree: Tree = {}
    tests = []
    for network in networks:
        if isinstance(network, IPv4Network):
            for path in _paths(network):
                _plant(tree, path)
        else:
            tests.append(f'isIpInSubnet({field}, "{network}")')
    # One regular expression takes a tenth of the time that a test of each network takes.
    if tree:
        tests.insert(0, f"{field} like /^{_pattern(tree)}/")
    return f"({' or '.join(tests)})"


def _paths(network: IPv4Network) -> list[tuple[str, ...]]:
    """The beginnings of the dotted addresses of a network: ``("172", "16")`` … ``("172", "31")`` of 172.16.0.0/12."""
    octets = str(network.network_address).split(".")
    fixed, bits = divmod(network.prefixlen, _OCTET)
    start = tuple(octets[:fixed])
    if not bits and network.prefixlen:
        return [start]
    first = int(octets[fixed])
    return [(*start, str(first + n)) for n in range(2 ** (_OCTET - bits))]


def _plant(tree: Tree, path: tuple[str, ...]) -> None:
    for octet in path:
        tree = tree.setdefault(octet, {})


def _pattern(tree: Tree, depth: int = 1) -> str:
    """A regular expression for the octets that begin as a branch of the tree."""
    by_rest: dict[str, list[str]] = {}
    for octet, below in tree.items():
        rest = "$" if depth == _OCTETS else r"\." + (_pattern(below, depth + 1) if below else "")
        by_rest.setdefault(rest, []).append(octet)
    return f"({'|'.join(f'{_either(octets)}{rest}' for rest, octets in by_rest.items())})"


def _either(octets: list[str]) -> str:
    return octets[0] if len(octets) == 1 else f"({'|'.join(octets)})"
