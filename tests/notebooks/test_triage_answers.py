"""What a triage of the sample's alerts comes to is what the sample's truth says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.case import open_case
from siemlib.investigate import triage
from siemlib.investigate.triage.gather import gather
from siemlib.sample import read_truth

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case
    from siemlib.investigate.triage import Alarm

pytestmark = pytest.mark.xdist_group("sample")
TRUTH = read_truth()
ATTACKER = str(TRUTH.facts["attacker"])
BREAK_IN = str(TRUTH.facts["break_in"])[:19]


@pytest.fixture(scope="module")
def case(sample_archive: Path) -> Case:
    """A case over all of the sample."""
    return open_case(engine=f"local:{sample_archive}", start="", end="")


def alarm_of(case: Case, rule: str, time: str) -> Alarm:
    """The alert of a rule that is nearest to a time of the day."""
    return triage.find(case, rule=rule, time=f"2026-03-04T{time}Z")


def test_the_break_in_is_an_attack_that_may_have_succeeded(case: Case) -> None:
    alarm = alarm_of(case, "40112", "02:31:47")

    told = triage.in_short(case, alarm).reading

    assert told.startswith("Reading: attack that may have succeeded")
    who = f"{TRUTH.facts['stolen_user']} got in from {ATTACKER} at {BREAK_IN} UTC (sshd)"
    assert f"{who}, after {TRUTH.counts['failed_passwords']} failures of this address." in told
    assert gather(case, alarm).facts.failures_ever == TRUTH.counts["failed_passwords"]


def test_the_guesses_before_it_are_read_with_what_came_of_them(case: Case) -> None:
    alarm = alarm_of(case, "5758", "02:02:04")

    assert triage.about_whom(case, alarm).reading.startswith(f"Address {ATTACKER}, public, from full_log.")
    assert triage.in_short(case, alarm).reading.startswith("Reading: attack that may have succeeded")


def test_the_guesses_alone_as_they_stood_before_the_break_in_are_an_attack_that_failed(sample_archive: Path) -> None:
    before = open_case(engine=f"local:{sample_archive}", start="2026-03-04T00:00:00Z", end="2026-03-04T02:30:00Z")
    alarm = alarm_of(before, "5758", "02:02:04")

    told = triage.in_short(before, alarm).reading

    assert told.startswith("Reading: attack that failed, because there is a pattern of attack, and the logs that")
    assert "got in from" not in told


def test_the_invalid_uris_alone_are_a_probe_that_failed_and_with_the_break_in_more(
    case: Case, sample_archive: Path
) -> None:
    alone = open_case(engine=f"local:{sample_archive}", start="2026-03-04T03:30:00Z", end="2026-03-04T04:30:00Z")
    alarm = alarm_of(alone, "31151", "03:50:00")
    facts = gather(alone, alarm).facts

    # All 340 requests of the attacker that the window from 03:35 to 04:05 holds were counted while they were written.
    assert facts.address == ATTACKER
    assert 300 < facts.requests <= TRUTH.counts["web_requests"]
    assert triage.in_short(alone, alarm).reading.startswith("Reading: attack that failed")
    assert triage.in_short(case, alarm_of(case, "31151", "03:50:00")).reading.startswith(
        "Reading: attack that may have succeeded"
    )


def test_maria_mistyped_and_made_an_error(case: Case) -> None:
    alarm = alarm_of(case, "5716", "08:04:30")

    told = triage.in_short(case, alarm).reading

    assert told.startswith("Reading: user error")
    assert f"{TRUTH.counts['honest_failed_passwords']} failed logins for 1 account" in told
    assert f"maria got in from the same address at {str(TRUTH.facts['honest_login'])[:19]} UTC, 14 s after" in told
    assert "before the window: maria (cloudtrail)" in told
    assert triage.about_whom(case, alarm).reading.startswith("Address 100.64.7.21 (VPN")


def test_the_companys_own_scanner_is_a_known_scanner(case: Case) -> None:
    alarm = alarm_of(case, "31151", "06:20:00")

    told = triage.in_short(case, alarm).reading

    assert gather(case, alarm).facts.address == TRUTH.facts["expected_scanner"]
    assert told.startswith("Reading: known scanner, because the inventory has the address as a scanner.")
    assert "vulnscan-1" in told


def test_the_port_left_open_is_about_nobody_and_undecided(case: Case) -> None:
    alarm = alarm_of(case, "533", "06:25:30")

    assert triage.in_short(case, alarm).reading.startswith("Reading: undecided")
    assert ":4444" in triage.in_full(case, alarm).frame.set_index("field").loc["full_log", "value"]


def test_every_alert_is_listed_once(case: Case) -> None:
    frame = triage.alerts_of(case).frame

    assert len(frame) == TRUTH.log_groups["OSSEC"].all.events
    assert frame["id"].notna().all()
    counted = frame[frame["address"] == ATTACKER].groupby("rule").size().to_dict()
    assert counted == {rule: number for rule, number in TRUTH.alerts.items() if number}


def test_the_default_of_the_notebook_is_the_break_in(case: Case) -> None:
    assert triage.find(case, alert="1772591507.153915").rule == "40112"


def test_the_history_of_the_brute_force_rule_counts_what_was_written(case: Case) -> None:
    frame = triage.history(case, alarm_of(case, "5712", "01:50:00")).frame

    assert frame.loc[frame["alerts of"] == "this address", "alerts"].sum() == TRUTH.alerts["5712"]
