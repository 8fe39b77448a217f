"""What was rejected between addresses inside: somebody who looks around, or something that is set up wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_held, typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.portscan import ANSWERS, SCAN, SCANNER, SWEEP, reads_as
from siemlib.investigate.traffic.flow import MOST, SOURCE, asked, groups, none, rule, whole, with_direction
from siemlib.investigate.words import count, span

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case

FEW = 3
"""Ports, and hosts, up to which a sender knows where it wants to go: what is set up wrong asks for the same few."""
AGAIN = 3
"""Tries of one port of one host on average, from which on they are retries: a scan has its answer after one or two."""

LIKE_SCAN, LIKE_FAULT, UNDECIDED = "more like a scan", "more like a misconfiguration", "undecided"
_COLUMNS = {
    "address": "text",
    "reads as": "text",
    "flows": "count",
    "ports": "count",
    "hosts": "count",
    "doors": "count",
    "for a scan": "text",
    "for a misconfiguration": "text",
    "first": "time",
    "last": "time",
}
_TITLE = "Rejected traffic between inside addresses"
_QUERY = """\
| filter direction = "inside"
| stats count(*) as tries, max(if(protocol in [1, 47, 50, 58], 1, 0)) as portless,
    sum(if(srcPort > 0 and srcPort < 1024 and dstPort >= 32768, 1, 0)) as late,
    min(toMillis(@timestamp)) as since, max(toMillis(@timestamp)) as until by srcAddr, dstAddr, dstPort
| stats sum(tries) as flows, count(*) as doors, count_distinct(dstPort) as all_ports, count_distinct(dstAddr) as hosts,
    max(portless) as without_port, sum(late) as answers, min(since) as first_ms, max(until) as last_ms by srcAddr
| sort all_ports desc, flows desc"""


def rejected_inside(case: Case) -> Answer:
    """List the inside senders that were rejected by inside hosts, most ports first, with what speaks for either cause.

    Columns: ``address``, ``address is``, ``reads as``, ``flows``, ``ports`` and ``hosts`` (distinct), ``doors`` (pairs
    of host and port), ``for a scan``, ``for a misconfiguration``, ``first``, ``last``.

    It reads as a scan from 15 ports or 4 hosts on, unless it came back to each door 3 times; as a misconfiguration with
    at most 3 ports of 3 hosts, to which it came back; anything else is undecided.
    """
    if not groups(case):
        return not_held("rejected-inside", _TITLE, SOURCE, _COLUMNS)
    query = f'filter action = "REJECT"\n| {with_direction(case)}\n{_QUERY}\n| limit {MOST}'
    result = ask(case, query, groups(case))
    frame = with_labels(case, typed((_row(case, row) for row in result.rows), _COLUMNS), "address")
    return Answer(
        "rejected-inside",
        _TITLE,
        frame,
        f"{_reading(case, frame)} {rule(case)}",
        asked(case, "rejected flows from an inside address to another"),
        (result.run,),
    )


def _row(case: Case, row: dict[str, str]) -> tuple[object, ...]:
    flows, doors, hosts = (whole(row, name) for name in ("flows", "doors", "hosts"))
    # Records of ICMP say port 0, which is none.
    ports = whole(row, "all_ports") - whole(row, "without_port")
    again = flows / doors
    wide, narrow = ports >= SCAN or hosts >= SWEEP, ports <= FEW and hosts <= FEW
    told = reads_as(case, row.get("srcAddr"), flows, whole(row, "answers"))
    if told not in {SCANNER, ANSWERS}:
        told = LIKE_SCAN if wide and again < AGAIN else LIKE_FAULT if narrow and again >= AGAIN else UNDECIDED
    for_scan = [
        *([f"{count(ports, 'distinct port')} ({SCAN} or more)"] if ports >= SCAN else []),
        *([f"{count(hosts, 'distinct host')} ({SWEEP} or more)"] if hosts >= SWEEP else []),
        *([f"each port of a host tried {again:.1f} times"] if again < AGAIN else []),
    ]
    for_fault = [
        *([f"only {count(ports, 'port')} of {count(hosts, 'host')}"] if narrow else []),
        *([f"each port of a host tried {again:.1f} times ({AGAIN} or more)"] if again >= AGAIN else []),
        *(["the inventory calls it a scanner"] if told == SCANNER else []),
    ]
    facts = ("; ".join(for_scan) or "nothing", "; ".join(for_fault) or "nothing")
    return row.get("srcAddr"), told, flows, ports, hosts, doors, *facts, row.get("first_ms"), row.get("last_ms")


def _reading(case: Case, frame: pd.DataFrame) -> str:
    if frame.empty:
        return none(case, f"No flow between inside addresses was rejected, {case.timespan}.")
    flows, senders = count(frame["flows"].sum(), "flow"), count(len(frame), "inside address", "inside addresses")
    sentences = [f"{flows} of {senders} rejected by inside hosts."]
    for kind in (LIKE_SCAN, LIKE_FAULT, UNDECIDED, SCANNER, ANSWERS):
        part = frame[frame["reads as"] == kind]
        if len(part):
            more = f" and {len(part) - 3:,} more" if len(part) > 3 else ""  # noqa: PLR2004 - three are told
            told = "; ".join(_told(case, row) for _, row in part.head(3).iterrows())
            sentences.append(f"{kind.capitalize()}: {told}{more}.")
    return " ".join(sentences)


def _told(case: Case, row: pd.Series) -> str:
    return (
        f"{named(case, row['address'])}, {count(row['flows'], 'flow')} to {count(row['ports'], 'port')} of"
        f" {count(row['hosts'], 'host')}, {span(row['first'], row['last'])}"
    )
