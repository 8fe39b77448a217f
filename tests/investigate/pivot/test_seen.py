"""Where the subject appears: counted exactly, in every log group, also where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.investigate.pivot import address, seen_in, user
from tests.investigate.incident import ATTACKER, Log, case_over, sshd

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case


def test_every_log_group_is_counted_and_the_neighbours_of_the_address_are_not(case: Case) -> None:
    frame = seen_in(case, address(ATTACKER)).frame

    assert dict(zip(frame["log group"], frame["events"], strict=True)) == {
        "vpc": 26,
        "auth": 5,
        "cloudtrail": 5,
        "OSSEC": 4,
        "app": 1,
        "bastion": 0,
    }


def test_the_reading_says_how_much_where_and_when_and_where_there_was_nothing(case: Case) -> None:
    answer = seen_in(case, address(ATTACKER))

    assert answer.reading == (
        "41 events in 5 of 6 log groups name 203.0.113.66, between 2026-03-04 02:00:00 and 02:30:20 UTC: "
        "vpc 26, auth 5, cloudtrail 5, OSSEC 4 and app 1. Searched, with nothing found: bastion."
    )
    assert answer.searched.startswith("log groups ")
    assert len(answer.runs) == 1


def test_a_log_group_without_the_subject_has_no_times(case: Case) -> None:
    frame = seen_in(case, address(ATTACKER)).frame.set_index("log group")

    assert frame.loc["vpc", "first"] == pd.Timestamp("2026-03-04 02:00:00", tz="UTC")
    assert frame.loc["bastion", "first"] is pd.NaT


def test_nothing_found_is_said_with_the_place_and_the_time(case: Case) -> None:
    answer = seen_in(case, address("198.51.100.99"))

    assert answer.reading.startswith("No event names 198.51.100.99 in ")
    assert "2026-03-04 02:00:00 to 2026-03-04 03:00:00 UTC" in answer.reading
    assert list(answer.frame["events"]) == [0] * 6


def test_a_user_is_found_in_json_and_in_text(case: Case) -> None:
    frame = seen_in(case, user("deploy")).frame.set_index("log group")["events"]

    assert {name: frame[name] for name in ("auth", "cloudtrail", "OSSEC", "vpc")} == {
        "auth": 3,
        "cloudtrail": 5,
        "OSSEC": 1,
        "vpc": 0,
    }


def test_one_event_names_it(tmp_path: Path) -> None:
    case = case_over(tmp_path, Log("auth", "sshd", [sshd(1, f"Failed password for ann from {ATTACKER} port 1 ssh2")]))

    assert seen_in(case, address(ATTACKER)).reading == (
        "1 event in 1 of 1 log group names 203.0.113.66, at 2026-03-04 02:00:01 UTC: auth 1."
    )
