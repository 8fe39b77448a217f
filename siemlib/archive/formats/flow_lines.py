"""VPC flow logs as files: the first line names the fields, or the records have the default layout of version 2.

A line of names may come again (files put together): it says how to read the lines after it and is no event.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from siemlib.archive.batch import Batch
from siemlib.archive.formats.format import Format
from siemlib.archive.lines import line_batches
from siemlib.sources import vpc_flow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.archive.stream import Reading

_RECORD = re.compile(rb"\d+ \S+ \S+ (?:\S+ ){10}(?:OK|NODATA|SKIPDATA)\s*")
_LINES_LOOKED_AT = 20
_NO_RECORD = r"^[A-Za-z]"


def header(line: bytes) -> tuple[str, ...] | None:
    """The names in a line of names, as Logs Insights gives them; ``None`` for any other line."""
    return vpc_flow.layout(line.decode("ascii", "replace"))


def _recognise(head: bytes, _path: Path) -> bool:
    lines = [line for line in head.split(b"\n", _LINES_LOOKED_AT)[:_LINES_LOOKED_AT] if line.strip()]
    return bool(lines) and (header(lines[0]) is not None or any(_RECORD.fullmatch(line) for line in lines))


def _read(pieces: Iterator[bytes], reading: Reading, limit: int) -> Iterator[Batch]:
    layout: tuple[str, ...] | None = None
    for batch in line_batches(pieces, limit, reading):
        start = 0
        for at in _headers(batch):
            yield _part(batch, start, at, layout)
            layout = header(batch.messages[at].as_py())
            start = at + 1
        yield _part(batch, start, len(batch.messages), layout, last=True)


def _headers(batch: Batch) -> list[int]:
    """Where the lines of names are; nearly always nowhere, so that is found out for all lines at once."""
    suspects = pc.indices_nonzero(pc.match_substring_regex(batch.messages, _NO_RECORD)).to_pylist()
    return [at for at in suspects if header(batch.messages[at].as_py()) is not None]


def _part(batch: Batch, start: int, end: int, layout: tuple[str, ...] | None, *, last: bool = False) -> Batch:
    messages, ordinals = batch.messages.slice(start, end - start), batch.ordinals.slice(start, end - start)
    return Batch(messages, ordinals, rejections=batch.rejections if last else (), cut=last and batch.cut, layout=layout)


FLOW_LINES = Format(
    name="flow_lines",
    title="VPC flow log file",
    documentation="https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html",
    recognise=_recognise,
    read=_read,
    by_line=True,
)
