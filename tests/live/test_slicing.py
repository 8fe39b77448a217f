"""Counts become slices that cover the time, fit, and are few."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.live.slicing import (
    BINS,
    Beginning,
    Cell,
    Slice,
    cells,
    countings,
    guessed,
    halves,
    overfull,
    packed,
    refined,
)
from siemlib.ql.analyse import analyse
from siemlib.ql.parser import parse
from siemlib.ql.plan import Aggregate, Apply, Length

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = 86_400_000
_spans = st.tuples(st.integers(0, 3 * DAY), st.integers(1, 40 * DAY)).map(lambda p: Slice(p[0], p[0] + p[1]))


def check_covers(slices: Sequence[Slice], span: Slice) -> None:
    """Oldest first, without gap and overlap."""
    assert slices[0].start == span.start
    assert slices[-1].end == span.end
    for before, after in pairwise(slices):
        assert before.end == after.start


@pytest.mark.parametrize(("size", "text"), BINS.items())
def test_the_language_takes_every_bin_for_as_long_as_it_says(size: int, text: str) -> None:
    plan = analyse(parse(f"stats count(*) by bin({text})"), {}, "")
    step = plan.steps[0]
    assert isinstance(step, Aggregate)
    value = step.keys[0].value
    assert isinstance(value, Apply)
    [length] = [argument for argument in value.arguments if isinstance(argument, Length)]
    assert length.amount * {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": DAY}[length.unit] == size


@given(_spans, st.integers(1, 20_000), st.sampled_from([None, *list(BINS)[1:]]))
def test_a_count_has_no_more_bins_than_it_may_and_covers_the_span(span: Slice, most: int, finer: int | None) -> None:
    if finer is not None:
        span = Slice(span.start, span.start + min(span.millis, 200 * finer))
    asked = countings(span, most, finer)
    check_covers([each for each, _ in asked], span)
    for each, size in asked:
        assert -(-each.end // size) - each.start // size <= most
        assert finer is None or size < finer


def test_a_day_is_counted_in_bins_of_ten_seconds_for_one_page_holds_so_many() -> None:
    assert countings(Slice(0, DAY), 100_000) == [(Slice(0, DAY), 10_000)]


@given(_spans, st.dictionaries(st.integers(0, 60), st.integers(1, 50)), st.integers(1, 60))
def test_cells_cover_the_span_and_slices_of_them_fit_and_are_few(
    span: Slice, found: dict[int, int], capacity: int
) -> None:
    size = 3_600_000
    counts = {number * size: rows for number, rows in reversed(found.items())}
    covering = cells(span, counts, size)
    check_covers([cell.slice for cell in covering], span)
    inside = sum(r for start, r in counts.items() if start < span.end and start + size > span.start)
    assert sum(cell.rows for cell in covering) == inside
    slices = list(packed(covering, capacity))
    check_covers([cell.slice for cell in reversed(slices)], span)
    assert sum(cell.rows for cell in slices) == inside
    single = {cell.slice for cell in covering}
    # What does not fit is one cell, but for the empty time beside it.
    assert all(
        cell.rows <= capacity or max(c.rows for c in covering if _within(c, cell)) == cell.rows for cell in slices
    )
    assert single or not slices
    # Two that follow each other would not fit into one: so there are at most twice as many as there must be.
    for newer, older in pairwise(slices):
        assert newer.rows + older.rows > capacity


def _within(small: Cell, large: Cell) -> bool:
    return large.slice.start <= small.slice.start and small.slice.end <= large.slice.end


def test_bins_that_are_too_full_are_counted_again_together_and_the_rest_stays() -> None:
    covering = cells(Slice(0, 40_000), {0: 5, 10_000: 60, 20_000: 70, 30_000: 1}, 10_000)
    [run] = overfull(covering, 50)
    assert run == Cell(Slice(10_000, 30_000), 130, 10_000)
    finer = cells(run.slice, {11_000: 40, 25_000: 90}, 1000)
    again = refined(covering, finer)
    check_covers([cell.slice for cell in again], Slice(0, 40_000))
    assert sum(cell.rows for cell in again) == 5 + 40 + 90 + 1
    assert [run.slice for run in overfull(again, 50)] == [Slice(25_000, 26_000)]


def test_a_millisecond_is_not_counted_finer() -> None:
    assert overfull([Cell(Slice(0, 1), 1000, 10), Cell(Slice(5, 6), 1000, 1)], 50) == []


@given(_spans.filter(lambda span: span.millis > 1))
def test_halves_are_both_shorter_and_cover_the_slice(span: Slice) -> None:
    newer, older = halves(span)
    check_covers([older, newer], span)
    assert 0 < newer.millis < span.millis
    assert 0 < older.millis < span.millis


SPAN = Slice(0, DAY)
EVEN = Beginning(matched=1_000_000, rows=10_000, newest=DAY - 1, oldest=DAY - 1 - DAY // 100)
"""The first page of a million rows, even in time."""


@given(
    _spans,
    st.builds(Beginning, st.integers(0, 10**7), st.integers(0, 10_000), *[st.none() | st.integers(0, 43 * DAY)] * 2),
    st.sampled_from([1, 9, 1_000, 99_999]),
)
def test_what_is_guessed_is_side_by_side_up_to_the_end_of_the_span(span: Slice, known: Beginning, most: int) -> None:
    found = guessed(span, most, known)
    if found:
        check_covers(found[::-1], Slice(found[-1].start, span.end))
        assert all(each.millis > 0 for each in found)
        assert span.start <= found[-1].start < found[0].start
        assert len(found) <= 3


def test_the_first_page_of_an_even_span_tells_where_its_query_ends_and_two_slices_of_as_many_rows() -> None:
    found = guessed(SPAN, 99_999, EVEN)
    assert len(found) == 3
    for each in found:
        assert each.start % 1000 == 0
        assert 94_000 < 1_000_000 * each.millis / DAY < 96_000


def test_the_last_slice_that_is_guessed_goes_back_to_the_start_where_its_rows_seem_to_fit() -> None:
    found = guessed(SPAN, 99_999, Beginning(150_000, 10_000, DAY - 1, DAY - 1 - DAY // 15))
    assert [each.start for each in found] == [found[0].start, 0]


@pytest.mark.parametrize("times", [4, 1 / 4])
def test_nothing_is_guessed_from_a_burst_or_from_a_lull(times: float) -> None:
    assert not guessed(SPAN, 99_999, Beginning(1_000_000, 10_000, DAY - 1, DAY - 1 - int(DAY / 100 / times)))


@pytest.mark.parametrize(
    "known",
    [
        Beginning(1_000_000, 10_000, None, None),
        Beginning(1_000_000, 10_000, DAY - 1, DAY - 1),
        Beginning(1_000_000, 10_000, DAY + 1, DAY - DAY // 100),
        Beginning(1_000_000, 1_000, DAY - 1, DAY - 1 - DAY // 1000),
    ],
    ids=["no times", "one moment", "times of another span", "few rows"],
)
def test_nothing_is_guessed_from_a_page_that_says_too_little(known: Beginning) -> None:
    assert not guessed(SPAN, 99_999, known)
