"""Plain text, one event to a line, as syslog and web servers write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.archive.formats.format import Format
from siemlib.archive.lines import line_batches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.archive.batch import Batch
    from siemlib.archive.stream import Reading

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1b"))
_LARGEST_SHARE_OF_CONTROLS = 0.01


def _recognise(head: bytes, _path: Path) -> bool:
    """Not binary: control characters are rare even in logs of attacks."""
    controls = len(head) - len(head.translate(None, delete=_CONTROLS))
    return controls <= len(head) * _LARGEST_SHARE_OF_CONTROLS


def _read(pieces: Iterator[bytes], reading: Reading, limit: int) -> Iterator[Batch]:
    return line_batches(pieces, limit, reading)


LINES = Format(
    name="lines",
    title="text, one event to a line",
    documentation="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AgentReference.html",
    recognise=_recognise,
    read=_read,
    by_line=True,
)
