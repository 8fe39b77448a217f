"""Writing parts: Parquet files of sorted events, whole on disk before anybody hears of them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pyarrow.compute as pc
import pyarrow.parquet as pq

from siemlib.archive.columns import same
from siemlib.archive.record import PartRecord, settle
from siemlib.ql.sql.writer import literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

    from siemlib.archive.kind import Kind
    from siemlib.archive.record import FieldRecord
    from siemlib.database.connection import Connection
    from siemlib.model.event import Shape
    from siemlib.sources.source import LogSource

_EPOCH = date(1970, 1, 1)
_ACCOUNT = re.compile(r"[0-9]{12}")
_MOST_ACCOUNTS = 20
_ROW_GROUP_BYTES = 16 << 20
_ROW_GROUP_ROWS = (2048, 122_880)
"""One thread reads a row group, so that a group of long messages has fewer rows than DuckDB's usual 122,880."""
COLUMNS = "timestamp, ingestion_time, log_group, log_stream, message, event_id"


@dataclass(frozen=True, slots=True)
class Place:
    """What all events of a part have in common. ``day`` counts from 1970-01-01."""

    kind: Kind
    shape: Shape
    day: int
    fields: tuple[FieldRecord, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """Events, first and last time in epoch milliseconds, UTF-8 bytes of the messages, and accounts of a part.

    ``commas`` is at least the number of the message with the most.
    """

    events: int
    first: int
    last: int
    bytes: int
    commas: int
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A written part."""

    place: Place
    record: PartRecord


def write_table(table: pa.Table, log_group: str, path: Path, size: int) -> None:
    """Write sorted events (without ``log_group``); ``size`` is the bytes of their text.

    pyarrow takes half of the processor time that DuckDB takes for the same rows. Zstandard at its quickest: on
    CloudTrail smaller than Snappy by half, and smaller and quicker than its own default level. Only what repeats is
    worth a dictionary.
    """
    table = table.add_column(2, "log_group", same(log_group, table.num_rows))
    fields = table.schema.field("fields").type if "fields" in table.column_names else ()
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=1,
        row_group_size=_row_group(table.num_rows, size),
        use_dictionary=["log_group", "log_stream", *(f"fields.{field.name}" for field in fields)],
        write_statistics=["timestamp"],
    )
    settle(path)
    settle(path.parent)


def accounts_of(table: pa.Table, source: LogSource) -> tuple[str, ...]:
    """The accounts that the stored fields of these events name; a few of them where there are very many."""
    if source.account is None or "fields" not in table.column_names:
        return ()
    position = table.schema.field("fields").type.get_field_index(source.account)
    if position < 0:
        return ()
    values = pc.unique(pc.struct_field(table["fields"], source.account)).to_pylist()
    return first_accounts(value for value in values if isinstance(value, str) and _ACCOUNT.fullmatch(value))


def first_accounts(accounts: Iterable[str]) -> tuple[str, ...]:
    """Accounts, each once, sorted; no more than a record should hold."""
    return tuple(sorted(set(accounts))[:_MOST_ACCOUNTS])


def write_relation(connection: Connection, relation: str, place: Place, path: Path, extent: Extent) -> None:
    """Write the rows of ``relation`` in their order; as :func:`write_table`, but never held in memory."""
    fields = ", fields" if place.fields else ""
    rows = f"SELECT {COLUMNS}{fields} FROM {relation}"  # noqa: S608 - names of our own
    group = _row_group(extent.events, extent.bytes)
    options = f"FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {group}"
    connection.execute(f"COPY ({rows}) TO {literal(str(path))} ({options})")
    settle(path)
    settle(path.parent)


def describe(folder: Path, relative: str, place: Place, extent: Extent) -> Part:
    """The written part at ``relative`` in the archive's ``folder``."""
    path = folder / relative
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    record = PartRecord(
        path=relative,
        log_group=place.kind.log_group,
        source=place.kind.source.name,
        shape=place.shape,
        day=day_text(place.day),
        fields=place.fields,
        events=extent.events,
        first=extent.first,
        last=extent.last,
        message_bytes=extent.bytes,
        bytes=path.stat().st_size,
        sha256=digest,
        most_commas=extent.commas,
        accounts=extent.accounts,
    )
    return Part(place, record)


def day_text(day: int) -> str:
    """``YYYY-MM-DD`` of a number of days since 1970-01-01."""
    return (_EPOCH + timedelta(days=day)).isoformat()


def _row_group(rows: int, size: int) -> int:
    fewest, most = _ROW_GROUP_ROWS
    return min(most, max(fewest, _ROW_GROUP_BYTES * rows // max(size, 1) // fewest * fewest))
