"""What the tests of the notebooks share."""

from tests.fixtures_browser import browser
from tests.fixtures_real import real_archive, real_report
from tests.fixtures_sample import sample_archive

__all__ = ["browser", "real_archive", "real_report", "sample_archive"]
