"""Where to look first for the newest and the oldest events."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from siemlib.archive.ends import newest_from, oldest_to
from siemlib.model.timespan import TimeSpan

if TYPE_CHECKING:
    from siemlib.archive.record import PartRecord

DAY = TimeSpan.of_millis(0, 1_000_000)


def part(first: int, last: int, events: int) -> PartRecord:
    return cast("PartRecord", SimpleNamespace(first=first, last=last, events=events))


def test_an_eighth_of_the_events_lies_at_either_end() -> None:
    parts = [part(0, 499_999, 4_000_000), part(500_000, 999_999, 4_000_000)]
    newest, oldest = newest_from(parts, DAY), oldest_to(parts, DAY)
    assert newest is not None
    assert oldest is not None
    assert abs(newest - 875_000) < 10
    assert abs(oldest - 125_000) < 10


def test_the_end_is_that_of_the_timespan_and_not_of_the_part() -> None:
    half = TimeSpan.of_millis(0, 500_000)
    newest = newest_from([part(0, 999_999, 16_000_000)], half)
    assert newest is not None
    assert abs(newest - 437_500) < 10


def test_a_few_events_are_looked_at_all_at_once() -> None:
    assert newest_from([part(0, 999_999, 150_000)], DAY) is None
    assert oldest_to([part(0, 999_999, 150_000)], DAY) is None
    assert newest_from([], DAY) is None


def test_many_events_of_one_instant_do_not_move_the_end() -> None:
    assert newest_from([part(7, 7, 5_000_000)], DAY) == 7
