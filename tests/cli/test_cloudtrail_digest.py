"""``siem evidence cloudtrail``: what a person and a script are told of CloudTrail's log files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load
from siemlib.cli.app import run
from siemlib.settings import DEFAULT_NAME
from tests.evidence.cloudtrail import made

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def trail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> made.Trail:
    """Three hours and the newest signature, with the keys in ``keys.json``; siem runs beside them."""
    monkeypatch.chdir(tmp_path)
    made.keys_file(tmp_path / "keys.json", "aws")
    found = made.Trail(tmp_path / "bucket").hours(3)
    found.keep_signature()
    return found


def test_what_is_whole_exits_with_0(trail: made.Trail, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evidence", "cloudtrail", "bucket", "--keys", "keys.json"]) == 0
    told = capsys.readouterr().out
    assert " 1  valid       trail main_trail of account 111122223333 in eu-central-1, 2026-03-04 00:00:00 to " in told
    assert "3 digest files: 3 valid." in told
    assert "6 log files listed: 6 valid." in told
    assert told.endswith("\nvalid\n")
    assert len(trail.logs) == 6


def test_what_is_changed_exits_with_4_and_is_named(trail: made.Trail, capsys: pytest.CaptureFixture[str]) -> None:
    made.rewrite(trail.logs[1], Records=[])
    assert run(["evidence", "cloudtrail", "bucket", "--keys", "keys.json"]) == 4
    told = capsys.readouterr().out
    assert f"The log file {trail.logs[1].name.removesuffix('.gz')} is changed" in told
    assert told.endswith("\nWRONG\n")


def test_what_cannot_be_proven_exits_with_3(trail: made.Trail, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evidence", "cloudtrail", "bucket"]) == 3
    said = capsys.readouterr()
    assert "no signature can be checked" in said.err
    assert said.out.endswith("\nnot proven\n")
    assert len(trail.logs) == 6


def test_json_holds_every_file(trail: made.Trail, capsys: pytest.CaptureFixture[str]) -> None:
    trail.logs[0].unlink()
    assert run(["evidence", "cloudtrail", "bucket", "--keys", "keys.json", "--format", "json"]) == 4
    found = json.loads(capsys.readouterr().out)
    (told,) = found["trails"]
    assert (found["verdict"], told["verdict"], told["account"], told["region"]) == (
        "wrong",
        "wrong",
        "111122223333",
        "eu-central-1",
    )
    assert [each["verdict"] for each in told["digests"]] == ["valid"] * 3
    assert [each["state"] for each in told["log_files"]] == ["missing", *["valid"] * 5]


def test_an_archive_is_checked_of_itself_with_the_keys_of_its_settings(
    trail: made.Trail, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load([trail.folder], tmp_path / "archive")
    trail.folder.rename(tmp_path / "gone")
    (tmp_path / DEFAULT_NAME).write_text('[cloudtrail]\npublic_keys = "keys.json"\n', encoding="utf-8")
    assert run(["evidence", "cloudtrail", "--archive", "archive"]) == 0
    assert "6 log files listed: 6 valid." in capsys.readouterr().out


def test_what_an_older_archive_does_not_know_is_read_from_the_files_that_were_loaded(
    trail: made.Trail, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load([trail.folder], tmp_path / "archive")
    (path,) = (tmp_path / "archive" / "loads").glob("*.json")
    data = json.loads(path.read_text("utf-8"))
    for file in data["files"]:
        del file["content_sha256"]
    path.write_text(json.dumps(data), encoding="utf-8")
    checked = ["evidence", "cloudtrail", "--archive", "archive", "--keys", "keys.json"]
    assert run(checked) == 3
    assert "it was loaded before that was kept" in capsys.readouterr().out
    assert run([*checked, "bucket"]) == 0


def test_wrong_usage_is_said_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in ([], ["bucket", "--format", "xml"], ["none"], [".", "--keys", "none"], ["--archive", "none"]):
        assert run(["evidence", "cloudtrail", *arguments]) == 2


def test_what_a_file_is_called_reaches_no_terminal(
    trail: made.Trail, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trail.logs[0].rename(trail.logs[0].with_name("\x1b[31m\u202eevil.json.gz"))
    (tmp_path / "bucket" / "\x1b]0;x\x07.json").write_text('{"Records":[]}', encoding="utf-8")
    for form in ("text", "json"):
        run(["evidence", "cloudtrail", "bucket", "--keys", "keys.json", "--format", form])
        told = capsys.readouterr().out
        assert not {"\x1b", "\x07", "\u202e"} & set(told)
