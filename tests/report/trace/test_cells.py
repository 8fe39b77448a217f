"""What an answer in a table of questions says otherwise than a reading or its data is told, and nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.report.trace.cells import misanswered
from tests.report.trace.answered import record_answers

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("3 logins failed and 2 succeeded.", ""),
        ("3 logins failed and 2 succeeded. eve took 7 of 9 at 2026-03-04 02:00:00 UTC.", ""),
        ("4 logins failed and 2 succeeded.", "other numbers than the reading with its words: 4 logins failed"),
        ("3 logins failed and 2 succeeded. eve took 7 of 9 at 2026-03-04 02:00:01 UTC.", "eve took 7 of 9"),
        ("bob took 8 of 9 at 2026-03-04 02:00:00 UTC.", ""),  # of another: no reading has these words
        ("8 alerts.", ""),
        ("sshd 1,234 and syslog 5.", ""),
        (
            "sshd 1,234 and syslog 6.",
            "says '6', which is not in the data (sum of events where log group = {z}, of E03)",
        ),
    ],
)
def test_an_answer_with_the_words_of_a_reading_has_its_numbers(tmp_path: Path, answer: str, told: str) -> None:
    found = list(misanswered(record_answers(tmp_path, [answer]), {}))

    assert len(found) == bool(told)
    assert all(told in sentence and sentence.startswith("an answer in E01 ") for sentence in found)


def test_a_few_words_that_two_questions_share_say_nothing(tmp_path: Path) -> None:
    data = record_answers(tmp_path, ["5 attempts failed."], reading="3 attempts failed.")

    assert list(misanswered(data, {})) == []


def test_a_table_of_an_analyst_is_not_compared(tmp_path: Path) -> None:
    data = record_answers(tmp_path, ["4 logins failed and 2 succeeded."], name="the-week-before")

    assert list(misanswered(data, {})) == []
