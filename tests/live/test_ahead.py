"""Every row of a span with few queries: against an endpoint whose limits are a hundredth of the service's."""

from __future__ import annotations

import threading
from collections import Counter
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.synthetic import GROUP, START, Synthetic, crowded, even
from siemlib.live import answering, asks
from siemlib.live.ahead import Following, gather_ahead
from siemlib.live.gathering import FetchedSlice, millis_of
from siemlib.live.open import open_live
from siemlib.live.service import Counts, Page, Status
from siemlib.live.slicing import Beginning, Slice
from siemlib.live.together import together
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan, render_millis
from siemlib.serve.limits import Limits
from siemlib.settings import Settings
from tests.fixtures_serve import lead_boto3_to, serving
from tests.live.test_slicing import check_covers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from siemlib.engine import Result

MOST, OF_A_PAGE = 1000, 100
LIMITS = Limits(rows_of_a_query=MOST, rows_of_a_page=OF_A_PAGE, starts_per_second=None, results_per_second=None)
SECONDS = 6 * 3600
QUERY = "fields @timestamp, @message"


@pytest.fixture(autouse=True)
def _small_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "MOST_ROWS", MOST)
    monkeypatch.setattr(asks, "MOST_ROWS", MOST)


def every_row(
    times: Sequence[int], folder: Path, patch: pytest.MonkeyPatch, query: str = QUERY
) -> tuple[Result, Mapping[str, int]]:
    """The result, and how many requests of each operation it took."""
    with serving(Synthetic(times), limits=LIMITS) as endpoint:
        lead_boto3_to(patch, endpoint)
        live = {"spool": str(folder), "starts_per_second": 1000, "results_per_second": 1000}
        engine = open_live("live:us-east-1", Settings.model_validate({"live": live}))
        result = engine.run(query, TimeSpan.of_millis(START, START + SECONDS * 1000), [GROUP], every_row=True)
        engine.close()
        assert not endpoint.running_queries()
        return result, {name: len(endpoint.asked(name)) for name in ("StartQuery", "GetQueryResults")}


@pytest.mark.parametrize(
    ("times", "most"),
    [(even(20_500, SECONDS), 1.3 * 21 + 3), (crowded(20_500, SECONDS), 2 * 21)],
    ids=["even", "half of them in two minutes"],
)
def test_every_row_comes_with_few_queries_and_few_pages(
    times: list[int], most: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, asked = every_row(times, tmp_path, monkeypatch)
    assert [row["@ptr"] for row in result.rows] == [f"p{place}" for place in range(len(times) - 1, -1, -1)]
    assert result.completeness is Completeness.COMPLETE
    assert asked["StartQuery"] <= most
    # A page that is not full for each query and each count, and now and then a look that came too early.
    assert asked["GetQueryResults"] <= ceil(len(times) / OF_A_PAGE) + 2 * asked["StartQuery"] + 10


def test_what_fits_one_query_takes_one_query(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result, asked = every_row(even(MOST - 1, SECONDS), tmp_path, monkeypatch)
    assert len(result.rows) == MOST - 1
    assert asked["StartQuery"] == 1


def test_a_query_that_does_not_show_the_time_is_sliced_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = even(3 * MOST + 1, SECONDS)
    result, asked = every_row(times, tmp_path, monkeypatch, "fields @message")
    assert [row["@ptr"] for row in result.rows] == [f"p{place}" for place in range(len(times) - 1, -1, -1)]
    assert set(result.rows[0]) == {"@message", "@ptr"}
    assert asked["StartQuery"] <= 1.3 * 4 + 3


class Account:
    """A service of so many events, one a millisecond, whose first query does not end before its slices are asked."""

    def __init__(self, events: int, *, late: int = 0) -> None:
        self.span = Slice(0, events)
        self.fetched: list[Slice] = []
        self.late = late
        """Events that came into the newest slice after the first query."""
        self.sliced = threading.Event()

    def first(self, told: Callable[[Beginning], None]) -> FetchedSlice:
        """The query of the whole span."""
        told(Beginning(self.span.end, 0, None, None))
        assert self.sliced.wait(10)
        return self._answer(Slice(self.span.start, self.span.end), 10 - self.late)

    def fetch(self, wanted: Slice, told: Callable[[Beginning], None] | None = None) -> FetchedSlice:
        """That of a slice."""
        del told
        self.fetched.append(wanted)
        self.sliced.set()
        return self._answer(wanted, 10)

    def _answer(self, wanted: Slice, most: int) -> FetchedSlice:
        rows = min(most, wanted.millis)
        return FetchedSlice(rows, wanted.millis >= most, list, wanted.end - rows, rows - 1, wanted.millis)

    def count(self, span: Slice, size: int) -> dict[int, int]:
        """An event a millisecond."""
        return dict.fromkeys(range(span.start, span.end, size), size)

    def gathered(self) -> list[Slice]:
        """The slices of the pieces, newest first."""
        found = gather_ahead(
            self.span,
            most=10,
            first=self.first,
            fetch=self.fetch,
            count=self.count,
            together=lambda jobs: together(jobs, most=8),
            halve=lambda _: False,
        )
        return [piece.slice for piece in found.pieces]


def test_slices_are_asked_for_before_the_first_query_has_given_all_its_pages() -> None:
    account = Account(95, late=10)
    slices = account.gathered()
    assert (slices[0].end, slices[-1].start) == (95, 0)
    assert all(newer.start == older.end for newer, older in pairwise(slices))


def test_the_newest_slice_is_asked_for_where_the_first_query_may_lack_events_of_it() -> None:
    account = Account(95, late=5)
    account.gathered()
    assert any(each.end == 95 for each in account.fetched)


class Uneven:
    """A service of events at these moments, newest first in pages of two, whose queries give ten rows."""

    def __init__(self, times: Sequence[int], *, workers: int = 8) -> None:
        self.times, self.workers = sorted(times, reverse=True), workers
        self.asked: list[Slice] = []
        self.counted: list[Slice] = []

    def fetch(self, wanted: Slice, told: Callable[[Beginning], None] | None = None) -> FetchedSlice:
        """A query."""
        self.asked.append(wanted)
        inside = [time for time in self.times if wanted.start <= time < wanted.end]
        rows = inside[:10]
        pages = [_page(rows[first : first + 2], len(inside)) for first in range(0, len(rows), 2)]
        following = Following(told=told)
        for each in pages:
            following.add(each)
        return following._seen.fetched(10, lambda: pages, len(inside))

    def count(self, span: Slice, size: int) -> Mapping[int, int]:
        """Rows by bins."""
        self.counted.append(span)
        return Counter(time // size * size for time in self.times if span.start <= time < span.end)

    def gathered(self, span: Slice) -> list[int]:
        """The moments of all rows that were kept."""
        found = gather_ahead(
            span,
            most=10,
            first=lambda told: self.fetch(span, told),
            fetch=self.fetch,
            count=self.count,
            together=lambda jobs: together(jobs, most=self.workers),
            halve=lambda _: False,
        )
        check_covers([piece.slice for piece in found.pieces][::-1], span)
        lost = sum(each.left_out or 0 for each in found.overflows)
        assert found.counted == found.rows + lost
        texts = [
            text
            for piece in found.pieces
            for text in [text for page in piece.fetched.pages() for text in page.columns[0]][: piece.take]
        ]
        return [millis_of(text) or 0 for text in texts if text is not None]


def _page(times: Sequence[int], matched: int) -> Page:
    texts: list[str | None] = [render_millis(time) for time in times]
    return Page(Status.COMPLETE, Counts(matched=matched), None, b"", ("@timestamp",), (texts,))


MINUTE = 60_000


@pytest.mark.parametrize("workers", [1, 8])
@settings(deadline=None, max_examples=100)
@given(
    times=st.lists(st.integers(0, 20 * MINUTE - 1), unique=True, max_size=60)
    | st.integers(11, 60).map(lambda count: [each * 20 * MINUTE // count for each in range(count)])
)
def test_every_row_comes_once_however_wrong_a_guess_was(workers: int, times: list[int]) -> None:
    service = Uneven(times, workers=workers)
    assert service.gathered(Slice(0, 20 * MINUTE)) == service.times


def test_slices_next_to_what_the_first_query_holds_are_asked_for_without_a_count_of_them() -> None:
    service = Uneven(even(100, 1200))
    span = Slice(START, START + 20 * MINUTE)
    assert len(service.gathered(span)) == 100
    counted = max(each.end for each in service.counted)
    assert span.start < counted < service.times[20]
    assert sum(each.start >= counted for each in service.asked) == 2


def test_what_the_first_query_did_not_reach_is_fetched() -> None:
    # The rows of the first page are even with the span; the next ones are close together behind them.
    times = [*range(0, 10 * MINUTE, 10_000), *range(18 * MINUTE, 19 * MINUTE, 3_000), 19 * MINUTE + 50_000]
    service = Uneven([*times, 19 * MINUTE + 30_000])
    assert service.gathered(Slice(0, 20 * MINUTE)) == service.times
    assert service.asked[0] == Slice(0, 20 * MINUTE)
    reached = service.times[9]
    assert any(each.end == reached + 1 for each in service.asked)
