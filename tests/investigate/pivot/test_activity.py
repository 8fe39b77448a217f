"""Events over time: no event lost, bins that can be told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.investigate.periods import MOST_BINS, WIDTHS
from siemlib.investigate.pivot import activity, address
from siemlib.investigate.pivot.activity import bin_of
from tests.investigate.incident import ATTACKER

if TYPE_CHECKING:
    from siemlib.case import Case


def test_every_event_is_in_one_bin_and_log_groups_are_told_by_their_source(case: Case) -> None:
    frame = activity(case, address(ATTACKER)).frame

    assert frame.groupby("source")["events"].sum().to_dict() == {
        "vpc_flow": 26,
        "sshd": 5,
        "cloudtrail": 5,
        "ossec": 4,
        "plain": 1,
    }


def test_the_bin_is_the_shortest_that_leaves_few_enough(case: Case) -> None:
    # Seen from 02:00:00 to 02:30:20, which is 1,820 s: 10 s would be 182 bins, 30 s are 61.
    period = bin_of(case, address(ATTACKER))
    frame = activity(case, address(ATTACKER)).frame

    assert period == "30s"
    assert set(frame["to"] - frame["from"]) == {pd.Timedelta("30s")}
    assert frame["from"].nunique() <= MOST_BINS


def test_no_bin_is_one_that_the_service_would_silently_shorten() -> None:
    caps = {"s": 60, "m": 60, "h": 24, "d": 365}

    assert all(int(period[:-1]) <= caps[period[-1]] for period in WIDTHS)


def test_the_reading_names_the_fullest_bin(case: Case) -> None:
    # 20 probes in the first 30 seconds.
    assert "Most from 2026-03-04 02:00:00 UTC: 20, of them 20 in vpc_flow." in activity(case, address(ATTACKER)).reading


def test_nothing_found_has_no_bin_and_says_so(case: Case) -> None:
    answer = activity(case, address("198.51.100.99"))

    assert answer.frame.empty
    assert answer.reading.startswith("No event names 198.51.100.99, 2026-03-04 02:00:00 to ")
    assert str(answer.frame["from"].dtype) == "datetime64[ms, UTC]"
