"""An order is proven where intervals are apart, and nowhere else."""

from __future__ import annotations

import pandas as pd
import pytest

from siemlib.errors import UsageError
from siemlib.investigate.chronology.order import (
    AFTER,
    AFTER_ALL,
    FIRST,
    NOT_PROVABLE,
    QUOTES,
    error_ms,
    order,
    sentence,
)

START = pd.Timestamp("2026-03-04 02:00", tz="UTC")
Row = tuple[float, float, str]


def proven(*rows: Row, error: int = 1000, quotes: list[int | None] | None = None) -> list[str]:
    """The order of rows of (earliest, latest, clock), in seconds."""
    times = [[START + pd.Timedelta(seconds=row[place]) for row in rows] for place in (0, 1)]
    frame = pd.DataFrame({"earliest": times[0], "latest": times[1], "clock": [row[2] for row in rows]})
    return list(order(frame, error, quotes))


def test_intervals_of_one_clock_that_touch_are_in_order() -> None:
    assert proven((0, 1, "a"), (1, 2, "a")) == [FIRST, AFTER_ALL]


def test_intervals_of_one_clock_that_overlap_are_not() -> None:
    assert proven((0, 1, "a"), (0.999, 2, "a")) == [FIRST, NOT_PROVABLE]


@pytest.mark.parametrize(("gap", "told"), [(0.999, NOT_PROVABLE), (1.0, AFTER_ALL)])
def test_two_clocks_must_be_apart_by_what_they_may_differ(gap: float, told: str) -> None:
    assert proven((0, 1, "a"), (1 + gap, 3, "b")) == [FIRST, told]


def test_clocks_that_agree_need_no_gap() -> None:
    assert proven((0, 1, "a"), (1, 2, "b"), error=0) == [FIRST, AFTER_ALL]


def test_a_long_interval_further_above_is_not_forgotten() -> None:
    # A flow record of ten minutes, a line in it, and a later line: the third is after the second, not after the first.
    assert proven((0, 660, "flow"), (10, 11, "a"), (20, 21, "a")) == [FIRST, NOT_PROVABLE, AFTER]
    assert proven((0, 660, "flow"), (10, 11, "a"), (661, 662, "a")) == [FIRST, NOT_PROVABLE, AFTER_ALL]


def test_the_latest_end_of_each_other_clock_counts() -> None:
    rows = ((0, 100, "a"), (1, 90, "b"), (2, 3, "c"), (95, 96, "a"))

    # The last row overlaps the first one, of its own clock, though b and c had ended.
    assert proven(*rows)[-1] == AFTER
    assert proven(*rows[:3], (100.5, 101, "a"))[-1] == AFTER_ALL
    assert proven(*rows[:3], (100.5, 101, "b"))[-1] == AFTER


def test_what_quotes_the_row_above_was_written_after_it() -> None:
    rows = ((0, 1, "a"), (0, 1, "b"), (0, 1, "b"))

    assert proven(*rows, quotes=[None, 0, 0]) == [FIRST, QUOTES, NOT_PROVABLE]


def test_the_sentence_counts_the_steps() -> None:
    told = pd.Series([FIRST, AFTER, NOT_PROVABLE, QUOTES, AFTER_ALL])

    assert sentence(told, 1500).startswith(
        "Of 4 steps from one row to the next the order is provable for 3 and not for 1"
    )
    assert "differ by 1.5 s" in sentence(told, 1500)
    assert sentence(told.head(2), 0).startswith("Of 1 step from one row to the next ")
    assert sentence(told.head(1), 0) == ""


@pytest.mark.parametrize("seconds", [-1.0, 90_000.0, float("nan"), float("inf")])
def test_clocks_that_differ_by_less_than_nothing_or_by_more_than_a_day_are_refused(seconds: float) -> None:
    with pytest.raises(UsageError, match="clocks cannot differ"):
        error_ms(seconds)
