"""Lookup tables: CSV files that ``lookup`` and ``cidrlookup`` read, as small relations of texts."""

from __future__ import annotations

import csv
import hashlib
import io
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from siemlib.errors import UsageError
from siemlib.ql.networks import is_subnet
from siemlib.ql.plan_tables import HIGH, HIGH6, LOW, LOW6, PREFIX, ROW, LookUp, TableShape, column_name, table_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from siemlib.database.connection import Connection
    from siemlib.ql.plan import Step


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read: every cell a text, an empty one ``None``; rows are as long as the header."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    sha256: str
    """Of the file."""

    @property
    def shape(self) -> TableShape:
        """What the analysis of a query must know."""
        found = [
            name for i, name in enumerate(self.columns) if (cells := self._cells(i)) and all(map(_is_network, cells))
        ]
        return TableShape(self.columns, tuple(found))

    def _cells(self, index: int) -> list[str]:
        return [cell for row in self.rows if (cell := row[index]) is not None]


def read_table(name: str, path: str | Path) -> Table:
    """The CSV file of the table ``name``: UTF-8, with a header.

    Raises UsageError, which names table and file, for what cannot be read or has no header, a name twice in it, or
    rows that are longer than it.
    """
    try:
        data = Path(path).read_bytes()  # once: the digest is of what is read
        text = io.TextIOWrapper(io.BytesIO(data), "utf-8-sig").read()
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"the lookup table '{name}' cannot be read from {path}: {error}") from None
    header, *rows = [line for line in lines if line] or [[]]
    if not header or "" in header or len(set(header)) < len(header):
        raise UsageError(f"the lookup table '{name}' ({path}) needs a header of different names")
    for number, row in enumerate(rows, 2):
        if len(row) > len(header):
            raise UsageError(f"the lookup table '{name}' ({path}): row {number} has more cells than the header")
    cells = (tuple(cell or None for cell in [*row, *[""] * (len(header) - len(row))]) for row in rows)
    return Table(tuple(header), tuple(cells), hashlib.sha256(data).hexdigest())


def register_tables(connection: Connection, tables: Mapping[str, Table], steps: Iterable[Step]) -> None:
    """Give ``connection`` a view of each table that ``steps`` read."""
    for step in steps:
        if isinstance(step, LookUp):
            table = tables[step.table]
            columns: dict[str, Sequence[str | int | None]] = {
                column_name(i): [row[i] for row in table.rows] for i in range(len(table.columns))
            }
            columns[ROW] = list(range(len(table.rows)))
            types = [*((name, pa.string()) for name in columns if name != ROW), (ROW, pa.int64())]
            if step.networks:
                ranges = [_range(row[step.keys[0][0]]) for row in table.rows]
                for number, (name, kind) in enumerate(_NETWORK):
                    columns[name] = [found[number] for found in ranges]
                    types.append((name, kind))
            connection.register(table_name(step), pa.table(columns, schema=pa.schema(types)))


_NETWORK = ((LOW, pa.int64()), (HIGH, pa.int64()), (LOW6, pa.string()), (HIGH6, pa.string()), (PREFIX, pa.int64()))
_Range = tuple[int | None, int | None, str | None, str | None, int | None]


def _range(cell: str | None) -> _Range:
    """First and last address, as ``ql_ipv4`` and ``ql_address6`` write them, and the length of the prefix."""
    if cell is None or not _is_network(cell):
        return None, None, None, None, None
    network = ipaddress.ip_network(cell.strip(), strict=False)
    first, last = int(network.network_address), int(network.broadcast_address)
    if network.version == 4:  # noqa: PLR2004 - the version of IP
        return first, last, None, None, network.prefixlen
    return None, None, f"{first:032x}", f"{last:032x}", network.prefixlen


def _is_network(cell: str) -> bool:
    return is_subnet(cell, None)
