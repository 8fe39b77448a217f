"""Acquiring from an endpoint: complete, once, and resumed; what is missing is named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from siemlib.archive import Archive
from siemlib.archive.acquired import read_acquired
from siemlib.errors import UsageError
from siemlib.live.acquire.by_insights import counted
from siemlib.live.acquire.run import Wish
from siemlib.live.errors import CredentialsError, GoneError
from siemlib.local.engine import open_local
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan, parse_time
from siemlib.serve.faults import End, Refuse
from tests.live.acquire.accounts import (
    APP,
    APP_EVENTS,
    SPAN,
    TRAIL,
    TRAIL_EVENTS,
    account_at,
    acquired,
    events_in,
    events_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.archive.acquired import Way
    from siemlib.live.acquire.account import Account
    from siemlib.live.acquire.fetched import Step
    from tests.fixtures_serve import Endpoint

WAYS: list[Way] = ["insights", "filter"]
BOTH = Wish((APP, TRAIL), SPAN)
ONE = Wish((APP,), SPAN)


@pytest.mark.parametrize("way", WAYS)
def test_all_that_happened_in_the_span_comes_and_nothing_else(
    account: Account, source: Path, tmp_path: Path, way: Way
) -> None:
    steps: list[Step] = []
    done = acquired(account, tmp_path / "a", replace(BOTH, way=way), steps)
    for group, events in ((APP, APP_EVENTS), (TRAIL, TRAIL_EVENTS)):
        record = done[group].record
        assert (record.counted, record.received, record.loaded, record.duplicates) == (events, events, events, 0)
        assert (record.completeness, record.gaps, record.rejected) == (Completeness.COMPLETE, (), 0)
        assert events_of(tmp_path / "a", group) == events_of(source, group)
    assert events_in(tmp_path / "a") == APP_EVENTS + TRAIL_EVENTS
    assert steps[-1].done == TRAIL_EVENTS
    assert [each.id for each in read_acquired(tmp_path / "a")] == [each.record.id for each in done.values()]


def test_the_archive_keeps_what_came_and_its_digests(account: Account, tmp_path: Path) -> None:
    record = acquired(account, tmp_path / "a", ONE)[APP].record
    opened = Archive.open(tmp_path / "a")
    assert set(opened.digests()) == set(record.files)
    for name in record.files.values():
        assert (tmp_path / "a" / "acquired" / "delivered" / name).is_file()
    assert record.certificate is not None
    assert record.certificate["completeness"] == "complete"
    assert record.account == "000000000000"
    assert (
        f"{APP_EVENTS} events were acquired from account 000000000000 in us-east-1 by Logs Insights"
        in opened.assumed()[0]
    )


@pytest.mark.parametrize("way", WAYS)
def test_to_acquire_twice_adds_nothing_and_asks_for_no_event_again(
    endpoint: Endpoint, account: Account, tmp_path: Path, way: Way
) -> None:
    acquired(account, tmp_path / "a", replace(ONE, way=way))
    asked = (len(endpoint.asked("StartQuery")), len(endpoint.asked("FilterLogEvents")))
    again = acquired(account, tmp_path / "a", replace(ONE, way=way))[APP].record
    assert (again.received, again.loaded, again.completeness) == (APP_EVENTS, 0, Completeness.COMPLETE)
    assert (len(endpoint.asked("StartQuery")), len(endpoint.asked("FilterLogEvents"))) == asked
    assert events_in(tmp_path / "a") == APP_EVENTS


@pytest.mark.parametrize("ways", [WAYS, WAYS[::-1]])
def test_spans_that_overlap_and_other_ways_count_no_event_twice(
    account: Account, source: Path, tmp_path: Path, ways: list[Way]
) -> None:
    half, later = (parse_time(f"2026-03-04T10:{minute}:00.003Z")[0] for minute in (40, 20))
    first, second = ways
    acquired(account, tmp_path / "a", replace(BOTH, way=first, span=TimeSpan(SPAN.start, half)))
    done = acquired(account, tmp_path / "a", replace(BOTH, way=second, span=TimeSpan(later, SPAN.end)))
    assert sum(each.record.duplicates for each in done.values()) > 100
    for group in (APP, TRAIL):
        assert events_of(tmp_path / "a", group) == events_of(source, group)


def test_fresh_asks_again_and_still_adds_nothing(
    endpoint: Endpoint, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acquired(account, tmp_path / "a", ONE)
    asked = len(endpoint.asked("StartQuery"))
    again = account_at(endpoint, tmp_path, monkeypatch, fresh=True)
    record = acquired(again, tmp_path / "a", replace(ONE, fresh=True))[APP].record
    assert len(endpoint.asked("StartQuery")) > asked
    assert record.completeness is Completeness.COMPLETE
    assert (record.loaded, events_in(tmp_path / "a")) == (0, APP_EVENTS)


def test_slices_put_together_are_all_events(
    account: Account, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siemlib.live.acquire.by_insights.MOST_ROWS", 37)
    record = acquired(account, tmp_path / "a", ONE)[APP].record
    assert (record.received, record.duplicates, record.completeness) == (APP_EVENTS, 0, Completeness.COMPLETE)
    assert len(record.files) >= APP_EVENTS // 37
    assert events_of(tmp_path / "a", APP) == events_of(source, APP)


def test_a_query_that_times_out_is_asked_again_in_halves(
    endpoint: Endpoint, account: Account, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siemlib.live.acquire.by_insights.MOST_ROWS", 150)
    endpoint.faults.add("StartQuery", End("Timeout", 10), after=2)
    record = acquired(account, tmp_path / "a", ONE)[APP].record
    assert (record.received, record.duplicates, record.completeness) == (APP_EVENTS, 0, Completeness.COMPLETE)
    assert record.gaps == ()
    assert events_of(tmp_path / "a", APP) == events_of(source, APP)


def test_a_query_that_fails_leaves_a_gap_that_a_second_run_fills(
    endpoint: Endpoint, account: Account, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siemlib.live.acquire.by_insights.MOST_ROWS", 150)
    endpoint.faults.add("StartQuery", End("Failed", 10), after=2)
    record = acquired(account, tmp_path / "a", ONE)[APP].record
    assert record.completeness is Completeness.PARTIAL
    (gap,) = record.gaps
    assert "ended as Failed" in gap.why
    run = open_local(tmp_path / "a").run("stats count(*)", SPAN, [APP]).run
    assert run.completeness is Completeness.PARTIAL
    assert any("The acquisition of log group /ecs/app" in note for note in run.notes)

    asked = len(endpoint.asked("StartQuery"))
    second = acquired(account, tmp_path / "a", ONE)[APP].record
    assert second.completeness is Completeness.COMPLETE
    assert len(endpoint.asked("StartQuery")) == asked + 1
    assert events_of(tmp_path / "a", APP) == events_of(source, APP)
    run = open_local(tmp_path / "a").run("stats count(*)", SPAN, [APP]).run
    assert (run.completeness, run.notes) == (Completeness.COMPLETE, ())


def test_credentials_that_expire_midway_leave_what_came_and_name_the_rest(
    endpoint: Endpoint, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siemlib.live.acquire.by_insights.MOST_ROWS", 150)
    endpoint.faults.add("StartQuery", Refuse("ExpiredTokenException", "expired"), times=None, after=3)
    record = acquired(account, tmp_path / "a", ONE)[APP].record
    assert 0 < record.received < APP_EVENTS
    assert record.completeness is Completeness.PARTIAL
    assert record.gaps[0].start >= SPAN.start_ms
    assert endpoint.running_queries() == []


def test_credentials_that_nobody_takes_are_an_error_and_leave_no_record(
    endpoint: Endpoint, account: Account, tmp_path: Path
) -> None:
    endpoint.faults.add("StartQuery", Refuse("ExpiredTokenException", "expired"), times=None)
    with pytest.raises(CredentialsError):
        acquired(account, tmp_path / "a", ONE)
    assert read_acquired(tmp_path / "a") == ()


def test_events_that_are_counted_and_do_not_come_are_named_by_time(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def more(*arguments: object) -> object:
        found = counted(*arguments)  # type: ignore[arg-type] # handed on
        start = max(found.bins)
        return replace(found, bins={**found.bins, start: found.bins[start] + 7})

    monkeypatch.setattr("siemlib.live.acquire.run.counted", more)
    record = acquired(account, tmp_path / "a", replace(ONE, way="filter"))[APP].record
    assert record.completeness is Completeness.PARTIAL
    (gap,) = record.gaps
    assert (gap.expected or 0) - (gap.received or 0) == 7
    assert SPAN.start_ms <= gap.start < gap.end <= SPAN.end_ms


def test_a_span_that_is_not_over_is_not_complete(account: Account, tmp_path: Path) -> None:
    open_end = TimeSpan(SPAN.start, parse_time("2999-01-01")[0])
    record = acquired(account, tmp_path / "a", replace(ONE, way="filter", span=open_end, count=False))[APP].record
    assert record.received == APP_EVENTS + 50
    assert record.completeness is Completeness.PARTIAL
    assert record.gaps[-1].why.startswith("events may still arrive")


def test_only_events_that_match_are_acquired_and_the_archive_says_so(account: Account, tmp_path: Path) -> None:
    wish = replace(ONE, way="filter", pattern="same")
    record = acquired(account, tmp_path / "a", wish)[APP].record
    expected = sum(message.endswith("[31m") for _, _, message in events_of(tmp_path / "a", APP))
    assert (record.received, record.counted) == (expected, None)
    assert expected == record.loaded == 135
    assert "only events that match 'same' were acquired" in Archive.open(tmp_path / "a").unread([APP])[0]


def test_a_log_group_that_is_not_there_is_refused_before_anything_is_made(account: Account, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no log group named '/ecs/apq'"):
        acquired(account, tmp_path / "a", replace(ONE, log_groups=("/ecs/apq",)))
    assert not (tmp_path / "a").exists()


def test_a_log_group_that_is_deleted_meanwhile_fails_alone(
    endpoint: Endpoint, account: Account, tmp_path: Path
) -> None:
    endpoint.faults.add("FilterLogEvents", Refuse("ResourceNotFoundException", "The log group does not exist."))
    with pytest.raises(GoneError):
        acquired(account, tmp_path / "a", replace(BOTH, way="filter", count=False))


@pytest.mark.parametrize(
    "wrong",
    [
        {"log_groups": ()},
        {"pattern": "x"},
        {"way": "s3"},
        {"place": "s3://b/p"},
        {"way": "s3", "place": "s3://b/p", "log_groups": ("a", "b")},
    ],
)
def test_wishes_that_contradict_themselves_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        replace(ONE, **wrong)  # type: ignore[arg-type] # as it is meant
