"""Files and functions stay small enough to be read in one go."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.house.files import project_files

if TYPE_CHECKING:
    from pathlib import Path

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 60


def test_no_file_is_over_400_lines(project: Path) -> None:
    files = project_files(project, ".py", ".ql", ".j2", ".css", ".js")
    assert len(files) > 20
    long = {str(f.relative_to(project)): n for f in files if (n := _lines(f)) > MOST_LINES_OF_A_FILE}
    assert long == {}


def test_no_function_is_over_60_lines(project: Path) -> None:
    long = {}
    for path in project_files(project, ".py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > MOST_LINES_OF_A_FUNCTION:
                    long[f"{path.relative_to(project)}:{node.lineno} {node.name}"] = size
    assert long == {}


def _lines(path: Path) -> int:
    return path.read_text("utf-8").count("\n")
