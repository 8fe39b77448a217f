"""The first look: five lines, from the same data as the sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate.pivot import address, first_look, user
from tests.investigate.incident import ATTACKER, Log, case_over, flow, sshd

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case


def test_an_attack_is_told_in_one_sentence_of_numbers(case: Case) -> None:
    assert first_look(case, address(ATTACKER)).reading == (
        "203.0.113.66: 4 alerts up to level 10; "
        "a port scan, 21 distinct ports rejected (23 rejected flows and 3 accepted flows); "
        "deploy got in at 2026-03-04 02:20:00 UTC after 4 failures; "
        "2 changes in the account since 2026-03-04 02:30:00 UTC, by deploy; "
        "1 call to change the account that failed, by deploy. "
        "203.0.113.66 is public; there is no inventory."
    )


def test_an_address_has_six_lines_and_a_user_has_no_traffic(case: Case) -> None:
    assert list(first_look(case, address(ATTACKER)).frame["question"]) == [
        "What is it?",
        "Where and when was it seen?",
        "What is the worst alert?",
        "Which traffic passed?",
        "Did a login succeed?",
        "Was the account changed?",
    ]
    assert len(first_look(case, user("deploy")).frame) == 4


def test_an_error_reads_as_one(case: Case) -> None:
    assert first_look(case, user("maria")).reading.startswith(
        "maria: got in from 198.51.100.7 at 2026-03-04 02:11:50 UTC after 1 failure; "
    )


def test_who_was_not_seen_is_said_not_to_have_been_seen(case: Case) -> None:
    assert first_look(case, address("198.51.100.99")).reading.startswith("No event names 198.51.100.99 in ")


def test_what_could_not_be_examined_is_said_beside_what_was_found(quiet: Case) -> None:
    reading = first_look(quiet, address("0.0.0.0")).reading  # noqa: S104 - an address to look for

    assert " Not examined, for want of logs: alerts, traffic and changes in the account. " in reading


def test_rejected_ports_are_a_fact_of_the_headline(tmp_path: Path) -> None:
    scan = [flow(i, ATTACKER, 4000, "10.0.0.5", 1000 + i, "REJECT") for i in range(15)]
    scanned, probed = (
        first_look(case_over(tmp_path / name, Log("vpc", "vpc_flow", lines)), address(ATTACKER)).reading
        for name, lines in (("scan", scan), ("probe", scan[:14]))
    )

    blind = "Not examined, for want of logs: alerts, logins and changes in the account. "
    blind += "203.0.113.66 is public; there is no inventory."
    assert scanned == f"203.0.113.66: a port scan, 15 distinct ports rejected (15 rejected flows). {blind}"
    assert probed == f"203.0.113.66: 14 rejected flows. {blind}"


def test_a_success_without_a_failure_before_it_says_nothing_of_failures(tmp_path: Path) -> None:
    case = case_over(
        tmp_path, Log("auth", "sshd", [sshd(1, f"Accepted password for fztu from {ATTACKER} port 9 ssh2")])
    )

    assert first_look(case, user("fztu")).reading.startswith(
        "fztu: got in from 203.0.113.66 at 2026-03-04 02:00:01 UTC. Not examined"
    )


def test_what_was_not_examined_is_not_said_to_be_absent(quiet: Case) -> None:
    reading = first_look(quiet, address("0.0.0.0")).reading  # noqa: S104 - an address to look for

    assert reading.startswith("0.0.0.0 was seen, but with no login that succeeded. Not examined")


def test_a_login_that_names_no_user_is_told_too(tmp_path: Path) -> None:
    line = f"Mar  4 02:00:01 mail vpn: authentication success rhost={ATTACKER}"
    case = case_over(tmp_path, Log("sys", "syslog", [(1.0, line)]))

    assert first_look(case, address(ATTACKER)).reading.startswith(
        "203.0.113.66: an unnamed user got in at 2026-03-04 02:00:01 UTC. "
    )
