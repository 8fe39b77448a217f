"""One report is built for the whole session: executing a notebook takes seconds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from siemlib.report.build import Built, Request, build_report
from siemlib.report.definition import read_definition
from tests.fixtures_browser import browser
from tests.report.notebook import WHOLE, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from siemlib.report.sealing import Sealing

__all__ = ["browser"]

DAY = date(2026, 3, 4)


@pytest.fixture(scope="session")
def build(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Built]]:
    """Build a report from cells: ``build(cells, root)``; the kernel finds the tests' own engine."""

    def call(
        cells: tuple[tuple[str, str], ...], root: Path, name: str = "pivot-test", sealing: Sealing | None = None
    ) -> Built:
        folder = tmp_path_factory.mktemp("source")
        (folder / "archive").mkdir()
        definition = read_definition(write_notebook(folder / "notebooks" / f"{name}.ipynb", *cells))
        engine = f"local:{folder / 'archive'}"
        request = Request(definition, definition.values({"ip": "192.0.2.7"}), engine, "", "", DAY, sealing=sealing)
        return build_report(request, root, lambda _done, _total: None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(project))
        yield call


@pytest.fixture(scope="session")
def built(build: Callable[..., Built], tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A whole report, with a chart, hostile text, an empty table and all parts."""
    return build(WHOLE, tmp_path_factory.mktemp("whole") / "reports")
