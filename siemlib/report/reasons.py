"""Why a run that is asked again may answer otherwise: what is known to have changed since.

Each reason is a function of what was recorded then and what the engine says now; it gives sentences, or none. The
written order is that of their weight: what came late or is gone first, what only may have mattered last.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING

from siemlib import __version__
from siemlib.errors import QueryError, SiemError
from siemlib.evidence.documents import Document, read_document
from siemlib.evidence.manifest import decode_name
from siemlib.evidence.scrub import archive_of
from siemlib.model import clock
from siemlib.model.certificate import many
from siemlib.model.run import Completeness, LookupTable
from siemlib.model.timespan import TimeSpan, from_millis, to_millis
from siemlib.ql.parser import parse
from siemlib.report.order import is_cut, last_sort

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from siemlib.archive.record import LoadRecord
    from siemlib.engine import Engine, Result
    from siemlib.engine.protocol import LogGroup
    from siemlib.evidence.compare import Comparison

_LISTED = 3
_LATE = "filter @ingestionTime > {after} | stats count(*) as events, min(@ingestionTime) as first"
UNEXPLAINED = "Nothing that is recorded explains it."


@dataclass
class Then:
    """What the record tells of the logs as they were, and what the engine tells of them now."""

    engine: Engine
    case: Document | None
    sources: Mapping[str, str]
    """Digest and name of the files behind the archive that was asked."""
    groups: Mapping[str, LogGroup]
    loads: Sequence[LoadRecord] = ()
    _late: dict[tuple[str, tuple[str, ...], str], tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, data: Path, engine: Engine) -> Then:
        """From a record and an engine. Raises EvidenceError for a record that cannot be read."""
        case = read_document(data / "case.json", "case.json") if (data / "case.json").is_file() else None
        groups = {group.name: group for group in engine.log_groups()}
        return cls(engine, case, _sources(data / "sources-sha256.txt"), groups, _loads(engine.url))

    @property
    def archive(self) -> bool:
        """Whether it is an archive that is asked now."""
        return archive_of(self.engine.url) is not None


def why_not_asked(then: Then, run: Document, error: SiemError) -> tuple[str, ...]:
    """Why a run could not be asked."""
    gone = [name for name in run.texts("log_groups") + run.texts("inner_log_groups") if name not in then.groups]
    if gone:
        named = ", ".join(gone[:_LISTED]) + (" …" if len(gone) > _LISTED else "")
        return (f"{'The log group' if len(gone) == 1 else 'Log groups'} {named}: not there, or called otherwise.",)
    what = "The engine cannot answer the query" if isinstance(error, QueryError) else "The engine could not be asked"
    return (f"{what}: {error.message.strip().partition(chr(10))[0]}",)


def why_differs(then: Then, run: Document, result: Result, comparison: Comparison) -> tuple[str, ...]:
    """Every reason that is known; one sentence that says so where none is."""
    asked = _Asked(then, run, result, comparison)
    return tuple(sentence for reason in _REASONS for sentence in reason(asked)) or (UNEXPLAINED,)


@dataclass(frozen=True)
class _Asked:
    then: Then
    run: Document
    result: Result
    comparison: Comparison

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.run.texts("log_groups"), *self.run.texts("inner_log_groups")]))

    @property
    def timespan(self) -> TimeSpan:
        return self.result.run.timespan

    @property
    def asked_at(self) -> datetime:
        """When the answer was given: the spool may have had it long before the run."""
        times = [self.run.text("started")]
        if "certificate" in self.run.members:
            times += [each.text("started") for each in self.run.part("certificate").parts("slices")]
        return min(datetime.fromisoformat(time) for time in times)


def _files_since(asked: _Asked) -> Iterator[str]:
    """Files that were loaded into the archive after the run, or that are no longer in it."""
    if not asked.then.sources or not asked.then.archive:
        return
    files = [file for load in asked.then.loads for file in load.files]
    new = {f.sha256: f for f in files if f.sha256 not in asked.then.sources and f.log_group in asked.groups}
    if new:
        events = sum(file.events for file in new.values())
        verb = "was" if len(new) == 1 else "were"
        yield (
            f"Late events: {many(len(new), 'file', 'files')} with {many(events, 'event', 'events')} of these log groups"
            f" {verb} not yet in the archive: {_named(file.name for file in new.values())}."
        )
    gone = {digest: name for digest, name in asked.then.sources.items() if digest not in {f.sha256 for f in files}}
    if gone:
        verb = "is" if len(gone) == 1 else "are"
        named = _named(gone.values())
        yield f"{many(len(gone), 'file', 'files')} behind the archive of then {verb} not in this one: {named}."


def _late_events(asked: _Asked) -> Iterator[str]:
    """Events that the service took in only after the run asked it."""
    after, key = asked.asked_at, (str(asked.timespan), asked.groups, asked.asked_at.isoformat())
    held = asked.then._late  # noqa: SLF001 - what this function keeps there
    if key not in held:
        held[key] = tuple(_ask_late(asked, to_millis(after)))
    yield from held[key]


def _ask_late(asked: _Asked, after: int) -> Iterator[str]:
    try:
        rows = asked.then.engine.run(_LATE.format(after=after), asked.timespan, asked.groups).rows
    except SiemError:
        return  # it is a reason more or less
    count = int(float(rows[0].get("events", "0"))) if rows else 0
    if count:
        yield (
            f"Late events: {many(count, 'event', 'events')} of this time came in after the run asked, at"
            f" {from_millis(after):%Y-%m-%d %H:%M:%S} UTC."
        )


def _retention(asked: _Asked) -> Iterator[str]:
    """Log groups whose events of then the service has deleted since."""
    for name in asked.groups:
        group = asked.then.groups.get(name)
        if group is None or group.retention_days is None:
            continue
        until = clock.now() - timedelta(days=group.retention_days)
        if asked.timespan.start < until:
            yield (
                f"Expired retention: {name} keeps events for {many(group.retention_days, 'day', 'days')}, so that those"
                f" before {until:%Y-%m-%d %H:%M:%S} UTC are deleted."
            )


def _ends(asked: _Asked) -> Iterator[str]:
    """Log groups that hold less at their ends than they did, or nothing."""
    if asked.then.case is None:
        return
    for told in asked.then.case.parts("log_groups"):
        name, group = told.text("name"), asked.then.groups.get(told.text("name"))
        if group is None or name not in asked.groups or not isinstance(told.members.get("first"), str):
            continue
        first, last = (datetime.fromisoformat(told.text(end)) for end in ("first", "last"))
        if group.first is None or group.last is None:
            if group.events == 0:
                yield f"Expired or removed: {name} holds no event any more."
            continue
        if group.first > first and first < asked.timespan.end:
            now = _time(group.first)
            yield f"Expired or removed: {name} had events from {_time(first)} on, and now has them from {now} on."
        if group.last < last and last >= asked.timespan.start:
            now = _time(group.last)
            yield f"Expired or removed: {name} had events up to {_time(last)}, and now has them up to {now}."


def _scanned(asked: _Asked) -> Iterator[str]:
    """How many events there were to search, where both engines count them alike."""
    if not asked.then.archive or not asked.run.text("engine").startswith("local:"):
        return
    then, now = asked.run.part("statistics").number("records_scanned"), asked.result.statistics.records_scanned
    if then != now:
        more = f"{abs(now - then):,} {'more' if now > then else 'fewer'}"
        yield f"{many(then, 'event was', 'events were')} searched then and {now:,} now: {more}."


def _completeness(asked: _Asked) -> Iterator[str]:
    """Answers that were not everything."""
    notes = asked.run.texts("notes")
    if (then := asked.run.text("completeness")) != Completeness.COMPLETE:
        yield f"The answer of then was {then}{f': {notes[0]}' if notes else '.'}"
    run = asked.result.run
    if run.completeness is not Completeness.COMPLETE:
        yield f"The answer of now is {run.completeness}{f': {run.notes[0]}' if run.notes else '.'}"


def _edge(asked: _Asked) -> Iterator[str]:
    """Rows at the limit of a query, where several are equal by its order."""
    query, found = asked.run.text("query"), asked.comparison
    if found.only_kept != found.only_now or not is_cut(query, max(found.kept, found.now)):
        return
    if last_sort(parse(query)) is None:
        yield "The query takes some rows, and no order of its own says which."
    else:
        yield "The query takes some rows; of those that its order does not tell apart it may take others."


def _moment(asked: _Asked) -> Iterator[str]:
    """A query that reads the clock."""
    if "now(" in asked.run.text("query").replace(" ", "").lower():
        yield "The query reads the time of day: now() is another now."


def _tables(asked: _Asked) -> Iterator[str]:
    """Lookup tables that are others than then; of a table of the account, and of older records, nobody knows."""
    if "lookup_tables" not in asked.run.members:
        if "lookup" in asked.run.text("query").lower():
            yield "The query reads a lookup table, as it is now."
        return
    now = {table.name: table for table in asked.result.run.lookup_tables}
    for told in asked.run.parts("lookup_tables"):
        then = LookupTable(told.text("name"), told.number("rows"), told.text("sha256"))
        found = now.get(then.name)
        if found is None:
            yield f"The lookup table {then.name} was a file then, and is not read from one now."
        elif found.sha256 != then.sha256:
            yield f"The lookup table is another than then: {then.sentence}; now {found.sentence.partition(': ')[2]}."


def _engines(asked: _Asked) -> Iterator[str]:
    """Another kind of engine, or the same of another version."""
    kinds = {"local": "an archive", "live": "the live service"}
    then, now = (url.partition(":")[0] for url in (asked.run.text("engine"), asked.then.engine.url))
    if then != now:
        answered = f"Then {kinds.get(then, then)} answered, and now {kinds.get(now, now)}"
        yield f"{answered}; where the two are known to differ is written in siemlib/ql/README.md."
    made = asked.run.part("software").members.get("siemlib")
    if made != __version__:
        yield f"Then siemlib {made} asked, now {__version__}."


_REASONS = (
    _files_since,
    _late_events,
    _retention,
    _ends,
    _scanned,
    _completeness,
    _edge,
    _moment,
    _tables,
    _engines,
)


def _sources(path: Path) -> dict[str, str]:
    lines = path.read_text("utf-8", errors="replace").split("\n") if path.is_file() else []
    return {digest: decode_name(name) for digest, _, name in (line.partition("  ") for line in lines) if name}


def _loads(url: str) -> Sequence[LoadRecord]:
    folder = archive_of(url)
    if folder is None:
        return ()
    from siemlib.archive.store import Archive  # noqa: PLC0415 - for those who ask an archive

    return Archive.open(folder).loads()


def _named(names: Iterable[str]) -> str:
    short = sorted(PurePath(name).name for name in names)
    return ", ".join(short[:_LISTED]) + (" …" if len(short) > _LISTED else "")


def _time(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}"
