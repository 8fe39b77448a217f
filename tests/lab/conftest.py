"""What the tests of the lab share."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from siemlib.case.open import case_over
from siemlib.lab.extension import load_ipython_extension, unload_ipython_extension
from tests.case.engine import engine
from tests.fixtures_sample import sample_archive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.case import Case

__all__ = ["sample_archive"]


@pytest.fixture
def case() -> Case:
    """A case over an engine that answers everything with three rows, one of them hostile."""
    return case_over(engine(), start="2026-03-04", end="")


@pytest.fixture
def shell(case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[InteractiveShell]:
    """IPython with the extension, and the case in the variable ``case``."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    config = Config()
    config.HistoryManager.enabled = False
    made = InteractiveShell(config=config)
    load_ipython_extension(made)
    made.user_ns["case"] = case
    yield made
    unload_ipython_extension(made)
    made.restore_sys_module_state()
    atexit.unregister(made.atexit_operations)
    made.atexit_operations()
