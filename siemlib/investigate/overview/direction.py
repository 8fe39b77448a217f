"""Inbound or outbound, decided in the query: by the inventory and the private ranges, else by what the record says."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from siemlib.model.inventory import Inventory
from siemlib.ql.quoting import print_text

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    from siemlib.case import Case

INBOUND, OUTBOUND, INTERNAL = "inbound", "outbound", "internal"
OUTSIDE = "outside"
"""Neither end is inside."""

# The ranges of siemlib.model.inventory, as one pattern over what a flow record holds: canonical addresses.
_PRIVATE = (
    r"^(?:10\.|172\.(?:1[6-9]|2[0-9]|3[01])\.|192\.168\.|169\.254\.|127\."
    r"|100\.(?:6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|::1$)"
)


def direction(case: Case) -> str:
    """The expression, in Logs Insights QL, that gives the direction of a flow record as one of the words above.

    Inside is what :attr:`siemlib.model.inventory.Label.inside` says. Where neither end is, ``flowDirection`` decides,
    which only records of version 5 have.
    """
    source, target = inside(case, "srcAddr"), inside(case, "dstAddr")
    logged = f'if(flowDirection = "ingress", "{INBOUND}", if(flowDirection = "egress", "{OUTBOUND}", "{OUTSIDE}"))'
    return f'if({source}, if({target}, "{INTERNAL}", "{OUTBOUND}"), if({target}, "{INBOUND}", {logged}))'


def inside(case: Case, field: str) -> str:
    """The condition that the address in ``field`` is inside: in a private range, or in the inventory."""
    listed = [entry.network for entry in case.inventory.entries if not _is_private(entry.network)]
    hosts = sorted({print_text(str(network.network_address)) for network in listed if network.num_addresses == 1})
    networks = [network for network in listed if network.num_addresses > 1]
    conditions = [f"{field} like /{_PRIVATE}/"]
    conditions += [f"{field} in [{', '.join(hosts)}]"] if hosts else []
    conditions += [f"isIpv{net.version}InSubnet({field}, {print_text(str(net))})" for net in sorted(networks, key=str)]
    return f"({' or '.join(conditions)})"


def _is_private(network: IPv4Network | IPv6Network) -> bool:
    """Whether both ends of the network are private, and with them the whole: private ranges have no gaps."""
    labels = [Inventory().label(str(end)) for end in (network.network_address, network.broadcast_address)]
    return all(label is not None and label.inside for label in labels) and network.prefixlen >= _SHORTEST


_SHORTEST = ip_network("fc00::/7").prefixlen
"""Of the masks of private ranges; a network with a shorter one cannot lie within any."""
