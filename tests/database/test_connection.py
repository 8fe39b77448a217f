"""What every connection is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.database.connection import DatabaseError, connect
from siemlib.ql.sql.writer import literal, select

if TYPE_CHECKING:
    from pathlib import Path


def test_a_connection_installs_and_loads_nothing_and_knows_utc_only() -> None:
    connection = connect(memory_limit="300MB", threads=1)
    wanted = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "enable_progress_bar": "false",
        "threads": "1",
        "TimeZone": "UTC",
    }
    settings = dict(connection.execute("SELECT name, value FROM duckdb_settings()").fetchall())
    assert {name: settings[name] for name in wanted} == wanted
    connection.close()


def test_an_extension_that_is_not_there_is_not_fetched() -> None:
    connection = connect()
    with pytest.raises(DatabaseError):
        connection.execute("SELECT * FROM read_xlsx('x.xlsx')").fetchall()
    connection.close()


def test_what_does_not_fit_in_memory_goes_to_the_folder_that_was_given(tmp_path: Path) -> None:
    connection = connect(memory_limit="60MB", threads=1, temp_directory=tmp_path / "spill")
    sql = (
        "SELECT count(*) FROM (SELECT DISTINCT md5(i::VARCHAR) || md5((i + 1)::VARCHAR) AS h FROM range(1500000) t(i))"
    )
    assert connection.execute(sql).fetchall() == [(1_500_000,)]
    assert list(tmp_path.iterdir()) == [tmp_path / "spill"]
    connection.close()


def test_struct_columns_of_a_parquet_file_survive_a_filter_and_a_limit(tmp_path: Path) -> None:
    """DuckDB 2.0.0 fails here with an internal error unless late materialization is off."""
    connection = connect()
    path = literal(str(tmp_path / "f.parquet"))
    rows = "SELECT i AS timestamp, {'s': 'a' || i, 'p': i % 100, 'b': i % 50} AS fields FROM range(300000) t(i)"
    connection.execute(f"COPY ({rows}) TO {path} (FORMAT parquet)")
    wanted = select(["fields.s", "fields.b"], path, "WHERE fields.p = 22", "ORDER BY timestamp DESC", "LIMIT 1")
    assert connection.execute(wanted).fetchall() == [("a299922", 22)]
    connection.close()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1.0),
        ("1e3", 1000.0),
        (" 1 ", 1.0),
        (".5", 0.5),
        ("1_000", None),
        ("inf", None),
        ("nan", None),
        ("0x1", None),
    ],
)
def test_what_reads_as_a_number_is_what_people_take_for_one(text: str, number: float | None) -> None:
    connection = connect()
    assert connection.execute("SELECT ql_number(?)", [text]).fetchall() == [(number,)]
    connection.close()
