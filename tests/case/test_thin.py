"""Logs that cover little of a timespan are said to, whatever the completeness of the runs."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from siemlib.case.thin import caveat, thin_groups
from siemlib.model.timespan import TimeSpan

DAY = TimeSpan(datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    ("first", "last", "thin"),
    [
        ("2026-03-04T00:10Z", "2026-03-04T23:50Z", 0),
        ("2026-03-04T00:00Z", "2026-03-04T12:00Z", 0),
        ("2026-03-04T00:00Z", "2026-03-04T11:59Z", 1),
        ("2026-03-04T12:00Z", "2026-03-04T12:00Z", 1),
        (None, None, 1),
    ],
)
def test_a_group_is_thin_whose_events_lie_within_less_than_half(first: str | None, last: str | None, thin: int) -> None:
    frame = pd.DataFrame({"first": pd.to_datetime([first], utc=True), "last": pd.to_datetime([last], utc=True)})

    assert thin_groups(frame, DAY) == thin


@pytest.mark.parametrize(
    ("thin", "groups", "begin"),
    [(0, 0, ""), (0, 3, ""), (1, 2, ""), (2, 3, "Most log groups"), (1, 1, "Most log groups")],
)
def test_only_most_groups_make_a_caveat(thin: int, groups: int, begin: str) -> None:
    assert caveat(thin, groups)[:15] == begin
