"""Events that came in slices, as a relation that the database runs the whole query over.

They are written to Parquet while they come, by the code that loads an archive, and read by the code that reads one:
what is discovered in a message, and which of its fields are kept beside it, is the same here and there. An event that
came twice, as the query and one inside it may both have asked for it, or two slices for the same millisecond, is there
once.

The service does not say in which order events of one millisecond stand. Here they stand by ``@ptr``, as in an archive.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from siemlib.archive.columns import whole
from siemlib.archive.kind import Kind
from siemlib.archive.parts import Extent, describe, write_table
from siemlib.archive.record import LoadRecord, PartRecord
from siemlib.archive.store import Archive
from siemlib.archive.transform import text_bytes, transform
from siemlib.database.connection import connect
from siemlib.database.run import Answer, Question, run
from siemlib.live.errors import LiveError
from siemlib.live.pushed import LENGTH
from siemlib.live.repeats import forget_repeats
from siemlib.sources import SOURCES, recognise
from siemlib.sources.plain import PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Self

    from siemlib.archive.transform import Slice as PartOfADay
    from siemlib.database.connection import Connection
    from siemlib.database.relation import EventRelation
    from siemlib.live.asking import Prepared
    from siemlib.live.gathering import Gathered
    from siemlib.live.service import Page
    from siemlib.model.event import FieldPath
    from siemlib.model.timespan import TimeSpan

_CHUNK_BYTES = 16 << 20
"""Of messages, held for one kind of log before they are written; the peak is some ten times this."""
_ROW = 200
_SAMPLE = 50
_OF_ACCOUNT = re.compile(r"([0-9]{12}):(.+)", re.DOTALL)
_ARN = re.compile(r"arn:[^:]*:logs:[^:]*:([0-9]{12}):log-group:([^:]+)(?::\*)?")


@dataclass
class _Held:
    tables: list[pa.Table] = field(default_factory=list)
    bytes: int = 0


class Collecting:
    """Takes the pages of events as they come, in any order; memory is bounded, whatever their number.

    ``record`` gives every field of the event with a ``@ptr``, for a message that the service has cut short. Without it
    such messages stay as they came, and the notes say so.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        sources: Mapping[str, Sequence[str]] | None = None,
        record: Callable[[str], Mapping[str, str]] | None = None,
        connection: Connection | None = None,
    ) -> None:
        """``folder``: where to make a folder that goes with this object. ``sources`` are kinds of log, by log group.

        Without a ``connection`` it makes its own, which takes some tenths of a second.
        """
        self.folder = Path(tempfile.mkdtemp(prefix="siem-", dir=folder))
        self._cleaning = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self._connection = connection.cursor() if connection else connect(temp_directory=self.folder)
        self._sources = sources or {}
        self._record = record
        self._held: dict[Kind, _Held] = {}
        self._kinds: dict[str, Kind] = {}
        self._parts: list[PartRecord] = []
        self._order = 0
        self.events = 0
        """That came, repeated ones as well."""
        self.mended = 0
        """Messages that the service had cut short, and that were asked for one by one."""
        self.cut = 0
        """Messages that the service has cut short."""
        self.repeats = 0
        """Events that came again; known when they are in a store."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget everything; stores made of it cannot be used any more."""
        self._connection.close()
        self._cleaning()

    def add(self, page: Page, take: int | None = None) -> None:
        """The first ``take`` events of a page of :func:`~siemlib.live.pushed.events_of`.

        Raises LiveError for rows that are no events.
        """
        table = self._table(page, page.rows if take is None else min(take, page.rows))
        kinds = [self._kind(log, table) for log in table["log"].to_pylist()]
        for kind in dict.fromkeys(kinds):
            rows = table if len(set(kinds)) == 1 else table.filter(pa.array([each is kind for each in kinds]))
            held = self._held.setdefault(kind, _Held())
            held.tables.append(rows)
            held.bytes += text_bytes(rows["message"]) + _ROW * rows.num_rows
        for kind in [kind for kind, held in self._held.items() if held.bytes >= _CHUNK_BYTES]:
            self._write(kind)
        if sum(held.bytes for held in self._held.values()) >= 2 * _CHUNK_BYTES:
            self._write(max(self._held, key=lambda kind: self._held[kind].bytes))

    def add_pages(self, pages: Iterable[Page], take: int) -> None:
        """The first ``take`` events of pages; no more of these are read than hold them."""
        reading = iter(pages)
        while take > 0 and (page := next(reading, None)) is not None:
            self.add(page, take)
            take -= page.rows

    def add_gathered(self, gathered: Gathered) -> None:
        """The events of all pieces."""
        for piece in gathered.pieces:
            self.add_pages(piece.fetched.pages(), piece.take)

    def store(self) -> Collected:
        """What came, each event once."""
        for kind in list(self._held):
            self._write(kind)
        self._parts, repeats = forget_repeats(self._connection, self.folder, self._parts)
        self.repeats += repeats
        return Collected(self, self._parts, self.events - self.repeats, self.repeats)

    def answer(self, prepared: Prepared, *, every_row: bool) -> Answer:
        """The answer of the whole query over what came. Raises as :func:`siemlib.database.run.run`."""
        asked = prepared.asked
        question = Question(
            asked.query, asked.text, asked.log_groups, asked.timespan, asked.now, prepared.lookup_tables
        )
        return run(self._connection.cursor(), self.store(), question, every_row=every_row)

    def notes(self) -> tuple[str, ...]:
        """What a reader must know of the events, as sentences."""
        if not self.cut:
            return ()
        if self.mended == self.cut == 1:
            return ("1 message that the service had cut short was asked for by itself.",)
        if self.mended == self.cut:
            return (f"{self.cut:,} messages that the service had cut short were asked for one by one.",)
        lost = f"{self.cut - self.mended:,} of {self.events:,} messages came cut short from the service"
        return (f"{lost}; what is behind the cut was not looked at.",)

    # ── from pages to parts ──────────────────────────────────────────────────────────────────────────────────────────

    def _table(self, page: Page, take: int) -> pa.Table:
        columns = dict(zip(page.names, page.columns, strict=True))
        texts = {name: columns.get(name, [None] * page.rows)[:take] for name in _NEEDED}
        if not all(all(texts[name]) for name in ("@timestamp", "@log", "@ptr")):
            raise LiveError("the service gave events without a time, a log group or a pointer")
        messages = [text or "" for text in texts["@message"]]
        if LENGTH in columns:
            self._mend(messages, columns[LENGTH][:take], texts["@ptr"])
        self._order += take
        self.events += take
        return pa.table(
            {
                "file": pa.array([0] * take, pa.int64()),
                "ordinal": pa.array(range(self._order - take, self._order), pa.int64()),
                "delivered": _millis(texts["@timestamp"]),
                "ingestion_time": _millis(texts["@ingestionTime"]),
                "log_stream": pa.array(texts["@logStream"], pa.string()),
                "event_id": pa.array(texts["@ptr"], pa.string()),
                "message": pa.array(messages, pa.string()),
                "log": pa.array(texts["@log"], pa.string()),
            }
        )

    def _mend(self, messages: list[str], lengths: Sequence[str | None], pointers: Sequence[str | None]) -> None:
        """Put whole messages in the place of those that are not as long as the service says."""
        for place, (message, length) in enumerate(zip(messages, lengths, strict=True)):
            if length is None or length == str(len(message)) or _as_long(message, length):
                continue
            self.cut += 1
            found = self._record(pointers[place] or "").get("@message") if self._record else None
            if found is not None and len(found) > len(message):
                messages[place] = found
                self.mended += 1

    def _write(self, kind: Kind) -> None:
        chunk = pa.concat_tables(self._held.pop(kind).tables)
        result = transform(self._connection.cursor(), kind, chunk)
        if result.refused:
            raise LiveError("the service gave events of a time that is in no calendar")
        for part in result.slices:
            logs = pc.unique(part.table["log"]).to_pylist()
            for log in logs:
                table = part.table if len(logs) == 1 else part.table.filter(pc.equal(part.table["log"], log))
                place = replace(part.place, kind=replace(kind, log_group=log))
                self._parts.append(self._written(replace(part, place=place, table=table.drop_columns("log"))))

    def _written(self, part: PartOfADay) -> PartRecord:
        account, group = log_of(part.place.kind.log_group)
        size = text_bytes(part.table["message"])
        name = f"{len(self._parts) + 1}.parquet"
        write_table(part.table, group, self.folder / name, size)
        moments = whole(part.table["timestamp"])
        accounts = () if account is None else (account,)
        extent = Extent(part.table.num_rows, int(moments[0]), int(moments[-1]), size, part.commas, accounts)
        return describe(self.folder, name, part.place, extent).record

    def _kind(self, log: str, table: pa.Table) -> Kind:
        """What the events of a log group are held as: together with those of other groups of the same kind."""
        if log not in self._kinds:
            named = set(self._sources.get(log_of(log)[1], ()))
            source = next((source for source in SOURCES if source.name in named), None)
            if source is None:
                messages = table["message"].filter(pc.equal(table["log"], log)).slice(0, _SAMPLE).to_pylist()
                source = recognise([text for text in messages if text.strip()]) or PLAIN
            kind = Kind.of("", source, None)
            self._kinds[log] = next((known for known in self._kinds.values() if known == kind), kind)
        return self._kinds[log]


_NEEDED = ("@timestamp", "@ingestionTime", "@log", "@logStream", "@message", "@ptr")


class Collected:
    """The events as a store. Its log groups are named as the query names them, or by their ARN."""

    def __init__(self, owner: Collecting, parts: Sequence[PartRecord], events: int, repeats: int) -> None:
        self._owner = owner  # the folder goes with it
        record = LoadRecord(id="", started="", finished="", files=(), parts=tuple(parts))
        self._archive = Archive(owner.folder, (record,))
        self._logs = list(dict.fromkeys(part.log_group for part in parts))
        self.events = events
        """Each once."""
        self.repeats = repeats
        """That came again, and were left out."""

    def relation(
        self, connection: Connection, log_groups: Sequence[str], timespan: TimeSpan, paths: Sequence[FieldPath]
    ) -> EventRelation:
        """See :class:`siemlib.database.relation.EventStore`. A log group of which no event came is empty."""
        wanted = set(log_groups) | {_log_of_arn(name) for name in log_groups}
        logs = [log for log in self._logs if log in wanted or log_of(log)[1] in wanted]
        return self._archive.relation(connection, logs, timespan, paths)


def log_of(log: str) -> tuple[str | None, str]:
    """The account, where it is named, and the log group of a value of ``@log``."""
    found = _OF_ACCOUNT.fullmatch(log)
    return (found[1], found[2]) if found else (None, log)


def _log_of_arn(name: str) -> str:
    found = _ARN.fullmatch(name)
    return f"{found[1]}:{found[2]}" if found else name


def _as_long(message: str, length: str) -> bool:
    """Whether the message has this length as it is counted elsewhere, in UTF-16 or in bytes."""
    if message.isascii():
        return False
    return length in {str(len(message.encode("utf-16-le")) // 2), str(len(message.encode()))}


def _millis(texts: Sequence[str | None]) -> pa.Array:
    """Epoch milliseconds of times as the service writes them. Raises LiveError for anything else."""
    try:
        return pa.array(texts, pa.string()).cast(pa.timestamp("ms")).cast(pa.int64())
    except pa.ArrowInvalid:
        raise LiveError("the service gave a time in a form that is not its own") from None
