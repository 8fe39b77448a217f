"""Inbound or outbound, decided in the query: by the inventory and the private ranges, else by what the record says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate.traffic.inside import condition, fitting

if TYPE_CHECKING:
    from siemlib.case import Case

INBOUND, OUTBOUND, INTERNAL = "inbound", "outbound", "internal"
OUTSIDE = "outside"
"""Neither end is inside."""


def with_direction(case: Case) -> str:
    """The command, in Logs Insights QL, that gives a flow record its ``direction``, one of the words above.

    Inside is what :attr:`siemlib.model.inventory.Label.inside` says. Where neither end is, ``flowDirection`` decides,
    which only records of version 5 have.
    """
    source, target = inside(case, "srcAddr"), inside(case, "dstAddr")
    logged = f'if(flowDirection = "ingress", "{INBOUND}", if(flowDirection = "egress", "{OUTBOUND}", "{OUTSIDE}"))'
    # Each condition once: with a large inventory, it is almost half of what a query may have.
    return (
        f"fields if({source}, 1, 0) as from_inside, if({target}, 1, 0) as to_inside\n"
        f'| fields if(from_inside = 1, if(to_inside = 1, "{INTERNAL}", "{OUTBOUND}"),\n'
        f'    if(to_inside = 1, "{INBOUND}", {logged})) as direction'
    )


def left_out(case: Case) -> str:
    """A sentence, with a blank before it, on the networks of the inventory that a query has no room for; else empty."""
    networks = case.inventory.networks_inside
    more = len(networks) - len(fitting(networks))
    return f" {more:,} networks of the inventory are too many for a query, and count as outside." if more else ""


def inside(case: Case, field: str) -> str:
    """The condition that the address in ``field`` is inside: in a private range, or in the inventory."""
    return condition(field, fitting(case.inventory.networks_inside))
