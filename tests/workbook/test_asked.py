"""What is asked by hand stands in the custody log before it is answered; a shorter span stays inside the case's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from siemlib import open_case
from siemlib.errors import SiemError, UsageError
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


def entered(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "custody.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("text", "group", "failed"),
    [
        ("filter | stats", "sshd", "expected"),
        ("fields {{ip}}", "nope", "no log group named 'nope'"),
        ("fields @message", "sshd", "the query has no parameter 'ip'"),
    ],
)
def test_a_query_that_gives_no_result_is_entered_too(
    sample_archive: Path, tmp_path: Path, text: str, group: str, failed: str
) -> None:
    case = open_case(engine=f"local:{sample_archive}", custody=str(tmp_path))
    with pytest.raises(SiemError):
        case.query(text, group, {"ip": "192.0.2.1"}, why="a try")
    (entry,) = entered(tmp_path)
    assert failed in entry["failed"].lower()
    assert (entry["what"], entry["why"]) == ("asked a query that gave no result", "a try")
    assert (entry["query"], entry["parameters"], entry["log_groups"]) == (text, {"ip": "192.0.2.1"}, [group])
    assert case.custody.problems() == []


def test_a_query_that_somebody_stops_is_entered(
    sample_archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = open_case(engine=f"local:{sample_archive}", custody=str(tmp_path))

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(case.engine, "run", stopped)
    with pytest.raises(KeyboardInterrupt):
        case.query("fields @message")
    (entry,) = entered(tmp_path)
    assert (entry["failed"], entry["log_groups"]) == ("KeyboardInterrupt", list(case.log_groups()))


def test_what_an_analyst_turns_to_by_hand_is_entered(sample_archive: Path, tmp_path: Path) -> None:
    case = open_case(engine=f"local:{sample_archive}", custody=str(tmp_path))
    found = case.query("stats count(*)", "sshd")
    found.pivot("203.0.113.66")
    case.pivot_user("maria")
    case.alert(rule="40112", time="2026-03-04T02:31:47Z")
    case.timeline("203.0.113.66", "svc-backup")
    case.finding("Somebody got in.", supports=[found])
    _, pivoted, *others = entered(tmp_path)
    assert (pivoted["what"], pivoted["run"]) == ("pivoted on the address 203.0.113.66", found.run.id)
    assert [entry["what"].partition(" of rule ")[0] for entry in others] == [
        "pivoted on the user maria",
        "looked at alert 1772591507.153915",
        "put events in order",
        "stated the finding F01",
    ]
    assert others[2]["subjects"] == ["203.0.113.66", "svc-backup"]
    assert others[3]["claim"] == "Somebody got in."
    assert case.custody.problems() == []


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
