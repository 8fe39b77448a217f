"""Every event that names any of the subjects, once, with the interval in which it happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import OTHER, group_name, kinds, searched, typed
from siemlib.investigate.chronology.kind import kind_of, quoted
from siemlib.investigate.sightings import MOST_READ, TELLS_OF_A_LOGIN, read_entry
from siemlib.investigate.words import count, names
from siemlib.model.timespan import to_millis
from siemlib.sources import source
from siemlib.sources.clock import as_written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from siemlib.case import Case
    from siemlib.engine import Result
    from siemlib.investigate.subject import Subject
    from siemlib.model.run import Run

Subjects = tuple["Subject", ...]

LONGEST_QUERY = 9_400
"""Characters that the subjects of one query take; a query has at most 10,000, and the rest of it needs under 500."""
_AROUND = len(" or ()if(, 1, 0) as names_00, ")
"""What is written around the condition of a subject, which stands twice."""
_UNKNOWN = as_written("The time that the event was delivered with, cut to the second or the millisecond.")
_COLUMNS = {
    "time": "time",
    "earliest": "time",
    "latest": "time",
    "source": "text",
    "log group": "text",
    "clock": "text",
    "names": "count",
    "actor": "text",
    "address": "text",
    "what": "text",
    "action": "text",
    "outcome": "text",
    "summary": "text",
    "line": "count",
    "quotes": "count",
    "why": "text",
    "@ptr": "text",
}


@dataclass(frozen=True, eq=False)
class Gathered:
    """The events that name any of the subjects.

    ``frame`` is sorted by ``time``, the recorded one. Beside the columns of a pivot's timeline it has

    - ``earliest`` and ``latest``: the half-open interval in which it happened, by the clock of its log,
    - ``clock``: log group and stream, which have one clock,
    - ``names``: which subjects it names, the first one being 1, the second 2, the third 4 and so on,
    - ``what``: a short name of its kind, ``why``: why the interval is as it is,
    - ``line`` and ``quotes``: a number that stands for the text of the line, and of the line that an alert quotes.

    ``total`` counts also what was not read; ``unread`` says so in sentences. Where several queries left something
    unread, an event that names subjects of two of them is counted twice, and the total is not ``exact``.
    """

    subjects: Subjects
    frame: pd.DataFrame
    total: int
    unread: tuple[str, ...]
    runs: tuple[Run, ...]
    exact: bool = True

    @property
    def events(self) -> str:
        """The total in words: ``1 event``, ``up to 2,345 events``."""
        return f"{'' if self.exact else 'up to '}{count(self.total, 'event')}"

    def named(self, names: int) -> list[Subject]:
        """The subjects behind a value of the column ``names``."""
        return [subject for place, subject in enumerate(self.subjects) if names >> place & 1]

    def of(self, place: int) -> pd.DataFrame:
        """The events that name the subject at that place."""
        return self.where(bool(names >> place & 1) for names in self.frame["names"])

    def where(self, wanted: Iterable[bool]) -> pd.DataFrame:
        """The events of which ``wanted`` says so."""
        # A list of no booleans would be taken for a list of no columns.
        return self.frame[pd.Series(list(wanted), index=self.frame.index, dtype="bool")]


_READ: WeakKeyDictionary[Case, dict[Subjects, Gathered]] = WeakKeyDictionary()


def gather(case: Case, subjects: Subjects) -> Gathered:
    """Read every event that names one of the subjects, of each kind of log the oldest 50,000.

    Of more, also the later ones that tell of a login, as a pivot does.
    """
    read = _READ.setdefault(case, {})
    if subjects not in read:
        read[subjects] = _gather(case, subjects)
    return read[subjects]


def nobody(name: str, title: str, columns: Mapping[str, str]) -> Answer:
    """The answer where no subject was given: nobody was asked about, so that nothing is ruled out."""
    reading = "Not examined: no address and no user was given."
    return Answer(name, title, typed([], columns), reading, "no log group.", ())


def asked_for(case: Case, subjects: Subjects) -> str:
    """What was searched, for the line under an answer."""
    return searched(case, case.log_groups(), f"events that name {names([s.name for s in subjects], last='or')}")


def _gather(case: Case, subjects: Subjects) -> Gathered:
    frames, total = [typed([], _COLUMNS)], 0
    unread: list[str] = []
    runs: list[Run] = []
    for sources, groups in kinds(case).items():
        batches = _batches(subjects, sources)
        for batch in batches:
            part = _read(case, batch, groups, MOST_READ // len(batches), sources)
            frames.append(part.frame)
            unread.extend(part.unread)
            runs.extend(part.runs)
            total += part.total - len(part.frame)
    # One event may come with several batches, each of which knows some of the subjects that it names.
    frame = pd.concat([part for part in frames if len(part)] or frames, ignore_index=True)
    together = frame.groupby("@ptr", dropna=False)["names"].transform("sum")
    frame = frame.assign(names=together, alert=frame["quotes"].notna()).drop_duplicates("@ptr")
    # A line stands before the alert of the same instant that quotes it.
    frame = frame.sort_values(["time", "alert"], kind="stable", ignore_index=True).drop(columns="alert")
    return Gathered(subjects, frame, total + len(frame), tuple(unread), tuple(runs), exact=len(unread) < 2)  # noqa: PLR2004 - several


@dataclass(frozen=True, slots=True)
class _Batch:
    """Subjects that one query asks for, by their place among all, each with its condition."""

    conditions: tuple[tuple[int, str], ...]
    subjects: Subjects


def _batches(subjects: Subjects, sources: tuple[str, ...]) -> list[_Batch]:
    batches: list[list[tuple[int, str]]] = [[]]
    for place, subject in enumerate(subjects):
        condition = subject.condition(sources)
        if batches[-1] and sum(2 * len(text) + _AROUND for _, text in [*batches[-1], (0, condition)]) > LONGEST_QUERY:
            batches.append([])
        batches[-1].append((place, condition))
    return [_Batch(tuple(part), tuple(subjects[place] for place, _ in part)) for part in batches]


def _read(case: Case, batch: _Batch, groups: tuple[str, ...], most: int, sources: tuple[str, ...]) -> Gathered:
    anyone = " or ".join(f"({condition})" for _, condition in batch.conditions)
    # Of a single subject, whose condition may be as long as half a query, every event is.
    asked = batch.conditions if len(batch.conditions) > 1 else ()
    marks = "".join(f", if({condition}, 1, 0) as names_{place}" for place, condition in asked)
    fields = f"fields @timestamp, @log, @logStream, @message{marks}\n| sort @timestamp asc\n| limit {most}"
    result = case.run(f"filter {anyone}\n| {fields}", groups, every_row=True)
    frame, runs, total, unread = _frame(result, batch, sources), [result.run], len(result.rows), []
    if total == most:
        counted = case.run(f"filter {anyone}\n| stats count(*) as events", groups)
        runs.append(counted.run)
        total = int(counted.rows[0]["events"])
    if total > most:
        told = case.run(f"filter {anyone}\n| filter {TELLS_OF_A_LOGIN}\n| {fields}", groups, every_row=True)
        runs.append(told.run)
        later = _frame(told, batch, sources)
        frame = pd.concat([frame, later[~later["@ptr"].isin(frame["@ptr"])]])
        unread.append(
            f"Of {count(total, 'event')} in {', '.join(groups)} that name {names([s.name for s in batch.subjects])},"
            f" the oldest {most:,} were read, and of the later ones those alone that tell of a login."
        )
    return Gathered(batch.subjects, frame, total, tuple(unread), tuple(runs))


def _frame(result: Result, batch: _Batch, sources: tuple[str, ...]) -> pd.DataFrame:
    return typed(_rows(result, batch, sources), _COLUMNS)


def _rows(result: Result, batch: _Batch, sources: tuple[str, ...]) -> Iterator[Sequence[object]]:
    for moment, row in zip(result.frame["@timestamp"], result.rows, strict=True):
        message = row.get("@message", "")
        name, entry = read_entry(message, sources)
        group = group_name(row["@log"])
        time = to_millis(moment.to_pydatetime())
        how = _UNKNOWN(message, time) if name == OTHER else source(name).uncertainty(message, time)
        yield (
            moment,
            time - how.before,
            time + how.after,
            name,
            group,
            f"{group}/{row.get('@logStream', '')}",
            sum(1 << place for place, _ in batch.conditions if row.get(f"names_{place}", "1") == "1"),
            entry.actor,
            entry.address,
            kind_of(name, entry),
            entry.action,
            entry.outcome,
            entry.summary,
            *quoted(name, message),
            how.reason,
            row.get("@ptr"),
        )
