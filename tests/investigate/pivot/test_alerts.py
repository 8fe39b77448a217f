"""Alerts: by level and rule, also where only the quoted line names the subject."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from siemlib.investigate.pivot import address, alerts, user
from tests.investigate.incident import ATTACKER, Log, case_over

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case


def test_alerts_are_counted_by_level_and_rule_the_highest_first(case: Case) -> None:
    frame = alerts(case, address(ATTACKER)).frame

    assert list(zip(frame["level"], frame["rule"], frame["alerts"], strict=True)) == [
        (10, "5712", 1),
        (5, "5716", 2),
        (5, "5710", 1),
    ]


def test_the_reading_names_the_highest_level_with_its_rule_and_not_that_of_a_neighbour(case: Case) -> None:
    assert alerts(case, address(ATTACKER)).reading == (
        "4 alerts of 3 rules name 203.0.113.66, 1 of level 10 or more. "
        'Highest: level 10, rule 5712 "sshd: brute force trying to get access", first at 2026-03-04 02:10:04 UTC.'
    )


def test_alerts_of_a_user_are_those_that_name_it(case: Case) -> None:
    answer = alerts(case, user("deploy"))

    assert list(answer.frame["rule"]) == ["5716"]
    assert answer.reading.startswith("1 alert of 1 rule names deploy, 0 of level 10 or more. ")


def test_the_older_layout_of_ossec_is_read_too(tmp_path: Path) -> None:
    rule = {"level": 8, "sidid": 31151, "comment": "Invalid URI"}
    old = {"rule": rule, "srcip": ATTACKER, "TimeStamp": 1772589660000}
    answer = alerts(case_over(tmp_path, Log("OSSEC", "ossec", [(60, json.dumps(old))])), address(ATTACKER))

    row = answer.frame.iloc[0]
    assert (row["level"], row["rule"], row["description"], row["alerts"]) == (8, "31151", "Invalid URI", 1)


def test_nothing_found_is_said_with_where_and_when(case: Case) -> None:
    assert alerts(case, address("198.51.100.99")).reading == (
        "No alert names 198.51.100.99 in OSSEC alerts (OSSEC), 2026-03-04 02:00:00 to 2026-03-04 03:00:00 UTC."
    )


def test_an_archive_without_alerts_was_not_examined(quiet: Case) -> None:
    assert alerts(quiet, address(ATTACKER)).reading == "Not examined: no log group holds OSSEC alerts."
