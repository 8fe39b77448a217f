"""The pages over hostile logs in a real browser: nothing runs, nothing is asked for, the text is as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from siemlib.case.cells import SHOWN_CHARACTERS
from tests.fixtures_axe import NONE, violations
from tests.fixtures_browser import Visit
from tests.hostile.conftest import GIVEN
from tests.hostile.corpus import TEXTS
from tests.hostile.seen import shown, unseen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("hostile")]

NAMES = ("pivot-user", *GIVEN)
_LOOK = """async () => {
  const all = [...document.querySelectorAll('*')];
  for (const link of document.querySelectorAll("main a[href^='#']")) link.click();
  return {
    tags: [...new Set(all.map((element) => element.tagName.toLowerCase()))],
    handlers: all.flatMap((element) => element.getAttributeNames().filter((name) => /^on/i.test(name))),
    links: all.flatMap((element) => ['href', 'src', 'xlink:href', 'action', 'formaction', 'srcset', 'data', 'poster']
      .map((name) => element.getAttribute(name)).filter((value) => value !== null)),
    scripts: [...document.scripts].filter((one) => one.nonce || !/json|plain/.test(one.type)).map((one) => !!one.nonce),
    polluted: [{}.polluted, Object.prototype.__proto__ === null, Object.keys(Object.prototype).length],
    text: document.body.innerText,
    charts: [...document.querySelectorAll('.chart text')].map((text) => text.textContent).join('\\n'),
    cells: Object.fromEntries([...document.querySelectorAll('section.exhibit:has(table)')].map((one) => [one.id,
      [...one.querySelectorAll('tbody tr')].map((row) =>
        [...row.querySelectorAll('td')].map((cell) => cell.textContent))])),
  };
}"""
_TAGS = frozenset(
    "html head meta title style body a header p h1 h2 h3 h4 h5 h6 dl dt dd div strong em nav ol ul li main section "
    "span table caption thead tbody tr th td code pre details summary figure figcaption noscript script footer b br "
    "small button label input output time "
    # of plotly.js
    "svg g path rect text tspan defs clippath clipPath lineargradient linearGradient radialgradient stop line circle "
    "image use mask pattern".lower().split()
)
_DRAWN = "data:image/png;base64,"
"""plotly.js draws the cells of a heatmap into a picture."""


@pytest.fixture(scope="module", params=NAMES)
def seen(request: pytest.FixtureRequest, browser: Browser, pages: dict[str, Path]) -> Iterator[dict[str, Any]]:
    """What one page holds when everything in it was touched."""
    visit = Visit(browser, pages[request.param].resolve().as_uri())
    if visit.page.locator(".chart").count():
        visit.page.wait_for_selector("html.charts-done", state="attached")
        box = visit.page.locator(".chart").first.bounding_box()
        assert box is not None
        for part in (0.3, 0.6):  # what a chart says of a point
            visit.page.mouse.move(box["x"] + part * box["width"], box["y"] + part * box["height"])
    yield visit.page.evaluate(_LOOK) | {"visit": visit, "data": pages[request.param].parent}
    visit.page.context.close()


def test_nothing_runs_and_nothing_is_asked_for(seen: dict[str, Any]) -> None:
    visit = seen["visit"]
    assert (visit.dialogs, visit.asked, visit.said) == ([], [], [])
    assert visit.page.url.startswith("file:")
    assert seen["polluted"] == [None, True, 0]


def test_no_log_becomes_an_element_a_handler_or_a_link(seen: dict[str, Any]) -> None:
    assert set(seen["tags"]) <= _TAGS
    assert seen["handlers"] == []
    assert all(seen["scripts"])
    assert [
        link
        for link in seen["links"]
        if not link.startswith(("#", "exhibits/", "runs/", "../", _DRAWN)) and ":" in link
    ] == []


def test_nothing_that_cannot_be_seen_is_on_the_page(seen: dict[str, Any]) -> None:
    for part in ("text", "charts"):
        hidden = {ascii(c) for c in seen[part] if unseen(c) and c not in "\n\t"}
        assert hidden == set(), part


def test_each_cell_shows_the_exact_text_of_the_record(seen: dict[str, Any]) -> None:
    compared = 0
    for code, cells in seen["cells"].items():
        (exact,) = seen["data"].glob(f"exhibits/{code}-*.parquet")
        table = pq.read_table(exact)
        for place, column in enumerate(table.columns):
            if str(column.type) in {"string", "large_string"}:
                kept = [shown(value or "") for value in column.to_pylist()[: len(cells)]]
                seen_of = [
                    row[place] if len(text) <= SHOWN_CHARACTERS else text for row, text in zip(cells, kept, strict=True)
                ]
                assert seen_of == kept, (code, table.column_names[place])
                compared += len(kept)
    assert compared


def test_every_text_is_on_some_page(pages: dict[str, Path], browser: Browser) -> None:
    visit = Visit(browser, pages["pivot-ip"].resolve().as_uri(), javascript=False)
    cells = visit.page.evaluate("[...document.querySelectorAll('td')].map((cell) => cell.textContent).join('\\0')")
    assert [each.name for each in TEXTS if shown(each.text) not in cells] == []
    assert (visit.dialogs, visit.asked) == ([], [])
    visit.page.context.close()


def test_axe_finds_nothing_either(pages: dict[str, Path], browser: Browser) -> None:
    for name in ("pivot-user", "triage-alert"):
        assert violations(browser, pages[name]) == NONE, name
