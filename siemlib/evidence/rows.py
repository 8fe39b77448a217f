"""The rows of a run, kept beside its record: ``gunzip -c`` of the file gives the bytes that the run's digest is of.

The form is that of :mod:`siemlib.evidence.digest`, packed by gzip (RFC 1952) without a name and without a time, so that
the same rows always give the same file.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.errors import EvidenceError
from siemlib.evidence.digest import canonical_row
from siemlib.evidence.documents import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

SUFFIX = ".rows.jsonl.gz"
"""Ends the name of a file of rows; a run's id comes before it."""
_LEVEL = 6
_BLOCK = 1 << 20
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class KeptRows:
    """What a file of rows holds once it is unpacked."""

    rows: int
    bytes: int
    sha256: str


def write_rows(path: Path, rows: Iterable[Mapping[str, str]]) -> KeptRows:
    """Write rows as they come, a block at a time, and tell what was written."""
    digest, count, size = hashlib.sha256(), 0, 0
    with path.open("wb") as file, gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as packed:
        for block, lines in _blocks(rows):
            digest.update(block)
            packed.write(block)
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


def unpacked(path: Path, most: int) -> Iterator[bytes]:
    """The bytes of a gzip file, a block at a time, of which there may be ``most``.

    Raises EvidenceError for more than that, for what is no gzip file of one member, and for one that is cut off.
    """
    machine, given = zlib.decompressobj(_GZIP), 0
    try:
        with open_regular(path) as file:
            while not machine.eof:
                packed = machine.unconsumed_tail or file.read(_BLOCK)
                block = machine.decompress(packed, _BLOCK)
                if not packed and not block and not machine.eof:
                    raise EvidenceError("the file is cut off")
                given += len(block)
                if given > most:
                    raise EvidenceError(f"the file unpacks to more than the {most:,} bytes that its record tells")
                if block:
                    yield block
            if machine.unused_data or file.read(1):
                raise EvidenceError("something follows the rows in the file")
    except zlib.error:
        raise EvidenceError("the file is not one that gzip can unpack") from None


def look_at(path: Path, most: int) -> KeptRows:
    """What a file of rows holds. Raises as :func:`unpacked`; OSError where it cannot be read."""
    digest, count, size, last = hashlib.sha256(), 0, 0, b"\n"
    for block in unpacked(path, most):
        digest.update(block)
        count, size, last = count + block.count(b"\n"), size + len(block), block[-1:]
    if last != b"\n":
        raise EvidenceError("its last row is cut off")
    return KeptRows(count, size, digest.hexdigest())
