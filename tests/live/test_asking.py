"""What is sent: the query as it is meant, for every slice the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.engine import LogGroup
from siemlib.errors import QueryError, UsageError
from siemlib.live.asking import prepare
from siemlib.live.slicing import Slice
from siemlib.model.timespan import TimeSpan
from siemlib.ql.parser import parse
from tests.live.memory_service import NOW, START, prepared

if TYPE_CHECKING:
    from pathlib import Path

SPAN = TimeSpan.of_millis(START, START + 60_000)
ODD = TimeSpan.of_millis(START + 1, START + 59_999)
BEHIND = "toMillis(@timestamp) >= 1700000000001"
BEFORE = "toMillis(@timestamp) < 1700000059999"
EVENTS = "@timestamp, @ingestionTime, @log, @logStream, @message, @ptr, strlen(@message) as siem_length"


def texts(query: str, span: TimeSpan = SPAN) -> list[str]:
    """What gives the events of the query."""
    asked = prepared(query, span)
    return [portion.ask(asked.span, 10).text for portion in asked.events]


def test_a_query_goes_as_it_is_with_the_seconds_and_log_groups_that_are_asked() -> None:
    ask = prepared("fields a | sort a", SPAN, "memory", "other").whole_ask(10_001)
    assert ask.text == "fields a\n| sort a"
    assert (ask.start, ask.end) == (START // 1000, START // 1000 + 59)
    assert (ask.log_groups, ask.limit) == (("memory", "other"), 10_001)


def test_milliseconds_are_a_filter_before_everything_also_in_queries_inside() -> None:
    query = "limit 5 | filter a in (SOURCE 'other' | fields b)"
    assert prepared(query, ODD).whole_text == (
        f'filter {BEHIND} and {BEFORE}\n| limit 5\n| filter a in (SOURCE "other"\n| filter {BEHIND} and {BEFORE}\n'
        "| fields b)"
    )


def test_parameters_are_literals_and_cannot_become_a_part_of_the_question() -> None:
    hostile = '" | limit 1 #'
    groups = [LogGroup("memory", (), 0, None, None)]
    asked = prepare(
        "filter a = {{value}}",
        SPAN,
        ["memory"],
        parameters={"value": hostile},
        known=groups,
        saved_queries=dict,
        now=NOW,
    )
    assert len(parse(asked.whole_text).commands) == 1
    assert asked.asked.query == parse(asked.whole_text)


def test_moments_are_numbers_since_every_slice_would_have_its_own() -> None:
    asked = prepared("filter a > now() | stats max(queryStartTime()), max(queryEndTime() - queryTimeRange()) as x", ODD)
    last = START + 59_998
    assert asked.whole_text.endswith(
        f"| filter a > {int(NOW.timestamp())}\n| stats max({START + 1}), max({last} - {last - START - 1}) as x"
    )
    assert asked.column(f"max({START + 1})") == "max(queryStartTime())"


def test_source_of_the_query_becomes_what_the_service_is_given_and_its_times_the_span() -> None:
    asked = prepared(f"SOURCE 'other' START={START} END={START + 999} | fields a", SPAN)
    ask = asked.whole_ask(None)
    assert (ask.text, ask.log_groups, ask.start, ask.end) == ("fields a", ("other",), START // 1000, START // 1000)
    assert len(asked.notes) == 2


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ("fields strlen( a ) | filter `strlen( a )` > 1", "fields strlen(a)\n| filter `strlen(a)` > 1"),
        ("stats COUNT( * ) by b | sort `COUNT( * )`", "stats COUNT(*) by b\n| sort `COUNT(*)`"),
        ("fields now() | filter `now()` > 1", "fields 1704067200\n| filter `1704067200` > 1"),
        ("fields a+b | filter `a+b` = 1 | display `a+b`", "fields a + b\n| filter `a + b` = 1\n| display `a + b`"),
    ],
)
def test_what_has_no_alias_is_meant_by_the_name_by_which_it_is_sent(query: str, sent: str) -> None:
    assert prepared(query, SPAN).whole_text == sent


@pytest.mark.parametrize(
    ("query", "sent", "column"),
    [
        ("stats COUNT( * ) by bin(5m)", "COUNT(*)", "COUNT( * )"),
        ("stats COUNT( * ) by bin(5m)", "count(*)", "COUNT( * )"),
        ("fields (a  +  b)", "a + b", "(a  +  b)"),
        ("fields strlen('x')", 'strlen("x")', "strlen('x')"),
        ("fields (A+b), (a+b)", "A + b", "(A+b)"),
        ("fields (A+b), (a+b)", "a+b", "(a+b)"),
        ("fields a", "a", "a"),
        ("pattern @message", "@tokens", "@tokens"),
    ],
)
def test_columns_have_the_names_that_the_user_wrote_whatever_the_service_calls_them(
    query: str, sent: str, column: str
) -> None:
    assert prepared(query, SPAN).column(sent) == column


@pytest.mark.parametrize(
    ("query", "head"),
    [
        ("stats count(*)", f"fields {EVENTS}"),
        ("fields a | sort a | filter b = 1 | dedup b", f"filter b = 1\n| fields {EVENTS}"),
        ("filter a = 1 | dedup a | limit 5", f"filter a = 1\n| fields {EVENTS}"),
        ("filter a = 1 | limit 5 | filter b = 1", f"filter a = 1\n| fields {EVENTS}"),
        (
            "parse @message '*-*' as x, y | filter x = 1 | parse @message '*' as z | stats count(*)",
            f'parse @message "*-*" as x, y\n| filter x = 1\n| display {EVENTS}',
        ),
        (
            "fields strlen( a ) | filter `strlen( a )` > 1 | stats count(*)",
            f"fields strlen(a)\n| filter `strlen(a)` > 1\n| display {EVENTS}",
        ),
        ("fields a as c, b | filter c = 1 | sort c", f"fields a as c, b\n| filter c = 1\n| display {EVENTS}"),
        ("fields jsonParse(@message) as j | unnest j.a into x | filter x = 1 | limit 1", f"fields {EVENTS}"),
        ("parse @message /(?<x>a)/ multi | filter x = 1 | sort x", f"fields {EVENTS}"),
    ],
)
def test_filters_on_single_events_are_left_to_the_service(query: str, head: str) -> None:
    assert texts(query) == [head]


def test_a_query_inside_has_its_own_events_and_the_filter_that_asks_it_is_not_left_to_the_service() -> None:
    query = "filter a in (SOURCE 'other' | filter c = 1 | fields b) | filter d = 2 | stats count(*)"
    asked = prepared(query, SPAN)
    assert texts(query) == [f"filter d = 2\n| fields {EVENTS}", f"filter c = 1\n| fields {EVENTS}"]
    assert [portion.log_groups for portion in asked.events] == [("memory",), ("other",)]


def test_a_count_is_of_the_rows_by_bins_that_the_language_has() -> None:
    asked = prepared("filter a = 1 | parse @message /(?<x>.)/ multi", ODD)
    assert asked.rows is not None
    span = Slice(START, START + 30_000)
    assert asked.rows.count_ask(span, 600_000, 9).text == (
        "filter a = 1\n| parse @message /(?<x>.)/ multi\n| stats count(*) as siem_events by bin(10m) as siem_bin"
    )
    assert asked.events[0].count_ask(span, 1, 9).text == (
        "filter a = 1\n| stats count(*) as siem_events by bin(1ms) as siem_bin"
    )


@pytest.mark.parametrize(
    ("query", "added"),
    [
        ("fields a", "fields a\n| fields @timestamp"),
        ("fields a | display b | filter c = 1", "fields a\n| display b, @timestamp\n| filter c = 1"),
        ("filter a = 1", "filter a = 1"),
        ("fields a | sort @timestamp desc", "fields a\n| sort @timestamp desc\n| fields @timestamp"),
        ("fields @timestamp, a", "fields @timestamp, a"),
    ],
)
def test_rows_that_are_sliced_tell_their_time(query: str, added: str) -> None:
    asked = prepared(query, SPAN)
    assert asked.rows is not None
    assert asked.rows.ask(asked.span, 5).text == added


@pytest.mark.parametrize(
    ("query", "rows", "events"),
    [
        ("fields a", True, True),
        ("filter a = 1 | unnest b into c", True, True),
        ("fields a | sort @timestamp desc", True, True),
        ("fields a | sort @timestamp", False, True),
        ("sort @timestamp desc, a", False, True),
        ("display @timestamp as a", True, True),
        ("display a as @timestamp", False, True),
        ("stats count(*) by a", False, True),
        ("fields a | limit 5", False, True),
        ("filter a in (SOURCE 'other' | fields b)", False, True),
        ("fields @aws.region", True, False),
        ("stats count(*) by @aws.region", False, False),
        ("stats count(*) by @aws.account, @requestId, @@type", False, True),
        ("lookup theirs a OUTPUT b", True, False),
        ("lookup theirs a OUTPUT b | stats count(*) by b", False, False),
        ("pattern @message", False, False),
        ("stats count(*) by a | estimate", False, False),
    ],
)
def test_what_can_be_sliced(query: str, rows: bool, events: bool) -> None:  # noqa: FBT001 - what is expected
    asked = prepared(query, SPAN)
    assert (asked.rows is not None, bool(asked.events), asked.whole) == (rows, events, True)
    assert asked.may_slice is (rows or events)
    assert (asked.obstacle is None) is events


def test_the_lookup_table_of_this_machine_is_read_here_over_the_events(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("a,b\n1,x\n")
    asked = prepared("filter a = 1 | lookup mine a OUTPUT b | filter b = 'x'", SPAN, lookup_tables={"mine": table})
    assert (asked.whole, asked.rows, asked.obstacle) == (False, None, None)
    assert [portion.ask(asked.span, 5).text for portion in asked.events] == [f"filter a = 1\n| fields {EVENTS}"]
    with pytest.raises(UsageError) as refused:
        prepared("lookup mine a OUTPUT b | pattern b", SPAN, lookup_tables={"mine": table})
    assert "'mine', which is a file on this machine" in refused.value.message


def test_more_log_groups_than_a_query_takes_are_asked_in_several() -> None:
    names = [f"group-{n}" for n in range(120)]
    asked = prepared("stats count(*)", SPAN, *names)
    assert not asked.whole
    assert [len(portion.log_groups) for portion in asked.events] == [50, 50, 20]
    assert prepared("fields a", SPAN, *names).rows is None
    with pytest.raises(UsageError) as refused:
        prepared("pattern @message", SPAN, *names)
    assert refused.value.message.startswith("the query is asked of 120 log groups, of which the service takes 50")


@pytest.mark.parametrize(
    ("query", "every_row", "enough"),
    [
        ("filter a = 1 | limit 20 | sort a", True, 20),
        ("fields a", False, 10_001),
        ("fields a", True, None),
        ("sort a | limit 20", True, None),
        ("sort @timestamp desc | limit 20", True, 20),
        ("filter a in (SOURCE 'other' | fields b) | limit 20", True, None),
        ("parse @message /(?<x>a)/ multi | limit 20", True, None),
        ("tail 20", True, None),
    ],
)
def test_so_many_of_the_newest_events_are_enough(query: str, every_row: bool, enough: int | None) -> None:  # noqa: FBT001
    assert prepared(query, SPAN).enough(every_row=every_row) == enough


@pytest.mark.parametrize(
    ("query", "bounded"),
    [
        ("limit 5", True),
        ("limit 5 | fields a", True),
        ("tail 5", True),
        ("fields a", False),
        ("limit 5 | expand a", False),
    ],
)
def test_a_limit_bounds_the_rows_unless_something_behind_it_makes_more(query: str, bounded: bool) -> None:  # noqa: FBT001
    assert prepared(query, SPAN).bounded is bounded


def test_a_query_that_compares_two_windows_loses_no_event_of_either_and_says_so() -> None:
    asked = prepared("pattern @message | diff", ODD)
    assert asked.whole_text == "pattern @message\n| diff"
    assert "widened" in asked.notes[-1]
    assert prepared("pattern @message | diff", SPAN).notes == ()


def test_a_query_that_is_too_long_with_its_values_is_refused_before_it_is_sent() -> None:
    groups = [LogGroup("memory", (), 0, None, None)]
    with pytest.raises(QueryError) as refused:
        prepare(
            "filter a = {{value}}",
            SPAN,
            None,
            parameters={"value": "x" * 10_000},
            known=groups,
            saved_queries=dict,
            now=NOW,
        )
    assert (
        refused.value.message == "with everything filled in the query has 10,013 characters; the service takes 10,000"
    )


def test_a_query_whose_slices_would_be_too_long_is_not_sliced() -> None:
    query = f"filter a = '{'x' * 9_900}'"
    asked = prepared(query, SPAN)
    assert asked.whole
    assert not asked.may_slice
    assert asked.obstacle == "its text leaves no room for the span of a slice"
