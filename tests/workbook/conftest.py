"""What the tests of the analyst's case share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib import open_case
from tests.fixtures_sample import sample_archive

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib import Case

__all__ = ["sample_archive"]


@pytest.fixture
def case(sample_archive: Path) -> Case:
    """A case over all of the sample, that nothing was asked of yet."""
    return open_case(engine=f"local:{sample_archive}")
