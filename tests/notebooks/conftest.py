"""What the tests of the notebooks share."""

from tests.fixtures_sample import sample_archive

__all__ = ["sample_archive"]
