"""When rejected flows are a port scan: the same rule for a pivot, the page of traffic and the triage of an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.model.inventory import AddressKind

if TYPE_CHECKING:
    from siemlib.case import Case

SCAN = 15
"""Distinct rejected ports from which on it is a port scan."""

SWEEP = 4
"""Hosts at which one port is rejected, from which on it is a sweep: more than a service has zones, which are three."""

SCANS, ANSWERS, SCANNER = "scan", "late answers", "known scanner"


def reads_as(case: Case, address: str | None, flows: int, answers: int) -> str:
    """What the rejected flows of a sender are, when there are enough of them to be a scan.

    ``answers`` are those from a port under 1,024 to one from 32,768: what a service says that nobody hears any more.
    """
    label = case.inventory.label(address or "")
    if label is not None and label.kind is AddressKind.SCANNER:
        return SCANNER
    return ANSWERS if answers == flows else SCANS
