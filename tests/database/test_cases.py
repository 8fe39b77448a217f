"""The language cases: those that came with the specification, and one file of ours for each choice that we made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from siemlib.database.memory import MemoryEvent, MemoryStore
from siemlib.errors import QueryError
from siemlib.ql.parser import parse
from siemlib.ql.words import LATER
from tests.database.language import MINUTE, ask, without_ptr

OURS = Path(__file__).parent.parent / "cases" / "answers"
GIVEN = Path(__file__).parent.parent.parent.parent / "shared" / "cases" / "insights.jsonl"


def given_cases() -> list[dict[str, Any]]:
    """The cases beside the project; none where the folder is not there."""
    if not GIVEN.is_file():
        return []
    return [json.loads(line) for line in GIVEN.read_text("utf-8").splitlines()]


def our_cases() -> list[dict[str, Any]]:
    """Our own, named by their files."""
    return [{"id": path.stem, **json.loads(path.read_text("utf-8"))} for path in sorted(OURS.glob("*.json"))]


CASES = given_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_given_case_gives_the_rows_of_the_service(case: dict[str, Any], tmp_path: Path) -> None:
    check_case(case, tmp_path)


def test_the_given_cases_are_there(shared: Path) -> None:
    assert (shared / "cases").is_dir()
    assert len(CASES) > 100


@pytest.mark.parametrize("case", our_cases(), ids=lambda case: case["id"])
def test_a_case_of_ours_gives_what_its_reason_says(case: dict[str, Any], tmp_path: Path) -> None:
    assert case["reason"]
    check_case(case, tmp_path)


def test_the_commands_that_wait_are_those_that_the_parser_knows_by_name() -> None:
    for name in LATER:
        with pytest.raises(QueryError, match="not supported yet"):
            parse(f"{name} x")


def check_case(case: dict[str, Any], folder: Path) -> None:
    """Compare as ``cases/README.md`` says."""
    context = case.get("context", {})
    given = [_event(event) for event in case["events"]]
    times = [event.timestamp for event in given]
    span = (context.get("start_ms", min(times) - MINUTE), context.get("end_ms", max(times) + MINUTE) + 1)
    tables = {name: folder / f"{name}.csv" for name in context.get("lookup_tables", {})}
    for name, path in tables.items():
        path.write_text(context["lookup_tables"][name], "utf-8")
    groups = context.get("query_log_groups") or sorted({event.log_group for event in given})
    if case.get("expect_error"):
        with pytest.raises(QueryError):
            ask(case["query"], MemoryStore(given), span=span, log_groups=groups, lookup_tables=tables)
        return
    answer = ask(case["query"], MemoryStore(given), span=span, log_groups=groups, lookup_tables=tables)
    numeric = case.get("numeric", [])
    got = [_comparable(row, numeric) for row in answer.rows]
    expected = [_comparable(row, numeric) for row in case["expected"]]
    if case.get("compare") == "subset":
        got = [{k: v for k, v in row.items() if k in expected[0]} for row in got]
    if not case.get("ordered", True):
        got, expected = sorted(got, key=str), sorted(expected, key=str)
    assert got == expected


def _event(event: dict[str, Any]) -> MemoryEvent:
    return MemoryEvent(event["timestamp_ms"], event["message"], event["logGroup"], event["logStream"])


def _comparable(row: dict[str, str], numeric: list[str]) -> dict[str, Any]:
    shown = without_ptr(row)
    return {name: float(shown[name]) if name in numeric else shown[name] for name in sorted(shown)}
