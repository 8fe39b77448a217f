"""The CSV of an exhibit, made again from its Parquet file: whoever changed one of the two alone is told.

The Parquet may be anybody's. What it says of itself is not believed: rows are read a batch at a time, texts as they are
kept in its dictionaries, and nothing is made that is longer than the CSV file which it is compared with.

Each Python knows the characters of one version of Unicode, and those that it does not know are spelled out. A CSV that
was written by another one differs in such characters alone, and agrees all the same.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from array import array
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from siemlib.errors import EvidenceError
from siemlib.evidence.spreadsheet import csv_lines, quoted, safe_cell
from siemlib.evidence.values import value_text
from siemlib.evidence.visible import spelled
from siemlib.model.unseen import unseen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

_FEWEST, _MOST = 1_024, 131_072
"""Rows that are compared at once."""
_AT_ONCE = 8 << 20
"""Bytes of CSV that so many rows should have."""
_THREADS = 2
_BLOCK = 1 << 20
_DAY_MS = 86_400_000
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_FOUR_DIGITS = ((date(1000, 1, 1).toordinal() - _EPOCH_DAY) * 86_400, (date.max.toordinal() - _EPOCH_DAY) * 86_400)
"""Seconds between which a year has four digits, however it is written."""
_EASY = bytes(set(range(0x20, 0x7F)) - set(b'"+,-;=@'))
"""Text of these alone is plain, whatever their order, and stands in no quotes."""
_PLAIN = r"^ *(?:[!-*,./-<>?A-~][ -~]*)?$"
"""Text that :func:`safe_cell` leaves as it is, unless it has :data:`_INNER`."""
_INNER = r""";[ "']*[=+\-@]"""
_ABROAD = re.compile(r"[^\x00-\x7f]")
_LONGER = 3
"""How many times longer a character is, at most, where it is spelled out."""


def compare(exact: pq.ParquetFile, table: BinaryIO, size: int) -> str:
    """How the CSV in ``table``, of ``size`` bytes, differs from the rows of a Parquet file, as the end of a sentence.

    Empty where it does not. Raises EvidenceError for columns that no exhibit has, and pyarrow's errors.
    """
    schema = exact.schema_arrow
    for field in schema:
        if not _is_known(field.type):
            raise EvidenceError(f"the column {field.name!r} is a {field.type}, which no exhibit has")
    if not _differs(exact, _Bytes(table), size):
        return ""
    table.seek(0)
    return _differs(exact, _Settled(table), size * _LONGER)


def csv_pieces(path: Path) -> Iterator[bytes]:
    """The CSV of an exhibit, made of its Parquet file, piece by piece."""
    with pq.ParquetFile(path) as plain:
        schema = plain.schema_arrow
    with pq.ParquetFile(path, read_dictionary=text_columns(schema)) as exact:
        yield csv_lines([[safe_cell(_titled(field)) for field in exact.schema_arrow]]).encode()
        for batch in exact.iter_batches(_FEWEST):
            yield _lines([_Cells.of(column).texts() for column in batch.columns]).to_pybytes()


def _array(texts: Collection[str]) -> Any:  # noqa: ANN401 - arrays of pyarrow, which has no types
    """Texts as an array: ``pa.array`` and ``pa.scalar`` import pandas, which takes longer than all the rest."""
    encoded = [text.encode() for text in texts]
    ends = pa.py_buffer(array("i", accumulate(map(len, encoded), initial=0)))
    return pa.StringArray.from_buffers(len(encoded), ends, pa.py_buffer(b"".join(encoded)))


_EMPTY, _COMMA, _END, _QUOTE, _QUOTED = _array(["", ",", "\r\n", '"', '""'])


def text_columns(schema: pa.Schema) -> list[str]:
    """The columns to be read as dictionaries: a text of a million rows is kept, and made safe, once."""
    return [field.name for field in schema if _is_text(field.type)]


class _Bytes:
    """A CSV, as it is."""

    def __init__(self, table: BinaryIO) -> None:
        self._table = table

    def differs(self, expected: pa.Buffer) -> int | None:
        """The first line, from 0, in which it goes on otherwise; ``None``: it goes on so. Steps over it."""
        return _first_other(expected, self._table.read(expected.size))

    @property
    def ended(self) -> bool:
        """Whether nothing follows."""
        return not self._table.read(1)


class _Settled(_Bytes):
    """A CSV, as every version of Unicode writes it."""

    def __init__(self, table: BinaryIO) -> None:
        super().__init__(table)
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._held = b""

    def differs(self, expected: pa.Buffer) -> int | None:
        settled = _settled(expected.to_pybytes().decode())
        while len(self._held) < len(settled) and (block := self._table.read(_BLOCK)):
            self._held += _settled(self._decode(block))
        found, self._held = self._held[: len(settled)], self._held[len(settled) :]
        return _first_other(pa.py_buffer(settled), found)

    @property
    def ended(self) -> bool:
        return not self._held and super().ended and not self._decode(b"", final=True)


def _first_other(expected: pa.Buffer, found: bytes) -> int | None:
    if expected.equals(pa.py_buffer(found)):  # neither is copied
        return None
    lines, others = expected.to_pybytes().split(b"\r\n"), found.split(b"\r\n")
    differing = (number for number, (one, other) in enumerate(zip(lines, others, strict=False)) if one != other)
    return next(differing, min(len(lines), len(others)) - 1)  # else it is cut off before the end of a line


def _settled(text: str) -> bytes:
    """``text`` with every character spelled out that some version of Unicode does not know yet.

    What is known, and is not to be seen, stays: no CSV has it.
    """
    known = unicodedata.ucd_3_2_0.category  # the oldest that there is

    def shown(found: re.Match[str]) -> str:
        character = found[0]
        hidden = unseen(character) and unicodedata.category(character) != "Cn"
        return character if hidden or known(character) != "Cn" else spelled(character)

    return _ABROAD.sub(shown, text).encode("utf-8", "surrogatepass")


def _differs(exact: pq.ParquetFile, table: _Bytes, size: int) -> str:
    header = pa.py_buffer(csv_lines([[safe_cell(_titled(field)) for field in exact.schema_arrow]]).encode())
    if table.differs(header) is not None:
        return "has another header"
    done, left = 0, size - header.size
    at_once = exact.metadata.num_rows * _AT_ONCE // max(size, 1)
    for batch in exact.iter_batches(min(max(at_once, _FEWEST), _MOST)):
        columns = _cells(batch.columns)
        # Each cell stands in its line, with a comma or the two characters of a line end behind it.
        if sum(column.length + batch.num_rows for column in columns) > left:
            return f"differs within rows {done + 1:,} to {done + batch.num_rows:,}"
        text = _lines([column.texts() for column in columns])
        if (line := table.differs(text)) is not None:
            return f"differs in row {done + line + 1:,}"
        done, left = done + batch.num_rows, left - text.size
    return "" if table.ended else "has more rows"


def _cells(columns: Sequence[Any]) -> list[_Cells]:
    """The cells of each column, of a long table two at a time: pyarrow lets others work meanwhile."""
    if not columns or len(columns[0]) < _FEWEST:
        return [_Cells.of(column) for column in columns]
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(_Cells.of, columns))


def _lines(columns: list[Any]) -> pa.Buffer:
    if not columns or not len(columns[0]):
        return pa.py_buffer(b"")
    if len(columns) == 1:  # an empty line is no row
        columns = [pc.if_else(pc.equal(columns[0], _EMPTY), _QUOTED, columns[0])]
    return _bytes(
        pc.binary_join_element_wise(*columns[:-1], pc.binary_join_element_wise(columns[-1], _EMPTY, _END), _COMMA)
    )


def _bytes(texts: Any) -> pa.Buffer:  # noqa: ANN401 - as above
    """All texts of an array of strings, one behind the other; of one that is missing, nothing. They are not copied."""
    _, offsets, data = texts.buffers()
    if data is None:
        return pa.py_buffer(b"")
    ends = memoryview(offsets).cast("i")
    start, end = ends[texts.offset], ends[texts.offset + len(texts)]
    return data.slice(start, end - start)


class _Cells:
    """The cells of a column: each text once, and where it stands."""

    def __init__(self, texts: Any, places: Any = None) -> None:  # noqa: ANN401 - as above
        self._texts, self._places = texts, places

    @classmethod
    def of(cls, column: Any) -> _Cells:  # noqa: ANN401 - as above
        kind = column.type
        if pa.types.is_dictionary(kind):
            if len(column.dictionary) <= len(column) * 2:
                return cls(_safe(column.dictionary), column.indices)
            used = column.indices.dictionary_encode()
            return cls(_safe(column.dictionary.take(used.dictionary)), used.indices)
        if pa.types.is_integer(kind) or pa.types.is_null(kind):
            return cls(column.cast(pa.string()))
        if pa.types.is_timestamp(kind):
            return cls(_moments(column))
        values = column.to_pylist()
        texts: dict[str, int] = {}
        places = array("i", (texts.setdefault(safe_cell(value_text(value)), len(texts)) for value in values))
        return cls(_array(texts), pa.Array.from_buffers(pa.int32(), len(places), [None, pa.py_buffer(places)]))

    @property
    def length(self) -> int:
        """Bytes of all cells, before they are made."""
        sizes = pc.binary_length(self._texts)
        return pc.sum(sizes if self._places is None else sizes.take(self._places)).as_py() or 0

    def texts(self) -> Any:  # noqa: ANN401 - as above
        """One text for each row, as a CSV has it."""
        return pc.coalesce(self._texts if self._places is None else self._texts.take(self._places), _EMPTY)


def _safe(values: Any) -> Any:  # noqa: ANN401 - an array of pyarrow
    """Texts as cells; most are plain, and are not looked at one by one."""
    cells = values = values.cast(pa.string())
    hard = _bytes(values).to_pybytes().translate(None, _EASY)
    if not hard:
        return cells
    others = pc.invert(pc.match_substring_regex(values, _PLAIN))
    if any(mark in hard for mark in b'",;'):
        others = pc.or_(others, pc.match_substring_regex(values, _INNER))
        marks = pc.binary_join_element_wise(_QUOTE, pc.replace_substring(values, '"', '""'), _QUOTE, _EMPTY)
        cells = pc.if_else(pc.match_substring_regex(values, '[",]'), marks, values)
    if not pc.any(others).as_py():
        return cells
    # A text that is missing is no other one: neither is it taken, nor is anything put in its place.
    safe = [quoted(safe_cell(text)) for text in values.filter(others).to_pylist()]
    return pc.replace_with_mask(cells, others, _array(safe))


def _moments(column: Any) -> Any:  # noqa: ANN401 - as above
    """Times as :func:`value_text` writes them."""
    unit = column.type.unit
    numbers = column.cast(pa.int64())
    least, most = (pc.min_max(numbers)[end].as_py() for end in ("min", "max"))
    low, high = (second * _PER_SECOND[unit] for second in _FOUR_DIGITS)
    if least is None or (low <= least and most < high):
        plain = numbers.cast(pa.timestamp(unit))
        whole = plain if unit in ("s", "ms") else pc.floor_temporal(plain, unit="millisecond")
        return whole.cast(pa.timestamp("ms")).cast(pa.string())
    return _array(["" if each is None else _moment(each * 1000 // _PER_SECOND[unit]) for each in numbers.to_pylist()])


def _moment(millis: int) -> str:
    day, rest = divmod(millis, _DAY_MS)
    try:
        written = f"{date.fromordinal(day + _EPOCH_DAY):%Y-%m-%d}"
    except (ValueError, OverflowError):
        raise EvidenceError("it holds a time that is in no calendar") from None
    seconds, part = divmod(rest, 1000)
    return f"{written} {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{part:03d}"


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
