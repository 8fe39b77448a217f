"""What the system logs tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sample.conftest import Events


def test_the_lines_have_no_year_and_no_zone_and_are_in_time_order(sample: Path) -> None:
    for path in (sample / "syslog").iterdir():
        lines = path.read_text(encoding="utf-8").splitlines()
        assert all(line.startswith("Mar  4 ") for line in lines)
        assert [line[7:15] for line in lines] == sorted(line[7:15] for line in lines)


def test_version_numbers_that_look_like_the_attacker_stand_in_free_text(written: dict[str, Events]) -> None:
    text = "\n".join(message for _, message in written["syslog"])
    assert "upgraded agent to 203.0.113.660" in text
    assert "removed agent 1203.0.113.66" in text


def test_the_firewall_of_the_bastion_names_the_attacker_and_its_neighbour(written: dict[str, Events]) -> None:
    blocked = [message for _, message in written["syslog"] if "[UFW BLOCK]" in message]
    assert any(" SRC=203.0.113.66 " in message for message in blocked)
    assert any(" SRC=203.0.113.166 " in message for message in blocked)


def test_the_responders_note_ends_with_the_address_and_a_full_stop(written: dict[str, Events]) -> None:
    assert any("banned 203.0.113.66. Ticket" in message for _, message in written["syslog"])
