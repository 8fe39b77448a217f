"""Spans are half-open, UTC, and never empty."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.errors import UsageError
from siemlib.model.timespan import TimeSpan, from_millis, parse_time, render_millis, to_millis

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_a_span_that_ends_before_it_starts_is_refused_with_both_times() -> None:
    with pytest.raises(UsageError, match=r"ends \(2026-03-04 11:00:00\) before it starts \(2026-03-04 12:00:00\)"):
        TimeSpan(NOON, NOON - timedelta(hours=1))


def test_an_empty_span_is_refused() -> None:
    with pytest.raises(UsageError, match="empty"):
        TimeSpan(NOON, NOON)


def test_a_day_is_24_hours_and_ends_where_the_next_begins() -> None:
    day, next_day = TimeSpan.of_day(date(2026, 3, 4)), TimeSpan.of_day(date(2026, 3, 5))
    assert day.end == next_day.start
    assert day.end_ms - day.start_ms == 24 * 3600 * 1000


@pytest.mark.parametrize(("text", "hours"), [("24h", 24), ("90m", 1.5), ("7d", 168), ("1w", 168), ("3600S", 1)])
def test_the_last_hours_end_now(text: str, hours: float) -> None:
    assert TimeSpan.last(text, NOON) == TimeSpan(NOON - timedelta(hours=hours), NOON)


@pytest.mark.parametrize("text", ["", "h", "24", "-1h", "0h", "1 year", "1.5h"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a length of time"):
        TimeSpan.last(text, NOON)


def test_a_length_that_begins_before_all_time_is_refused() -> None:
    with pytest.raises(UsageError, match="too long a time"):
        TimeSpan.last("999999999d", NOON)


def test_a_time_without_a_zone_is_utc_and_the_caller_is_told() -> None:
    assert parse_time("2026-03-04T12:00:00") == (NOON, True)
    assert parse_time("2026-03-04T12:00:00Z") == (NOON, False)
    assert parse_time("2026-03-04T13:00:00+01:00") == (NOON, False)


def test_a_date_is_its_first_instant() -> None:
    assert parse_time("2026-03-04") == (NOON.replace(hour=0), True)
    assert parse_time("2026-03-04Z") == (NOON.replace(hour=0), False)
    assert parse_time("2026-03-04+02:00") == (NOON.replace(day=3, hour=22), False)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-13-01", "2026-13-01Z", "2026-03-04T25:00:00", "1700000000", "0001-01-01T00:00:00+05:00"],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a time"):
        parse_time(text)


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001 - zones are added below
def test_milliseconds_round_down_and_come_back(naive: datetime) -> None:
    time = naive.replace(tzinfo=timezone(timedelta(hours=2)))
    back = from_millis(to_millis(time))
    assert timedelta(0) <= time - back < timedelta(milliseconds=1)


def test_a_time_without_a_zone_has_no_epoch() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        to_millis(NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("millis", "text"),
    [
        (1_700_000_000_005, "2023-11-14 22:13:20.005"),
        (0, "1970-01-01 00:00:00.000"),
        (-1, "1969-12-31 23:59:59.999"),
    ],
)
def test_times_are_written_as_the_service_writes_them(millis: int, text: str) -> None:
    assert render_millis(millis) == text


def test_the_span_before_has_the_same_length_and_ends_where_this_one_starts() -> None:
    span = TimeSpan(NOON, NOON + timedelta(hours=6))
    assert span.earlier() == TimeSpan(NOON - timedelta(hours=6), NOON)
    assert span.earlier(timedelta(days=7)) == TimeSpan(NOON - timedelta(days=7), NOON - timedelta(days=6, hours=18))


def test_no_span_lies_before_the_first_year() -> None:
    with pytest.raises(UsageError, match="no time lies so far before"):
        TimeSpan(NOON, NOON + timedelta(days=1_000_000)).earlier()
