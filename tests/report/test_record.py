"""The page reads back what the case recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case import Answer
from siemlib.case.open import case_over
from siemlib.case.record import ENVIRONMENT
from siemlib.case.shown import PAGE_ROWS
from siemlib.model.run import Completeness
from siemlib.report.record import read_record
from tests.case.engine import engine

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_runs_and_exhibits_come_back_in_order_and_know_each_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    case = case_over(engine(completeness=Completeness.PARTIAL), start="2026-03-04", end="2026-03-05", title="Why?")
    results = [case.run(f"fields user | limit {n}", ["OSSEC"]) for n in range(1, 13)]
    for n, result in enumerate(results):
        case.show(Answer(f"a{n}", f"Answer {n}", result.frame, "", "", (result.run,)))
    record = read_record(tmp_path)
    assert [run.code for run in record.runs] == [f"R{n:02d}" for n in range(1, 13)]
    assert [run.data["query"] for run in record.runs] == [f"fields user | limit {n}" for n in range(1, 13)]
    assert [view.code for view in record.exhibits] == [f"E{n:02d}" for n in range(1, 13)]
    assert [view.runs for view in record.exhibits] == [(run,) for run in record.runs]
    assert not record.exhibits[0].complete
    assert record.exhibits[0].words.startswith("partial")
    assert record.case is not None
    assert record.case["title"] == "Why?"


def test_a_long_table_is_cut_for_the_page_and_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    case = case_over(engine(), start="2026-03-04", end="2026-03-05")
    case.show(Answer("long", "Long", pd.DataFrame({"n": range(2500)}), "", "", ()))
    table = read_record(tmp_path).exhibits[0].table
    assert len(table.rows) == PAGE_ROWS
    assert table.rows[-1] == ["999"]
    assert table.showing == "showing 1,000 of 2,500 rows"
    assert table.numeric == [True]


def test_a_record_without_a_case_is_empty(tmp_path: Path) -> None:
    record = read_record(tmp_path)
    assert (record.case, record.runs, record.exhibits, record.sections) == (None, (), (), {})
