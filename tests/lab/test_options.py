"""The first line of ``%%insights`` is read, or refused with how to write it."""

from __future__ import annotations

import pytest

from siemlib.errors import UsageError
from siemlib.lab.options import OPTIONS, USAGE, Options, read
from siemlib.model.timespan import TimeSpan, parse_time

CASE = TimeSpan(parse_time("2026-03-04T00:00Z")[0], parse_time("2026-03-05T00:00Z")[0])


def test_every_option_is_read() -> None:
    line = (
        "failed --log-group sshd --log-group '/aws/a b' --case other -p user='ann lee' -p ip --every-row"
        " --from 2026-03-04T10:00Z --to 2026-03-04T11:00Z --why 'ticket 7'"
    )
    assert read(line) == Options(
        "failed",
        ("sshd", "/aws/a b"),
        "other",
        {"user": "ann lee", "ip": None},
        every_row=True,
        start="2026-03-04T10:00Z",
        end="2026-03-04T11:00Z",
        why="ticket 7",
    )
    assert all(option in USAGE for option in OPTIONS)


def test_nothing_need_be_said() -> None:
    assert read("") == Options()
    assert read("").over(CASE) is None


def test_an_end_that_is_not_given_is_that_of_the_case() -> None:
    noon = parse_time("2026-03-04T12:00Z")[0]
    assert read("--from 2026-03-04T12:00Z").over(CASE) == TimeSpan(noon, CASE.end)
    assert read("--to 2026-03-04T12:00Z").over(CASE) == TimeSpan(CASE.start, noon)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--log-grup sshd", "unrecognized arguments: --log-grup"),
        ("a b", "unrecognized arguments: b"),
        ("--log-group", "expected one argument"),
        ("-p =x", "not a parameter: '=x'"),
        ("-p a=1 -p a=2", "the parameter 'a' is given twice"),
        ("'open", "a quotation mark is open"),
        ("2x", "not the name of a variable: '2x'"),
        ("class", "not the name of a variable: 'class'"),
        ("a;b", "not the name of a variable"),
        ("--case x.y", "not the name of a variable"),
        ("case", "case is the case, which the result would replace"),
    ],
)
def test_a_line_that_is_wrong_is_refused(line: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as told:
        read(line)
    assert told.value.hint


@pytest.mark.parametrize("line", ["--from yesterday", "--from 2026-03-06T00:00Z", "--to 2026-03-03T00:00Z"])
def test_times_that_make_no_span_are_refused(line: str) -> None:
    with pytest.raises(UsageError):
        read(line).over(CASE)
