"""Gathering over times alone: what is asked, how often, and that nothing is lost when counts and answers are off."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from siemlib.live.gathering import FetchedSlice, Gathered, RowsSeen, gather, millis_of
from siemlib.live.service import Counts, Page, Status
from siemlib.live.slicing import Beginning, Slice
from siemlib.model.timespan import render_millis
from tests.live.memory_service import check_covers

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = Slice(0, 86_400_000)
MINUTE = 60_000


class Times:
    """A service of events that are nothing but their times."""

    def __init__(self, times: Sequence[int], most: int, *, timed: bool = True, matched: bool = True) -> None:
        self.times = sorted(times)
        self.most, self.timed, self.matched = most, timed, matched
        self.asked: list[Slice] = []
        self.counted: list[tuple[Slice, int]] = []
        self.lie = 1.0
        """What counts are multiplied with."""

    def inside(self, span: Slice) -> list[int]:
        """The times of a slice, newest first."""
        return self.times[bisect_left(self.times, span.start) : bisect_left(self.times, span.end)][::-1]

    def fetch(self, span: Slice) -> FetchedSlice:
        """What a query gives."""
        self.asked.append(span)
        there = self.inside(span)
        rows = there[: self.most]
        oldest = rows[-1] if rows and self.timed else None
        newer = sum(time != oldest for time in rows) if oldest is not None else 0
        matched = len(there) if self.matched else None
        page = Page(Status.COMPLETE, Counts(), None, b"", ("t",), ([str(time) for time in rows],))
        return FetchedSlice(len(rows), len(rows) >= self.most, lambda: [page], oldest, newer, matched)

    def count(self, span: Slice, size: int) -> dict[int, int]:
        """What a count gives, in no order."""
        self.counted.append((span, size))
        found = Counter(time // size * size for time in self.inside(span))
        assert len(found) <= self.most
        return {start: int(rows * self.lie) for start, rows in reversed(found.items())}

    def gather(self, span: Slice = DAY, matched: int | None = None) -> Gathered:
        """Everything."""
        return gather(span, most=self.most, fetch=self.fetch, count=self.count, matched=matched)

    @property
    def queries(self) -> int:
        """How many there were."""
        return len(self.asked) + len(self.counted)


def times_of(gathered: Gathered) -> list[int]:
    """The rows of all pieces, in their order."""
    return [
        int(text or 0)
        for piece in gathered.pieces
        for page in piece.fetched.pages()
        for text in page.columns[0][: piece.take]
    ]


def check_all(service: Times, gathered: Gathered) -> None:
    """Every event, newest first, each once."""
    check_covers(gathered, DAY)
    assert times_of(gathered) == service.times[::-1]
    assert gathered.overflows == ()
    assert gathered.fetched + gathered.counts == service.queries


def even(number: int) -> list[int]:
    """So many events over the day."""
    return [DAY.end * n // number for n in range(number)]


def crowded(number: int) -> list[int]:
    """Half of the events fall in two minutes."""
    random = Random(number)  # noqa: S311 - no secret
    half = number // 2
    return [43_200_000 + random.randrange(2 * MINUTE) for _ in range(half)] + even(number - half)


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("most", [1_000, 10_000])
@pytest.mark.parametrize("share", [0.5, 1.01, 2.5, 7.3, 20])
def test_even_events_take_few_queries(share: float, most: int, timed: bool) -> None:  # noqa: FBT001 - a parameter
    number = int(share * most)
    service = Times(even(number), most, timed=timed)
    check_all(service, service.gather())
    assert service.queries <= 1.3 * -(-number // most) + 3


@pytest.mark.parametrize("most", [1_000, 10_000])
@pytest.mark.parametrize("share", [1.01, 1.5, 2.5, 13, 20])
def test_events_of_which_half_fall_in_two_minutes_take_at_most_twice_as_many_as_they_fill(
    share: float, most: int
) -> None:
    number = int(share * most)
    service = Times(crowded(number), most)
    check_all(service, service.gather())
    assert service.queries <= 2 * -(-number // most)


def test_what_fits_is_one_query_and_no_count() -> None:
    service = Times(even(99), 100)
    check_all(service, service.gather())
    assert (service.asked, service.counted) == ([DAY], [])


def test_where_the_service_says_how_many_are_left_and_they_fit_nothing_is_counted() -> None:
    service = Times(even(150), 100)
    check_all(service, service.gather())
    assert (len(service.asked), service.counted) == (2, [])


def test_with_a_known_number_of_rows_the_whole_is_not_asked_first() -> None:
    service = Times(even(1000), 100)
    check_all(service, service.gather(matched=1000))
    assert all(len(service.inside(span)) < 100 for span in service.asked)


@pytest.mark.parametrize("lie", [0.0, 0.4, 3.0])
@pytest.mark.parametrize("timed", [True, False])
def test_counts_that_are_wrong_cost_queries_but_no_events(lie: float, timed: bool) -> None:  # noqa: FBT001 - the same
    service = Times(crowded(2000), 100, timed=timed, matched=False)
    service.lie = lie
    check_all(service, service.gather())


def test_events_that_arrive_after_they_were_counted_are_there_in_every_slice_that_is_asked_later() -> None:
    service = Times(even(1000), 100)
    count, late = service.count, [DAY.end * n // 300 for n in range(150)]

    def count_and_let_arrive(span: Slice, size: int) -> dict[int, int]:
        found = count(span, size)
        if late:
            service.times = sorted([*service.times, *late])
            late.clear()
        return found

    gathered = gather(DAY, most=100, fetch=service.fetch, count=count_and_let_arrive)
    check_covers(gathered, DAY)
    assert times_of(gathered) == service.times[::-1]


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("matched", [True, False])
def test_a_millisecond_with_too_many_events_is_named_with_what_is_left_out(
    timed: bool,  # noqa: FBT001 - the same
    matched: bool,  # noqa: FBT001 - the same
) -> None:
    moment = 43_200_123
    service = Times([*even(50), *[moment] * 130, DAY.end - 1], 100, timed=timed, matched=matched)
    gathered = service.gather()
    check_covers(gathered, DAY)
    [overflow] = gathered.overflows
    assert (overflow.moment, overflow.taken, overflow.left_out) == (moment, 100, 30)
    assert str(overflow).startswith(f"In the millisecond {render_millis(moment)} there are more rows")
    assert Counter(times_of(gathered)) == Counter(service.times) - Counter([moment] * 30)


def test_a_millisecond_that_is_exactly_full_is_whole() -> None:
    service = Times([*even(30), *[43_200_123] * 100], 100)
    check_all(service, service.gather())


def test_rows_of_another_time_than_was_asked_do_not_cut_the_slice() -> None:
    service = Times(even(300), 100)
    fetch = service.fetch

    def strange(span: Slice) -> FetchedSlice:
        got = fetch(span)
        return FetchedSlice(got.rows, got.full, got.pages, DAY.end + 5, got.newer, got.matched)

    gathered = gather(DAY, most=100, fetch=strange, count=service.count)
    assert times_of(gathered) == service.times[::-1]


def page(*times: str | None) -> Page:
    """A page of rows of these times."""
    return Page(Status.COMPLETE, Counts(), None, b"", ("@timestamp",), (list(times),))


T1, T2, T3 = (render_millis(n) for n in (1, 2, 3))


def test_rows_that_are_newest_first_tell_their_oldest_millisecond_and_how_many_are_newer() -> None:
    seen = RowsSeen()
    seen.add(page(T3, T3))
    seen.add(page(T2, T1))
    seen.add(page(T1))
    got = seen.fetched(5, list, None)
    assert (got.rows, got.full, got.oldest, got.newer) == (5, True, 1, 3)


def test_rows_tell_between_which_times_they_are_and_out_of_order_none() -> None:
    seen = RowsSeen()
    seen.add(page(T3, T3, T2))
    assert seen.beginning(9) == Beginning(9, 3, 3, 2)
    seen.add(page(T3))
    assert seen.beginning(9) == Beginning(9, 4, None, None)


@pytest.mark.parametrize("times", [(T1, T2), (T2, None), ("no time",)])
def test_rows_that_are_in_another_order_or_have_no_time_tell_none(times: tuple[str | None, ...]) -> None:
    seen = RowsSeen()
    seen.add(page(*times))
    got = seen.fetched(len(times), list, None)
    assert (got.full, got.oldest, got.newer) == (True, None, 0)


def test_a_query_that_gave_all_it_may_is_not_believed_to_be_complete_and_too_small_a_count_is_not_believed() -> None:
    seen = RowsSeen()
    seen.add(page(T2, T1))
    assert seen.fetched(2, list, 2).full
    assert not seen.fetched(3, list, 2).full
    assert seen.fetched(2, list, 1).matched is None


def test_times_are_read_to_the_millisecond() -> None:
    assert millis_of("2023-11-14 22:13:20.005") == 1_700_000_000_005
    assert millis_of("yesterday") is None
