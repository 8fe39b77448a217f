"""One timeline over all sources: in order, and never silently cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate.pivot import address, timeline
from tests.investigate.incident import ATTACKER, Log, case_over, flow, sshd

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case


def test_all_sources_are_merged_oldest_first(case: Case) -> None:
    answer = timeline(case, address(ATTACKER))

    assert list(answer.frame.columns) == [
        "time",
        "source",
        "log group",
        "actor",
        "address",
        "address is",
        "action",
        "outcome",
        "summary",
        "@ptr",
    ]
    assert answer.frame["time"].is_monotonic_increasing
    assert set(answer.frame["log group"]) == {"vpc", "auth", "OSSEC", "cloudtrail", "app"}
    assert answer.frame["@ptr"].notna().all()
    assert answer.reading.startswith("41 events, between 2026-03-04 02:00:00 and 02:30:20 UTC. First: ")


def test_events_of_one_instant_keep_the_order_of_their_log(tmp_path: Path) -> None:
    lines = [(5.0, sshd(5, f"Connection from {ATTACKER} port {port}")[1]) for port in range(100, 140)]
    frame = timeline(case_over(tmp_path, Log("auth", "sshd", lines)), address(ATTACKER)).frame

    assert [int(text.rpartition(" ")[2]) for text in frame["summary"]] == list(range(100, 140))


def test_a_cut_timeline_says_so_and_keeps_the_one_login_among_the_failures(tmp_path: Path) -> None:
    lines = [sshd(i, f"Failed password for root from {ATTACKER} port {i} ssh2") for i in range(300)]
    lines.append(sshd(400, f"Accepted password for root from {ATTACKER} port 9 ssh2"))
    case = case_over(tmp_path, Log("auth", "sshd", lines))

    answer = timeline(case, address(ATTACKER), rows=10)

    assert len(answer.frame) == 10
    assert answer.reading.startswith(
        "10 of 301 events, an equal share for each log group and outcome, spread over its time, "
    )
    assert answer.searched.endswith("The table holds 10 of 301 events.")
    assert list(answer.frame["outcome"]) == ["failure"] * 9 + ["success"]
    assert answer.frame["time"].is_monotonic_increasing
    seconds = (answer.frame["time"] - answer.frame["time"].iloc[0]).dt.total_seconds()
    assert seconds.diff().iloc[:-1].max() <= 75, "nine of 300 failures, spread over all of them"


def test_a_long_timeline_is_whole(tmp_path: Path) -> None:
    lines = [sshd(i / 4, f"Failed password for root from {ATTACKER} port {i} ssh2") for i in range(2500)]

    answer = timeline(case_over(tmp_path, Log("auth", "sshd", lines)), address(ATTACKER))

    assert len(answer.frame) == 2500
    assert answer.reading.startswith("2,500 events, between ")
    assert "The table holds" not in answer.searched


def test_a_port_scan_leaves_room_for_what_came_of_it(tmp_path: Path) -> None:
    scan = [flow(i, ATTACKER, 4000, "10.0.0.5", 1000 + i, "REJECT") for i in range(200)]
    passed = [flow(300 + i, ATTACKER, 4000, "10.0.0.5", 22, "ACCEPT") for i in range(3)]
    answer = timeline(case_over(tmp_path, Log("vpc", "vpc_flow", scan + passed)), address(ATTACKER), rows=20)

    assert (answer.frame["outcome"] == "success").sum() == 3
    assert len(answer.frame) == 20


def test_nothing_found_is_said(case: Case) -> None:
    answer = timeline(case, address("198.51.100.99"))

    assert answer.frame.empty
    assert answer.reading.startswith("No event of 198.51.100.99 in any log group, ")
