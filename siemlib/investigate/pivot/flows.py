"""Which traffic passed and which was refused: accepted and rejected flows, ports and peers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_held, searched, times, typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.pivot.activity import bin_of, with_ends
from siemlib.investigate.portscan import ANSWERS, SCAN, SCANNER, SWEEP, reads_as
from siemlib.investigate.words import at, count, names
from siemlib.model.observable import Address
from siemlib.queries import saved
from siemlib.sources.vpc_flow import PROTOCOLS, WITHOUT_PORTS

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.engine import Result
    from siemlib.investigate.subject import Subject
    from siemlib.model.run import Run

_SOURCE = "vpc_flow"
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
        return not_held("flows", title, _SOURCE, _FLOWS)
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
        return not_held("ports", title, _SOURCE, _PORTS)
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
        return not_held("peers", title, _SOURCE, _PEERS, "peer")
    result = _conversations(case, subject, groups)
    frame = _summed(_pairs(result, subject), ["peer", "direction"], ("ports", "port"))
    order = (frame["accepted"] + frame["rejected"]).sort_values(ascending=False, kind="stable").index
    frame = with_labels(case, frame.loc[order].reset_index(drop=True)[list(_PEERS)], "peer")
    return Answer(
        "peers", title, frame, _peers_reading(subject, frame, case), _searched(case, groups, subject), (result.run,)
    )


@dataclass(frozen=True)
class Tried:
    """What a sender was rejected at."""

    ports: int
    """Distinct ones, of whatever host."""
    hosts: int
    """Distinct ones at one port, the most."""
    reads_as: str
    """As on the page of traffic: a scan, late answers of a service, or a known scanner."""

    @property
    def what(self) -> str:
        """The words for it; empty where it is too little to be a scan."""
        if self.reads_as == ANSWERS:
            return f"late answers of a service, rejected at {count(self.ports, 'port')}" if self.ports >= SCAN else ""
        by = "a port scan by a known scanner" if self.reads_as == SCANNER else "a port scan"
        if self.ports >= SCAN:
            return f"{by}, {self.ports:,} distinct ports rejected"
        return f"{by}, one port rejected at {self.hosts:,} hosts" if self.hosts >= SWEEP else ""


def tried(case: Case, subject: Subject) -> tuple[Tried, tuple[Run, ...]]:
    """What the address was rejected at, and the run that says so; protocols without ports count nowhere."""
    groups = case.log_groups(_SOURCE)
    if not groups:
        return Tried(0, 0, reads_as(case, subject.name, 0, 0)), ()
    result = _conversations(case, subject, groups)
    own = [row for row in result.rows if row.get("action") == "REJECT" and _is_port(row) and _outward(row, subject)]
    hosts: dict[str, set[str]] = {}
    for row in own:
        hosts.setdefault(row["port"], set()).add(row.get("target", ""))
    rejected, late = (sum(_whole(row, name) for row in own) for name in ("flows", "late"))
    most = max((len(found) for found in hosts.values()), default=0)
    return Tried(len(hosts), most, reads_as(case, subject.name, rejected, late)), (result.run,)


def _is_port(row: dict[str, str]) -> bool:
    return row.get("protocol", "") not in WITHOUT_PORTS and row.get("port", "").isdigit()


def _outward(row: dict[str, str], subject: Subject) -> bool:
    return subject.ip is not None and Address.read(row.get("opener", "")) == subject.ip


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
        outward = _outward(row, subject)
        flows_, accepted = int(row["flows"]), row.get("action") == "ACCEPT"
        peer, protocol = row.get("target" if outward else "opener"), row.get("protocol", "")
        rows.append(
            (
                peer,
                "out" if outward else "in",
                int(row["port"]) if _is_port(row) else None,
                PROTOCOLS.get(protocol, protocol),
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
        passed = part[part["accepted"] > 0].sort_values("accepted", ascending=False, kind="stable")
        twice = passed["port"].isin(part.loc[part["rejected"] > 0, "port"]) & passed["port"].notna()
        if part.empty:
            continue
        rejected = rejected_ports(frame, direction)
        what = tried(case, subject)[0].reads_as if direction == "out" else ""
        scan = f" ({_READS.get(what, f'{SCAN} or more are read as a port scan')})" if rejected >= SCAN else ""
        open_ = names(list(passed.loc[~twice, "port"].dropna().drop_duplicates()))
        told = f"{who}: {rejected:,} distinct ones rejected{scan}; accepted and never rejected: {open_ or 'none'}"
        if both := passed.loc[twice, "port"].nunique():
            told += f"; {both:,} were accepted at one interface or host and rejected at another"
        sentences.append(f"{told}.")
    return " ".join(sentences)


_READS = {
    ANSWERS: "late answers of a service: each went from a port under 1,024 to one from 32,768",
    SCANNER: "a port scan by a known scanner of the inventory",
}


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
