"""The rows of a run, kept beside its record, in the form of :mod:`siemlib.evidence.digest`.

The digest of the file is the ``rows_sha256`` that the record tells, and so ``sha256sum`` alone checks it. Reports of
the first versions kept the same bytes packed by gzip (:data:`PACKED`); this module alone knows of that.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.errors import EvidenceError
from siemlib.evidence.digest import canonical_row
from siemlib.evidence.documents import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

SUFFIX = ".rows.jsonl"
"""Ends the name of a file of rows; a run's id comes before it."""
PACKED = ".rows.jsonl.gz"
"""The same, of earlier reports: packed by gzip (RFC 1952)."""
_BLOCK = 1 << 20
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class KeptRows:
    """What a file of rows holds, unpacked."""

    rows: int
    bytes: int
    sha256: str
    whole: bool = True
    """Whether the last row has its line feed."""


def write_rows(path: Path, rows: Iterable[Mapping[str, str]]) -> KeptRows:
    """Write rows as they come, a block at a time, and tell what was written."""
    digest, count, size = hashlib.sha256(), 0, 0
    with path.open("wb") as file:
        for block, lines in _blocks(rows):
            digest.update(block)
            file.write(block)
            count, size = count + lines, size + len(block)
    return KeptRows(count, size, digest.hexdigest())


def _blocks(rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[bytes, int]]:
    held: list[bytes] = []
    size = 0
    for row in rows:
        held.append(canonical_row(row))
        size += len(held[-1])
        if size >= _BLOCK:
            yield b"".join(held), len(held)
            held, size = [], 0
    if held:
        yield b"".join(held), len(held)


def rows_beside(record: Path) -> Path:
    """Where the rows of the run are that is recorded in the file ``record``."""
    packed = record.with_suffix(PACKED)
    return packed if packed.is_file() else record.with_suffix(SUFFIX)


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a file in a folder that is our own: nothing of it is doubted."""
    with gzip.open(path) if path.name.endswith(PACKED) else path.open("rb") as file:
        for line in file:
            yield json.loads(line.decode("utf-8", "surrogatepass"))


def pieces(path: Path, most: int | None = None) -> Iterator[bytes]:
    """The bytes of the rows in a file that anybody may have written, a block at a time.

    Raises EvidenceError where there are more than ``most``, and OSError where the file cannot be read.
    """
    given = 0
    for block in _unpacked(path) if path.name.endswith(PACKED) else _plain(path):
        given += len(block)
        if most is not None and given > most:
            raise EvidenceError(f"the file holds more than the {most:,} bytes that its record tells")
        yield block


def _plain(path: Path) -> Iterator[bytes]:
    with open_regular(path) as file:
        while block := file.read(_BLOCK):
            yield block


def _unpacked(path: Path) -> Iterator[bytes]:
    """Raises EvidenceError for what is no gzip file of one member, and for one that is cut off."""
    machine = zlib.decompressobj(_GZIP)
    try:
        with open_regular(path) as file:
            while not machine.eof:
                packed = machine.unconsumed_tail or file.read(_BLOCK)
                block = machine.decompress(packed, _BLOCK)
                if not packed and not block and not machine.eof:
                    raise EvidenceError("the file is cut off")
                if block:
                    yield block
            if machine.unused_data or file.read(1):
                raise EvidenceError("something follows the rows in the file")
    except zlib.error:
        raise EvidenceError("the file is not one that gzip can unpack") from None


def count_rows(blocks: Iterable[bytes]) -> KeptRows:
    """What the bytes of rows hold."""
    digest, count, size, last = hashlib.sha256(), 0, 0, b"\n"
    for block in blocks:
        digest.update(block)
        count, size, last = count + block.count(b"\n"), size + len(block), block[-1:]
    return KeptRows(count, size, digest.hexdigest(), last == b"\n")
