"""What was new, and when: the first event of every kind, which is the story of a case in short."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import typed
from siemlib.investigate.chronology.again import tightened
from siemlib.investigate.chronology.gathered import asked_for, gather, nobody
from siemlib.investigate.chronology.order import CLOCK_ERROR, error_ms, order, sentence
from siemlib.investigate.words import at, count, is_response, listed, plain

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.investigate.chronology.gathered import Gathered, Subjects

MOST = 200
"""Rows of the answer: a reader reads no more, and a scanner that makes up a kind for each request writes no more."""
_KIND = ["source", "what", "outcome"]
_NAME, _TITLE = "firsts", "What was new, and when"
_COLUMNS = {
    "time": "time",
    "earliest": "time",
    "latest": "time",
    "order": "text",
    "subjects": "text",
    "source": "text",
    "what": "text",
    "outcome": "text",
    "events": "count",
    "last": "time",
    "summary": "text",
    "@ptr": "text",
}


def firsts(case: Case, subjects: Subjects, clock_error: float = CLOCK_ERROR) -> Answer:
    """The first event of each kind (source, what, outcome) in which a further subject is named, oldest first.

    Columns: ``time``, ``earliest``, ``latest``, ``order`` (against the rows above in this table), ``subjects``,
    ``source``, ``what``, ``outcome``, ``events`` and ``last`` (how many of the kind there are of the same subjects, and
    when the last of them was), ``summary``, ``@ptr``. At most 200 rows, the earliest.
    """
    error = error_ms(clock_error)
    if not subjects:
        return nobody(_NAME, _TITLE, _COLUMNS)
    found = gather(case, subjects)
    frame = _first(found)
    shown = frame.head(MOST)
    rows = shown.assign(
        order=order(shown, error),
        subjects=pd.Series(
            [", ".join(subject.name for subject in found.named(int(value))) for value in shown["names"]],
            index=shown.index,
            dtype="string",
        ),
    )
    told = typed(rows[list(_COLUMNS)].itertuples(index=False, name=None), _COLUMNS)
    reading = " ".join(
        part for part in (_reading(told, cut=len(frame) > MOST), sentence(told["order"], error), *found.unread) if part
    )
    return Answer(_NAME, _TITLE, told, reading, asked_for(case, subjects), found.runs)


def _first(found: Gathered) -> pd.DataFrame:
    frame = tightened(found.frame)
    groups = frame.groupby([*_KIND, "names"], dropna=False, sort=False)
    sized = frame.assign(events=groups["time"].transform("size"), last=groups["time"].transform("max"))
    return sized[~sized.duplicated([*_KIND, "names"])]


def _reading(frame: pd.DataFrame, *, cut: bool) -> str:
    if frame.empty:
        return "No event, and so nothing new."
    first, passed = frame.iloc[0], frame[frame["outcome"] == "success"]
    reading = f"{'More than ' if cut else ''}{count(len(frame), 'kind')} of event. First: {_event(first)}."
    reading += " The table holds the first of them." if cut else ""
    if len(passed):
        shown = [_event(row) for _, row in passed[passed["subjects"].str.contains(", ")].head(2).iterrows()]
        reading += f" First success: {_event(passed.iloc[0])}."
        reading += f" First success with two subjects: {listed(shown)}." if shown else ""
    replies = frame[frame["what"].map(lambda what: isinstance(what, str) and is_response(what)).astype("bool")]
    if len(replies):
        first = replies.iloc[0]
        again = f", {count(first['events'], 'time')} until {at(first['last'])}" if first["events"] > 1 else ""
        reading += f" An attacked host answered: {_event(first)}{again}."
    return reading


def _event(row: pd.Series) -> str:
    return f"{plain(row['what'])} ({row['source']}, {plain(row['subjects'])}) at {at(row['time'])}"
