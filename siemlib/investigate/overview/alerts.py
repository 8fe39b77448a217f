"""What the rules made of the window: OSSEC and Wazuh alerts by level and rule, and over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_held, searched, source_title, typed
from siemlib.investigate.overview.window import bin_of, binned
from siemlib.investigate.pivot.alerts import SEVERE, worst
from siemlib.investigate.words import at, count, names
from siemlib.queries import saved

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case

_SOURCE = "ossec"
_LEVEL = "coalesce(rule.level, level, _source.rule.level)"
_BY_RULE = {
    "level": "count",
    "rule": "text",
    "description": "text",
    "alerts": "count",
    "first": "time",
    "last": "time",
}
_OVER_TIME = {"level": "text", "alerts": "count"}


def alerts_by_level(case: Case) -> Answer:
    """Count the alerts by level and rule, the highest level first.

    Columns: ``level`` (0 to 16; missing where an alert has none), ``rule``, ``description``, ``alerts``, ``first``,
    ``last``.
    """
    title = "Alerts by level and rule"
    groups = case.log_groups(_SOURCE)
    if not groups:
        return not_held("alerts-by-level", title, _SOURCE, _BY_RULE)
    result = ask(case, saved("ossec/by_rule").text, groups)
    names_of = ("rule_number", "rule_says", "alerts", "first_ms", "last_ms")
    frame = typed(
        ((_whole(row.get("severity")), *(row.get(name) for name in names_of)) for row in result.rows), _BY_RULE
    )
    frame = frame.sort_values(["level", "alerts"], ascending=False, kind="stable", ignore_index=True)
    asked = searched(case, groups, "alerts of any rule")
    return Answer("alerts-by-level", title, frame, _reading(case, frame), asked, (result.run,))


def alerts_over_time(case: Case) -> Answer:
    """Count the alerts in each bin of time, by level.

    Columns: ``from``, ``to`` (half-open, UTC), ``level`` (``level 10``), ``alerts``. Bins without alerts have no row.
    """
    title = "Alerts over time, by level"
    groups = case.log_groups(_SOURCE)
    if not groups:
        return not_held("alerts-over-time", title, _SOURCE, {"from": "time", "to": "time", **_OVER_TIME})
    result = ask(case, f"stats count(*) as alerts by bin({bin_of(case)}) as start, {_LEVEL} as severity", groups)
    rows = ((row["start"], _level(row.get("severity")), int(row["alerts"])) for row in result.rows)
    frame = binned(case, rows, _OVER_TIME)
    asked = searched(case, groups, f"alerts of any rule, by {bin_of(case)}")
    return Answer("alerts-over-time", title, frame, _time_reading(case, frame), asked, (result.run,))


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _level(text: str | None) -> str:
    level = _whole(text)
    return "without a level" if level is None else f"level {level}"


def _reading(case: Case, frame: pd.DataFrame) -> str:
    if frame.empty:
        return f"No alert in {source_title(_SOURCE)} ({names(case.log_groups(_SOURCE))}), {case.timespan}."
    severe = frame.loc[frame["level"].fillna(-1) >= SEVERE, "alerts"].sum()
    return (
        f"{count(frame['alerts'].sum(), 'alert')} of {count(len(frame), 'rule')}, {severe:,} of level {SEVERE} or more."
        f" Highest: {worst(frame)}."
    )


def _time_reading(case: Case, frame: pd.DataFrame) -> str:
    if frame.empty:
        return f"No alert in {source_title(_SOURCE)} ({names(case.log_groups(_SOURCE))}), {case.timespan}."
    bins = frame.groupby("from", as_index=False)[["alerts"]].sum()
    top = bins.sort_values("alerts", ascending=False, kind="stable").iloc[0]
    return f"Alerts in {count(len(bins), 'bin')} of {bin_of(case)}. Most from {at(top['from'])}: {top['alerts']:,}."
