"""CreateExportTask to S3: ``<prefix>/<task id>/<log stream>/000000.gz``, a time before each event.

Each event is its time (ISO 8601, UTC, milliseconds), one blank, and the message; the further lines of a message have no
time before them. Ingestion time, event id and the name of the log group are lost by the export.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from siemlib.archive.batch import KEPT, Batch, Rejection
from siemlib.archive.columns import flags, integers, texts
from siemlib.archive.formats.format import Format, stem
from siemlib.archive.lines import too_long, without_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.archive.stream import Reading

_START = re.compile(
    rb"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z ", re.MULTILINE
)
_TIME_LENGTH = len("2020-09-08T04:00:24.000Z")
_NAME = re.compile(r"\d{6}(?:\.gz)?")


def _recognise(head: bytes, _path: Path) -> bool:
    return _START.match(head) is not None


def _stream(path: Path) -> str:
    return path.parent.name if _NAME.fullmatch(path.name) and path.parent.name else stem(path)


def _read(pieces: Iterator[bytes], reading: Reading, limit: int) -> Iterator[Batch]:
    """An event runs to the next line that starts with a time, so the last one of a piece waits for the next piece."""
    rest = b""
    count = 0
    endless: Rejection | None = None
    for piece in pieces:
        data = rest + piece
        starts = [found.start() for found in _START.finditer(data)]
        if endless is not None:
            # Without a start, the last line is kept for the next piece, because a time may be cut in two.
            passed = starts[0] if starts else data.rfind(b"\n") + 1
            endless = _longer(endless, passed)
            data, starts = data[passed:], [start - passed for start in starts]
            if starts:
                yield Batch.of_rejection(endless)
                endless = None
        if len(starts) > 1:
            yield _batch(data, starts, count, limit)
            count += len(starts) - 1
        rest = data[starts[-1] :] if starts else data
        if len(rest) > limit + _TIME_LENGTH + 2:
            if endless is None:
                count += 1
                endless = Rejection(count, too_long(limit), rest[:KEPT], 0)
            # One byte stays: it says whether the next piece begins a line.
            endless, rest = _longer(endless, len(rest) - 1), rest[-1:]
    if endless is not None:
        yield Batch.of_rejection(_longer(endless, len(rest)))
    elif rest and reading.problem:
        yield Batch.of_rejection(Rejection.of(count + 1, f"cut off: {reading.problem}", rest), cut=True)
    elif rest:
        whole = rest if rest.endswith(b"\n") else rest + b"\n"
        yield _batch(whole, [0, len(whole)], count, limit)


def _longer(rejection: Rejection, length: int) -> Rejection:
    return replace(rejection, length=rejection.length + length)


def _batch(data: bytes, starts: list[int], count: int, limit: int) -> Batch:
    """The events between ``starts``; the last start only says where the event before it ends."""
    offsets = np.array(starts, dtype=np.int64) - starts[0]
    whole = texts(data[starts[0] : starts[-1]], offsets)
    times = _millis(pc.binary_slice(whole, 0, _TIME_LENGTH).cast(pa.string()))
    messages = pc.binary_slice(whole, _TIME_LENGTH + 1, -1)  # the blank, and the line end that the export adds
    ordinals = integers(np.arange(count + 1, count + len(starts)))
    lengths = pc.binary_length(messages).to_numpy()
    rejections = tuple(
        Rejection(count + 1 + int(n), too_long(limit), messages[int(n)].as_py()[:KEPT], int(lengths[n]))
        for n in np.flatnonzero(lengths > limit)
    )
    batch = Batch(messages, ordinals, times, rejections=rejections)
    return without_rows(batch, flags(lengths <= limit)) if rejections else batch


def _millis(times: pa.Array) -> pa.Array:
    try:
        return times.cast(pa.timestamp("ms", "UTC")).cast(pa.int64())
    except pa.ArrowInvalid:  # a day that the calendar does not have; the event may still name its own time
        return pa.concat_arrays([_one_milli(times.slice(n, 1)) for n in range(len(times))])


def _one_milli(time: pa.Array) -> pa.Array:
    try:
        return time.cast(pa.timestamp("ms", "UTC")).cast(pa.int64())
    except pa.ArrowInvalid:
        return pa.nulls(1, pa.int64())


EXPORT_TASK = Format(
    name="export_task",
    title="CloudWatch Logs export task",
    documentation="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3Export.html",
    recognise=_recognise,
    read=_read,
    stream=_stream,
    tells_time=True,
)
