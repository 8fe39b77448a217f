"""What ``siem demo`` leaves behind: the archive of the sample, and its reports, as a newcomer gets them.

``from tests.fixtures_demo import ran`` in a ``conftest.py`` makes it known there. Mark the tests
``xdist_group("demo")``, so that one worker runs it; see :mod:`tests.fixtures_sample` for what is kept.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """What two runs in one folder left behind."""

    folder: Path
    first: subprocess.CompletedProcess[str]
    archive_after_first: dict[str, int]
    second: subprocess.CompletedProcess[str]


def _run(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "siemlib.cli", "demo"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8")


def archive_files(folder: Path) -> dict[str, int]:
    """The files of events and their sizes."""
    events = folder / "demo" / "archive" / "events"
    return {path.relative_to(events).as_posix(): path.stat().st_size for path in events.rglob("*") if path.is_file()}


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Both runs."""
    return _both(tmp_path_factory.getbasetemp() / "newcomer")


@cache
def _both(folder: Path) -> Ran:
    folder.mkdir()
    first = _run(folder)
    after_first = archive_files(folder)
    return Ran(folder, first, after_first, _run(folder))
