"""What the database tells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.sample import Truth
    from tests.sample.conftest import Events


def test_passwords_are_guessed_from_the_bastion(written: dict[str, Events], truth: Truth) -> None:
    fatal = [message for _, message in written["postgresql"] if "FATAL:  password authentication failed" in message]
    assert len(fatal) == truth.counts["database_failed_passwords"] == 74
    assert all("UTC:10.0.1.10(" in message for message in fatal)


def test_the_attackers_own_address_is_nowhere_in_it(truth: Truth) -> None:
    assert truth.log_groups["postgresql"].attacker is None


def test_a_statement_of_several_lines_is_one_message(written: dict[str, Events]) -> None:
    several = [message for _, message in written["postgresql"] if "\n\tFROM orders\n\tWHERE" in message]
    assert len(several) > 1000


def test_the_files_are_answers_of_get_log_events_with_later_ingestion(sample: Path) -> None:
    for path in (sample / "postgresql").iterdir():
        content = json.loads(path.read_text(encoding="utf-8"))
        assert {"events", "nextForwardToken", "nextBackwardToken"} == set(content)
        assert all(set(event) == {"timestamp", "message", "ingestionTime"} for event in content["events"])
        assert all(event["ingestionTime"] > event["timestamp"] for event in content["events"])
