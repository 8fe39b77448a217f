"""Who counts as silent, at the very bounds of what is written in ``alerts_silent``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.case import open_case
from siemlib.investigate import posture
from tests.investigate.incident import Log, alert, case_over

if TYPE_CHECKING:
    from siemlib.case import Answer

LAST = 59
"""The hour of the last alert of any."""
VOICES: dict[str, tuple[list[int], str, int, int]] = {
    # the hours with alerts: whether it is silent, its longest earlier silence, and how long it is silent
    "always": ([*range(60)], "no", 0, 0),
    "twelve": ([*range(12)], "yes", 0, 48),
    "eleven": ([*range(11)], "not steady enough to tell", 0, 49),
    "half": ([*range(0, 24, 2)], "yes", 1, 37),  # twelve of 23
    "lesshalf": ([*range(0, 22, 2), 24], "not steady enough to tell", 3, 35),  # twelve of 25
    "paused": ([*range(20), *range(29, 34)], "no", 9, 26),  # three times nine are 27
    "longer": ([*range(20), *range(29, 33)], "yes", 9, 27),
    "threehours": ([*range(57)], "yes", 0, 3),
    "twohours": ([*range(58)], "no", 0, 2),
    "sixth": ([*range(30)], "yes", 0, 30),
    "another": ([*range(40)], "yes", 0, 20),
}


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    folder = tmp_path_factory.mktemp("silence")
    alerts = [
        alert(hour * 3600 + 60, 3, str(number), name)
        for number, (name, (hours, *_)) in enumerate(VOICES.items(), 1)
        for hour in hours
    ]
    case_over(folder, Log("OSSEC", "ossec", alerts))
    return posture.alerts_silent(open_case(engine=f"local:{folder / 'archive'}", start="", end=""))


def test_each_rule_is_judged_by_its_own_habit(answer: Answer) -> None:
    rules = answer.frame[answer.frame["kind"] == "rule"]
    found = {
        str(row["name"]).partition(" ")[2]: (
            row["silent"],
            row["longest earlier silence, hours"],
            row["silent for, hours"],
        )
        for _, row in rules.iterrows()
    }
    assert found == {name: told for name, (_, *rest) in VOICES.items() for told in [tuple(rest)]}


def test_periods_and_alerts_are_counted_from_the_first_to_the_last(answer: Answer) -> None:
    found = answer.frame.set_index("name").loc["7 longer"]
    assert (found["alerts"], found["periods with alerts"], found["periods"]) == (24, 24, 33)
    assert (found["last"] - found["first"]).total_seconds() == 32 * 3600
    agent = answer.frame[answer.frame["kind"] == "agent"].iloc[0]
    assert (agent["name"], agent["silent"], agent["periods"]) == ("web-1", "no", LAST + 1)
    assert agent["alerts"] == sum(len(hours) for hours, *_ in VOICES.values())


def test_who_is_silent_the_longest_stands_first_and_who_is_not_after_all_of_them(answer: Answer) -> None:
    told = [(row["silent"] == "yes", row["silent for, hours"]) for _, row in answer.frame.iterrows()]
    assert told == sorted(told, reverse=True)
    assert sum(silent for silent, _ in told) == 6


def test_the_sentences_name_the_silent_ones_and_say_of_how_many_nobody_can_tell(answer: Answer) -> None:
    assert answer.reading.startswith(
        "6 of 11 rules and 1 agent stopped: rule 2 twelve after 12 alerts, last at 2026-03-04 "
    )
    assert "2 of them raise alerts too seldom, or too unsteadily, to tell." in answer.reading
    assert answer.reading.count(" alerts, last at ") == 5
    assert "; and 1 more. 2 of them" in answer.reading
