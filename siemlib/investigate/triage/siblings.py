"""The alerts beside the alert: of the same address, user or rule within the window, grouped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, searched, typed
from siemlib.investigate.triage import about
from siemlib.investigate.triage.absent import of_an_alert
from siemlib.investigate.triage.alarm import RULE_NUMBER
from siemlib.investigate.triage.focus import focus
from siemlib.investigate.triage.listing import SOURCE
from siemlib.investigate.triage.window import during, millis
from siemlib.investigate.words import at, count, names, plain, verb
from siemlib.sources import ossec, source
from siemlib.sources.reading import matches, text_at, text_literal

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.investigate.triage.alarm import Alarm
    from siemlib.model.run import Run

MOST = 10_000
"""Alerts that are read; of more the highest levels."""
_MOST_RESPONSES = 1_000
_CLASS = re.compile(r"\[Classification: ([^\]]{1,100})\]")
_ATTACK = re.compile(r"attack|privilege gain|trojan|exploit|malware|shellcode|network scan", re.IGNORECASE)

_COLUMNS = {
    "level": "count",
    "rule": "text",
    "description": "text",
    "address": "text",
    "host": "text",
    "shares": "text",
    "alerts": "count",
    "users": "count",
    "first": "time",
    "last": "time",
}


@dataclass(frozen=True, eq=False)
class Sibling:
    """One alert of the window."""

    time: pd.Timestamp
    level: int | None
    rule: str | None
    description: str | None
    address: str | None
    user: str | None
    host: str | None
    attack: str
    """What an IDS saw, where it classes it as an attack; else empty."""
    login: str | None
    """``success`` or ``failure``, where the rule is about a login."""


@of_an_alert
def siblings(case: Case, alarm: Alarm) -> Answer:
    """Group the alerts within the window that share the address, the user or the rule with the alert, itself included.

    Columns: ``level``, ``rule``, ``description``, ``address``, ``host``, ``shares`` (``address, rule``), ``alerts``,
    ``users`` (distinct ones), ``first``, ``last``; the highest level first, then most alerts.
    """
    found, runs = read(case, alarm)
    groups: dict[tuple[object, ...], list[Sibling]] = {}
    for one in found:
        key = (one.level, one.rule, one.description, one.address, one.host, _shares(case, alarm, one))
        groups.setdefault(key, []).append(one)
    rows: list[tuple[object, ...]] = [
        (*key, len(part), len({one.user for one in part} - {None}), part[0].time, part[-1].time)
        for key, part in groups.items()
    ]
    frame = typed(rows, _COLUMNS).sort_values(["level", "alerts"], ascending=False, kind="stable", ignore_index=True)
    asked = searched(case, case.log_groups(SOURCE), "alerts within the window of the same address, user or rule")
    return Answer("siblings", "Alerts beside it", frame, _reading(alarm, frame, len(found)), asked, runs)


def read(case: Case, alarm: Alarm) -> tuple[list[Sibling], tuple[Run, ...]]:
    """The alerts within the window that share something with the alert, oldest first."""
    query = f"filter {_window(alarm)} and ({_shared(case, alarm)})\n| fields @timestamp, @message"
    severity = "coalesce(rule.level, level, _source.rule.level) as severity"
    result = ask(
        case, f"{query}, {severity}\n| sort severity desc, @timestamp asc\n| limit {MOST}", case.log_groups(SOURCE)
    )
    found = []
    for moment, row in zip(result.frame["@timestamp"], result.rows, strict=True):
        event = ossec.alert(row.get("@message", ""))
        if event is not None:
            found.append(_sibling(moment, event))
    return sorted(found, key=lambda one: one.time), (result.run,)


def responses(case: Case, alarm: Alarm) -> tuple[tuple[str, ...], tuple[Run, ...]]:
    """The times, since the window began, of alerts of an attack response whose far end is the address of the alert."""
    ip = focus(case, alarm).ip
    if ip is None:
        return (), ()
    later = f"toMillis(@timestamp) >= {millis(alarm.start)} and @message like /(?i)attack[_ -]response/"
    query = f"filter {later} and ({source(SOURCE).select_address(ip)})\n| fields @timestamp, @message"
    result = ask(case, f"{query}\n| sort @timestamp asc\n| limit {_MOST_RESPONSES}", case.log_groups(SOURCE))
    times = []
    for moment, row in zip(result.frame["@timestamp"], result.rows, strict=True):
        event = ossec.alert(row.get("@message", ""))
        end = about.origin(event) if event and about.is_response(event) else None
        if end and end.value == ip.text:
            times.append(at(moment))
    return tuple(dict.fromkeys(times)), (result.run,)


def signature_of(event: about.Event) -> str:
    """What an IDS saw, where its classification names an attack; else an empty text."""
    quoted = text_at(event, about.FULL_LOG) or ""
    told = _CLASS.search(quoted)
    kind = text_at(event, "data", "alert", "category") or (told[1] if told else "")
    if not _ATTACK.search(kind):
        return ""
    named = text_at(event, "data", "alert", "signature")
    parts = quoted.split("[**]")
    line = re.sub(r"^\s*\[[\d:]+\]\s*", "", parts[1]).strip() if told and len(parts) > 1 else ""
    return named or line or ossec.description(event) or kind


def _sibling(moment: pd.Timestamp, event: about.Event) -> Sibling:
    acted, user = about.origin(event), about.user(event)
    return Sibling(
        moment,
        ossec.level(event),
        ossec.rule_id(event),
        ossec.description(event),
        acted.value if acted else None,
        user.value if user else None,
        about.host(event),
        signature_of(event),
        _login(event),
    )


def _login(event: about.Event) -> str | None:
    groups = " ".join(ossec.groups(event))
    if re.search(r"authentication_fail|invalid_login|login_denied", groups):
        return "failure"
    return "success" if "authentication_success" in groups else None


def _window(alarm: Alarm) -> str:
    return during(millis(alarm.start), millis(alarm.end))


def _shared(case: Case, alarm: Alarm) -> str:
    about_whom = focus(case, alarm)
    parts = [matches(about_whom.ip.pattern)] if about_whom.ip else []
    parts += [subject.condition((SOURCE,)) for subject in about_whom.subjects(alarm) if subject.ip is None]
    if alarm.rule:
        parts.append(f"{RULE_NUMBER} = {text_literal(alarm.rule)}")
    return " or ".join(f"({part})" for part in parts) or "false"


def _shares(case: Case, alarm: Alarm, one: Sibling) -> str:
    told = focus(case, alarm)
    shared = [
        ("address", told.ip is not None and one.address == told.ip.text),
        ("user", told.user is not None and one.user == told.user.value),
        ("rule", one.rule is not None and one.rule == alarm.rule),
    ]
    return ", ".join(name for name, same in shared if same) or "named in the text"


def _reading(alarm: Alarm, frame: pd.DataFrame, total: int) -> str:
    if frame.empty:
        return f"No alert within {count(alarm.minutes, 'minute')} of the alert shares its address, user or rule."
    others = total - 1
    by = {name: frame.loc[frame["shares"].str.contains(name), "alerts"].sum() for name in ("address", "user", "rule")}
    rules = list(dict.fromkeys(f"{row['rule']} (level {row['level']})" for _, row in frame.iterrows()))
    return (
        f"{count(others, 'other alert')} within {count(alarm.minutes, 'minute')}: of all {total:,},"
        f" {by['address']:,} {verb(by['address'], 'shares', 'share')} the address, {by['user']:,} the user,"
        f" {by['rule']:,} the rule."
        f" Rules: {names([plain(rule) for rule in rules], most=5)}."
    )
