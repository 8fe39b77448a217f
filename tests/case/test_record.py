"""The record holds everything that a reader needs, exactly, and nothing of the machine."""

from __future__ import annotations

import csv
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from siemlib.case import Answer, Case, Chart
from siemlib.case.case import Origin
from siemlib.case.open import case_over
from siemlib.case.record import ENVIRONMENT
from tests.case.engine import ROWS, engine

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Case, Path]:
    """A case over an archive with a telling path, and the folder of its record."""
    folder = tmp_path / "record"
    monkeypatch.setenv(ENVIRONMENT, str(folder))
    case = case_over(engine(f"local:{tmp_path / 'secret place' / 'archive'}"), start="2026-03-04", end="", title="Why?")
    return case, folder


def load(path: Path) -> Any:  # noqa: ANN401 - any JSON value
    return json.loads(path.read_text("utf-8"))


def test_the_case_is_recorded_when_it_is_opened(recorded: tuple[Case, Path]) -> None:
    record = load(recorded[1] / "case.json")
    assert record["engine"] == "local:archive"
    assert record["timespan"]["start"] == "2026-03-04T00:00:00+00:00"
    assert record["log_groups"][0] == {
        "name": "OSSEC",
        "sources": ["ossec"],
        "events": 497,
        "rejected": 2,
        "first": "2026-03-04T13:55:00+00:00",
        "last": "2026-03-04T14:29:59.500000+00:00",
    }


def test_a_run_record_holds_the_digest_of_its_rows_in_a_form_that_anyone_can_make(recorded: tuple[Case, Path]) -> None:
    case, folder = recorded
    run = case.run("fields user", ["OSSEC"]).run
    record = load(folder / "runs" / f"{run.id}.json")
    lines = (
        '{"@timestamp":"2026-03-04 13:55:01.250","events":"12","user":"violet"}\n'
        '{"@timestamp":"2026-03-04 13:56:00.000","events":"3","user":"<img src=x onerror=alert(1)>"}\n'
        '{"@timestamp":"2026-03-04 13:57:00.000","events":"1"}\n'
    )
    assert record["rows_sha256"] == hashlib.sha256(lines.encode()).hexdigest()
    assert "RFC 8785" in record["rows_form"]
    assert record["statistics"]["records_scanned"] == 4649
    assert record["sequence"] == 1


def test_no_record_holds_a_path_of_the_machine(recorded: tuple[Case, Path], tmp_path: Path) -> None:
    case, folder = recorded
    result = case.run("fields user", ["OSSEC"])
    where = f"In {case.engine.url}."
    case.show(Answer("users", "Users", result.frame, "Three.", where, (result.run,)))
    case.not_examined()
    case.provenance()
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 9
    for path in files:
        assert str(tmp_path).encode() not in path.read_bytes(), path.name
    assert load(folder / "runs" / f"{result.run.id}.json")["details"]["sql"] == "read_parquet('archive/x.parquet')"


def test_an_exhibit_is_kept_exactly_as_parquet_and_safely_as_csv(recorded: tuple[Case, Path]) -> None:
    case, folder = recorded
    result = case.run("fields user", ["OSSEC"])
    frame = result.frame.assign(formula=pd.Series(["=1+1", "-5", "@SUM(A1)"], dtype="string"))
    case.show(Chart(Answer("users", "Users", frame, "Three.", "In OSSEC.", (result.run,)), go.Figure(), "None."))
    back = pd.read_parquet(folder / "exhibits" / "E01-users.parquet")
    pd.testing.assert_frame_equal(back, frame)
    with (folder / "exhibits" / "E01-users.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["'@timestamp (UTC)", "user", "events", "formula"]
    assert [row[3] for row in rows[1:]] == ["'=1+1", "-5", "'@SUM(A1)"]
    assert rows[2][1] == ROWS[1]["user"]
    record = load(folder / "exhibits" / "E01-users.json")
    assert record["kind"] == "chart"
    assert record["runs"] == [result.run.id]
    for kind, file in (("parquet", "E01-users.parquet"), ("csv", "E01-users.csv"), ("figure", "E01-users.figure.json")):
        assert record[f"{kind}_sha256"] == hashlib.sha256((folder / "exhibits" / file).read_bytes()).hexdigest()
    assert record["rows"] == 3
    assert (folder / "exhibits" / "E01-users.figure.json").is_file()


def test_a_frame_with_an_index_or_with_mixed_objects_can_be_kept(recorded: tuple[Case, Path]) -> None:
    case, folder = recorded
    frame = pd.DataFrame({"value": [1, "two", None, ["x", "y"]]}, index=pd.Index(list("abcd"), name="letter"))
    case.show(Answer("mixed", "Mixed", frame, "Four.", "Nothing.", ()))
    back = pd.read_parquet(folder / "exhibits" / "E01-mixed.parquet")
    assert list(back["letter"]) == ["a", "b", "c", "d"]
    assert back["value"].isna().tolist() == [False, False, True, False]
    assert back["value"].dropna().tolist() == ["1", "two", "x, y"]


def test_nothing_is_written_without_a_folder_to_write_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.chdir(tmp_path)
    case = case_over(engine(), start="2026-03-04", end="2026-03-05")
    case.show(case.searched())
    assert list(tmp_path.iterdir()) == []


def test_the_files_behind_the_archive_are_kept_by_digest_without_their_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    sources = {"b" * 64: "/srv/delivered/x.json.gz", "a" * 64: "logs/auth.log", "c" * 64: "../other/y 100%.gz"}
    case_over(engine(), start="2026-03-04", end="2026-03-05", origin=Origin(sources))
    assert (tmp_path / "sources-sha256.txt").read_text("utf-8").splitlines() == [
        f"{'a' * 64}  logs/auth.log",
        f"{'b' * 64}  x.json.gz",
        f"{'c' * 64}  y 100%25.gz",
    ]
