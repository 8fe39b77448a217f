"""Every source says how exactly it tells the time, and why."""

from __future__ import annotations

import json

import pytest

from siemlib.model.timespan import parse_time, to_millis
from siemlib.sources import SOURCES, LogSource, source
from tests.sources.samples import SAMPLES

TEN = to_millis(parse_time("2026-03-04T10:00:00Z")[0])
_FLOW = "2 123456789012 eni-1 203.0.113.66 10.0.1.10 40000 22 6 5 300 {start} {end} ACCEPT OK"


def bar(name: str, message: str, time: int = TEN) -> tuple[int, int]:
    """Milliseconds before and after the time."""
    found = source(name).uncertainty(message, time)
    return found.before, found.after


@pytest.mark.parametrize("known", SOURCES, ids=lambda known: known.name)
def test_a_source_gives_an_interval_and_a_reason_for_anything(known: LogSource) -> None:
    for message in [*SAMPLES[known.name], "", "{", '{"rule": 1}', "\x00"]:
        found = known.uncertainty(message, TEN)
        assert found.before >= 0
        assert found.after >= 1
        assert found.reason.endswith(".")


def test_a_line_of_syslog_is_known_to_the_second_and_one_with_milliseconds_to_these() -> None:
    assert bar("sshd", SAMPLES["sshd"][0]) == (0, 1000)
    assert bar("sshd", SAMPLES["sshd"][0], TEN + 250) == (0, 1)


@pytest.mark.parametrize("length", [60, 600])
def test_a_flow_record_covers_its_start_to_its_end_and_the_minute_before(length: int) -> None:
    message = _FLOW.format(start=TEN // 1000, end=TEN // 1000 + length)

    assert bar("vpc_flow", message) == (60_000, length * 1000 + 1000)


def test_a_flow_record_whose_end_cannot_be_read_covers_the_longest_interval() -> None:
    assert bar("vpc_flow", "10.0.1.10 203.0.113.66 ACCEPT") == (60_000, 601_000)


def test_a_flow_record_that_ends_before_it_starts_covers_a_second_and_no_less() -> None:
    assert bar("vpc_flow", _FLOW.format(start=TEN // 1000, end=TEN // 1000 - 60)) == (60_000, 1000)


@pytest.mark.parametrize(
    ("line", "before"),
    [
        ("Mar  4 09:59:58 web-1 sshd[1]: Failed password for root", 2000),
        ("Mar  4 04:59:58 web-1 sshd[1]: Failed password for root", 10_000),
        ("Mar  4 10:00:05 web-1 sshd[1]: Failed password for root", 10_000),
        ("Feb 30 10:00:05 web-1 sshd[1]: Failed password for root", 10_000),
        ("no time at all", 10_000),
    ],
    ids=["a line of two seconds ago", "of another zone", "of the future", "of no day", "without a time"],
)
def test_an_alert_is_written_after_its_line(line: str, before: int) -> None:
    message = json.dumps({"rule": {"level": 5, "id": "5716", "description": "x"}, "full_log": line})

    assert bar("ossec", message, TEN) == (before, 1000)


def test_a_slow_query_began_before_it_was_written() -> None:
    assert bar("mysql", "# User@Host: a[a] @ h []\n# Query_time: 2.5  Lock_time: 0\nselect 1;") == (2500, 1000)


@pytest.mark.parametrize(
    ("start", "before"), [("2026-03-04T09:59:00.000000+0000", 60_000), ("2026-03-04", 0), ("soon", 0)]
)
def test_the_record_of_a_flow_of_the_sensor_covers_the_flow(start: str, before: int) -> None:
    event = {"timestamp": "x", "event_type": "flow", "flow_id": 1, "flow": {"start": start}}

    assert bar("suricata", json.dumps(event)) == (before, 1000)


def test_a_line_without_a_time_may_be_older_than_its_delivery() -> None:
    assert bar("plain", "no time here") == (60_000, 1000)
    assert bar("plain", "2026-03-04 10:00:00 here it is") == (0, 1000)
