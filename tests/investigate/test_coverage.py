"""What the window holds: no event lost on the map, and every silent hour told with what speaks for and against it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib.investigate.coverage import (
    AFTER,
    BEFORE,
    BETWEEN,
    FIRST,
    LAST,
    MOST_PERIODS,
    THROUGHOUT,
    coverage,
    period_of,
    silences,
)
from siemlib.model.timespan import TimeSpan
from tests.investigate.incident import START, Log, case_over, sshd

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

HOUR = 3600
LINE = "Failed password for root from 203.0.113.66 port 4001 ssh2"


def log(name: str, hours: list[float]) -> Log:
    """A log of sshd with one event a minute after each of these hours, counted from 02:00."""
    return Log(name, "sshd", [sshd(hour * HOUR + 60, LINE) for hour in hours])


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """12 hours from 02:00 on; ``late`` begins at 04:00, ``gap`` lacks three hours from 07:00, ``past`` ended before."""
    logs = [
        log("steady", list(range(12))),
        log("gap", [*range(5), *range(8, 12)]),
        log("half", list(range(0, 12, 2))),
        log("late", list(range(2, 12))),
        log("past", [-5]),
        log("rare", [0, 11]),
    ]
    folder = tmp_path_factory.mktemp("coverage")
    return case_over(folder, *logs).over(TimeSpan(START, START + timedelta(hours=12)))


def test_the_map_has_a_cell_for_every_hour_and_log_group(case: Case) -> None:
    frame = coverage(case).frame

    assert len(frame) == 12 * 6
    assert set(frame["to"] - frame["from"]) == {pd.Timedelta("1h")}
    by_group = frame.groupby("log group")["events"].sum().to_dict()
    assert by_group == {"steady": 12, "gap": 9, "half": 6, "late": 10, "past": 0, "rare": 2}


def test_bytes_are_those_of_the_messages(case: Case) -> None:
    frame = coverage(case).frame
    message = sshd(0, LINE)[1]

    assert frame.loc[frame["log group"] == "half", "bytes"].sum() == 6 * len(message.encode())


def test_a_gap_in_a_steady_log_comes_first_and_is_told_with_its_ends(case: Case) -> None:
    answer = silences(case)
    first = answer.frame.iloc[0]

    assert (first["log group"], first["silence"], first["hours"]) == ("gap", BETWEEN, 3)
    assert (
        "gap from 2026-03-04 07:00:00 UTC to 2026-03-04 10:00:00 UTC (3 h; events in 9 of 12 hours)" in answer.reading
    )


def test_a_silence_has_the_events_on_both_sides_of_it(case: Case) -> None:
    frame = silences(case).frame.set_index("log group")
    minute = timedelta(minutes=1)

    gap = frame.loc["gap"]
    assert gap["last event before"] == START + timedelta(hours=4) + minute
    assert gap["first event after"] == START + timedelta(hours=8) + minute
    assert pd.isna(frame.loc["late", "last event before"])
    assert frame.loc["late", "first event after"] == START + timedelta(hours=2) + minute
    assert pd.isna(frame.loc["past", "last event before"])


def test_nearly_two_hours_without_an_event_are_not_denied_where_no_whole_hour_is_silent(tmp_path: Path) -> None:
    lines = [sshd(seconds, LINE) for seconds in (60, 2 * HOUR - 60)]
    here = case_over(tmp_path, Log("auth", "sshd", lines)).over(TimeSpan(START, START + timedelta(hours=2)))

    assert silences(here).frame.empty
    assert silences(here).reading == "No log group is without events for a whole hour of the map."


def test_each_silence_is_told_by_its_kind(case: Case) -> None:
    frame = silences(case).frame
    kinds = frame.groupby("log group")["silence"].agg(lambda kinds: sorted(set(kinds))).to_dict()

    assert kinds == {
        "gap": [BETWEEN],
        "half": [AFTER, BETWEEN],
        "late": [BEFORE],
        "past": [THROUGHOUT],
        "rare": [BETWEEN],
    }
    assert len(frame[frame["log group"] == "half"]) == 6


def test_of_an_engine_that_knows_no_first_and_last_event_the_ends_of_the_window_are_told_as_such(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = [replace(group, first=None, last=None) for group in case.engine.log_groups()]
    monkeypatch.setattr(case.engine, "log_groups", lambda: groups)
    answer = silences(case)
    kinds = answer.frame.groupby("log group")["silence"].agg(lambda kinds: sorted(set(kinds))).to_dict()

    assert kinds["late"] == [FIRST]
    assert kinds["half"] == [LAST, BETWEEN]
    assert kinds["gap"] == [BETWEEN]
    assert kinds["past"] == [THROUGHOUT]
    assert "Silent throughout the window: past." in answer.reading
    assert answer.reading.endswith(
        "Silent before the first or after the last event in the window, and not known how much longer: late and half."
    )


def test_a_log_that_is_mostly_silent_is_said_to_be_so(case: Case) -> None:
    assert "Without an event in more than half of the window: past and rare." in coverage(case).reading
    assert not coverage(case).caveat
    assert "1 silence of rare, with events in less than half of the periods" in silences(case).reading


def test_an_archive_that_covers_a_little_of_the_window_says_so_first(case: Case) -> None:
    wide = case.over(TimeSpan(START - timedelta(days=400), START + timedelta(days=400)))

    told = "Most log groups hold nothing most of the time: 6 of 6 have no event in more than half of the timespan."
    assert coverage(wide).reading.startswith(told)
    assert coverage(wide).caveat == wide.searched().caveat == told
    assert period_of(wide) == "7d"
    assert coverage(wide).frame["events"].sum() == 40
    assert coverage(wide).frame["from"].nunique() <= MOST_PERIODS + 1


def test_a_window_without_events_is_silent_throughout(case: Case) -> None:
    empty = case.over(TimeSpan(START - timedelta(days=30), START - timedelta(days=29)))

    assert coverage(empty).reading.startswith("No log group holds any event")
    assert set(silences(empty).frame["silence"]) == {THROUGHOUT}
    assert len(silences(empty).frame) == 6


@pytest.mark.parametrize(
    ("length", "period"),
    [(timedelta(hours=1), "1h"), (timedelta(days=7), "1h"), (timedelta(days=8), "6h"), (timedelta(days=90), "1d")],
)
def test_the_period_follows_the_window(case: Case, length: timedelta, period: str) -> None:
    assert period_of(case.over(TimeSpan(START, START + length))) == period


def test_what_the_ends_of_the_window_cut_is_no_silence(case: Case) -> None:
    cut = case.over(TimeSpan(START + timedelta(minutes=30), START + timedelta(hours=2, minutes=10)))
    frame = coverage(cut).frame

    # "steady" has events at 02:01, before the window, at 03:01 and at 04:01.
    assert list(frame.loc[frame["log group"] == "steady", "events"]) == [0, 1, 1]
    assert [time.hour for time in frame["from"].unique()] == [2, 3, 4]
    silent = silences(cut).frame
    assert silent["from"].min() == pd.Timestamp(cut.timespan.start)
    assert silent["to"].max() == pd.Timestamp(cut.timespan.end)
    # Half an hour before 03:00 and ten minutes after 04:00 say nothing; "half" is silent from 02:30 to 04:00.
    assert list(silent.loc[silent["log group"] == "half", "hours"]) == [1.5]
    assert "steady" not in set(silent["log group"])
