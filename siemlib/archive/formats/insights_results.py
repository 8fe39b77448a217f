"""GetQueryResults of Logs Insights as the AWS CLI writes it, or as it came over the network, also page after page.

Rows are events when the query shows ``@timestamp`` and ``@message``. A message that is shorter than a column with its
length says was cut short by the service; GetLogRecord, which gives it whole, may follow in the same file. What the file
itself says is missing of its query makes it partial: the rows that the query matched beside those that are there, a
further page that is named, and how the query ended.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from siemlib.archive.batch import ROW, Batch, Rejection
from siemlib.archive.documents import END, Broken, Element, Member, TooLong, as_bytes, parts
from siemlib.archive.formats.format import Format
from siemlib.archive.lines import too_long
from siemlib.archive.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.archive.stream import Reading

LENGTHS = ("siem_length", "strlen(@message)")
"""The columns that say how long the message is, in code points."""

_KEYS = rb"results|statistics|status|nextToken|queryLanguage|encryptionKey|logRecord|logRecordPointer"
_DOCUMENT = re.compile(rb'\s*\{\s*"(?:' + _KEYS + rb')"\s*:')
_HELD = re.compile(rb'"results"\s*:\s*\[\s*[\[\]]|"logRecord"\s*:\s*\{')
_BESIDE = frozenset({"status", "nextToken", "statistics", "logRecord", "logRecordPointer"})
_BATCH = 4 << 20
_KEPT = 1000
_WITH_MILLIS = len("2026-03-04 10:00:00.000")
_LARGEST = 1e18
_NOT_ENDED = frozenset({"Running", "Scheduled"})


def _recognise(head: bytes, _path: Path) -> bool:
    return _DOCUMENT.match(head) is not None and _HELD.search(head) is not None


def _read(pieces: Iterator[bytes], reading: Reading, limit: int) -> Iterator[Batch]:
    rows = _Rows(limit)
    pages = _Pages()
    for part in parts(pieces, frozenset({"results"}), _BESIDE):
        match part:
            case Broken():
                rows.reject(Rejection(rows.next(), part.reason, part.text, part.length))
                rows.cut = True
            case TooLong():
                rows.reject(Rejection(rows.next(), part.reason, part.text, part.length))
            case Member():
                pages.take(part, rows)
            case Element():
                pages.rows += rows.add(part, pages.query)
        if rows.length > _BATCH:
            yield rows.batch()
    for rejection in rows.pending.values():
        rows.reject(rejection)
    if not rows.cut:
        reading.missing = pages.missing()
    yield rows.batch()


class _Rows:
    """The events of the batch that is being filled."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._ordinal = 0
        self._seen = Recent()
        self.pending: dict[str, Rejection] = {}
        """Rows whose message was cut short, by ``@ptr``."""
        self._clear()

    def _clear(self) -> None:
        self._messages: list[bytes] = []
        self._ordinals: list[int] = []
        self._times: list[int | None] = []
        self._ingested: list[int | None] = []
        self._streams: list[str | None] = []
        self._rejections: list[Rejection] = []
        self.length = 0
        self.cut = False

    def next(self) -> int:
        """The number of the next row of the file."""
        self._ordinal += 1
        return self._ordinal

    def add(self, element: Element, query: int) -> int:
        """Take a row; gives how many rows of its query that is, which is none for one that the same query gave."""
        ordinal = self.next()
        row = _row(element.value)
        time, message = _time(row.get("@timestamp")), row.get("@message")
        if time is None or message is None:
            self.reject(Rejection.of(ordinal, "no log event: it needs @timestamp and @message", as_bytes(element.text)))
            return 1
        pointer = row.get("@ptr", "")
        if (before := self._seen.before(pointer, query)) is not None:
            return int(before != query)
        if pointer and is_cut(message, next((row[name] for name in LENGTHS if name in row), None)):
            reason = f"cut short by the service to {len(message):,} characters, and not asked for with GetLogRecord"
            text = message.encode("utf-8", "surrogatepass")
            self.pending[pointer] = Rejection(ordinal, reason, text[:_KEPT], len(text))
            return 1
        self._event(ordinal, time, _time(row.get("@ingestionTime")), row.get("@logStream"), message)
        return 1

    def record(self, value: object, pointer: object) -> None:
        """Take the event that GetLogRecord gives; its times are epoch milliseconds."""
        record = value if isinstance(value, dict) else {}
        ordinal = self.next()
        time, message = _moment(record.get("@timestamp")), record.get("@message")
        if time is None or not isinstance(message, str):
            text = repr(value).encode("utf-8", "backslashreplace")
            self.reject(Rejection.of(ordinal, "no log event: it needs @timestamp and @message", text))
            return
        name = pointer if isinstance(pointer, str) else record.get("@ptr", "")
        if self.pending.pop(name, None) is None and self._seen.before(name) is not None:
            return
        self._event(ordinal, time, _moment(record.get("@ingestionTime")), record.get("@logStream"), message)

    def _event(self, ordinal: int, time: int, ingested: int | None, stream: object, text: str) -> None:
        message = text.encode("utf-8", "surrogatepass")
        if len(message) > self._limit:
            self.reject(Rejection.of(ordinal, too_long(self._limit), message))
            return
        self._messages.append(message)
        self._ordinals.append(ordinal)
        self._times.append(time)
        self._ingested.append(ingested)
        self._streams.append(stream if isinstance(stream, str) and stream.isprintable() else None)
        self.length += len(message) + ROW

    def reject(self, rejection: Rejection) -> None:
        self._rejections.append(rejection)
        self.length += len(rejection.text) + ROW

    def batch(self) -> Batch:
        """What has come together; the next batch begins empty."""
        batch = Batch.of_lists(
            self._messages,
            self._ordinals,
            timestamps=self._times,
            ingestion_times=self._ingested,
            streams=self._streams,
            rejections=self._rejections,
            cut=self.cut,
            repeated=self._seen.take(),
        )
        self._clear()
        return batch


class _Pages:
    """What the documents say of their queries, to find out what is missing. A query's last page names no further one.

    Answers of a query that had not ended are forgiven where a later answer follows: people ask again and again.
    """

    def __init__(self) -> None:
        self.query = 1
        """Number of the query at hand."""
        self.rows = 0
        """Of that query, over its pages."""
        self._members: dict[str, Any] = {}
        self._problems: list[str] = []
        self._open = ""

    def take(self, member: Member, rows: _Rows) -> None:
        """Take what stands beside the rows."""
        if member is not END:
            self._members[member.name] = member.value
            return
        members, self._members = self._members, {}
        if "logRecord" in members:
            rows.record(members["logRecord"], members.get("logRecordPointer"))
        else:
            self._end_of_page(members)

    def _end_of_page(self, members: dict[str, Any]) -> None:
        status, statistics = members.get("status", "Complete"), members.get("statistics")
        matched = statistics.get("recordsMatched") if isinstance(statistics, dict) else None
        if status in _NOT_ENDED:
            self._open = "its query had not ended"
        elif members.get("nextToken"):
            self._open = "its last page names a further one"
            return
        else:
            self._open = ""
            if status != "Complete":
                self._problems.append(f"its query ended with the status {str(status)[:20]!r}")
            elif isinstance(matched, int | float) and self.rows < matched < _LARGEST:
                self._problems.append(f"it holds {self.rows:,} of the {int(matched):,} events that its query matched")
        self.rows = 0
        self.query += 1

    def missing(self) -> str | None:
        """What is missing, as a sentence without its end; ``None`` where nothing is."""
        found = [*self._problems[:3], *([self._open] if self._open else [])]
        return "; ".join(found) or None


def _row(value: object) -> dict[str, str]:
    """The names and values of a row; a name that comes twice counts as it first came."""
    row: dict[str, str] = {}
    for pair in value if isinstance(value, list) else ():
        name, text = (pair.get("field"), pair.get("value")) if isinstance(pair, dict) else (None, None)
        if isinstance(name, str) and isinstance(text, str):
            row.setdefault(name, text)
    return row


def is_cut(message: str, length: str | None) -> bool:
    """Whether a message has fewer code points than the service says that it has."""
    try:
        return length is not None and len(message) < float(length) < _LARGEST
    except ValueError:
        return False


def _moment(value: object) -> int | None:
    """Epoch milliseconds of what GetLogRecord gives: digits, or a time as in rows."""
    if not isinstance(value, str):
        return None
    digits = value.isascii() and value.isdigit() and len(value) <= 18  # noqa: PLR2004 - what fits a column
    return int(value) if digits else _time(value)


def _time(text: str | None) -> int | None:
    """Epoch milliseconds of ``2026-03-04 10:00:00.000``, UTC."""
    if text is None or len(text) != _WITH_MILLIS or not (text.isascii() and text[20:].isdigit()):
        return None
    second = _second(text[:20])
    return None if second is None else second + int(text[20:])


@lru_cache(maxsize=4096)
def _second(text: str) -> int | None:
    try:
        return int(datetime.strptime(text, "%Y-%m-%d %H:%M:%S.").replace(tzinfo=UTC).timestamp()) * 1000
    except ValueError:
        return None


INSIGHTS_RESULTS = Format(
    name="insights_results",
    title="GetQueryResults of Logs Insights, as the AWS CLI writes it",
    documentation="https://docs.aws.amazon.com/cli/latest/reference/logs/get-query-results.html",
    recognise=_recognise,
    read=_read,
    tells_time=True,
)
