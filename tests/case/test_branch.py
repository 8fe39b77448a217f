"""Parts of a case that are worked out side by side are recorded as if one after the other."""

from __future__ import annotations

import json
from threading import Event
from typing import TYPE_CHECKING

import pytest

from siemlib.case import Case
from siemlib.case.record import ENVIRONMENT
from siemlib.errors import UsageError
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan
from tests.case.engine import FIRST, LAST, ROWS, Threads

if TYPE_CHECKING:
    from pathlib import Path

SPAN = TimeSpan(FIRST, LAST)


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A case whose engine answers side by side, recorded below ``tmp_path``."""
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    return Case(Threads("live:us-east-1", ROWS, Completeness.COMPLETE), SPAN)


def _recorded(folder: Path) -> list[str]:
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in (folder / "runs").glob("*.json")]
    return [run["query"] for run in sorted(runs, key=lambda run: run["sequence"])]


def test_runs_are_recorded_in_the_order_of_the_parts_whichever_ended_first(case: Case, tmp_path: Path) -> None:
    second_ended = Event()

    def first() -> str:
        assert second_ended.wait(5)
        return case.run("fields 1").run.query

    def second() -> str:
        query = case.run("fields 2").run.query
        second_ended.set()
        return query

    assert case.together(first, second) == ["fields 1", "fields 2"]

    assert [run.query for run in case.runs] == ["fields 1", "fields 2"]
    assert _recorded(tmp_path) == ["fields 1", "fields 2"]


def test_parts_within_parts_keep_their_places(case: Case, tmp_path: Path) -> None:
    def inner() -> object:
        case.run("fields 1")
        case.together(lambda: case.run("fields 2"), lambda: case.run("fields 3"))
        return case.run("fields 4")

    case.together(inner, lambda: case.run("fields 5"))

    assert _recorded(tmp_path) == [f"fields {number}" for number in range(1, 6)]


def test_a_run_that_two_parts_rest_on_is_recorded_once(case: Case, tmp_path: Path) -> None:
    result = case.run("fields 1")

    case.together(lambda: case.rests_on(result, every_row=True), lambda: case.run("fields 2"))

    assert _recorded(tmp_path) == ["fields 1", "fields 2"]
    assert len(case.runs) == 2


def test_what_was_asked_before_another_part_failed_is_recorded(case: Case, tmp_path: Path) -> None:
    def fails() -> None:
        case.run("fields 2")
        message = "no such thing"
        raise UsageError(message)

    with pytest.raises(UsageError, match="no such thing"):
        case.together(lambda: case.run("fields 1"), fails)

    assert _recorded(tmp_path) == ["fields 1", "fields 2"]
