"""Sentences over unusual data, whose numbers words alone do not find; and what is wrong, not only missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from siemlib.model.traced import How, Traced
from siemlib.report.trace.context import Context
from siemlib.report.trace.search import Sentence
from siemlib.report.trace.table import Table, table_of
from siemlib.report.trace.tracer import About, numbers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_START = datetime(2026, 3, 4, 14, 14, 55, tzinfo=UTC)
_TIME = pa.timestamp("ms", "UTC")
SECONDS = table_of(
    "E03",
    pa.table(
        {
            "from": pa.array([_START + timedelta(seconds=n // 2) for n in range(12)], _TIME),
            "source": ["ossec", "syslog"] * 6,
            "events": [1, 2, 3, 4, 39, 39, 5, 6, 7, 8, 9, 10],
        }
    ),
)
"""Bins of one second: so dense that a time in it says nothing."""
ONE_STEP = table_of("E04", pa.table({"from": ["audit"], "to": ["audit"], "steps": [20], "not provable": [3]}))


def test_the_time_of_the_most_is_found_in_bins_of_a_second_and_no_other_is() -> None:
    said = "Events in 6 bins of 1s. Most from 2026-03-04 14:14:{} UTC: 78, of them 39 in ossec."

    right, wrong = (Sentence(said.format(second), SECONDS) for second in ("57", "58"))

    times = [next(token for token in each.tokens if "14:14" in token.text) for each in (right, wrong)]
    assert right.find(times[0]) is not None
    assert wrong.find(times[1]) is None


def test_a_sum_of_one_row_is_a_part_of_what_the_rest_names() -> None:
    sentence = Sentence("3 of 20 steps are not provable, most of them from audit to audit (3 of 20).", ONE_STEP)

    assert sentence.find(sentence.tokens[0]) is not None


def _numbers(text: str, table: Table, rules: Sequence[Traced] = ()) -> list[tuple[str, bool, bool]]:
    about = About(
        "", Context([], [], [], [], 0), rules, lambda: iter([(table, True)]), lambda: iter([table]), lambda _: [table]
    )
    return [(number.token.text, bool(number.says), bool(number.against)) for number in numbers_of(text, about)]


@pytest.mark.parametrize(
    ("text", "rules", "wrong"),
    [
        ("21 steps were taken.", (), True),  # the table has steps, and they are 20
        ("See ticket 4711.", (), False),  # nothing says what that is
        ("Walked 4 in all", (Traced("Walked {n} in", How.ROWS),), True),  # a rule counts them
    ],
)
def test_what_disagrees_is_wrong_and_what_is_only_not_found_is_not(
    text: str, rules: tuple[Traced, ...], *, wrong: bool
) -> None:
    ((_, found, against),) = _numbers(text, ONE_STEP, rules)

    assert not found
    assert against is wrong


def _about(*rules: Traced, table: Table = ONE_STEP) -> About:
    context = Context([], [], [], [], 0)
    return About("", context, rules, lambda: iter([(table, True)]), lambda: iter([table]), lambda _: [table])


def test_in_an_exhibit_with_rules_only_these_say_what_is_wrong() -> None:
    (loose,) = numbers_of("21 steps were taken.", _about())
    (open_,) = numbers_of("21 steps were taken.", replace(_about(), laid_down=True))
    (wrong,) = numbers_of("21 steps were taken.", replace(_about(Traced("{n} step", How.SUM, "steps")), laid_down=True))

    assert loose.against == "nothing in steps of E04"
    assert (open_.says, open_.against) == ("", "")  # no rule counts it: the rules' author may not have thought of it
    assert wrong.against == "sum of steps, of E04"


def test_it_is_open_which_is_wrong_where_a_rule_and_the_very_number_in_the_table_disagree() -> None:
    table = table_of("E05", pa.table({"user": ["eve", "bob", "bob"], "failures": [776, 2, 9]}))
    rule = Traced("{n} failure", How.SUM, "failures")

    (own,) = numbers_of("776 failures of eve.", _about(rule, table=table))
    (wrong,) = numbers_of("777 failures of eve.", _about(rule, table=table))

    assert (own.says, own.against) == ("", "")
    assert wrong.against == "sum of failures, of E05"


def test_a_number_that_others_would_fit_as_well_is_not_found() -> None:
    table = table_of("E01", pa.table({"user": ["eve", "bob", "ann"], "failures": [2, 1, 0]}))
    sentence = Sentence("2 failed users.", table)

    assert sentence.find(sentence.tokens[0]) is not None
    assert sentence.tell(sentence.tokens[0]) is None  # 3 are there in all, and 3 failures


def test_a_parameter_is_compared_with_what_was_given() -> None:
    rule = Traced("within {n} minutes", How.PARAMETER, "minutes")
    context = Context([], [], [], [], 0, {"minutes": 15.0})
    about = About("", context, (rule,), lambda: iter([]), lambda: iter([]), lambda _: [])

    assert [bool(numbers_of(f"within {n} minutes", about)[0].against) for n in (15, 16)] == [False, True]
