"""Asks an endpoint over made-up events, by a clock that does not wait."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bench.synthetic import GROUP, START
from siemlib.live import stopping
from siemlib.live.address import Address
from siemlib.live.client import connect
from siemlib.live.governor import Governor
from siemlib.live.running import run_ask
from siemlib.live.service import Ask
from siemlib.serve.limits import UNLIMITED
from siemlib.settings import LiveSettings
from tests.fixtures_serve import Endpoint, lead_boto3_to
from tests.live.clock import FakeClock

if TYPE_CHECKING:
    from siemlib.live.running import Outcome
    from siemlib.live.service import Counts, Page, Service

SECONDS = 1000
EVENTS = 95
SMALL = replace(UNLIMITED, rows_of_a_page=10)
ASK = Ask("fields @timestamp, @message", START // 1000, START // 1000 + SECONDS, (GROUP,), 10_000)


def service_at(endpoint: Endpoint) -> Service:
    """A client of ``endpoint``; it keeps to it whatever the environment says later."""
    with pytest.MonkeyPatch.context() as patch:
        lead_boto3_to(patch, endpoint)
        service = connect(Address(region="us-east-1"))
        # Credentials are looked for when they are needed for the first time.
        service.stop_query("none")
        return service


class Asking:
    """Asks an endpoint with ten rows a page, by a clock that does not wait."""

    def __init__(self, endpoint: Endpoint, service: Service) -> None:
        endpoint.faults.clear()
        endpoint.state.log.clear()
        self.endpoint = endpoint
        self.clock = FakeClock()
        self.service = service
        self.governor = Governor(
            LiveSettings(starts_per_second=1000, results_per_second=1000), timing=self.clock.timing
        )
        self.pointers: list[str | None] = []
        self.counts: list[Counts] = []

    def page(self, page: Page) -> None:
        """What is told of a page."""
        self.pointers += page.columns[page.names.index("@ptr")] if page.rows else []

    def ask(self, ask: Ask = ASK, *, seconds: float = 3600) -> Outcome:
        """The outcome of one query."""
        until = self.clock.monotonic() + seconds
        return run_ask(self.service, self.governor, ask, until=until, on_page=self.page, watch=self.counts.append)

    def stop_all(self) -> None:
        """As when Python ends."""
        assert stopping.stop_all(self.service) == ()

    def looks(self) -> int:
        """How often GetQueryResults was asked."""
        return len(self.endpoint.asked("GetQueryResults"))

    def check_every_row_came_once(self) -> None:
        """Newest first."""
        assert self.pointers == [f"p{place}" for place in range(EVENTS - 1, -1, -1)]

    def check_nothing_runs(self) -> None:
        """Neither there nor in our own list."""
        assert not self.endpoint.running_queries()
        assert not stopping.running()
        assert self.governor.running == 0
