"""Several subjects in one timeline: each event once, with the interval in which it happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib.errors import UsageError
from siemlib.investigate.chronology import subjects, timeline
from siemlib.investigate.chronology.order import AFTER_ALL, NOT_PROVABLE
from siemlib.model.run import Completeness
from tests.investigate.incident import ATTACKER, INCIDENT, START, Log, alert, case_over, sshd

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

BOTH = subjects(ATTACKER, "deploy")


def since(time: pd.Timestamp) -> float:
    return (time - pd.Timestamp(START)).total_seconds()


def test_an_event_that_names_two_subjects_is_one_row_that_names_both(case: Case) -> None:
    answer = timeline(case, BOTH)

    assert list(answer.frame["row"]) == list(range(1, 42))
    assert answer.frame["@ptr"].is_unique
    assert answer.frame["time"].is_monotonic_increasing
    # Three lines of sshd, one alert, five calls.
    assert (answer.frame["subjects"] == f"{ATTACKER}, deploy").sum() == 9
    assert answer.reading.startswith(
        "41 events of 2 subjects in 5 log groups, between 2026-03-04 02:00:00 and 02:30:20 UTC; 9 name more than one"
    )
    assert answer.completeness is Completeness.COMPLETE


def test_a_third_subject_adds_its_own_events(case: Case) -> None:
    frame = timeline(case, subjects(ATTACKER, "deploy, maria")).frame

    assert len(frame) == 44
    assert (frame["subjects"] == "maria").sum() == 3


def test_a_flow_lies_somewhere_in_its_record_and_a_line_in_its_second(case: Case) -> None:
    frame = timeline(case, BOTH).frame
    intervals = frame.assign(begins=frame["earliest"].map(since), ends=frame["latest"].map(since))

    record = intervals[(intervals["source"] == "vpc_flow") & (intervals["time"].map(since) == 31)].iloc[0]
    assert (record["begins"], record["ends"]) == (31 - 60, 31 + 60 + 1)
    line = intervals[(intervals["source"] == "sshd") & (intervals["outcome"] == "success")].iloc[0]
    assert (line["begins"], line["ends"]) == (1200, 1201)


def test_the_break_in_comes_after_the_guessing_and_not_provably_after_its_flow(case: Case) -> None:
    frame = timeline(case, BOTH).frame
    entry = frame[(frame["source"] == "sshd") & (frame["outcome"] == "success")].iloc[0]
    flows = frame[(frame["source"] == "vpc_flow") & (frame["time"] == entry["time"])]

    assert len(flows) == 2
    assert NOT_PROVABLE in {entry["order"], *flows["order"]}
    # A flow of the minute in which the user was created.
    assert frame.loc[frame["time"].map(since) == 1800, "order"].tolist() == [AFTER_ALL, NOT_PROVABLE]
    assert frame.loc[frame["what"] == "line", "order"].iloc[0] == AFTER_ALL  # five minutes later
    assert entry["time"] > frame.loc[frame["source"] == "sshd", "time"].iloc[0]


def test_the_allowed_difference_of_clocks_changes_what_is_proven(tmp_path: Path) -> None:
    lines = Log("auth", "sshd", [sshd(10, f"Failed password for root from {ATTACKER} port 1 ssh2")])
    others = Log("auth-2", "sshd", [sshd(12, f"Failed password for root from {ATTACKER} port 2 ssh2")])
    case, one = case_over(tmp_path, lines, others), subjects(ATTACKER, "-")

    assert timeline(case, one, 1.0).frame["order"].iloc[1] == AFTER_ALL
    assert timeline(case, one, 1.5).frame["order"].iloc[1] == NOT_PROVABLE
    assert "differ by 1.5 s" in timeline(case, one, 1.5).reading


def test_an_alert_beside_its_line_is_linked_to_it_and_not_dropped(tmp_path: Path) -> None:
    line = sshd(5, f"Failed password for root from {ATTACKER} port 1 ssh2")
    told = Log("OSSEC", "ossec", [alert(7, 5, "5716", "sshd: authentication failed", full_log=line[1])])
    frame = timeline(case_over(tmp_path, Log("auth", "sshd", [line]), told), subjects(ATTACKER, "-")).frame

    assert list(frame["quotes row"].astype("object")) == [pd.NA, 1]
    assert frame["order"].iloc[1] == "written after the row above, which it quotes"


def test_of_more_events_than_rows_each_log_keeps_its_share_and_the_answer_says_so(case: Case) -> None:
    answer = timeline(case, BOTH, rows=10)

    assert len(answer.frame) == 10
    assert set(answer.frame["log group"]) == {"vpc", "auth", "OSSEC", "cloudtrail", "app"}
    assert answer.reading.startswith("10 of 41 events, an equal share for each log group and outcome")
    assert answer.searched.endswith("The table holds 10 of 41 events.")


def test_who_never_occurs_is_told_by_name(case: Case) -> None:
    answer = timeline(case, subjects("192.0.2.254", 'o\'brien, *, "x" | fields @message'))

    assert answer.frame.empty
    assert list(answer.frame.columns)[:5] == ["row", "time", "earliest", "latest", "order"]
    assert answer.reading.startswith(
        'No event names 192.0.2.254, o\'brien, * or "x" | fields @message in any log group'
    )
    assert answer.completeness is Completeness.COMPLETE


def test_without_a_subject_nothing_was_examined(case: Case) -> None:
    answer = timeline(case, ())

    assert answer.reading == "Not examined: no address and no user was given."
    assert (answer.frame.empty, answer.runs, answer.completeness) == (True, (), Completeness.UNKNOWN)


def test_subjects_that_need_several_queries_give_the_same_timeline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = subjects(f"{ATTACKER}, 203.0.113.6", "deploy, maria, backup2")
    case = case_over(tmp_path, *INCIDENT)
    whole = timeline(case, many)
    runs = len(case.runs)
    monkeypatch.setattr("siemlib.investigate.chronology.gathered.LONGEST_QUERY", 1)
    again = case_over(tmp_path / "again", *INCIDENT)
    parts = timeline(again, many)

    assert len(again.runs) == 5 * runs
    pd.testing.assert_frame_equal(parts.frame.drop(columns="@ptr"), whole.frame.drop(columns="@ptr"))


def test_thirty_subjects_are_asked_in_queries_that_cloudwatch_takes(case: Case) -> None:
    many = subjects(", ".join([ATTACKER, *(f"198.51.100.{n}" for n in range(100, 129))]), "-")
    before = len(case.runs)
    answer = timeline(case, many)

    assert len(many) == 30
    assert len(answer.frame) == 41
    assert max(len(run.query) for run in case.runs[before:]) <= 10_000


def test_beyond_the_bound_later_logins_are_read_and_the_rest_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siemlib.investigate.chronology.gathered.MOST_READ", 10)
    lines = [sshd(second, f"Failed password for root from {ATTACKER} port 1 ssh2") for second in range(50)]
    entry = sshd(60, f"Accepted password for deploy from {ATTACKER} port 2 ssh2")
    answer = timeline(case_over(tmp_path, Log("auth", "sshd", [*lines, entry])), subjects(ATTACKER, "deploy"))

    assert len(answer.frame) == 11
    assert answer.frame["outcome"].iloc[-1] == "success"
    assert "11 of 51 events" in answer.reading
    assert (
        "Of 51 events in auth that name 203.0.113.66 and deploy, the oldest 10 were read, and of the later ones those"
        " alone that tell of a login."
    ) in answer.reading


def test_what_several_queries_left_unread_is_not_counted_as_if_it_were_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siemlib.investigate.chronology.gathered.MOST_READ", 10)
    monkeypatch.setattr("siemlib.investigate.chronology.gathered.LONGEST_QUERY", 1)
    lines = [sshd(second, f"Failed password for deploy from {ATTACKER} port 1 ssh2") for second in range(50)]
    answer = timeline(case_over(tmp_path, Log("auth", "sshd", lines)), subjects(ATTACKER, "deploy"))

    # Each of two queries read five of the fifty, the same ones.
    assert answer.reading.startswith("5 of up to 95 events of 2 subjects in 1 log group, between")
    assert set(answer.frame["subjects"]) == {f"{ATTACKER}, deploy"}
    assert answer.reading.count("Of 50 events in auth") == 2


def test_a_log_line_cannot_forge_a_subject_or_break_a_sentence(tmp_path: Path) -> None:
    line = sshd(1, f"Invalid user deploy, {ATTACKER}\x1b[2J<b> from 198.51.100.9 port 1")
    frame = timeline(case_over(tmp_path, Log("any", "sshd", [line])), subjects(ATTACKER, "-")).frame

    assert list(frame["subjects"]) == [ATTACKER]


@pytest.mark.parametrize("error", [-1.0, 1e9])
def test_a_difference_of_clocks_that_makes_no_sense_is_refused(case: Case, error: float) -> None:
    with pytest.raises(UsageError, match="clocks cannot differ"):
        timeline(case, BOTH, error)
