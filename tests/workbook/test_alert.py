"""An alert of the analyst's case is the page of the notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.errors import UsageError
from siemlib.investigate import triage
from siemlib.workbook.alert import PAGE, Alert

if TYPE_CHECKING:
    from siemlib import Case

pytestmark = pytest.mark.xdist_group("sample")


def test_it_has_every_question_of_a_triage() -> None:
    questions = set(triage.__all__) - {"Absent", "Alarm", "alerts_of", "find", "seek"}

    assert {step.question.__name__ for step in PAGE} == questions
    assert all(hasattr(Alert, name) for name in questions)


def test_an_alert_is_found_by_its_id_or_by_rule_and_time(case: Case) -> None:
    listed = case.alerts().frame
    row = listed[listed["rule"] == "40112"].iloc[0]

    assert case.alert(row["id"]).alarm.pointer == row["@ptr"]
    assert case.alert(rule="40112", time=row["time"].isoformat()).alarm.pointer == row["@ptr"]


def test_shown_it_is_one_exhibit_for_each_question(case: Case) -> None:
    shown = case.alert(rule="40112", time="2026-03-04T02:31:47Z").show()

    assert len(shown) == len(PAGE)
    assert tuple(shown) == case.exhibits
    assert sum(exhibit.key for exhibit in shown) <= 5


def test_on_its_own_it_is_the_alert_in_short_and_no_exhibit(case: Case) -> None:
    alert = case.alert(rule="40112", time="2026-03-04T02:31:47Z")
    bundle = alert._repr_mimebundle_()

    assert "Completeness: complete" in bundle["text/plain"]
    assert case.exhibits == ()
    assert "15 minutes to each side" in repr(alert)


@pytest.mark.parametrize("wanted", ["never", "' or 1=1", "*"])
def test_an_alert_that_never_occurs_is_refused(case: Case, wanted: str) -> None:
    with pytest.raises(UsageError, match="no alert has the id"):
        case.alert(wanted)
