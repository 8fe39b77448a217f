"""The language cases: those that came with the specification, and one file of ours for each choice that we made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from siemlib.errors import QueryError
from siemlib.ql.parser import parse
from siemlib.ql.words import LATER
from tests.cases.files import check_case, given_cases, our_cases

if TYPE_CHECKING:
    from pathlib import Path


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
