"""The data of an exhibit as columns that facts are counted in, read once and held as numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from siemlib.investigate.words import plain
from siemlib.report.trace.tokens import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

_NAMES = frozenset(["level", "port", "rule", "number", "year", "status"])
"""Words of columns whose numbers are names."""
INTERVAL = "interval"
"""The column of how long what lies between two times of a row is."""
_AXES = frozenset(["x", "y", "z", "values"])
_SPANS = (("earliest", "latest"), ("from", "to"), ("first", "last"))
_SAID: dict[str, tuple[str, ...]] = {
    "from": ("bins", "periods", "hours", "days"),
    "peer": ("addresses",),
    "sender": ("addresses",),
    "receiver": ("addresses",),
    "successes": ("logins",),
}
"""What readings call a column beside its own name."""


class Sort(StrEnum):
    """What a column holds."""

    AMOUNT = "amount"
    NUMBER = "number"
    """That is a name: of a port, a rule, a level. Their sum says nothing."""
    TIME = "time"
    """Seconds since 1970, UTC."""
    TEXT = "text"


@dataclass(frozen=True, eq=False)
class Column:
    """One column: of text, ``codes`` into ``texts`` (-1 where missing); of others ``values`` (NaN where missing)."""

    name: str
    sort: Sort
    values: NDArray[np.float64]
    codes: NDArray[np.int32]
    texts: list[str] = field(default_factory=list)

    @property
    def drawn(self) -> bool:
        """Whether it is an axis of a figure, of which a sentence never says the name."""
        return self.name in _AXES

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of its name, and those that sentences have for them."""
        own = [word for word, _ in words_of(self.name)]
        return (*own, *(other for word in own for other in _SAID.get(word, ())))

    @cached_property
    def names(self) -> list[str]:
        """Its texts as a sentence would write them."""
        return [plain(text) for text in self.texts]

    @cached_property
    def all_text(self) -> str:
        """All of its texts, to see fast whether one of them holds something."""
        return "\n".join(chain(self.texts, (name for name in self.names if name.endswith("\N{HORIZONTAL ELLIPSIS}"))))

    def distinct(self, mask: Mask | None) -> int:
        """How many different values it has in some rows, missing ones not counted."""
        if self.sort is Sort.TEXT:
            codes = self.codes if mask is None else self.codes[mask]
            return int(np.count_nonzero(np.bincount(codes[codes >= 0], minlength=1))) if len(codes) else 0
        values = self.values if mask is None else self.values[mask]
        return len(np.unique(values[~np.isnan(values)]))


@dataclass(frozen=True, eq=False)
class Table:
    """The rows of an exhibit, or of a run. ``name`` is what a derivation calls it: ``E06`` or ``R03``."""

    name: str
    rows: int
    columns: tuple[Column, ...]
    drawn: bool = False
    """Whether its rows are the marks of a figure."""

    def says(self, text: str) -> bool:
        """Whether a cell holds a text."""
        return any(text in column.all_text for column in self.columns if column.sort is Sort.TEXT)


def columns_of(path: Path) -> list[str]:
    """The names of the columns of a Parquet file, in order."""
    return [str(name) for name in pq.read_schema(path).names]


def rows_of(path: Path) -> int:
    """How many rows a Parquet file says that it has."""
    return int(pq.read_metadata(path).num_rows)


def read_table(name: str, path: Path) -> Table:
    """The table of a Parquet file."""
    return table_of(name, pq.read_table(path))


def table_of(name: str, table: pa.Table) -> Table:
    """The table of an Arrow table."""
    columns = [_column(str(title), table.column(place)) for place, title in enumerate(table.column_names)]
    found = [column for column in columns if column]
    return Table(name, table.num_rows, (*found, *_lengths(found)))


def _lengths(columns: list[Column]) -> Iterator[Column]:
    """How long what lies between two times is, in seconds; of a table with the first and the last of something."""
    times = {column.name: column.values for column in columns if column.sort is Sort.TIME}
    for first, last in _SPANS:
        if first in times and last in times:
            width = np.round(times[last] - times[first], 3)
            yield Column(INTERVAL, Sort.NUMBER, width, np.empty(0, dtype=np.int32))
            return


def _column(name: str, data: pa.ChunkedArray) -> Column | None:
    kind, none = data.type, np.empty(0, dtype=np.int32)
    if pa.types.is_boolean(kind):
        data, kind = pc.if_else(data, "yes", "no"), pa.string()
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        sort = Sort.NUMBER if set(name.lower().split()) & _NAMES else Sort.AMOUNT
        return Column(name, sort, _floats(data.cast(pa.float64())), none)
    if pa.types.is_timestamp(kind):
        return Column(name, Sort.TIME, _floats(data.cast(pa.timestamp("ms")).cast(pa.int64())) / 1000, none)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        encoded: Any = data.combine_chunks().dictionary_encode()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
        return Column(name, Sort.TEXT, np.empty(0), codes, encoded.dictionary.to_pylist())
    return None


def _floats(data: pa.ChunkedArray) -> NDArray[np.float64]:
    values: NDArray[np.float64] = data.to_numpy().astype(np.float64)
    return values
