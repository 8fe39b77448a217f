"""Errors of the user are drawn in the cell as text, and the cell has failed; errors of ours keep their traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.errors import UsageError
from siemlib.lab.errors import drawing
from siemlib.ql.parser import parse

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def test_an_error_is_its_message_and_its_hint_and_nothing_in_it_acts() -> None:
    error = UsageError("no \x1b[31mred \u202e group", hint="look\x00")
    assert drawing(error) == ["no \\x1b[31mred \\u202e group", "hint: look\\x00"]


def test_a_query_that_does_not_compile_shows_where() -> None:
    with pytest.raises(Exception, match="expected") as told:
        parse("filter @message like\n| stats count(*)")
    lines = drawing(told.value)  # type: ignore[arg-type]
    assert lines[0] == "The query does not compile."
    assert lines[1].splitlines()[-1].strip() == "^"


def test_a_cell_fails_without_a_traceback(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    result = shell.run_cell("%%insights --case nothing\nfields user")
    said = capsys.readouterr().out
    assert isinstance(result.error_in_exec, UsageError)
    assert "the variable nothing is not there yet\nhint: open one:" in said
    assert "Traceback" not in said


def test_an_error_of_ours_keeps_its_traceback(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_cell("1 / 0")
    assert "Traceback" in capsys.readouterr().out
