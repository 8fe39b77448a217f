"""The bytes of a file before it was compressed: what CloudTrail hashes. Never more than a limit."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING

from siemlib.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

GZIP = b"\x1f\x8b"
_WINDOW = 31
PIECE = 1 << 20
LAYERS = 2
"""People compress again what is compressed."""
MOST_LOG_BYTES = 4 << 30
"""Of one decompressed log file. CloudTrail itself ends a file at about 50 MB."""
MOST_RATIO = 200
"""A log grows 5 to 50 times when it is decompressed, a bomb about 1,000 times."""
_RATIO_FROM = 64 << 20


class InflateError(InputError):
    """A file that cannot be decompressed, or only to more than the limit."""


def inflated(file: BinaryIO, most: int) -> Iterator[bytes]:
    """The decompressed content, in pieces. Raises InflateError for damaged gzip and beyond ``most`` bytes."""
    taken = [0]
    flow = _bounded(_raw(file, taken), most, taken)
    for _ in range(LAYERS):
        first = next(flow, b"")
        whole = _again(first, flow)
        if not first.startswith(GZIP):
            yield from whole
            return
        flow = _bounded(_gunzip(whole), most, taken)
    yield from flow


def content(path: Path, most: int) -> bytes:
    """All of a file, decompressed. Raises InflateError, and OSError where it cannot be read."""
    with path.open("rb") as file:
        return b"".join(inflated(file, most))


def digests(path: Path, most: int = MOST_LOG_BYTES) -> tuple[str, str]:
    """The SHA-256 of the bytes on disk, and of the decompressed content, in hex. Raises as :func:`content` does."""
    raw, found = hashlib.sha256(), hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            raw.update(piece)
        file.seek(0)
        for piece in inflated(file, most):
            found.update(piece)
    return raw.hexdigest(), found.hexdigest()


def head(path: Path, most: int = 1 << 16) -> bytes:
    """The beginning of a file, decompressed as far as it can be; nothing where it cannot be read."""
    found = b""
    try:
        with path.open("rb") as file:
            for piece in inflated(file, 1 << 40):
                found += piece
                if len(found) >= most:
                    break
    except (OSError, InflateError):
        pass
    return found[:most]


def _raw(file: BinaryIO, taken: list[int]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        taken[0] += len(piece)
        yield piece


def _again(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _bounded(flow: Iterator[bytes], most: int, taken: list[int]) -> Iterator[bytes]:
    given = 0
    for piece in flow:
        given += len(piece)
        if given > most:
            raise InflateError(f"holds more than {most:,} bytes")
        if given > _RATIO_FROM and given > MOST_RATIO * taken[0]:
            raise InflateError(f"decompresses to more than {MOST_RATIO} times its size, as a gzip bomb does")
        yield piece


def _gunzip(flow: Iterator[bytes]) -> Iterator[bytes]:
    """Every member of a gzip file, never more than a piece at a time."""
    decoder = zlib.decompressobj(_WINDOW)
    begun = False
    for piece in flow:
        data = piece
        while data:
            if not begun and not (data := data.lstrip(b"\0")):
                break  # members may be padded with zeros
            try:
                out = decoder.decompress(data, PIECE)
            except zlib.error:
                raise InflateError("the gzip data is damaged") from None
            begun = True
            if out:
                yield out
            data = decoder.unconsumed_tail
            if decoder.eof:
                data, decoder, begun = decoder.unused_data, zlib.decompressobj(_WINDOW), False
    if begun:
        yield from _rest(decoder)


def _rest(decoder: zlib._Decompress) -> Iterator[bytes]:
    """What the decoder still holds when there is no more to read; a member that is not over is cut off."""
    try:
        while out := decoder.decompress(decoder.unconsumed_tail, PIECE):
            yield out
    except zlib.error:
        raise InflateError("the gzip data is damaged") from None
    if not decoder.eof:
        raise InflateError("the gzip data ends early")
