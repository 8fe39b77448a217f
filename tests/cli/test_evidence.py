"""``siem evidence`` from the shell: steps on stdout, one exit code, and nothing that could act on a terminal."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from siemlib.cli.app import run
from tests.evidence.whole import make_report, rebag

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Path]

__all__ = ["make_report"]


@pytest.fixture
def report(make_report: Make, tmp_path: Path) -> Path:
    """A report that verifies."""
    return make_report(tmp_path / "reports")


def test_the_program_itself_says_by_its_exit_code_whether_a_report_verifies(report: Path) -> None:
    command = [sys.executable, "-m", "siemlib.cli", "evidence", "verify", str(report)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert " 8  absent  the signature: " in done.stdout
    assert "pivot-ip verifies, SHA-256 of its tag manifest " in done.stdout
    assert "absent, and so proving nothing: steps " in done.stdout
    (report / "data" / "report.html").write_text("all is well")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (4, "")
    assert " 3  FAILED  the digest of every file: data/report.html has changed" in done.stdout
    assert "pivot-ip DOES NOT VERIFY: steps 3, " in done.stdout


@pytest.mark.parametrize("given", [["REPORT"], ["REPORT", "--chain"], ["OTHER", "REPORT"]])
def test_who_stops_reading_may_still_rely_on_the_exit_code(
    make_report: Make, report: Path, tmp_path: Path, given: list[str]
) -> None:
    other = make_report(tmp_path / "reports", folder="pivot-ip-2")
    (report / "data" / "report.html").write_text("all is well")
    words = [word.replace("REPORT", str(report)).replace("OTHER", str(other)) for word in given]
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "siemlib.cli", "evidence", "verify", *words]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (4, "")


def test_what_cannot_be_written_is_told_in_a_line(report: Path) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123 - a device
        command = [sys.executable, "-m", "siemlib.cli", "evidence", "verify", str(report)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "siem: what was found cannot be written: No space left on device\n")


def test_a_report_may_be_named_by_where_one_is(
    report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evidence", "verify", str(report)]) == 0
    named = capsys.readouterr().out
    monkeypatch.chdir(report)
    assert run(["evidence", "verify", "."]) == 0
    assert capsys.readouterr().out == named
    assert "what draws its charts is the plotly-1.min.js that it names" in named


def test_what_is_told_is_the_same_whether_options_are_parsed_or_not(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evidence", "verify", str(report)]) == 0
    plain = capsys.readouterr().out
    assert run(["evidence", "verify", "--format", "text", str(report)]) == 0
    assert capsys.readouterr().out == plain


def test_a_report_is_verified_without_what_is_slow_to_import(report: Path) -> None:
    """Without options no parser of them; of an unsigned report no cryptography; pandas for none."""
    program = (
        "import sys; from siemlib.cli.running import run; code = run(sys.argv[1:]);"
        "print(code, sorted({'typer', 'pandas', 'cryptography', 'duckdb', 'boto3'} & sys.modules.keys()))"
    )
    command = [sys.executable, "-c", program, "evidence", "verify", str(report)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"


def test_of_several_reports_each_is_told_in_a_line_and_one_that_fails_fails_all(
    make_report: Make, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = make_report(tmp_path / "reports", folder="pivot-ip-2")
    assert run(["evidence", "export", str(other), "-o", str(tmp_path / "a.zip")]) == 0
    capsys.readouterr()
    named = [str(report), str(tmp_path / "a.zip"), str(other)]
    assert run(["evidence", "verify", *named]) == 0
    *lines, empty, closing = capsys.readouterr().out.splitlines()
    digest = hashlib.sha256((report / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    absent = "the signature, the time stamp, the link to the report before"
    assert lines[0] == f"verifies  {digest}  {report}, absent: {absent}"
    assert [line.split()[2].rstrip(",") for line in lines] == named
    assert (empty, closing) == ("", "all 3 reports verify")
    (report / "data" / "report.html").write_text("all is well")
    assert run(["evidence", "verify", *named]) == 4
    out = capsys.readouterr().out
    assert f"DOES NOT VERIFY  {report}: steps 3, 4, 7 failed" in out
    assert " 3  FAILED  the digest of every file: data/report.html has changed" in out
    assert out.endswith(f"\n2 of 3 reports verify; NOT: {report}\n")
    assert run(["evidence", "verify", *named, "--format", "json"]) == 4
    said = json.loads(capsys.readouterr().out)
    assert said["verifies"] is False
    assert [(each["path"], each["verifies"]) for each in said["reports"]] == [
        (named[0], False),
        (named[1], True),
        (named[2], True),
    ]


def test_a_folder_of_reports_stands_for_each_of_them(
    make_report: Make, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_report(tmp_path / "reports", folder="pivot-ip-2")
    (report.parent / ".building-x" / "data").mkdir(parents=True)
    assert run(["evidence", "verify", str(report.parent)]) == 0
    out = capsys.readouterr().out
    assert [line.rpartition("/")[2].split(",")[0] for line in out.splitlines()[:2]] == ["pivot-ip", "pivot-ip-2"]
    assert out.endswith("\nall 2 reports verify\n")
    # One that lost everything by which it could be known is not passed over.
    for path in report.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert run(["evidence", "verify", str(report.parent)]) == 4
    assert "1 of 2 reports verify; NOT: " in capsys.readouterr().out
    assert run(["evidence", "verify", str(tmp_path / "reports")]) == 2
    assert "reports is no report" in capsys.readouterr().err


def test_a_thousand_faults_are_not_all_shown_to_a_person(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(1000):
        (report / "data" / f"{number:04d}{'x' * 200}").touch()
    (report / "data" / "custody.jsonl").write_text(json.dumps({"sequence": "x" * 10_000}) + "\n")
    assert run(["evidence", "verify", str(report)]) == 4
    out = capsys.readouterr().out
    assert len(out.splitlines()) < 200
    assert max(map(len, out.splitlines())) < 700
    assert "more (--format json)" in out
    assert run(["evidence", "verify", str(report), "--format", "json"]) == 4
    assert len(json.loads(capsys.readouterr().out)["steps"][1]["details"]) == 1000


def test_the_steps_are_told_to_programs_as_json(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evidence", "verify", str(report), "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["report"], said["verifies"], len(said["tagmanifest_sha256"])) == ("pivot-ip", True, 64)
    assert [step["number"] for step in said["steps"]] == list(range(1, len(said["steps"]) + 1))
    assert set(said["steps"][0]) == {"number", "title", "outcome", "details"}
    assert said["steps"][-1]["outcome"] == "absent"


def test_a_packed_report_verifies_as_its_folder_does(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evidence", "export", str(report), "-o", str(tmp_path / "a.zip")]) == 0
    digest = capsys.readouterr().out.split()[0]
    summed = subprocess.run(["sha256sum", tmp_path / "a.zip"], capture_output=True, text=True, check=True)
    assert summed.stdout.split()[0] == digest
    assert run(["evidence", "verify", str(report)]) == 0
    folder = capsys.readouterr().out
    assert run(["evidence", "verify", str(tmp_path / "a.zip")]) == 0
    assert capsys.readouterr().out == folder


def test_a_zip_that_is_none_does_not_verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.zip").write_text("x")
    assert run(["evidence", "verify", str(tmp_path / "a.zip")]) == 4
    assert " 1  FAILED  the zip file: a.zip is no zip file, or is damaged\n" in capsys.readouterr().out
    assert run(["evidence", "verify", str(tmp_path / "a.zip"), "--format", "json"]) == 4
    assert json.loads(capsys.readouterr().out)["verifies"] is False


@pytest.mark.parametrize("format_", ["text", "json"])
def test_names_that_an_attacker_chose_move_no_cursor(
    report: Path, capsys: pytest.CaptureFixture[str], format_: str
) -> None:
    (report / "data" / "a\x1b[2J\x9b\u202eb\nsiem: verifies\x7f").write_text("x")
    assert run(["evidence", "verify", str(report), "--format", format_]) == 4
    out = capsys.readouterr().out
    assert all(character == "\n" or (character.isascii() and character.isprintable()) for character in out)
    assert "\\x1b[2J" in out or "\\u001b[2J" in out
    assert not any(line.startswith("siem: verifies") for line in out.splitlines())


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["verify", "nowhere"], "there is no nowhere"),
        (["verify", "pipe"], "pipe is neither a folder nor a file"),
        (["reproduce", "nowhere", "--engine", "local:."], "there is no nowhere"),
        (["reproduce", "pipe", "--engine", "local:."], "pipe is neither a folder nor a file"),
        (["reproduce", ".", "--engine", "local:."], ". is no report"),
        (["verify", "."], ". is no report"),
        (["verify", "x" * 300], "cannot be read: File name too long"),
        (["verify", "REPORT", "--format", "xml"], "no such format: 'xml'"),
        (["verify", "REPORT", "--key", "nowhere"], "nowhere"),
        (["verify", "REPORT", "--key", "REPORT/bagit.txt"], "the key to trust cannot be used"),
        (["verify", "REPORT", "--previous", "nowhere"], "there is no nowhere"),
        (["verify", "REPORT", "--timestamp-roots", "nowhere"], "there is no nowhere"),
        (["verify", "REPORT", "nowhere"], "there is no nowhere"),
        (["verify", "REPORT", "REPORT", "--previous", "REPORT"], "--previous is the report before one report"),
        (["verify", "REPORT", "REPORT", "--original", "REPORT"], "--original is the report that one copy was made of"),
        (["export", "nowhere", "-o", "a.zip"], "there is no folder nowhere"),
        (["export", ".", "-o", "a.zip"], ". is no report"),
        (["export", "REPORT", "-o", "nowhere/a.zip"], "there is no folder"),
        (["export", "REPORT", "-o", "there.zip"], "there.zip is there already"),
    ],
)
def test_wrong_usage_is_told_in_a_line(  # noqa: PLR0913, PLR0917 - what pytest gives
    report: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    problem: str,
) -> None:
    (tmp_path / "there.zip").write_text("x")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)
    assert run(["evidence", *(argument.replace("REPORT", str(report)) for argument in arguments)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert problem in err
    assert "Traceback" not in err


def test_what_does_not_verify_is_exported_only_anyway(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (report / "data" / "more").write_text("x")
    assert run(["evidence", "export", str(report), "-o", str(tmp_path / "a.zip")]) == 4
    assert "does not verify: step 2" in capsys.readouterr().err
    assert run(["evidence", "export", str(report), "-o", str(tmp_path / "a.zip"), "--anyway"]) == 0
    assert run(["evidence", "export", str(report), "-o", str(tmp_path / "a.zip"), "--anyway"]) == 2
    assert run(["evidence", "export", str(report), "-o", str(tmp_path / "a.zip"), "--anyway", "--force"]) == 0
    assert run(["evidence", "verify", str(tmp_path / "a.zip")]) == 4


def test_the_report_before_is_found_by_itself_or_named(
    make_report: Make, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digest = subprocess.run(
        ["sha256sum", report / "tagmanifest-sha256.txt"], capture_output=True, text=True, check=True
    ).stdout.split()[0]
    tags = {"Previous-Report": "2026-03-04/pivot-ip", "Previous-Tagmanifest-SHA256": digest}
    later = make_report(tmp_path / "reports", "2026-03-05", info=tags)
    assert run(["evidence", "verify", str(later), "--chain"]) == 0
    assert "it follows 2026-03-04/pivot-ip" in capsys.readouterr().out
    moved = (tmp_path / "reports" / "2026-03-04").rename(tmp_path / "moved")
    assert run(["evidence", "verify", str(later)]) == 0
    assert "is not here: only its digest is known" in capsys.readouterr().out
    assert run(["evidence", "verify", str(later), "--chain"]) == 4
    assert run(["evidence", "verify", str(later), "--previous", str(moved / "pivot-ip")]) == 0
    (moved / "pivot-ip" / "data" / "report.html").write_text("x")
    rebag(moved / "pivot-ip")
    assert run(["evidence", "verify", str(later), "--previous", str(moved / "pivot-ip")]) == 4
