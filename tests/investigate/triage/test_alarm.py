"""An alert is found by its very id, or by rule and nearest time; what is not there is an error with a way on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.errors import UsageError
from siemlib.investigate.triage import find
from tests.investigate.incident import Log, alert, case_over
from tests.investigate.triage.alarms import about_attacker

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Four alerts, two of them with one id."""
    lines = [
        about_attacker(600, "1772589600.10"),
        alert(900, 10, "5712", "brute force", id="1772589600.1"),
        alert(1200, 5, "5716", "again", id="1772590200.5"),
        alert(1800, 5, "5716", "the same id", id="1772590200.5"),
    ]
    return case_over(tmp_path_factory.mktemp("alarms"), Log("OSSEC", "ossec", lines))


def test_an_id_is_a_text_and_no_number(case: Case) -> None:
    assert find(case, alert="1772589600.10").rule == "5716"
    assert find(case, alert=" 1772589600.1 ").rule == "5712"


def test_of_several_alerts_with_one_id_the_oldest_is_taken_and_that_is_said(case: Case) -> None:
    alarm = find(case, alert="1772590200.5")

    assert f"{alarm.time:%H:%M:%S}" == "02:20:00"
    assert alarm.notes == ("2 alerts have the id 1772590200.5: this is the one of 2026-03-04 02:20:00 UTC.",)


def test_of_several_alerts_with_one_id_the_time_chooses(case: Case) -> None:
    alarm = find(case, alert="1772590200.5", time="2026-03-04T02:29:00Z")

    assert f"{alarm.time:%H:%M:%S}" == "02:30:00"


def test_by_rule_the_nearest_to_the_time_is_taken_and_the_others_are_counted(case: Case) -> None:
    alarm = find(case, rule="5716", time="2026-03-04T02:19:00", minutes=12)

    assert alarm.id == "1772590200.5"
    assert alarm.notes == (
        "The time of the alert was given without a zone and is taken as UTC.",
        "3 alerts of rule 5716 lie within 12 minutes of 2026-03-04 02:19:00 UTC: this is the nearest, 60.0 s away.",
    )


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ({}, "nothing says which alert is meant", "give alert, or rule and time"),
        ({"rule": "5716"}, "nothing says which alert of rule 5716 is meant", "give alert, or rule and time"),
        ({"time": "2026-03-04"}, "nothing says which alert is meant", ""),
        ({"alert": "1772589600.2"}, "the nearest are 1772589600.1 (2026-03-04 02:15:00 UTC, rule 5712)", "alerts_of"),
        ({"alert": 'x" | fields @message #'}, "no alert has the id", "triage.alerts_of(case) lists"),
        (
            {"rule": "5716", "time": "2026-03-04T02:50:00Z"},
            "within 15 minutes of 2026-03-04 02:50:00 UTC; the nearest is of 2026-03-04 02:30:00",
            "alerts_of",
        ),
        (
            {"rule": "9", "time": "2026-03-04T02:50:00Z"},
            "the rule has none, 2026-03-04 02:00:00 to",
            "triage.alerts_of(case)",
        ),
        ({"alert": "1\x00" + "2" * 10}, "no alert has such an id or rule", "alerts_of"),
        ({"alert": "1" * 20_000}, "no alert has such an id or rule", "alerts_of"),
        ({"rule": "5716", "time": "yesterday"}, "not a time", "write it like"),
        ({"alert": "1772589600.1", "minutes": 0}, "not a window", "1 to 1440"),
        ({"alert": "1772589600.1", "minutes": 99_999}, "not a window", "1 to 1440"),
    ],
)
def test_an_alert_that_is_not_there_is_an_error_that_says_what_to_do(
    case: Case, given: dict[str, str], message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as refused:
        find(case, **given)  # type: ignore[arg-type]

    assert message in refused.value.message
    assert hint in (refused.value.hint or "")


def test_an_archive_without_alerts_has_none_to_look_at(quiet: Case) -> None:
    with pytest.raises(UsageError, match="no log group holds OSSEC alerts"):
        find(quiet, alert="1.1")


def test_an_alert_without_an_id_is_found_by_its_rule_and_time(tmp_path: Path) -> None:
    over = case_over(tmp_path, Log("OSSEC", "ossec", [alert(60, 3, "5501", "session opened")]))

    assert find(over, rule="5501", time="2026-03-04T02:01:00Z").name == (
        "the alert of rule 5501 at 2026-03-04 02:01:00 UTC"
    )
