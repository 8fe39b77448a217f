"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest


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
