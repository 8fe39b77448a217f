"""axe-core finds nothing on the report of any notebook over real logs; without JavaScript all of it can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures_axe import NONE, violations
from tests.fixtures_browser import Visit
from tests.fixtures_real import SUITABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from siemlib.report.build import Built

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("real")]


@pytest.mark.parametrize("name", SUITABLE)
def test_the_report_of_a_notebook(name: str, real_report: Callable[[str], Built], browser: Browser) -> None:
    assert violations(browser, real_report(name).html) == NONE


@pytest.mark.parametrize("name", SUITABLE)
def test_without_javascript_each_exhibit_has_its_sentence_its_table_and_its_query(
    name: str, real_report: Callable[[str], Built], browser: Browser
) -> None:
    built = real_report(name)
    visit = Visit(browser, built.html.resolve().as_uri(), javascript=False)

    seen = dict(
        visit.page.evaluate(
            """() => [...document.querySelectorAll('section.exhibit:has(.reading)')].map((one) => [one.id, {
              reading: one.querySelector('.reading').checkVisibility(),
              sentence: !one.querySelector('figure') || one.querySelector('figcaption').checkVisibility(),
              rows: [...one.querySelectorAll('tbody tr')].filter((row) => row.checkVisibility()).length,
              queries: [...one.querySelectorAll('pre')].filter((query) => query.checkVisibility()).length,
            }])"""
        )
    )
    assert list(seen)
    assert visit.asked == []
    for exhibit in built.page.record.exhibits:
        found = seen[exhibit.code]
        assert (found["reading"], found["sentence"]) == (True, True)
        assert found["rows"] == len(exhibit.table.rows)
        assert found["queries"] == min(len({run.data["query"] for run in exhibit.runs}), 3)
    visit.page.context.close()


def test_the_index_of_them_all(real_report: Callable[[str], Built], browser: Browser) -> None:
    for name in SUITABLE:
        built = real_report(name)
    assert violations(browser, built.folder.parents[1] / "index.html") == NONE
