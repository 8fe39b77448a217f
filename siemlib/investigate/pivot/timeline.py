"""What happened, in order, over all sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import searched
from siemlib.investigate.labels import with_labels
from siemlib.investigate.sightings import OF_AN_EVENT, sightings
from siemlib.investigate.words import at, count, plain, span

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.investigate.subject import Subject

ROWS = 50_000
"""Lines of a timeline when nobody says otherwise: all of them, and a bound on what an attack can make us write."""

_KIND = ["log group", "outcome"]


def timeline(case: Case, subject: Subject, rows: int = ROWS) -> Answer:
    """Merge the events of every log group, oldest first; events of the same millisecond keep their order.

    Columns: ``time``, ``source``, ``log group``, ``actor``, ``address``, ``address is`` (from the inventory),
    ``action``, ``outcome``, ``summary`` and ``@ptr``. Of more than ``rows`` events every log group and
    outcome keeps its share, so that one login is not lost among a hundred thousand failures; the reading and
    ``searched`` say how many of how many are in the table.
    """
    seen = sightings(case, subject)
    frame = with_labels(case, chosen(seen.frame[list(OF_AN_EVENT)], rows), "address")
    asked = searched(case, case.log_groups(), f"events of {subject.name}")
    if len(frame) < seen.total:
        asked = f"{asked} The table holds {len(frame):,} of {seen.total:,} events."
    return Answer(
        "timeline",
        f"Timeline of {subject.name}",
        frame,
        " ".join([_reading(subject, frame, seen.total, case), *seen.unread]),
        asked,
        seen.runs,
    )


def chosen(frame: pd.DataFrame, rows: int) -> pd.DataFrame:
    """At most ``rows`` rows of a timeline, an equal share of each log group and outcome, spread over its time."""
    if len(frame) <= rows:
        return frame
    # A port scan has a thousand actions and a login one, so that outcomes share the lines first, then actions.
    turns = frame.assign(of_action=_turns(frame, [*_KIND, "action"]), of_outcome=_turns(frame, _KIND))
    order = turns.sort_values(["of_action", "of_outcome"], kind="stable")
    share = order.groupby(_KIND, dropna=False).cumcount().sort_values(kind="stable")
    return frame.loc[sorted(share.index[:rows])].reset_index(drop=True)


def _turns(frame: pd.DataFrame, keys: list[str]) -> pd.Series:
    """The turn of each row among those of its kind: the first n turns are spread over all of the kind's rows.

    Binary digits read backwards do that: first, middle, quarter, three quarters, and so on.
    """
    kinds = frame.groupby(keys, dropna=False)
    digits = [max(1, (int(size) - 1).bit_length()) for size in kinds["time"].transform("size")]
    backwards = [int(f"{place:0{width}b}"[::-1], 2) for place, width in zip(kinds.cumcount(), digits, strict=True)]
    return frame.assign(backwards=backwards).groupby(keys, dropna=False)["backwards"].rank(method="first")


def _reading(subject: Subject, frame: pd.DataFrame, total: int, case: Case) -> str:
    if frame.empty:
        return f"No event of {subject.name} in any log group, {case.timespan}."
    first, last = frame.iloc[0], frame.iloc[-1]
    shown = count(total, "event") if len(frame) == total else f"{len(frame):,} of {total:,} events"
    rule = "" if len(frame) == total else ", an equal share for each log group and outcome, spread over its time"
    return (
        f"{shown}{rule}, {span(first['time'], last['time'])}. First: {_event(first)}. "
        f"Last{' of them' if rule else ''}: {_event(last)}, at {at(last['time'])}."
    )


def _event(row: pd.Series) -> str:
    return f"{plain(row['summary'])} ({plain(row['log group'])})"
