"""The pages of all ten notebooks over an archive, made in this process: no kernel is started for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from siemlib.case.record import ENVIRONMENT
from siemlib.report.assets import keep_asset, plotly_asset
from siemlib.report.definition import read_definition
from siemlib.report.gate import refusals
from siemlib.report.page import About, make_page
from siemlib.report.record import read_record
from siemlib.report.render import render_report

if TYPE_CHECKING:
    import pytest

    from siemlib.report.page import Page

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def make(name: str, archive: Path, given: dict[str, str], data: Path, patch: pytest.MonkeyPatch) -> Page:
    """Run the cells of a notebook with these parameters, leave its record and its page in ``data``."""
    data.mkdir(parents=True)
    patch.setenv(ENVIRONMENT, str(data))
    path = NOTEBOOKS / f"{name}.ipynb"
    notebook: Any = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    values = read_definition(path).values(given)
    names: dict[str, object] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, path.name, "exec"), names)  # noqa: S102 - our own notebook
        if "parameters" in cell.metadata.get("tags", []):
            names |= {**values, "engine": f"local:{archive}", "start": "", "end": ""}
    about = About(name, "2026-03-04", "2026-03-05T00:00:00+00:00", {n: str(value) for n, value in values.items()})
    page = make_page(notebook, read_record(data), None, about)
    keep_asset(plotly_asset(), data.parents[1], data.parents[1])
    html = render_report(page)
    (data / "report.html").write_text(html, encoding="utf-8", newline="\n")
    assert refusals(page, html, data) == [], "what a log holds keeps no report from being published"
    return page
