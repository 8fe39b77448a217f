"""Bins of days and weeks: a case of most of a year is drawn like one of an hour, and loses nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib.investigate import access, overview, pivot, traffic, triage
from siemlib.investigate.periods import MOST_BINS, WIDTHS, shortest
from siemlib.model.timespan import TimeSpan
from tests.investigate.access.lines import audit, failed
from tests.investigate.incident import ATTACKER, START, Log, alert, case_over, flow

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.case import Answer, Case

DAY = 86_400
DAYS = (0, 1, 40, 200)
SERVER = "10.0.1.10"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Four days of 210 with an event in each kind of log."""
    logs = (
        Log("auth", "sshd", [failed(day * DAY) for day in DAYS]),
        Log("audit", "auditd", [audit(day * DAY + 60, "198.51.100.9") for day in DAYS]),
        Log("vpc", "vpc_flow", [flow(day * DAY, ATTACKER, 40_000, SERVER, 22, "REJECT") for day in DAYS]),
        Log("OSSEC", "ossec", [alert(day * DAY, 5, "5716", f"sshd: {ATTACKER}") for day in DAYS]),
    )
    small = case_over(tmp_path_factory.mktemp("year"), *logs)
    return small.over(TimeSpan(START, START + timedelta(days=210)))


def _history(case: Case) -> Answer:
    return triage.history(case, triage.find(case, rule="5716", time=START.isoformat()))


@pytest.mark.parametrize(
    ("question", "counted", "of_each_day", "width"),
    [
        (lambda case: pivot.activity(case, pivot.address(ATTACKER)), "events", 3, "7d"),
        (lambda case: pivot.flows(case, pivot.address(ATTACKER)), "flows", 1, "7d"),
        (access.over_time, "logins", 2, "7d"),
        (traffic.flows_over_time, "flows", 1, "7d"),
        (overview.alerts_over_time, "alerts", 1, "7d"),
        (_history, "alerts", 1, "1d"),
    ],
)
def test_what_happened_over_months_is_counted_in_bins_of_days_or_weeks(
    year: Case, question: Callable[[Case], Answer], counted: str, of_each_day: int, width: str
) -> None:
    frame = question(year).frame

    assert frame[counted].sum() == of_each_day * len(DAYS)
    assert set(frame["to"] - frame["from"]) == {WIDTHS[width]}
    assert frame["from"].is_monotonic_increasing


@pytest.mark.parametrize("period", WIDTHS)
def test_a_length_is_cut_into_the_shortest_period_that_leaves_few_enough_bins(period: str) -> None:
    width = WIDTHS[period]

    assert shortest(width * MOST_BINS) == period
    assert period == "28d" or WIDTHS[shortest(width * MOST_BINS + pd.Timedelta("1ms"))] > width
