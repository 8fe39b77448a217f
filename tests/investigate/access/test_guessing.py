"""Guessing is told from mistakes by limits, and what is below them is only counted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from siemlib.investigate.access import guessing
from siemlib.investigate.access.limits import FAST, SLOW, SLOW_HOURS, SPRAYED, SPREAD
from siemlib.model.timespan import TimeSpan
from tests.investigate.access.lines import HOME, accepted, failed, over_sshd
from tests.investigate.incident import ATTACKER, START, Log, case_over, sshd

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

HOUR = 3600
MINUTE = 60


def _how(case: Case) -> dict[str, str]:
    frame = guessing(case).frame
    return dict(zip(frame["address"].fillna("") + frame["user"].fillna(""), frame["how"], strict=True))


@pytest.mark.parametrize("start", [0, 4 * MINUTE, 7 * MINUTE, 9 * MINUTE])
def test_failures_within_five_minutes_are_fast_wherever_a_period_ends(tmp_path: Path, start: int) -> None:
    step = 5 * MINUTE // FAST
    case = over_sshd(tmp_path, *(failed(start + n * step) for n in range(FAST)))

    assert _how(case) == {ATTACKER: "fast"}


def test_one_failure_less_is_below_every_limit(tmp_path: Path) -> None:
    answer = guessing(over_sshd(tmp_path, *(failed(n) for n in range(FAST - 1))))

    assert answer.frame.empty
    assert answer.reading == f"Below every limit: 1 address with {FAST - 1} failures."


def test_one_address_that_fails_for_many_users_sprays(tmp_path: Path) -> None:
    lines = [failed(n * 11 * MINUTE, f"user{n}") for n in range(SPRAYED)]

    assert _how(over_sshd(tmp_path, *lines)) == {ATTACKER: "spraying"}


def test_many_addresses_that_fail_for_one_user_are_distributed(tmp_path: Path) -> None:
    lines = [failed(n, "root", f"198.51.100.{n}") for n in range(SPREAD)]

    answer = guessing(over_sshd(tmp_path, *lines, failed(30, "ann", HOME)))

    assert answer.frame[["how", "user", "failures", "addresses"]].to_numpy().tolist() == [
        ["distributed", "root", SPREAD, SPREAD]
    ]


def test_a_successful_user_of_many_addresses_is_not_distributed(tmp_path: Path) -> None:
    lines = [accepted(n, "deploy", f"198.51.100.{n}") for n in range(SPREAD + 5)]

    assert guessing(over_sshd(tmp_path, *lines, failed(40, "deploy", HOME))).frame.empty


def test_few_failures_in_many_hours_are_slow(tmp_path: Path) -> None:
    lines = [_hourly(hour, minute) for hour in range(SLOW_HOURS) for minute in (1, 31)]
    assert len(lines) == SLOW
    case = case_over(tmp_path, Log("auth", "sshd", lines))
    day = case.over(TimeSpan(START, START + timedelta(days=1)))

    answer = guessing(day)

    assert answer.frame[["how", "failures", "hours", "most in 10 minutes"]].to_numpy().tolist() == [
        ["slow", SLOW, SLOW_HOURS, 1]
    ]


def test_who_is_fast_once_is_not_slow_as_well(tmp_path: Path) -> None:
    lines = [_hourly(hour, minute) for hour in range(SLOW_HOURS) for minute in (1, 31)]
    lines += [failed(SLOW_HOURS * HOUR + n) for n in range(FAST)]
    case = case_over(tmp_path, Log("auth", "sshd", lines))

    assert _how(case.over(TimeSpan(START, START + timedelta(days=1)))) == {ATTACKER: "fast"}


def _hourly(hour: int, minute: int) -> tuple[float, str]:
    return sshd(hour * HOUR + minute * MINUTE, f"Failed password for root from {ATTACKER} port 1 ssh2")


def test_the_limits_are_stated(tmp_path: Path) -> None:
    asked = guessing(over_sshd(tmp_path, failed(1))).searched

    # In numbers: the other tests count from the limits, and would not see one that moves.
    assert asked.endswith(
        "Fast: 8 failures of an address within 10 minutes. Slow: 12 failures in 6 different hours or more, and never "
        "fast. Spraying: failures of an address for 5 users. Distributed: failures of 10 addresses for one user. What "
        "is below these limits may be an error, and is only counted."
    )


def test_where_nothing_failed_that_is_the_answer(tmp_path: Path) -> None:
    assert guessing(over_sshd(tmp_path, accepted(1))).reading == "No login failed; 1 succeeded."


def test_logins_of_an_address_that_guesses_are_counted_beside(tmp_path: Path) -> None:
    lines = [failed(n) for n in range(FAST)]

    assert list(guessing(over_sshd(tmp_path, *lines, accepted(50, "ann"))).frame["successes"]) == [1]
