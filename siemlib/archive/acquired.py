"""What was acquired from an account into an archive: who asked for what, when, by which way, and how complete it came.

``acquired/<id>.json`` is the record of one log group's acquisition. It is there before its events are, and says then
that it is not known how complete it is: an acquisition that is killed while it loads cannot pass for a whole one.
``acquired/delivered/`` holds what came from the service, as it came; the records of the loads hold the digests.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from siemlib.archive.record import write_aside
from siemlib.errors import InputError
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan, render_millis

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

VERSION = 1
FOLDER = "acquired"
Way = Literal["insights", "filter", "s3"]
_WAYS: dict[Way, str] = {"insights": "Logs Insights", "filter": "FilterLogEvents", "s3": "files in S3"}
_SHOWN = 3


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Gap(_Record):
    """A part of the time, in epoch milliseconds and half-open, of which not everything came."""

    start: int
    end: int
    why: str
    expected: int | None = None
    """Events that the service counts there; ``None``: not known."""
    received: int | None = None

    def sentence(self) -> str:
        """For people: times in UTC."""
        of = ""
        if self.expected is not None and self.received is not None:
            of = f"{self.received:,} of {self.expected:,} events; "
        return f"{render_millis(self.start)} to {render_millis(self.end)} UTC ({of}{self.why})"


class FlowFormat(_Record):
    """A flow log that wrote into the log group when it was acquired, and what it was told to write."""

    id: str
    format: str
    """As EC2 gives it: ``${version} ${vpc-id} …``."""
    created: int | None = None
    interval: int | None = None
    """The most seconds that one record covers."""
    named: bool = False
    """Whether the archive was told to name the fields of its records."""


class Acquired(_Record):
    """One acquisition of one log group. Times are epoch milliseconds, spans half-open."""

    version: int = VERSION
    id: str
    who: str
    engine: str
    """Without the names of profiles and roles."""
    account: str | None
    region: str
    log_group: str
    start: int
    end: int
    way: Way
    pattern: str | None = None
    """Of FilterLogEvents: only events that match it were asked for."""
    place: str | None = None
    """``s3://bucket/prefix``."""
    source: str | None = None
    """The kind of log that the events were taken for."""
    started: int
    finished: int | None = None
    counted: int | None = None
    """Events that the service counts in the span; ``None`` where it was not asked."""
    received: int = 0
    """Events that came, each once."""
    loaded: int = 0
    """Those of them that the archive did not hold yet."""
    duplicates: int = 0
    rejected: int = 0
    completeness: Completeness = Completeness.UNKNOWN
    gaps: tuple[Gap, ...] = ()
    notes: tuple[str, ...] = ()
    files: dict[str, str] = {}
    """SHA-256 of every delivered file, and its name below ``acquired/delivered/``."""
    flow_logs: tuple[FlowFormat, ...] = ()
    """Where records of another layout than the default came; none also where EC2 could not be asked: ``notes`` say it.
    """
    scanned_bytes: int = 0
    cost: float | None = None
    """US dollars, by the prices of the settings."""
    certificate: dict[str, Any] | None = None
    """What the queries of Logs Insights say of their completeness."""

    @property
    def span(self) -> TimeSpan:
        """The time that was asked for."""
        return TimeSpan.of_millis(self.start, self.end)

    def heals(self, other: Acquired) -> bool:
        """Whether this one brought all that ``other`` was asked for."""
        return (
            self.completeness is Completeness.COMPLETE
            and self.log_group == other.log_group
            and self.start <= other.start
            and self.end >= other.end
            and self.pattern in {None, other.pattern}
            and (self.place is None or self.place == other.place)
        )

    def origin(self) -> str:
        """Where the events came from, and how many, as a sentence."""
        where = self.place or f"account {self.account or 'unknown'} in {self.region}"
        matching = f", only those that match {self.pattern!r}," if self.pattern is not None else ""
        counted = ""
        if self.counted is not None:
            counted = f"; the service counted {self.counted:,} there"
        writers = ", ".join(each.id for each in self.flow_logs if each.named)
        named = f"; fields of its flow records have the names in the format of {writers}" if writers else ""
        return (
            f"Log group {self.log_group}, {self.span}: {self.received:,} events{matching} were acquired from {where} by"
            f" {_WAYS[self.way]}, begun {render_millis(self.started)[:19]} UTC{counted}{named}."
        )

    def fault(self) -> str:
        """What is missing, as a sentence."""
        if self.finished is None:
            why = "it did not come to its end"
        elif self.gaps:
            more = f", and {len(self.gaps) - _SHOWN:,} more" if len(self.gaps) > _SHOWN else ""
            why = "missing from " + "; ".join(gap.sentence() for gap in self.gaps[:_SHOWN]) + more
        elif self.counted is not None and self.counted > self.received:
            why = f"{self.received:,} of {self.counted:,} events came"
        else:
            why = "; ".join(self.notes[:_SHOWN]) or "how complete it is was not found out"
        return f"The acquisition of log group {self.log_group}, {self.span}, is not complete: {why}."

    def narrow(self) -> str:
        """That only some events were asked for, as a sentence."""
        return f"Of log group {self.log_group}, {self.span}, only events that match {self.pattern!r} were acquired."


def path_of(folder: Path, record: Acquired) -> Path:
    """The file of a record in the archive ``folder``."""
    return folder / FOLDER / f"{record.id}.json"


def write_acquired(folder: Path, record: Acquired) -> None:
    """Put the record into the archive ``folder``, in the place of an earlier one of its id."""
    path = path_of(folder, record)
    path.parent.mkdir(exist_ok=True)
    # Without it, as of nearly every log group, earlier versions read it too: they refuse what they do not know.
    left_out = None if record.flow_logs else {"flow_logs"}
    write_aside(path, record.model_dump_json(indent=1, exclude=left_out).encode() + b"\n")


def read_acquired(folder: Path) -> tuple[Acquired, ...]:
    """Every acquisition into the archive ``folder``, oldest first. Raises InputError for a damaged record."""
    found = []
    for path in sorted((folder / FOLDER).glob("*.json")):
        try:
            data = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: the record of an acquisition cannot be read: {error}") from None
        if isinstance(data, dict) and data.get("version") != VERSION:
            raise InputError(f"{path}: written by another version of siem (layout {data.get('version')!r})")
        try:
            found.append(Acquired.model_validate(data))
        except ValidationError as error:
            fault = error.errors()[0]["msg"]
            raise InputError(f"{path}: the record of an acquisition is damaged: {fault}") from None
    return tuple(sorted(found, key=lambda each: (each.started, each.id)))


def faulty(records: Sequence[Acquired]) -> tuple[Acquired, ...]:
    """Those that are not complete, or asked for some events only, and that no other one of them heals."""

    def healed(each: Acquired) -> bool:
        narrow = each.completeness is Completeness.COMPLETE
        return any(other.heals(each) and not (narrow and other.pattern is not None) for other in records)

    return tuple(
        each
        for each in records
        if (each.completeness is not Completeness.COMPLETE or each.pattern is not None) and not healed(each)
    )


def healed_files(records: Sequence[Acquired]) -> frozenset[str]:
    """SHA-256 of files that may hold only a part, while all of it came otherwise."""
    left = {digest for each in faulty(records) for digest in each.files}
    return frozenset(digest for each in records for digest in each.files if digest not in left)


def fault_sentences(records: Iterable[Acquired]) -> tuple[str, ...]:
    """What :func:`faulty` records say, each sentence once."""
    told = (each.narrow() if each.completeness is Completeness.COMPLETE else each.fault() for each in records)
    return tuple(dict.fromkeys(told))


def twice_sentences(records: Iterable[Acquired]) -> tuple[str, ...]:
    """How events are known to be the same in log groups that came by both ways.

    An export writes ``-`` for ``/`` in the names of log streams (:mod:`siemlib.archive.duplicates`).
    """
    ways: dict[str, set[bool]] = {}
    for each in records:
        if each.files:
            ways.setdefault(each.log_group, set()).add(each.way == "s3")
    return tuple(
        f"Log group {name} was acquired from S3 and from the account. What came by both, with one time and message, is"
        " counted once. An export writes - for / in the name of a log stream, so the two are taken for one."
        for name, both in sorted(ways.items())
        if len(both) > 1
    )
