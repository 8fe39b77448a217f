"""What the log groups hold of the window: events and bytes over time, and where a group is silent.

An answer is worth as much as the logs behind it. A group without an event in an hour may have had nothing to say, or
may not have been delivered; no log can tell which, so that the facts for both stand beside each silence.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.case.thin import caveat
from siemlib.investigate.ask import ask, group_name, searched, typed
from siemlib.investigate.words import at, count, names, plain, verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.case import Case
    from siemlib.engine import LogGroup, Result

MOST_PERIODS = 170
"""Columns of a map that can still be told apart; seven days of hours are 168."""

STEADY = 0.5
"""The share of its periods from which on a group is said to deliver steadily, so that a silence is not its habit."""

PERIODS = {
    "1h": pd.Timedelta(hours=1),
    "6h": pd.Timedelta(hours=6),
    "1d": pd.Timedelta(days=1),
    "7d": pd.Timedelta(days=7),
    "28d": pd.Timedelta(days=28),
}
"""The periods of a coverage map, as a query writes them, and their widths."""

_UNITS = {"1h": "hour", "6h": "six hours", "1d": "day", "7d": "seven days", "28d": "28 days"}
_QUERY = """\
stats count(*) as events, sum(messageSize(@message)) as size,
    min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms by bin({period}) as start, @log"""
_COLUMNS = {"from": "time", "to": "time", "log group": "text", "events": "count", "bytes": "count"}
_SILENCES = {
    "log group": "text",
    "from": "time",
    "to": "time",
    "silence": "text",
    "last event before": "time",
    "first event after": "time",
    "periods with events": "count",
    "periods": "count",
    "events per period": "count",
}
THROUGHOUT = "throughout the window"
BETWEEN = "between events"
BEFORE = "before its first event of all"
AFTER = "after its last event of all"
FIRST = "before its first event in the window"
LAST = "after its last event in the window"
"""Of an engine that does not know what it holds beyond the window, such as the service."""


def period_of(case: Case) -> str:
    """The shortest of an hour, six hours, a day, a week and four weeks that cuts the window into at most 170 parts."""
    length = case.timespan.end - case.timespan.start
    return next((period for period, width in PERIODS.items() if length / MOST_PERIODS <= width), "28d")


def unit(case: Case) -> str:
    """The period of the map in words: ``hour``."""
    return _UNITS[period_of(case)]


def coverage(case: Case) -> Answer:
    """Count the events and their bytes in each period of the window, by log group; a silent period has a row too.

    Columns: ``from``, ``to`` (half-open, UTC; the first and the last period may reach beyond the window, and count what
    lies within), ``log group``, ``events``, ``bytes`` (of the messages, in UTF-8). The period is that of
    :func:`period_of`.
    """
    title = "Coverage: events of each log group over time"
    groups = case.log_groups()
    if not groups:
        return Answer("coverage", title, typed([], _COLUMNS), "There is no log group.", "no log group.", ())
    result = _asked(case)
    frame = _grid(case, result)
    asked = searched(case, groups, f"events of any kind, by {period_of(case)}")
    reading, told = _coverage_reading(case, frame)
    return Answer("coverage", title, frame, reading, asked, (result.run,), told)


def silences(case: Case) -> Answer:
    """Find every period of the map in which a log group has no event, those in a row as one; the heaviest ones first.

    Columns: ``log group``, ``from``, ``to`` (half-open, UTC, whole periods), ``hours``, ``silence`` (throughout the
    window, between events, before the first or after the last event that is held of it, or in the window, where the
    engine does not say what it holds beyond), ``last event
    before`` and ``first event after`` it (within the window; missing where it has none), ``periods with events`` and
    ``periods`` of the window, ``events per period`` (the median of those with any). The order: first of what delivers
    steadily between events, then throughout, then the others; within each the longest first.
    """
    title = "Silent log groups"
    groups = case.log_groups()
    if not groups:
        return Answer("silences", title, typed([], _SILENCES), "There is no log group.", "no log group.", ())
    result = _asked(case)
    grid = _grid(case, result)
    ends = _ends(result)
    rows = [row for group in case.engine.log_groups() for row in _silent(case, group, grid, ends.get(group.name, []))]
    frame = _ordered(typed(rows, _SILENCES))
    asked = searched(case, groups, f"whole periods ({unit(case)}) without any event")
    return Answer("silences", title, frame, _silences_reading(case, frame), asked, (result.run,))


def _asked(case: Case) -> Result:
    return ask(case, _QUERY.format(period=period_of(case)), case.log_groups())


def _grid(case: Case, result: Result) -> pd.DataFrame:
    """A row for every period and log group, in time order."""
    width = PERIODS[period_of(case)]
    start, end = pd.Timestamp(case.timespan.start), pd.Timestamp(case.timespan.end)
    seen = {
        (pd.Timestamp(row["start"], tz="UTC"), group_name(row["@log"])): (int(row["events"]), int(float(row["size"])))
        for row in result.rows
    }
    # The service says where a period begins (a week: on which day); without any event, the window does.
    anchor = next(iter(seen))[0] if seen else start.floor("h")
    first = anchor + ((start - anchor) // width) * width
    starts = pd.date_range(first, end, freq=width, inclusive="left")
    rows = (
        (begin, begin + width, group, *seen.get((begin, group), (0, 0)))
        for begin in starts
        for group in case.log_groups()
    )
    return typed(rows, _COLUMNS)


def _ends(result: Result) -> dict[str, list[pd.Timestamp]]:
    """Of each log group the first and the last event of each period, in time order."""
    ends: dict[str, list[pd.Timestamp]] = {}
    for row in result.rows:
        both = (pd.Timestamp(int(float(row[name])), unit="ms", tz="UTC") for name in ("first_ms", "last_ms"))
        ends.setdefault(group_name(row["@log"]), []).extend(both)
    return {group: sorted(times) for group, times in ends.items()}


def _silent(case: Case, group: LogGroup, grid: pd.DataFrame, ends: list[pd.Timestamp]) -> Iterator[tuple[object, ...]]:
    """The silences of one log group, each a row of the frame. ``ends`` are the events at the ends of its periods."""
    start, until = pd.Timestamp(case.timespan.start), pd.Timestamp(case.timespan.end)
    own = grid[grid["log group"] == group.name]
    heard = (own["events"] > 0).astype("bool")
    usual = own.loc[heard, "events"].median() if heard.any() else None
    facts = (int(heard.sum()), len(own), None if usual is None else int(usual))
    blocks = (heard != heard.shift()).cumsum()
    for _, part in own[~heard].groupby(blocks[~heard]):
        # At the ends of the window a period is cut, and its silence too short to say anything.
        begin, end = max(part["from"].min(), start), min(part["to"].max(), until)
        if end - begin >= PERIODS[period_of(case)] or not heard.any():
            place = bisect_left(ends, begin)
            around = (ends[place - 1] if place else None, ends[place] if place < len(ends) else None)
            yield group.name, begin, end, _kind(group, begin, end, ends), *around, *facts


def _kind(group: LogGroup, begin: pd.Timestamp, end: pd.Timestamp, ends: list[pd.Timestamp]) -> str:
    if not ends:
        return THROUGHOUT
    if group.first is None or group.last is None:
        return FIRST if end <= ends[0] else LAST if begin > ends[-1] else BETWEEN
    return BEFORE if end <= group.first else AFTER if begin > group.last else BETWEEN


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """With the length of each silence, the heaviest first."""
    frame.insert(3, "hours", ((frame["to"] - frame["from"]).dt.total_seconds() / 3600).astype("Float64").round(2))
    between = frame["silence"] == BETWEEN
    rank = pd.Series(3, index=frame.index).mask(between, 2).mask(frame["silence"] == THROUGHOUT, 1)
    rank = rank.mask(between & _is_steady(frame), 0)
    ranked = frame.assign(rank=rank).sort_values(["rank", "hours"], ascending=[True, False], kind="stable")
    return ranked.drop(columns="rank").reset_index(drop=True)


def _is_steady(frame: pd.DataFrame) -> pd.Series:
    return (frame["periods with events"] >= STEADY * frame["periods"]).astype("bool")


def _periods(case: Case, number: int) -> str:
    """``23 hours``, ``1 period of six hours``."""
    one = unit(case)
    return count(number, one) if one in {"hour", "day"} else f"{count(number, 'period')} of {one}"


def _coverage_reading(case: Case, frame: pd.DataFrame) -> tuple[str, str]:
    """The reading, and what of it belongs beside the status of a report."""
    heard = (frame["events"] > 0).groupby(frame["log group"]).agg(["sum", "size"])
    if not heard["sum"].any():
        return f"No log group holds any event, {case.timespan}: nothing can be found, and nothing is ruled out.", ""
    thin = [str(name) for name in heard.index[heard["sum"] < STEADY * heard["size"]]]
    filled, cells, groups = int(heard["sum"].sum()), int(heard["size"].sum()), len(heard)
    size = f"{count(frame['events'].sum(), 'event')} of {count(frame['bytes'].sum(), 'byte')}"
    over = f"{count(groups, 'log group')} over {_periods(case, int(heard['size'].max()))}"
    share = (
        f"{filled:,} of {cells:,} cells of the map {verb(filled, 'holds', 'hold')} any ({100 * filled / cells:.0f} %)"
    )
    told = caveat(len(thin), groups)
    lack = f"Without an event in more than half of the window: {names(thin)}." if thin else ""
    return " ".join(filter(None, [told, f"{size}: in {over}, {share}.", lack])), told


def _silences_reading(case: Case, frame: pd.DataFrame) -> str:
    if frame.empty:
        return f"No log group is without events for a whole {unit(case)} of the map."
    sentences = []
    throughout = list(frame.loc[frame["silence"] == THROUGHOUT, "log group"])
    if throughout:
        sentences.append(f"Silent throughout the window: {names(throughout)}.")
    between = frame[frame["silence"] == BETWEEN]
    steady = between[_is_steady(between)]
    if len(steady):
        told = [_silence(case, row) for _, row in steady.head(_TOLD).iterrows()]
        more = f" and {len(steady) - _TOLD:,} more" if len(steady) > _TOLD else ""
        sentences.append(f"Silent though steady before and after: {'; '.join(told)}{more}.")
    seldom = between[~_is_steady(between)]
    if len(seldom):
        groups = list(seldom["log group"].drop_duplicates())
        sentences.append(
            f"{count(len(seldom), 'silence')} of {names(groups)}, with events in less than half of the periods,"
            " where silence may be the habit."
        )
    edge = frame[frame["silence"].isin([BEFORE, AFTER])]
    if len(edge):
        groups = list(edge["log group"].drop_duplicates())
        sentences.append(f"Silent before the first or after the last event that is held of them: {names(groups)}.")
    cut = frame[frame["silence"].isin([FIRST, LAST])]
    if len(cut):
        groups = list(cut["log group"].drop_duplicates())
        where = "Silent before the first or after the last event in the window"
        sentences.append(f"{where}, and not known how much longer: {names(groups)}.")
    return " ".join(sentences)


_TOLD = 3


def _silence(case: Case, row: pd.Series) -> str:
    habit = f"events in {row['periods with events']:,} of {_periods(case, int(row['periods']))}"
    return f"{plain(row['log group'])} from {at(row['from'])} to {at(row['to'])} ({row['hours']:g} h; {habit})"
