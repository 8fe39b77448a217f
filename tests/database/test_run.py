"""Running queries: how many rows, what is counted, and what happens when the database says no."""

from __future__ import annotations

import json

import pytest

from siemlib.database.memory import MemoryEvent, MemoryStore
from siemlib.database.relation import EventRelation
from siemlib.database.run import Question, run
from siemlib.errors import QueryError, SiemError
from siemlib.model.timespan import TimeSpan
from siemlib.ql.parser import parse
from tests.database.language import CONNECTION, START, ask, events

MANY = MemoryStore([MemoryEvent(START + n, json.dumps({"n": n, "odd": n % 2})) for n in range(10_001)])


def test_a_query_without_limit_gives_ten_thousand_rows_and_says_that_there_are_more() -> None:
    answer = ask("fields n", MANY)
    assert (len(answer.rows), answer.truncated) == (10_000, True)
    assert answer.rows[0]["n"] == "10000"
    assert answer.rows[-1]["n"] == "1"
    assert (answer.matched, answer.scanned) == (10_001, 10_001)


def test_exactly_ten_thousand_rows_are_not_truncated() -> None:
    answer = ask("filter n > 0 | fields n", MANY)
    assert (len(answer.rows), answer.truncated, answer.matched) == (10_000, False, 10_000)


def test_every_row_gives_them_all() -> None:
    answer = ask("fields n", MANY, every_row=True)
    assert (len(answer.rows), answer.truncated) == (10_001, False)


def test_a_limit_is_no_truncation_whatever_its_size() -> None:
    assert (len(ask("limit 3", MANY).rows), ask("limit 3", MANY).truncated) == (3, False)
    answer = ask("fields n | limit 100000", MANY)
    assert (len(answer.rows), answer.truncated) == (10_001, False)


def test_groups_beyond_ten_thousand_are_truncated_too() -> None:
    answer = ask("stats count(*) by n", MANY)
    assert (len(answer.rows), answer.truncated, answer.matched) == (10_000, True, 10_001)


@pytest.mark.parametrize(
    "query",
    [
        "filter odd = 1 | fields n",
        "filter odd = 1 | limit 2",
        "filter odd = 1 | dedup odd",
        "filter odd = 1 | stats count(*)",
        "filter odd = 1 | stats count(*) as c by n | filter c > 1",
        "filter odd = 1 | stats count(*) as c by n | stats sum(c) as s | filter s > 1",
        "filter odd = 1 | stats count(*) as c by n | stats sum(c) as s | filter s = 1",
        "fields n | filter odd = 1 | sort n | limit 1",
    ],
)
def test_matched_are_the_events_that_passed_the_filters_whatever_comes_after(query: str) -> None:
    assert ask(query, MANY).matched == 5_000


@pytest.mark.parametrize(
    "query",
    [
        "filter a > 0 | expand l",
        "filter a > 0 | expand l | limit 1",
        "filter a > 0 | expand l | stats count(*) by l",
        "filter a > 0 | expand l | filter l = 1",
        "filter a > 0 | parse @message /([0-9])/ as n multi",
    ],
)
def test_matched_are_events_and_not_what_was_made_of_them(query: str) -> None:
    assert ask(query, events('{"a": 1, "l": [1, 2, 3]}', '{"a": 1}', '{"a": 0, "l": [1]}')).matched == 2


def test_only_the_log_groups_and_the_half_open_timespan_that_were_asked_for_are_read() -> None:
    given = [MemoryEvent(START + n, str(n), log_group=group) for n in range(4) for group in ("one", "two")]
    answer = ask("fields @log, @message", given, span=(START + 1, START + 3), log_groups=["one"])
    assert [(row["@log"], row["@message"]) for row in answer.rows] == [("one", "2"), ("one", "1")]
    assert answer.scanned == 2


def test_rows_of_events_end_with_their_pointer_and_rows_of_groups_have_none() -> None:
    [event] = ask("fields @ptr, @message", events("x")).rows
    assert list(event) == ["@message", "@ptr"]
    [group] = ask("stats count(*) as n by @ptr", events("x")).rows
    assert list(group) == ["@ptr", "n"]


def test_the_default_columns_are_time_and_message() -> None:
    assert ask("filter @message like /x/", events("x\n")).rows == [
        {"@timestamp": "2023-11-14 22:13:20.000", "@message": "x\n", "@ptr": "000000000000"}
    ]


def test_a_pattern_that_the_engine_refuses_is_an_error_of_the_query_at_its_place() -> None:
    with pytest.raises(QueryError) as refused:
        ask("filter @message like /a{5,2}/", events("x"))
    assert refused.value.message.splitlines()[0].startswith("not a regular expression: ")
    assert refused.value.message.splitlines()[0].endswith("(line 1, column 22)")


def test_a_parameter_is_a_value_and_never_a_part_of_the_query() -> None:
    value = '" | stats count(*) #'
    answer = ask("filter @message = {{x}} | fields @message", events(value, "other"), parameters={"x": value})
    assert [row["@message"] for row in answer.rows] == [value]


class _Broken:
    """A store whose file has gone."""

    def relation(self, *_: object) -> EventRelation:
        return EventRelation("SELECT * FROM read_parquet('nowhere/\x1b[31mgone.parquet')", ())


def test_a_failing_database_is_one_line_for_people_without_control_characters() -> None:
    question = Question(parse("limit 1"), "limit 1", ["g"], TimeSpan.of_millis(0, 1), 0)
    with pytest.raises(SiemError) as failed:
        run(CONNECTION.cursor(), _Broken(), question)
    assert failed.value.message.startswith("the database could not run the query: IO Error: ")
    assert "\x1b" not in failed.value.message
    assert "\n" not in failed.value.message


def test_a_format_that_the_database_does_not_know_is_an_error_and_no_traceback() -> None:
    with pytest.raises(SiemError):
        ask('fields formatDate(@timestamp, "%Q") as x', events("x"))
