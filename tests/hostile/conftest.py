"""An archive of hostile logs, the pages of nine notebooks over it, and a report that is built with a kernel."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from siemlib.report.build import Built, Request, build_report
from siemlib.report.definition import find
from tests.fixtures_browser import browser
from tests.hostile.logs import ADDRESS, ALERT, hostile_archive
from tests.hostile.pages import make

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["browser"]

USER = "<img src=x onerror=alert(3)>"
"""Who is looked for: a name of the corpus, which stands in every kind of log."""
GIVEN: dict[str, dict[str, str]] = {
    "overview": {},
    "logins": {},
    "traffic": {},
    "open-ports": {},
    "retention": {},
    "posture": {},
    "pivot-ip": {"ip": ADDRESS},
    "timeline": {"addresses": ADDRESS, "users": "<script>alert(1)</script>, {{7*7}}"},
    "triage-alert": {"alert": ALERT},
}
"""The notebooks that are run in this process, and what they are given; ``pivot-user`` goes the whole way."""


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of :mod:`tests.hostile.logs`."""
    return hostile_archive(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="session")
def built(archive: Path, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """``pivot-user`` on somebody with a hostile name, from the kernel to the sealed folder and the index."""
    definition = find("pivot-user", [project / "notebooks"])
    values = definition.values({"user": USER})
    request = Request(definition, values, f"local:{archive}", "", "", date(2026, 3, 4))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(project))
        yield build_report(request, tmp_path_factory.mktemp("hostile-reports") / "reports", lambda _done, _total: None)


@pytest.fixture(scope="session")
def pages(archive: Path, built: Built, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of every notebook, by its name, each in the folder of its record."""
    folder = tmp_path_factory.mktemp("hostile-pages")
    found = {built.page.about.name: built.html}
    with pytest.MonkeyPatch.context() as patch:
        for name, given in GIVEN.items():
            make(name, archive, given, folder / "2026-03-04" / name / "data", patch)
            found[name] = folder / "2026-03-04" / name / "data" / "report.html"
    return found
