"""Which way the traffic went, and what of it was rejected: in all, and over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_held, typed
from siemlib.investigate.periods import shortest
from siemlib.investigate.pivot.activity import with_ends
from siemlib.investigate.traffic.flow import IN_BOTH, SOURCE, asked, groups, none, rule, whole, with_direction
from siemlib.investigate.words import at, count

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.engine import Result

_DIRECTIONS = ("inbound", "outbound", "inside", "undecided")
ACTIONS = {"ACCEPT": "accepted", "REJECT": "rejected"}
_COLUMNS = {"direction": "text", "action": "text", "flows": "count", "bytes": "count", "told by": "text"}
_OVER_TIME = {"from": "time", "to": "time", "series": "text", "flows": "count", "bytes": "count"}


def directions(case: Case) -> Answer:
    """Count flows and bytes by direction and action, and by what told the direction.

    Columns: ``direction`` (``inbound``, ``outbound``, ``inside``, ``undecided``), ``action`` (``accepted``,
    ``rejected``), ``flows``, ``bytes``, ``told by`` (``addresses``, ``flow-direction``, ``nothing``).
    """
    title = "Traffic by direction"
    if not groups(case):
        return not_held("directions", title, SOURCE, _COLUMNS)
    result = totals(case)
    frame = typed(
        (
            (
                row["direction"],
                ACTIONS[row["action"]],
                whole(row, "flows"),
                whole(row, "sum_bytes"),
                row["told_by"],
            )
            for row in sorted(result.rows, key=_order)
        ),
        _COLUMNS,
    )
    reading = f"{_reading(frame)} {_undecided(frame)} {rule(case)}" if len(frame) else none(case)
    return Answer("directions", title, frame, reading, asked(case, "accepted and rejected flows"), (result.run,))


def totals(case: Case) -> Result:
    """Flows and bytes by direction, action and what told the direction."""
    query = (
        f"{IN_BOTH}\n| {with_direction(case)}\n"
        "| stats count(*) as flows, sum(bytes) as sum_bytes by direction, action, told_by"
    )
    return ask(case, query, groups(case))


def bytes_over_time(case: Case) -> Answer:
    """Sum the bytes in each bin of time, by direction and action.

    Columns: ``from``, ``to`` (half-open, UTC), ``series`` (``inbound accepted``), ``flows``, ``bytes``.
    """
    return _over_time(case, "bytes")


def flows_over_time(case: Case) -> Answer:
    """Count the flows in each bin of time, by direction and action; columns as :func:`bytes_over_time`."""
    return _over_time(case, "flows")


def _over_time(case: Case, value: str) -> Answer:
    name, title = f"{value}-over-time", f"{value.capitalize()} over time, by direction and action"
    if not groups(case):
        return not_held(name, title, SOURCE, _OVER_TIME)
    period = shortest(case.timespan.end - case.timespan.start)
    query = (
        f"{IN_BOTH}\n| {with_direction(case)}\n"
        f"| stats count(*) as flows, sum(bytes) as sum_bytes by bin({period}) as start, direction, action"
    )
    result = ask(case, query, groups(case))
    rows = (
        (
            row["start"],
            None,
            f"{row['direction']} {ACTIONS[row['action']]}",
            whole(row, "flows"),
            whole(row, "sum_bytes"),
        )
        for row in sorted(result.rows, key=_order)
    )
    frame = with_ends(typed(rows, _OVER_TIME), ["series"], period)
    reading = _peak(frame, value, period) if len(frame) else none(case)
    return Answer(name, title, frame, reading, asked(case, f"flows by {period}"), (result.run,))


def _order(row: dict[str, str]) -> tuple[str, int, str, str]:
    return row.get("start", ""), _DIRECTIONS.index(row["direction"]), row["action"], row.get("told_by", "")


def _reading(frame: pd.DataFrame) -> str:
    parts = []
    for direction in _DIRECTIONS[:-1]:
        part = frame[frame["direction"] == direction].groupby("action")[["flows", "bytes"]].sum()
        sums = {action: (int(row["flows"]), int(row["bytes"])) for action, row in part.iterrows()}
        (accepted, size), (rejected, _) = (sums.get(action, (0, 0)) for action in ACTIONS.values())
        parts.append(
            f"{direction} {count(accepted, 'accepted flow')} of {count(size, 'byte')} and {rejected:,} rejected"
        )
    return f"{'; '.join(parts)}.".capitalize()


def _undecided(frame: pd.DataFrame) -> str:
    by_rule = frame.groupby("told by")["flows"].sum()
    nothing, logged = int(by_rule.get("nothing", 0)), int(by_rule.get("flow-direction", 0))
    told = f" {count(logged, 'flow')} between outside addresses went by the logged flow-direction." if logged else ""
    return f"The direction of {count(nothing, 'flow')} could not be decided.{told}"


def _peak(frame: pd.DataFrame, value: str, period: str) -> str:
    bins = frame.groupby("from", as_index=False)[["flows", "bytes"]].sum()
    top = bins.sort_values(value, ascending=False, kind="stable").iloc[0]
    part = frame[frame["from"] == top["from"]].sort_values(value, ascending=False, kind="stable").iloc[0]
    return (
        f"{count(frame[value].sum(), value[:-1])} in {count(len(bins), 'bin')} of {period}. Most from"
        f" {at(top['from'])}: {top[value]:,}, of them {part[value]:,} {part['series']}."
    )
