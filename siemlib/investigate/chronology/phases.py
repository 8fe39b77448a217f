"""In which stretches each subject was active in each log, and what it did in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.errors import UsageError
from siemlib.investigate.ask import source_title, typed
from siemlib.investigate.chronology.again import quoted_rows
from siemlib.investigate.chronology.gathered import asked_for, gather, nobody
from siemlib.investigate.labels import with_labels
from siemlib.investigate.words import count, plain, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.case import Case
    from siemlib.investigate.chronology.gathered import Gathered, Subjects

PAUSE = 120
"""Seconds without an event that end a phase, where nobody says otherwise: longer than the steps of a tool, shorter than
a person needs to begin with the next one."""
MOST = 10
"""Phases of one subject at one address in one source. What works all day in small steps would have hundreds: for it the
pause is doubled until they are no more, and the table says which pause was used."""
ADDRESSES = 5
"""Addresses of one user that have phases of their own, the busiest ones."""

_LONGEST_PAUSE = 86_400
_MOST_KINDS = 3
_OTHERS, _NOWHERE = "other addresses", "no address"
_NAME, _TITLE = "phases", "Phases of activity"
_COLUMNS = {
    "phase": "text",
    "subject": "text",
    "at": "text",
    "source": "text",
    "first": "time",
    "last": "time",
    "events": "count",
    "failures": "count",
    "successes": "count",
    "mostly": "text",
    "pause (s)": "count",
}


def phases(case: Case, subjects: Subjects, pause: int = PAUSE) -> Answer:
    """Cut the events of each subject in each source where nothing happens for ``pause`` seconds; of a user by address.

    An alert that quotes a line of the timeline tells of that line again and is left out. Columns: ``phase`` (``P01`` …
    by its first event), ``subject``, ``at`` (of a user: the address that acted), ``at is`` (by the inventory),
    ``source``, ``first``, ``last``, ``events``, ``failures``, ``successes``, ``mostly`` (the three most frequent kinds
    of event), ``pause (s)``. A phase is a stretch of time; that its events belong together is for the reader to judge.
    """
    if not 0 < pause <= _LONGEST_PAUSE:
        raise UsageError(f"not a pause between phases: {pause} seconds", hint="write 1 to 86400")
    if not subjects:
        return nobody(_NAME, _TITLE, _COLUMNS)
    found = gather(case, subjects)
    once = found.where(quoted is None for quoted in quoted_rows(found.frame))
    rows = typed(_rows(replace(found, frame=once), pause), _COLUMNS)
    rows = rows.sort_values(["first", "last"], kind="stable", ignore_index=True)
    codes = pd.Series([f"P{number:02d}" for number in range(1, len(rows) + 1)], dtype="string")
    frame = with_labels(case, rows.assign(phase=codes), "at")
    reading = " ".join([_reading(frame, pause), *found.unread])
    return Answer(_NAME, _TITLE, frame, reading, asked_for(case, subjects), found.runs)


def _rows(found: Gathered, pause: int) -> Iterator[tuple[object, ...]]:
    for place, subject in enumerate(found.subjects):
        own = found.of(place)
        ends = pd.Series(None, index=own.index, dtype="object") if subject.ip else _ends(own["address"])
        for (end, source), part in own.groupby([ends, own["source"]], dropna=False, sort=False):
            cut, used = _cut(part["time"], pause)
            for _, phase in part.groupby(cut):
                yield (None, subject.name, end if isinstance(end, str) else None, source, *_phase(phase), used)


def _ends(addresses: pd.Series) -> pd.Series:
    """The address that acted, the busiest ones by name."""
    busiest = set(addresses.value_counts().index[:ADDRESSES])
    told = [_NOWHERE if pd.isna(a) else a if a in busiest else _OTHERS for a in addresses]
    return pd.Series(told, index=addresses.index, dtype="object")


def _cut(times: pd.Series, pause: int) -> tuple[pd.Series, int]:
    """The number of the phase of each event, and the pause that ended them."""
    gaps = times.diff()
    while True:
        number = (gaps > pd.Timedelta(seconds=pause)).cumsum()
        if number.iloc[-1] < MOST:
            return number, pause
        pause *= 2


def _phase(part: pd.DataFrame) -> tuple[object, ...]:
    kinds = part["what"].value_counts()
    mostly = [f"{plain(kind)} {events:,}" for kind, events in kinds.head(_MOST_KINDS).items()]
    return (
        part["time"].iloc[0],
        part["time"].iloc[-1],
        len(part),
        int((part["outcome"] == "failure").sum()),
        int((part["outcome"] == "success").sum()),
        "; ".join(mostly),
    )


def _reading(frame: pd.DataFrame, pause: int) -> str:
    if frame.empty:
        return "No event, and so no phase."
    longer = int((frame["pause (s)"] > pause).sum())
    reading = f"{count(len(frame), 'phase')}, each ended by {pause:,} s without an event of the subject in the source"
    reading += f" ({longer:,} of them by a longer pause)." if longer else "."
    failed = frame[frame["failures"] > 0]
    if failed.empty:
        return f"{reading} None with a failure. First: {_told(frame.iloc[0])}. Last: {_told(frame.iloc[-1])}."
    most = failed.sort_values("failures", ascending=False, kind="stable").head(_MOST_KINDS).sort_index()
    return f"{reading} Most failures: {'; '.join(_told(row) for _, row in most.iterrows())}."


def _told(row: pd.Series) -> str:
    at = f" at {plain(row['at'])}" if pd.notna(row["at"]) else ""
    where = f"{plain(row['subject'])}{at} in {source_title(str(row['source']))}"
    return f"{where}, {count(row['events'], 'event')} ({row['failures']:,} failed) {span(row['first'], row['last'])}"
