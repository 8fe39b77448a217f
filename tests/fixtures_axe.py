"""axe-core over a page that was built, in the real browser: what it finds against WCAG 2.2 AA and best practice."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fixtures_browser import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

AXE = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
WIDTHS = (1200, 400)
_RUN = """async (tags) => {
  const found = await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
  return found.violations.map((each) => `${each.id}: ${each.help}: ` +
    each.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' | '));
}"""
# Rows of one table that are built alike, but for their text, differ in nothing that axe looks at, and it looks at each
# cell: a thousand rows take a minute. One of each build stays.
_SHORTEN = """() => document.querySelectorAll('tbody').forEach((body) => {
  const build = (one) => `${one.tagName}.${one.className}[${one.getAttributeNames()}]${one.textContent !== ''}`;
  const kept = new Set();
  for (const row of [...body.rows]) {
    const built = [row, ...row.querySelectorAll('*')].map(build).join();
    if (kept.has(built)) row.remove();
    kept.add(built);
  }
})"""


@cache
def _axe() -> str:
    if not AXE.is_file():
        if os.environ.get("CI"):
            pytest.fail("axe-core is not installed, and in CI it must be: make setup")
        pytest.skip("axe-core is not installed: make setup")
    return AXE.read_text("utf-8")


def violations(browser: Browser, path: Path) -> dict[int, list[str]]:
    """What axe finds on the page in the file ``path``, by the width of the screen; nothing may be found."""
    visit = Visit(browser, path.resolve().as_uri())
    page = visit.page
    try:
        if page.locator(".chart").count():
            page.wait_for_selector("html.charts-done", state="attached")
        page.evaluate(_SHORTEN)
        page.evaluate(f"{_axe()}; undefined")
        found = {}
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found[width] = page.evaluate(_RUN, list(TAGS))
        return found
    finally:
        page.context.close()


NONE: dict[int, list[str]] = {width: [] for width in WIDTHS}
