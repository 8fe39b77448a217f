"""axe-core over a page that was built, in the real browser: what it finds against WCAG 2.2 AA and best practice.

What axe cannot decide (``incomplete``) counts as found, so that nothing is left that nobody has looked at. It cannot
decide on text that is cut by the box of a table, that lies on a gradient or in a drawing of plotly.js. So for contrast
the boxes are opened and their shadows taken away; text is read on those too, which ``test_axe`` computes. Of the
texts of a chart the contrast is computed here; those on shades are tested in ``tests/charts/test_theme.py``.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.fixtures_browser import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

AXE = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
WIDTHS = (1200, 320)
"""Pixels: a desk, and a page at 400 % of it (WCAG 1.4.10)."""
_RUN = """async ([kind, values, rules]) => {
  // The check of contrast with its own settings, but that it also looks at a single letter.
  axe.configure({checks: [{id: 'color-contrast', options: {ignoreUnicode: true, ignoreLength: true, ignorePseudo: false,
    boldValue: 700, boldTextPt: 14, largeTextPt: 18, pseudoSizeThreshold: 0.25,
    contrastRatio: {normal: {expected: 4.5}, large: {expected: 3}}}}]});
  const found = await axe.run({exclude: kind === 'rule' ? ['.chart'] : []},
    {runOnly: {type: kind, values}, rules, resultTypes: ['violations', 'incomplete']});
  const told = (list, how) => list.map((each) => `${how}${each.id}: ${each.help}: ` + each.nodes.slice(0, 3).map(
    (node) => `${node.target.join(' ')} (${[...node.any, ...node.all, ...node.none].map((one) => one.message)})`));
  return [...told(found.violations, ''), ...told(found.incomplete, 'not decided: ')];
}"""
# axe looks at each cell, and the contrast of a thousand rows takes a minute. Rows of one kind have the same elements,
# classes and attributes, and the same of their cells are empty: one of each kind in each table stays.
_SHORTEN = """() => {
  const kind = (one) => `${one.tagName}.${one.className} ${one.getAttributeNames()} ${one.textContent === ''}`;
  for (const body of document.querySelectorAll('tbody')) {
    const seen = new Map();
    for (const row of [...body.rows]) {
      const name = [row, ...row.querySelectorAll('*')].map(kind).join();
      seen.set(name, (seen.get(name) ?? 0) + 1);
      if (seen.get(name) > 1) row.remove();
    }
  }
}"""
_OPEN = """() => {
  // Of a text of several lines in a cell it sometimes cannot tell what lies below.
  document.querySelectorAll('body, td > p').forEach((one) => (one.style.maxWidth = 'none'));
  document.querySelectorAll('details').forEach((one) => (one.open = true));
  document.querySelectorAll('thead th').forEach((head) => (head.style.position = 'static'));
  for (const box of document.querySelectorAll('.scroll, pre')) {
    if (box.matches('.scroll')) box.style.background = 'none';
    Object.assign(box.style, {overflow: 'visible', maxHeight: 'none', height: 'auto', contentVisibility: 'visible'});
  }
}"""
_INKS = """() => {
  const light = (parts) => parts.map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92
    : ((part + 0.055) / 1.055) ** 2.4).reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const found = new Set();
  for (const text of document.querySelectorAll('.chart text')) {
    const fill = getComputedStyle(text).fill;
    const contrast = 1.05 / (light(fill.match(/[\\d.]+/g).slice(0, 3).map(Number)) + 0.05);
    const onShade = fill === 'rgb(255, 255, 255)' && text.closest('.textpoint');
    if (contrast < 4.5 && !onShade) found.add(`text of a chart in ${fill}`);
  }
  return [...found];
}"""
_WIDE = "() => document.documentElement.scrollWidth"
_FOLLOWED = """() => [...document.querySelectorAll('.chart.drawn .main-svg')].every(
  (drawn) => Math.abs(drawn.getBoundingClientRect().width - drawn.closest('.chart').clientWidth) < 2)"""
_DRAWN = 5000
"""Milliseconds in which a chart has followed the width of the page."""


@cache
def _axe() -> str:
    if not AXE.is_file():
        if os.environ.get("CI"):
            pytest.fail("axe-core is not installed, and in CI it must be: make setup")
        pytest.skip("axe-core is not installed: make setup")
    return AXE.read_text("utf-8")


def violations(browser: Browser, path: Path) -> dict[int, list[str]]:
    """What is found on the page in the file ``path``, by the width of the screen; nothing may be found."""
    visit = Visit(browser, path.resolve().as_uri())
    page = visit.page
    try:
        if page.locator(".chart").count():
            page.wait_for_selector("html.charts-done", state="attached")
        page.evaluate(_SHORTEN)
        page.evaluate(f"{_axe()}; undefined")
        found: dict[int, list[str]] = {}
        for width in reversed(WIDTHS):
            page.set_viewport_size({"width": width, "height": 900})
            found[width] = page.evaluate(_RUN, ["tag", list(TAGS), {"color-contrast": {"enabled": False}}])
            try:  # charts are drawn anew a while after the width has changed
                page.wait_for_function(f"(width) => ({_WIDE})() <= width", arg=width, timeout=_DRAWN)
            except PlaywrightTimeoutError:
                found[width].append(f"the page is {page.evaluate(_WIDE)} pixels wide")
        page.evaluate(_OPEN)  # before: a chart follows the window, and no box that is widened later
        page.set_viewport_size({"width": 3000, "height": 900})
        with suppress(PlaywrightTimeoutError):  # one that is drawn anew lies over its caption, which axe then tells
            page.wait_for_function(_FOLLOWED, timeout=_DRAWN)
        found[width] += [*page.evaluate(_RUN, ["rule", ["color-contrast"], {}]), *page.evaluate(_INKS)]
        return found
    finally:
        page.context.close()


NONE: dict[int, list[str]] = {width: [] for width in WIDTHS}
