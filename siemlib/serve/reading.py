"""Events and log streams of an archive, a page at a time: what GetLogEvents, FilterLogEvents, DescribeLogStreams give.

A page costs what it holds, not what the log group holds: the keys of its events are found first, in windows of time
that grow until there are enough, and their messages are read then.
"""

# ruff: noqa: S608 - what goes into this SQL is our own, or quoted by the writer

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections import Counter
from dataclasses import dataclass, replace
from itertools import accumulate, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siemlib.database.connection import DatabaseError, connect
from siemlib.database.run import DatabaseFailedError
from siemlib.evidence.visible import visible
from siemlib.model.timespan import TimeSpan, to_millis
from siemlib.patterns import predicate
from siemlib.ql.sql.writer import integer, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from siemlib.archive.store import Archive
    from siemlib.database.connection import Connection
    from siemlib.engine.protocol import LogGroup
    from siemlib.patterns.syntax import Pattern

MOST_BYTES = 1 << 20
"""Of the events of a page (FilterLogEvents, GetLogEvents); a single event may be larger."""
BESIDE_THE_MESSAGE = 26
"""Bytes that the service counts for an event beside those of its message (PutLogEvents)."""
_MEMORY = "200MB"
_WINDOW = 4
"""The first window is so long that it would hold so many pages, were the events spread evenly."""
_GROWTH = 8
_ENDLESS = 1 << 62
_ORDER = "timestamp, length(event_id), event_id"
_NEWEST_FIRST = "timestamp DESC, length(event_id) DESC, event_id DESC"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order of events: just before or just after one. Events of one instant are as delivered."""

    time: int
    """Epoch milliseconds."""
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """An event; times are epoch milliseconds, ``ingested`` is ``None`` where no delivery told it."""

    time: int
    ingested: int | None
    stream: str
    message: str
    id: str

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.time, self.id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events of a log group: ``[start, end)`` in epoch milliseconds, and what they must be."""

    log_group: str
    start: int
    end: int
    streams: tuple[str, ...] = ()
    """None: of every stream."""
    stream_prefix: str = ""
    pattern: Pattern | None = None

    def condition(self) -> str:
        """As SQL, without the times."""
        parts = []
        if self.streams:
            parts.append(f"log_stream IN ({', '.join(map(literal, self.streams))})")
        if self.stream_prefix:
            parts.append(f"starts_with(log_stream, {literal(self.stream_prefix)})")
        if self.pattern is not None:
            parts.append(predicate(self.pattern, "message"))
        return " AND ".join(parts) or "true"


@dataclass(frozen=True, slots=True)
class Bound:
    """From where on to read: behind a place in the direction of reading, or at it, ``inclusive``."""

    place: Place
    inclusive: bool = False

    def condition(self, *, backwards: bool) -> str:
        """As SQL."""
        beyond = "<" if backwards else ">"
        time, length = integer(self.place.time), integer(len(self.place.event_id))
        last = f"event_id {beyond}{'=' if self.inclusive else ''} {literal(self.place.event_id)}"
        return (
            f"(timestamp {beyond} {time} OR (timestamp = {time} AND (length(event_id) {beyond} {length}"
            f" OR (length(event_id) = {length} AND {last}))))"
        )


@dataclass(frozen=True, slots=True)
class Stream:
    """A log stream; times are epoch milliseconds of its events."""

    name: str
    first: int
    last: int
    ingested: int | None


class Reader:
    """Reads pages of one archive. Safe to use from several threads."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._groups: dict[str, LogGroup] = {group.name: group for group in archive.log_groups()}
        self._bytes: Counter[str] = Counter()
        for load in archive.loads():
            for part in load.parts:
                self._bytes[part.log_group] += part.message_bytes
        self._seen: set[tuple[str, str]] = set()
        """Log groups and streams that were found to be there."""
        # What does not fit in memory is written to a folder of ours alone, which goes when the reader goes.
        self._spill = Path(tempfile.mkdtemp(prefix="siem-"))
        weakref.finalize(self, shutil.rmtree, self._spill, ignore_errors=True)
        self._connection = self._connect()

    def _connect(self) -> Connection:
        return connect(memory_limit=_MEMORY, temp_directory=Path(tempfile.mkdtemp(dir=self._spill)))

    def stored_bytes(self, log_group: str) -> int:
        """UTF-8 bytes of the messages of a log group."""
        return self._bytes[log_group]

    def events(
        self, wanted: Wanted, *, bound: Bound | None = None, backwards: bool = False, most: int = 10_000
    ) -> tuple[list[Event], bool]:
        """The first ``most`` events, or as many as make a megabyte, and whether there are more.

        ``backwards`` reads from the newest on; the events are in the order of reading. Raises DatabaseFailedError.
        """
        keys: list[tuple[int, str, int]] = []
        wanted = self._clamped(wanted, bound, backwards=backwards)
        for start, end in self._windows(wanted, most, backwards=backwards):
            keys = self._keys(replace(wanted, start=start, end=end), bound, most + 1, backwards=backwards)
            if len(keys) > most:
                break
        sizes = accumulate(size + BESIDE_THE_MESSAGE for _, _, size in keys)
        taken = max(sum(1 for _ in takewhile(lambda size: size <= MOST_BYTES, sizes)), min(1, len(keys)))
        taken = min(taken, most)
        if not taken:
            return [], False
        ends = [Place(*keys[place][:2]) for place in (0, taken - 1)]
        return self._between(wanted, *(reversed(ends) if backwards else ends), backwards=backwards), taken < len(keys)

    def has_streams(self, log_group: str, streams: Iterable[str]) -> bool:
        """Whether each of these streams has some event in the log group."""
        unknown = {stream for stream in streams if (log_group, stream) not in self._seen}
        if unknown:
            everything = self._clamped(Wanted(log_group, 0, _ENDLESS, streams=tuple(unknown)), None, backwards=False)
            rows = self._rows(
                f"SELECT DISTINCT log_stream FROM ({self._relation(everything)}) WHERE {everything.condition()}"
            )
            self._seen.update((log_group, stream) for (stream,) in rows)
            unknown -= {stream for (stream,) in rows}
        return not unknown

    def streams(  # noqa: PLR0913 - what DescribeLogStreams takes, by name
        self,
        log_group: str,
        *,
        prefix: str = "",
        by_time: bool = False,
        backwards: bool = False,
        behind: tuple[int, str] | None = None,
        most: int = 50,
    ) -> list[Stream]:
        """The first ``most`` log streams, by name, or ``by_time`` of the last event and then by name.

        ``behind`` is the last event's time and the name of the stream behind which to begin.
        """
        everything = self._clamped(Wanted(log_group, 0, _ENDLESS, stream_prefix=prefix), None, backwards=False)
        way, beyond = ("DESC", "<") if backwards else ("ASC", ">")
        order = f"last {way}, log_stream {way}" if by_time else f"log_stream {way}"
        rest = "true"
        if behind is not None:
            time, name = integer(behind[0]), literal(behind[1])
            same = f"log_stream {beyond} {name}"
            rest = f"(last {beyond} {time} OR (last = {time} AND {same}))" if by_time else same
        rows = self._rows(
            f"SELECT * FROM (SELECT log_stream, min(timestamp) AS first, max(timestamp) AS last,"
            f" max(ingestion_time) AS ingested FROM ({self._relation(everything)}) WHERE {everything.condition()}"
            f" GROUP BY log_stream) WHERE {rest} ORDER BY {order} LIMIT {integer(most)}"
        )
        return [Stream(*row) for row in rows]

    def _clamped(self, wanted: Wanted, bound: Bound | None, *, backwards: bool) -> Wanted:
        """What is wanted without the times at which the group has no events, or that were read already."""
        group = self._groups[wanted.log_group]
        if group.first is None or group.last is None:
            return replace(wanted, start=0, end=0)
        start, end = max(wanted.start, to_millis(group.first)), min(wanted.end, to_millis(group.last) + 1)
        if bound is not None and backwards:
            end = min(end, bound.place.time + 1)
        elif bound is not None:
            start = max(start, bound.place.time)
        return replace(wanted, start=start, end=end)

    def _windows(self, wanted: Wanted, most: int, *, backwards: bool) -> Iterator[tuple[int, int]]:
        """Longer and longer parts of the time, each from the end at which reading begins; the last is all of it."""
        group = self._groups[wanted.log_group]
        if group.first is None or group.last is None or wanted.end <= wanted.start:
            return
        everything = to_millis(group.last) - to_millis(group.first) + 1
        length = everything * most * _WINDOW // max(group.events or 0, 1) + 1
        while length < wanted.end - wanted.start:
            yield (wanted.end - length, wanted.end) if backwards else (wanted.start, wanted.start + length)
            length *= _GROWTH
        yield wanted.start, wanted.end

    def _keys(self, wanted: Wanted, bound: Bound | None, most: int, *, backwards: bool) -> list[tuple[int, str, int]]:
        """Time, id, and bytes of the message of the first ``most`` events."""
        if wanted.end <= wanted.start:
            return []
        beyond = "true" if bound is None else bound.condition(backwards=backwards)
        return self._rows(
            f"SELECT timestamp, event_id, strlen(message) FROM ({self._relation(wanted)})"
            f" WHERE {beyond} AND {wanted.condition()}"
            f" ORDER BY {_NEWEST_FIRST if backwards else _ORDER} LIMIT {integer(most)}"
        )

    def _between(self, wanted: Wanted, first: Place, last: Place, *, backwards: bool) -> list[Event]:
        """The events from ``first`` to ``last``, both with them."""
        span = replace(wanted, start=first.time, end=last.time + 1)
        ends = (
            Bound(first, inclusive=True).condition(backwards=False),
            Bound(last, inclusive=True).condition(backwards=True),
        )
        rows = self._rows(
            f"SELECT timestamp, ingestion_time, log_stream, message, event_id FROM ({self._relation(span)})"
            f" WHERE {' AND '.join(ends)} AND {wanted.condition()} ORDER BY {_NEWEST_FIRST if backwards else _ORDER}"
        )
        return [Event(*row) for row in rows]

    def _relation(self, wanted: Wanted) -> str:
        # A log group without events has no times; any span will do.
        span = TimeSpan.of_millis(wanted.start, max(wanted.end, wanted.start + 1))
        return self._archive.relation(self._connection, [wanted.log_group], span, ()).sql

    def _rows(self, sql: str) -> list[Any]:
        try:
            return self._connection.cursor().execute(sql).fetchall()
        except DatabaseError as error:
            self._connection = self._connect()  # an internal error leaves one that answers nothing any more
            reason = visible(str(error).split("\n", maxsplit=1)[0])
            raise DatabaseFailedError(f"the database could not read the events: {reason}") from error
