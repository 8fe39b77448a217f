"""The engine over an archive on this machine."""

from __future__ import annotations

import shutil
import tempfile
import threading
import uuid
import weakref
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from siemlib.archive.store import Archive
from siemlib.database.connection import DatabaseError, OutOfMemory, connect
from siemlib.database.fields import found_fields
from siemlib.database.near import near_misses
from siemlib.database.relation import EventStore
from siemlib.database.run import Answer, DatabaseFailedError, Question, compile_question, run
from siemlib.database.windows import uncovered
from siemlib.engine.asked import check_groups, filled, inner_groups, read_question
from siemlib.engine.protocol import DEFAULT_LIMIT, LogGroup
from siemlib.engine.result import Result
from siemlib.model import clock
from siemlib.model.run import Completeness, Run, Statistics, only_first
from siemlib.ql.advice import advice
from siemlib.ql.diagnostic import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from siemlib.database.connection import Connection
    from siemlib.engine.fields import FoundFields
    from siemlib.model.event import FieldPath, FieldType
    from siemlib.model.timespan import TimeSpan
    from siemlib.ql.call_nodes import Definition


T = TypeVar("T")


class Store(EventStore, Protocol):
    """What the engine needs of an archive."""

    def log_groups(self) -> tuple[LogGroup, ...]:
        """Every log group, sorted by name."""

    def schema(self, log_groups: Sequence[str]) -> Mapping[FieldPath, FieldType]:
        """Fields that some event of these log groups has stored, and their types."""

    def unread(self, log_groups: Sequence[str] | None = None) -> tuple[str, ...]:
        """What was delivered to these log groups and could not be read, as sentences."""


def open_local(
    path: Path,
    *,
    lookup_tables: Mapping[str, str | Path] | None = None,
    saved_queries: Callable[[], Mapping[str, Definition]] = dict,
) -> LocalEngine:
    """The engine over the archive in the folder ``path``. Raises UsageError where there is no archive.

    ``lookup_tables`` are the CSV files that ``lookup`` reads, by the names of their tables; each is read when a query
    asks for it. ``saved_queries`` gives what ``$name()`` calls, when a query does.
    """
    archive = Archive.open(path)
    return LocalEngine(archive, f"local:{path}", folder=path, lookup_tables=lookup_tables, saved_queries=saved_queries)


class LocalEngine:
    """Runs queries over a store of events. Safe to use from several threads; runs wait for each other's memory only."""

    def __init__(  # noqa: PLR0913 - each is something that belongs to an engine, given by name
        self,
        store: Store,
        url: str,
        *,
        folder: Path | None = None,
        memory_limit: str = "1GB",
        usual_memory: str = "200MB",
        lookup_tables: Mapping[str, str | Path] | None = None,
        saved_queries: Callable[[], Mapping[str, Definition]] = dict,
    ) -> None:
        """``folder`` is what must not be named in the record of a run, because it says something of the machine.

        ``usual_memory`` is what the database may use, so that a notebook stays small; ``memory_limit`` is what a query
        is given that cannot be answered with that.
        """
        self._saved_queries = saved_queries
        self._lookup_tables = dict(lookup_tables or {})
        self._store = store
        self._url = url
        self._folder = folder
        # What does not fit in memory is written to a folder of ours alone, which goes when the engine goes.
        self._spill = Path(tempfile.mkdtemp(prefix="siem-"))
        weakref.finalize(self, shutil.rmtree, self._spill, ignore_errors=True)
        self._memory_limit, self._usual_memory = memory_limit, usual_memory
        self._connection = self._connect()
        self._running: dict[int, Connection] = {}
        """The cursors in use, by the thread that uses them."""
        self._interrupted: set[int] = set()

    def _connect(self, memory: str | None = None) -> Connection:
        # Each database has a folder of its own: two that write to one would take each other's files for theirs.
        spill = Path(tempfile.mkdtemp(dir=self._spill))
        return connect(memory_limit=memory or self._usual_memory, temp_directory=spill)

    @property
    def url(self) -> str:
        """``local:`` and the folder, as it was opened."""
        return self._url

    def log_groups(self) -> tuple[LogGroup, ...]:
        """Every log group, sorted by name."""
        return self._store.log_groups()

    def fields(self, log_group: str, timespan: TimeSpan) -> FoundFields:
        """See :class:`siemlib.engine.protocol.Engine`. Exact up to 20,000 events, else of about as many."""
        check_groups([log_group], self.log_groups())
        stored = self._store.schema([log_group])
        try:
            return found_fields(self._connection.cursor(), self._store, [log_group], timespan, stored=stored)
        except DatabaseError as error:
            self._connection = self._connect()
            raise DatabaseFailedError(
                f"the fields cannot be read: {visible(str(error).partition(chr(10))[0])}"
            ) from error

    def run(
        self,
        query: str,
        timespan: TimeSpan | None,
        log_groups: Sequence[str] | None,
        *,
        parameters: Mapping[str, str] | None = None,
        every_row: bool = False,
    ) -> Result:
        """See :class:`siemlib.engine.protocol.Engine`. ``details["sql"]`` of the run is the SQL that was run."""
        started = clock.now()
        question, notes = self._question(query, timespan, log_groups, parameters, started)
        answer = self._answer(question, every_row=every_row)
        near = self._near_misses(question, answer)
        record = self._record(query, question, parameters, answer, started)
        return Result(answer.columns, answer.rows, replace(record, notes=(*near, *record.notes, *notes)))

    def each(self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """One after the other: the database uses every processor for each."""
        return [job() for job in jobs]

    def interrupt(self, thread: int) -> None:
        """End what the thread of this identity runs here, which fails there; nothing where it runs nothing."""
        cursor = self._running.get(thread)
        if cursor is not None:
            self._interrupted.add(thread)
            cursor.interrupt()

    @contextmanager
    def _cursor(self, connection: Connection) -> Iterator[Connection]:
        """A cursor that :meth:`interrupt` knows. Whatever fails because of that is a DatabaseFailedError."""
        thread = threading.get_ident()
        self._interrupted.discard(thread)
        cursor = self._running[thread] = connection.cursor()
        try:
            yield cursor
        except Exception as error:
            if thread in self._interrupted:
                raise DatabaseFailedError("the query was ended before its time") from error
            raise
        finally:
            del self._running[thread]
            self._interrupted.discard(thread)

    def _answer(self, question: Question, *, every_row: bool) -> Answer:
        try:
            with self._cursor(self._connection) as cursor:
                return run(cursor, self._store, question, every_row=every_row)
        except DatabaseFailedError as error:
            # An internal error of the database leaves a connection that answers nothing any more.
            self._connection = self._connect()
            if not isinstance(error.__cause__, OutOfMemory):
                raise
        # Most of what is large goes to the disk, but not a long list of values, and no single value.
        with self._connect(self._memory_limit) as larger, self._cursor(larger) as cursor:
            return run(cursor, self._store, question, every_row=every_row)

    def _near_misses(self, question: Question, answer: Answer) -> tuple[str, ...]:
        """Notes about names of fields; a note that cannot be found out is no reason to lose the answer."""
        try:
            return near_misses(self._connection.cursor(), self._store, question, answer)
        except DatabaseError:
            self._connection = self._connect()
            return ()

    def sql(
        self,
        query: str,
        timespan: TimeSpan | None,
        log_groups: Sequence[str] | None,
        parameters: Mapping[str, str] | None = None,
    ) -> str:
        """The SQL that :meth:`run` would run; paths are left out. Raises as :meth:`run` does."""
        question, _ = self._question(query, timespan, log_groups, parameters, clock.now())
        compiled = compile_question(self._connection.cursor(), self._store, question)
        return self._without_folder(compiled.emitted.sql)

    def _question(
        self,
        query: str,
        timespan: TimeSpan | None,
        log_groups: Sequence[str] | None,
        parameters: Mapping[str, str] | None,
        started: datetime,
    ) -> tuple[Question, tuple[str, ...]]:
        """What is asked of what, and what the record of the run must say of that."""
        asked = read_question(
            query,
            timespan,
            log_groups,
            parameters=parameters,
            known=self.log_groups(),
            saved_queries=self._saved_queries,
            now=started,
        )
        question = Question(
            asked.query, asked.text, asked.log_groups, asked.timespan, asked.now, lookup_tables=self._lookup_tables
        )
        return question, asked.notes

    def _record(
        self,
        query: str,
        question: Question,
        parameters: Mapping[str, str] | None,
        answer: Answer,
        started: datetime,
    ) -> Run:
        read = tuple(dict.fromkeys((*question.log_groups, *inner_groups(question.query))))
        asked = [group for group in self.log_groups() if group.name in read]
        found = [
            Completeness.TRUNCATED if answer.truncated else Completeness.COMPLETE,
            *(Completeness.PARTIAL for group in asked if group.partial_files),
        ]
        return Run(
            id=uuid.uuid4().hex,
            engine=self._url,
            query=query,
            parameters=dict(parameters or {}),
            timespan=question.timespan,
            log_groups=tuple(question.log_groups),
            started=started,
            finished=clock.now(),
            statistics=Statistics(answer.matched, answer.scanned, answer.bytes, len(answer.rows)),
            completeness=Completeness.worst(found),
            notes=(
                *([only_first(DEFAULT_LIMIT)] if answer.truncated else []),
                *answer.notes,
                *advice(question.query),
                *(uncovered(asked, answer.earlier) if answer.earlier else ()),
                *self._store.unread(read),
            ),
            details={"sql": self._without_folder(answer.sql)},
            inner_log_groups=read[len(question.log_groups) :],
            accounts=tuple(sorted({account for group in asked for account in group.accounts})),
            filled=filled(query, question.query),
            lookup_tables=answer.tables,
        )

    def _without_folder(self, sql: str) -> str:
        if self._folder is None:
            return sql
        paths = {str(self._folder.resolve()), str(self._folder.absolute())}
        for path in sorted(paths, key=len, reverse=True):
            sql = sql.replace(path, "ARCHIVE")
        return sql
