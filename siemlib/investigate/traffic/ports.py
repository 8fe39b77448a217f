"""Which ports were asked for, and who asked for one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.errors import UsageError
from siemlib.investigate.ask import ask, not_held, typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.traffic.flow import MOST, SOURCE, asked, groups, none, port, whole
from siemlib.investigate.traffic.talkers import SENDERS, sender
from siemlib.investigate.words import count, span
from siemlib.queries import saved
from siemlib.sources.vpc_flow import PROTOCOLS

if TYPE_CHECKING:
    from siemlib.case import Case

HIGHEST = 65_535
_COLUMNS = {
    "port": "count",
    "protocol": "text",
    "accepted": "count",
    "rejected": "count",
    "senders": "count",
    "hosts": "count",
    "bytes": "count",
}
_TITLE = "Ports that were asked for"


def ports(case: Case) -> Answer:
    """Count the flows towards each port, most first; the answers to accepted connections are left out.

    Columns: ``port`` (ICMP has none), ``protocol``, ``accepted``, ``rejected``, ``senders`` and ``hosts`` (distinct
    addresses that asked, and that were asked), ``bytes``.
    """
    if not groups(case):
        return not_held("ports", _TITLE, SOURCE, _COLUMNS)
    query = f"{saved('vpc_flow/asked_ports').text}\n| sort flows desc, dstPort asc\n| limit {MOST}"
    result = ask(case, query, groups(case))
    rows = (
        (
            port(row),
            PROTOCOLS.get(row.get("protocol", ""), row.get("protocol", "")),
            *(whole(row, name) for name in ("accepted", "rejected", "senders", "hosts", "sum_bytes")),
        )
        for row in result.rows
    )
    frame = typed(rows, _COLUMNS)
    reading = _reading(frame) if len(frame) else none(case)
    return Answer("ports", _TITLE, frame, reading, asked(case, "flows by the port they went to"), (result.run,))


def of_port(case: Case, number: int) -> Answer:
    """Count the flows towards one port, TCP or UDP, by sender, most first. Raises UsageError for what is no port.

    Columns: ``address``, ``address is``, ``flows``, ``bytes``, ``packets``, ``accepted``, ``rejected``, ``hosts``
    (distinct addresses that were asked), ``first``, ``last``.
    """
    if not 0 < number <= HIGHEST:
        raise UsageError(f"not a port: {number}", hint=f"a port is a number from 1 to {HIGHEST}; 22 is SSH")
    name, title = f"port-{number}", f"Who asked for port {number}"
    if not groups(case):
        return not_held(name, title, SOURCE, SENDERS)
    # An answer goes from the lower port to the higher one, as in asked_ports.
    towards = f'dstPort = {number} and not (action = "ACCEPT" and srcPort < dstPort and srcPort > 0)'
    towards = f"dstPort = {number}" if number < _FIRST_CHOSEN else towards
    query = f"{saved('vpc_flow/talkers').after(towards)}\n| sort flows desc, sum_packets desc\n| limit {MOST}"
    result = ask(case, query, groups(case))
    frame = with_labels(case, typed(map(sender, result.rows), SENDERS), "address")
    reading = (
        _of_port(case, frame, number) if len(frame) else none(case, f"No flow went to port {number}, {case.timespan}.")
    )
    return Answer(name, title, frame, reading, asked(case, f"flows to port {number}"), (result.run,))


_FIRST_CHOSEN = 1024
"""Ports from here on may be chosen by a client's system."""


def _reading(frame: pd.DataFrame) -> str:
    open_ = frame[frame["accepted"] > 0].sort_values("accepted", ascending=False, kind="stable")
    tried = frame[frame["rejected"] > 0].sort_values("rejected", ascending=False, kind="stable")
    cut = f" Listed are the {MOST:,} with most flows." if len(frame) == MOST else ""
    asked_for = count(len(frame), "pair", "pairs") + " of port and protocol"
    return (
        f"{asked_for} asked for, {len(tried):,} of them rejected at least once. Most accepted:"
        f" {_few(open_, 'accepted')}. Most rejected: {_few(tried, 'rejected')}.{cut}"
    )


def _few(frame: pd.DataFrame, column: str) -> str:
    parts = [
        f"{'' if pd.isna(row['port']) else row['port']} {row['protocol']} {row[column]:,}".strip()
        for _, row in frame.head(5).iterrows()
    ]
    return ", ".join(parts) or "none"


def _of_port(case: Case, frame: pd.DataFrame, number: int) -> str:
    parts = [
        f"{named(case, row['address'])} ({count(row['flows'], 'flow')}, {count(row['packets'], 'packet')})"
        for _, row in frame.head(3).iterrows()
    ]
    return (
        f"Port {number}: {count(frame['flows'].sum(), 'flow')} of {count(len(frame), 'address', 'addresses')}"
        f" ({frame['accepted'].sum():,} accepted, {frame['rejected'].sum():,} rejected),"
        f" {span(frame['first'].min(), frame['last'].max())}. Most: {'; '.join(parts)}."
    )
