"""The built report in a real browser, offline: charts are drawn, log content is text, nothing is asked for."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.fixtures_browser import Visit
from tests.report.notebook import HOSTILE

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from siemlib.report.build import Built

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("report")]


@pytest.fixture(scope="module")
def visit(browser: Browser, built: Built) -> Visit:
    """The report, opened as a file."""
    visit = Visit(browser, built.html.resolve().as_uri())
    visit.page.wait_for_selector(".main-svg")
    return visit


def test_every_chart_is_drawn(visit: Visit) -> None:
    charts = visit.page.locator("div.chart")
    assert charts.count() == 1
    for chart in charts.all():
        box = chart.locator(".main-svg").first.bounding_box()
        assert box is not None
        assert box["width"] > 300
        assert box["height"] > 150
    bars = visit.page.locator("#E01-chart .bars .point path")
    assert bars.count() == len(HOSTILE)
    heights = [bar.bounding_box() for bar in bars.all()]
    assert all(bar is not None and bar["width"] > 5 and bar["height"] > 5 for bar in heights)


def test_the_page_asks_for_nothing_and_complains_of_nothing(visit: Visit) -> None:
    visit.page.wait_for_timeout(300)
    assert visit.asked == []
    assert visit.said == []
    assert visit.page.evaluate("performance.getEntriesByType('resource').every(e => e.name.startsWith('file:'))")


def test_the_policy_of_the_page_stops_a_request_and_a_script_that_were_slipped_in(
    browser: Browser, built: Built
) -> None:
    visit = Visit(browser, built.html.resolve().as_uri())
    visit.page.evaluate(
        """() => {
            document.body.insertAdjacentHTML('beforeend', '<img src="http://192.0.2.1/x.png" onerror="alert(9)">');
            const script = document.createElement('script');
            script.textContent = 'window.slipped = true';
            document.body.append(script);
        }"""
    )
    visit.page.wait_for_timeout(300)
    assert visit.asked == []
    assert visit.dialogs == []
    assert visit.page.evaluate("window.slipped") is None


def test_hostile_log_content_is_shown_as_text_everywhere(visit: Visit) -> None:
    assert visit.dialogs == []
    seen = visit.page.locator("#E01 tbody td:nth-child(2)").all_inner_texts()
    assert seen == [*HOSTILE[:5], "a\\x1b[31mred\\u202eevil\\x00", HOSTILE[6]]
    assert HOSTILE[1] in visit.page.locator("#answer ~ ol").inner_text()
    assert visit.page.locator("main img, main b, [onerror], a[href^='javascript:']").count() == 0
    assert visit.page.locator("script").count() == 5
    # An axis label may be cut, but is drawn as it was.
    assert HOSTILE[0] in visit.page.locator("#E01-chart .xtick").first.evaluate("tick => tick.textContent")
    assert HOSTILE[4] in visit.page.locator("#E01-chart .gtitle").evaluate("title => title.textContent")
    assert visit.page.locator("#E01-chart svg a").count() == 0


def test_without_javascript_the_sentences_and_tables_are_there(browser: Browser, built: Built) -> None:
    visit = Visit(browser, built.html.resolve().as_uri(), javascript=False)
    figure = visit.page.locator("#E01 figure")
    assert figure.locator("figcaption").is_visible()
    assert figure.locator("figcaption").inner_text() == "Bars of " + HOSTILE[0]
    assert not figure.locator(".chart").is_visible()
    assert visit.page.locator("#E01 tbody tr").count() == len(HOSTILE)
    assert visit.page.locator("#E01 caption").is_visible()
    assert visit.asked == []


def test_a_reader_without_sight_finds_landmarks_headings_and_table_heads(visit: Visit) -> None:
    page = visit.page
    assert page.locator("html").get_attribute("lang") == "en"
    assert [page.locator(part).count() for part in ("header", "main", "footer", "nav", "h1")] == [1, 1, 1, 1, 1]
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => Number(h.tagName[1]))")
    steps = [after - before for before, after in pairwise(levels)]
    assert max(steps) == 1, levels
    assert page.locator("table:not(:has(caption))").count() == 0
    assert page.locator("th:not([scope])").count() == 0
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].every(a => document.getElementById(a.hash.slice(1)))"
    )


def test_nothing_is_wider_than_a_narrow_screen_or_a_page_of_paper(visit: Visit) -> None:
    page = visit.page
    try:
        page.set_viewport_size({"width": 400, "height": 800})
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        page.emulate_media(media="print")
        assert not page.locator("nav").is_visible()
    finally:
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 1200, "height": 900})


def test_paper_holds_the_first_rows_of_a_long_table_and_says_where_the_rest_is(visit: Visit) -> None:
    page = visit.page
    rows, said = page.locator("#E04 tbody tr"), page.locator("#E04 .printed")
    seen = "[...document.querySelectorAll('#E04 tbody tr')].filter(row => row.checkVisibility()).length"
    assert (rows.count(), page.evaluate(seen), said.is_visible()) == (1000, 1000, False)
    try:
        page.emulate_media(media="print")
        assert page.evaluate(seen) == 50
        assert said.inner_text() == ("In print: showing 50 of 1,200 rows; all of them are in exhibits/E04-many.csv.")
        assert page.locator("#E01 .printed").count() == 0
    finally:
        page.emulate_media(media="screen")


def test_a_table_of_two_columns_fits_a_narrow_screen_and_a_wider_one_shows_that_it_scrolls(
    browser: Browser, built: Built
) -> None:
    page = Visit(browser, built.html.resolve().as_uri()).page
    wide = "selector => { const box = document.querySelector(selector); return box.scrollWidth - box.clientWidth; }"
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate(wide, "#E04 .scroll") == 0
    assert page.evaluate(wide, "#E02 .scroll") > 0
    assert page.locator("#E02 .scroll").get_attribute("tabindex") == "0"
    assert "scrolls" in (page.locator("#E02 .scroll").get_attribute("aria-label") or "")
    background = page.locator("#E02 .scroll").evaluate("box => getComputedStyle(box).backgroundAttachment")
    assert {"local", "scroll"} == set(background.split(", "))


def test_the_index_fits_a_narrow_screen_and_each_cell_says_what_it_is(browser: Browser, built: Built) -> None:
    page = Visit(browser, (built.folder.parents[1] / "index.html").resolve().as_uri()).page
    for width in (768, 660, 400):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    heading = page.locator("tbody td:has(strong)").evaluate("cell => getComputedStyle(cell, '::before').content")
    assert "Status" in heading
    for width in (400, 1200):
        page.set_viewport_size({"width": width, "height": 800})
        status = page.locator("tbody strong").bounding_box()
        assert status is not None
        assert status["height"] < 30, "on one line"


def test_the_index_leads_to_the_report(browser: Browser, built: Built) -> None:
    index = built.folder.parents[1] / "index.html"
    visit = Visit(browser, index.resolve().as_uri())
    assert visit.page.locator("tbody tr").count() == 1
    assert visit.page.locator("tbody strong.green").inner_text() == "complete"
    visit.page.locator("tbody th a").first.click()
    visit.page.wait_for_selector("#E01")
    assert visit.said == []


@pytest.mark.parametrize("name", ["index.html", "{day}/controls.html"])
def test_the_pages_over_reports_allow_their_own_style_and_no_other(
    browser: Browser, built: Built, tmp_path: Path, name: str
) -> None:
    html = (built.folder.parents[1] / name.format(day=built.folder.parent.name)).read_text("utf-8")
    assert "unsafe" not in html
    page = tmp_path / "page.html"
    page.write_text(
        html.replace("</main>", '<p id="own" style="color: red"></p><style>p { color: red }</style></main>')
    )
    visit = Visit(browser, page.resolve().as_uri())
    assert visit.page.locator("table").evaluate("one => getComputedStyle(one).borderCollapse") == "collapse"
    assert visit.page.locator("#own").evaluate("one => getComputedStyle(one).color") != "rgb(255, 0, 0)"
