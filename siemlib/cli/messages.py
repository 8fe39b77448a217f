"""Messages a line, out of files and the input, gzip or not."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, cast

from siemlib.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    _Flow = io.BufferedReader | gzip.GzipFile

LONGEST = 1 << 20
"""Bytes of a message; CloudWatch takes no longer event, and a file without line ends must not fill the memory."""
_GZIP = b"\x1f\x8b"
_LAYERS = 2
"""A subscription to Firehose with compression switched on as well delivers gzip in gzip."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def messages(files: Sequence[Path]) -> Iterator[str]:
    r"""The lines of the files, without line ends, ``-`` being the input; what is not UTF-8 is shown as ``\ufffd``.

    gzip is known by its first bytes. Raises UsageError for a file that cannot be read, InputError for damaged gzip and
    for a line that is longer than any message.
    """
    for file in files or [Path("-")]:
        name = "the input" if str(file) == "-" else str(file)
        try:
            if str(file) == "-":
                yield from _lines(name, sys.stdin.buffer)
                continue
            with file.open("rb") as opened:
                yield from _lines(name, opened)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            reason = str(error).rpartition(": ")[2]
            raise InputError(f"{name}: the gzip data is damaged or cut off: {reason}") from None
        except OSError as error:
            raise UsageError(f"cannot read {name}: {error.strerror}") from None


def _lines(name: str, stream: BinaryIO) -> Iterator[str]:
    flow = _unpacked(stream)
    number = 0
    while line := flow.readline(LONGEST + 2):
        number += 1
        line = line.removesuffix(b"\n").removesuffix(b"\r")
        if len(line) > LONGEST:
            raise InputError(
                f"{name}: line {number:,} is longer than {LONGEST:,} bytes, as no message is",
                hint="siem load brings what AWS delivers into an archive, and --engine asks that",
            )
        yield (line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line).decode(errors="replace")


def _unpacked(stream: BinaryIO) -> _Flow:
    """What is in the gzip of ``stream``, if it is gzip. ``peek`` waits for no more than there is: ``tail -f`` works."""
    flow: _Flow = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", stream))
    for _ in range(_LAYERS):
        if not flow.peek(len(_GZIP)).startswith(_GZIP):
            break
        flow = gzip.GzipFile(mode="rb", fileobj=cast("BinaryIO", flow))
    return flow
