"""A case over another timespan is there to compare with, and its runs are runs of the case."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siemlib.case import Answer, Case
from siemlib.case.open import case_over
from siemlib.case.record import ENVIRONMENT
from siemlib.model.timespan import TimeSpan
from tests.case.engine import engine

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = "2026-03-03 00:00:00 to 2026-03-04 00:00:00 UTC"


@pytest.fixture
def case() -> Case:
    return case_over(engine("local:some/where/archive"), start="2026-03-04", end="2026-03-05", title="Why?")


def test_the_other_timespan_is_that_of_its_runs_alone(case: Case) -> None:
    before = case.over(case.timespan.earlier())
    assert str(before.run("fields user").run.timespan) == BEFORE
    assert case.run("fields user").run.timespan == case.timespan
    assert case.timespan.end == before.timespan.end + (before.timespan.end - before.timespan.start)


def test_runs_and_exhibits_belong_to_both_in_one_order(case: Case) -> None:
    before = case.over(case.timespan.earlier())
    first, second = before.run("fields user"), case.run("fields user")
    assert case.runs == before.runs == (first.run, second.run)
    shown = [one.show(Answer("a", "A", first.frame, "", "", (first.run,))) for one in (before, case)]
    assert [exhibit.id for exhibit in shown] == ["E01", "E02"]
    assert case.exhibits == before.exhibits == tuple(shown)


def test_the_same_timespan_gives_the_same_case(case: Case) -> None:
    before = case.over(case.timespan.earlier())
    assert case.over(case.timespan) is case
    assert case.over(case.timespan.earlier()) is before
    assert before.over(case.timespan) is case
    assert before.inventory is case.inventory


def test_provenance_names_every_timespan(case: Case) -> None:
    case.over(case.timespan.earlier()).run("fields user")
    panel = case.provenance()
    assert f"Compared with {BEFORE}." in panel.sentences
    assert panel.frame is not None
    assert list(panel.frame["timespan"]) == [BEFORE]


def test_a_log_group_that_was_only_read_before_is_not_examined(case: Case) -> None:
    case.over(case.timespan.earlier()).run("fields user", ["vpc"])
    sentences = case.not_examined().sentences
    assert "No question was asked of the log group vpc (4,152 events)." in sentences
    outside = next(sentence for sentence in sentences if sentence.startswith("vpc holds events outside the timespan"))
    assert outside.endswith(f"; of them, only those of {BEFORE} were compared with.")


def test_each_run_is_recorded_with_its_own_timespan(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    case = case_over(engine(), start="2026-03-04", end="2026-03-05")
    run = (
        case.over(TimeSpan(case.timespan.start.replace(day=1), case.timespan.end.replace(day=2))).run("fields user").run
    )
    record = json.loads((tmp_path / "runs" / f"{run.id}.json").read_text())
    assert record["timespan"] == {"start": "2026-03-01T00:00:00+00:00", "end": "2026-03-02T00:00:00+00:00"}
    assert json.loads((tmp_path / "case.json").read_text())["timespan"]["start"] == "2026-03-04T00:00:00+00:00"
