"""The week before: beside this one, or said to be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate import traffic
from tests.investigate.incident import Log, flow
from tests.investigate.traffic.net import CLIENT, WEB, network

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

WEEK = 7 * 86_400


def test_an_archive_without_the_week_before_has_nothing_to_compare_with(net: Case) -> None:
    answer = traffic.compared(net)

    assert answer.reading == (
        "vpc: no flow record is held of 2026-02-25 02:00:00 to 2026-02-25 03:00:00 UTC, so that there is"
        " nothing to compare with."
    )
    assert answer.frame["flows before"].isna().all()
    assert answer.frame["flows"].sum() == 110
    assert "2026-02-25 02:00:00" in answer.searched


def test_the_same_window_seven_days_before_stands_beside(tmp_path: Path) -> None:
    lines = [
        flow(60, CLIENT, 50_000, WEB, 443, "ACCEPT", 5000),
        *(flow(60 + n - WEEK, CLIENT, 50_000, WEB, 443, "ACCEPT", 1000) for n in range(3)),
        flow(99 - WEEK, CLIENT, 50_000, WEB, 23, "REJECT"),
        flow(3700 - WEEK, CLIENT, 50_000, WEB, 443, "ACCEPT", 9999),
    ]

    answer = traffic.compared(network(tmp_path, Log("vpc", "vpc_flow", lines)))

    rows = {(row["direction"], row["action"]): list(row.iloc[2:]) for _, row in answer.frame.iterrows()}
    assert rows == {("inbound", "accepted"): [1, 3, 5000, 3000], ("inbound", "rejected"): [0, 1, 0, 40]}
    assert answer.reading == (
        "Flows, and in brackets a week before: inbound accepted 1 (3); inbound rejected 0 (1). The week before has"
        " 4 records, from 2026-02-25 02:01:00 UTC to 2026-02-25 02:01:39 UTC."
    )
