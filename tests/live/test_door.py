"""Between half-open milliseconds and the service's inclusive seconds nothing is lost, and nothing comes twice."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.live.door import door
from siemlib.live.slicing import Slice
from siemlib.ql.ast import Binary, Expression, Number

DAY = 86_400_000


def meets(condition: Expression | None, moment: int) -> bool:
    """Whether an event of this moment meets the condition, read from its syntax."""
    match condition:
        case None:
            return True
        case Binary(operator="and", left=left, right=right):
            return meets(left, moment) and meets(right, moment)
        case Binary(operator=">=", right=Number(text=edge)):
            return moment >= int(edge)
        case Binary(operator="<", right=Number(text=edge)):
            return moment < int(edge)
    raise AssertionError(condition)


def test_whole_seconds_need_no_condition_and_the_last_second_is_the_one_before_the_end() -> None:
    given = door(Slice(10_000, 12_000))
    assert (given.start, given.end, given.condition) == (10, 11, None)


@pytest.mark.parametrize(
    ("span", "condition"),
    [
        (Slice(10_001, 12_000), "toMillis(@timestamp) >= 10001"),
        (Slice(10_000, 12_001), "toMillis(@timestamp) < 12001"),
        (Slice(10_500, 10_501), "toMillis(@timestamp) >= 10500 and toMillis(@timestamp) < 10501"),
    ],
)
def test_what_the_seconds_have_too_much_is_taken_away_by_a_condition(span: Slice, condition: str) -> None:
    assert door(span).condition == condition


@given(st.lists(st.integers(0, DAY), min_size=2, max_size=8, unique=True), st.integers(-1, DAY))
def test_of_slices_that_follow_each_other_every_moment_is_asked_of_exactly_one(edges: list[int], moment: int) -> None:
    edges.sort()
    slices = [Slice(a, b) for a, b in pairwise(edges)]
    asked = [
        span
        for span in slices
        if door(span).start * 1000 <= moment <= door(span).end * 1000 + 999 and meets(door(span).exact, moment)
    ]
    assert asked == [span for span in slices if span.start <= moment < span.end]


def test_an_empty_slice_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="no time between 5 and 5"):
        door(Slice(5, 5))
