"""Who tried doors: senders that were rejected at many ports, or at one port of many hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask_each, not_held, typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.portscan import ANSWERS, SCAN, SCANNER, SCANS, SWEEP, reads_as
from siemlib.investigate.traffic.flow import MOST, SOURCE, asked, groups, none, whole
from siemlib.investigate.words import count, names, span
from siemlib.queries import saved

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from siemlib.case import Case

VERTICAL, HORIZONTAL, SPREAD = "vertical", "horizontal", "spread"
_COLUMNS = {
    "address": "text",
    "reads as": "text",
    "shape": "text",
    "ports": "count",
    "hosts": "count",
    "flows": "count",
    "first": "time",
    "last": "time",
    "ports of one host": "count",
    "hosts of one port": "count",
}
_SORTED = f"| sort {{}} desc, srcAddr asc\n| limit {MOST}"
_TITLE = "Port scans: distinct ports and hosts at which a sender was rejected"


def scans(case: Case) -> Answer:
    """List the senders that were rejected at 15 distinct ports, or at one port of 4 hosts; ICMP has no ports.

    Columns: ``address``, ``address is``, ``reads as`` (``scan``; ``known scanner`` of the inventory; ``late answers``
    when every flow went from a port under 1,024 to one from 32,768), ``shape`` (``vertical``: 15 ports of one host;
    ``horizontal``: one port of 4 hosts; ``spread``: 15 ports, but fewer of each host), ``ports`` and ``hosts``
    (distinct), ``flows``, ``first``, ``last``, ``ports of one host`` and ``hosts of one port`` (the most; missing below
    these thresholds).
    """
    if not groups(case):
        return not_held("scans", _TITLE, SOURCE, _COLUMNS)
    asks = (
        ("rejected_senders", f"ports >= {SCAN} or hosts >= {SWEEP}", "ports"),
        ("vertical_scans", f"ports_of_one_host >= {SCAN}", "ports_of_one_host"),
        ("horizontal_scans", f"hosts_of_one_port >= {SWEEP}", "hosts_of_one_port"),
    )
    texts = (
        f"{saved(f'vpc_flow/{name}').text}\n| filter {where}\n{_SORTED.format(order)}" for name, where, order in asks
    )
    results = ask_each(case, ((text, groups(case)) for text in texts))
    tried, down, across = (result.rows for result in results)
    down_by = {row.get("srcAddr"): whole(row, "ports_of_one_host") for row in down}
    across_by = {row.get("srcAddr"): whole(row, "hosts_of_one_port") for row in across}
    frame = with_labels(case, typed(_rows(case, tried, down_by, across_by), _COLUMNS), "address")
    return Answer(
        "scans",
        _TITLE,
        frame,
        _reading(case, frame),
        asked(case, "rejected flows by sender, host and port"),
        tuple(result.run for result in results),
    )


def _rows(
    case: Case, tried: Iterable[dict[str, str]], down: dict[str | None, int], across: dict[str | None, int]
) -> Iterable[tuple[object, ...]]:
    for row in tried:
        address, ports, hosts, flows = row.get("srcAddr"), *(whole(row, name) for name in ("ports", "hosts", "flows"))
        shapes = [shape for shape, found in ((VERTICAL, down), (HORIZONTAL, across)) if address in found]
        if not shapes and ports < SCAN:
            continue  # several hosts, but each at another port: nothing that was swept
        shape = " and ".join(shapes) or SPREAD
        reads = reads_as(case, address, flows, whole(row, "answers"))
        least = (down.get(address), across.get(address))
        yield address, reads, shape, ports, hosts, flows, row.get("first_ms"), row.get("last_ms"), *least


def _reading(case: Case, frame: pd.DataFrame) -> str:
    rule = f"{SCAN} or more distinct ports, or one port of {SWEEP} or more hosts"
    if frame.empty:
        return none(case, f"No sender was rejected at {rule}, {case.timespan}.")
    found, known = frame[frame["reads as"] == SCANS], frame[frame["reads as"] == SCANNER]
    late = frame[frame["reads as"] == ANSWERS]
    inside = [row["address"] for _, row in found.iterrows() if _inside(case, row["address"])]
    many = count(len(found), "address", "addresses")
    sentences = [f"{many} scanned, {len(inside):,} of them inside: each was rejected at {rule}."]
    if len(found):
        sentences.append(f"Most ports: {'; '.join(_told(case, row) for _, row in found.head(3).iterrows())}.")
    named_ = set(found.head(3)["address"])
    if further := [row for _, row in found.iterrows() if row["address"] in inside and row["address"] not in named_]:
        sentences.append(f"Inside: {'; '.join(_told(case, row) for row in further[:3])}.")
    if len(known):
        told = "; ".join(_told(case, row) for _, row in known.head(3).iterrows())
        sentences.append(f"A known scanner of the inventory, and not counted: {told}.")
    if len(late):
        sentences.append(f"Late answers of a service, and not counted: {names(list(late['address']))}.")
    if len(frame) >= MOST:
        sentences.append(f"Listed are the {MOST:,} with most ports; there may be more.")
    return " ".join(sentences)


def _inside(case: Case, address: str) -> bool:
    label = case.inventory.label(address)
    return label is not None and label.inside


def _told(case: Case, row: pd.Series) -> str:
    return (
        f"{named(case, row['address'])} {count(row['ports'], 'port')} of {count(row['hosts'], 'host')}"
        f" {span(row['first'], row['last'])}"
    )
