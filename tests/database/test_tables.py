"""Lookup tables are files of other people: what is wrong with one is said by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.database.tables import read_table
from siemlib.errors import QueryError, UsageError
from tests.database.language import ask, events

if TYPE_CHECKING:
    from pathlib import Path


def test_cells_are_texts_and_empty_ones_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b'\xef\xbb\xbfid,name\r\n007,"A, ""B"""\r\n\r\n8\r\n')
    table = read_table("t", path)
    assert table.columns == ("id", "name")
    assert table.rows == (("007", 'A, "B"'), ("8", None))


@pytest.mark.parametrize("text", ["", "a,a\n", "a,\n", "a,b\n1,2,3\n", 'a\n"open\n'])
def test_a_faulty_table_is_named_in_the_error(text: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match="lookup table 'users'"):
        read_table("users", path)


def test_a_table_whose_file_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="lookup table 'users'"):
        ask("lookup users id OUTPUT name", events("x"), lookup_tables={"users": tmp_path / "none.csv"})


def test_a_misspelt_table_is_answered_with_the_one_that_was_meant(tmp_path: Path) -> None:
    (tmp_path / "u.csv").write_text("id,name\n", "utf-8")
    with pytest.raises(QueryError, match="did you mean 'users'"):
        ask("lookup user id OUTPUT name", events("x"), lookup_tables={"users": tmp_path / "u.csv"})


def test_a_table_that_no_query_reads_is_not_opened(tmp_path: Path) -> None:
    assert ask("limit 1", events("x"), lookup_tables={"users": tmp_path / "none.csv"}).rows


def test_headers_and_cells_cannot_leave_their_quotes(tmp_path: Path) -> None:
    (tmp_path / "u.csv").write_text('id,"a""b\'; DROP"\nx,\'); SELECT 1 --\n', "utf-8")
    answer = ask(
        "parse @message '*' as id | lookup u id OUTPUT `a\"b'; DROP` as v",
        events("x"),
        lookup_tables={"u": tmp_path / "u.csv"},
    )
    assert answer.rows[0]["v"] == "'); SELECT 1 --"
