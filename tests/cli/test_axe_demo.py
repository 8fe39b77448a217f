"""axe-core finds nothing on what a newcomer is shown: the reports of the demo, their index, the index of controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures_axe import NONE, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.fixtures_demo import Ran

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo")]


def test_every_page_of_the_demo(ran: Ran, browser: Browser) -> None:
    # A report that was displaced is as the one that displaced it (test_built_twice.py).
    pages = sorted(page for page in (ran.folder / "reports").rglob("*.html") if not page.parents[1].suffix)
    assert len(pages) > 3
    found = {page.relative_to(ran.folder).as_posix(): violations(browser, page) for page in pages}
    assert {name: found[name] for name in found if found[name] != NONE} == {}
