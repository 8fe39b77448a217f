"""A running load: events are collected across files, transformed a chunk at a time, and written as parts.

Nothing here is visible yet. A part carries the name of the load, and only a committed record makes it exist.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from siemlib.archive.batch import ROW, Rejection
from siemlib.archive.columns import integers, one, same, whole
from siemlib.archive.parts import Extent, Part, accounts_of, day_text, describe, write_table
from siemlib.archive.places import group_folder, make_folder
from siemlib.archive.rejected import Rejected
from siemlib.archive.transform import CHUNK, as_text, text_bytes, transform
from siemlib.database.connection import DatabaseError
from siemlib.errors import SiemError
from siemlib.ql.sql.writer import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from siemlib.archive.batch import Batch
    from siemlib.archive.kind import Kind
    from siemlib.archive.openfile import OpenFile
    from siemlib.archive.transform import Slice
    from siemlib.database.connection import Connection

_TABLE = 4096
"""Bytes of a table, however few its rows."""
MENDED = "loaded with U+FFFD in place of bytes that are not UTF-8"


class WriteError(SiemError):
    """The archive cannot be written: no fault of the files that are loaded, and no use to go on with the next."""


@contextmanager
def only_write_errors(folder: Path) -> Iterator[None]:
    """Turn what disks and the database say into an error for people."""
    try:
        yield
    except (OSError, DatabaseError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error).partition("\n")[0]
        raise WriteError(f"{folder}: the archive cannot be written: {reason}; this load is not committed") from error


@dataclass
class _Buffer:
    tables: list[pa.Table] = field(default_factory=list)
    bytes: int = 0
    """What the tables take in memory, roughly."""


class Stage:
    """What a load has read since the last commit."""

    def __init__(self, connection: Connection, folder: Path, load: str, chunk_bytes: int) -> None:
        self.connection = connection
        self.folder = folder
        self.load = load
        self.files: list[OpenFile] = []
        self.parts: list[Part] = []
        self.rejected = Rejected(folder, load)
        self.bytes = 0
        """Of message text, since the last commit."""
        self._chunk_bytes = chunk_bytes
        self._buffers: dict[Kind, _Buffer] = {}
        self._count = 0
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="load-writer")
        self._writing: Future[None] | None = None
        self.staging = folder / "staging"
        self.staging.mkdir(exist_ok=True)

    def add(self, file: OpenFile, kind: Kind, batch: Batch) -> None:
        """Take a batch of ``file``; writes a chunk when enough has come together. Raises WriteError."""
        with only_write_errors(self.folder):
            self._add(file, kind, batch)

    def reject(self, file: OpenFile, rejections: Sequence[Rejection]) -> None:
        """Keep what is no event. Raises WriteError."""
        with only_write_errors(self.folder):
            self.rejected.add(file, rejections)

    def _add(self, file: OpenFile, kind: Kind, batch: Batch) -> None:
        self.rejected.add(file, batch.rejections)
        if not len(batch.messages):
            return
        table = self._table(file, kind, batch)
        buffer = self._buffers.setdefault(kind, _Buffer())
        buffer.tables.append(table)
        size = text_bytes(table["message"])
        # Lines of one byte and files of one line take much more memory than their text.
        buffer.bytes += max(size, ROW * len(batch.messages)) + _TABLE
        self.bytes += size
        if sum(each.bytes for each in self._buffers.values()) >= self._chunk_bytes:
            self._flush(max(self._buffers, key=lambda each: self._buffers[each].bytes))

    def flush_all(self) -> None:
        """Write everything that is still held, and wait for it. Raises WriteError."""
        with only_write_errors(self.folder):
            for kind in list(self._buffers):
                self._flush(kind)
            self._wait()

    def _wait(self) -> None:
        """Wait until nothing is being written; an error of the writing is raised here."""
        if self._writing is not None:
            writing, self._writing = self._writing, None
            writing.result()

    def close(self) -> None:
        """Stop writing and forget the keys: the next stage of the same load has its own."""
        self._writer.shutdown(cancel_futures=True)
        for path in self.staging.glob("keys-*.parquet"):
            path.unlink()

    def _flush(self, kind: Kind) -> None:
        """Write what is held of one kind while the next chunk is read. One at a time, so that memory stays bounded."""
        self._wait()
        tables = self._buffers.pop(kind).tables
        self._writing = self._writer.submit(self._transform_and_write, kind, tables)

    def _transform_and_write(self, kind: Kind, tables: list[pa.Table]) -> None:
        chunk = pa.concat_tables(tables)
        tables.clear()
        # A connection serves one thread; its cursor is a second one to the same database.
        with self.connection.cursor() as connection:
            result = transform(connection, kind, chunk)
            self._write_keys(connection, kind, result.keys)
        for row, reason in result.refused:
            text = chunk["message"][row].as_py().encode()
            rejection = Rejection.of(chunk["ordinal"][row].as_py(), reason, text)
            self.rejected.add(self.files[chunk["file"][row].as_py()], [rejection])
        counts = np.bincount(whole(result.keys["file"]), minlength=len(self.files))
        for number in np.flatnonzero(counts):
            self.files[number].accepted += int(counts[number])
        for each in result.slices:
            self.parts.append(self._write(each))

    def _write(self, part: Slice) -> Part:
        size = text_bytes(part.table["message"])
        name = self.new_name(part.place.kind, part.place.day)
        write_table(part.table, part.place.kind.log_group, self.folder / name, size)
        moments = whole(part.table["timestamp"])
        accounts = accounts_of(part.table, part.place.kind.source)
        extent = Extent(part.table.num_rows, int(moments[0]), int(moments[-1]), size, part.commas, accounts)
        return describe(self.folder, name, part.place, extent)

    def new_name(self, kind: Kind, day: int) -> str:
        """A name for a part that no other has, relative to the archive; its folder exists."""
        self._count += 1
        folder = f"events/{group_folder(kind.log_group)}/{day_text(day)}"
        make_folder(self.folder / folder)
        return f"{folder}/{kind.source.name}-{self.load}-{self._count}.parquet"

    def keys_of(self, log_group: str, source: str) -> list[str]:
        """The files with the keys of these events."""
        return [path.name for path in sorted(self.staging.glob(f"{_keys_name(log_group, source)}-*.parquet"))]

    def _write_keys(self, connection: Connection, kind: Kind, keys: pa.Table) -> None:
        self._count += 1
        path = self.staging / f"{_keys_name(kind.log_group, kind.source.name)}-{self._count}.parquet"
        connection.register("keys", keys)
        connection.execute(f"COPY (FROM keys) TO {literal(str(path))} (FORMAT parquet)")

    def _table(self, file: OpenFile, kind: Kind, batch: Batch) -> pa.Table:
        """The batch as rows of a chunk; what is not UTF-8 is mended and its bytes are kept."""
        count = len(batch.messages)
        messages, mended = as_text(batch.messages)
        if mended:
            ordinals = batch.ordinals.to_pylist()
            exact = [Rejection.of(ordinals[row], MENDED, batch.messages[row].as_py()) for row in mended]
            self.rejected.add(file, exact, loaded=True)
            file.mended += len(mended)
        delivered = batch.timestamps
        if delivered is None and file.years is not None:
            delivered = file.years.times(self.connection, kind.source, messages)
        numbers = batch.ordinals.cast(pa.string())
        event_ids = pc.binary_join_element_wise(one(file.digest[:16]), numbers, one("-"))
        nothing = pa.nulls(count, pa.int64())
        return pa.table(
            [
                integers(np.full(count, file.number)),
                batch.ordinals,
                nothing if delivered is None else delivered,
                nothing if batch.ingestion_times is None else batch.ingestion_times,
                same(file.stream, count) if batch.streams is None else batch.streams.fill_null(one(file.stream)),
                event_ids,
                messages,
            ],
            schema=CHUNK,
        )


def _keys_name(log_group: str, source: str) -> str:
    return f"keys-{hashlib.sha256(log_group.encode()).hexdigest()[:12]}-{source}"
