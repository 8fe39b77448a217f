"""The sample incident in an archive, for every test that needs it.

``from tests.fixtures_sample import sample_archive`` in a ``conftest.py`` makes it known there. Mark the tests
``xdist_group("sample")``, so that one worker makes the archive and the others need not. To pytest a fixture that is
imported in two places is two fixtures, so what is made is kept here.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load
from siemlib.sample import LOG_GROUPS, write_sample, write_settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def sample_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the sample incident, each folder of it in its log group, with the inventory beside it."""
    return _made(tmp_path_factory.getbasetemp() / "sample-archive")


@cache
def _made(folder: Path) -> Path:
    write_sample(folder / "raw")
    archive = folder / "demo" / "archive"
    for name, group in LOG_GROUPS.items():
        assert not load([folder / "raw" / name], archive, log_group=group).refused
    write_settings(archive.parent)
    return archive
