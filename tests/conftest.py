"""Fixtures that every test may use."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

# numpy reads this when it is imported. Its own threads turn for a while in each of the many processes of the tests.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import siemlib.report  # noqa: F401 - before any other imports nbformat: it says why
from tests.grouping import pytest_collection_modifyitems, pytest_xdist_make_scheduler

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["pytest_collection_modifyitems", "pytest_xdist_make_scheduler"]

# CI tries the same examples each time, so that a red run can be repeated; a run by hand looks for new ones. No example
# has a deadline: a busy machine is no fault of the code.
settings.register_profile("by hand", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "by hand")


def pytest_collection_finish() -> None:
    """Let the garbage collector leave alone what was collected here, which is there to the end: it took a third."""
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)


def pytest_sessionfinish() -> None:
    """Give it back, so that every module is taken down as it wants."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the project."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared(project: Path) -> Path:
    """The folder beside the project that holds the specification, the language cases and the real logs."""
    folder = project.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the shared folder with the real logs is not beside the project")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _custody_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test writes a custody log into the project."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIEM_CUSTODY", str(tmp_path_factory.mktemp("custody")))
        yield
