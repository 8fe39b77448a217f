"""Every event that names the subject, read by its source: what the timeline, the logins and the neighbours rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pandas as pd

from siemlib.investigate.ask import OTHER, ask, group_name, kinds, typed
from siemlib.investigate.words import count
from siemlib.sources import source
from siemlib.sources.plain import PLAIN

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.engine import Result
    from siemlib.investigate.subject import Subject
    from siemlib.model.run import Run
    from siemlib.sources.source import Entry

MOST_READ = 50_000
"""Events that are read from the log groups of one kind. Beyond it memory and time would grow with the attack."""

_COLUMNS = {
    "time": "time",
    "source": "text",
    "log group": "text",
    "actor": "text",
    "address": "text",
    "action": "text",
    "outcome": "text",
    "summary": "text",
    "@ptr": "text",
}


@dataclass(frozen=True, eq=False)
class Sightings:
    """``frame`` has the columns of a timeline, oldest first; ``total`` counts also what was not read."""

    frame: pd.DataFrame
    total: int
    unread: tuple[str, ...]
    """Sentences: which kinds of log had more events than were read."""
    runs: tuple[Run, ...]


_READ: WeakKeyDictionary[Case, dict[Subject, Sightings]] = WeakKeyDictionary()


def sightings(case: Case, subject: Subject) -> Sightings:
    """Read the events of the subject from every log group, the oldest 50,000 of each kind of log."""
    read = _READ.setdefault(case, {})
    if subject not in read:
        read[subject] = _read(case, subject)
    return read[subject]


def _read(case: Case, subject: Subject) -> Sightings:
    frames, unread, runs, total = [typed([], _COLUMNS)], [], [], 0
    for sources, groups in kinds(case).items():
        condition = subject.condition(sources)
        query = f"filter {condition}\n| fields @timestamp, @log, @message\n| sort @timestamp asc\n| limit {MOST_READ}"
        result = ask(case, query, groups)
        runs.append(result.run)
        matched = len(result.rows)
        if matched == MOST_READ:
            counted = ask(case, f"filter {condition}\n| stats count(*) as events", groups)
            runs.append(counted.run)
            matched = int(counted.rows[0]["events"])
            if matched > MOST_READ:
                unread.append(
                    f"Of {count(matched, 'event')} in {', '.join(groups)} the oldest {MOST_READ:,} were read."
                )
        total += matched
        if result.rows:
            frames.append(_entries(result, sources))
    # A stable sort: events of the same millisecond keep the order of their log.
    frame = pd.concat(frames, ignore_index=True).sort_values("time", kind="stable", ignore_index=True)
    return Sightings(frame, total, tuple(unread), tuple(runs))


def _entries(result: Result, sources: tuple[str, ...]) -> pd.DataFrame:
    moments = result.frame["@timestamp"]
    return typed(
        (
            (moment, name, group_name(row["@log"]), *_parts(entry), row.get("@ptr"))
            for moment, row in zip(moments, result.rows, strict=True)
            for name, entry in [_entry(row.get("@message", ""), sources)]
        ),
        _COLUMNS,
    )


def _parts(entry: Entry) -> tuple[str | None, ...]:
    return entry.actor, entry.address, entry.action, entry.outcome, entry.summary


def _entry(message: str, sources: tuple[str, ...]) -> tuple[str, Entry]:
    """The source that recognises the message, and its reading. One group may hold several kinds of log."""
    for name in sources:
        known = source(name)
        if len(sources) == 1 or known.recognise([message]):
            return name, known.entry(message)
    return OTHER, PLAIN.entry(message)
