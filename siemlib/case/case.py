"""A case: one investigation over one timespan, through one engine."""

from __future__ import annotations

import os
from copy import copy
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from siemlib.case.answer import Answer, Chart
from siemlib.case.branch import Asked, branch, branching
from siemlib.case.display import Exhibit, Panel
from siemlib.case.integrity import sentences_of, unproven
from siemlib.case.record import ENVIRONMENT, Recorder
from siemlib.case.thin import caveat, thin_groups
from siemlib.case.vouched import left_out, vouched
from siemlib.case.words import whole_words
from siemlib.engine.protocol import KeepsAnswers
from siemlib.evidence.scrub import recorded_url
from siemlib.model.certificate import many
from siemlib.model.finding import Finding
from siemlib.model.inventory import Inventory
from siemlib.model.run import Completeness
from siemlib.model.timespan import from_millis

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from siemlib.case.integrity import TrailFiles
    from siemlib.case.loaded import LoadedFile
    from siemlib.engine import Engine, Result
    from siemlib.model.run import Run
    from siemlib.model.timespan import TimeSpan

T = TypeVar("T")
OneFinding = TypeVar("OneFinding", bound=Finding)
_COVERAGE = "stats count(*) as events, min(@timestamp) as first, max(@timestamp) as last by @log"
_CASE_PANEL = "The case"
_NEVER_SEEN = (
    "Logs that were never loaded or never delivered are not in the archive and were not seen.",
    "Logs that were never delivered to the account, or whose retention has passed, were not seen.",
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the events of a case come from, and how well they were read; sentences name no path."""

    sources: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 and name of each file."""
    unread: tuple[str, ...] = ()
    """What of the files could not be read."""
    assumed: tuple[str, ...] = ()
    """What was assumed or mended in reading them."""
    files: tuple[LoadedFile, ...] = ()
    """Every file of every load, oldest load first."""
    trail_files: TrailFiles | None = None
    """What vouches for CloudTrail's log files; for events that a service holds, nothing does."""


class Case:
    """Runs queries, shows exhibits, and remembers both. Each is recorded before it is returned."""

    def __init__(  # noqa: PLR0913 - all but the first two are named
        self,
        engine: Engine,
        timespan: TimeSpan,
        *,
        title: str = "",
        notes: tuple[str, ...] = (),
        origin: Origin | None = None,
        inventory: Inventory | None = None,
    ) -> None:
        """``origin`` is known of an archive; events that a service holds have none."""
        self._engine = engine
        self._timespan = timespan
        self._title = title
        self._notes = notes
        self._origin = origin or Origin()
        self._inventory = inventory or Inventory()
        self._groups = engine.log_groups()
        self._runs: list[Run] = []
        self._recorded: set[str] = set()
        self._exhibits: list[Exhibit] = []
        self._spans: dict[TimeSpan, Case] = {timespan: self}
        self._findings: list[Finding] = []
        folder = os.environ.get(ENVIRONMENT)
        answers = engine.answers if isinstance(engine, KeepsAnswers) else None
        self._recorder = Recorder(Path(folder), engine.url, answers) if folder else None
        if self._recorder:
            self._recorder.case(title, timespan, notes, self._groups, inventory=self._inventory.sentence)
            self._recorder.origin(self._origin.unread, self._origin.assumed)
            if self._origin.sources:
                self._recorder.sources(self._origin.sources)

    @property
    def engine(self) -> Engine:
        """What runs the queries."""
        return self._engine

    @property
    def timespan(self) -> TimeSpan:
        """The time that every run of this case covers; see also :meth:`over`."""
        return self._timespan

    @property
    def title(self) -> str:
        """What the case is about; may be empty."""
        return self._title

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed when the case was opened, as sentences."""
        return self._notes

    @property
    def inventory(self) -> Inventory:
        """What the organisation knows of its addresses; empty where the settings name none."""
        return self._inventory

    @property
    def origin(self) -> Origin:
        """Which files the events come from; an engine that holds no files has none."""
        return self._origin

    @property
    def runs(self) -> tuple[Run, ...]:
        """Every run so far, in order."""
        return tuple(self._runs)

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """Every exhibit so far, in order."""
        return tuple(self._exhibits)

    def over(self, timespan: TimeSpan) -> Case:
        """This case over another timespan, to compare with; for the same timespan always the same one.

        Engine, inventory and record are shared: what either of the two runs and shows belongs to both, and each run
        says which timespan it covered.
        """
        if timespan not in self._spans:
            other = copy(self)
            other._timespan = timespan  # noqa: SLF001 - a case of the same class
            self._spans.setdefault(timespan, other)  # another thread may have come first
        return self._spans[timespan]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding so far, in order."""
        return tuple(self._findings)

    def log_groups(self, source: str | None = None) -> tuple[str, ...]:
        """The names of the engine's log groups, or of those that hold ``source``; may be none."""
        return tuple(group.name for group in self._groups if source is None or source in group.sources)

    def run(
        self,
        query_text: str,
        log_groups: Sequence[str] | None = None,
        *,
        parameters: Mapping[str, str] | None = None,
        every_row: bool = False,
    ) -> Result:
        """Run a query over the case's timespan, in ``log_groups`` or in all of them, and record the run.

        Raises QueryError for a query that does not compile, UsageError for an unknown log group.
        """
        names = self.log_groups() if log_groups is None else tuple(log_groups)
        with whole_words():
            result = self._engine.run(query_text, self._timespan, names, parameters=parameters, every_row=every_row)
        if self._recorder:
            result = self._recorder.named(result, every_row=every_row)
        self.rests_on(result, every_row=every_row)
        return result

    def together(self, *parts: Callable[[], T]) -> list[T]:
        """Work out several parts that ask this case, side by side where its engine can; their answers in order.

        What they ask is recorded as if they had been worked out one after the other, before this gives them back; when
        one fails, so is what the others have asked by then. Parts may have parts.
        """
        asked: list[Asked] = [[] for _ in parts]

        def job(part: Callable[[], T], own: Asked) -> T:
            with branching(own):
                return part()

        try:
            return self._engine.each([partial(job, part, own) for part, own in zip(parts, asked, strict=True)])
        finally:
            for result, every_row in chain.from_iterable(map(tuple, asked)):
                self.rests_on(result, every_row=every_row)

    def rests_on(self, result: Result, *, every_row: bool) -> None:
        """Record a run, unless that was done before; in a part (:meth:`together`), when all parts are done."""
        asked = branch()
        if asked is not None:
            asked.append((result, every_row))
        elif result.run.id not in self._recorded:
            self._recorded.add(result.run.id)
            self._runs.append(result.run)
            if self._recorder:
                self._recorder.run(result, every_row=every_row)

    def show(self, item: Answer | Chart, *, key: bool = False) -> Exhibit:
        """Number an answer or a chart, record it, and give what displays it. ``key``: its reading heads the report."""
        exhibit = Exhibit(f"E{len(self._exhibits) + 1:02d}", item, key)
        self._exhibits.append(exhibit)
        if self._recorder:
            self._recorder.exhibit(exhibit)
        return exhibit

    def keep(self, finding: OneFinding) -> OneFinding:
        """Record a finding, whose ``id`` is the next one of the case, and give it back."""
        self._findings.append(finding)
        if self._recorder:
            self._recorder.finding(finding)
        return finding

    def searched(self) -> Answer:
        """How many events each log group has within the timespan, and from when to when; silent ones are listed too.

        ``rejected`` counts what could not be read as events: such texts have no time, so they are of the whole archive.
        """
        result = self.run(_COVERAGE, every_row=True) if self._groups else None
        seen = {_group_name(row.get("@log", "")): row for row in result.rows} if result else {}
        frame = pd.DataFrame(
            {
                "log group": pd.Series([group.name for group in self._groups], dtype="string"),
                "sources": pd.Series([", ".join(group.sources) for group in self._groups], dtype="string"),
                "events": pd.Series(
                    [int(seen.get(g.name, {}).get("events", "0")) for g in self._groups], dtype="Int64"
                ),
                "first": _times([_millis(seen.get(group.name, {}).get("first")) for group in self._groups]),
                "last": _times([_millis(seen.get(group.name, {}).get("last")) for group in self._groups]),
                "rejected": pd.Series([group.rejected for group in self._groups], dtype="Int64"),
            }
        )
        silent = [str(name) for name in frame.loc[frame["events"] == 0, "log group"]]
        events = int(frame["events"].sum())
        groups = f"{len(frame) - len(silent)} of {many(len(frame), 'log group', 'log groups')}"
        lie = "lies" if events == 1 else "lie"
        reading = f"{many(events, 'event', 'events')} in {groups} {lie} within the timespan."
        if silent:
            reading += f" Without any event: {', '.join(silent)}."
        if rejected := sum(group.rejected for group in self._groups):
            texts = "1 text" if rejected == 1 else f"{rejected:,} texts"
            reading += f" In the whole archive, {texts} could not be read as events."
        asked = f"Every log group of {recorded_url(self._engine.url)}, {self._timespan}, for events of any kind."
        thin = caveat(thin_groups(frame, self._timespan), len(frame)) if events else ""
        reading = f"{reading} {thin}".strip()
        return Answer("searched", "What was searched", frame, reading, asked, (result.run,) if result else (), thin)

    def not_examined(self) -> Panel:
        """What this case did not look at, as sentences: log groups, times, and what incomplete runs left out."""
        sentences = [*self._unread_groups(), *self._outside(), *left_out(self._runs), *self._origin.unread]
        sentences.extend(unproven(self, self._asked_of()))
        sentences.append(_NEVER_SEEN[self._engine.url.partition(":")[0] == "live"])
        return self._section(Panel("not-examined", "Not examined", tuple(sentences)))

    def provenance(self) -> Panel:
        """Every run of this case: what was asked, of which logs, when, and how complete the answer was.

        Each run's timespan is told where they differ.
        """
        frame = pd.DataFrame([_run_row(run) for run in self._runs], columns=list(_RUN_COLUMNS))
        compared = self._compared()
        if not compared:
            frame = frame.drop(columns="timespan")  # a sentence names it
        worst = Completeness.worst(run.completeness for run in self._runs)
        sentences = (
            f"Engine: {recorded_url(self._engine.url)}. Timespan: {self._timespan}.",
            *(f"Compared with {span}." for span in compared),
            f"{many(len(self._runs), 'run', 'runs')}; the least complete of them: {worst}.",
            *vouched(self._runs),
            self._inventory.sentence,
            *self._notes,
            *self._origin.assumed,
            *sentences_of(self, self._asked_of(), self._section),
        )
        return self._section(Panel("provenance", "Provenance", sentences, frame))

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        sentences = (
            f"Timespan: {self._timespan}.",
            f"Engine: {recorded_url(self._engine.url)}, {many(len(self._groups), 'log group', 'log groups')}.",
            self._inventory.sentence,
            *self._notes,
        )
        return Panel("case", self._title or _CASE_PANEL, sentences)._repr_mimebundle_(include, exclude)

    def _section(self, panel: Panel) -> Panel:
        if self._recorder:
            self._recorder.section(panel)
        return panel

    def _unread_groups(self) -> list[str]:
        read = self._asked_of(self._timespan)
        unread = [group for group in self._groups if group.name not in read]
        return [f"No question was asked of the log group {group.name}{_events(group.events)}." for group in unread]

    def _asked_of(self, timespan: TimeSpan | None = None) -> set[str]:
        """The log groups that some run has read, over one timespan or over any."""
        # The count of events that searched() makes reads no message, so it examines nothing.
        looked = (run for run in self._runs if run.query != _COVERAGE and timespan in {None, run.timespan})
        return {name for run in looked for name in _read(run)}

    def _outside(self) -> list[str]:
        return [
            f"{group.name} holds events outside the timespan (from {group.first:%Y-%m-%d %H:%M:%S} to"
            f" {group.last:%Y-%m-%d %H:%M:%S} UTC); {self._seen_outside(group.name)}"
            for group in self._groups
            if group.first and group.last and (group.first < self._timespan.start or group.last >= self._timespan.end)
        ]

    def _seen_outside(self, group: str) -> str:
        spans = self._compared(group)
        if not spans:
            return "they were not examined."
        return f"of them, only those of {' and '.join(map(str, spans))} were compared with."

    def _compared(self, group: str | None = None) -> tuple[TimeSpan, ...]:
        """The other timespans that runs covered, of one log group or of any, in the order of the runs."""
        others = (run for run in self._runs if run.timespan != self._timespan)
        return tuple(dict.fromkeys(run.timespan for run in others if group is None or group in _read(run)))


_RUN_COLUMNS = (
    "run",
    "query",
    "log groups",
    "timespan",
    "matched",
    "scanned",
    "rows",
    "completeness",
    "started",
    "finished",
)


def _events(number: int | None) -> str:
    return "" if number is None else f" ({many(number, 'event', 'events')})"


def _read(run: Run) -> tuple[str, ...]:
    """Every log group that a run has read."""
    return (*run.log_groups, *run.inner_log_groups)


def _run_row(run: Run) -> tuple[object, ...]:
    counts = run.statistics
    return (
        run.id,
        run.query,
        ", ".join(_read(run)),
        str(run.timespan),
        counts.records_matched,
        counts.records_scanned,
        counts.rows,
        run.completeness.value,
        run.started,
        run.finished,
    )


def _group_name(log: str) -> str:
    """``@log`` is ``account:log group`` in an account, and the name alone in some archives."""
    account, separator, name = log.partition(":")
    return name if separator and account.isdigit() else log


def _millis(text: str | None) -> datetime | None:
    """``min(@timestamp)`` is epoch milliseconds as text, where the service or an engine does not format it."""
    if text is None:
        return None
    try:
        return from_millis(int(float(text)))
    except ValueError:
        return pd.Timestamp(text, tz="UTC").to_pydatetime()


def _times(values: list[datetime | None]) -> pd.Series:
    return pd.Series(pd.to_datetime(pd.Series(values, dtype="object"), utc=True)).astype("datetime64[ms, UTC]")
