"""More of what does not belong together in a record, where only one comparison tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.evidence.records import check_records
from siemlib.evidence.rows import SUFFIX
from tests.evidence.recorded import data, edit, run_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["data"]


def exhibit_left_out(data: Path) -> None:
    """As if it had never been."""
    for path in (data / "exhibits").glob("E02-*"):
        path.unlink()
    edit(data / "report.json", lambda report: report.update(exhibits=2))


def inner_group(data: Path) -> None:
    """A log group that an inner query asked."""
    edit(run_of(data, 1), lambda run: run.update(inner_log_groups=["another"]))


def another_end(data: Path) -> None:
    """A summary of a longer time than was searched."""
    edit(data / "report.json", lambda report: report.update(end="2027-01-01T00:00:00+00:00"))


def renamed_run(ending: str) -> Callable[[Path], None]:
    """A run whose id goes on after the digest of its question."""

    def change(data: Path) -> None:
        run = run_of(data, 1)
        name = f"{run.stem}{ending}"
        told = {"id": name, "rows_file": f"runs/{name}{SUFFIX}"}
        run.with_suffix(SUFFIX).rename(run.with_name(f"{name}{SUFFIX}"))
        edit(run, lambda members: members.update(told))
        run.rename(run.with_name(f"{name}.json"))

    return change


NOT_NAMED = "its id is not that of what was asked"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (exhibit_left_out, "the exhibits are not numbered from E01 on without a gap"),
        (inner_group, "asked the log group another, which the case does not know"),
        (another_end, "report.json and case.json tell another end"),
        (renamed_run("-1"), NOT_NAMED),
        (renamed_run("-evil"), NOT_NAMED),
        (renamed_run("0"), NOT_NAMED),
    ],
)
def test_one_comparison_tells(data: Path, change: Callable[[Path], None], told: str) -> None:
    change(data)
    assert told in "\n".join(check_records(data))


def test_a_question_that_was_asked_again_has_a_number(data: Path) -> None:
    renamed_run("-2")(data)
    assert NOT_NAMED not in "\n".join(check_records(data))
