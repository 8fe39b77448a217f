"""What the tests of the command line share."""

from tests.fixtures_demo import ran

__all__ = ["ran"]
