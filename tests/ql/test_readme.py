"""Every known difference names the case that holds it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.cases.files import asked, differences, given_cases

if TYPE_CHECKING:
    from pathlib import Path

_LINK = re.compile(r"\[([^\]]+)\]\((\.\./\.\./tests/cases/[^)]+)\)")
_GIVEN = re.compile(r"given `([^`]+)`")


def rows(project: Path) -> list[list[str]]:
    """The cells of the rows of the table of known differences."""
    text = (project / "siemlib" / "ql" / "README.md").read_text("utf-8").partition("## Known differences")[2]
    table = [line for line in text.split("\n## ", maxsplit=1)[0].split("\n") if line.startswith("| ")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table[1:]]


def test_every_known_difference_is_held_by_a_case_that_exists(project: Path) -> None:
    known = rows(project)
    assert len(known) > 60
    without = [row[0] for row in known if len(row) != 3 or not (_LINK.search(row[2]) or _GIVEN.search(row[2]))]
    assert without == [], "name a case in the third column"
    folder = project / "siemlib" / "ql"
    links = [link for row in known for link in _LINK.findall(row[2])]
    assert [path for _, path in links if not (folder / path).is_file()] == []
    assert [name for name, path in links if not re.search(rf"/{re.escape(name)}\.(json|txt)$", path)] == []


def test_the_given_cases_that_are_named_are_given(project: Path, shared: Path) -> None:
    assert (shared / "cases").is_dir()
    given = {case["id"] for case in given_cases()}
    assert {name for row in rows(project) for name in _GIVEN.findall(row[2])} <= given


def test_a_given_case_that_waits_for_the_live_service_and_is_answered_differently_is_listed(
    project: Path, shared: Path, tmp_path: Path
) -> None:
    assert (shared / "cases").is_dir()
    listed = {name for row in rows(project) for name in _GIVEN.findall(row[2])}
    waiting = [case for case in given_cases() if case.get("needs_live_check")]
    assert waiting
    different = {case["id"] for case in waiting if differences(case, asked(case, tmp_path)) is not None}
    assert different <= listed
