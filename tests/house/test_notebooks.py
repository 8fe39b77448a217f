"""The rules of a notebook, for every notebook: DESIGN section 7, and notebooks/README.md."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
LONGEST_CELL = 15
_SQL = re.compile(r"\b(select\s.+\sfrom|insert\s+into|create\s+table|group\s+by)\b", re.IGNORECASE | re.DOTALL)
_LAST = ["Not examined", "Provenance"]


def _read(path: Path) -> Any:  # noqa: ANN401 - nbformat's node
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def _cells(path: Path, kind: str) -> list[Any]:
    return [cell for cell in _read(path).cells if cell.cell_type == kind]


def _tags(cell: Any) -> list[str]:  # noqa: ANN401 - nbformat's node
    return list(cell.metadata.get("tags", []))


def _statements(source: str) -> list[ast.stmt]:
    """What a cell does; a cell with shell commands is no Python, and another rule's fault."""
    return ast.parse(re.sub(r"^\s*[!%].*$", "", source, flags=re.MULTILINE)).body


def _headings(path: Path) -> list[str]:
    text = "\n".join(cell.source for cell in _cells(path, "markdown"))
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


def title_states_a_question(path: Path) -> list[str]:
    first = _read(path).cells[0]
    title = first.source.splitlines()[0] if first.source else ""
    fine = first.cell_type == "markdown" and title.startswith("# ") and title.endswith("?")
    return [] if fine else ["the first cell is no title that states a question"]


def one_cell_of_plain_typed_parameters_with_units(path: Path) -> list[str]:
    found = [cell for cell in _cells(path, "code") if "parameters" in _tags(cell)]
    if len(found) != 1:
        return [f"{len(found)} cells are tagged parameters"]
    faults = []
    for statement in ast.parse(found[0].source).body:
        line = found[0].source.splitlines()[statement.lineno - 1]
        if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.value, ast.Constant)):
            faults.append(f"not a typed plain value: {line}")
        if "#" not in line:
            faults.append(f"no unit or form: {line}")
    return faults


def one_cell_opens_the_case(path: Path) -> list[str]:
    opened = sum(cell.source.count("open_case(") for cell in _cells(path, "code"))
    return [] if opened == 1 else [f"open_case is called {opened} times"]


def every_question_has_one_sentence_and_one_call(path: Path) -> list[str]:
    cells = _read(path).cells
    faults = []
    for cell, following in zip(cells[3:], [*cells[4:], None], strict=True):
        if cell.cell_type == "markdown":
            paragraphs = [part for part in cell.source.split("\n\n") if not part.startswith("#")]
            if len(paragraphs) != 1 or "\n" in paragraphs[0].strip():
                faults.append(f"not one heading and one sentence: {cell.source[:60]!r}")
            if following is None or following.cell_type != "code":
                faults.append(f"no call follows: {cell.source[:60]!r}")
        elif len(_statements(cell.source)) != 1:
            faults.append(f"more than one call: {cell.source[:60]!r}")
    return faults


def it_ends_with_what_was_not_examined_and_where_numbers_come_from(path: Path) -> list[str]:
    return [] if _headings(path)[-2:] == _LAST else [f"the last sections are {_headings(path)[-2:]}, not {_LAST}"]


def no_logic_in_cells(path: Path) -> list[str]:
    faults = []
    for cell in _cells(path, "code"):
        if re.search(r"^\s*[!%]", cell.source, re.MULTILINE) or "pip install" in cell.source:
            faults.append(f"a shell command or an install: {cell.source[:60]!r}")
            continue
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.JoinedStr):
                faults.append(f"{type(node).__name__} in {cell.source[:60]!r}")
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.search(node.value):
                faults.append(f"SQL in {cell.source[:60]!r}")
    return faults


def no_long_cell_and_no_stored_output(path: Path) -> list[str]:
    cells = _read(path).cells
    faults = [
        f"over {LONGEST_CELL} lines: {c.source[:60]!r}" for c in cells if len(c.source.splitlines()) > LONGEST_CELL
    ]
    stored = [cell for cell in _cells(path, "code") if cell.outputs or cell.execution_count is not None]
    return faults + [f"stored output: {cell.source[:60]!r}" for cell in stored]


def the_file_is_what_jupyter_writes(path: Path) -> list[str]:
    notebook = _read(path)
    nbformat.validate(notebook)
    faults = [] if (notebook.nbformat, notebook.nbformat_minor) >= (4, 5) else ["not of nbformat 4.5"]
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        faults.append("its kernel is not python3")
    return faults


def it_is_in_the_readme(path: Path) -> list[str]:
    return [] if f"({path.name})" in (NOTEBOOKS / "README.md").read_text(encoding="utf-8") else ["not in the README"]


RULES = (
    the_file_is_what_jupyter_writes,
    title_states_a_question,
    one_cell_of_plain_typed_parameters_with_units,
    one_cell_opens_the_case,
    every_question_has_one_sentence_and_one_call,
    it_ends_with_what_was_not_examined_and_where_numbers_come_from,
    no_logic_in_cells,
    no_long_cell_and_no_stored_output,
    it_is_in_the_readme,
)
_FOUND = sorted(NOTEBOOKS.glob("*.ipynb"))


def test_there_are_notebooks() -> None:
    assert {"pivot-ip", "pivot-user"} <= {path.stem for path in _FOUND}


@pytest.mark.parametrize("path", _FOUND, ids=lambda path: path.stem)
def test_a_notebook_keeps_every_rule(path: Path) -> None:
    faults = [fault for rule in RULES for fault in rule(path)]

    assert faults == []


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("def f(): pass", "FunctionDef"),
        ("f'{1}'", "JoinedStr"),
        ("x = 'select a from b'", "SQL"),
        ("!pip install x", "install"),
        ("\n".join(["x = 1"] * 16), "over 15 lines"),
        ("open_case(engine='')", "open_case is called 2 times"),
    ],
)
def test_a_cell_that_breaks_a_rule_is_noticed(tmp_path: Path, cell: str, fault: str) -> None:
    notebook = _read(_FOUND[0])
    notebook.cells.insert(5, nbformat.v4.new_code_cell(cell))  # type: ignore[no-untyped-call]
    nbformat.write(notebook, tmp_path / _FOUND[0].name)  # type: ignore[no-untyped-call]

    faults = [found for rule in RULES for found in rule(tmp_path / _FOUND[0].name)]

    assert any(fault in found for found in faults)
