"""The record of a run names it by its question, and keeps its rows where any program can check them."""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from siemlib.case.open import case_over
from siemlib.case.record import ENVIRONMENT
from siemlib.evidence.digest import canonical_row
from siemlib.model.certificate import Certificate
from siemlib.model.run import Run
from tests.case.engine import FIRST, FixedEngine, engine

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from siemlib.case import Case
    from siemlib.engine import Result


def recorded(patch: pytest.MonkeyPatch, folder: Path, source: FixedEngine | None = None) -> Case:
    patch.setenv(ENVIRONMENT, str(folder))
    return case_over(source or engine(), start="2026-03-04", end="2026-03-05")


def record_of(folder: Path, result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "runs" / f"{result.run.id}.json").read_text("utf-8"))
    return found


def test_sha256sum_alone_checks_the_rows_of_a_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = [{"user": "v\u00efolet \U0001f40d", "z": "1"}, {"user": 'a "quoted"\\ name\x00'}, {}]
    record = record_of(tmp_path, recorded(monkeypatch, tmp_path, engine(rows=rows)).run("fields user", ["OSSEC"]))
    line = ["sha256sum", record["rows_file"]]
    told = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert told.split()[0] == record["rows_sha256"]
    held = (tmp_path / record["rows_file"]).read_bytes()
    assert held == b"".join(map(canonical_row, rows))
    assert [json.loads(line) for line in held.splitlines()] == rows
    assert record["rows_bytes"] == len(held)


def test_a_run_is_named_by_what_was_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    result = recorded(monkeypatch, tmp_path).run("fields user", ["vpc", "OSSEC"], parameters={"user": "violet"})
    question = (
        '{"engine":"local:archive","every_row":false,"inner_log_groups":[],"log_groups":["vpc","OSSEC"],'
        '"parameters":{"user":"violet"},"query":"fields user",'
        '"timespan":{"end":"2026-03-05T00:00:00+00:00","start":"2026-03-04T00:00:00+00:00"}}'
    )
    assert result.run.id == hashlib.sha256(question.encode()).hexdigest()[:32]


def test_the_same_question_has_the_same_name_in_another_report_and_others_have_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, second = (recorded(monkeypatch, tmp_path / name) for name in "ab")
    second.run("fields other", ["OSSEC"])  # what was asked before does not tell
    assert first.run("fields user", ["OSSEC"]).run.id == second.run("fields user", ["OSSEC"]).run.id
    ids = [
        first.run("fields user", ["vpc"]).run.id,
        first.run("fields user ", ["OSSEC"]).run.id,
        first.run("fields user", ["OSSEC"], every_row=True).run.id,
        first.run("fields user", ["OSSEC"], parameters={"user": "x"}).run.id,
    ]
    assert len({*ids, first.runs[0].id}) == 5


def test_a_question_asked_twice_is_two_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    case = recorded(monkeypatch, tmp_path)
    first, second = (case.run("fields user", ["OSSEC"]).run.id for _ in range(2))
    assert second == f"{first}-2"
    assert [run.id for run in case.runs] == [first, second]


def vouched(source: FixedEngine) -> FixedEngine:
    """The engine, which vouches for its runs as the live one does."""
    ask = source.run

    def run(*args: Any, **kw: Any) -> Result:  # noqa: ANN401 - whatever the engine takes
        result = ask(*args, **kw)
        live = replace(
            result.run, certificate=Certificate(FIRST, ()), accounts=("111122223333",), region="eu-central-1"
        )
        return replace(result, run=replace(live, filled="fields user\n| limit 1"))

    source.run = run  # type: ignore[method-assign]
    return source


def test_a_live_run_tells_account_and_region_and_its_name_in_the_ledger(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    live = engine("live:eu-central-1?profile=secret")
    record = record_of(tmp_path, recorded(monkeypatch, tmp_path, vouched(live)).run("fields user", ["OSSEC"]))
    assert (record["engine"], record["accounts"], record["region"]) == (
        "live:eu-central-1",
        ["111122223333"],
        "eu-central-1",
    )
    assert record["details"]["execution"] == "run-1"
    assert record["filled"] == "fields user\n| limit 1"
    assert record["query_ids"] == []
    assert {"siemlib", "python", "duckdb", "pandas", "pyarrow", "boto3"} == set(record["software"])


def test_without_a_record_an_engine_names_its_runs_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    case = case_over(engine(), start="2026-03-04", end="2026-03-05")
    assert case.run("fields user", ["OSSEC"]).run.id == "run-1"
    assert isinstance(case.runs[0], Run)
