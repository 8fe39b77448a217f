"""Two windows of time: where the earlier one lies, which events are in both, and what the archive lacks of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from siemlib.database.windows import earlier_span, uncovered
from siemlib.engine.protocol import LogGroup
from siemlib.errors import QueryError
from siemlib.model.timespan import TimeSpan
from siemlib.ql.plan_patterns import Baseline


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("baseline", "start"),
    [
        (Baseline(), day(2026, 3, 29)),
        (Baseline(1, "d"), day(2026, 3, 30)),
        (Baseline(1, "w"), day(2026, 3, 24)),
        (Baseline(1, "mo"), day(2026, 2, 28)),
        (Baseline(3, "mo"), day(2025, 12, 31)),
        (Baseline(48, "h"), day(2026, 3, 29)),
        (Baseline(1, "y"), day(2025, 3, 31)),
    ],
)
def test_the_earlier_window_is_as_long_and_so_much_before(baseline: Baseline, start: datetime) -> None:
    span = TimeSpan(day(2026, 3, 31), day(2026, 4, 2))
    earlier = earlier_span(span, baseline)
    assert earlier.start == start
    assert earlier.end - earlier.start == span.end - span.start


def test_a_window_before_the_first_year_is_an_error_of_the_query() -> None:
    for unit in ("ms", "d", "mo", "y"):
        with pytest.raises(QueryError, match="before the year 1"):
            earlier_span(TimeSpan(day(2026, 3, 31), day(2026, 4, 2)), Baseline(10**15, unit))


def test_what_the_archive_lacks_of_the_earlier_window_is_said() -> None:
    earlier = TimeSpan(day(2026, 3, 1), day(2026, 3, 8))
    groups = [
        LogGroup("whole", (), 1, day(2026, 1, 1), day(2026, 4, 1)),
        LogGroup("later", (), 1, day(2026, 3, 5), day(2026, 4, 1)),
        LogGroup("none", (), 1, day(2026, 3, 8), day(2026, 4, 1)),
        LogGroup("empty", (), 0, None, None),
    ]
    later, absent = uncovered(groups, earlier)
    assert "log group later begins at 2026-03-05 00:00:00 UTC, inside the earlier window" in later
    assert "no event of log groups none, empty from the earlier window" in absent
    (alone,) = uncovered(groups[2:3], earlier)
    assert "no event of log group none from the earlier window" in alone
