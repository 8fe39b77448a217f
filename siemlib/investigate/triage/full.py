"""The alert itself: every field of it, what its level means, and who is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.evidence.visible import visible
from siemlib.investigate.ask import searched, typed
from siemlib.investigate.triage import about
from siemlib.investigate.triage.absent import of_an_alert
from siemlib.investigate.triage.levels import meaning, route
from siemlib.investigate.words import at, plain
from siemlib.sources import ossec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.case import Case
    from siemlib.investigate.triage.alarm import Alarm

MOST_FIELDS = 500
"""An alert that quotes a document may have thousands."""
_LONGEST_VALUE = 4_000
_DEEPEST = 20
_COLUMNS = {"field": "text", "value": "text"}
_UNKNOWN_ROUTE = "not known: siem.toml has no [alerts] routes for this level"


@of_an_alert
def in_full(case: Case, alarm: Alarm) -> Answer:
    """Every field of the alert by its dotted name, in its own order, behind the meaning of its level and its route.

    Columns: ``field``, ``value``. A value of several lines keeps them; of one above 4,000 characters the beginning.
    """
    told = [
        ("level means", meaning(alarm.level)),
        ("route", route(case, alarm.level) or _UNKNOWN_ROUTE),
        ("log group", alarm.log_group),
        ("time of the event", f"{alarm.time:%Y-%m-%d %H:%M:%S.%f}"[:-3] + " UTC"),
    ]
    fields = list(flat(alarm.event))
    cut = f" {len(fields) - MOST_FIELDS:,} further fields are not shown." if len(fields) > MOST_FIELDS else ""
    frame = typed([*told, *fields[:MOST_FIELDS]], _COLUMNS)
    return Answer(
        "alert",
        f"The {alarm.name.removeprefix('the ')}",
        frame,
        " ".join([_reading(case, alarm) + cut, *alarm.notes]),
        searched(case, (alarm.log_group,), alarm.name),
        alarm.runs,
    )


def flat(value: object, name: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every leaf of a JSON value with its dotted name, in order; a list of plain values is one leaf."""
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, inner in value.items():
            yield from flat(inner, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST and any(isinstance(part, dict | list) for part in value):
        for number, inner in enumerate(value):
            yield from flat(inner, f"{name}.{number}", depth + 1)
    else:
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        yield visible(plain(name)), text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _reading(case: Case, alarm: Alarm) -> str:
    level = "without a level" if alarm.level is None else f"level {alarm.level} ({meaning(alarm.level)})"
    said = ossec.description(alarm.event)
    host = about.host(alarm.event)
    told = route(case, alarm.level)
    mail = _mail(alarm)
    return (
        f"{at(alarm.time)}, {level}, rule {plain(alarm.rule)}"
        + (f' "{plain(said)}"' if said else "")
        + (f" on {plain(host)}" if host else "")
        + f". Route: {plain(told) if told else _UNKNOWN_ROUTE}{mail}."
    )


def _mail(alarm: Alarm) -> str:
    """What the alert says of its own mail: a Wazuh manager writes whether it sends one."""
    rule = alarm.event.get("rule")
    mail = rule.get("mail") if isinstance(rule, dict) else None
    if not isinstance(mail, bool):
        return ""
    return f"; by rule.mail the manager sends {'a' if mail else 'no'} mail"
