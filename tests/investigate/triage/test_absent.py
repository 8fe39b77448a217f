"""A page about an alert that is not there says so under every question, and examines nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.errors import UsageError
from siemlib.investigate import triage

if TYPE_CHECKING:
    from siemlib.case import Case

QUESTIONS = sorted(set(triage.__all__) - {"Absent", "Alarm", "alerts_of", "find", "seek"})


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_says_why_there_is_nothing_to_say(case: Case, question: str) -> None:
    answer = getattr(triage, question)(case, triage.seek(case, alert="no-such-id"))

    assert answer.reading.startswith("Not examined: no alert has the id 'no-such-id'")
    assert (answer.runs, len(answer.frame)) == ((), 0)


def test_without_alerts_in_the_archive_that_is_the_reason(quiet: Case) -> None:
    told = triage.seek(quiet, alert="1.1")

    assert isinstance(told, triage.Absent)
    assert told.why.startswith("no log group holds OSSEC alerts")


def test_what_names_no_alert_at_all_stays_an_error(case: Case) -> None:
    with pytest.raises(UsageError, match="nothing says which alert is meant"):
        triage.seek(case)
