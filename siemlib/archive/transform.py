"""From messages to events: the time, the shape and the stored fields of each, in one look at its text."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from siemlib.archive import stored, times
from siemlib.archive.columns import flags, integers, whole
from siemlib.archive.duplicates import STREAM
from siemlib.archive.halves import with_times
from siemlib.archive.parts import Place
from siemlib.database.leaves import MOST_LEAVES
from siemlib.model.event import Shape
from siemlib.sources.source import FlowTime, JsonTime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.archive.kind import Kind
    from siemlib.database.connection import Connection
    from siemlib.sources.source import LogSource

DAY = 86_400_000
"""Milliseconds."""
CHUNK = pa.schema(
    [
        ("file", pa.int64()),
        ("ordinal", pa.int64()),
        ("delivered", pa.int64()),  # the time that the delivery gives, epoch milliseconds, or null
        ("ingestion_time", pa.int64()),
        ("log_stream", pa.string()),
        ("event_id", pa.string()),
        ("message", pa.string()),
    ]
)
"""What is collected before it is transformed."""
_SHAPES = tuple(Shape)
"""By number in the column ``shape``: texts of Arrow become NumPy's slowly."""
_BATCH_ROWS = 8192
"""DuckDB hands one batch to one thread."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Events of one shape and day, sorted by time: what one Parquet file will hold."""

    place: Place
    table: pa.Table
    commas: int
    """Of the message with the most."""


@dataclass(frozen=True, slots=True)
class Transformed:
    """Events in slices, their keys for the search of duplicates, and the rows that are no events."""

    slices: list[Slice]
    keys: pa.Table
    """``day``, ``key`` (hash of what makes two events the same), ``file``, ``ordinal``, ``event_id``."""
    refused: list[tuple[int, str]]
    """Rows of the chunk, and why."""


def transform(connection: Connection, kind: Kind, chunk: pa.Table) -> Transformed:
    """Turn a chunk (of the columns :data:`CHUNK`, and ``log`` where it tells its log groups itself) into events."""
    if kind.source.shape is Shape.JSON:
        chunk = with_times(chunk, partial(_moments, connection, kind))
    chunk = pa.Table.from_batches(chunk.to_batches(max_chunksize=_BATCH_ROWS), schema=chunk.schema)
    connection.register("chunk", chunk)
    try:
        with ThreadPoolExecutor(1) as beside:
            # Leaves have commas between them, so that few messages can have more than are discovered.
            counting = beside.submit(_commas, chunk["message"])
            found = connection.sql(_sql(kind, cut=False)).to_arrow_table()
            commas = counting.result()
        if kind.source.shape is Shape.JSON and commas.max(initial=0) >= MOST_LEAVES:
            found = connection.sql(_sql(kind, cut=True)).to_arrow_table()
    finally:
        connection.unregister("chunk")
    millis = whole(found["moment"])
    good = millis >= 0  # -1 stands for no time; no event is before 1970
    refused = [(int(row), _reason(kind, found, int(row))) for row in np.flatnonzero(~good)]
    columns = {
        "timestamp": found["moment"],
        "ingestion_time": chunk["ingestion_time"],
        "log_stream": chunk["log_stream"],
        "message": chunk["message"],
        "event_id": chunk["event_id"],
    }
    if "log" in chunk.column_names:
        columns["log"] = chunk["log"]
    if "fields" in found.column_names:
        columns["fields"] = found["fields"]
    days = millis // DAY
    keys = pa.table({"day": integers(days), "key": found["key"], "file": chunk["file"]})
    keys = keys.append_column("ordinal", chunk["ordinal"]).append_column("event_id", chunk["event_id"])
    if refused:
        keys = keys.filter(flags(good))
    shapes = whole(found["shape"])
    return Transformed(list(_slices(kind, pa.table(columns), days, shapes, good, commas)), keys, refused)


def _moments(connection: Connection, kind: Kind, chunk: pa.Table) -> pa.ChunkedArray:
    """The time of each message; -1 where there is none."""
    connection.register("chunk", chunk)
    try:
        return connection.sql(_sql(kind, cut=False)).to_arrow_table()["moment"]
    finally:
        connection.unregister("chunk")


def _commas(messages: pa.ChunkedArray) -> np.ndarray:
    """How many commas each message has."""
    return whole(pc.count_substring(messages, ",").cast(pa.int64()))


def _slices(  # noqa: PLR0913, PLR0917 - what is known of each row
    kind: Kind, table: pa.Table, days: np.ndarray, shapes: np.ndarray, good: np.ndarray, commas: np.ndarray
) -> Iterator[Slice]:
    records = tuple(each.record for each in _stored(kind))
    for number, shape in enumerate(_SHAPES):
        of_shape = good & (shapes == number)
        typed = bool(records) and shape is kind.source.shape
        wanted = table if typed or "fields" not in table.column_names else table.drop_columns("fields")
        for day in np.unique(days[of_shape]):
            rows = of_shape & (days == day)
            part = wanted if rows.all() else wanted.filter(flags(rows))
            place = Place(kind, shape, int(day), records if typed else ())
            yield Slice(place, _sorted(part), int(commas[rows].max()))


def _sorted(table: pa.Table) -> pa.Table:
    """By time; events of the same time stay as they came. Most files are in order already, and then nothing moves."""
    moments = whole(table["timestamp"])
    if np.all(moments[1:] >= moments[:-1]):
        return table
    return table.take(integers(np.argsort(moments, kind="stable")))


def _reason(kind: Kind, found: pa.Table, row: int) -> str:
    stranger = _SHAPES[found["shape"][row].as_py()] is not kind.source.shape
    if stranger and kind.source.shape is not Shape.TEXT:
        return "not valid JSON" if kind.source.shape is Shape.JSON else "not a flow record of the file's layout"
    if isinstance(kind.source.time, FlowTime) and all(field.name != "startTime" for field in kind.fields):
        return "no event time: the file's layout has no start"
    return "no event time"


def _stored(kind: Kind, *, cut: bool = False) -> tuple[stored.Stored, ...]:
    if not kind.fields:
        return ()
    if kind.source.shape is Shape.JSON:
        return stored.json_fields(kind.fields, _paths(kind), cut=cut)
    return stored.flow_fields(kind.fields) if kind.source.shape is Shape.FLOW else ()


def _paths(kind: Kind) -> list[tuple[str, ...]]:
    """The JSON paths that are taken from each message."""
    time = kind.source.time.paths if isinstance(kind.source.time, JsonTime) else ()
    unique = [kind.source.unique_id] if kind.source.unique_id else []
    return list(dict.fromkeys([*(field.path for field in kind.fields), *time, *unique]))


def _sql(kind: Kind, *, cut: bool) -> str:
    """What is found out about each row: moment, shape, fields, key. One SELECT for each step, none twice.

    ``cut`` if a message may have more leaves than are discovered: the time and the key are still taken from the whole.
    """
    match kind.source.shape:
        case Shape.JSON:
            parts, own = f"CASE WHEN is_json THEN {stored.json_parts(_paths(kind))} END", "is_json"
        case Shape.FLOW:
            parts, own = stored.flow_parts(), f"NOT is_json AND {stored.flow_is_valid(kind.fields)}"
        case Shape.TEXT:
            parts, own = "NULL", "NOT is_json"
    json, text = _SHAPES.index(Shape.JSON), _SHAPES.index(Shape.TEXT)
    cut = cut and kind.source.shape is Shape.JSON
    fields = _stored(kind, cut=cut)
    kept = f", {stored.cut_parts(_paths(kind))}" if cut else ""
    struct = f", CASE WHEN own THEN {stored.struct(fields)} END AS fields" if fields else ""
    return f"""
      WITH looked AS (SELECT *, {stored.is_json()} AS is_json FROM chunk),
      taken AS (SELECT *, {parts} AS parts FROM looked),
      known AS (SELECT *, {own} AS own{kept} FROM taken),
      timed AS (SELECT *, coalesce(delivered, CASE WHEN {_may_time(kind)} THEN {_time(kind)} END) AS t FROM known)
      SELECT coalesce({times.possible("t")}, -1) AS moment,
        CASE WHEN own THEN {_SHAPES.index(kind.source.shape)} WHEN is_json THEN {json} ELSE {text} END::BIGINT AS shape,
        {_key(kind)} AS key{struct}
      FROM timed"""  # noqa: S608 - made of our own expressions; names and patterns are quoted by the writer


def _may_time(kind: Kind) -> str:
    """A line of JSON among lines of text keeps its time if the pattern finds one; other strangers have none."""
    return "TRUE" if kind.source.shape is Shape.TEXT else "own"


def _time(kind: Kind) -> str:
    match kind.source.time:
        case JsonTime(paths=paths):
            taken = _paths(kind)
            return times.json_time([stored.json_part(taken, path) for path in paths])
        case FlowTime():
            names = [field.name for field in kind.fields]
            return times.seconds_time(f"parts[{names.index('startTime') + 1}]") if "startTime" in names else "NULL"
        case tuple() as text_times:
            # Times without a year came with the chunk (see years); what has none by now had no such day in its year.
            return times.text_time("message", [time for time in text_times if not times.lacks_year(time)])


def _key(kind: Kind) -> str:
    """A number that equal events share: of events with an id of their own, the message; else time and stream too."""
    usual = f"hash(message, t, {STREAM})"
    if kind.source.unique_id is None:
        return usual
    unique = stored.json_part(_paths(kind), kind.source.unique_id)
    return f"CASE WHEN own AND {unique} IS NOT NULL THEN hash(message) ELSE {usual} END"


def in_batches(table: pa.Table) -> pa.Table:
    """The same rows in pieces, so that all of DuckDB's threads get some."""
    return pa.Table.from_batches(table.to_batches(max_chunksize=_BATCH_ROWS), schema=table.schema)


def times_of(connection: Connection, source: LogSource, messages: pa.Array, years: pa.Array | None) -> pa.Array:
    """Event times (int64, null where there is none) of a source of text; ``years`` for those that do not name theirs.

    Without ``years`` all are of one leap year: good for the months, not for the year.
    """
    if not isinstance(source.time, tuple):
        return pa.nulls(len(messages), pa.int64())
    columns = {"message": messages} if years is None else {"message": messages, "year": years}
    connection.register("lines", pa.table(columns))
    try:
        text = times.text_time("message", source.time, None if years is None else "year")
        sql = f"SELECT {times.possible('t')} AS moment FROM (SELECT {text} AS t FROM lines)"  # noqa: S608 - as above
        return connection.sql(sql).to_arrow_table()["moment"].combine_chunks()
    finally:
        connection.unregister("lines")


def has_year_problem(source: LogSource) -> bool:
    """Whether times of this source may lack the year."""
    return isinstance(source.time, tuple) and any(times.lacks_year(time) for time in source.time)


def as_text(messages: pa.Array) -> tuple[pa.Array, list[int]]:
    """Messages as text, and the rows in which U+FFFD had to stand for bytes that are not UTF-8."""
    try:
        return messages.cast(pa.string()), []
    except pa.ArrowInvalid:
        pass
    texts: list[str] = []
    mended: list[int] = []
    for row, message in enumerate(messages.to_pylist()):
        try:
            texts.append(message.decode())
        except UnicodeDecodeError:
            texts.append(message.decode("utf-8", "replace"))
            mended.append(row)
    return pa.array(texts, type=pa.string()), mended


def text_bytes(messages: pa.ChunkedArray) -> int:
    """UTF-8 bytes of all messages."""
    return int(pc.sum(pc.binary_length(messages)).as_py() or 0)
