"""Which traffic passed and which was refused: accepted and rejected flows, ports and peers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_in_archive, searched, times, typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.pivot.activity import bin_of, with_ends
from siemlib.investigate.words import at, count, names
from siemlib.model.observable import Address
from siemlib.queries import saved

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.engine import Result
    from siemlib.investigate.subject import Subject

SCAN = 15
"""Distinct rejected ports from which a reading speaks of a port scan."""

_SOURCE = "vpc_flow"
_PROTOCOLS = {"1": "ICMP", "6": "TCP", "17": "UDP", "58": "ICMPv6"}
_WITHOUT_PORTS = ("1", "58")
"""ICMP, whose records say port 0."""
_FLOWS = {"from": "time", "to": "time", "action": "text", "flows": "count", "packets": "count", "bytes": "count"}
_PORTS = {
    "direction": "text",
    "port": "count",
    "protocol": "text",
    "accepted": "count",
    "rejected": "count",
    "peers": "count",
    "first": "time",
    "last": "time",
}
_PEERS = {
    "peer": "text",
    "direction": "text",
    "accepted": "count",
    "rejected": "count",
    "ports": "count",
    "first": "time",
    "last": "time",
}


def flows(case: Case, subject: Subject) -> Answer:
    """Count the flows from and to the address in each bin of time, by action.

    Columns: ``from``, ``to`` (half-open, UTC), ``action``, ``flows``, ``packets``, ``bytes``.
    """
    title = f"Accepted and rejected flows of {subject.name}"
    groups = case.log_groups(_SOURCE)
    if not groups:
        return not_in_archive("flows", title, _SOURCE, _FLOWS)
    period = bin_of(case, subject)
    query = (
        f"filter {subject.condition((_SOURCE,))}\n"
        '| filter action in ["ACCEPT", "REJECT"]\n'
        "| stats count(*) as flows, sum(packets) as sum_packets, sum(bytes) as sum_bytes "
        f"by bin({period}) as start, action"
    )
    result = ask(case, query, groups)
    rows = ((row["start"], None, row.get("action"), *(_whole(row, name) for name in _AMOUNTS)) for row in result.rows)
    frame = with_ends(typed(rows, _FLOWS), ["action"], period)
    return Answer(
        "flows", title, frame, _flows_reading(subject, frame, case), _searched(case, groups, subject), (result.run,)
    )


def ports(case: Case, subject: Subject) -> Answer:
    """Count the flows by the port that was asked for, most rejected first.

    Columns: ``direction`` (``out``: the subject opened the connection, ``in``: another did), ``port`` (ICMP has none),
    ``protocol``, ``accepted``, ``rejected``, ``peers``, ``first``, ``last``. Of an accepted connection both directions
    are recorded; its port is the lower of the two.
    """
    title = f"Ports asked for by and at {subject.name}"
    groups = case.log_groups(_SOURCE)
    if not groups:
        return not_in_archive("ports", title, _SOURCE, _PORTS)
    result = _conversations(case, subject, groups)
    frame = _summed(_pairs(result, subject), ["direction", "port", "protocol"], ("peers", "peer"))
    frame = frame.sort_values(["rejected", "accepted"], ascending=False, kind="stable", ignore_index=True)[list(_PORTS)]
    return Answer(
        "ports", title, frame, _ports_reading(subject, frame, case), _searched(case, groups, subject), (result.run,)
    )


def peers(case: Case, subject: Subject) -> Answer:
    """Count the flows by the address at the other end, most first.

    Columns: ``peer``, ``peer is`` (from the inventory), ``direction`` (as in :func:`ports`), ``accepted``,
    ``rejected``, ``ports``, ``first``, ``last``.
    """
    title = f"Addresses that exchanged flows with {subject.name}"
    groups = case.log_groups(_SOURCE)
    if not groups:
        return not_in_archive("peers", title, _SOURCE, _PEERS, "peer")
    result = _conversations(case, subject, groups)
    frame = _summed(_pairs(result, subject), ["peer", "direction"], ("ports", "port"))
    order = (frame["accepted"] + frame["rejected"]).sort_values(ascending=False, kind="stable").index
    frame = with_labels(case, frame.loc[order].reset_index(drop=True)[list(_PEERS)], "peer")
    return Answer(
        "peers", title, frame, _peers_reading(subject, frame, case), _searched(case, groups, subject), (result.run,)
    )


_AMOUNTS = ("flows", "sum_packets", "sum_bytes")


def _whole(row: dict[str, str], name: str) -> int:
    """A sum of integers may come as ``1.2E7``."""
    return int(float(row.get(name, "0")))


def _searched(case: Case, groups: tuple[str, ...], subject: Subject) -> str:
    return searched(case, groups, f"flows from or to {subject.name}")


def _conversations(case: Case, subject: Subject, groups: tuple[str, ...]) -> Result:
    return ask(case, saved("vpc_flow/conversations").after(subject.condition((_SOURCE,))), groups)


def _pairs(result: Result, subject: Subject) -> pd.DataFrame:
    """One row for each opener, target, port, protocol and action, seen from the subject."""
    columns = {"peer": "text", "direction": "text", "port": "count", "protocol": "text", "accepted": "count"}
    columns |= {"rejected": "count", "first": "time", "last": "time"}
    rows = []
    for row in result.rows:
        outward = subject.ip is not None and Address.read(row.get("opener", "")) == subject.ip
        flows_, accepted = int(row["flows"]), row.get("action") == "ACCEPT"
        peer, protocol = row.get("target" if outward else "opener"), row.get("protocol", "")
        rows.append(
            (
                peer,
                "out" if outward else "in",
                int(row["port"]) if protocol not in _WITHOUT_PORTS and row.get("port", "").isdigit() else None,
                _PROTOCOLS.get(protocol, protocol),
                flows_ if accepted else 0,
                0 if accepted else flows_,
                row.get("first_ms"),
                row.get("last_ms"),
            )
        )
    return typed(rows, columns)


def _summed(pairs: pd.DataFrame, keys: list[str], distinct: tuple[str, str]) -> pd.DataFrame:
    name, column = distinct
    summed = pairs.groupby(keys, as_index=False, dropna=False, sort=True).agg(
        **{
            "accepted": ("accepted", "sum"),
            "rejected": ("rejected", "sum"),
            name: (column, "nunique"),
            "first": ("first", "min"),
            "last": ("last", "max"),
        }
    )
    return summed.assign(
        first=times(summed["first"]), last=times(summed["last"]), **{name: summed[name].astype("Int64")}
    )


def _flows_reading(subject: Subject, frame: pd.DataFrame, case: Case) -> str:
    if frame.empty:
        return _none(subject, case)
    totals = frame.groupby("action")["flows"].sum()
    sizes = frame.groupby("action")["bytes"].sum()
    accepted, rejected = int(totals.get("ACCEPT", 0)), int(totals.get("REJECT", 0))
    if not accepted:
        return f"{count(rejected, 'flow')} of {subject.name}, every one rejected."
    first = frame.loc[frame["action"] == "ACCEPT", "from"].min()
    return (
        f"{rejected:,} rejected and {accepted:,} accepted flows; the accepted ones carried "
        f"{count(int(sizes.get('ACCEPT', 0)), 'byte')}, the first in the bin from {at(first)}."
    )


def _ports_reading(subject: Subject, frame: pd.DataFrame, case: Case) -> str:
    if frame.empty:
        return _none(subject, case)
    sentences = []
    for direction, who in (("out", f"Ports that {subject.name} asked for"), ("in", "Ports that others asked it for")):
        part = frame[frame["direction"] == direction]
        open_ = part[part["accepted"] > 0]
        if part.empty:
            continue
        rejected = rejected_ports(frame, direction)
        scan = f" ({SCAN} or more are read as a port scan)" if rejected >= SCAN else ""
        passed = names(list(open_.sort_values("accepted", ascending=False)["port"].dropna().drop_duplicates()))
        sentences.append(f"{who}: {rejected:,} distinct ones rejected{scan}; accepted: {passed or 'none'}.")
    return " ".join(sentences)


def rejected_ports(frame: pd.DataFrame, direction: str) -> int:
    """How many distinct ports of a ports frame were rejected: a port counts once, whatever else it answered."""
    return int(frame.loc[(frame["direction"] == direction) & (frame["rejected"] > 0), "port"].nunique())


def _peers_reading(subject: Subject, frame: pd.DataFrame, case: Case) -> str:
    if frame.empty:
        return _none(subject, case)
    passed = frame[frame["accepted"] > 0].sort_values("accepted", ascending=False, kind="stable")
    reached = names([named(case, str(peer)) for peer in passed["peer"].drop_duplicates()]) or "none"
    addresses = count(frame["peer"].nunique(), "address", "addresses")
    return f"{addresses} exchanged flows with {subject.name}; accepted: {reached}."


def _none(subject: Subject, case: Case) -> str:
    return f"No flow from or to {subject.name} in {names(case.log_groups(_SOURCE))}, {case.timespan}."
