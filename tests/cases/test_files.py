"""The files of the cases are what `make cases` writes, and what it writes is worth reading."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cases.drawings import ERRORS, EXPLAINED, WANTING, drawing, drawn, explained, query_of
from tests.cases.files import check_case, completed, our_files, read, written

if TYPE_CHECKING:
    from pathlib import Path

EVENT = {"timestamp_ms": 1_700_000_000_000, "message": '{"a": 1}', "logStream": "s", "logGroup": "/t"}
WANTED = sorted(WANTING.glob("*.txt"))


@pytest.mark.parametrize("path", our_files(), ids=lambda path: path.stem)
def test_a_case_is_as_make_cases_writes_it(path: Path, tmp_path: Path) -> None:
    assert path.read_text("utf-8") == written(completed(read(path), tmp_path)), "run make cases and read the difference"


@pytest.mark.parametrize("path", sorted(ERRORS.glob("*.txt")), ids=lambda path: path.stem)
def test_a_drawing_is_as_make_cases_writes_it(path: Path) -> None:
    assert path.read_bytes().decode() == drawn(path), "run make cases and read the difference"


@pytest.mark.parametrize("path", sorted(EXPLAINED.glob("*.txt")), ids=lambda path: path.stem)
def test_an_explanation_is_as_make_cases_writes_it(path: Path) -> None:
    assert path.read_bytes().decode() == explained(path), "run make cases and read the difference"


def test_a_case_in_short_form_is_completed(tmp_path: Path) -> None:
    case = {"reason": "r", "query": "fields a", "events": [EVENT], "expected": [{"a": "1"}]}
    whole = completed(case, tmp_path)
    assert whole["expected"] == [{"a": "1"}]
    assert whole["sql"][0] == "WITH events AS ("
    assert completed(whole, tmp_path) == whole


def test_a_wrong_row_is_replaced_and_a_right_one_stands_as_it_was_written(tmp_path: Path) -> None:
    case = {"reason": "r", "query": "fields a", "events": [EVENT], "expected": [{"a": "2"}], "ordered": True}
    assert completed(case, tmp_path)["expected"] == [{"a": "1"}]
    kept = {**case, "expected": [{"a": "1.0"}], "numeric": ["a"]}
    assert completed(kept, tmp_path)["expected"] == [{"a": "1.0"}]


def test_a_query_that_is_refused_gets_its_drawing_instead_of_rows(tmp_path: Path) -> None:
    case = {"reason": "r", "query": "feilds a", "events": [EVENT], "expected": [{"a": "1"}], "sql": ["SELECT"]}
    whole = completed(case, tmp_path)
    assert whole["error"][0] == "unknown command 'feilds' (line 1, column 1)"
    assert not {"expected", "sql"} & set(whole)


def test_a_wrong_row_fails_a_case(tmp_path: Path) -> None:
    case = {"reason": "r", "query": "fields a", "events": [EVENT], "expected": [{"a": "2"}], "ordered": True}
    with pytest.raises(AssertionError):
        check_case(case, tmp_path)
    with pytest.raises(AssertionError):
        check_case({**case, "expect_error": "MalformedQueryException"}, tmp_path)
    with pytest.raises(AssertionError):
        check_case({**case, "query": "feilds a"}, tmp_path)


def test_no_character_hides_in_a_case() -> None:
    text = written({"reason": "r", "query": "fields\u200b a\u00a0", "events": []})
    assert text.isascii()
    assert json.loads(text)["query"] == "fields\u200b a\u00a0"


def test_what_is_wanting_is_still_wanting_and_says_what_is_wanted() -> None:
    told = (WANTING / "README.md").read_text("utf-8")
    for path in WANTED:
        assert f"`{path.name}`" in told, path.name
        assert path.read_bytes().decode() == drawn(path), f"{path.name}: is it better now? then it belongs to errors"
    assert told.count(".txt`") == len(WANTED)


def test_every_drawing_names_a_place_and_points_at_it() -> None:
    for path in [*ERRORS.glob("*.txt"), *WANTED]:
        said = drawing(query_of(path)).split("\n")
        assert "(line " in said[0], path.name
        assert set(said[2].strip()) == {"^"}, path.name
