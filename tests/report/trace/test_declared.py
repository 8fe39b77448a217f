"""A rule says what is counted; the gate counts it again, and takes nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from siemlib.charts.traced import TRACED as OF_CHARTS
from siemlib.investigate.traced import TRACED as OF_READINGS
from siemlib.model.traced import How, Traced, on
from siemlib.report.trace.declared import holds, places, said
from siemlib.report.trace.table import Table, table_of
from siemlib.report.trace.tokens import tokens_of

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


def _holds(rule: Traced, text: str, table: Table = TABLE) -> list[bool | None]:
    found = [said(match, tokens_of(text)) for match in places(rule, text)]
    return [holds(rule, each, table, text, 0.0) for each in found if each is not None]


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
        (Traced("{n} row[s]", How.SUM, "failures", on("user is eve")), 3),
        (Traced("{n} rows", How.PERCENT, "failures", on("user = bob")), 40),
        (Traced("{n} rows", How.BOTH, "user", (("failures", ">", "0"), ("successes", ">", "0"))), 1),
    ],
)
def test_a_rule_holds_for_one_number_only(rule: Traced, right: int) -> None:
    for number in (*range(7), 40):
        assert _holds(rule, f"There are {number} rows.") == [number == right], number


def test_a_rule_about_other_columns_says_nothing() -> None:
    rule = Traced("{n} rows", How.SUM, "bytes")

    assert _holds(rule, "4 rows") == [None]


def test_a_rule_takes_what_the_sentence_names() -> None:
    rule = Traced("{x} failed {n} time", How.SUM, "failures", (("user", "=", "{x}"),))

    assert _holds(rule, "eve failed 3 times, bob failed 3 times, and nobody failed 3 times") == [True, False, None]


def test_what_is_before_and_after_one_time_comes_to_all() -> None:
    rule = Traced("{n} before, {m} after", How.BEFORE, "successes")

    for before, after in ((2, 1), (2, 2), (3, 1), (1, 2), (2, 0)):
        # Sorted: 0, 0, 1, 4. What lies between must be one value.
        right = (before, after) in {(2, 1), (2, 2), (3, 1)}
        assert _holds(rule, f"{before} before, {after} after") == [right], (before, after)


def test_a_phrase_that_is_given_has_no_number_left_open() -> None:
    given = [rule for rule in (*OF_READINGS, *OF_CHARTS) if rule.how is How.GIVEN]

    assert given
    assert [rule.says for rule in given if "{" in rule.says or not rule.why] == []


def test_a_rule_about_a_row_takes_all_its_numbers_from_one() -> None:
    rule = Traced("{z}: {n} and {m}", How.STANDS, where=on("user = {z}", "failures = {n}", "successes = {m}"))

    assert _holds(rule, "eve: 3 and 0. eve (a): 0 and 1. eve: 3 and 1. bob: 2 and 1. max: 1 and 1") == [
        True,
        True,
        False,
        False,
        None,  # nobody has that name: it was misread
    ]


def test_the_time_of_the_most_is_the_first_of_them() -> None:
    moments = [datetime(2026, 3, 4, 5, 0, second, tzinfo=UTC) for second in (1, 2, 2, 3)]
    table = table_of("E01", pa.table({"from": pa.array(moments, pa.timestamp("ms", "UTC")), "events": [5, 3, 4, 7]}))
    peak, top = Traced("Most at {t}", How.PEAK, "events"), Traced("Most at {t}: {n}", How.TOP, "events")

    for second in (1, 2, 3):
        assert _holds(peak, f"Most at 2026-03-04 05:00:0{second}", table) == [second == 2]
    assert _holds(top, "Most at 2026-03-04 05:00:02: 7", table) == [True]
    assert _holds(top, "Most at 2026-03-04 05:00:02: 8", table) == [False]


def test_conditions_are_read_as_they_stand() -> None:
    assert on("most in 10 minutes = 3", "subjects contains , ", "order != ", "error none", "what in a|b") == (
        ("most in 10 minutes", "=", "3"),
        ("subjects", "contains", ", "),
        ("order", "!=", ""),
        ("error", "none", ""),
        ("what", "in", "a|b"),
    )
    with pytest.raises(ValueError, match="no operator in 'events'"):
        on("events")


def test_a_rule_leaves_out_rows_and_texts_that_it_is_not_about() -> None:
    rule = Traced("{n} rows", How.ROWS, unless=on("user = eve", "failures > 0"), lacking="cut")

    assert _holds(rule, "There are 3 rows.") == [True]
    assert _holds(rule, "There are 4 rows.") == [False]
    assert _holds(rule, "There are 4 rows; the table was cut.") == []


def test_rows_without_a_value_are_not_of_one_and_the_same() -> None:
    table = table_of("E01", pa.table({"user": [None, None, "eve"], "failures": [3, 0, 1], "successes": [0, 2, 1]}))
    rule = Traced("{n} rows", How.BOTH, "user", on("failures > 0", "successes > 0"))

    assert _holds(rule, "There are 1 rows.", table) == [True]


def test_a_name_may_hold_brackets() -> None:
    table = table_of("E01", pa.table({"user": ["x", "x (3 events)"], "failures": [4, 38]}))
    rule = Traced("{z} {n}", How.SUM, "failures", on("user = {z}"), after="most: ")

    assert _holds(rule, "2 failed, most: x (3 events) 38 and x 4.", table) == [True, True]
    assert _holds(rule, "2 failed, most: x (known) 4.", table) == [True]


def test_words_within_a_sentence_end_with_it() -> None:
    table = table_of("E01", pa.table({"user": ["eve", "bob"], "tries": [0, 5]}))
    rule = Traced("{z} from {v} got in after {n}", How.STANDS, where=on("user = {z}", "tries = {n}"))

    assert _holds(rule, "eve from A got in at once. bob from B got in after 5.", table) == [True]


def test_calls_of_a_key_are_those_it_signed_and_for_one_user() -> None:
    table = table_of(
        "E08",
        pa.table(
            {
                "from": ["bob", "eve", "eve"],
                "link": ["signed with", "signed with", "created"],
                "to": ["key AK1", "key AK1", "key AK1"],
                "events": [11, 3, 1],
            }
        ),
    )
    rules = [rule for rule in OF_READINGS if "signed {n} call" in rule.says]
    text = "bob signed 11 calls with AK1, at once. eve signed 3 calls with AK1, at once."

    assert [found for rule in rules for found in _holds(rule, text, table)] == [True, True]
