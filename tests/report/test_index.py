"""The index lists every report, and the state of each as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.report.index import entries, write_index
from siemlib.report.summary import Status, Summary

if TYPE_CHECKING:
    from pathlib import Path


def add(root: Path, date: str, folder: str, status: Status, answer: str = "") -> None:
    data = root / date / folder / "data"
    data.mkdir(parents=True)
    summary = Summary(
        name=folder,
        title=f"Title of {folder}",
        date=date,
        status=status,
        built="",
        start="2026-03-04T00:00:00+00:00",
        end="2026-03-04T13:30:00+00:00",
        parameters={"ip": "192.0.2.7"},
        answer=(answer, "second line"),
    )
    (data / "report.json").write_text(summary.model_dump_json())


def test_reports_are_listed_newest_first_with_their_state(tmp_path: Path) -> None:
    add(tmp_path, "2026-03-03", "b", Status.COMPLETE)
    add(tmp_path, "2026-03-04", "b-FAILED", Status.FAILED)
    add(tmp_path, "2026-03-04", "a", Status.INCOMPLETE)
    listed = entries(tmp_path)
    assert [(entry.date, entry.folder) for entry in listed] == [
        ("2026-03-04", "a"),
        ("2026-03-04", "b-FAILED"),
        ("2026-03-03", "b"),
    ]
    assert listed[0].period == "2026-03-04 to 2026-03-04 13:30"
    page = write_index(tmp_path).read_text("utf-8")
    assert page.count('<strong class="green">') == 1
    assert '<strong class="red">failed' in page
    assert '<strong class="amber">incomplete' in page
    assert 'href="2026-03-04/a/data/report.html"' in page
    assert page.count('<td data-label="Subject"><span class="soft">ip</span> 192.0.2.7</td>') == 3


def test_a_report_that_cannot_be_read_is_listed_and_never_green(tmp_path: Path) -> None:
    (tmp_path / "2026-03-04" / "torn" / "data").mkdir(parents=True)
    (tmp_path / "2026-03-04" / "torn" / "data" / "report.json").write_text("{")
    assert entries(tmp_path)[0].status is Status.UNKNOWN
    page = write_index(tmp_path).read_text("utf-8")
    assert "torn" in page
    assert '<strong class="green">' not in page


def test_what_is_in_the_making_is_not_listed(tmp_path: Path) -> None:
    add(tmp_path, ".building-x", "data", Status.COMPLETE)
    (tmp_path / "README.md").write_text("")
    assert entries(tmp_path) == []
    assert "There are no reports yet" in write_index(tmp_path).read_text("utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".building-x", "README.md", "index.html"]


def test_an_index_that_cannot_be_written_leaves_nothing_half_done(tmp_path: Path) -> None:
    (tmp_path / "index.html").mkdir()
    with pytest.raises(OSError, match=r"index\.html"):
        write_index(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_an_answer_from_logs_is_text_in_the_index(tmp_path: Path) -> None:
    add(tmp_path, "2026-03-04", "a", Status.COMPLETE, "<script>alert(1)</script>\u202e")
    page = write_index(tmp_path).read_text("utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\u202e" in page
    assert "<script" not in page
