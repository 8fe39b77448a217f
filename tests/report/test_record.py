"""The page reads back what the case recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pandas as pd

from siemlib.case import Answer
from siemlib.case.open import case_over
from siemlib.case.record import ENVIRONMENT
from siemlib.case.shown import PAGE_ROWS, shown_digest
from siemlib.model.run import Completeness
from siemlib.report.page import About, make_page
from siemlib.report.record import read_record
from siemlib.report.render import render_report
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


def test_of_many_and_wide_tables_the_page_shows_fewer_rows_and_stays_small(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    case = case_over(engine(), start="2026-03-04", end="2026-03-05")
    wide = pd.DataFrame({"n": range(1001)} | {f"c{n}": ["<" * 30] * 1001 for n in range(5)})
    for n in range(40):
        case.show(Answer(f"a{n}", "Wide", wide, "", "", ()))
    case.show(Answer("long", "Cells", pd.DataFrame({"c": ["&" * 4000] * 3}), "", "", ()))
    searched = pd.DataFrame({"log group": [f"g{n}" for n in range(999)]})
    case.show(Answer("searched", "What was searched", searched, "", "", ()))

    record = read_record(tmp_path)
    rows = [len(exhibit.table.rows) for exhibit in record.exhibits]
    # A row of the wide ones is 5 x 30 x "&lt;" and more: a thousand of them would be 660 kB, and forty tables 26 MB.
    assert rows[0] == 1000
    assert rows[:40] == sorted(rows[:40], reverse=True)
    assert rows[39] >= 10
    assert rows[40:] == [1, 999]
    assert all(
        each.table.showing == f"showing {n:,} of 1,001 rows"
        for each, n in zip(record.exhibits[:40], rows[:40], strict=True)
    )
    about = About("wide", "2026-03-04", "2026-03-05T00:00:00+00:00", {})
    html = render_report(make_page(nbformat.v4.new_notebook(), record, None, about))
    assert 3_000_000 < len(html.encode()) < 6_000_000
    assert html.count("rows; all of them in <a href=") == 41
    told = [each.data["page"] for each in record.exhibits]
    assert [each["rows"] for each in told] == rows
    assert all(
        each["rows_sha256"] == shown_digest(exhibit.table.header, exhibit.table.rows)
        for each, exhibit in zip(told, record.exhibits, strict=True)
    )


def test_a_record_without_a_case_is_empty(tmp_path: Path) -> None:
    record = read_record(tmp_path)
    assert (record.case, record.runs, record.exhibits, record.sections) == (None, (), (), {})
