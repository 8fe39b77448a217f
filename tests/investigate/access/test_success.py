"""A success counts as one of an attack only where the same address failed before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate.access import after_failures, success
from siemlib.investigate.triage import signs
from siemlib.investigate.triage.facts import Facts
from tests.investigate.access.lines import HOME, accepted, failed, over_sshd
from tests.investigate.incident import ATTACKER, Log, case_over, sshd

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_burst_of_failures_of_one_user_and_address_is_told_with_its_numbers(tmp_path: Path) -> None:
    lines = [failed(n) for n in range(7)]
    case = over_sshd(tmp_path, *lines, accepted(30), accepted(60))

    answer = after_failures(case)

    row = answer.frame.iloc[0]
    assert len(answer.frame) == 1
    assert (row["reads as"], row["user"], row["address"]) == ("burst", "root", ATTACKER)
    assert (row["failures before it"], row["by its address"], row["earlier logins"], row["later logins"]) == (
        7,
        7,
        0,
        1,
    )
    assert answer.reading == (
        "1 login succeeded after a burst of failures or guessing of the same address: root from 203.0.113.66 at "
        "2026-03-04 02:00:30 UTC, after 7 failures of that address, 1 other login of this user from there."
    )


def test_who_guesses_for_many_users_and_gets_in_as_one_is_told_with_both_numbers(tmp_path: Path) -> None:
    lines = [failed(n, f"user{n}") for n in range(9)]
    case = over_sshd(tmp_path, *lines, failed(20, "deploy"), accepted(30, "deploy"))

    row = after_failures(case).frame.iloc[0]

    assert (row["reads as"], row["failures before it"], row["by its address"]) == ("guessing", 1, 10)


def test_who_mistypes_and_then_gets_in_reads_as_few_failures(tmp_path: Path) -> None:
    case = over_sshd(tmp_path, *(failed(n, "maria", HOME) for n in range(3)), accepted(9, "maria", HOME))

    answer = after_failures(case)

    assert list(answer.frame["reads as"]) == ["few failures"]
    assert answer.reading.startswith(
        "0 logins succeeded after a burst of failures or guessing of the same address. 1 login "
    )


def test_as_many_failures_as_a_connection_may_have_are_no_burst_as_in_the_triage(tmp_path: Path) -> None:
    lines = {
        number: [*(failed(n, "maria", HOME) for n in range(number)), accepted(30, "maria", HOME)] for number in (6, 7)
    }
    told = {
        number: list(after_failures(over_sshd(tmp_path / str(number), *each)).frame["reads as"])
        for number, each in lines.items()
    }

    assert told == {6: ["few failures"], 7: ["burst"]}
    assert signs.few_failures(Facts(address=HOME, failures=6, accounts=1))
    assert not signs.few_failures(Facts(address=HOME, failures=7, accounts=1))


def test_a_success_of_another_address_is_none_of_the_attack(tmp_path: Path) -> None:
    case = over_sshd(tmp_path, *(failed(n, "fztu") for n in range(50)), accepted(60, "fztu", HOME))

    answer = after_failures(case)

    assert answer.frame.empty
    assert answer.reading == "No login succeeded after failures of the same address; 1 address failed."


def test_failures_before_an_earlier_login_do_not_count_for_a_later_one(tmp_path: Path) -> None:
    first = [failed(n, "ann", HOME) for n in range(4)]
    second = [failed(100 + n, "ann", HOME) for n in range(4)]
    case = over_sshd(tmp_path, *first, accepted(50, "ann", HOME), *second, accepted(150, "ann", HOME))

    frame = after_failures(case).frame

    assert list(frame["failures before it"]) == [4, 4]
    assert set(frame["reads as"]) == {"few failures"}


def test_failures_after_a_success_do_not_count(tmp_path: Path) -> None:
    case = over_sshd(tmp_path, accepted(1), *(failed(2 + n) for n in range(20)))

    assert after_failures(case).frame.empty


def test_a_repeated_failure_counts_as_often_as_it_was(tmp_path: Path) -> None:
    repeated = sshd(1, f"message repeated 8 times: [ Failed password for root from {ATTACKER} port 4000 ssh2]")

    assert list(after_failures(over_sshd(tmp_path, repeated, accepted(5))).frame["failures before it"]) == [8]


def test_of_too_many_failures_to_fetch_those_after_a_success_are_still_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(success, "MOST_STEPS", 10)
    case = over_sshd(tmp_path, *(failed(n) for n in range(70)), accepted(90), *(failed(100 + n) for n in range(5)))

    answer = after_failures(case)

    assert list(answer.frame["failures before it"]) == [70]
    assert "to the minute" not in answer.reading


def test_where_successes_are_too_many_as_well_failures_are_placed_to_the_minute_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(success, "MOST_STEPS", 10)
    monkeypatch.setattr(success, "MOST_MINUTES", 0)
    case = over_sshd(tmp_path, *(failed(n) for n in range(30)), accepted(90), *(failed(100 + n) for n in range(5)))

    answer = after_failures(case)

    # Second 90 is of the minute from 60 to 120, and so are five failures after it.
    assert list(answer.frame["failures before it"]) == [35]
    assert "Failures in SSH server are placed to the minute" in answer.reading


def test_a_login_to_a_database_after_a_burst_is_found_as_well(tmp_path: Path) -> None:
    head = f"2026-03-04 02:00:00 UTC:{ATTACKER}(5):ann@shop:[9]:"
    refused = [(float(n), f'{head}FATAL:  password authentication failed for user "ann"') for n in range(7)]
    entered = (10.0, f"{head}LOG:  connection authorized: user=ann database=shop")
    case = case_over(tmp_path, Log("pg", "postgresql", [*refused, entered]))

    row = after_failures(case).frame.iloc[0]

    assert (row["source"], row["reads as"], row["failures before it"]) == ("PostgreSQL", "burst", 7)


def test_a_name_with_quotes_and_a_star_is_a_name(tmp_path: Path) -> None:
    name = "o'neill\" * {{x}}"
    case = over_sshd(tmp_path, *(failed(n, name) for n in range(6)), accepted(9, name))

    assert list(after_failures(case).frame["user"]) == [name]


def test_more_log_groups_than_a_query_can_name_are_asked_all_the_same(tmp_path: Path) -> None:
    quiet = [Log(f"host-{n}", "sshd", [sshd(n, "Server listening on 0.0.0.0 port 22.")]) for n in range(51)]
    case = case_over(tmp_path, Log("auth", "sshd", [*(failed(n) for n in range(6)), accepted(9)]), *quiet)

    assert list(after_failures(case).frame["failures before it"]) == [6]
