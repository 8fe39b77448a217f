"""The first look: five lines, from the same data as the sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate.pivot import address, first_look, user
from tests.investigate.incident import ATTACKER

if TYPE_CHECKING:
    from siemlib.case import Case


def test_an_attack_is_told_in_one_sentence_of_numbers(case: Case) -> None:
    assert first_look(case, address(ATTACKER)).reading == (
        "203.0.113.66: 4 alerts up to level 10; "
        "deploy got in from 203.0.113.66 at 2026-03-04 02:20:00 UTC after 4 failures; "
        "2 changes in the account since 2026-03-04 02:30:00 UTC."
    )


def test_an_address_has_five_lines_and_a_user_has_no_traffic(case: Case) -> None:
    assert list(first_look(case, address(ATTACKER)).frame["question"]) == [
        "Where and when was it seen?",
        "What is the worst alert?",
        "Which traffic passed?",
        "Did a login succeed?",
        "Was the account changed?",
    ]
    assert len(first_look(case, user("deploy")).frame) == 4


def test_an_error_reads_as_one(case: Case) -> None:
    assert first_look(case, user("maria")).reading.startswith(
        "maria: maria got in from 198.51.100.7 at 2026-03-04 02:11:50 UTC after 1 failure; "
    )


def test_who_was_not_seen_is_said_not_to_have_been_seen(case: Case) -> None:
    assert first_look(case, address("198.51.100.99")).reading.startswith("No event names 198.51.100.99 in ")


def test_what_could_not_be_examined_is_said_beside_what_was_found(quiet: Case) -> None:
    reading = first_look(quiet, address("0.0.0.0")).reading  # noqa: S104 - an address to look for

    assert "Not examined, for want of logs: " in reading
    assert "Alerts that name 0.0.0.0" in reading


def test_what_was_not_examined_is_not_said_to_be_absent(quiet: Case) -> None:
    reading = first_look(quiet, address("0.0.0.0")).reading  # noqa: S104 - an address to look for

    assert reading.startswith("0.0.0.0 was seen, but with no login that succeeded. Not examined")
