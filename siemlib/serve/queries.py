"""The queries that were started: who runs them, what became of them, and how long their rows are kept."""

from __future__ import annotations

import itertools
import logging
import threading
import time
import uuid
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from typing import TYPE_CHECKING

from siemlib.errors import SiemError
from siemlib.evidence.visible import visible
from siemlib.model import clock
from siemlib.model.timespan import to_millis
from siemlib.serve.faults import End, QueryFault, Stay
from siemlib.serve.protocol import RefusedError, missing
from siemlib.serve.rendered import Rendered

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.engine import Result
    from siemlib.serve.limits import Limits

_WORKERS = 4
_WATCH = 0.25
"""Seconds."""
_MOST_FILES = 200
"""Of large results; a process may have about a thousand files open."""
_MOST_MEMORY = 256 << 20
"""Bytes of small results."""
_LOG = logging.getLogger(__name__)

STATUSES = ("Scheduled", "Running", "Complete", "Failed", "Cancelled", "Timeout", "Unknown")
UNENDED = frozenset({"Scheduled", "Running"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One StartQuery, as it is told of later."""

    text: str
    """As DescribeQueries gives it."""
    log_groups: tuple[str, ...]
    most_rows: int
    language: str = "CWLI"


@dataclass(frozen=True, slots=True)
class Statistics:
    """The seven numbers of GetQueryResults."""

    matched: int = 0
    scanned: int = 0
    bytes: int = 0
    log_groups: int = 0
    rows: int = 0

    def document(self) -> dict[str, float]:
        """As the protocol names them; all are doubles. Nothing is ever skipped here: the archive has no field index."""
        return {
            "recordsMatched": float(self.matched),
            "recordsScanned": float(self.scanned),
            "estimatedRecordsSkipped": 0.0,
            "bytesScanned": float(self.bytes),
            "estimatedBytesSkipped": 0.0,
            "logGroupsScanned": float(self.log_groups),
            "resultCount": float(self.rows),
        }

    def share(self, part: float) -> Statistics:
        """What a query that has done so much of its work says; it has no final rows yet."""
        matched, scanned, size = (int(each * part) for each in (self.matched, self.scanned, self.bytes))
        return Statistics(matched, scanned, size, self.log_groups, 0)


@dataclass(frozen=True, slots=True)
class Seen:
    """A query at one moment."""

    status: str
    statistics: Statistics
    rows: Rendered
    shown: int
    """Rows that can be had: all when it has ended."""
    seconds: float
    """How long it has run."""


@dataclass
class Query:
    """A query and what became of it; changed only under the lock of its registry."""

    asked: Asked
    limits: Limits
    number: int = 0
    """Which one it is of all that were started."""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created: int = field(default_factory=lambda: to_millis(clock.now()))
    """Epoch milliseconds."""
    started: float = field(default_factory=time.monotonic)
    fault: QueryFault | None = None
    taken: bool = False
    """Whether somebody has begun to work on it."""
    worker: int | None = None
    """The identity of the thread that works on it now."""
    outcome: str | None = None
    """What its work came to, when it is done; told when ``query_seconds`` are over."""
    final: str | None = None
    """How it ended before its work did, or against it: stopped, or by order of a test."""
    ended: float = 0.0
    """Seconds after its start when it was done, or ended otherwise."""
    statistics: Statistics = field(default_factory=Statistics)
    rows: Rendered = field(default_factory=Rendered)

    def status(self, now: float) -> str:
        """One of :data:`STATUSES`."""
        seconds = now - self.started
        if self.final is not None:
            return self.final
        if self.outcome is None and seconds >= self.limits.timeout_seconds:
            return "Timeout"
        if self.outcome is not None and seconds >= self.limits.query_seconds:
            return self.outcome
        return "Running" if self.taken else "Scheduled"

    def seen(self, now: float) -> Seen:
        """Its state and what it gives."""
        status, seconds = self.status(now), now - self.started
        if status not in UNENDED:
            until = self.ended if self.final else max(self.ended, self.limits.query_seconds)
            until = self.limits.timeout_seconds if not self.final and self.outcome is None else until
            return Seen(status, self.statistics, self.rows, len(self.rows), min(seconds, until))
        if self.outcome is None:
            return Seen(status, Statistics(log_groups=len(self.asked.log_groups)), self.rows, 0, seconds)
        shown = min(len(self.rows), self.limits.preview_rows)
        return Seen(status, self.statistics.share(seconds / self.limits.query_seconds), self.rows, shown, seconds)


class Queries:
    """Every query that was started, and those who run them. Thread-safe."""

    def __init__(self, limits: Limits, interrupt: Callable[[int], None] | None = None) -> None:
        """``interrupt`` ends what the thread of this identity asks of the engine, where the engine can."""
        self._limits = limits
        self._lock = threading.Lock()
        self._known: dict[str, Query] = {}
        self._numbers = itertools.count(1)
        self._work: SimpleQueue[tuple[Query, Callable[[], Result]] | None] = SimpleQueue()
        self._interrupt = interrupt
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()

    def start(self, asked: Asked, job: Callable[[], Result], fault: QueryFault | None = None) -> Query:
        """Have a query run by ``job``. Raises RefusedError where as many run already as may."""
        query = Query(asked, self._limits, next(self._numbers), fault=fault)
        most = self._limits.queries_at_once
        with self._lock:
            if self._running(time.monotonic()) >= most:
                reason = f"Account maximum query concurrency limit of [{most}] reached."
                raise RefusedError("LimitExceededException", reason)
            self._known[query.id] = query
            self._forget()
            self._employ()
            if isinstance(fault, Stay):
                query.taken = True
                return query
        self._work.put((query, job))
        return query

    def seen(self, query_id: str) -> tuple[Query, Seen]:
        """A query, and how it stands. Raises RefusedError for one that is not known, or not any more."""
        with self._lock:
            query = self._of(query_id)
            return query, query.seen(time.monotonic())

    def stop(self, query_id: str) -> bool:
        """End a query as ``Cancelled``; ``False`` where it has ended. Raises RefusedError for an unknown one."""
        with self._lock:
            query = self._of(query_id)
            if query.status(time.monotonic()) not in UNENDED:
                return False
            query.rows = query.rows.first(self._limits.preview_rows)
            self._close(query, "Cancelled")
            self._end_work(query)
            return True

    def end(self, query_id: str, ending: End) -> None:
        """Let a query have ended otherwise than its work says, for tests."""
        with self._lock:
            query = self._of(query_id)
            query.rows = query.rows.first(ending.rows)
            self._close(query, ending.status)

    def listed(self) -> list[tuple[Query, Seen]]:
        """Every query, the newest first."""
        with self._lock:
            now = time.monotonic()
            return [(query, query.seen(now)) for query in reversed(self._known.values())]

    def running(self) -> list[str]:
        """The ids of those that have not ended."""
        return [query.id for query, seen in self.listed() if seen.status in UNENDED]

    def close(self, seconds: float = 5) -> bool:
        """Begin nothing any more and end what runs; whether nobody works any more, after at most so many seconds.

        A process must not end while somebody does: the database would be torn down under them.
        """
        until = time.monotonic() + seconds
        self._closing.set()
        for _ in self._threads:
            self._work.put(None)
        while True:
            with self._lock:
                for query in self._known.values():
                    if query.status(time.monotonic()) in UNENDED:
                        self._close(query, "Cancelled")
                    self._end_work(query)
            for thread in self._threads:
                thread.join(0.02)
            if not any(thread.is_alive() for thread in self._threads):
                return True
            if time.monotonic() > until:
                return False

    def _employ(self) -> None:
        """Have somebody to run queries."""
        if self._threads:
            return
        self._threads = [threading.Thread(target=self._run, daemon=True, name=f"query-{n}") for n in range(_WORKERS)]
        for thread in self._threads:
            thread.start()
        if self._interrupt is not None:
            threading.Thread(target=self._watch, daemon=True, name="query-watch").start()

    def _watch(self) -> None:
        """Interrupt again and again whoever works on a query that has ended: by its time, or between two statements."""
        while not self._closing.wait(_WATCH):
            with self._lock:
                now = time.monotonic()
                for query in self._known.values():
                    if query.worker is not None and query.status(now) not in UNENDED:
                        self._end_work(query)

    def _end_work(self, query: Query) -> None:
        """Interrupt who works on a query; under the lock, so that they cannot have gone on to another one."""
        if query.worker is not None and self._interrupt is not None:
            self._interrupt(query.worker)

    def _of(self, query_id: str) -> Query:
        query = self._known.get(query_id)
        if query is None:
            raise missing(f"Query with id {query_id[:64]} does not exist.")
        return query

    def _running(self, now: float) -> int:
        return sum(query.status(now) in UNENDED for query in self._known.values())

    def _forget(self) -> None:
        """Forget the oldest ended queries above what is kept: of queries, of files, of bytes, of those in memory."""
        now = time.monotonic()
        queries = len(self._known) - self._limits.queries_kept
        files = sum(query.rows.is_file for query in self._known.values()) - _MOST_FILES
        size = sum(query.rows.size for query in self._known.values()) - self._limits.bytes_kept
        memory = sum(query.rows.size for query in self._known.values() if not query.rows.is_file) - _MOST_MEMORY
        for query in [query for query in self._known.values() if query.status(now) not in UNENDED]:
            if max(queries, files, size, memory) <= 0:
                return
            del self._known[query.id]
            queries, files, size = queries - 1, files - query.rows.is_file, size - query.rows.size
            memory -= 0 if query.rows.is_file else query.rows.size

    def _close(self, query: Query, status: str) -> None:
        query.final = status
        query.ended = time.monotonic() - query.started

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            query, job = work
            with self._lock:
                if query.final is not None:
                    continue
                query.taken, query.worker = True, threading.get_ident()
            statistics, rows, outcome = _tried(query, job)
            del job, work
            with self._lock:
                query.worker = None
                if query.status(time.monotonic()) in UNENDED:
                    query.statistics, query.rows, query.outcome = statistics, rows, outcome
                    query.ended = time.monotonic() - query.started


def _tried(query: Query, job: Callable[[], Result]) -> tuple[Statistics, Rendered, str]:
    """What a query comes to. There is no place in the protocol for the reason of a failure, so that is logged."""
    try:
        statistics, rows = _answered(query, job)
    except Exception as error:  # noqa: BLE001 - the query fails, whatever it was; the endpoint lives on
        if query.final is not None:
            return Statistics(), Rendered(), query.final  # it was ended
        reason = error.message if isinstance(error, SiemError) else repr(error)
        _LOG.warning("a query failed: %s", visible(reason.partition("\n")[0]))
        return Statistics(), Rendered(), "Failed"
    return statistics, rows, query.fault.status if isinstance(query.fault, End) else "Complete"


def _answered(query: Query, job: Callable[[], Result]) -> tuple[Statistics, Rendered]:
    result = job()
    told = result.statistics
    most = query.asked.most_rows
    rows = result.rows if len(result.rows) <= most else result.rows[:most]
    statistics = Statistics(
        told.records_matched, told.records_scanned, told.bytes_scanned, len(result.run.log_groups), len(rows)
    )
    if isinstance(query.fault, End):
        rows = rows[: query.fault.rows]
        statistics = replace(statistics, rows=len(rows))
    return statistics, Rendered(rows)
