"""The engine over CloudWatch Logs.

A query goes whole wherever that gives every row. Else its rows, or the events behind it, are gathered in slices:
:mod:`siemlib.live.asking` says which, and why. Every query of the service is kept in the spool, entered in the
certificate of the run, and paid from the budget of the case.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from siemlib.engine.asked import check_groups, filled, inner_groups
from siemlib.engine.result import Result
from siemlib.evidence.scrub import recorded_url
from siemlib.live.answering import Answering
from siemlib.live.asking import prepare
from siemlib.live.asks import Asks
from siemlib.live.certificate import Book
from siemlib.live.cost import Budget, enter, estimate
from siemlib.live.fields import told
from siemlib.live.groups import Groups
from siemlib.live.saved import Saved
from siemlib.live.stopping import stop_all
from siemlib.live.together import together
from siemlib.model import clock
from siemlib.model.run import Run, Statistics, only_first
from siemlib.model.timespan import to_millis
from siemlib.ql.advice import advice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from siemlib.engine.fields import FoundFields
    from siemlib.engine.protocol import LogGroup
    from siemlib.live.asking import Prepared
    from siemlib.live.governor import Governor
    from siemlib.live.rows import Rows
    from siemlib.live.service import Service
    from siemlib.live.spool import Spool
    from siemlib.model.timespan import TimeSpan
    from siemlib.ql.call_nodes import Definition
    from siemlib.settings import Settings

T = TypeVar("T")
_FIELDS_SECONDS = 60.0
"""For a request that is answered at once, with its repetitions."""


class LiveEngine:
    """Runs queries in an account. Any thread may use it; what it runs at once keeps to the settings."""

    def __init__(  # noqa: PLR0913 - each is something that belongs to an engine
        self,
        service: Service,
        governor: Governor,
        settings: Settings,
        spool: Spool,
        *,
        url: str,
        saved_queries: Callable[[], Mapping[str, Definition]] = dict,
    ) -> None:
        """``url`` is kept as it is; it holds no secret."""
        self._service, self._governor, self._settings, self._spool = service, governor, settings, spool
        self._url, self._saved_queries = url, saved_queries
        self._groups = Groups(service, governor, settings.live)
        self._budget = Budget(settings.cost, service.region)

    @property
    def url(self) -> str:
        """As it was opened."""
        return self._url

    @property
    def notes(self) -> tuple[str, ...]:
        """What a case must say of the log groups, as sentences."""
        return self._groups.notes

    def check(self) -> None:
        """Let the account list its log groups. Raises LiveError where it does not."""
        self._groups.known  # noqa: B018 - asked for what it may raise

    def log_groups(self) -> tuple[LogGroup, ...]:
        """Every log group that the settings choose, sorted by name; their events are looked at once."""
        return self._groups.described()

    def fields(self, log_group: str, timespan: TimeSpan) -> FoundFields:
        """See :class:`siemlib.engine.protocol.Engine`; those that the service found around the end of the span."""
        check_groups([log_group], self._groups.plain)
        until = self._governor.now() + _FIELDS_SECONDS
        (identifier, *_) = self._groups.asked([log_group])
        request = partial(self._service.log_group_fields, identifier, time=timespan.end_ms // 1000)
        found = self._governor.call("GetLogGroupFields", request, until=until)
        return told(log_group, timespan, found)

    def each(self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """See :class:`siemlib.engine.protocol.Engine`: side by side."""
        return together(jobs, most=self._settings.live.queries_at_once)

    def answers(self, name: str) -> Mapping[str, Path]:
        """The files of one asking in the spool, by their names; a certificate names it."""
        return self._spool.files(name)

    def close(self) -> None:
        """Stop what still runs."""
        stop_all(self._service)

    def run(
        self,
        query: str,
        timespan: TimeSpan | None,
        log_groups: Sequence[str] | None,
        *,
        parameters: Mapping[str, str] | None = None,
        every_row: bool = False,
    ) -> Result:
        """See :class:`siemlib.engine.protocol.Engine`. Its ``certificate`` says what its completeness rests on."""
        run_id, started = uuid.uuid4().hex, clock.now()
        saved = Saved(self._saved_queries, self._definitions)
        prepared = prepare(
            query,
            timespan,
            log_groups,
            parameters=parameters,
            known=self._groups.plain,
            saved_queries=lambda: saved,
            now=started,
            lookup_tables=self._settings.lookup_tables,
        )
        prepared = replace(prepared, notes=(*prepared.notes, *saved.notes))
        asks = self._asks(prepared, started)
        try:
            rows = self._answering(prepared, asks).rows(every_row=every_row)
        finally:
            self._enter(run_id, prepared, asks)
        run = self._run(run_id, prepared, asks, rows, started)
        return Result(rows.columns, rows.rows, replace(run, parameters=dict(parameters or {})))

    def _definitions(self) -> list[dict[str, Any]]:
        until = self._governor.now() + _FIELDS_SECONDS
        return self._governor.call(
            "DescribeQueryDefinitions", lambda: list(self._service.query_definitions()), until=until
        )

    # ── one run ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _answering(self, prepared: Prepared, asks: Asks) -> Answering:
        return Answering(
            prepared,
            asks,
            together=self.each,
            kinds={name: self._groups.kinds([name]) for name in _read(prepared)},
            record=partial(self._record, asks),
        )

    def _record(self, asks: Asks, pointer: str) -> Mapping[str, str]:
        return self._governor.call("GetLogRecord", partial(self._service.log_record, pointer), until=asks.until)

    def _asks(self, prepared: Prepared, started: datetime) -> Asks:
        live, read = self._settings.live, _read(prepared)
        meter = self._budget.meter()
        span = prepared.span
        groups = [group for name in read for group in self._groups.known[name].groups]
        meter.expect(estimate(groups, span.start, span.end, to_millis(started)))
        book = Book(started, prepared.asked.timespan, self._groups.kinds(read), live.delays)
        book.keeps(groups)
        return Asks(
            service=self._service,
            governor=self._governor,
            spool=self._spool,
            book=book,
            meter=meter,
            identifiers=self._groups.asked,
            until=self._governor.now() + live.run_seconds,
            query_seconds=live.query_seconds,
        )

    def _enter(self, run_id: str, prepared: Prepared, asks: Asks) -> None:
        """The ledger is kept also of what failed: it was paid for."""
        asked, paid = prepared.asked, asks.book.paid(asks.meter.cost)
        if not paid:
            return
        entry = {
            "run": run_id,
            "engine": recorded_url(self._url),
            "account": self._spool.account,
            "query": asked.text,
            "from": asked.timespan.start.isoformat(),
            "to": asked.timespan.end.isoformat(),
            **paid,
        }
        enter(self._spool.folder, entry)

    def _run(self, run_id: str, prepared: Prepared, asks: Asks, rows: Rows, started: datetime) -> Run:
        certificate = asks.book.certificate(cost=asks.meter.cost)
        asked, read = prepared.asked, _read(prepared)
        truncated = [] if certificate.first_rows is None else [only_first(certificate.first_rows)]
        scanned_bytes = sum(each.bytes for each in certificate.slices)
        return Run(
            id=run_id,
            engine=self._url,
            query=asked.text,
            parameters={},
            timespan=asked.timespan,
            log_groups=asked.log_groups,
            started=started,
            finished=clock.now(),
            statistics=Statistics(rows.matched, rows.scanned, scanned_bytes, len(rows.rows)),
            completeness=certificate.completeness,
            # What the certificate says of the rows stands first, whatever else is said.
            notes=tuple(
                dict.fromkeys((*truncated, *rows.notes, *advice(asked.query), *certificate.notes, *prepared.notes))
            ),
            details={"sent": "\n\n".join(dict.fromkeys(each.text for each in certificate.slices))},
            inner_log_groups=read[len(asked.log_groups) :],
            accounts=(self._spool.account,) if self._spool.account else (),
            region=self._service.region,
            filled=filled(asked.text, asked.query),
            certificate=certificate,
            lookup_tables=rows.lookup_tables,
        )


def _read(prepared: Prepared) -> tuple[str, ...]:
    """Every log group that is asked, each once."""
    return tuple(dict.fromkeys((*prepared.asked.log_groups, *inner_groups(prepared.asked.query))))
