"""Pick an address: out of a list of those that the logs name, or any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from siemlib.case.display import completeness_words
from siemlib.errors import UsageError
from siemlib.evidence.visible import visible
from siemlib.investigate.words import count
from siemlib.lab.mirror import Mirror, Variable
from siemlib.model.observable import Address

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.engine import Result

MOST_LISTED = 500
"""Addresses in the list; any other can be typed."""
_MOST_ASKED = 10_000
# Not behind a slash or a dot: those are versions (Chrome/120.0.0.0) and ends of longer numbers.
_QUESTION = (
    r"parse @message /(?:^|[^0-9.\/])(?<address>(?:[0-9]{1,3}\.){3}[0-9]{1,3})/ multi"
    f"\n| stats count(*) as events by address\n| sort events desc\n| limit {_MOST_ASKED}"
)
_IP = Variable("ip", "one IPv4 or IPv6 address")


def pick_ip(case: Case, names: dict[str, Any] | None = None) -> ipywidgets.VBox:
    """Pick the address that the variable ``ip`` holds; public ones are listed first, the most frequent at the top.

    The list is of IPv4 addresses that stand in messages, and is one more run of the case; any address can be typed.
    ``names`` are the variables of the notebook, found if they are not given.
    """
    mirror = Mirror((_IP,), names)
    result = case.run(_QUESTION)
    listed = _listed(case, result)
    chosen = ipywidgets.Select(options=[("", ""), *listed[:MOST_LISTED]], value="", rows=8, description="Seen")
    chosen.layout.width = "100%"
    typed = ipywidgets.Text(value=mirror.get("ip"), description="Address", continuous_update=False)

    def take(change: dict[str, Any]) -> None:
        try:
            address = Address.parse(change["new"]).text
        except UsageError as error:
            mirror.refuse(error)
        else:
            typed.value = address
            mirror.set({"ip": address})

    typed.observe(take, names="value")
    chosen.observe(lambda change: take(change) if change["new"] else None, names="value")
    return ipywidgets.VBox([chosen, ipywidgets.Label(_said(result, len(listed))), typed, *mirror.widgets])


def _listed(case: Case, result: Result) -> list[tuple[str, str]]:
    """What is shown of each address, and the address: those outside the organisation first, each part by frequency."""
    outside: list[tuple[str, str]] = []
    inside: list[tuple[str, str]] = []
    for row in result.rows:
        address = Address.read(row.get("address", ""))
        label = case.inventory.label(address) if address else None
        if address and label:
            shown = visible(f"{address.text} · {count(int(row['events']), 'time')} · {label.text}", keep="")
            (inside if label.inside else outside).append((shown, address.text))
    return [*dict.fromkeys(outside), *dict.fromkeys(inside)]


def _said(result: Result, listed: int) -> str:
    shown = f"{listed:,}" if listed <= MOST_LISTED else f"{MOST_LISTED:,} of {listed:,}"
    words = "complete" if len(result.rows) < _MOST_ASKED else "not complete: there are more"
    state = completeness_words(result.completeness) if result.completeness != "complete" else words
    return f"{shown} IPv4 addresses that stand in messages ({state})"
