"""What real logs tell of retention: facts counted in the records themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.case import open_case
from siemlib.investigate import retention

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("real")


def test_the_rule_that_ends_the_trails_bucket_after_a_day_is_told(real_archive: Callable[[str], Path]) -> None:
    case = open_case(engine=f"local:{real_archive('invictus')}", start="", end="")

    answer = retention.recorded(case)

    short = answer.frame[answer.frame["days"] == 1]
    assert list(short["call"]) == ["PutBucketLifecycle"]
    assert list(short["what"]) == ["rule nuke-cloudtrail-logs-after-1-day: objects end after 1 day"]
    assert "/stratus-red-team/vpc-flow-logs at 2023-07-10 12:08:00 UTC by bert-jan (DeleteLogGroup)" in answer.reading


def test_eleven_days_of_events_in_five_years_are_not_a_year_of_events(real_archive: Callable[[str], Path]) -> None:
    case = open_case(engine=f"local:{real_archive('postgres')}", start="", end="")

    held = retention.held(case).frame.iloc[0]
    row = retention.against_policy(case).frame.iloc[0]

    assert held["events"] == 114_685
    assert (row["online"], row["kept"]) == ("with silent days", "with silent days")
    assert row["silent days, kept"] > 350
    assert "Not examined: no log group holds CloudTrail." in retention.recorded(case).reading
