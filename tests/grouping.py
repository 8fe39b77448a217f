"""What runs where under pytest-xdist: the tests of a group or of a file in one worker, the longest first.

A worker that is given single tests makes anew, for each file, what the file makes once; so whole files are handed out,
and everything that carries one ``xdist_group`` as one.

pytest-xdist 3.8 tells the groups to its scheduler as an ending of each test's id, which it writes to ``_nodeid``.
pytest 9.2 keeps ids in ``_id`` and never reads that one, so that the marks would be without effect, and nobody told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from _pytest.nodes import coerce_node_id  # pytest has no public name for it
from xdist.scheduler import LoadGroupScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer

_EARLY = ("cli", "live", "report", "notebooks", "lab", "others", "hostile", "house", "serve", "evidence")
"""Folders whose tests start processes: what begins last is short, so that no worker waits long for the others."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Write the ending where this pytest reads it, and put first what takes long: groups, then those folders."""
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        mark = item.get_closest_marker("xdist_group")
        if mark is not None and not item.nodeid.endswith(f"@{mark.args[0]}"):
            item._id = coerce_node_id(f"{item.nodeid}@{mark.args[0]}")
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    if item.get_closest_marker("xdist_group") is not None:
        return -1
    folder = item.nodeid.split("/")[1:2]
    return next((place for place, early in enumerate(_EARLY) if folder == [early]), len(_EARLY))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadGroupScheduling | None:
    """Take units in the order of the tests, where xdist would take those of the most tests first."""
    if config.option.dist != "loadgroup":
        return None
    config.option.loadscopereorder = False
    return GroupsAndFiles(config, log)


class GroupsAndFiles(LoadGroupScheduling):
    """Hands out groups, and of what is in none the files."""

    def _split_scope(self, nodeid: str) -> str:
        scope = super()._split_scope(nodeid)
        return scope.split("::")[0]
