"""What is asked by hand stands in the custody log before it is answered; a shorter span stays inside the case's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siemlib import open_case
from siemlib.errors import UsageError
from siemlib.model.timespan import TimeSpan, parse_time

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("sample")


def span(start: str, end: str) -> TimeSpan:
    return TimeSpan(parse_time(start)[0], parse_time(end)[0])


def test_a_query_and_its_exhibit_are_entered_in_the_folder_that_the_case_names(
    sample_archive: Path, tmp_path: Path
) -> None:
    case = open_case(engine=f"local:{sample_archive}", custody=str(tmp_path / "log"), title="Who got in?")
    found = case.query(
        "filter @message like {{word}} | stats count(*) as lines", "sshd", {"word": "Accepted"}, why="ticket 7"
    )
    found.exhibit("accepted", "Accepted logins")
    lines = (tmp_path / "log" / "custody.jsonl").read_text("utf-8").splitlines()
    asked, promoted = map(json.loads, lines)
    assert (asked["run"], asked["why"], asked["case"]) == (found.run.id, "ticket 7", "Who got in?")
    assert (asked["query"], asked["parameters"]) == (found.run.query, {"word": "Accepted"})
    assert (promoted["exhibit"], promoted["runs"]) == ("E01", [found.run.id])
    assert case.custody.problems() == []
    assert "The chain of its 2 entries holds" in case.custody.panel().text()


def test_a_log_that_was_cut_is_told_with_the_next_result(sample_archive: Path, tmp_path: Path) -> None:
    case = open_case(engine=f"local:{sample_archive}", custody=str(tmp_path))
    case.query("stats count(*)", "sshd")
    (tmp_path / "custody.jsonl").write_bytes(b"")
    found = case.query("stats count(*)", "sshd")
    assert found.notes == ("Custody log: the last entry is gone.",)
    assert "the last entry is gone" in found.html()


def test_another_timespan_is_asked_of_the_same_case(sample_archive: Path) -> None:
    case = open_case(engine=f"local:{sample_archive}", start="2026-03-04T10:00Z", end="2026-03-04T20:00Z")
    hour = span("2026-03-04T12:00Z", "2026-03-04T13:00Z")
    whole, part = (case.query("stats count(*) as lines", "sshd", over=over) for over in (None, hour))
    assert 0 < int(part.rows[0]["lines"]) < int(whole.rows[0]["lines"])
    assert (part.run.timespan, whole.run.timespan) == (hour, case.timespan)
    assert [run.id for run in case.runs] == [whole.run.id, part.run.id]


def test_nothing_is_read_where_no_log_can_be_kept(sample_archive: Path) -> None:
    case = open_case(engine=f"local:{sample_archive}", custody=str(sample_archive / "custody"))
    with pytest.raises(UsageError, match="may not lie within the archive"):
        case.query("stats count(*)", "sshd")
    assert case.runs == ()
