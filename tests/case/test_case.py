"""A case remembers what it ran, what it showed, and what it did not look at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siemlib.case import Answer, Case
from siemlib.case.case import Origin
from siemlib.case.open import case_over
from siemlib.case.record import ENVIRONMENT
from siemlib.model.run import Completeness
from tests.case.engine import engine

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def case() -> Case:
    return case_over(engine("local:some/where/archive"), start="2026-03-04", end="2026-03-05", title="Why?")


def test_a_run_is_recorded_before_its_result_is_returned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    case = case_over(engine(), start="2026-03-04", end="2026-03-05")
    result = case.run("fields user", ["OSSEC"], parameters={"user": "violet"})
    assert case.runs == (result.run,)
    record = json.loads((tmp_path / "runs" / f"{result.run.id}.json").read_text())
    assert record["query"] == "fields user"
    assert record["parameters"] == {"user": "violet"}
    assert record["completeness"] == "complete"


def test_without_log_groups_a_query_asks_all_of_them(case: Case) -> None:
    assert case.run("fields user").run.log_groups == ("OSSEC", "quiet", "vpc")


def test_log_groups_are_found_by_the_source_that_they_hold(case: Case) -> None:
    assert case.log_groups() == ("OSSEC", "quiet", "vpc")
    assert case.log_groups("syslog") == ("quiet",)
    assert case.log_groups("cloudtrail") == ()


def test_exhibits_are_numbered_in_order(case: Case) -> None:
    result = case.run("fields user", ["OSSEC"])
    answers = [Answer(f"a{n}", "Users", result.frame, "", "", (result.run,)) for n in range(11)]
    shown = [case.show(answer, key=n == 1) for n, answer in enumerate(answers)]
    assert [exhibit.id for exhibit in shown[:2]] == ["E01", "E02"]
    assert shown[10].id == "E11"
    assert [exhibit.key for exhibit in shown[:3]] == [False, True, False]
    assert case.exhibits == tuple(shown)


def test_what_was_searched_lists_silent_log_groups_too(case: Case) -> None:
    answer = case.searched()
    assert list(answer.frame["log group"]) == ["OSSEC", "quiet", "vpc"]
    assert list(answer.frame["events"]) == [497, 0, 0]
    assert str(answer.frame["first"][0]) == "2026-03-04 13:55:00+00:00"
    assert answer.frame["first"].isna().tolist() == [False, True, True]
    assert answer.reading == (
        "497 events in 1 of 3 log groups lie within the timespan. Without any event: quiet, vpc."
        " In the whole archive, 2 texts could not be read as events."
        " Most log groups hold nothing most of the time: 3 of 3 have no event in more than half of the timespan."
    )
    assert list(answer.frame["rejected"]) == [2, 0, 0]
    assert "some/where" not in answer.searched


def test_not_examined_names_unread_log_groups_and_events_outside_the_timespan(case: Case) -> None:
    case.run("fields user", ["OSSEC"])
    text = case.not_examined().text()
    assert "No question was asked of the log group quiet (0 events)." in text
    assert "No question was asked of the log group vpc (4,152 events)." in text
    assert "log group OSSEC" not in text
    assert "vpc holds events outside the timespan (from 2026-03-03 13:55:00" in text


def test_counting_the_events_of_a_log_group_does_not_examine_it(case: Case) -> None:
    case.searched()
    assert "No question was asked of the log group OSSEC" in case.not_examined().text()


def test_an_incomplete_run_is_named_among_what_was_not_examined() -> None:
    case = case_over(engine(completeness=Completeness.TIMED_OUT), start="2026-03-04", end="2026-03-05")
    run = case.run("fields user", ["OSSEC"]).run
    assert f"Run {run.id} is timed out: what it left out was not examined." in case.not_examined().sentences


def test_provenance_lists_every_run_with_query_counts_and_completeness(case: Case) -> None:
    case.run("fields user", ["OSSEC"])
    case.searched()
    panel = case.provenance()
    assert panel.frame is not None
    assert list(panel.frame["run"]) == ["run-1", "run-2"]
    assert panel.frame["query"][0] == "fields user"
    assert panel.frame["scanned"][0] == 4649
    assert panel.sentences[0] == ("Engine: local:archive. Timespan: 2026-03-04 00:00:00 to 2026-03-05 00:00:00 UTC.")


def test_a_case_shows_what_was_assumed_when_it_was_opened(case: Case) -> None:
    data, metadata = case._repr_mimebundle_()
    assert "taken as UTC" in data["text/plain"]
    assert "Why?" in data["text/html"]
    assert metadata == {"siem": {"section": "case"}}


def test_what_was_not_read_and_what_was_assumed_at_loading_is_told() -> None:
    origin = Origin(unread=("a.gz is not complete.",), assumed=("b.log has no year.",))
    case = case_over(engine(), start="2026-03-04", end="2026-03-05", origin=origin)
    assert "a.gz is not complete." in case.not_examined().sentences
    assert "b.log has no year." in case.provenance().sentences
