"""Whom the alert is about: each address and user that it names, the field that says so, and what the inventory says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import searched, typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.triage import about
from siemlib.investigate.triage.absent import of_an_alert
from siemlib.investigate.triage.focus import focus
from siemlib.investigate.words import plain
from siemlib.sources.reading import text_at

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.investigate.triage.alarm import Alarm
    from siemlib.investigate.triage.focus import Focus

REPLAYED_SECONDS = 3600
"""An alert whose id is further from its event was made from older logs: its id says nothing of the time."""

_COLUMNS = {"value": "text", "role": "text", "field": "text", "followed": "text"}


@of_an_alert
def about_whom(case: Case, alarm: Alarm) -> Answer:
    """Every address, user and host name of the alert, with the field that holds it.

    Columns: ``value``, ``value is`` (the inventory's label of an address), ``role`` (``origin``, ``target``,
    ``far end``, ``host``, ``user``, or ``inferred``), ``field``, ``followed`` (``yes`` for the two that the sections
    below follow).
    """
    told = focus(case, alarm)
    mentions = [*about.addresses(alarm.event)]
    if told.address and told.address not in mentions:
        mentions.insert(0, told.address)
    mentions += about.users(alarm.event)
    followed = {mention.value for mention in (told.address if told.ip else None, told.user) if mention}
    rows: list[tuple[object, ...]] = [
        (one.value, one.role, one.field, "yes" if one.value in followed else "no") for one in mentions
    ]
    rows += [(name, "host", "name", "no") for name in about.host_names(alarm.event)]
    frame = with_labels(case, typed(rows, _COLUMNS), "value")
    reading = " ".join([_address(case, told), _user(told), *about.contradictions(alarm.event), *_replay(alarm)])
    asked = searched(case, (alarm.log_group,), alarm.name)
    return Answer("about-whom", "Whom the alert is about", frame, reading, asked, alarm.runs)


def _address(case: Case, told: Focus) -> str:
    if told.ip is None:
        own = "The alert names no address." if told.address is None else ""
        if told.address:
            own = f"The alert names {told.address.value} ({told.address.field}) alone, the host itself."
        return f"{told.inferred or own} No address is followed."
    assert told.address is not None  # noqa: S101 - an address that is followed was named
    who = named(case, told.ip.text)
    label = case.inventory.label(told.ip)
    kind = f", {label.kind}" if label and who == told.ip.text else ""
    if told.address.role == "inferred":
        return f"{told.inferred} Followed: {who}{kind}."
    return f"Address {who}{kind}, from {told.address.field}."


def _user(told: Focus) -> str:
    return f"User {plain(told.user.value)}, from {told.user.field}." if told.user else "It names no user."


def _replay(alarm: Alarm) -> list[str]:
    head = (text_at(alarm.event, "id") or "").partition(".")[0]
    if not (head.isdigit() and len(head) == 10):  # noqa: PLR2004 - epoch seconds since 2001
        return []
    made = pd.Timestamp(int(head), unit="s", tz="UTC")
    if abs(made - alarm.time).total_seconds() <= REPLAYED_SECONDS:
        return []
    return [f"Its id begins with {made:%Y-%m-%d %H:%M:%S} UTC, when the manager read the log, not when it happened."]
