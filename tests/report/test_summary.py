"""Only a report that is known to be complete says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.model.run import Completeness
from siemlib.report.summary import Status, Summary, read_summary

if TYPE_CHECKING:
    from pathlib import Path

C = Completeness


@pytest.mark.parametrize(
    ("completeness", "failed", "status"),
    [
        ([C.COMPLETE, C.COMPLETE], False, Status.COMPLETE),
        ([C.COMPLETE, C.TRUNCATED], False, Status.INCOMPLETE),
        ([C.PARTIAL], False, Status.INCOMPLETE),
        ([C.TIMED_OUT, C.COMPLETE], False, Status.INCOMPLETE),
        ([C.COMPLETE, C.UNKNOWN], False, Status.UNKNOWN),
        ([], False, Status.UNKNOWN),
        ([C.COMPLETE], True, Status.FAILED),
    ],
)
def test_a_report_is_as_good_as_its_worst_run(completeness: list[Completeness], failed: bool, status: Status) -> None:  # noqa: FBT001 - a parameter of the test
    assert Status.of(completeness, failed=failed) is status


def test_a_summary_comes_back_and_a_broken_one_is_none(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    summary = Summary(
        name="pivot-ip", title="?", date="2026-03-04", status=Status.COMPLETE, built="", answer=("a", "b")
    )
    path.write_text(summary.model_dump_json())
    assert read_summary(path) == summary
    path.write_text('{"name": "pivot-ip", "status": "fine"}')
    assert read_summary(path) is None
    assert read_summary(tmp_path / "none") is None
