"""Whether the record of one exhibit agrees with its data files: digests, rows, columns, CSV against Parquet."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from siemlib.errors import EvidenceError
from siemlib.evidence.documents import open_regular, read_document
from siemlib.evidence.exhibit_csv import compare, text_columns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.evidence.documents import Document
    from siemlib.evidence.sums import Sums

_KINDS = ("table", "chart")
_MOST_FIGURE = 256 << 20
_MOST_FOOTER = 64 << 20
_MOST_TIMES, _SPARE = 16, 16 << 20
"""A number of eight bytes may be shown as a digit and a comma; that, twice over, and what fills no memory anyway."""
_MEMBERS = {"csv": "csv_sha256", "parquet": "parquet_sha256", "figure.json": "figure_sha256"}
"""Which member of the record tells the digest of the file that ends so."""


def check_exhibit(data: Path, exhibit: Document, sums: Sums) -> Iterator[str]:
    """What does not agree, as sentences. Raises EvidenceError for a record that lacks what every exhibit has."""
    code, name = exhibit.text("id"), exhibit.text("name")
    stem = f"exhibits/{code}-{name}"
    if exhibit.name != f"{stem}.json":
        yield f"{exhibit.name} calls itself {code}-{name}"
        return
    sound = True
    for kind in ("csv", "parquet"):
        for sentence in _digest(data, exhibit, sums, f"{stem}.{kind}"):
            sound = False
            yield sentence
    yield from _figure(data, exhibit, sums, stem)
    if sound:
        yield from _table(data, exhibit, stem)


def _digest(data: Path, exhibit: Document, sums: Sums, name: str) -> Iterator[str]:
    try:
        found = sums.of(data / name)
    except OSError as error:
        yield f"{name} cannot be read: {error.strerror}"
        return
    if found != exhibit.text(_MEMBERS[name.partition(".")[2]]):
        yield f"{name} is not the file that the record of the exhibit names: its digest is another"


def _figure(data: Path, exhibit: Document, sums: Sums, stem: str) -> Iterator[str]:
    name, kind = f"{stem}.figure.json", exhibit.text("kind")
    there = (data / name).exists() or (data / name).is_symlink()
    if kind not in _KINDS or there != (kind == "chart"):
        yield f"{name} is {'' if there else 'not '}there, but the exhibit is a {kind}"
        return
    if not there:
        return
    yield from _digest(data, exhibit, sums, name)
    figure = read_document(data / name, name, _MOST_FIGURE)
    figure.parts("data"), figure.part("layout")


def _unpacks_too_large(metadata: pq.FileMetaData, size: int) -> bool:
    """Whether the columns are said to be far larger than a CSV of that size can show: pages are unpacked whole.

    A footer made by hand can say less than the header of a page does, which pyarrow believes: it has no limit of its
    own. A page is at most 2 GiB (its size has 31 bits), and one of each column is in memory at once: a file of 17 kB
    with four texts of 128 MiB took 1.3 GB. Nothing of it is shown: whoever checks much from strangers limits the memory
    of the process.
    """
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    held = sum(group.column(place).total_uncompressed_size for group in groups for place in range(group.num_columns))
    return bool(held > _MOST_TIMES * size + _SPARE)


def _table(data: Path, exhibit: Document, stem: str) -> Iterator[str]:
    rows, names = exhibit.number("rows"), [column.text("name") for column in exhibit.parts("columns")]
    try:
        with open_regular(data / f"{stem}.parquet") as file, open_regular(data / f"{stem}.csv") as table:
            plain = pq.ParquetFile(file, thrift_string_size_limit=_MOST_FOOTER)
            held = plain.schema_arrow
            exact = pq.ParquetFile(
                file,
                metadata=plain.metadata,
                read_dictionary=text_columns(held),
                thrift_string_size_limit=_MOST_FOOTER,
            )
            if exact.metadata.num_rows != rows:
                yield f"{stem}.parquet holds {exact.metadata.num_rows:,} rows; its record tells of {rows:,}"
            elif held.names != names:
                yield f"{stem}.parquet has other columns than its record tells of"
            elif _unpacks_too_large(exact.metadata, size := os.fstat(table.fileno()).st_size):
                yield f"{stem}.parquet unpacks to more than the {size:,} bytes of {stem}.csv can show, and is not read"
            elif how := compare(exact, table, size):
                yield f"{stem}.csv {how}: it does not show what the Parquet file beside it holds"
    except OSError as error:
        yield f"{stem}.parquet cannot be read: {error.strerror or error}"
    except (pa.ArrowException, MemoryError, OverflowError, ValueError) as error:
        yield f"{stem}.parquet cannot be read: {str(error).partition(chr(10))[0]}"
    except EvidenceError as error:
        yield f"{stem}.parquet: {error.message}"
