"""``xdist_group`` marks that work with this pytest: tests of one group run in one worker, and share what it has made.

pytest-xdist 3.8 tells the groups to its scheduler as an ending of each test's id, which it writes to ``_nodeid``.
pytest 9.2 keeps ids in ``_id`` and never reads that one, so that the marks would be without effect, and nobody told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from _pytest.nodes import coerce_node_id  # pytest has no public name for it

if TYPE_CHECKING:
    import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Write the ending where this pytest reads it."""
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        mark = item.get_closest_marker("xdist_group")
        if mark is not None and not item.nodeid.endswith(f"@{mark.args[0]}"):
            item._id = coerce_node_id(f"{item.nodeid}@{mark.args[0]}")
