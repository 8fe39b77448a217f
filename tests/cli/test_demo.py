"""``siem demo``, as a newcomer runs it: in an empty folder, and then once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.cli.demo import demo
from siemlib.errors import UsageError
from siemlib.sample import read_truth
from tests.fixtures_demo import archive_files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fixtures_demo import Ran

pytestmark = pytest.mark.xdist_group("demo")  # one worker runs it, so that it is run once


def test_it_prints_the_path_of_the_index_and_nothing_else_on_stdout(ran: Ran) -> None:
    assert ran.first.returncode == 0, ran.first.stderr
    assert ran.first.stdout == "reports/index.html\n"
    assert (ran.folder / "reports" / "index.html").is_file()


def test_both_reports_are_in_their_place_and_in_the_index(ran: Ran) -> None:
    index = (ran.folder / "reports" / "index.html").read_text(encoding="utf-8")
    for name in ("pivot-ip", "pivot-user"):
        assert (ran.folder / "reports" / "2026-03-04" / name / "data" / "report.html").is_file()
        assert f"2026-03-04/{name}/data/report.html" in index


def test_the_reports_name_whom_they_are_about_and_what_was_made(ran: Ran) -> None:
    day = ran.folder / "reports" / "2026-03-04"
    address = (day / "pivot-ip" / "data" / "report.html").read_text(encoding="utf-8")
    user = (day / "pivot-user" / "data" / "report.html").read_text(encoding="utf-8")
    assert "203.0.113.66" in address
    assert "CreateAccessKey" in address
    assert "203.0.113.66" in user
    assert "10.0.4.15" in user


def test_the_hostile_text_of_the_sample_stands_in_no_report_as_markup(ran: Ran) -> None:
    for path in (ran.folder / "reports").rglob("report.html"):
        assert "<script>alert(" not in path.read_text(encoding="utf-8")


def test_the_reports_know_the_addresses_of_the_company(ran: Ran) -> None:
    report = (ran.folder / "reports" / "2026-03-04" / "pivot-user" / "data" / "report.html").read_text("utf-8")
    assert (ran.folder / "demo" / "siem.toml").is_file()
    assert "entries, from siem.toml beside the archive." in report
    assert "10.0.4.15 (runner-1, build machine, of platform (ours))" in report


def test_every_step_is_told_on_stderr_with_its_time(ran: Ran) -> None:
    lines = ran.first.stderr.splitlines()
    for text in ("writing 1", "loading them into", "report pivot-ip", "report pivot-user", "in all"):
        assert [line for line in lines if text in line and " s  " in line], ran.first.stderr


def test_running_it_again_works_and_leaves_the_archive_as_it_was(ran: Ran) -> None:
    assert ran.second.returncode == 0, ran.second.stderr
    assert ran.second.stdout == "reports/index.html\n"
    assert ran.archive_after_first
    assert archive_files(ran.folder) == ran.archive_after_first


def test_a_folder_with_another_sample_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    logs = tmp_path / "demo" / "logs"
    logs.mkdir(parents=True)
    (logs / "truth.json").write_text(read_truth().to_json().replace('"seed": 7', '"seed": 6'), encoding="utf-8")
    with pytest.raises(UsageError, match="another version") as told:
        demo(folder=tmp_path / "demo", reports=tmp_path / "reports")
    assert told.value.hint is not None
    assert "--folder" in told.value.hint
    assert [path.name for path in logs.iterdir()] == ["truth.json"]
    assert not (tmp_path / "reports").exists()


def test_a_place_that_can_hold_no_report_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("not a folder", encoding="utf-8")
    with pytest.raises(UsageError, match="reports"):
        demo(folder=tmp_path / "demo", reports=tmp_path / "reports")
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_a_folder_that_is_a_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("not a folder", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        demo(folder=tmp_path / "demo", reports=tmp_path / "reports")
