"""Who fell silent: rules and agents that raised alerts steadily and then none any more."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_held, searched, typed
from siemlib.investigate.coverage import PERIODS, STEADY, period_of
from siemlib.investigate.words import at, count, plain, verb

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.engine import Result

_OSSEC = "ossec"
LEAST = 12
"""Periods with alerts from which on a rule or an agent has a habit that it can break."""
TIMES = 3
"""How many times its longest earlier silence a silence must last, and how many whole periods. An attack that is over
ends the alerts of its rules too, but those never were steady."""
_HOUR = pd.Timedelta(hours=1)
_MOST_TOLD = 5
_STOPPED, _SPEAKS, _UNSTEADY = "yes", "no", "not steady enough to tell"
_COUNTED = """stats count(*) as alerts, min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms,
    latest(coalesce(rule.description, rule.comment, comment, _source.rule.description)) as about
  by bin({period}) as start, {key} as name"""
_RULE = "coalesce(rule.id, rule.sidid, rule, _source.rule.id)"
_AGENT = "coalesce(agent.name, _source.agent.name, if(strlen(told) > 0, told, hostname), hostname, predecoder.hostname)"
_TOLD = r"parse location /^\((?<told>[^)]+)\) /"
_COLUMNS = {
    "kind": "text",
    "name": "text",
    "alerts": "count",
    "first": "time",
    "last": "time",
    "periods with alerts": "count",
    "periods": "count",
    "longest earlier silence, hours": "count",
    "silent for, hours": "count",
    "silent": "text",
}


@dataclass
class _Voice:
    """A rule or an agent: its periods with alerts, in order, by number."""

    kind: str
    name: str
    about: str = ""
    alerts: int = 0
    first: int | None = None
    last: int = 0
    periods: list[int] = field(default_factory=list)


def alerts_silent(case: Case) -> Answer:
    """Find the rules and agents that raised alerts steadily and then none any more, those silent the longest first.

    Columns: ``kind`` (rule, agent), ``name``, ``alerts``, ``first``, ``last``, ``periods with alerts`` and ``periods``
    (from the first to the last alert; a period is that of the coverage map), ``longest earlier silence, hours``,
    ``silent for, hours`` (from its last alert to the last alert of any), ``silent`` (yes, no, not steady enough to
    tell). Silent is who raised alerts in half of its periods, in twelve at least, and then none for three periods and
    three earlier silences.
    """
    title = "Rules and agents that stopped raising alerts"
    groups = case.log_groups(_OSSEC)
    if not groups:
        return not_held("alerts-silent", title, _OSSEC, _COLUMNS)
    period = period_of(case)
    by_rule = ask(case, _COUNTED.format(period=period, key=_RULE), groups)
    by_agent = ask(case, f"{_TOLD}\n| {_COUNTED.format(period=period, key=_AGENT)}", groups)
    width = PERIODS[period]
    voices = [*_voices("rule", by_rule, width), *_voices("agent", by_agent, width)]
    end = max((voice.last for voice in voices), default=0)
    frame = _ordered(typed((_row(voice, end, width) for voice in voices), _COLUMNS))
    asked = searched(case, groups, f"alerts by rule and by agent, in periods of {period}")
    return Answer("alerts-silent", title, frame, _reading(case, frame), asked, (by_rule.run, by_agent.run))


def _voices(kind: str, result: Result, width: pd.Timedelta) -> list[_Voice]:
    voices: dict[str, _Voice] = {}
    for row in sorted(result.rows, key=lambda one: one["start"]):
        voice = voices.setdefault(row.get("name", "unnamed"), _Voice(kind, row.get("name", "unnamed")))
        voice.alerts += int(row["alerts"])
        voice.first = int(row["first_ms"]) if voice.first is None else min(voice.first, int(row["first_ms"]))
        voice.last = max(voice.last, int(row["last_ms"]))
        voice.about = row.get("about", voice.about) if kind == "rule" else ""
        voice.periods.append(_number(row["start"], width))
    return list(voices.values())


def _number(start: str, width: pd.Timedelta) -> int:
    return int((pd.Timestamp(start, tz="UTC") - pd.Timestamp(0, tz="UTC")) // width)


def _row(voice: _Voice, end: int, width: pd.Timedelta) -> tuple[object, ...]:
    own = voice.periods
    whole = own[-1] - own[0] + 1
    longest = max((after - before - 1 for before, after in itertools.pairwise(own)), default=0)
    silence = pd.Timedelta(end - voice.last, unit="ms")
    state = _UNSTEADY
    if len(own) >= LEAST and len(own) >= STEADY * whole:
        state = _STOPPED if silence >= TIMES * width and silence >= TIMES * longest * width else _SPEAKS
    name = f"{voice.name} {voice.about}".strip()
    hours = (round(longest * width / _HOUR), round(silence / _HOUR))
    return voice.kind, name, voice.alerts, voice.first, voice.last, len(own), whole, *hours, state


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    ranked = frame.assign(_silent=frame["silent"].ne(_STOPPED))
    ranked = ranked.sort_values(["_silent", "silent for, hours"], ascending=[True, False], kind="stable")
    return ranked.drop(columns="_silent").reset_index(drop=True)


def _reading(case: Case, frame: pd.DataFrame) -> str:
    if frame.empty:
        return f"No alert at all, {case.timespan}: whether the rules work is not known."
    kinds = frame["kind"].value_counts()
    told = f"of {count(kinds.get('rule', 0), 'rule')} and {count(kinds.get('agent', 0), 'agent')}"
    silent, unsteady = frame[frame["silent"] == _STOPPED], int((frame["silent"] == _UNSTEADY).sum())
    rest = (
        f" {unsteady:,} of them {verb(unsteady, 'raises', 'raise')} alerts too seldom, or too unsteadily, to tell."
        if unsteady
        else ""
    )
    if silent.empty:
        return f"None {told} stopped raising alerts.{rest}"
    each = [
        f"{row['kind']} {plain(row['name'])} after {count(row['alerts'], 'alert')}, last at {at(row['last'])}"
        for _, row in silent.head(_MOST_TOLD).iterrows()
    ]
    more = f"; and {len(silent) - _MOST_TOLD:,} more" if len(silent) > _MOST_TOLD else ""
    why = "Why is not in the alerts: what they watched may have ended, or they may not work any more."
    return f"{len(silent):,} {told} stopped: {'; '.join(each)}{more}.{rest} {why}"
