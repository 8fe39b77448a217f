"""Sliced is unsliced also over the network: a real client, and an endpoint with limits so low that all is sliced."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import pytest

from siemlib.database.memory import MemoryEvent
from siemlib.live.address import parse_address
from siemlib.live.asking import BIN, COUNT
from siemlib.live.client import connect
from siemlib.live.collected import Collecting
from siemlib.live.gathering import FetchedSlice, Gathered, RowsSeen, gather, millis_of
from siemlib.live.governor import Governor
from siemlib.live.running import run_ask, together
from siemlib.model.timespan import TimeSpan
from siemlib.serve.limits import Limits
from siemlib.settings import LiveSettings
from tests.fixtures_serve import lead_boto3_to, serving
from tests.live.memory_service import START, MemoryService, check_covers, prepared, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.live.asking import Portion
    from siemlib.live.service import Ask, Page, Service
    from siemlib.live.slicing import Slice

MOST = 50
SPAN = TimeSpan.of_millis(START + 1_500, START + 600_700)
LIMITS = Limits(rows_of_a_query=MOST, rows_of_a_page=20, starts_per_second=None, results_per_second=None)


def moment_of(number: int) -> int:
    """Every third event falls into one second of crowded milliseconds."""
    return START + 300_000 + number % 40 if number % 3 else START + number * 1_500


EVENTS = [
    MemoryEvent(moment_of(n), json.dumps({"n": n, "a": n % 7, "who": f"user{n % 5}"}), log_group="memory")
    for n in range(400)
]


class Asker:
    """Asks for slices as the live engine does, but for the spool."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.governor = Governor(LiveSettings(starts_per_second=1000, results_per_second=1000))

    def pages(self, ask: Ask) -> tuple[list[Page], int]:
        """The pages of a query, and how many events it matched."""
        pages: list[Page] = []
        until = self.governor.now() + 30
        outcome = run_ask(self.service, self.governor, ask, until=until, on_page=pages.append)
        assert outcome.whole
        return pages, outcome.counts.matched

    def fetch(self, portion: Portion, span: Slice) -> FetchedSlice:
        """The rows of a slice."""
        pages, matched = self.pages(portion.ask(span, MOST))
        seen = RowsSeen()
        for page in pages:
            seen.add(page)
        return seen.fetched(MOST, lambda: pages, matched)

    def count(self, portion: Portion, span: Slice, size: int) -> dict[int, int]:
        """The rows by bins."""
        found: dict[int, int] = {}
        for page in self.pages(portion.count_ask(span, size, MOST))[0]:
            columns = dict(zip(page.names, page.columns, strict=True))
            starts, rows = columns.get(BIN, []), columns.get(COUNT, [])
            found |= {millis_of(a or "") or 0: int(b or 0) for a, b in zip(starts, rows, strict=True)}
        return found

    def gather(self, portion: Portion, span: Slice) -> Gathered:
        """Every row, four queries side by side."""
        gathered = gather(
            span,
            most=MOST,
            fetch=partial(self.fetch, portion),
            count=partial(self.count, portion),
            together=partial(together, most=4),
        )
        check_covers(gathered, span)
        return gathered


@pytest.fixture(scope="module")
def asker() -> Iterator[Asker]:
    service = MemoryService(EVENTS, most=MOST)
    with pytest.MonkeyPatch.context() as patch, serving(service.engine, limits=LIMITS) as endpoint:
        lead_boto3_to(patch, endpoint)
        yield Asker(connect(parse_address("live:us-east-1")))


@pytest.mark.parametrize("query", ["fields n, a, @timestamp", "filter a > 2 | fields who", "filter a = 3"])
def test_rows_in_slices_are_the_rows_of_one_run(asker: Asker, query: str) -> None:
    asked = prepared(query, SPAN)
    assert asked.rows is not None
    gathered = asker.gather(asked.rows, asked.span)
    wanted = MemoryService(EVENTS, most=MOST).engine.run(query, SPAN, ["memory"], every_row=True)
    names = [*(column.name for column in asked.plan.columns), "@ptr"]
    found = [{name: value for name, value in row.items() if name in names} for row in rows_of(gathered)]
    assert found == wanted.rows
    assert len(gathered.pieces) >= len(wanted.rows) // MOST


@pytest.mark.parametrize(
    "query",
    [
        "stats count(*), sum(n) by who",
        "sort a desc, n | limit 120",
        "filter a != 4 | dedup a, who",
        "filter who in (SOURCE 'memory' | filter n = 11 | fields who) | stats count(*) as c by bin(1m)",
    ],
)
def test_a_query_over_events_in_slices_is_the_query_over_all(asker: Asker, query: str) -> None:
    asked = prepared(query, SPAN)
    with Collecting() as collecting:
        for portion in asked.events:
            collecting.add_gathered(asker.gather(portion, asked.span))
        answer = collecting.answer(asked, every_row=True)
        assert collecting.notes() == ()
    wanted = MemoryService(EVENTS, most=MOST).engine.run(query, SPAN, ["memory"], every_row=True)
    assert answer.rows == wanted.rows
    assert answer.columns == wanted.columns
