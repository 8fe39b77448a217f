"""Which hosts report what listens on them, and which do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, searched, typed
from siemlib.investigate.listening.runs import lists, not_asked
from siemlib.investigate.words import at, count, names
from siemlib.queries import saved

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case

_MOST_NAMED = 12
_ALERTS, _INVENTORY = "alerts", "inventory"
_COLUMNS = {
    "host": "text",
    "host address": "text",
    "known from": "text",
    "alerts": "count",
    "last alert": "time",
    "lists": "count",
    "first list": "time",
    "last list": "time",
}


def hosts(case: Case) -> Answer:
    """Every host that raised an alert or has an entry of its own in the inventory, those without a list first.

    Columns: ``host``, ``host address``, ``known from`` (alerts, inventory), ``alerts``, ``last alert``, ``lists``,
    ``first list``, ``last list``. A known scanner of the inventory is no host of ours and is left out.
    """
    title = "Hosts, and whether they report what listens"
    read = lists(case)
    if read is None:
        return not_asked("port-hosts", title, _COLUMNS)
    result = ask(case, saved("ossec/by_agent").text, read.groups)
    found: dict[str, list[object]] = {}
    for row in result.rows:
        host = row.get("host") or row.get("address")
        if host is None:
            continue
        known = found.setdefault(host, [host, None, _ALERTS, 0, None, 0, None, None])
        known[1] = known[1] or row.get("address")
        known[3] = int(str(known[3])) + int(row["alerts"])
        known[4] = max(int(row["last_ms"]), int(str(known[4] or 0)))
    for run in read.runs:
        known = found.setdefault(run.host, [run.host, run.address, _ALERTS, 0, None, 0, None, None])
        known[5] = int(str(known[5])) + 1
        known[6] = known[6] if known[6] is not None else run.time
        known[7] = run.time
    _add_inventory(case, found)
    frame = typed(found.values(), _COLUMNS).sort_values(["lists", "host"], kind="stable", ignore_index=True)
    asked = searched(case, read.groups, "alerts by agent, and those that quote a list of listening ports")
    return Answer("port-hosts", title, frame, _reading(case, frame), asked, (read.run, result.run))


def _add_inventory(case: Case, found: dict[str, list[object]]) -> None:
    by_address = {row[1]: row for row in found.values()}
    for entry in case.inventory.entries:
        address = str(entry.network.network_address)
        row = found.get(entry.name) or by_address.get(address)
        if row is not None:
            row[2] = f"{_ALERTS}, {_INVENTORY}"
        elif entry.single and not entry.scanner:
            found[entry.name or address] = [entry.name or address, address, _INVENTORY, 0, None, 0, None, None]


def _reading(case: Case, frame: pd.DataFrame) -> str:
    if frame.empty:
        return f"Which hosts there are is not known: no alert names one, {case.timespan}, nor does the inventory."
    silent, telling = frame[frame["lists"] == 0], frame[frame["lists"] > 0]
    last = f" The newest list is of {at(telling['last list'].max())}." if len(telling) else ""
    told = f"{len(telling):,} of {count(len(frame), 'host')} reported what listens.{last}"
    if silent.empty:
        return told
    return f"{told} Never: {names(list(silent['host']), most=_MOST_NAMED)}. What listens there is not known."
