"""The steps decide in their order; every reading has a way to it, and every rule a threshold and a reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siemlib.investigate.triage.facts import Facts, Reading, Success
from siemlib.investigate.triage.reading import sentence
from siemlib.investigate.triage.rules import RULES, STEPS, decide

ATTACK = Facts(address="203.0.113.66", failures=100, accounts=50, failures_ever=345, sees_logins=True)
TYPIST = Facts(
    address="100.64.7.21", user="maria", inside=True, failures=3, accounts=1, failures_ever=3, sees_logins=True
)
LOGIN = Success("deploy", "2026-03-04 02:31:47 UTC", "sshd", 345, 14)
HONEST = Success("maria", "2026-03-04 08:04:44 UTC", "sshd", 3, 14)


@pytest.mark.parametrize(
    ("facts", "reading"),
    [
        (ATTACK, Reading.FAILED),
        (replace(ATTACK, broke_in=LOGIN), Reading.SUCCEEDED),
        (replace(ATTACK, later=replace(LOGIN, failures=5)), Reading.SUCCEEDED),
        (replace(ATTACK, responses=("14:25:40",)), Reading.SUCCEEDED),
        (replace(ATTACK, elsewhere=("fztu from 119.137.62.142",)), Reading.FAILED),
        (replace(ATTACK, sees_logins=False), Reading.UNDECIDED),
        (replace(ATTACK, scanner=True), Reading.SCANNER),
        (replace(ATTACK, scanner=True, broke_in=LOGIN), Reading.SUCCEEDED),
        (Facts(address="203.0.113.66", refused=40, requests=40, sees_requests=True), Reading.FAILED),
        (
            Facts(address="203.0.113.66", refused=40, requests=40, sees_requests=True, unusual=("GET /x",)),
            Reading.UNDECIDED,
        ),
        (Facts(address="203.0.113.66", signatures=("nikto",)), Reading.UNDECIDED),
        (Facts(address="203.0.113.66", rejected_ports=100), Reading.FAILED),
        (replace(TYPIST, prompt=HONEST, later=HONEST), Reading.ERROR),
        (replace(TYPIST, known=("maria (cloudtrail)",)), Reading.ERROR),
        (TYPIST, Reading.UNDECIDED),
        (replace(TYPIST, inside=False, prompt=HONEST), Reading.UNDECIDED),
        (replace(TYPIST, inside=False, prompt=HONEST, known=("maria (sshd)",)), Reading.ERROR),
        (replace(TYPIST, failures=8, prompt=HONEST), Reading.UNDECIDED),
        (Facts(), Reading.UNDECIDED),
    ],
)
def test_facts_are_read_by_the_first_step_that_holds(facts: Facts, reading: Reading) -> None:
    assert decide(facts).reading is reading


def test_the_sentence_gives_the_facts_for_and_against_and_never_a_bare_verdict() -> None:
    told = sentence(decide(replace(TYPIST, prompt=HONEST, later=HONEST)))

    assert told.startswith("Reading: user error, because there are few failures")
    assert "For it: 3 failed logins for 1 account within 15 minutes of the alert. maria got in" in told
    assert "Against it: no fact." in told
    assert "For it: no rule speaks for it." not in told


def test_a_gap_in_the_logs_weakens_a_failed_attack_in_so_many_words() -> None:
    told = sentence(decide(replace(ATTACK, silent=("auth",))))

    assert told.startswith("Reading: attack that failed")
    assert "Against it: No event after the alert within the window in auth." in told


def test_an_open_port_weakens_a_failed_scan() -> None:
    told = sentence(decide(Facts(address="203.0.113.66", rejected_ports=100, accepted_ports=1)))

    assert told.startswith("Reading: attack that failed")
    assert "Against it: 1 distinct port of the scan accepted flows." in told


def test_an_undecided_reading_says_what_is_missing() -> None:
    told = sentence(decide(replace(ATTACK, sees_logins=False, missing=("SSH server",))))

    assert "no log that would show its success" in told
    assert "No log group holds SSH server." in told


def test_every_reading_can_be_reached_and_every_rule_has_its_reason() -> None:
    assert {reading for _, reading, _ in STEPS} == set(Reading)
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.holds_when and rule.reason.endswith(".") for rule in RULES)


def test_nothing_at_all_makes_no_attack_rule_hold() -> None:
    assert [rule.name for rule, _ in decide(Facts(address="10.0.0.1", inside=True)).held] == []
