"""VPC flow logs, versions 2 to 5. A record has no names: they come from a header line (S3) or are the default layout.

A ``-`` says that a value is not available (``NODATA`` and ``SKIPDATA`` records have eight of them).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siemlib.model.event import FieldType, Shape
from siemlib.model.observable import Address, find_addresses
from siemlib.sources.clock import SECOND, Uncertainty
from siemlib.sources.reading import entry as make_entry
from siemlib.sources.reading import mostly, names_address, names_principal, observables, plain_entry, text_literal
from siemlib.sources.source import FlowTime, LogSource, StoredField

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from siemlib.model.observable import Observable
    from siemlib.sources.source import Entry

# The name in a header line, the name in Logs Insights, and whether the values are whole numbers.
_COLUMNS: tuple[tuple[str, str, bool], ...] = (
    ("version", "version", True),
    ("account-id", "accountId", False),
    ("interface-id", "interfaceId", False),
    ("srcaddr", "srcAddr", False),
    ("dstaddr", "dstAddr", False),
    ("srcport", "srcPort", True),
    ("dstport", "dstPort", True),
    ("protocol", "protocol", True),
    ("packets", "packets", True),
    ("bytes", "bytes", True),
    ("start", "startTime", True),
    ("end", "endTime", True),
    ("action", "action", False),
    ("log-status", "logStatus", False),
    # version 3
    ("vpc-id", "vpcId", False),
    ("subnet-id", "subnetId", False),
    ("instance-id", "instanceId", False),
    ("tcp-flags", "tcpFlags", True),
    ("type", "type", False),
    ("pkt-srcaddr", "pktSrcAddr", False),
    ("pkt-dstaddr", "pktDstAddr", False),
    # version 4
    ("region", "region", False),
    ("az-id", "azId", False),
    ("sublocation-type", "sublocationType", False),
    ("sublocation-id", "sublocationId", False),
    # version 5
    ("pkt-src-aws-service", "pktSrcAwsService", False),
    ("pkt-dst-aws-service", "pktDstAwsService", False),
    ("flow-direction", "flowDirection", False),
    ("traffic-path", "trafficPath", True),
)
_NAMES = {header: name for header, name, _ in _COLUMNS}
_OWN_NAMES = frozenset(_NAMES.values())
DEFAULT_LAYOUT: tuple[str, ...] = tuple(name for _, name, _ in _COLUMNS[:14])
"""The fields of a record without a header line (version 2), in their order."""

_HEADER_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*")
_FEWEST_COLUMNS = 3
_FORMAT_WORD = re.compile(r"\$\{(?P<name>" + _HEADER_WORD.pattern + r")\}", re.ASCII)
_VALUE = re.compile(r"[A-Za-z0-9_.:/*+-]{1,300}", re.ASCII)
_TELLING = re.compile(r"(eni|vpc|subnet|i|fl)-[0-9a-f]{8,17}|ACCEPT|REJECT|OK|NODATA|SKIPDATA|ingress|egress", re.ASCII)
_RECORD = re.compile(
    r"\d{1,2} +(?:\d{6,12}|unknown|-) +(?P<interface>eni-\S+|-) +(?P<source>\S+) +(?P<target>\S+)"
    r" +(?P<source_port>\d{1,5}|-) +(?P<port>\d{1,5}|-) +(?P<protocol>\d{1,3}|-) +(?P<packets>\d+|-) +(?P<bytes>\d+|-)"
    r" +\d{9,11} +(?P<end>\d{9,11}) +(?P<action>ACCEPT|REJECT|-) +(?P<status>OK|NODATA|SKIPDATA)\s*",
    re.ASCII,
)
PROTOCOLS = {"1": "ICMP", "6": "TCP", "17": "UDP", "47": "GRE", "50": "ESP", "58": "ICMPv6"}
"""What people call the protocols that a flow log most often has."""
WITHOUT_PORTS = ("1", "47", "50", "58")
"""Protocols whose records say port 0, which is none."""
_OUTCOMES = {"ACCEPT": "success", "REJECT": "failure"}


def layout(header_line: str) -> tuple[str, ...] | None:
    """The names in Logs Insights of the columns that a header line names; ``None`` for a line that is no header.

    ``pkt-srcaddr`` and ``pkt_srcaddr`` (Parquet) are ``pktSrcAddr``; a name that is not known here is written in
    camelCase, as the service writes those that are.
    """
    words = header_line.split()
    if len(words) < _FEWEST_COLUMNS or len(set(words)) < len(words) or not all(map(_HEADER_WORD.fullmatch, words)):
        return None
    names = tuple(_insights_name(word) for word in words)
    known = sum(name in _OWN_NAMES for name in names)
    return names if 2 * known > len(names) else None


def layout_of_format(log_format: str) -> tuple[str, ...] | None:
    """The names, as :func:`layout` gives them, of what a flow log is told to write (``LogFormat``: ``${srcaddr} …``).

    ``None`` for a text that is no such list of different names.
    """
    words = [_FORMAT_WORD.fullmatch(word) for word in log_format.split()]
    names = tuple(_insights_name(word["name"]) for word in words if word)
    different = len({name.casefold() for name in names}) == len(words)
    return names if names and different else None


def told_apart(formats: Iterable[str]) -> dict[int, tuple[str, ...] | None]:
    """The names of the fields by the number of words of a record; ``None`` where the formats leave that open."""
    found: dict[int, set[tuple[str, ...] | None]] = {}
    for each in formats:
        found.setdefault(len(each.split()), set()).add(layout_of_format(each))
    return {words: layouts.pop() if len(layouts) == 1 else None for words, layouts in sorted(found.items())}


def parse_line(names: Sequence[str]) -> str:
    """What reads records of these fields in Logs Insights, and no others: each word by its name."""
    words = " ".join(rf"(?<{name}>\S+)" for name in names)
    return f"parse @message /^{words}$/"


def could_be_record(message: str) -> bool:
    """Whether the message looks as if it were a record, of any layout: words, and two of them that say so."""
    words = message.split()
    if len(words) < _FEWEST_COLUMNS or not all(map(_VALUE.fullmatch, words)):
        return False
    telling = (_TELLING.fullmatch(word) or (("." in word or ":" in word) and Address.read(word)) for word in words)
    return sum(map(bool, telling)) > 1


def _insights_name(word: str) -> str:
    if word in _OWN_NAMES:
        return word
    dashed = word.lower().replace("_", "-")
    first, *rest = dashed.split("-")
    return _NAMES.get(dashed, first + "".join(part.capitalize() for part in rest))


def is_record(message: str) -> bool:
    """Whether the message is a record in the default layout, judged by every value."""
    found = _RECORD.fullmatch(message.strip())
    return found is not None and all(found[end] == "-" or Address.read(found[end]) for end in ("source", "target"))


def _recognise(messages: Sequence[str]) -> bool:
    return (bool(messages) and layout(messages[0]) is not None) or mostly(messages, is_record)


def _select_address(address: Address) -> str:
    """Either end, also behind a NAT gateway (``pkt``); IPv6 in any spelling, though AWS writes the canonical one."""
    literal = text_literal(address.text)
    ends = " or ".join(f"{field} = {literal}" for field in ("srcAddr", "dstAddr", "pktSrcAddr", "pktDstAddr"))
    return ends if address.version == 4 else f"{ends} or {names_address(address)}"  # noqa: PLR2004 - IPv4


def entry(message: str) -> Entry:
    """The flow as a line. A record in another layout than the default cannot be read without its header line."""
    found = _RECORD.fullmatch(message.strip())
    if not found:
        return plain_entry(message)
    if found["status"] != "OK":
        reason = "no traffic" if found["status"] == "NODATA" else "records skipped"
        return make_entry(f"{found['interface']}: {reason}", action="no record")
    protocol = PROTOCOLS.get(found["protocol"], f"protocol {found['protocol']}").lower()
    verb = "rejected" if found["action"] == "REJECT" else "accepted"
    port = "" if found["protocol"] in WITHOUT_PORTS else f" port {found['port']}"
    return make_entry(
        f"{verb} {protocol} {found['source']} to {found['target']}{port}: "
        f"{found['packets']} packets, {found['bytes']} bytes, {found['interface']}",
        address=Address.read(found["source"]),
        action=f"{protocol}{port}",
        outcome=_OUTCOMES.get(found["action"]),
    )


def _observables(message: str) -> tuple[Observable, ...]:
    return observables(addresses=find_addresses(message))


_PACKET_BEFORE_START = 60 * SECOND
"""A packet may have passed up to 60 seconds before the record says so (the field ``start`` in the documentation)."""
_LONGEST = 600 * SECOND
"""The longest interval that is aggregated into one record, for one whose end cannot be read."""
_WHY = (
    "A record covers the packets of 60 or 600 seconds, from its start to its end; the first may have passed up to 60"
    " seconds before the start."
)


def _uncertainty(message: str, time: int) -> Uncertainty:
    """The time of a record is its start, in seconds."""
    found = _RECORD.fullmatch(message.strip())
    length = int(found["end"]) * SECOND - time if found else _LONGEST
    return Uncertainty(_PACKET_BEFORE_START, max(length, 0) + SECOND, _WHY)


VPC_FLOW = LogSource(
    name="vpc_flow",
    title="VPC flow logs",
    documentation="https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html",
    shape=Shape.FLOW,
    log_group="vpc-flow",
    recognise=_recognise,
    time=FlowTime(),
    stored=tuple(
        StoredField(name, (name,), FieldType.INTEGER if whole else FieldType.TEXT) for _, name, whole in _COLUMNS
    ),
    select_address=_select_address,
    # A flow has no user; an account, interface or instance id is found as a whole word.
    select_principal=names_principal,
    observables=_observables,
    entry=entry,
    uncertainty=_uncertainty,
    account="accountId",
)
