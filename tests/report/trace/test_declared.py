"""A rule says what is counted; the gate counts it again, and takes nothing else."""

from __future__ import annotations

import pyarrow as pa
import pytest

from siemlib.charts.traced import TRACED as OF_CHARTS
from siemlib.investigate.traced import TRACED as OF_READINGS
from siemlib.model.traced import How, Traced
from siemlib.report.trace.declared import holds, places
from siemlib.report.trace.table import table_of

TABLE = table_of(
    "E01",
    pa.table(
        {
            "user": ["eve", "eve", "bob", "ann"],
            "role": ["a, b", "a", "b", None],
            "failures": [3, 0, 2, 0],
            "successes": [0, 1, 0, 4],
        }
    ),
)


@pytest.mark.parametrize(
    ("rule", "right"),
    [
        (Traced("{n} rows", How.ROWS), 4),
        (Traced("{n} rows", How.ROWS, less=1), 3),
        (Traced("{n} rows", How.ROWS, where=(("role", "contains", ", "),)), 1),
        (Traced("{n} rows", How.ROWS, where=(("role", "lacks", ","),)), 3),
        (Traced("{n} rows", How.ROWS, where=(("role", "given", ""),)), 3),
        (Traced("{n} rows", How.ROWS, where=(("user", "in", "eve|bob"), ("failures", ">", "0"))), 2),
        (Traced("{n} rows", How.DIFFERENT, "user"), 3),
        (Traced("{n} rows", How.DIFFERENT, "user+failures"), 4),
        (Traced("{n} rows", How.SUM, "failures", (("user", "!=", "bob"),)), 3),
        (Traced("{n} rows", How.LEAST, "failures", (("failures", ">", "0"),)), 2),
        (Traced("{n} rows", How.GREATEST, "successes"), 4),
        (Traced("{n} rows", How.BOTH, "user", (("failures", ">", "0"), ("successes", ">", "0"))), 1),
    ],
)
def test_a_rule_holds_for_one_number_only(rule: Traced, right: int) -> None:
    for number in range(7):
        (match,) = places(rule, f"There are {number} rows.")
        assert holds(rule, match, TABLE, 0.0) is (number == right), number


def test_a_rule_about_other_columns_says_nothing() -> None:
    rule = Traced("{n} rows", How.SUM, "bytes")
    (match,) = places(rule, "4 rows")

    assert holds(rule, match, TABLE, 0.0) is None


def test_a_rule_takes_what_the_sentence_names() -> None:
    rule = Traced("{x} failed {n} time", How.SUM, "failures", (("user", "=", "{x}"),))

    assert [holds(rule, match, TABLE, 0.0) for match in places(rule, "eve failed 3 times, bob failed 3 times")] == [
        True,
        False,
    ]


def test_what_is_before_and_after_one_time_comes_to_all() -> None:
    rule = Traced("{n} before, {m} after", How.BEFORE, "successes")

    for before, after in ((2, 1), (2, 2), (3, 1), (1, 2), (2, 0)):
        (match,) = places(rule, f"{before} before, {after} after")
        # Sorted: 0, 0, 1, 4. What lies between must be one value.
        assert holds(rule, match, TABLE, 0.0) is ((before, after) in {(2, 1), (2, 2), (3, 1)}), (before, after)


def test_a_phrase_that_is_given_has_no_number_left_open() -> None:
    given = [rule for rule in (*OF_READINGS, *OF_CHARTS) if rule.how is How.GIVEN]

    assert given
    assert [rule.says for rule in given if "{" in rule.says or not rule.why] == []
