"""Suricata, the network sensor, in both its forms.

- ``eve.json``: one JSON object for each event, of many an ``event_type`` (``alert``, ``http``, ``dns``, ``flow`` …).
- ``fast.log``: one line for each alert. Its IPv6 addresses are written in eight groups, with the port behind a colon.

The address of an entry is the source of the packet. Where a victim answers (``id check returned root``) that is the
victim, so that the summary says both ends.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from siemlib.model.event import Shape
from siemlib.model.observable import Address, find_addresses
from siemlib.model.timespan import to_millis
from siemlib.sources.clock import Uncertainty, as_written, resolution
from siemlib.sources.reading import entry as make_entry
from siemlib.sources.reading import (
    first_text,
    json_fields,
    json_object,
    leaf,
    matches,
    mostly,
    names_address,
    names_principal,
    observables,
    plain_entry,
    text_at,
    whole_name,
)
from siemlib.sources.source import JsonTime, LogSource, TextTime

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.model.observable import Observable
    from siemlib.sources.source import Entry

_TIME = r"\d{2}/\d{2}/\d{4}-\d{2}:\d{2}:\d{2}\.\d{1,6}"
_FAST = re.compile(
    rf"{_TIME} +(?:\[(?P<verdict>\w+)\] )?\[\*\*\] \[\d+:(?P<id>\d+):\d+\] (?P<message>.*?) ?\[\*\*\] "
    r"(?:\[Classification: (?P<class>[^\]]*)\] )?(?:\[Priority: (?P<priority>\d+)\] )?"
    r"\{(?P<protocol>[^}]*)\} (?P<source>\S+) -> (?P<target>\S+)",
    re.ASCII,
)
_LONGEST = 8192
_DROPPED = frozenset({"drop", "blocked", "reject", "rejected"})
_FIRST_ERROR = 400
_USER = (("smb", "ntlmssp", "user"), ("krb5", "cname"), ("ftp", "user"), ("pgsql", "request", "user"))

# ── eve.json ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def eve(message: str) -> dict[str, object] | None:
    """The event in a line of ``eve.json``, or ``None`` for other JSON, such as an alert of OSSEC that quotes one."""
    event = json_object(message)
    if event is None or not isinstance(kind := event.get("event_type"), str) or "rule" in event:
        return None
    by_sensor = "flow_id" in event or ("src_ip" in event and "dest_ip" in event) or isinstance(event.get(kind), dict)
    return event if "timestamp" in event and by_sensor else None


def is_eve(message: str) -> bool:
    """Whether the message is a line of ``eve.json``."""
    return eve(message) is not None


def _recognise_eve(messages: Sequence[str]) -> bool:
    return mostly(messages, is_eve)


def _eve_action(event: Mapping[str, object], kind: str) -> str:
    """What happened, in the words of that type of event."""
    if kind == "alert":
        return text_at(event, "alert", "signature") or kind
    if kind == "http":
        told = [text_at(event, "http", name) for name in ("http_method", "url")]
    elif kind == "dns":
        asked = first_text(event, ("dns", "rrname"), ("dns", "query", "rrname"))
        told = [kind, text_at(event, "dns", "type"), asked]
    elif kind == "tls":
        told = [kind, text_at(event, "tls", "sni")]
    elif kind == "fileinfo":
        told = [kind, text_at(event, "fileinfo", "filename")]
    else:
        told = [kind]
    return " ".join(word for word in told if word) or kind


def _eve_outcome(event: Mapping[str, object], kind: str) -> str | None:
    """A blocked packet is a failure; an allowed one is no success of anybody. HTTP says by its status."""
    if kind == "drop" or text_at(event, "alert", "action") in _DROPPED:
        return "failure"
    status = leaf(event, "http", "status") if kind == "http" else None
    if not isinstance(status, int) or isinstance(status, bool):
        return None
    return "failure" if status >= _FIRST_ERROR else "success"


def _end(address: str | None, port: str | None) -> str:
    return f"{address or '?'}" if port is None else f"{address or '?'} port {port}"


def _eve_entry(message: str) -> Entry:
    event = eve(message)
    if event is None:
        return plain_entry(message)
    kind = text_at(event, "event_type") or "event"
    action = _eve_action(event, kind)
    summary = action if kind == "http" or action.startswith(kind) else f"{kind}: {action}"
    if severity := text_at(event, "alert", "severity"):
        summary += f" (severity {severity})"
    if source := text_at(event, "src_ip"):
        target = _end(text_at(event, "dest_ip"), text_at(event, "dest_port"))
        protocol = text_at(event, "proto") or "packet"
        summary += f", {protocol} {_end(source, text_at(event, 'src_port'))} to {target}"
    request = [text_at(event, "http", name) for name in ("http_method", "hostname", "url")] if kind == "alert" else []
    summary += f": {' '.join(told)}" if (told := [word for word in request if word]) else ""
    return make_entry(
        summary,
        actor=first_text(event, *_USER),
        address=Address.read(source or ""),
        action=action,
        outcome=_eve_outcome(event, kind),
    )


def _eve_observables(message: str) -> tuple[Observable, ...]:
    event = eve(message)
    return observables(
        addresses=find_addresses(message),
        principals=[first_text(event, *_USER)],
        hosts=[first_text(event, ("host",), ("sensor_name",)), text_at(event, "http", "hostname")],
    )


_CAPTURED = as_written("The sensor's time of the packet, to the millisecond.")


def _eve_uncertainty(message: str, time: int) -> Uncertainty:
    """The record of a flow is written when the flow is over, and says when it began."""
    event = eve(message)
    if event is None or text_at(event, "event_type") not in {"flow", "netflow"}:
        return _CAPTURED(message, time)
    why = "The record of a flow is written when the flow is over; it covers all of it."
    began = first_text(event, ("flow", "start"), ("netflow", "start"))
    try:
        start = to_millis(datetime.fromisoformat(began or ""))
    except ValueError:  # no time, or one without a zone
        return _CAPTURED(message, time)
    return Uncertainty(max(time - start, 0), resolution(time), why)


# ── fast.log ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_fast(message: str) -> bool:
    """Whether the message is a line of ``fast.log``."""
    return _FAST.match(message[:_LONGEST]) is not None


def _recognise_fast(messages: Sequence[str]) -> bool:
    return mostly(messages, is_fast)


def _split(end: str) -> tuple[Address | None, str | None]:
    """The address and the port of one end; a protocol without ports may have none."""
    text, colon, port = end.rpartition(":")
    address = Address.read(text) if colon and port.isdigit() else None
    return (address, port) if address else (Address.read(end), None)


def _fast_entry(message: str) -> Entry:
    found = _FAST.match(message[:_LONGEST])
    if not found:
        return plain_entry(message)
    address, port = _split(found["source"])
    target, target_port = _split(found["target"])
    said = found["message"] or f"rule {found['id']}"
    priority = f" (priority {found['priority']})" if found["priority"] else ""
    ends = [_end(end.text if end else None, number) for end, number in ((address, port), (target, target_port))]
    return make_entry(
        f"alert: {said}{priority}, {found['protocol']} {ends[0]} to {ends[1]}",
        address=address,
        action=said,
        outcome="failure" if (found["verdict"] or "").lower() in _DROPPED else None,
    )


def _fast_observables(message: str) -> tuple[Observable, ...]:
    return observables(addresses=find_addresses(message))


def _select_in_fast(name: str) -> str:
    return matches(whole_name(name))


SURICATA = LogSource(
    name="suricata",
    title="Suricata events",
    documentation="https://docs.suricata.io/en/latest/output/eve/eve-json-format.html",
    shape=Shape.JSON,
    log_group="suricata",
    recognise=_recognise_eve,
    time=JsonTime((("timestamp",),)),
    stored=json_fields(
        "event_type",
        "src_ip",
        "src_port",
        "dest_ip",
        "dest_port",
        "proto",
        "alert.signature_id",
        "alert.signature",
        "alert.severity",
        "alert.action",
    ),
    select_address=names_address,
    select_principal=names_principal,
    observables=_eve_observables,
    entry=_eve_entry,
    uncertainty=_eve_uncertainty,
)
SURICATA_FAST = LogSource(
    name="suricata_fast",
    title="Suricata alert lines",
    documentation="https://docs.suricata.io/en/latest/configuration/suricata-yaml.html#line-based-alerts-log-fast-log",
    shape=Shape.TEXT,
    log_group="suricata-fast",
    recognise=_recognise_fast,
    # The zone is the sensor's; it is not said, and UTC is assumed.
    time=(TextTime(rf"^({_TIME})", "%m/%d/%Y-%H:%M:%S.%f"),),
    stored=(),
    select_address=names_address,
    select_principal=_select_in_fast,
    observables=_fast_observables,
    entry=_fast_entry,
    uncertainty=_CAPTURED,
)
