"""The rule's history: how often it fired, when, and for whom, over the timespan of the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, searched, times, typed
from siemlib.investigate.periods import WIDTHS
from siemlib.investigate.triage.absent import of_an_alert
from siemlib.investigate.triage.alarm import RULE_NUMBER
from siemlib.investigate.triage.focus import focus
from siemlib.investigate.triage.listing import SOURCE
from siemlib.investigate.words import at, count, plain
from siemlib.sources.reading import matches, text_literal

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.engine import Result
    from siemlib.investigate.triage.alarm import Alarm

HOURS_BY_HOUR = 72
"""A longer timespan is counted by day: a hundred bars are as many as one can tell apart."""
_COLUMNS = {"from": "time", "to": "time", "alerts of": "text", "alerts": "count"}
_EXTREMES = "min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms"


@of_an_alert
def history(case: Case, alarm: Alarm) -> Answer:
    """Count the alerts of the rule by hour, or by day where the timespan is longer than three days.

    Columns: ``from``, ``to`` (half-open, UTC), ``alerts of`` (``this address`` or ``others``; without an address
    ``everyone``), ``alerts``. Bins without alerts have no row.
    """
    title, groups = f"Alerts of rule {plain(alarm.rule)}", case.log_groups(SOURCE)
    hours = (case.timespan.end - case.timespan.start).total_seconds() / 3600
    period = "1h" if hours <= HOURS_BY_HOUR else "1d"
    same = f"filter {RULE_NUMBER} = {text_literal(alarm.rule or '')}"
    ip = focus(case, alarm).ip
    named = f"if({matches(ip.pattern)}, 1, 0)" if ip else "1"
    result = ask(
        case,
        f"{same}\n| fields {named} as own\n| stats count(*) as alerts, {_EXTREMES} by bin({period}) as start, own",
        groups,
    )
    frame = typed(
        ((row["start"], None, _whose(row, has_address=ip is not None), int(row["alerts"])) for row in result.rows),
        _COLUMNS,
    )
    frame["to"] = times(frame["from"]) + WIDTHS[period]
    frame = frame.sort_values(["from", "alerts of"], kind="stable", ignore_index=True)
    reading = _reading(case, alarm, result, str(ip) if ip else None, period)
    asked = searched(case, groups, f"alerts of rule {plain(alarm.rule)}, by {period}")
    return Answer("history", title, frame, reading, asked, (result.run,))


def _whose(row: dict[str, str], *, has_address: bool) -> str:
    if not has_address:
        return "everyone"
    return "this address" if row.get("own") == "1" else "others"


def _reading(case: Case, alarm: Alarm, result: Result, address: str | None, period: str) -> str:
    rows = result.rows
    total = sum(int(row["alerts"]) for row in rows)
    if not total:
        return f"No alert of rule {plain(alarm.rule)}, {case.timespan}."
    first = _at(min(int(float(row["first_ms"])) for row in rows))
    last = _at(max(int(float(row["last_ms"])) for row in rows))
    bins = {row["start"] for row in rows}
    own = [row for row in rows if row.get("own") == "1"]
    whose = ""
    if address:
        mine = sum(int(row["alerts"]) for row in own)
        since = _at(min(int(float(row["first_ms"])) for row in own)) if own else ""
        whose = f" Of {address}: {mine:,}, the first at {since}." if own else f" None names {address}."
    once = "1 alert, this one," if total == 1 else f"{count(total, 'alert')}"
    before = "the first of them is this one" if first == at(alarm.time) else f"the first was at {first}"
    told = "" if total == 1 else f": {before}, the last at {last}; in {count(len(bins), 'bin')} of {period}"
    return f"{once} of rule {plain(alarm.rule)} within {case.timespan}{told}.{whose}"


def _at(millis: int) -> str:
    return at(pd.Timestamp(millis, unit="ms", tz="UTC"))
