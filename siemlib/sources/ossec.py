"""Alerts of OSSEC and of Wazuh, which grew out of it; both are asked for by the same rule numbers.

- OSSEC 2.x and 3.x (``src/analysisd/format/to_json.c``): ``rule.sidid``, ``rule.comment``, ``rule.group`` (one text),
  the decoded fields (``srcip``, ``dstuser``) at the top, ``TimeStamp`` in milliseconds; its documentation also shows a
  flat form, ``{"rule": 1000, "level": 1, "comment": …}``.
- Wazuh 3 and 4: ``rule.id``, ``rule.description``, ``rule.groups`` (a list), the decoded fields under ``data``.
  Exported from an indexer, ``timestamp`` may be missing beside ``@timestamp``, and the alert may be wrapped in
  ``_source``.

The decoded address is often that of a relay (127.0.0.1 of a web mail); the true one is then only in ``full_log``.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from siemlib.model.event import Shape
from siemlib.model.observable import Address, find_addresses
from siemlib.model.timespan import from_millis, to_millis
from siemlib.sources import sshd
from siemlib.sources.clock import SECOND, Uncertainty, resolution
from siemlib.sources.reading import entry as make_entry
from siemlib.sources.reading import (
    first_text,
    json_fields,
    json_object,
    leaf,
    mostly,
    names_address,
    names_principal,
    observables,
    plain_entry,
    text_at,
)
from siemlib.sources.source import JsonTime, LogSource
from siemlib.sources.syslog_line import address_in, read_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.model.observable import Observable
    from siemlib.sources.source import Entry

_SOURCE_ADDRESS = (("data", "srcip"), ("data", "src_ip"), ("srcip",), ("src_ip",), ("data", "aws", "sourceIPAddress"))
USERS = (
    ("data", "dstuser"),
    ("data", "srcuser"),
    ("dstuser",),
    ("srcuser",),
    ("user",),
    ("data", "win", "eventdata", "targetUserName"),
    ("data", "audit", "acct"),
    ("data", "aws", "userIdentity", "userName"),
)
_DIGITS = re.compile(r"\d{1,9}")
_BRACKETED = re.compile(r"^<([^<>]*)>$")


def alert(message: str) -> dict[str, object] | None:
    """The alert in a message, without an indexer's ``_source`` around it, or ``None`` for what is no alert."""
    event = json_object(message)
    if event is not None and isinstance(inner := event.get("_source"), dict):
        event = inner
    return event if event is not None and _is_alert(event) else None


def _is_alert(event: Mapping[str, object]) -> bool:
    rule = event.get("rule")
    if isinstance(rule, dict):
        return "level" in rule and any(name in rule for name in ("id", "sidid", "description", "comment"))
    if rule is None:  # archives.json: the same, for what raised no alert
        return "full_log" in event and "location" in event and ("decoder" in event or "manager" in event)
    return "level" in event and ("comment" in event or "full_log" in event)


def rule_id(event: Mapping[str, object]) -> str | None:
    """The number of the rule, as text: ``5710`` in OSSEC and in Wazuh."""
    return first_text(event, ("rule", "id"), ("rule", "sidid"), ("rule",))


def level(event: Mapping[str, object]) -> int | None:
    """The level of the rule, 0 to 16."""
    text = first_text(event, ("rule", "level"), ("level",))
    return int(text) if text and _DIGITS.fullmatch(text) else None


def description(event: Mapping[str, object]) -> str | None:
    """What the rule says."""
    return first_text(event, ("rule", "description"), ("rule", "comment"), ("comment",))


def groups(event: Mapping[str, object]) -> tuple[str, ...]:
    """The groups of the rule: a list in Wazuh, one text with commas in OSSEC."""
    listed, text = leaf(event, "rule", "groups"), first_text(event, ("rule", "group"), ("group",))
    names = [str(name) for name in listed] if isinstance(listed, list) else (text or "").split(",")
    return tuple(name.strip() for name in names if name.strip())


def _recognise(messages: Sequence[str]) -> bool:
    return mostly(messages, lambda message: alert(message) is not None)


def _inner(full_log: str) -> Entry | None:
    """How the log line behind an alert reads, where it is a line of syslog."""
    return sshd.entry(full_log) if read_line(full_log) else None


def _address(event: Mapping[str, object], full_log: str) -> Address | None:
    decoded = [Address.read(text) for path in _SOURCE_ADDRESS if (text := text_at(event, *path))]
    known = [address for address in decoded if address]
    if outside := next((address for address in known if not address.is_loopback), None):
        return outside
    # The output of a command (rule 533: netstat) lists addresses of the host; none of them is an origin.
    if not full_log.startswith("ossec: output:"):
        inner = _inner(full_log)
        told = Address.read(inner.address or "") if inner else address_in(full_log)
        known = [told, *known] if told else known
    return known[0] if known else None


def _outcome(event: Mapping[str, object], full_log: str) -> str | None:
    named = " ".join(groups(event))
    if re.search(r"authentication_fail|invalid_login|login_denied|access_denied", named):
        return "failure"
    if "authentication_success" in named:
        return "success"
    inner = _inner(full_log)
    return inner.outcome if inner else None


def _user(event: Mapping[str, object], full_log: str) -> str | None:
    if decoded := first_text(event, *USERS):
        # Dovecot's decoder keeps the brackets; any other bracket is of the name itself.
        return _BRACKETED.sub(r"\1", decoded)
    inner = _inner(full_log)
    return inner.actor if inner else None


def entry(message: str) -> Entry:
    """The alert as a line: who, from where, which rule; the summary has the level and the log line behind it."""
    event = alert(message)
    if event is None:
        return plain_entry(message)
    full_log = text_at(event, "full_log") or ""
    number, said, severity = rule_id(event), description(event), level(event)
    action = " ".join(part for part in (number, said) if part) or "archived line"
    host = first_text(event, ("agent", "name"), ("hostname",), ("predecoder", "hostname"), ("location",))
    summary = (f"level {severity}: " if severity is not None else "") + action
    summary += f" on {host}" if host else ""
    summary += f" | {full_log}" if full_log else ""
    return make_entry(
        summary,
        actor=_user(event, full_log),
        address=_address(event, full_log),
        action=action,
        outcome=_outcome(event, full_log),
    )


def _observables(message: str) -> tuple[Observable, ...]:
    event = alert(message)
    if event is None:
        return observables(addresses=find_addresses(message))
    full_log = text_at(event, "full_log") or ""
    return observables(
        addresses=find_addresses(message),
        principals=[_user(event, full_log)],
        hosts=[first_text(event, ("agent", "name")), first_text(event, ("hostname",), ("predecoder", "hostname"))],
    )


_DELAY = 10 * SECOND
"""How long before an alert its line is taken to be written: a collector looks every 2 seconds, and an agent queues."""
_LONGEST_DELAY = 3600 * SECOND
"""A line with an earlier time than that is read in another zone, or is not the line that the alert is about."""
_LATE = "An alert is written after the line that it is about; where the line has no time, 10 seconds are allowed for."
_LINE_TIME = re.compile(r"(?:<\d{1,3}>)?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}:\d{2}:\d{2}) ")


def _uncertainty(message: str, time: int) -> Uncertainty:
    """From the time of the line behind the alert, where that is syslog in UTC, to the time of the alert."""
    event = alert(message)
    line = _line_time((text_at(event, "full_log") or "") if event else "", time)
    before = time - line if line is not None and 0 <= time - line <= _LONGEST_DELAY else _DELAY
    return Uncertainty(before, resolution(time), _LATE)


def _line_time(full_log: str, near: int) -> int | None:
    """The time of a line of syslog, of the year of ``near``; epoch milliseconds."""
    found = _LINE_TIME.match(full_log)
    if not found:
        return None
    text = f"{from_millis(near).year} {found[1]} {found[2]} {found[3]} +0000"
    try:
        return to_millis(datetime.strptime(text, "%Y %b %d %H:%M:%S %z"))
    except ValueError:
        return None


OSSEC = LogSource(
    name="ossec",
    title="OSSEC alerts",
    documentation="https://www.ossec.net/docs/docs/formats/alerts.html",
    shape=Shape.JSON,
    log_group="OSSEC",
    recognise=_recognise,
    time=JsonTime(
        (
            # OSSEC 3 writes both: "TimeStamp" in milliseconds, and "timestamp" as "2026 Mar 04 00:01:47", zone unsaid.
            ("TimeStamp",),
            ("timestamp",),
            ("@timestamp",),
            ("_source", "timestamp"),
            ("_source", "@timestamp"),
        )
    ),
    stored=json_fields(
        "rule.id",
        "rule.sidid",
        "rule.level",
        "rule.description",
        "rule.comment",
        "srcip",
        "data.srcip",
        "data.src_ip",
        "data.srcuser",
        "data.dstuser",
        "agent.name",
        "agent.ip",
        "location",
    ),
    # The whole message, because the address may be in full_log alone.
    select_address=names_address,
    select_principal=names_principal,
    observables=_observables,
    entry=entry,
    uncertainty=_uncertainty,
)
