"""The questions around the timeline, over the small incident."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib.errors import UsageError
from siemlib.investigate import chronology
from siemlib.investigate.chronology import about, clocks, firsts, phases, steps, subjects, together, told_again
from tests.investigate.incident import ATTACKER, START, Log, alert, case_over, sshd

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case
    from siemlib.investigate.subject import Subject

BOTH = subjects(ATTACKER, "deploy")
QUESTIONS = [getattr(chronology, name) for name in chronology.__all__ if name != "subjects"]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.__name__)
@pytest.mark.parametrize(
    ("asked", "said"),
    [((), "Not examined"), (subjects("192.0.2.254", "o'brien\", *"), "No event|No alert|Fewer than two events")],
    ids=["nobody", "who never occurs"],
)
def test_every_question_answers_in_words_where_there_is_nothing(
    case: Case, question: object, asked: tuple[Subject, ...], said: str
) -> None:
    answer = question(case, asked)  # type: ignore[operator]

    assert re.match(said, answer.reading)
    assert len(answer.frame) == (3 if asked and question is about else 0)
    assert not {str(kind) for kind in answer.frame.dtypes} & {"object", "float64"}
    with_rows = question(case, BOTH).frame  # type: ignore[operator]
    assert list(with_rows.columns) == list(answer.frame.columns) or not asked
    shared = [name for name in answer.frame.columns if name in with_rows.columns]
    assert with_rows[shared].dtypes.equals(answer.frame[shared].dtypes)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.__name__)
def test_every_question_has_a_file_name_of_its_own(case: Case, question: object) -> None:
    answer = question(case, BOTH)  # type: ignore[operator]

    assert answer.name not in {other(case, BOTH).name for other in QUESTIONS if other is not question}
    assert answer.runs


def test_each_subject_is_counted_and_who_never_occurs_is_named(case: Case) -> None:
    answer = about(case, subjects(f"{ATTACKER}, 192.0.2.254", "deploy"))

    assert (
        answer.reading
        == f"2 of 3 subjects occur: {ATTACKER} in 41 events and deploy in 9 events. No event names 192.0.2.254."
    )
    assert list(answer.frame["subject is"]) == ["public", "public", "user"]


def test_two_subjects_meet_in_the_events_that_name_both(case: Case) -> None:
    answer = together(case, subjects(ATTACKER, "deploy, maria, backup2"))
    found = {(row["subject"], row["other"]): row["events"] for _, row in answer.frame.iterrows()}

    assert found == {(ATTACKER, "deploy"): 9, (ATTACKER, "backup2"): 2, ("deploy", "backup2"): 2}
    assert f"{ATTACKER} and deploy in 9 events (3 failed, first success 2026-03-04 02:20:00 UTC)" in answer.reading


def test_one_subject_has_nobody_to_meet(case: Case) -> None:
    assert "no other to meet" in together(case, subjects(ATTACKER, "-")).reading


def test_phases_end_where_nothing_happens_and_a_users_are_cut_by_address(case: Case) -> None:
    frame = phases(case, subjects(ATTACKER, "maria")).frame
    flows = frame[(frame["subject"] == ATTACKER) & (frame["source"] == "vpc_flow")]
    maria = frame[frame["subject"] == "maria"]

    # The probes of the first minute, the session at 02:20, one packet at 02:30.
    assert list(flows["events"]) == [23, 2, 1]
    assert [list(row) for row in maria[["at", "source", "events", "failures", "successes"]].to_numpy()] == [
        ["198.51.100.7", "sshd", 2, 1, 1],
        ["198.51.100.7", "cloudtrail", 1, 0, 1],
    ]
    assert list(frame["phase"]) == [f"P{n:02d}" for n in range(1, len(frame) + 1)]


def test_what_works_all_day_has_few_phases_and_says_by_which_pause(tmp_path: Path) -> None:
    lines = [sshd(second, f"Failed password for root from {ATTACKER} port 1 ssh2") for second in range(0, 3600, 200)]
    answer = phases(case_over(tmp_path, Log("auth", "sshd", lines)), subjects(ATTACKER, "-"))

    assert list(answer.frame["events"]) == [18]
    assert list(answer.frame["pause (s)"]) == [240]
    assert "(1 of them by a longer pause)" in answer.reading


@pytest.mark.parametrize("pause", [0, -1, 100_000])
def test_a_pause_that_makes_no_sense_is_refused(case: Case, pause: int) -> None:
    with pytest.raises(UsageError, match="not a pause"):
        phases(case, BOTH, pause)


def test_the_first_event_of_each_kind_tells_the_story_in_order(case: Case) -> None:
    frame = firsts(case, BOTH).frame
    story = frame[frame["source"].isin(["sshd", "cloudtrail"])]

    assert [tuple(row) for row in story[["subjects", "what", "outcome", "events"]].to_numpy()] == [
        (ATTACKER, "login", "failure", 2),
        (f"{ATTACKER}, deploy", "login", "failure", 2),
        (f"{ATTACKER}, deploy", "login", "success", 1),
        (f"{ATTACKER}, deploy", "iam:ListUsers", "success", 2),
        (f"{ATTACKER}, deploy", "iam:CreateUser", "success", 1),
        (f"{ATTACKER}, deploy", "iam:CreateAccessKey", "success", 1),
        (f"{ATTACKER}, deploy", "iam:AttachUserPolicy", "failure", 1),
    ]
    assert story["time"].iloc[2] == pd.Timestamp(START) + pd.Timedelta(minutes=20)


def test_an_alert_whose_line_is_not_here_is_not_called_told_twice(case: Case) -> None:
    answer = told_again(case, BOTH)

    assert answer.reading == "2 alerts quote a line that is not among the events of the subjects."
    assert answer.frame["times"].sum() == 2
    assert answer.frame["of"].isna().all()


def test_alerts_that_quote_a_line_are_counted_whether_it_is_here_or_not(tmp_path: Path) -> None:
    line = sshd(1, f"Failed password for admin from {ATTACKER} port 1 ssh2")
    elsewhere = f"Failed password for root from {ATTACKER} port 2 ssh2"
    alerts = [alert(3, 5, "5710", "known", full_log=line[1]), alert(4, 5, "5710", "known", full_log=line[1])]
    alerts += [alert(5, 5, "5716", "other", full_log=elsewhere)]
    mixed = case_over(tmp_path, Log("auth", "sshd", [line]), Log("alerts", "ossec", alerts))

    answer = told_again(mixed, subjects(ATTACKER, ""))

    assert answer.reading.startswith(
        "2 of 3 alerts that quote a line quote one that is in the timeline too (SSH server): they are one happening"
    )
    assert answer.reading.endswith("The alert came 2 to 3 s after the line.")
    rows = answer.frame[["of", "times", "lines", "longest delay (s)"]].astype("object")
    assert rows.where(rows.notna(), None).to_numpy().tolist() == [["sshd", 2, 1, 3.0], [None, 1, 1, None]]


def test_clocks_say_how_wide_and_why(case: Case) -> None:
    frame = clocks(case, BOTH).frame.set_index("source")

    assert frame.loc["SSH server", "longest interval (s)"] == 1
    # A record of 60 seconds, the minute before it, and the last second.
    assert frame.loc["VPC flow logs", "shortest interval (s)"] == 121
    assert "60 or 600 seconds" in frame.loc["VPC flow logs", "why"]


def test_steps_add_up_to_those_of_the_timeline(case: Case) -> None:
    frame = steps(case, BOTH).frame

    assert frame["steps"].sum() == 40
    assert (frame["provable"] + frame["not provable"] == frame["steps"]).all()


def test_the_reply_of_an_attacked_host_is_called_out_among_what_was_new(tmp_path: Path) -> None:
    told = {"signature": "GPL ATTACK_RESPONSE id check returned root", "signature_id": 7, "severity": 2}
    body = {"timestamp": "2026-03-04T02:00:05.0+0000", "event_type": "alert", "alert": told}
    reply = json.dumps(body | {"src_ip": "10.0.0.5", "dest_ip": ATTACKER})
    case = case_over(tmp_path, Log("eve", "suricata", [(5.0, reply)]))

    assert "An attacked host answered: GPL ATTACK_RESPONSE id check returned root" in firsts(case, BOTH).reading
