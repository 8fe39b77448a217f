"""When did it happen: events over time, by source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, group_name, held, kinds, searched, times, typed
from siemlib.investigate.periods import WIDTHS, shortest
from siemlib.investigate.pivot.seen import seen_in
from siemlib.investigate.words import at, count, plain

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.investigate.subject import Subject

_COLUMNS = {"from": "time", "to": "time", "source": "text", "events": "count"}


def bin_of(case: Case, subject: Subject) -> str:
    """The shortest period that cuts the time in which the subject was seen into at most 150 bins."""
    found = seen_in(case, subject).frame.dropna(subset=["first"])
    seen = found["last"].max() - found["first"].min() if len(found) else case.timespan.end - case.timespan.start
    return shortest(seen)


def activity(case: Case, subject: Subject) -> Answer:
    """Count the events that name the subject in each bin of time, by source.

    Columns: ``from``, ``to`` (half-open, UTC), ``source``, ``events``. A log group with several kinds of log, or with
    none that is known, stands under its own name. Bins without events have no row.
    """
    period, groups = bin_of(case, subject), case.log_groups()
    query = f"filter {subject.anywhere(held(case))}\n| stats count(*) as events by bin({period}) as start, @log"
    result = ask(case, query, groups) if groups else None
    series = {
        group: sources[0] if len(sources) == 1 else group for sources, found in kinds(case).items() for group in found
    }
    frame = typed(
        (
            (row["start"], None, series[group_name(row["@log"])], int(row["events"]))
            for row in (result.rows if result else [])
        ),
        _COLUMNS,
    )
    frame = with_ends(frame, ["source"], period)
    asked = searched(case, groups, f"messages that name {subject.name} exactly, by {period}")
    title = f"Activity of {subject.name} over time, by source"
    runs = (result.run,) if result else ()
    return Answer("activity", title, frame, _reading(subject, frame, period, case), asked, runs)


def with_ends(frame: pd.DataFrame, keys: list[str], period: str) -> pd.DataFrame:
    """One row for each bin and key, in time order, with the end of each bin."""
    summed = frame.drop(columns="to").groupby(["from", *keys], as_index=False, sort=True).sum()
    summed.insert(1, "to", times(summed["from"]) + WIDTHS[period])
    return summed


def _reading(subject: Subject, frame: pd.DataFrame, period: str, case: Case) -> str:
    if frame.empty:
        return f"No event names {subject.name}, {case.timespan}."
    bins = frame.groupby("from", as_index=False)[["events"]].sum()
    peak = bins.sort_values("events", ascending=False, kind="stable").iloc[0]
    share = frame[frame["from"] == peak["from"]].sort_values("events", ascending=False, kind="stable").iloc[0]
    return (
        f"Events in {count(len(bins), 'bin')} of {period}. Most from {at(peak['from'])}: {peak['events']:,}, "
        f"of them {share['events']:,} in {plain(share['source'])}."
    )
