"""One case over several subjects: each event once, with the interval in which it happened and what is proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import typed
from siemlib.investigate.chronology.again import quoted_rows, tightened
from siemlib.investigate.chronology.gathered import asked_for, gather, nobody
from siemlib.investigate.chronology.order import CLOCK_ERROR, error_ms, order, sentence
from siemlib.investigate.labels import with_labels
from siemlib.investigate.pivot.timeline import ROWS, chosen
from siemlib.investigate.words import count, names, span, verb

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.investigate.chronology.gathered import Gathered, Subjects

_COLUMNS = {
    "row": "count",
    "time": "time",
    "earliest": "time",
    "latest": "time",
    "order": "text",
    "subjects": "text",
    "source": "text",
    "what": "text",
    "outcome": "text",
    "actor": "text",
    "address": "text",
    "address is": "text",
    "summary": "text",
    "quotes row": "count",
    "log group": "text",
    "@ptr": "text",
}
_NAME, _TITLE = "chronology", "Everything in one order"


def timeline(case: Case, subjects: Subjects, clock_error: float = CLOCK_ERROR, rows: int = ROWS) -> Answer:
    """Merge the events of every subject and log group, by the recorded time; an event that names two stands once.

    ``clock_error``: seconds by which the clocks of two logs may differ. Columns: ``row``, ``time`` (as recorded),
    ``earliest`` and ``latest`` (the half-open interval in which it happened, by the clock of its log), ``order`` (what
    is proven against the rows above, see :mod:`.order`), ``subjects``, ``source``, ``what``, ``outcome``, ``actor``,
    ``address``, ``address is`` (by the inventory), ``summary``, ``quotes row`` (of an alert: the row of its line),
    ``log group``, ``@ptr``. Of more than ``rows`` events every log group and outcome keeps its share.
    """
    error = error_ms(clock_error)
    if not subjects:
        return nobody(_NAME, _TITLE, _COLUMNS)
    found = gather(case, subjects)
    told = tightened(chosen(found.frame, rows)).reset_index(drop=True)
    quotes = quoted_rows(told)
    labelled = with_labels(case, told, "address")
    frame = labelled.assign(
        row=pd.Series(range(1, len(told) + 1), index=told.index, dtype="Int64"),
        order=order(told, error, quotes),
        subjects=_names(found, told["names"]),
        **{"quotes row": pd.Series([None if q is None else q + 1 for q in quotes], index=told.index, dtype="Int64")},
    )
    asked = asked_for(case, subjects)
    if len(frame) < found.total:
        asked = f"{asked} The table holds {len(frame):,} of {found.events}."
    reading = " ".join([_reading(case, found, told), sentence(frame["order"], error), *found.unread]).replace("  ", " ")
    return Answer(_NAME, _TITLE, _typed(frame), reading.strip(), asked, found.runs)


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[list(_COLUMNS)] if len(frame) else typed([], _COLUMNS)


def _names(found: Gathered, column: pd.Series) -> pd.Series:
    told = {value: ", ".join(subject.name for subject in found.named(int(value))) for value in column.unique()}
    return pd.Series([told[value] for value in column], index=column.index, dtype="string")


def _reading(case: Case, found: Gathered, told: pd.DataFrame) -> str:
    if told.empty:
        who = names([subject.name for subject in found.subjects], last="or")
        return f"No event names {who} in any log group, {case.timespan}."
    shown = found.events if len(told) == found.total else f"{len(told):,} of {found.events}"
    cut = len(told) < len(found.frame)
    share = ", an equal share for each log group and outcome, spread over its time," if cut else ""
    several = sum(int(value).bit_count() > 1 for value in told["names"])
    groups = told["log group"].nunique()
    return (
        f"{shown}{share} of {count(len(found.subjects), 'subject')} in {count(groups, 'log group')},"
        f" {span(told['time'].iloc[0], told['time'].iloc[-1])};"
        f" {several:,} {verb(several, 'names', 'name')} more than one subject."
    )
