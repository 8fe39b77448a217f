"""A number is found where the words around it say, and another number is not found."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from siemlib.report.trace.search import Sentence
from siemlib.report.trace.table import Table, table_of

_TIME = pa.timestamp("ms", "UTC")


def _at(hour: int) -> datetime:
    return datetime(2026, 3, 4, hour, 31, 47, 500_000, tzinfo=UTC)


LOGINS = table_of(
    "E06",
    pa.table(
        {
            "user": ["deploy", "root", "admin", "maria"],
            "address": ["203.0.113.66", "203.0.113.66", "203.0.113.66", "10.0.4.15"],
            "failures": [5, 200, 140, 0],
            "successes": [1, 0, 0, 11],
            "first success": pa.array([_at(2), None, None, _at(8)], _TIME),
        }
    ),
)
ALERTS = table_of("E05", pa.table({"level": [3, 10, 12], "rule": [5715, 5712, 40112], "alerts": [734, 81, 1]}))
EVENTS = table_of(
    "E13",
    pa.table(
        {
            "time": pa.array([_at(1), _at(2), _at(3)], _TIME),
            "action": ["REJECT", "REJECT", "ACCEPT"],
            "summary": ["drop port 443 now", "drop port 444 now", "pass port 22 now"],
        }
    ),
)


@pytest.mark.parametrize(
    ("table", "sentence", "number", "says"),
    [
        (
            LOGINS,
            "345 failed logins for 3 users at 203.0.113.66.",
            "345",
            "sum of failures",
        ),
        (LOGINS, "4 users tried.", "4", "different user"),
        (LOGINS, "root (200 failures) and admin (140 failures)", "140", "sum of failures where user = admin"),
        (LOGINS, "deploy got in at 2026-03-04 02:31:47 UTC.", "02:31:47", "first success"),
        (LOGINS, "root (200 failures) and 3 more.", "3", ", less the 1 that are named"),
        (ALERTS, "82 alerts of level 10 or more.", "82", "sum of alerts where level"),
        (ALERTS, "Highest: level 12, rule 40112.", "40112", "rule where level = 12"),
        (EVENTS, "2 rejected and 1 accepted.", "2", "rows where action = REJECT"),
        (EVENTS, 'First: "drop port 443 now".', "443", "in summary = drop port 443 now"),
    ],
)
def test_a_number_is_found_where_the_words_say(table: Table, sentence: str, number: str, says: str) -> None:
    read = Sentence(sentence, table)
    token = next(token for token in read.tokens if number in token.text)

    derived = read.find(token)

    assert derived is not None
    assert derived.of == table.name
    assert says in derived.says.replace("cell of", "sum of")


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (LOGINS, "346 failed logins for 3 users at 203.0.113.66."),
        (LOGINS, "5 users tried."),
        (LOGINS, "root (140 failures)."),
        (LOGINS, "12 failures for root."),
        (LOGINS, "deploy got in at 2026-03-04 02:31:48 UTC."),
        (LOGINS, "192.0.2.1 failed."),
        (ALERTS, "Highest: level 12, rule 5715."),
        (ALERTS, "81 alerts of level 11 or more."),
        (EVENTS, "1 rejected."),
        (EVENTS, 'First: "drop port 445 now".'),
        (EVENTS, "0 rejected."),
    ],
)
def test_another_number_is_not_found(table: Table, sentence: str) -> None:
    read = Sentence(sentence, table)

    assert any(read.find(token) is None for token in read.tokens)


def test_a_zero_is_found_only_where_nothing_is() -> None:
    assert _found("0 failed events.", EVENTS)
    assert _found("0 failures for maria.", LOGINS)
    assert not _found("0 accepted.", EVENTS)
    assert not _found("0 users.", LOGINS)


def _found(sentence: str, table: Table) -> bool:
    read = Sentence(sentence, table)
    return all(read.find(token) for token in read.tokens)


def test_shares_and_widths_follow_from_other_numbers() -> None:
    bins = table_of(
        "E04", pa.table({"from": pa.array([_at(1)], _TIME), "to": pa.array([_at(2)], _TIME), "events": [7]})
    )

    assert _found("7 events, in bins of 1 hour.", bins)
    assert not _found("7 events, in bins of 2 hours.", bins)
    read = Sentence("7 of 8 cells (88 %)", bins)
    assert read.find(read.tokens[2]) is not None
    wrong = Sentence("7 of 8 cells (89 %)", bins)
    assert wrong.find(wrong.tokens[2]) is None


def test_of_another_exhibit_a_small_number_needs_its_own_words() -> None:
    own, other = Sentence("5 seen.", LOGINS), Sentence("5 seen.", LOGINS, own=False)

    assert own.find(own.tokens[0]) is None
    assert other.find(other.tokens[0]) is None
    named = Sentence("deploy, 5 failures.", LOGINS, own=False)
    assert named.find(named.tokens[0]) is not None


def test_a_hundred_thousand_rows_are_read_in_a_moment() -> None:
    rows = 100_000
    table = table_of(
        "E01",
        pa.table({"user": [f"user{n}" for n in range(rows)], "events": [1] * rows, "note": ["x" * 40] * rows}),
    )

    assert _found("100,000 users with 100,000 events.", table)
    assert re.search(r"user7\b", table.columns[0].all_text)
