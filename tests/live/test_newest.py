"""The newest rows in parts: whatever times out, they are the newest, each once, and nothing older is asked."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from siemlib.live.gathering import FetchedSlice
from siemlib.live.newest import Newest, newest
from siemlib.live.slicing import Slice

SPAN = Slice(0, 3_600_000)
MINUTE = 60_000


@dataclass
class Fetching:
    """Rows at these moments; a query of more than ``longest`` milliseconds times out, with one row."""

    moments: range
    longest: int
    asked: list[tuple[Slice, int]] = field(default_factory=list)

    def __call__(self, span: Slice, most: int) -> FetchedSlice:
        """The rows, as their number."""
        self.asked.append((span, most))
        if span.millis > self.longest:
            return FetchedSlice(1, full=False, pages=tuple, timed_out=f"q-{len(self.asked)}")
        rows = min(most, sum(span.start <= moment < span.end for moment in self.moments))
        return FetchedSlice(rows, full=rows >= most, pages=tuple)

    def newest(self, enough: int, *, halve: bool = True) -> Newest:
        """The newest rows of the hour."""
        return newest(SPAN, enough, fetch=self, halve=lambda _: halve)


def test_one_query_is_enough_where_it_does_not_time_out() -> None:
    fetching = Fetching(range(0, SPAN.end, MINUTE), SPAN.millis)
    found = fetching.newest(7)
    assert fetching.asked == [(SPAN, 7)]
    assert (found.rows, found.reached) == (7, SPAN.start)


@pytest.mark.parametrize(("enough", "reached"), [(7, 52.5), (8, 45), (60, 0), (1000, 0)])
def test_halves_are_asked_newest_first_until_there_are_enough(enough: int, reached: float) -> None:
    # An hour, its halves and its quarters time out; each part of seven and a half minutes holds seven or eight.
    fetching = Fetching(range(0, SPAN.end, MINUTE), 10 * MINUTE)
    found = fetching.newest(enough)
    assert found.rows == min(enough, 60)
    assert found.reached == reached * MINUTE
    assert fetching.asked[:4] == [
        (SPAN, enough),
        (Slice(1_800_000, 3_600_000), enough),
        (Slice(2_700_000, 3_600_000), enough),
        (Slice(3_150_000, 3_600_000), enough),
    ]
    answered = [span for span, _ in fetching.asked if span.millis <= fetching.longest]
    assert answered == sorted(answered, key=lambda span: -span.start)
    assert all(span.end > found.reached for span, _ in fetching.asked)


def test_what_is_known_to_time_out_is_not_asked_first() -> None:
    fetching = Fetching(range(0, SPAN.end, MINUTE), 30 * MINUTE)
    known = FetchedSlice(0, full=False, pages=tuple, timed_out="q-0")
    assert newest(SPAN, 60, fetch=fetching, halve=lambda _: True, first=known).rows == 60
    assert [span.millis for span, _ in fetching.asked] == [30 * MINUTE, 30 * MINUTE]


def test_what_times_out_however_short_it_is_is_kept_as_it_came() -> None:
    fetching = Fetching(range(0, SPAN.end, MINUTE), 0)
    found = fetching.newest(1000)
    assert 2 * MINUTE > min(span.millis for span, _ in fetching.asked) >= MINUTE
    assert found.rows == len(found.parts) == 32
    assert all(fetched.timed_out for fetched, _ in found.parts)
    assert Fetching(range(10), 0).newest(5, halve=False).rows == 1


def test_of_the_parts_so_many_rows_as_are_wanted() -> None:
    found = Fetching(range(0, SPAN.end, MINUTE), 15 * MINUTE).newest(40)
    assert [take for _, take in found.parts] == [15, 15, 10]
    assert [take for _, take in found.first(20)] == [15, 5, 0]
