"""What the tests of the command line share."""

from tests.fixtures_browser import browser
from tests.fixtures_demo import ran

__all__ = ["browser", "ran"]
