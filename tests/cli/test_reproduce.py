"""``siem evidence reproduce``: the demo's report over its archive, and over archives that have changed."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from siemlib.cli.app import run
from siemlib.evidence.bundle import export
from tests.evidence.whole import rebag
from tests.report.recorded_runs import edit_loads, renamed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fixtures_demo import Ran

pytestmark = pytest.mark.xdist_group("demo")  # its reports are there already


@pytest.fixture
def report(ran: Ran) -> Path:
    return ran.folder / "reports" / "2026-03-04" / "pivot-user"


@pytest.fixture
def archive(ran: Ran, tmp_path: Path) -> Path:
    """A copy of the demo's archive, to be changed."""
    return shutil.copytree(ran.folder / "demo" / "archive", tmp_path / "archive")


def ask(report: Path, archive: Path, *options: str) -> int:
    return run(["evidence", "reproduce", str(report), "--engine", f"local:{archive}", *options])


def without_cloudtrail(archive: Path) -> Path:
    """Take the day of the sample out of one log group."""

    def change(document: dict[str, list[dict[str, object]]]) -> None:
        document["parts"] = [part for part in document["parts"] if part["log_group"] != "cloudtrail"]

    edit_loads(archive, change)
    return archive


def test_the_archive_of_then_gives_the_same_rows_also_to_the_zip_of_a_report(
    report: Path, archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(report, tmp_path / "report.zip")
    runs = len(list((report / "data" / "runs").glob("*.json")))
    assert ask(tmp_path / "report.zip", archive) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:10] for line in lines[:-1]] == [f"R{n:02d}  equal" for n in range(1, runs + 1)]
    assert lines[-1] == f"all {runs} runs give the same rows"


def test_what_differs_is_shown_row_by_row_and_acts_on_no_terminal(
    report: Path, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(report, without_cloudtrail(archive)) == 4
    out = capsys.readouterr().out
    assert "  DIFFERS       " in out
    assert "\n      only then  {" in out
    assert "      Expired or removed: cloudtrail holds no event any more." in out
    assert " runs give the same rows, " in out.splitlines()[-1]
    assert all(line.isprintable() for line in out.splitlines())
    blocks = out.split("\nR")
    assert max(block.count("only then  {") + block.count("only now   {") for block in blocks) == 10


def test_as_json_it_tells_the_same_to_programs(report: Path, archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(report, without_cloudtrail(archive), "--format", "json") == 4
    told = json.loads(capsys.readouterr().out)
    assert told["runs"] == told["equal"] + told["differ"] + told["not_compared"] == len(told["results"])
    differing = next(each for each in told["results"] if each["outcome"] == "differs")
    assert differing["rows_then"] - differing["only_then"] == differing["rows_now"] - differing["only_now"]
    assert "Expired or removed: cloudtrail holds no event any more." in differing["why"]


def test_a_log_group_that_is_gone_cannot_be_compared(
    report: Path, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(report, renamed(archive, "cloudtrail", "trail")) in (3, 4)
    assert "      The log group cloudtrail: not there, or called otherwise." in capsys.readouterr().out


def test_what_does_not_verify_is_not_asked_unless_that_is_wanted(
    report: Path, archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = shutil.copytree(report, tmp_path / "2026-03-04" / "pivot-user")
    (copy / "data" / "case.json").write_text("{}")
    assert ask(copy, archive) == 4
    told = capsys.readouterr()
    assert told.out == ""
    assert "pivot-user does not verify: step " in told.err
    assert "--anyway" in told.err
    rebag(copy)
    (copy / "data" / "custody.jsonl").write_text("")
    shutil.copyfile(report / "data" / "case.json", copy / "data" / "case.json")
    assert ask(copy, archive, "--anyway") == 0
    assert "it is asked all the same" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["none", "--engine", "local:x"], "there is no none"),
        ([".", "--engine", "local:x", "--format", "xml"], "no such format: 'xml'"),
    ],
)
def test_wrong_usage_is_told(options: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evidence", "reproduce", *options]) == 2
    assert told in capsys.readouterr().err
