"""One execution of one query: what was asked, of what, when, and how complete the answer is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from siemlib.model.certificate import Certificate
    from siemlib.model.timespan import TimeSpan


class Completeness(StrEnum):
    """Whether a result holds everything that was asked for. Always stated, never assumed; worst last."""

    COMPLETE = "complete"
    TRUNCATED = "truncated"
    PARTIAL = "partial"
    TIMED_OUT = "timed out"
    UNKNOWN = "unknown"

    @classmethod
    def worst(cls, values: Iterable[Completeness]) -> Completeness:
        """The worst of ``values``; of none at all, ``UNKNOWN``: what was never run is not known to be complete."""
        order = list(cls)
        return max(values, key=order.index, default=cls.UNKNOWN)


def only_first(rows: int) -> str:
    """That a query without ``limit`` has more rows than these, which are as many as one gives; a sentence."""
    return f"The query has no limit: these are the first {rows:,} rows, and there are more."


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of a run, named as GetQueryResults names them. Bytes are of uncompressed messages."""

    records_matched: int = 0
    records_scanned: int = 0
    bytes_scanned: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A lookup table as it was when a query read it."""

    name: str
    rows: int
    """Without its header."""
    sha256: str
    """Of its file."""

    @property
    def sentence(self) -> str:
        """For people."""
        return f"{self.name}: {self.rows:,} row{'' if self.rows == 1 else 's'}, SHA-256 {self.sha256}"


@dataclass(frozen=True, slots=True)
class Run:
    """The record of one run. ``started`` and ``finished`` are aware UTC times."""

    id: str
    engine: str
    query: str
    parameters: Mapping[str, str]
    timespan: TimeSpan
    log_groups: tuple[str, ...]
    started: datetime
    finished: datetime
    statistics: Statistics
    completeness: Completeness
    notes: tuple[str, ...] = ()
    """What a reader must know to read the result rightly, as sentences."""
    details: Mapping[str, str] = field(default_factory=dict)
    """What only one engine has: the SQL of a local run, query ids of a live one."""
    inner_log_groups: tuple[str, ...] = ()
    """Those that only queries inside the query have read; the query names them itself."""
    accounts: tuple[str, ...] = ()
    """AWS accounts: the one that was asked, or those that the events of an archive name; none where it is not known."""
    region: str = ""
    """The AWS region that was asked; an archive knows none."""
    filled: str = ""
    """The query with its parameters and the saved queries that it calls filled in; empty where there are none."""
    certificate: Certificate | None = None
    """What vouches for the completeness of a live run; an archive says it by itself."""
    lookup_tables: tuple[LookupTable, ...] = ()
    """Those that the query has read here; of a table of the account nobody knows what was in it."""
