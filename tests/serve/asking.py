"""A few events in memory behind an endpoint, and boto3 before it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from siemlib.database.memory import MemoryEvent
from siemlib.engine import LogGroup, Result
from siemlib.local.engine import LocalEngine
from siemlib.model.run import Completeness, Run, Statistics
from tests.fixtures_serve import lead_boto3_to
from tests.local.memory import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from botocore.client import BaseClient

    from siemlib.engine import FoundFields
    from siemlib.model.timespan import TimeSpan
    from tests.fixtures_serve import Endpoint


@pytest.fixture(scope="module")
def client_of() -> Iterator[Callable[[Endpoint], BaseClient]]:
    """A boto3 client of an endpoint, which tries nothing twice."""
    with pytest.MonkeyPatch.context() as patch:

        def made(endpoint: Endpoint) -> BaseClient:
            lead_boto3_to(patch, endpoint)
            return boto3.client("logs", config=Config(retries={"total_max_attempts": 1}))

        yield made


SECOND = 1_700_000_000
"""2023-11-14 22:13:20 UTC, in epoch seconds."""


def engine(*events: tuple[int, str], group: str = "app") -> LocalEngine:
    """An engine over events of (epoch milliseconds, message) in one log group."""
    return LocalEngine(Store([MemoryEvent(time, message, group) for time, message in events]), "local:memory")


class Made:
    """An engine whose answer is given: so many rows of text, whatever is asked."""

    url = "made:rows"

    def __init__(self, rows: Sequence[Mapping[str, str]], before: Callable[[], object] = lambda: None) -> None:
        self._rows, self._before = [dict(row) for row in rows], before

    def log_groups(self) -> tuple[LogGroup, ...]:
        """One."""
        return (LogGroup("app", (), len(self._rows), None, None),)

    def fields(self, log_group: str, timespan: TimeSpan) -> FoundFields:
        """Nobody asks for them here."""
        raise AssertionError((log_group, timespan))

    def run(
        self,
        query: str,
        timespan: TimeSpan | None,
        log_groups: Sequence[str] | None,
        *,
        parameters: Mapping[str, str] | None = None,
        every_row: bool = False,
    ) -> Result:
        """The rows, when what is to happen before has happened."""
        del parameters, every_row
        self._before()
        assert timespan is not None
        now, count = datetime.now(UTC), len(self._rows)
        told = Statistics(count, count * 2, count * 100, count)
        groups = tuple(log_groups or ("app",))
        run = Run("1", self.url, query, {}, timespan, groups, now, now, told, Completeness.COMPLETE)
        return Result((), self._rows, run)


def ask(client: BaseClient, text: str, *, start: int = SECOND, end: int = SECOND + 60, **more: object) -> str:
    """Start a query over the log group ``app``, or what ``more`` names; gives its id."""
    if not set(more) & {"logGroupNames", "logGroupIdentifiers", "logGroupName"} and not text.startswith("SOURCE"):
        more["logGroupName"] = "app"
    return str(client.start_query(queryString=text, startTime=start, endTime=end, **more)["queryId"])


def ended(client: BaseClient, query_id: str, **more: object) -> dict[str, Any]:
    """The first page of a query that has ended. It is no longer than a few seconds in coming."""
    for _ in range(500):
        page: dict[str, Any] = client.get_query_results(queryId=query_id, **more)
        if page["status"] not in {"Scheduled", "Running"}:
            return page
        time.sleep(0.01)
    message = f"still {page['status']}"
    raise AssertionError(message)


def answered(client: BaseClient, text: str, **more: object) -> dict[str, Any]:
    """The first page of what a query gives."""
    return ended(client, ask(client, text, **more))


def column(page: Mapping[str, Any], field: str) -> list[str | None]:
    """One field of every row."""
    return [{pair["field"]: pair["value"] for pair in row}.get(field) for row in page["results"]]
