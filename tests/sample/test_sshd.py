"""What the sshd logs tell."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

from siemlib.sample import sshd

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.sample import Truth
    from tests.sample.conftest import Events


def _lines(written: dict[str, Events], pattern: str) -> list[str]:
    return [message for _, message in sorted(written["sshd"]) if re.search(pattern, message)]


def test_the_attacker_guesses_over_many_names_until_the_server_hangs_up(
    written: dict[str, Events], truth: Truth
) -> None:
    failed = _lines(written, r"Failed password for .* from 203\.0\.113\.66 port")
    names = {re.search(r"for (?:invalid user )?(\S+) from", line)[1] for line in failed}  # type: ignore[index]
    assert len(failed) == truth.counts["failed_passwords"]
    assert len(names) == truth.counts["users_tried"] >= 60
    exceeded = _lines(written, r"maximum authentication attempts exceeded for .* from 203\.0\.113\.66 ")
    assert len(exceeded) == truth.counts["maximum_attempts_exceeded"]


def test_the_attacker_gets_in_once_at_a_known_second_after_the_last_failure(
    written: dict[str, Events], truth: Truth
) -> None:
    accepted = _lines(written, r"Accepted \w+ for \S+ from 203\.0\.113\.66 ")
    assert [line[:15] for line in accepted] == ["Mar  4 02:31:47"]
    assert " for deploy from " in accepted[0]
    assert truth.facts["break_in"] == "2026-03-04 02:31:47.000"
    assert max(_lines(written, r"Failed .*203\.0\.113\.66 ")) < accepted[0]


def test_maria_mistypes_three_times_and_then_gets_in(written: dict[str, Events], truth: Truth) -> None:
    lines = _lines(written, r"for maria from 100\.64\.7\.21 port 40118")
    assert [line.split("]: ")[1].split()[0] for line in lines] == ["Failed", "Failed", "Failed", "Accepted"]
    assert truth.counts["honest_failed_passwords"] == 3
    assert truth.facts["honest_login"] == f"2026-03-04 {lines[3][7:15]}.000"


def test_one_event_names_the_attacker_only_in_a_continuation_line(written: dict[str, Events]) -> None:
    several = [message for _, message in written["sshd"] if "\n" in message]
    assert len(several) == 1
    first, *rest = several[0].splitlines()
    assert "203.0.113.66" not in first
    assert rest[-1] == "\trhost=203.0.113.66"


def test_the_export_is_not_in_time_order(sample: Path) -> None:
    path = next((sample / "sshd").rglob("bastion-1/000000.gz"))
    times = re.findall(r"^2026-03-04T\S+Z ", gzip.decompress(path.read_bytes()).decode(), re.MULTILINE)
    assert len(times) > 1000
    assert times != sorted(times)


def test_blocks_hold_every_line_once() -> None:
    lines = [(second, "x") for second in range(0, 86_400, 3600)]
    blocks = sshd.blocks(lines, ("06:00:00", "12:00:00", "18:00:00"))
    assert [len(block) for block in blocks] == [6, 6, 6, 6]
    assert [line for block in blocks for line in block] == lines


def test_the_stolen_user_logs_in_honestly_many_times(written: dict[str, Events], truth: Truth) -> None:
    accepted = _lines(written, r"Accepted \w+ for deploy from ")
    assert len(accepted) == truth.counts["stolen_user_logins"]
    assert {re.search(r"from (\S+)", line)[1] for line in accepted} == {"10.0.4.15", "203.0.113.66"}  # type: ignore[index]
