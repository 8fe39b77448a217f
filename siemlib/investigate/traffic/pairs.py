"""Who talks to whom: the hosts inside, each by itself, and everything outside as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_held, typed
from siemlib.investigate.traffic.flow import IN_BOTH, MOST, SOURCE, asked, groups, none, rule, whole, with_direction
from siemlib.investigate.words import count, plain

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case

_COLUMNS = {"sender": "text", "receiver": "text", "accepted": "count", "rejected": "count", "bytes": "count"}
_TITLE = "Who talks to whom: accepted flows"
_QUERY = """\
| fields if(from_inside = 1, srcAddr, "outside") as sender, if(to_inside = 1, dstAddr, "outside") as receiver
| stats sum(if(action = "ACCEPT", 1, 0)) as accepted, sum(if(action = "REJECT", 1, 0)) as rejected,
    sum(bytes) as sum_bytes by sender, receiver
| sort accepted desc, rejected desc, sender asc, receiver asc"""


def pairs(case: Case) -> Answer:
    """Count the flows of each pair, most accepted first; addresses inside have their names, those outside are one.

    Columns: ``sender``, ``receiver`` (an address, with its name in the inventory, or ``outside``), ``accepted``,
    ``rejected``, ``bytes``.
    """
    if not groups(case):
        return not_held("pairs", _TITLE, SOURCE, _COLUMNS)
    query = f"{IN_BOTH}\n| {with_direction(case)}\n{_QUERY}\n| limit {MOST}"
    result = ask(case, query, groups(case))
    frame = typed(
        (
            (
                _who(case, row.get("sender")),
                _who(case, row.get("receiver")),
                *(whole(row, name) for name in ("accepted", "rejected", "sum_bytes")),
            )
            for row in result.rows
        ),
        _COLUMNS,
    )
    reading = f"{_reading(frame)} {rule(case)}" if len(frame) else none(case)
    return Answer("pairs", _TITLE, frame, reading, asked(case, "flows by pair of addresses"), (result.run,))


def _who(case: Case, address: str | None) -> str | None:
    label = case.inventory.label(address or "")
    return f"{label.name} {address}" if label and label.name else address


def _reading(frame: pd.DataFrame) -> str:
    talked = frame[frame["accepted"] > 0]
    only = frame[frame["accepted"] == 0]
    parts = [
        f"{plain(row['sender'])} → {plain(row['receiver'])} {row['accepted']:,}" for _, row in talked.head(3).iterrows()
    ]
    most = f" Most accepted flows: {'; '.join(parts)}." if parts else ""
    cut = f" Listed are the {MOST:,} with most accepted flows." if len(frame) == MOST else ""
    rejected = f"{count(len(only), 'pair')} had only rejected ones"
    return f"{count(len(talked), 'pair')} exchanged accepted flows; {rejected}.{most}{cut}"
