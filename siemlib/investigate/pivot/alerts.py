"""What the rules made of it: OSSEC and Wazuh alerts by level and rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_held, searched, source_title, typed
from siemlib.investigate.words import at, count, names, plain
from siemlib.queries import saved

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.investigate.subject import Subject

SEVERE = 10
"""The level from which OSSEC counts an alert as severe."""

_SOURCE = "ossec"
_COLUMNS = {
    "level": "count",
    "rule": "text",
    "description": "text",
    "alerts": "count",
    "first": "time",
    "last": "time",
}


def alerts(case: Case, subject: Subject) -> Answer:
    """Count the alerts that name the subject, by level and rule, the highest level first.

    Columns: ``level`` (0 to 16), ``rule``, ``description``, ``alerts``, ``first``, ``last``.
    """
    title = f"Alerts that name {subject.name}, by level and rule"
    groups = case.log_groups(_SOURCE)
    if not groups:
        return not_held("alerts", title, _SOURCE, _COLUMNS)
    result = ask(case, saved("ossec/by_rule").after(subject.condition((_SOURCE,))), groups)
    frame = typed(
        (
            (
                _level(row),
                row.get("rule_number"),
                row.get("rule_says"),
                int(row["alerts"]),
                row.get("first_ms"),
                row.get("last_ms"),
            )
            for row in result.rows
        ),
        _COLUMNS,
    )
    frame = frame.sort_values(["level", "alerts"], ascending=False, kind="stable", ignore_index=True)
    asked = searched(case, groups, f"alerts that name {subject.name}, also in the log line that they quote")
    return Answer("alerts", title, frame, _reading(subject, frame, groups, case), asked, (result.run,))


def _level(row: dict[str, str]) -> int | None:
    text = row.get("severity", "")
    return int(text) if text.isdigit() else None


def _reading(subject: Subject, frame: pd.DataFrame, groups: tuple[str, ...], case: Case) -> str:
    if frame.empty:
        return f"No alert names {subject.name} in {source_title(_SOURCE)} ({names(groups)}), {case.timespan}."
    severe = frame.loc[frame["level"].fillna(-1) >= SEVERE, "alerts"].sum()
    alerts = frame["alerts"].sum()
    return (
        f"{count(alerts, 'alert')} of {count(frame['rule'].nunique(), 'rule')}"
        f" {'names' if alerts == 1 else 'name'} {subject.name}, "
        f"{severe:,} of level {SEVERE} or more. Highest: {worst(frame)}."
    )


def worst(frame: pd.DataFrame) -> str:
    """The first row of an alerts frame as half a sentence: level, rule, description, how often, since when."""
    top = frame.iloc[0]
    level = "without a level" if _missing(top["level"]) else f"level {top['level']}"
    about = "" if _missing(top["description"]) else f' "{plain(top["description"])}"'
    often = f", {top['alerts']:,} times" if top["alerts"] > 1 else ""
    return f"{level}, rule {plain(top['rule'])}{about}{often}, first at {at(top['first'])}"


def _missing(value: object) -> bool:
    return value is None or value != value or str(value) == "<NA>"  # noqa: PLR0124 - NaN is what differs from itself
