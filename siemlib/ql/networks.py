"""Ranges of addresses, and the SQL that says whether an address is in one of them.

An IPv4 address is a number there and an IPv6 address 32 hexadecimal digits, so a range is a ``BETWEEN`` in both.
"""

from __future__ import annotations

import ipaddress

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""RFC 1918, and the unique local addresses of RFC 4193."""

RESERVED = (
    *("0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15"),
    *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "::/128", "::1/128", "2001:db8::/32", "fe80::/10"),
    "ff00::/8",
)
"""Not private and not routable in public: the special-purpose registries of RFC 6890, and multicast."""


def between(subnet: str) -> tuple[str, str]:
    """The function that reads an address of the family of ``subnet``, and the range that it must lie in, as SQL.

    Raises ValueError for what is no subnet. Host bits may be set, as people write them.
    """
    network = ipaddress.ip_network(subnet.strip(), strict=False)
    first, last = int(network.network_address), int(network.broadcast_address)
    if isinstance(network, ipaddress.IPv4Network):
        return "ql_ipv4", f"BETWEEN {first} AND {last}"
    return "ql_address6", f"BETWEEN '{first:032x}' AND '{last:032x}'"


def within(address: str, subnet: str) -> str:
    """SQL: whether ``address`` lies in ``subnet``; false for what is no address.

    Where the subnet fixes whole octets, their text is looked at first, which is cheap and nearly always says no.
    """
    function, interval = between(subnet)
    test = f"coalesce({function}({address}) {interval}, FALSE)"
    network = ipaddress.ip_network(subnet.strip(), strict=False)
    octets = network.prefixlen // 8 if isinstance(network, ipaddress.IPv4Network) else 0
    if not 0 < octets < 4:  # noqa: PLR2004 - the octets of an address
        return test
    prefix = ".".join(str(network.network_address).split(".")[:octets])
    return f"CASE WHEN starts_with({address}, '{prefix}.') THEN {test} ELSE FALSE END"


def is_subnet(text: str, version: int | None) -> bool:
    """Whether ``text`` is a subnet, of IP ``version`` 4 or 6 where one is given."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return False
    return version is None or network.version == version


def inside(address: str, subnets: tuple[str, ...]) -> str:
    """SQL: whether ``address`` lies in one of ``subnets``; false for what is no address."""
    tests = (f"{function}({address}) {interval}" for function, interval in map(between, subnets))
    return f"coalesce({' OR '.join(tests)}, FALSE)"
