"""The bytes of one file as they were before anybody compressed them, piece by piece, whatever the file claims to be.

gzip is known by its first two bytes, never by the name: what Firehose writes has no ``.gz``, and people rename files.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from siemlib.settings import ArchiveSettings

PIECE = 4 << 20
"""Bytes read, or decompressed, at a time."""
HEAD = 128 << 10
"""Bytes that recognition looks at."""
_JOINED = 1 << 20
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_RECORDS = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"Records"\s*:\s*\[')
"""How a file of CloudTrail begins."""
_STEPS = (4096, 64, 1)
"""Bytes of damaged gzip that are read at a time; 4 KiB hold at most 4 MiB of text."""
_LAYERS = 2
"""A subscription to Firehose with compression switched on as well delivers gzip in gzip."""


class TooLargeError(InputError):
    """The file decompresses to more than the settings allow; nothing of it may be loaded."""


@dataclass
class Reading:
    """How far one file has been read, and what was wrong with it."""

    path: Path
    size: int
    """Bytes on disk when its digest was taken; no more is read, so that a growing file equals its digest."""
    taken: int = 0
    """Bytes on disk read so far."""
    given: int = 0
    """Bytes given out so far, decompressed."""
    compressed: bool = False
    saved: int = 0
    """When the gzip header says that the original file was last changed, in epoch seconds; 0 when it does not say."""
    content_sha256: str | None = None
    """Of everything decompressed, known at the end of a file that could be read whole, and that may be CloudTrail's."""
    problem: str | None = None
    """Why the file could not be read to its end; what came before is good."""
    missing: str | None = None
    """What the file itself says that it lacks, though it could be read to its end."""


def digest_of(path: Path, progress: Callable[[int], None] | None = None) -> tuple[str, int]:
    """The SHA-256 of the bytes on disk, in hex, and how many they are. ``progress`` is told of each piece's length."""
    found = hashlib.sha256()
    size = 0
    with path.open("rb", buffering=0) as file:
        while piece := file.read(PIECE):
            found.update(piece)
            size += len(piece)
            if progress:
                progress(len(piece))
    return found.hexdigest(), size


def pieces(reading: Reading, limits: ArchiveSettings) -> Iterator[bytes]:
    """The decompressed content of a file, without a byte order mark, in pieces that are never empty.

    A broken or cut gzip ends early and says so in ``reading.problem``. Raises TooLargeError at the first byte above
    the limits.
    """
    flow = _from_disk(reading)
    for _ in range(_LAYERS):
        first = next(flow, b"")
        flow = _again(first, flow)
        if not first.startswith(_GZIP):
            break
        if not reading.compressed:
            reading.saved = int.from_bytes(first[4:8], "little")
        reading.compressed = True
        flow = _joined(_gunzip(flow, reading))
    first = next(flow, b"")
    if _RECORDS.match(first):
        flow = _hashed(first, flow, reading)
    for piece in _again(first.removeprefix(_BYTE_ORDER_MARK), flow):
        if not piece:
            continue
        reading.given += len(piece)
        if reading.compressed:
            _check_size(reading, limits)
        yield piece


def head_of(flow: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first :data:`HEAD` bytes (fewer when there are no more), and the whole flow again."""
    taken: list[bytes] = []
    length = 0
    for piece in flow:
        taken.append(piece)
        length += len(piece)
        if length >= HEAD:
            break
    head = b"".join(taken)
    return head[:HEAD], _again(head, flow)


def _again(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _hashed(first: bytes, rest: Iterator[bytes], reading: Reading) -> Iterator[bytes]:
    """The rest of a file of CloudTrail, whose digest files name the SHA-256 of all of it."""
    found = hashlib.sha256(first)
    for piece in rest:
        found.update(piece)
        yield piece
    if reading.problem is None:
        reading.content_sha256 = found.hexdigest()


def _joined(flow: Iterator[bytes]) -> Iterator[bytes]:
    """Small pieces together: Firehose writes thousands of tiny gzip members, and each piece costs the readers time."""
    parts: list[bytes] = []
    length = 0
    for piece in flow:
        parts.append(piece)
        length += len(piece)
        if length >= _JOINED:
            yield b"".join(parts)
            parts, length = [], 0
    if parts:
        yield b"".join(parts)


def _from_disk(reading: Reading) -> Iterator[bytes]:
    with reading.path.open("rb", buffering=0) as file:
        while reading.taken < reading.size and (piece := file.read(min(PIECE, reading.size - reading.taken))):
            reading.taken += len(piece)
            yield piece


def _check_size(reading: Reading, limits: ArchiveSettings) -> None:
    if reading.given > limits.max_decompressed_bytes:
        raise TooLargeError(
            f"{reading.path}: decompresses to more than {limits.max_decompressed_bytes:,} bytes; nothing is loaded",
            hint="max_decompressed_bytes under [archive] in siem.toml allows more",
        )
    grown = reading.given > limits.max_decompressed_ratio * max(reading.taken, 1)
    if grown and reading.given > limits.ratio_checked_from_bytes:
        raise TooLargeError(
            f"{reading.path}: decompresses to more than {limits.max_decompressed_ratio} times its size, "
            "as a gzip bomb does; nothing of it is loaded",
            hint="max_decompressed_ratio under [archive] in siem.toml allows more",
        )


def _gunzip(flow: Iterator[bytes], reading: Reading) -> Iterator[bytes]:
    """Every member of a gzip file, one after the other, never more than a piece at a time."""
    decoder = zlib.decompressobj(_GZIP_WINDOW)
    between = True  # no byte of the present member was seen yet
    given = 0
    for piece in _again_at_end(flow):
        data = piece
        while data or not (piece or between):
            if between and not (data := data.lstrip(b"\0")):
                break  # members may be padded with zeros
            before = decoder.copy()
            try:
                out = decoder.decompress(data, PIECE)
            except zlib.error as error:
                for rest in _rescued(before, data):
                    between = between and not rest
                    given += len(rest)
                    yield rest
                reading.problem = reading.problem or _damage(error, given, between=between)
                return
            between = False
            given += len(out)
            if out:
                yield out
            data = decoder.unconsumed_tail
            if decoder.eof:
                data = decoder.unused_data
                decoder = zlib.decompressobj(_GZIP_WINDOW)
                between = True
            elif not (out or data):
                break
    if not between:
        reading.problem = reading.problem or f"the gzip data ends early, after {given:,} decompressed bytes"


def _again_at_end(flow: Iterator[bytes]) -> Iterator[bytes]:
    """The flow and then an empty piece: what the decoder still holds comes out without more to read."""
    yield from flow
    yield b""


def _damage(error: zlib.error, given: int, *, between: bool) -> str:
    reason = str(error).rpartition(": ")[2]  # before it is the number of the error
    if between:
        return f"not gzip after {given:,} decompressed bytes ({reason})"
    if reason in {"incorrect data check", "incorrect length check"}:
        return f"the gzip data does not match its checksum, found after {given:,} decompressed bytes ({reason})"
    return f"the gzip data is damaged at or before decompressed byte {given:,} ({reason})"


def _rescued(decoder: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """What comes out of ``data`` before the error in it: zlib keeps to itself what it made in the call that fails.

    So the calls are made smaller around the error, down to one byte in and one byte out.
    """
    for step in _STEPS:
        while data:
            before = decoder.copy()
            try:
                out = decoder.decompress(data[:step])
            except zlib.error:
                decoder = before
                break
            data = data[step:]
            yield out
    byte = data[:1]
    with suppress(zlib.error):
        while out := decoder.decompress(byte, 1):
            yield out
            byte = decoder.unconsumed_tail
