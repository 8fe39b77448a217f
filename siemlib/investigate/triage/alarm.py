"""The alert that a triage is about, found by its id, or by its rule and time."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.errors import UsageError
from siemlib.investigate.ask import ask, group_name
from siemlib.investigate.triage.listing import SOURCE, alerts_of
from siemlib.investigate.words import at, count, plain
from siemlib.model.timespan import parse_time
from siemlib.sources import ossec
from siemlib.sources.reading import first_text, json_object, text_literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siemlib.case import Case
    from siemlib.engine import Result
    from siemlib.model.run import Run

LONGEST_WINDOW = 24 * 60
"""Minutes to each side. What a longer one would show, a pivot shows better."""

_LONGEST = 200
_MOST = 200
"""Alerts of one id, or of one rule near one time, that are looked at."""
_ID = "coalesce(id, _source.id, _id)"
RULE_NUMBER = "coalesce(rule.id, rule.sidid, rule, _source.rule.id)"
"""The number of the rule of an alert, in every layout."""
_LISTED = "triage.alerts_of(case) lists the alerts; so does the saved query ossec/alerts"


class NoAlertError(UsageError):
    """The logs hold no such alert."""


@dataclass(frozen=True, eq=False)
class Alarm:
    """One alert, and how many minutes to each side of it a triage looks at."""

    time: pd.Timestamp
    id: str | None
    event: Mapping[str, object]
    """The alert itself, without an indexer's ``_source`` around it."""
    message: str
    log_group: str
    pointer: str | None
    minutes: int
    notes: tuple[str, ...]
    """Sentences: what was assumed in finding it."""
    runs: tuple[Run, ...]

    @property
    def rule(self) -> str | None:
        """The number of its rule."""
        return ossec.rule_id(self.event)

    @property
    def level(self) -> int | None:
        """The level of its rule, 0 to 16."""
        return ossec.level(self.event)

    @property
    def start(self) -> pd.Timestamp:
        """The first instant of the window."""
        return self.time - pd.Timedelta(minutes=self.minutes)

    @property
    def end(self) -> pd.Timestamp:
        """The first instant after the window."""
        return self.time + pd.Timedelta(minutes=self.minutes)

    @property
    def name(self) -> str:
        """The alert for a sentence: ``alert 1588001006.9628221``, or its rule and time."""
        return f"alert {plain(self.id)}" if self.id else f"the alert of rule {plain(self.rule)} at {at(self.time)}"


def find(case: Case, *, alert: str = "", rule: str = "", time: str = "", minutes: int = 15) -> Alarm:
    """The alert with the id ``alert``, or else the one of ``rule`` that is nearest to ``time`` (ISO 8601).

    An alert of a rule counts only within ``minutes`` of the time. Of several alerts with one id, that nearest to
    ``time``, or the oldest. Raises NoAlertError when there is none, UsageError when nothing says which alert is meant.
    """
    if not 1 <= minutes <= LONGEST_WINDOW:
        raise UsageError(f"not a window: {minutes} minutes", hint=f"give 1 to {LONGEST_WINDOW} minutes to each side")
    if not case.log_groups(SOURCE):
        raise NoAlertError(
            "no log group holds OSSEC alerts, so there is none to look at", hint="load them, or choose another engine"
        )
    for given in (alert.strip(), rule.strip()):
        if len(given) > _LONGEST or not given.isprintable():
            raise NoAlertError(f"no alert has such an id or rule: {given[:40]!r}", hint=_LISTED)
    moment, notes = _moment(time)
    if alert.strip():
        return _by_id(case, alert.strip(), moment, minutes, notes)
    if not rule.strip() or moment is None:
        missing = "which alert is meant" if not rule.strip() else f"which alert of rule {plain(rule)} is meant"
        raise UsageError(f"nothing says {missing}", hint=f"give alert, or rule and time; {_LISTED}")
    return _by_rule(case, rule.strip(), moment, minutes, notes)


def _moment(time: str) -> tuple[pd.Timestamp | None, list[str]]:
    if not time.strip():
        return None, []
    moment, assumed = parse_time(time)
    notes = ["The time of the alert was given without a zone and is taken as UTC."] if assumed else []
    return pd.Timestamp(moment).as_unit("ms"), notes


def _by_id(case: Case, wanted: str, moment: pd.Timestamp | None, minutes: int, notes: list[str]) -> Alarm:
    result = _alerts(case, f"filter {_ID} = {text_literal(wanted)}\n| sort @timestamp asc\n| limit {_MOST}")
    # The language may compare ids as numbers; only the very text is the id.
    found = [alarm for alarm in _read(result, minutes) if alarm.id == wanted]
    if not found:
        # In the message, since a notebook shows no hint.
        near = _nearest_ids(case, wanted)
        raise NoAlertError(f"no alert has the id {plain(wanted)!r}, {case.timespan}{near}", hint=_LISTED)
    if len(found) > 1:
        chosen = found[0] if moment is None else min(found, key=lambda alarm: abs(alarm.time - moment))
        notes = [*notes, f"{_several(found)} have the id {plain(wanted)}: this is the one of {at(chosen.time)}."]
        return _noted(chosen, notes)
    return _noted(found[0], notes)


def _by_rule(case: Case, rule: str, moment: pd.Timestamp, minutes: int, notes: list[str]) -> Alarm:
    distance = f"abs(toMillis(@timestamp) - {int(moment.timestamp() * 1000)}) as distance"
    query = f"filter {RULE_NUMBER} = {text_literal(rule)}\n| fields {distance}\n| sort distance asc, @timestamp asc"
    result = _alerts(case, f"{query}\n| limit {_MOST}")
    found = [alarm for alarm in _read(result, minutes) if alarm.rule == rule]
    near = [alarm for alarm in found if abs(alarm.time - moment) <= pd.Timedelta(minutes=minutes)]
    if not near:
        where = f"within {count(minutes, 'minute')} of {at(moment)}"
        nearest = f"; the nearest is of {at(found[0].time)}" if found else f"; the rule has none, {case.timespan}"
        raise NoAlertError(f"no alert of rule {plain(rule)!r} {where}{nearest}", hint=_LISTED)
    if len(near) > 1:
        many = f"{len(near)} or more" if len(near) == _MOST else str(len(near))
        apart = abs(near[0].time - moment).total_seconds()
        where = f"within {count(minutes, 'minute')} of {at(moment)}"
        notes = [*notes, f"{many} alerts of rule {plain(rule)} lie {where}: this is the nearest, {apart:,.1f} s away."]
    return _noted(near[0], notes)


def _alerts(case: Case, query: str) -> Result:
    return ask(case, f"{query}\n| fields @timestamp, @log, @message", case.log_groups(SOURCE))


def _read(result: Result, minutes: int) -> list[Alarm]:
    alarms = []
    for moment, row in zip(result.frame["@timestamp"], result.rows, strict=True):
        message = row.get("@message", "")
        event = ossec.alert(message)
        if event is not None:
            log, pointer = group_name(row.get("@log", "")), row.get("@ptr")
            told = Alarm(moment, id_of(message), event, message, log, pointer, minutes, (), (result.run,))
            alarms.append(told)
    return alarms


def id_of(message: str) -> str | None:
    """The id of the alert in a message: its own, or that of an indexer's document."""
    return first_text(json_object(message), ("id",), ("_source", "id"), ("_id",))


def _noted(alarm: Alarm, notes: list[str]) -> Alarm:
    return replace(alarm, notes=tuple(notes))


def _several(found: list[Alarm]) -> str:
    return f"{len(found)} or more alerts" if len(found) == _MOST else f"{len(found)} alerts"


def _nearest_ids(case: Case, wanted: str) -> str:
    listed = alerts_of(case).frame.dropna(subset=["id"]).drop_duplicates("id")
    told = {
        str(row["id"]): f"{plain(row['id'])} ({at(row['time'])}, rule {plain(row['rule'])})"
        for _, row in listed.iterrows()
    }
    near = difflib.get_close_matches(wanted, list(told), n=3, cutoff=0.5)
    return f"; the nearest are {', '.join(told[name] for name in near)}" if near else ""
