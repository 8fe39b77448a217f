"""Sliced is unsliced: slices give the rows of one run over everything, whatever the events, the query, the limits."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siemlib.database.connection import Connection, connect
from siemlib.database.memory import MemoryEvent
from siemlib.errors import SiemError
from siemlib.live.collected import Collecting
from siemlib.live.slicing import Slice
from siemlib.model.timespan import TimeSpan
from tests.database.queries import queries
from tests.live.memory_service import START, MemoryService, check_covers, prepared, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.live.gathering import Overflow

SPAN = TimeSpan.of_millis(START + 1_234, START + 57_891)

_values = st.one_of(st.integers(-3, 12), st.sampled_from(["x", "7", "-", "", "10.0.0.1", None, True, 1.5, [1, "x"]]))
_messages = st.one_of(
    st.dictionaries(st.sampled_from(["a", "b", "t", "flag"]), _values).map(json.dumps),
    st.sampled_from(["", "plain text", "a=1 b=2", '{"a":', "[1]", "x 7\ny"]),
)
# Half of the events crowd into a few milliseconds, some on the edges of the span and of its seconds.
_times = st.one_of(
    st.integers(0, 60_000),
    st.sampled_from([1_233, 1_234, 1_235, 1_999, 2_000, 30_000, 30_001, 30_002, 57_000, 57_890, 57_891]),
)
_events = st.lists(st.tuples(_times, _messages, st.sampled_from(["memory", "memory", "other"])), max_size=60).map(
    lambda rows: [MemoryEvent(START + time, message, log_group=group) for time, message, group in rows]
)
_row_wise = st.sampled_from(
    [
        "fields a",
        "fields @timestamp, @message, @log, @logStream, @ingestionTime",
        "filter a > 1 | fields a, b as c | filter c like /x/ or ispresent(c)",
        "parse @message '*=*' as k, v | filter ispresent(k)",
        "parse @message /(?<d>[0-9])/ multi",
        "parse @message '* *' as x, y | display y",
        "fields jsonParse(@message) as j | unnest j.a into one",
        "filter toMillis(@timestamp) < queryEndTime() - 1000 | display queryStartTime(), strlen( @message )",
        "filter strlen(@message) > 9",
    ]
)
_whole = st.sampled_from(
    [
        "sort a desc, @timestamp | limit 7",
        "fields a | sort b | limit 3",
        "filter a > 0 | dedup a, b",
        "sort @timestamp asc | dedup a",
        "stats count(*), latest(a), earliest(b) by bin(10s)",
        "stats count(*) as n by a | sort n desc, a",
        "filter b != 7 | stats count_distinct(b), pct(a, 50) by flag",
        "limit 4 | fields a",
        "tail 5",
        "fields a | accum a as total",
        "filter a in (SOURCE 'other' | filter b != 1 | fields b) | stats count(*) by @log",
        "join left=l right=r where l.a=r.b (SOURCE 'other', 'memory') | fields l.a, r.@message | sort r.@message",
    ]
)


@cache
def _connection() -> Connection:
    return connect()


MORE = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


@MORE
@given(events=_events, query=_row_wise, most=st.integers(2, 20), says_matched=st.booleans())
def test_the_rows_of_slices_are_the_rows_of_one_run(
    events: Sequence[MemoryEvent], query: str, most: int, *, says_matched: bool
) -> None:
    service = MemoryService(events, most=most, says_matched=says_matched)
    asked = prepared(query, SPAN)
    assert asked.rows is not None
    gathered = service.gather(asked.rows, asked.span, exact=asked.one_row_each)
    check_covers(gathered, asked.span)
    columns = [*(column.name for column in asked.plan.columns), "@ptr"]
    found = [
        {asked.column(name): value for name, value in row.items() if asked.column(name) in columns}
        for row in rows_of(gathered)
    ]
    wanted = service.engine.run(query, SPAN, ["memory"], every_row=True).rows
    if gathered.overflows:
        _check_only_lacks(gathered.overflows, found, wanted)
    else:
        assert found == wanted


def _check_only_lacks(overflows: Sequence[Overflow], found: Sequence[object], wanted: Sequence[object]) -> None:
    lacking = len(wanted) - len(found)
    assert lacking > 0
    assert sum(overflow.left_out or 0 for overflow in overflows) == lacking


@MORE
@given(_events, _whole | _row_wise, st.integers(2, 20))
def test_a_query_over_collected_events_gives_what_it_gives_over_all(
    events: Sequence[MemoryEvent], query: str, most: int
) -> None:
    check_collected(events, query, most)


@FEW
@given(_events, queries, st.integers(5, 20))
def test_any_query_that_may_be_collected_gives_what_it_gives_over_all(
    events: Sequence[MemoryEvent], query: str, most: int
) -> None:
    check_collected(events, query, most)


def check_collected(events: Sequence[MemoryEvent], query: str, most: int) -> None:
    """The query over the events that slices brought is the query over all events."""
    service = MemoryService(events, most=most)
    asked = prepared(query, SPAN)
    if not asked.events:
        assert asked.obstacle is not None
        return
    with Collecting(connection=_connection()) as collecting:
        overflows = 0
        for portion in asked.events:
            gathered = service.gather(portion, asked.span, exact=True)
            check_covers(gathered, asked.span)
            overflows += len(gathered.overflows)
            collecting.add_gathered(gathered)
        if overflows:
            return
        try:
            wanted = service.engine.run(query, SPAN, ["memory"], every_row=True)
        except SiemError:
            with pytest.raises(SiemError):
                collecting.answer(asked, every_row=True)
            return
        answer = collecting.answer(asked, every_row=True)
        assert answer.rows == wanted.rows
        assert answer.columns == wanted.columns
        assert collecting.notes() == ()


def test_the_slices_of_a_span_without_an_event_are_one() -> None:
    service = MemoryService([], most=5)
    asked = prepared("fields a", SPAN)
    assert asked.rows is not None
    gathered = service.gather(asked.rows, asked.span, exact=True)
    assert [piece.slice for piece in gathered.pieces] == [Slice(SPAN.start_ms, SPAN.end_ms)]
    assert (gathered.rows, gathered.counts) == (0, 0)
