"""``siem compile``: SQL that can be read, and with its macros run by hand."""

from __future__ import annotations

import duckdb
import pytest
import typer
from typer.testing import CliRunner, Result

from siemlib.cli.compile import compile as compile_verb
from siemlib.database.functions import register
from siemlib.errors import QueryError


def siem(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(compile_verb)
    return CliRunner().invoke(app, list(arguments), standalone_mode=False)


def test_the_sql_has_a_part_for_each_command() -> None:
    done = siem('filter action = "REJECT" | stats count(*) as n by srcAddr | sort n desc | limit 3')
    assert "filter_1 AS (\n  SELECT *\n  FROM events\n  WHERE \"action\" = 'REJECT'\n)" in done.stdout
    assert "limit_4 AS (" in done.stdout


def test_with_its_macros_it_runs_in_a_plain_database() -> None:
    done = siem("filter n > {{least}} | stats sum(n) as total by g | sort g", "-p", "least=1", "--macros")
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE archive AS SELECT 0::BIGINT AS timestamp, 0::BIGINT AS ingestion_time, '' AS log_group,"
        " '' AS log_stream, '' AS message, '' AS event_id, n, g FROM (VALUES ('1','a'),('2','a'),('30','b')) t(n, g)"
    )
    register(connection)
    *macros, query = done.stdout.split(";\n")[:-1]
    for macro in macros:
        connection.execute(macro)
    assert [row[:2] for row in connection.execute(query).fetchall()] == [("a", "2"), ("b", "30")]
    connection.close()


def test_a_broken_query_is_refused_with_its_place() -> None:
    done = siem("fields foo(a)")
    assert isinstance(done.exception, QueryError)
    assert "unknown function 'foo' (line 1, column 8)" in done.exception.message


@pytest.mark.parametrize("text", ["fields `\x1b[31m` as x", 'filter a = "\x1b[2J"'])
def test_a_hostile_query_moves_no_cursor(text: str) -> None:
    assert "\x1b" not in siem(text).stdout
