"""The protocol of an engine. The live and the local one give the same answer to the same call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from siemlib.engine.fields import FoundFields
    from siemlib.engine.result import Result
    from siemlib.model.timespan import TimeSpan

T = TypeVar("T")
DEFAULT_LIMIT = 10_000
"""Rows that a query without ``limit`` gives (CWL_QuerySyntax-Limit)."""


@dataclass(frozen=True, slots=True)
class LogGroup:
    """One log group as the engine knows it. ``sources`` are names of :data:`siemlib.sources.SOURCES`."""

    name: str
    sources: tuple[str, ...]
    events: int | None
    """``None`` where it is not known: a service does not count the events of a log group."""
    first: datetime | None
    """The earliest event; ``None`` where there is none, or where it is not known."""
    last: datetime | None
    rejected: int = 0
    """Lines or records delivered to the group that could not be read as events."""
    partial_files: tuple[str, ...] = ()
    """Names, without folders, of delivered files that could not be read to their end, or not at all."""
    accounts: tuple[str, ...] = ()
    """The AWS accounts that its events name; where it is one, ``@log`` begins with it."""
    retention_days: int | None = None
    """After so many days the service deletes events; ``None`` where they never expire, or where it is not known."""


class Engine(Protocol):
    """Runs queries."""

    @property
    def url(self) -> str:
        """How :func:`siemlib.open_engine` finds this engine again; holds no secret."""

    def log_groups(self) -> tuple[LogGroup, ...]:
        """Every log group, sorted by name."""

    def fields(self, log_group: str, timespan: TimeSpan) -> FoundFields:
        """The fields that a query finds in the events of ``log_group`` in ``timespan`` without ``parse``.

        Raises UsageError for an unknown log group.
        """

    def run(
        self,
        query: str,
        timespan: TimeSpan | None,
        log_groups: Sequence[str] | None,
        *,
        parameters: Mapping[str, str] | None = None,
        every_row: bool = False,
    ) -> Result:
        """Run ``query`` over the events of ``log_groups`` in ``timespan``; ``None`` is every group.

        What the query itself says (``SOURCE 'group' START=… END=…``) takes the place of both, and the run notes it;
        only then may ``timespan`` be ``None``.

        A query without ``limit`` gives the first 10,000 rows, as the service does, and says ``truncated`` when there
        were more; ``every_row`` gives them all. ``parameters`` are the values of ``{{name}}`` in the query, bound as
        literals. Raises QueryError for a query that does not compile, UsageError for an unknown log group.
        """

    def each(self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """Do jobs that ask this engine, and give their answers in the order of the jobs.

        An engine that waits for a service does several side by side; the first error ends them all and is raised.
        """


@runtime_checkable
class TellsOfGroups(Protocol):
    """An engine that may not know everything of its log groups."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a case must say of that, as sentences; known once the log groups were asked for."""


@runtime_checkable
class KeepsAnswers(Protocol):
    """An engine that keeps what a service answered, as evidence of its runs."""

    def answers(self, name: str) -> Mapping[str, Path]:
        """The files of one asking that a certificate names, by their names in a record."""
