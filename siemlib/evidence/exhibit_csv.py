"""The CSV of an exhibit, made again from its Parquet file: whoever changed one of the two alone is told.

The Parquet may be anybody's. What it says of itself is not believed: rows are read a batch at a time, texts as they are
kept in its dictionaries, and nothing is made that is longer than the CSV file which it is compared with.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from siemlib.errors import EvidenceError
from siemlib.evidence.spreadsheet import csv_lines, safe_cell
from siemlib.evidence.values import value_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

_ROWS = 16_384
_DAY_MS = 86_400_000
_TO_MILLIS = {"s": (1000, 1), "ms": (1, 1), "us": (1, 1000), "ns": (1, 1_000_000)}
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def compare(exact: pq.ParquetFile, table: BinaryIO, size: int) -> str:
    """How the CSV in ``table``, of ``size`` bytes, differs from the rows of a Parquet file, as the end of a sentence.

    Empty where it does not. Raises EvidenceError for columns that no exhibit has, and pyarrow's errors.
    """
    schema = exact.schema_arrow
    for field in schema:
        if not _is_known(field.type):
            raise EvidenceError(f"the column {field.name!r} is a {field.type}, which no exhibit has")
    header = csv_lines([[safe_cell(_titled(field)) for field in schema]]).encode()
    if table.read(len(header)) != header:
        return "has another header"
    done, left = 0, size - len(header)
    for columns in _batches(exact):
        rows = len(columns[0]) if columns else 0
        # Each cell stands in its line, with a comma or the two characters of a line end behind it.
        if sum(sum(map(len, column)) + rows for column in columns) > left:
            return f"differs within rows {done + 1:,} to {done + rows:,}"
        text = csv_lines(zip(*columns, strict=True)).encode()
        if table.read(len(text)) != text:
            return f"differs within rows {done + 1:,} to {done + rows:,}"
        done, left = done + rows, left - len(text)
    return "has more rows" if table.read(1) else ""


def csv_pieces(path: Path) -> Iterator[bytes]:
    """The CSV of an exhibit, made of its Parquet file, piece by piece."""
    with pq.ParquetFile(path) as plain:
        schema = plain.schema_arrow
    with pq.ParquetFile(path, read_dictionary=text_columns(schema)) as exact:
        yield csv_lines([[safe_cell(_titled(field)) for field in exact.schema_arrow]]).encode()
        for columns in _batches(exact):
            yield csv_lines(zip(*columns, strict=True)).encode()


def text_columns(schema: pa.Schema) -> list[str]:
    """The columns to be read as dictionaries: a text of a million rows is kept, and made safe, once."""
    return [field.name for field in schema if _is_text(field.type)]


def _batches(exact: pq.ParquetFile) -> Iterator[list[list[str]]]:
    """The safe cells of each column, some rows at a time."""
    for batch in exact.iter_batches(_ROWS):
        yield [_cells(column) for column in batch.columns]


def _cells(column: Any) -> list[str]:  # noqa: ANN401 - an array of pyarrow, which has no types
    kind = column.type
    if pa.types.is_dictionary(kind):
        used = column.indices.unique()
        values = column.dictionary.take(used).to_pylist()
        held = {place: safe_cell(value_text(value)) for place, value in zip(used.to_pylist(), values, strict=True)}
        return [held[place] for place in column.indices.to_pylist()]
    if pa.types.is_timestamp(kind):
        more, less = _TO_MILLIS[kind.unit]
        days: dict[int, str] = {}
        values = column.cast(pa.int64()).to_pylist()
        return ["" if value is None else _moment(value * more // less, days) for value in values]
    texts: dict[object, str] = {}
    return [texts.get(value) or texts.setdefault(value, safe_cell(value_text(value))) for value in column.to_pylist()]


def _moment(millis: int, days: dict[int, str]) -> str:
    """As :func:`value_text` writes a time; ``days`` are those that were written before."""
    day, rest = divmod(millis, _DAY_MS)
    if day not in days:
        try:
            days[day] = f"{date.fromordinal(day + _EPOCH_DAY):%Y-%m-%d}"
        except (ValueError, OverflowError):
            raise EvidenceError("it holds a time that is in no calendar") from None
    seconds, part = divmod(rest, 1000)
    return f"{days[day]} {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{part:03d}"


def _titled(field: pa.Field) -> str:
    zoned = pa.types.is_timestamp(field.type) and field.type.tz is not None
    return f"{field.name} (UTC)" if zoned else str(field.name)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_known(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    if pa.types.is_timestamp(kind):
        return kind.tz in (None, "UTC")
    plain = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_null)
    return _is_text(kind) or any(of(kind) for of in plain)
