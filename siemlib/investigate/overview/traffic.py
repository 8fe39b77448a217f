"""What traffic passed and what was refused, inbound and outbound, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_held, searched
from siemlib.investigate.overview.direction import INBOUND, INTERNAL, OUTBOUND, OUTSIDE, left_out, with_direction
from siemlib.investigate.overview.window import bin_of, binned
from siemlib.investigate.words import count, names

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case

_SOURCE = "vpc_flow"
_COLUMNS = {"traffic": "text", "flows": "count", "packets": "count", "bytes": "count"}
_ACTIONS = {"ACCEPT": "accepted", "REJECT": "rejected"}
_AMOUNTS = ("flows", "sum_packets", "sum_bytes")


def traffic_over_time(case: Case) -> Answer:
    """Count flows, packets and bytes in each bin of time, by direction and by what became of them.

    Columns: ``from``, ``to`` (half-open, UTC), ``traffic`` (``inbound rejected``), ``flows``, ``packets``, ``bytes``.
    """
    title = "Accepted and rejected traffic over time, inbound and outbound"
    groups = case.log_groups(_SOURCE)
    if not groups:
        return not_held("traffic-over-time", title, _SOURCE, {"from": "time", "to": "time", **_COLUMNS})
    query = (
        f"{with_direction(case)}\n"
        "| stats count(*) as flows, sum(packets) as sum_packets, sum(bytes) as sum_bytes\n"
        f"  by bin({bin_of(case)}) as start, direction, action"
    )
    result = ask(case, query, groups)
    told = [row for row in result.rows if row.get("action") in _ACTIONS]
    untold = sum(int(row["flows"]) for row in result.rows) - sum(int(row["flows"]) for row in told)
    rows = (
        (row["start"], f"{row['direction']} {_ACTIONS[row['action']]}", *(_whole(row, name) for name in _AMOUNTS))
        for row in told
    )
    frame = binned(case, rows, _COLUMNS)
    asked = searched(case, groups, f"flow records with an action, by {bin_of(case)}. {_inside(case)}")
    reading = f"{_reading(case, frame)}{_untold(untold)}{left_out(case)}"
    return Answer("traffic-over-time", title, frame, reading, asked, (result.run,))


def _whole(row: dict[str, str], name: str) -> int:
    """A sum of integers may come as ``1.2E7``."""
    return int(float(row.get(name, "0")))


def _inside(case: Case) -> str:
    known = len(case.inventory.entries)
    listed = f"what {count(known, 'entry', 'entries')} of the inventory name and " if known else ""
    told = f"Inside is {listed}what is of a private range"
    return f"{told}; inbound goes from outside to inside, and of traffic outside no end is inside"


def _untold(records: int) -> str:
    if not records:
        return ""
    return f" {count(records, 'record')} without an action (NODATA, SKIPDATA or cut) are not counted."


def _reading(case: Case, frame: pd.DataFrame) -> str:
    if frame.empty:
        return f"No flow in {names(case.log_groups(_SOURCE))}, {case.timespan}."
    flows, sizes = (frame.groupby("traffic")[name].sum() for name in ("flows", "bytes"))
    sentences = []
    for way in (INBOUND, OUTBOUND, INTERNAL, OUTSIDE):
        accepted, rejected = (int(flows.get(f"{way} {action}", 0)) for action in _ACTIONS.values())
        if accepted or rejected:
            size = count(int(sizes.get(f"{way} accepted", 0)), "byte")
            sentences.append(
                f"{way.capitalize()}: {count(accepted, 'flow')} accepted ({size}) and {rejected:,} rejected."
            )
    return " ".join(sentences)
