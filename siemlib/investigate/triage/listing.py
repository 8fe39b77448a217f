"""Which alerts there are, one by one: what a picker offers, and where a wrong id is looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_held, searched, source_title, typed
from siemlib.investigate.triage import about
from siemlib.investigate.words import count, names, plain, span
from siemlib.queries import saved
from siemlib.sources import ossec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.case import Case
    from siemlib.engine import Result
    from siemlib.model.run import Run

SOURCE = "ossec"
MOST = 10_000
"""Alerts of one list; the saved query takes as many, the highest levels first. A picker with more helps nobody."""

COLUMNS = {
    "time": "time",
    "id": "text",
    "level": "count",
    "rule": "text",
    "description": "text",
    "address": "text",
    "user": "text",
    "host": "text",
    "log group": "text",
    "@ptr": "text",
}


def alerts_of(case: Case) -> Answer:
    """List the alerts of the case, oldest first; of more than 10,000 those of the highest levels, then the latest.

    Columns: ``time``, ``id`` (missing where the alert has none), ``level`` (0 to 16), ``rule``, ``description``,
    ``address`` and ``user`` (whom it is about, as :mod:`~siemlib.investigate.triage.about` reads it), ``host``,
    ``log group`` and ``@ptr``.
    """
    title = "Alerts, one by one"
    groups = case.log_groups(SOURCE)
    if not groups:
        return not_held("alerts-listed", title, SOURCE, COLUMNS)
    result = ask(case, saved("ossec/alerts").text, groups)
    frame = typed(_rows(result), COLUMNS).sort_values("time", kind="stable", ignore_index=True)
    total, runs = len(frame), [result.run]
    if len(result.rows) == MOST:
        total, counted = _total(case, groups)
        runs.append(counted)
    reading = _reading(case, frame, total, groups)
    return Answer("alerts-listed", title, frame, reading, searched(case, groups, "alerts of any rule"), tuple(runs))


def _rows(result: Result) -> Iterator[tuple[object, ...]]:
    for moment, row in zip(result.frame["@timestamp"], result.rows, strict=True):
        event = ossec.alert(row.get("@message", ""))
        if event is None:
            continue
        address, user = about.origin(event), about.user(event)
        yield (
            moment,
            row.get("alert_id"),
            ossec.level(event),
            ossec.rule_id(event),
            ossec.description(event),
            address.value if address else None,
            user.value if user else None,
            about.host(event),
            row.get("@log"),
            row.get("@ptr"),
        )


def _total(case: Case, groups: tuple[str, ...]) -> tuple[int, Run]:
    result = ask(case, "stats count(*) as events", groups)
    return int(result.rows[0]["events"]), result.run


def _reading(case: Case, frame: pd.DataFrame, total: int, groups: tuple[str, ...]) -> str:
    if frame.empty:
        return f"No alert in {source_title(SOURCE)} ({names(groups)}), {case.timespan}."
    top = frame.sort_values("level", ascending=False, kind="stable").iloc[0]
    level = "without a level" if pd.isna(top["level"]) else f"level {top['level']}"
    listed = (
        count(total, "alert")
        if len(frame) == total
        else f"{len(frame):,} of {count(total, 'event')}, of the highest levels"
    )
    return f"{listed}, {span(frame['time'].min(), frame['time'].max())}. Highest: {level}, rule {plain(top['rule'])}."
