"""Each sign holds from its threshold on, and not one below; the fact says the number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from siemlib.investigate.triage import signs
from siemlib.investigate.triage.facts import Facts, Success

if TYPE_CHECKING:
    from collections.abc import Callable

    Sign = Callable[[Facts], str]

NOTHING = Facts(address="203.0.113.66", user="ann")
LOGIN = Success("ann", "2026-03-04 02:20:00 UTC", "sshd", 3, 60)


@pytest.mark.parametrize(
    ("sign", "below", "reached", "told"),
    [
        (signs.burst, {"failures": 10}, {"failures": 11}, "11 failed logins within 15 minutes of the alert."),
        (signs.many_accounts, {"accounts": 3}, {"accounts": 4}, "4 accounts were tried."),
        (signs.unknown_accounts, {"unknown_accounts": 2}, {"unknown_accounts": 3}, "3 of the accounts"),
        (signs.persistent, {"failures_ever": 29}, {"failures_ever": 30}, "30 failed logins"),
        (signs.probing, {"refused": 9, "requests": 9}, {"refused": 10, "requests": 12}, "10 distinct requests"),
        (signs.port_scan, {"rejected_ports": 14}, {"rejected_ports": 15}, "15 distinct ports"),
        (signs.signature, {}, {"signatures": ("nikto",)}, "An IDS classed as an attack: nikto."),
        (signs.answered_attack, {}, {"responses": ("14:25:40",)}, "attack response) at 14:25:40."),
        (signs.got_in, {"later": LOGIN}, {"later": LOGIN, "failures": 3}, "ann got in from 203.0.113.66"),
        (signs.got_in, {}, {"broke_in": replace(LOGIN, failures=345)}, "after 345 failures of this address."),
        (signs.few_failures, {"failures": 7, "accounts": 1}, {"failures": 6, "accounts": 1}, "6 failed logins for 1"),
        (signs.prompt_success, {"prompt": replace(LOGIN, seconds=601)}, {"prompt": LOGIN}, "60 s after the last"),
        (signs.known_address, {}, {"known": ("ann (cloudtrail)",)}, "before the window: ann (cloudtrail)."),
        (signs.known_scanner, {"address_is": "x"}, {"scanner": True, "address_is": "vulnscan-1"}, "vulnscan-1"),
        (signs.unfamiliar, {"inside": True}, {}, "is a public address without successful activity"),
        (signs.unfamiliar, {"known": ("ann (sshd)",)}, {}, "203.0.113.66"),
        (signs.success_elsewhere, {}, {"elsewhere": ("fztu from 119.137.62.142",)}, "no success of this one: fztu"),
        (signs.gaps, {}, {"silent": ("auth",)}, "No event after the alert within the window in auth."),
        (signs.nobody, {}, {"address": None, "user": None}, "neither an address nor a user"),
    ],
)
def test_a_sign_holds_from_its_threshold_on(
    sign: Sign, below: dict[str, object], reached: dict[str, object], told: str
) -> None:
    assert not sign(replace(NOTHING, **below))  # type: ignore[arg-type]
    assert told in sign(replace(NOTHING, **reached))  # type: ignore[arg-type]


def test_a_success_ever_ends_what_looked_like_slow_guessing() -> None:
    assert not signs.persistent(replace(NOTHING, failures_ever=500, successes_ever=1))


def test_answers_that_nobody_else_got_count_only_while_probing() -> None:
    got = replace(NOTHING, unusual=("GET /backup.zip",))

    assert not signs.unusual_answers(got)
    assert "GET /backup.zip" in signs.unusual_answers(replace(got, refused=10))


def test_ports_that_were_accepted_count_only_of_a_scan() -> None:
    assert not signs.open_ports(replace(NOTHING, accepted_ports=2))
    assert signs.open_ports(replace(NOTHING, accepted_ports=2, rejected_ports=15)).startswith("2 distinct ports")


def test_a_pattern_is_blind_without_a_log_that_would_show_its_success() -> None:
    guessed = replace(NOTHING, failures=50)

    assert signs.blind(guessed) == [
        "No log of logins names the address within the window; the failures stand in alerts alone."
    ]
    assert signs.blind(replace(guessed, sees_logins=True)) == []
    assert signs.blind(replace(guessed, missing=("SSH server",)))[-1] == "No log group holds SSH server."
    assert signs.blind(replace(NOTHING, signatures=("nikto",))) != []
    assert signs.blind(replace(NOTHING, rejected_ports=100)) == []  # the flow log itself says what was accepted


def test_a_hostile_name_is_one_line_of_a_fact() -> None:
    fact = signs.prompt_success(replace(NOTHING, prompt=replace(LOGIN, user="a\nb\x1b[31m" + "c" * 500)))

    assert "\n" not in fact
    assert "\x1b" not in fact
    assert len(fact) < 250
