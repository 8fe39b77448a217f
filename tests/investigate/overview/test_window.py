"""The small incident in an overview: alerts, traffic by direction, and all of it in short."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib.case import open_case
from siemlib.investigate.overview import OVERVIEW, alerts_by_level, alerts_over_time, in_short, traffic_over_time
from siemlib.investigate.overview.window import bin_of
from siemlib.investigate.periods import MOST_BINS
from siemlib.model.timespan import TimeSpan
from tests.investigate.incident import START, Log, alert, case_over, flow

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case


def test_alerts_are_counted_by_rule_the_highest_level_first(case: Case) -> None:
    answer = alerts_by_level(case)

    assert list(answer.frame["level"]) == [12, 10, 5, 5]
    assert answer.frame.set_index("rule")["alerts"].to_dict() == {"9999": 1, "5712": 1, "5716": 2, "5710": 1}
    assert answer.reading.startswith("5 alerts of 4 rules, 2 of level 10 or more. Highest: level 12, rule 9999")


def test_no_alert_is_lost_over_time(case: Case) -> None:
    frame = alerts_over_time(case).frame

    assert frame.groupby("level")["alerts"].sum().to_dict() == {"level 10": 1, "level 12": 1, "level 5": 3}
    assert set(frame["to"] - frame["from"]) == {pd.Timedelta(bin_of(case))}


def test_an_alert_without_a_level_is_counted_and_not_given_one(tmp_path: Path) -> None:
    seconds, message = alert(1, 3, "1", "levelless")
    here = case_over(
        tmp_path, Log("OSSEC", "ossec", [(seconds, message.replace('"level": 3, ', "")), alert(2, 3, "2", "b")])
    )

    assert alerts_by_level(here).frame["level"].isna().sum() == 1
    assert set(alerts_over_time(here).frame["level"]) == {"level 3", "without a level"}


def test_traffic_is_told_by_direction_and_action(case: Case) -> None:
    answer = traffic_over_time(case)
    flows = answer.frame.groupby("traffic")["flows"].sum().to_dict()

    # 24 rejected from outside and one of ICMP; two accepted inbound; the answer and an outbound call.
    assert flows == {"inbound rejected": 24, "inbound accepted": 2, "outbound accepted": 2}
    assert "Inbound: 2 flows accepted (5,040 bytes) and 24 rejected." in answer.reading
    assert "Outbound: 2 flows accepted (7,900 bytes) and 0 rejected." in answer.reading


def test_a_public_address_of_the_inventory_is_inside(tmp_path: Path) -> None:
    lines = [
        flow(1, "198.51.100.9", 40_000, "203.0.113.5", 22, "REJECT"),
        flow(2, "203.0.113.5", 40_000, "198.51.100.9", 443, "ACCEPT"),
        flow(3, "203.0.113.5", 40_000, "203.0.113.70", 22, "ACCEPT"),
        flow(4, "198.51.100.9", 40_000, "192.0.2.1", 22, "ACCEPT"),
        flow(5, "2001:db8:ff00::30", 40_000, "2001:db8:1::1", 443, "ACCEPT"),
        flow(6, "fd00::1", 40_000, "fd00::2", 443, "ACCEPT"),
    ]
    case_over(tmp_path, Log("vpc", "vpc_flow", lines))
    entries = ("203.0.113.5", "203.0.113.64/26", "2001:db8:ff00::/48", "10.0.0.0/16")
    text = "".join(f'[[inventory]]\naddress = "{address}"\nname = "ours {n}"\n' for n, address in enumerate(entries))
    (tmp_path / "siem.toml").write_text(text)
    here = open_case(engine=f"local:{tmp_path / 'archive'}", start="2026-03-04T02:00Z", end="2026-03-04T03:00Z")

    assert traffic_over_time(here).frame.groupby("traffic")["flows"].sum().to_dict() == {
        "inbound rejected": 1,
        "outbound accepted": 2,
        "internal accepted": 2,
        "outside accepted": 1,
    }


def test_an_inventory_of_thousands_of_hosts_does_not_make_the_query_too_long(tmp_path: Path) -> None:
    entries = [f"{100 + n % 90}.{n % 250}.{n * 7 % 250}.{n * 13 % 250}" for n in range(2000)]
    known = "".join(f'[[inventory]]\naddress = "{entry}"\nname = "h"\n' for entry in dict.fromkeys(entries))
    (tmp_path / "siem.toml").write_text(known, encoding="utf-8")
    lines = [flow(1, "9.9.9.9", 40_000, "10.0.0.5", 22, "REJECT"), flow(2, "FE80::1", 1, "9.9.9.9", 2, "ACCEPT")]
    here = case_over(tmp_path, Log("vpc", "vpc_flow", lines))

    flows = traffic_over_time(here).frame.groupby("traffic")["flows"].sum().to_dict()

    assert flows == {"inbound rejected": 1, "outbound accepted": 1}
    assert "networks of the inventory are too many for a query, and count as outside" in traffic_over_time(here).reading


def test_records_without_an_action_are_told_and_not_counted(tmp_path: Path) -> None:
    nothing = (5, "2 123456789012 eni-0a - - - - - - - 1772589605 1772589665 - NODATA")
    here = case_over(tmp_path, Log("vpc", "vpc_flow", [flow(1, "10.0.0.1", 1, "10.0.0.2", 2, "ACCEPT"), nothing]))

    assert traffic_over_time(here).frame["flows"].sum() == 1
    assert traffic_over_time(here).reading.endswith(
        "1 record without an action (NODATA, SKIPDATA or cut) are not counted."
    )


def test_everything_in_short(case: Case) -> None:
    answer = in_short(case)

    assert answer.reading == (
        "50 events in 6 of 6 log groups, none of them silent for a whole hour. 5 alerts, 2 of level 10 or more."
        " Inbound flows 2 accepted and 24 rejected, outbound 2 accepted and 0 rejected."
        " Logins 6 failed and 2 succeeded."
        " 2 users and 1 access key made. No comparison: nothing is held before 2026-03-04 02:00:00 UTC."
    )
    assert answer.completeness == "complete"


def test_a_window_without_events_rules_nothing_out(case: Case) -> None:
    empty = case.over(TimeSpan(START - timedelta(days=9), START - timedelta(days=8)))

    assert in_short(empty).reading.startswith("No log group holds any event")
    assert "nothing is ruled out" in in_short(empty).reading
    assert "No alert" not in in_short(empty).reading


@pytest.mark.parametrize("question", OVERVIEW, ids=lambda question: question.__name__)
def test_a_missing_source_is_not_examined_rather_than_empty(question: object, quiet: Case) -> None:
    answer = question(quiet)  # type: ignore[operator]

    assert answer.reading
    if not answer.runs:
        assert answer.reading.startswith("Not examined: ")
        assert answer.completeness == "unknown"


@pytest.mark.parametrize(
    ("length", "period"),
    [
        (timedelta(milliseconds=1), "1s"),
        (timedelta(hours=1), "30s"),
        (timedelta(days=1), "10m"),
        (timedelta(days=8 * 365), "28d"),
    ],
)
def test_a_window_is_cut_into_bins_that_stand_side_by_side(case: Case, length: timedelta, period: str) -> None:
    here = case.over(TimeSpan(START, START + length))

    assert bin_of(here) == period
    assert length / pd.Timedelta(period.replace("d", "D")) <= MOST_BINS


def test_every_bin_is_one_that_the_service_takes(case: Case) -> None:
    frame = alerts_over_time(case.over(TimeSpan(START - timedelta(days=3650), START + timedelta(days=3650)))).frame

    assert frame["alerts"].sum() == 5
