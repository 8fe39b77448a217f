"""What CloudWatch Logs takes and gives, as plain values. Nothing here knows boto3, or how to wait.

Source: the API reference of CloudWatch Logs (``Logs_20140328``); names are the service's own where they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_ROWS = 100_000
"""Rows of one query, over all its pages (StartQuery, ``limit``)."""

MOST_ROWS_OF_A_PAGE = 10_000
"""Rows of one page (GetQueryResults, ``maxItems``)."""

MOST_GROUPS_OF_A_QUERY = 50
"""Log groups that a query can be given by name (StartQuery, ``logGroupIdentifiers``)."""

LONGEST_QUERY = 10_000
"""Characters of a query (StartQuery, ``queryString``)."""


class Status(StrEnum):
    """The states of a query."""

    SCHEDULED = "Scheduled"
    RUNNING = "Running"
    COMPLETE = "Complete"
    FAILED = "Failed"
    CANCELLED = "Cancelled"
    TIMEOUT = "Timeout"
    UNKNOWN = "Unknown"

    @property
    def ended(self) -> bool:
        """Whether the query will not change any more."""
        return self not in {Status.SCHEDULED, Status.RUNNING}


@dataclass(frozen=True, slots=True)
class Counts:
    """``statistics`` of GetQueryResults; what the service did not say is ``0``, but for ``rows``."""

    matched: int = 0
    scanned: int = 0
    bytes: int = 0
    skipped_events: int = 0
    """``estimatedRecordsSkipped``."""
    skipped_bytes: int = 0
    log_groups: int = 0
    rows: int | None = None
    """``resultCount``: rows of the whole result over all pages; ``None`` where the service does not say."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One StartQuery."""

    text: str
    start: int
    """Epoch seconds, inclusive."""
    end: int
    """Epoch seconds, inclusive to its last millisecond."""
    log_groups: tuple[str, ...] = ()
    """Names or ARNs; none where the text says ``SOURCE`` itself."""
    limit: int | None = None
    """1 to 100,000; without it the service gives 10,000 rows."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of GetQueryResults."""

    status: Status
    counts: Counts
    token: str | None
    """Of the next page."""
    body: bytes
    """The response exactly as it came: UTF-8 JSON. This is what the spool keeps."""
    names: tuple[str, ...]
    """The fields of its rows in the order of the service, ``@ptr`` last."""
    columns: tuple[list[str | None], ...]
    """The values of each, of equal length; ``None`` where a row lacks the field."""

    @property
    def rows(self) -> int:
        """How many rows the page holds."""
        return len(self.columns[0]) if self.columns else 0


@dataclass(frozen=True, slots=True)
class Group:
    """A log group of DescribeLogGroups. Times are epoch milliseconds."""

    name: str
    arn: str
    """Without ``:*``."""
    stored_bytes: int
    created: int
    retention_days: int | None
    """``None``: never expires."""
    log_class: str = "STANDARD"


@dataclass(frozen=True, slots=True)
class LogEvent:
    """An event of FilterLogEvents or GetLogEvents. Times are epoch milliseconds."""

    id: str
    stream: str
    time: int
    ingested: int
    message: str


@dataclass(frozen=True, slots=True)
class EventPage:
    """One answer of FilterLogEvents."""

    events: tuple[LogEvent, ...]
    token: str | None
    body: bytes
    """The response exactly as it came."""


class Service(Protocol):
    """The calls that we make: one request each, no retry, no waiting. Errors are those of ``siemlib.live.errors``."""

    @property
    def region(self) -> str:
        """The AWS Region."""

    @property
    def endpoint(self) -> str:
        """Scheme, host and port that are asked, where that is not Amazon's own; else empty."""

    def account(self) -> str | None:
        """The account, as the ARNs of its log groups say; ``None`` where there is none."""

    def start_query(self, ask: Ask) -> str:
        """StartQuery; gives the query id."""

    def results(self, query_id: str, *, token: str | None = None, most: int = MOST_ROWS_OF_A_PAGE) -> Page:
        """GetQueryResults."""

    def stop_query(self, query_id: str) -> bool:
        """StopQuery. A query that has ended already is no error: ``False``."""

    def queries(self, *, log_group: str | None = None, status: Status | None = None) -> Iterator[dict[str, Any]]:
        """DescribeQueries, every page; the service's own dictionaries."""

    def log_groups(self, *, prefix: str | None = None, linked: bool = False) -> Iterator[Group]:
        """DescribeLogGroups, every page; ``linked`` also those of linked source accounts."""

    def log_group_fields(self, log_group: str, *, time: int | None = None) -> dict[str, int]:
        """GetLogGroupFields around ``time`` (epoch seconds): names and percent."""

    def log_record(self, pointer: str) -> dict[str, str]:
        """GetLogRecord: every field of the event with this ``@ptr``, its ``@message`` whole."""

    def filter_events(  # noqa: PLR0913 - what FilterLogEvents takes, by name
        self,
        log_group: str,
        *,
        start: int,
        end: int,
        pattern: str | None = None,
        token: str | None = None,
        most: int = 10_000,
        newest: bool = False,
    ) -> EventPage:
        """FilterLogEvents over ``[start, end]`` in epoch milliseconds, both inclusive; oldest first, or newest first.

        The service takes ``newest`` only with a ``start`` of 2024 or later.
        """

    def query_definitions(self, *, prefix: str | None = None) -> Iterator[dict[str, Any]]:
        """DescribeQueryDefinitions, every page."""


def names_of(pages: Sequence[Page]) -> tuple[str, ...]:
    """The fields of all pages, each once, ``@ptr`` last."""
    names = dict.fromkeys(name for page in pages for name in page.names)
    return (*(name for name in names if name != "@ptr"), *(["@ptr"] if "@ptr" in names else []))
