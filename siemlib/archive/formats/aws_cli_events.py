"""``aws logs get-log-events`` and ``filter-log-events`` as the AWS CLI writes them, also several pages back to back.

FilterLogEvents gives each event an id; one that comes again in the same file, because pages overlap, is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from siemlib.archive.batch import ROW, Batch, Rejection
from siemlib.archive.documents import Broken, Element, TooLong, as_bytes, elements
from siemlib.archive.formats.format import Format
from siemlib.archive.lines import too_long
from siemlib.archive.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.archive.stream import Reading

_KEYS = rb"events|nextToken|nextForwardToken|nextBackwardToken|searchedLogStreams"
_DOCUMENT = re.compile(rb'\s*\{\s*"(?:' + _KEYS + rb')"\s*:')
_EVENTS = re.compile(rb'"events"\s*:\s*\[')
_BATCH = 4 << 20
_FITS = 1 << 63


def _recognise(head: bytes, _path: Path) -> bool:
    return _DOCUMENT.match(head) is not None and _EVENTS.search(head) is not None


class _Columns:
    """The events of the batch that is being filled."""

    def __init__(self, seen: Recent) -> None:
        self._seen = seen
        self.messages: list[bytes] = []
        self.ordinals: list[int] = []
        self.times: list[int] = []
        self.ingested: list[int | None] = []
        self.streams: list[str | None] = []
        self.rejections: list[Rejection] = []
        self.length = 0
        self.cut = False

    def add(self, ordinal: int, value: dict[str, Any], limit: int) -> None:
        if self._seen.before(value.get("eventId")) is not None:
            return
        message = value["message"].encode("utf-8", "surrogatepass")
        if len(message) > limit:
            self.reject(Rejection.of(ordinal, too_long(limit), message))
            return
        ingested, stream = value.get("ingestionTime"), value.get("logStreamName")
        self.messages.append(message)
        self.ordinals.append(ordinal)
        self.times.append(value["timestamp"])
        self.ingested.append(ingested if _is_time(ingested) else None)
        self.streams.append(stream if isinstance(stream, str) and stream.isprintable() else None)
        self.length += len(message) + ROW

    def reject(self, rejection: Rejection) -> None:
        self.rejections.append(rejection)
        self.length += len(rejection.text) + ROW

    def batch(self) -> Batch:
        return Batch.of_lists(
            self.messages,
            self.ordinals,
            timestamps=self.times,
            ingestion_times=self.ingested,
            streams=self.streams,
            rejections=self.rejections,
            cut=self.cut,
            repeated=self._seen.take(),
        )


def _read(pieces: Iterator[bytes], _reading: Reading, limit: int) -> Iterator[Batch]:
    seen = Recent()
    columns = _Columns(seen)
    for ordinal, element in enumerate(elements(pieces, frozenset({"events"})), start=1):
        if isinstance(element, Broken):
            columns.reject(Rejection(ordinal, element.reason, element.text, element.length))
            columns.cut = True
        elif isinstance(element, TooLong):
            columns.reject(Rejection(ordinal, element.reason, element.text, element.length))
        elif _is_event(element):
            columns.add(ordinal, element.value, limit)
        else:
            reason = "no log event: it needs a timestamp in milliseconds and a message"
            columns.reject(Rejection.of(ordinal, reason, as_bytes(element.text)))
        if columns.length > _BATCH:
            yield columns.batch()
            columns = _Columns(seen)
    yield columns.batch()


def _is_event(element: Element) -> bool:
    value = element.value
    return isinstance(value, dict) and _is_time(value.get("timestamp")) and isinstance(value.get("message"), str)


def _is_time(value: object) -> bool:
    """Whether this can be milliseconds; what no calendar has is sorted out with the events, if it fits a column."""
    return type(value) is int and abs(value) < _FITS


AWS_CLI_EVENTS = Format(
    name="aws_cli_events",
    title="GetLogEvents or FilterLogEvents, as the AWS CLI writes them",
    documentation="https://docs.aws.amazon.com/cli/latest/reference/logs/filter-log-events.html",
    recognise=_recognise,
    read=_read,
    tells_time=True,
)
