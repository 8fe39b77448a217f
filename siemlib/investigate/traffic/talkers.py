"""Who sends most: addresses by bytes and by flows, each with its share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_held, typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.traffic.flow import MOST, SOURCE, asked, groups, none, whole
from siemlib.investigate.words import count, plain
from siemlib.queries import saved

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.engine import Result

SENDERS = {
    "address": "text",
    "flows": "count",
    "bytes": "count",
    "packets": "count",
    "accepted": "count",
    "rejected": "count",
    "hosts": "count",
    "first": "time",
    "last": "time",
}
_AMOUNTS = {"bytes": "sum_bytes", "flows": "flows"}
_TITLE = "Top talkers: what each address sent"


def talkers(case: Case, by: str = "bytes") -> Answer:
    """Sum what each address sent, the highest first, by ``bytes`` or by ``flows``.

    Columns: ``address``, ``address is``, ``flows``, ``bytes``, ``packets``, ``accepted``, ``rejected``, ``hosts``
    (distinct addresses that it sent to), ``first``, ``last``, ``% of bytes``, ``% of flows`` (of all traffic).
    """
    name, title = f"talkers-by-{by}", f"{_TITLE}, by {by}"
    if not groups(case):
        return not_held(name, title, SOURCE, SENDERS)
    # Where every sender is there, those by bytes are those by flows, in another order.
    result = _ranked(case, "bytes")
    if by != "bytes" and len(result.rows) >= MOST:
        result = _ranked(case, by)
    rows = sorted(result.rows, key=lambda row: -whole(row, _AMOUNTS[by]))
    totals = ask(case, saved("vpc_flow/whole").text, groups(case))
    total = totals.rows[0] if totals.rows else {}
    frame = with_labels(case, typed(map(sender, rows), SENDERS), "address")
    for amount, column in _AMOUNTS.items():
        frame[f"% of {amount}"] = (frame[amount] / max(whole(total, column), 1) * 100).astype("Float64").round(2)
    reading = _reading(case, frame, by, whole(total, "senders")) if len(frame) else none(case)
    return Answer(name, title, frame, reading, asked(case, "flows by sender"), (result.run, totals.run))


def _ranked(case: Case, by: str) -> Result:
    query = f"{saved('vpc_flow/talkers').text}\n| sort {_AMOUNTS[by]} desc, srcAddr asc\n| limit {MOST}"
    return ask(case, query, groups(case))


def sender(row: dict[str, str]) -> tuple[object, ...]:
    """A row of ``vpc_flow/talkers`` in the order of :data:`SENDERS`."""
    amounts = (whole(row, name) for name in ("flows", "sum_bytes", "sum_packets", "accepted", "rejected", "hosts"))
    return row.get("srcAddr"), *amounts, row.get("first_ms"), row.get("last_ms")


def _reading(case: Case, frame: pd.DataFrame, by: str, senders: int) -> str:
    parts = [
        f"{named(case, row['address'])} {row[by]:,} ({row[f'% of {by}']:g} %)" for _, row in frame.head(3).iterrows()
    ]
    cut = f" Listed are the {len(frame):,} with most." if senders > len(frame) else ""
    return f"{count(senders, 'address', 'addresses')} sent. Most {plain(by)}: {'; '.join(parts)}.{cut}"
