"""What is new: only what never occurs in the window before, and nothing where there is nothing to compare with."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from siemlib.investigate.overview import changed
from siemlib.investigate.overview.changed import MOST_LISTED
from siemlib.model.timespan import TimeSpan
from tests.investigate.incident import ATTACKER, START, Log, case_over, flow
from tests.investigate.overview.conftest import HOUR

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case


def new(case: Case, what: str) -> dict[str, int]:
    """The new values of a kind, with how many of their events passed."""
    frame = changed(case).frame
    part = frame[frame["what"] == what]
    return dict(zip(part["value"], part["passed"].fillna(-1).astype(int), strict=True))


def test_only_addresses_that_were_not_there_before_are_new(compared: Case) -> None:
    # 203.0.113.6 and 203.0.113.166 had opened connections before; 10.0.0.5 had as well.
    assert new(compared, "address that opens connections") == {ATTACKER: 2}
    assert new(compared, "address that connections go to") == {ATTACKER: 1, "10.0.0.6": 0}
    assert new(compared, "address that calls the account") == {ATTACKER: 4}


def test_ports_are_new_by_protocol_and_what_passed_comes_first(compared: Case) -> None:
    ports = new(compared, "port that was asked for")

    # 23, 25 and 443 were asked for before; ICMP has no port.
    assert set(ports) == {"22/tcp", *(f"{1001 + n}/tcp" for n in range(20))}
    assert next(iter(ports)) == "22/tcp"
    assert ports["22/tcp"] == 2


def test_principals_and_rules_are_new(compared: Case) -> None:
    assert new(compared, "principal") == {"deploy": 4}
    assert set(new(compared, "alert rule")) == {"5710", "5712", "9999"}
    assert set(changed(compared).frame.loc[lambda f: f["value"] == "9999", "about"]) == {"about a neighbour"}


def test_the_reading_counts_and_names_what_it_was_compared_with(compared: Case) -> None:
    reading = changed(compared).reading

    assert reading.startswith("Compared with 2026-03-04 01:00:00 to 2026-03-04 02:00:00 UTC (6 events), new are: ")
    assert "1 principal, 1 of them allowed (deploy)" in reading
    assert "21 ports that were asked for, 1 of them accepted (22/tcp)" in reading


def test_runs_of_the_window_before_are_runs_of_the_case(compared: Case) -> None:
    answer = changed(compared)
    spans = {run.timespan for run in answer.runs}

    assert TimeSpan(START - timedelta(hours=1), START) in spans
    assert {run.id for run in answer.runs} <= {run.id for run in compared.runs}


def test_an_archive_without_the_window_before_compares_nothing(case: Case) -> None:
    answer = changed(case)

    assert answer.reading == "No comparison: nothing is held before 2026-03-04 02:00:00 UTC."
    assert answer.frame.empty
    assert str(answer.completeness) == "complete"


def test_a_gap_before_the_window_compares_nothing_either(compared: Case) -> None:
    later = compared.over(TimeSpan(START + timedelta(days=2), START + timedelta(days=3)))

    assert changed(later).reading == "No comparison: nothing is held of the 24 h before 2026-03-06 02:00:00 UTC."


def test_a_log_group_that_had_nothing_is_told_and_not_called_new_in_everything(tmp_path: Path) -> None:
    here = case_over(
        tmp_path,
        Log("old", "vpc_flow", [flow(-HOUR + 1, "203.0.113.6", 40_000, "10.0.0.5", 23, "REJECT")]),
        Log("young", "vpc_flow", [flow(1, ATTACKER, 40_000, "10.0.0.5", 23, "REJECT")]),
    )
    answer = changed(here)

    assert list(answer.frame["what"]) == ["log group that fell silent", "log group that had no events"]
    assert "Log groups with events now and none before, not compared: young." in answer.reading
    assert "Log groups that fell silent: old." in answer.reading
    assert "new are: none of what was compared." in answer.reading


def test_a_window_before_that_is_covered_in_part_is_said_to_be(tmp_path: Path) -> None:
    lines = [flow(second, "203.0.113.6", 40_000, "10.0.0.5", 23, "REJECT") for second in (-900, 100)]
    reading = changed(case_over(tmp_path, Log("vpc", "vpc_flow", lines))).reading

    assert "The window before is held in part only: vpc from 2026-03-04 01:45:00 UTC on." in reading


def test_a_window_before_with_fewer_hours_of_events_is_said_to_be(tmp_path: Path) -> None:
    hours = (-30, -2, -1, *range(12))
    lines = [flow(hour * HOUR + 60, "203.0.113.6", 40_000, "10.0.0.5", 23, "REJECT") for hour in hours]
    steady = [flow(hour * HOUR + 60, "203.0.113.7", 40_000, "10.0.0.5", 23, "REJECT") for hour in range(-30, 12)]
    here = case_over(tmp_path, Log("vpc", "vpc_flow", lines), Log("steady", "vpc_flow", steady))
    reading = changed(here.over(TimeSpan(START, START + timedelta(hours=12)))).reading

    assert (
        "events lie in fewer periods of 1h, so that what is called new may be old: vpc in 2, and now in 12." in reading
    )
    assert "covers a part only" not in reading


def test_more_than_are_listed_are_counted(tmp_path: Path) -> None:
    old = flow(-60, "203.0.113.6", 40_000, "10.0.0.5", 23, "ACCEPT")
    lines = [flow(n, f"198.51.{n // 250}.{n % 250}", 40_000, "10.0.0.5", 23, "ACCEPT") for n in range(MOST_LISTED + 2)]
    answer = changed(case_over(tmp_path, Log("vpc", "vpc_flow", [old, *lines])))

    assert len(answer.frame) == MOST_LISTED
    assert "502 addresses that open connections, at least 500 of them accepted (" in answer.reading


def test_what_the_sender_s_record_accepts_and_the_receiver_s_rejects_did_not_pass(tmp_path: Path) -> None:
    # A flow between two hosts of ours is recorded at both: it left the one, and the other let nobody in at 4444.
    old = flow(-60, "10.0.0.9", 40_000, "10.0.0.5", 22, "ACCEPT")
    scan = [flow(n, "10.0.0.9", 40_000, "10.0.0.5", 4444, action) for n, action in ((1, "ACCEPT"), (2, "REJECT"))]
    shared = [
        flow(3, "10.0.0.9", 40_000, "10.0.0.6", 443, "ACCEPT"),
        flow(3, "10.0.0.6", 443, "10.0.0.9", 40_000, "ACCEPT"),
        flow(4, "10.0.0.9", 40_001, "10.0.0.6", 443, "ACCEPT"),
        flow(4, "10.0.0.9", 40_001, "10.0.0.6", 443, "REJECT"),
        flow(5, "10.0.0.9", 40_000, "10.0.0.7", 514, "ACCEPT"),
    ]
    case = case_over(tmp_path, Log("vpc", "vpc_flow", [old, *scan, *shared]))

    assert new(case, "port that was asked for") == {"443/tcp": 2, "514/tcp": 1, "4444/tcp": 0}
    assert new(case, "address that connections go to") == {"10.0.0.6": 2, "10.0.0.7": 1}
    assert "3 ports that were asked for, 2 of them accepted (443/tcp and 514/tcp)" in changed(case).reading
