"""Loading brings everything, once however often it is loaded; unloading takes it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib import lab
from siemlib.case import Answer, Case
from siemlib.workbook import Found

if TYPE_CHECKING:
    import pytest
    from IPython.core.interactiveshell import InteractiveShell


def _brought(shell: InteractiveShell) -> tuple[bool, int, bool]:
    formatter = shell.display_formatter
    assert formatter is not None
    registered = formatter.mimebundle_formatter.type_printers
    return (
        "insights" in shell.magics_manager.magics["cell"],
        len(shell.Completer.custom_matchers),
        Found in registered and Answer in registered,
    )


def test_it_is_loaded_once_and_taken_away(shell: InteractiveShell) -> None:
    lab.load_ipython_extension(shell)
    assert _brought(shell) == (True, 1, True)
    lab.unload_ipython_extension(shell)
    assert _brought(shell) == (False, 0, False)
    lab.unload_ipython_extension(shell)


def test_a_frame_that_is_shown_as_it_is_holds_no_formula(shell: InteractiveShell) -> None:
    html = pd.DataFrame({"a": ["$x$"]}).to_html(notebook=True)
    assert "mathjax_ignore" in html
    lab.unload_ipython_extension(shell)
    assert pd.get_option("display.html.use_mathjax")


def test_a_result_is_shown_as_a_table_that_sorts_when_it_is_loaded(shell: InteractiveShell, case: Case) -> None:
    result = shell.run_cell("%%insights\nfields user").result
    assert isinstance(result, Found)
    assert shell.display_formatter is not None
    data, _ = shell.display_formatter.format(result)
    assert "ITable" in data["text/html"]
    assert data["text/plain"].startswith("Completeness: complete")
    lab.unload_ipython_extension(shell)
    data, _ = shell.display_formatter.format(result)
    assert "ITable" not in data["text/html"]
    assert case.runs


def test_ipython_loads_it_by_its_name(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    lab.unload_ipython_extension(shell)
    shell.run_cell("%load_ext siemlib.lab")
    assert "%%insights is ready" in capsys.readouterr().out
    assert _brought(shell) == (True, 1, True)
