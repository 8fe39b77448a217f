"""``siem explain``, and the plan that it and ``siem compile`` show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner, Result

from siemlib.cli.explain import explain
from siemlib.cli.planned import planned
from siemlib.errors import QueryError

if TYPE_CHECKING:
    from pathlib import Path


def siem(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(explain)
    return CliRunner().invoke(app, list(arguments), standalone_mode=False)


def test_plan_columns_notes_and_sql_are_printed() -> None:
    done = siem("filter n > {{least}} | stats sum(n) as total by g", "-p", "least=1")
    assert [line for line in done.stdout.splitlines() if line and not line.startswith(" ")] == [
        *("plan", "fields taken from each event", "columns", "notes", "sql")
    ]
    assert "line 1: filter n > {{least}}" in done.stdout


def test_a_broken_query_is_refused_with_its_place() -> None:
    done = siem("fields foo(a)")
    assert isinstance(done.exception, QueryError)


@pytest.mark.parametrize("text", ["fields `\x1b[31m` as x", 'filter a = "\x1b[2J"'])
def test_a_hostile_query_moves_no_cursor(text: str) -> None:
    assert "\x1b" not in siem(text).stdout


def test_lookup_tables_are_those_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "users.csv").write_text("id,name\n1,Ann\n", "utf-8")
    (tmp_path / "siem.toml").write_text(f'[lookup_tables]\nusers = "{tmp_path / "users.csv"}"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    assert "lookup_1" in siem("lookup users id OUTPUT name").stdout
    with pytest.raises(QueryError, match="did you mean 'users'"):
        planned("lookup user id OUTPUT name", None)
