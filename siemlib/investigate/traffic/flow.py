"""What the questions about traffic share: the source, its words, and which way a flow went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate.ask import ask, searched
from siemlib.investigate.traffic.inside import condition, fitting
from siemlib.investigate.words import count, names
from siemlib.queries import saved
from siemlib.sources.vpc_flow import WITHOUT_PORTS

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.engine import Result

SOURCE = "vpc_flow"
MOST = 10_000
"""Rows of one answer. A table of a million senders would be read by nobody, and would not fit into memory."""

IN_BOTH = 'filter action in ["ACCEPT", "REJECT"]'
"""Records of traffic; NODATA and SKIPDATA have no action."""


def groups(case: Case) -> tuple[str, ...]:
    """The log groups with flow logs."""
    return case.log_groups(SOURCE)


def asked(case: Case, what: str) -> str:
    """Where it was searched."""
    return searched(case, groups(case), what)


def recorded(case: Case) -> Result:
    """The records of the case's timespan, by status and action."""
    return ask(case, saved("vpc_flow/records").text, groups(case))


def none(case: Case, otherwise: str = "") -> str:
    """The reading of an answer without rows: ``otherwise``, unless there was no record that could tell."""
    where = f"in {names(groups(case))}, {case.timespan}."
    if not recorded(case).rows:
        return f"No flow record {where}"
    return otherwise or f"No record of accepted or rejected traffic {where}"


def whole(row: dict[str, str], name: str) -> int:
    """A count or a sum of a row; a sum of integers may come as ``1.2E7``, and one of nothing not at all."""
    return int(float(row.get(name) or 0))


def port(row: dict[str, str]) -> int | None:
    """The port that was asked for; ICMP has none, though its records say 0."""
    text = row.get("dstPort", "")
    return int(text) if text.isdigit() and row.get("protocol") not in WITHOUT_PORTS else None


def with_direction(case: Case) -> str:
    """The command that gives each flow its ``direction`` and what it was ``told_by``.

    An end is inside when the inventory holds it, or when it is private. Of a flow between two ends outside, the record
    itself may say whether the interface received it (``flowDirection``); otherwise nothing tells.
    """
    networks = fitting(case.inventory.networks_inside)
    source, target = condition("srcAddr", networks), condition("dstAddr", networks)
    return f"fields if({source}, 1, 0) as from_inside,\n    if({target}, 1, 0) as to_inside\n{_DIRECTION}"


_DIRECTION = """\
| fields if(from_inside = 1,
      if(to_inside = 1, "inside", "outbound"),
      if(to_inside = 1, "inbound",
        if(flowDirection = "ingress", "inbound", if(flowDirection = "egress", "outbound", "undecided")))) as direction,
    if(from_inside + to_inside > 0, "addresses",
      if(flowDirection in ["ingress", "egress"], "flow-direction", "nothing")) as told_by"""


def rule(case: Case) -> str:
    """A sentence: how the direction of a flow was told."""
    entries = len(case.inventory.entries)
    known = f"in the inventory ({count(entries, 'entry', 'entries')}) or private" if entries else "private"
    without = "" if entries else " (there is no inventory)"
    networks = case.inventory.networks_inside
    left_out = len(networks) - len(fitting(networks))
    cut = f" {left_out:,} networks of the inventory are too many for a query, and count as outside." if left_out else ""
    return f"An address counts as inside when it is {known}{without}.{cut}"
