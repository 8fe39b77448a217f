"""One JSON object per line: Wazuh alerts, Suricata's eve.json, CloudTrail from a data lake."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from siemlib.archive.formats.format import Format
from siemlib.archive.lines import line_batches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.archive.batch import Batch
    from siemlib.archive.stream import Reading

_LINES_LOOKED_AT = 20


def _recognise(head: bytes, _path: Path) -> bool:
    """One of the first lines is an object; a first line longer than the head cannot be read, so its start decides."""
    lines = head.split(b"\n")
    if len(lines) == 1:
        return head.lstrip()[:2] in (b'{"', b"{}")
    return any(_is_object(line) for line in lines[:_LINES_LOOKED_AT])


def _is_object(line: bytes) -> bool:
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(line.decode("utf-8", "replace"), parse_int=str), dict)
    except (ValueError, RecursionError):
        return False


def _read(pieces: Iterator[bytes], reading: Reading, limit: int) -> Iterator[Batch]:
    return line_batches(pieces, limit, reading)


NDJSON = Format(
    name="ndjson",
    title="one JSON object per line",
    documentation="https://github.com/ndjson/ndjson-spec",
    recognise=_recognise,
    read=_read,
    by_line=True,
)
