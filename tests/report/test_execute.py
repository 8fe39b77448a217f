"""Notebooks run in a kernel of this very Python, and their end is always told."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from siemlib.report.execute import execute

if TYPE_CHECKING:
    import pytest


def notebook(folder: Path, *sources: str) -> Path:
    """A notebook of code cells whose kernel, by its own account, does not exist."""
    cells = [nbformat.v4.new_code_cell("a: int = 1", metadata={"tags": ["parameters"]})]
    made = nbformat.v4.new_notebook(cells=[*cells, *map(nbformat.v4.new_code_cell, sources)])
    made.metadata["kernelspec"] = {"name": "someone-elses", "display_name": "Someone else's", "language": "python"}
    nbformat.write(made, folder / "x.ipynb")
    return folder / "x.ipynb"


def test_the_kernel_is_this_python_and_knows_where_to_record(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    seen: list[tuple[int, int]] = []
    source = "import os, sys\nprint(sys.prefix, a, os.environ['SIEM_RECORD'], os.environ['IPYTHONDIR'])"
    done = execute(notebook(tmp_path, source), {"a": 7}, record=tmp_path, progress=lambda *at: seen.append(at))
    assert done.failure is None
    prefix, a, record, profile = done.notebook.cells[-1].outputs[0].text.split()
    assert (prefix, a, record) == (sys.prefix, "7", str(tmp_path))
    assert Path(profile) != Path.home() / ".ipython"
    assert seen[-1] == (3, 3)
    assert "papermill" not in done.notebook.metadata
    assert capfd.readouterr() == ("", "")


def test_a_kernel_that_dies_is_told_at_the_cell_where_it_died(tmp_path: Path) -> None:
    path = notebook(tmp_path, "1", "import os; os._exit(3)", "2")
    done = execute(path, {}, record=tmp_path, progress=lambda *_: None)
    assert done.failure is not None
    assert (done.failure.cell, done.failure.name) == (2, "DeadKernelError")
    assert done.notebook.cells[3].outputs == []
