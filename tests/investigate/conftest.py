"""The small incident, loaded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.investigate.incident import INCIDENT, QUIET, case_over

if TYPE_CHECKING:
    from siemlib.case import Case


@pytest.fixture(scope="package")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case over every log of the incident."""
    return case_over(tmp_path_factory.mktemp("incident"), *INCIDENT)


@pytest.fixture(scope="package")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case over one log of sshd in which nothing happens, and no other kind of log."""
    return case_over(tmp_path_factory.mktemp("quiet"), QUIET)
