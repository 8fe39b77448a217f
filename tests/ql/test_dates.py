"""The two pattern languages of times, held against Python's own, and what is refused in them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siemlib.errors import QueryError
from siemlib.ql.dates import Unreadable, fixed_offset, java_pattern, strftime_codes
from tests.database.language import ask, events, rows

CODES = (
    "%a %A %b %B %c %d %D %e %F %H %I %j %k %l %m %M %n %p %r %R %s %S %t %T %U %V %W %x %X %y %Y %G %g %C %u %w %% %z"
)
MOMENTS = st.integers(0, 4_102_444_800_000)


@given(MOMENTS)
@settings(max_examples=25, deadline=None)
def test_every_code_is_written_as_python_writes_it(millis: int) -> None:
    expected = dt.datetime.fromtimestamp(millis / 1000, dt.UTC).strftime(CODES)
    assert rows(f'fields formatDate({millis}, "{CODES}") as x', "x") == [{"x": expected}]


@given(
    MOMENTS,
    st.sampled_from([("yyyy-MM-dd HH:mm:ss", "%Y-%m-%d %H:%M:%S"), ("d MMM yyyy h:m:s a", "%d %b %Y %I:%M:%S %p")]),
)
@settings(max_examples=25, deadline=None)
def test_what_was_written_is_read_as_the_same_second(millis: int, patterns: tuple[str, str]) -> None:
    java, python = patterns
    text = dt.datetime.fromtimestamp(millis // 1000, dt.UTC).strftime(python)
    assert rows(f'fields parseDate("{text}", "{java}") as x', "x") == [{"x": str(millis // 1000 * 1000)}]


@pytest.mark.parametrize(
    ("pattern", "fault", "place"),
    [
        ("yyyy-MM-dd G", "'G' is not known in a pattern of a time", "G"),
        ("yyyy-MM-dd HHH", "'HHH' is not known in a pattern of a time", "HHH"),
        ("yyyy-MM-dd S{3}", "{ cannot stand here in a pattern of a time", "{"),
        ("yyyy-MM-dd]", "] cannot stand here in a pattern of a time", "]"),
        ("yyyy-MM-dd 'at", "' cannot stand here in a pattern of a time", "'"),
        ("MMM d HH:mm:ss", "the pattern of a time names no year", "MMM d HH:mm:ss"),
        ("yyyy d", "the pattern of a time names no month", "yyyy d"),
        ("yyyy-MM", "the pattern of a time names no day", "yyyy-MM"),
        ("d.M.yy h", "the pattern of a time has an hour of 1 to 12 ('h'), but no half of the day ('a')", "d.M.yy h"),
        ("[" * 11, "[ cannot stand here in a pattern of a time", "["),
        ("yMd" + "-H" * 41, "the pattern of a time has more than 40 parts", "yMd" + "-H" * 41),
    ],
)
def test_a_pattern_of_java_that_cannot_be_read_is_refused_with_its_place(pattern: str, fault: str, place: str) -> None:
    found = java_pattern(pattern)
    assert isinstance(found, Unreadable)
    assert (found.message, pattern[found.start : found.end]) == (fault, place)


def test_a_fault_is_drawn_under_the_letter_in_the_query() -> None:
    with pytest.raises(QueryError) as refused:
        rows('fields parseDate(@message, "yyyy-MM-dd QQ") as x', "x")
    assert refused.value.message.splitlines()[:3] == [
        "'QQ' is not known in a pattern of a time (line 1, column 40)",
        '  fields parseDate(@message, "yyyy-MM-dd QQ") as x',
        "                                         ^^",
    ]


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ("%Q", "'%Q' is not a code of a time"),
        ("5%", "'%' is not a code of a time"),
        ("", "the format of the time is empty"),
    ],
)
def test_a_format_that_cannot_be_read_is_refused(form: str, fault: str) -> None:
    found = strftime_codes(form)
    assert isinstance(found, Unreadable)
    assert found.message == fault


@pytest.mark.parametrize(
    ("zone", "minutes"),
    [
        ("Z", 0),
        ("utc", 0),
        ("+09:00", 540),
        ("-0330", -210),
        ("UTC+9", 540),
        ("GMT-5", -300),
        ("Asia/Tokyo", None),
        ("+19:00", None),
    ],
)
def test_a_zone_is_an_offset_or_a_place(zone: str, minutes: int | None) -> None:
    assert fixed_offset(zone) == minutes


def test_no_text_of_a_log_can_make_the_database_stumble() -> None:
    messages = ["99999-99-99 Nowhere", "2023-11-14 EST", "0000-00-00 z", "", "2023-11-14 Europe/Berlin"]
    answer = ask('fields parseDate(@message, "y-M-d z") as x | sort @timestamp', events(*messages))
    assert [row.get("x") for row in answer.rows] == [None, "1699938000000", None, None, None]


def test_formats_are_read_over_aggregates_too() -> None:
    query = 'stats formatDate(max(@timestamp), "%H:%M %z") as a, parseDate(max(@message), "yyyy-MM-dd") as b'
    assert rows(query, "2023-11-14", "2023-11-13") == [{"a": "22:13 +0000", "b": "1699920000000"}]
