"""The page without a mouse: everything is come to in order, is seen when it is, and tables are sorted and scrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures_browser import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from siemlib.report.build import Built

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("report")]

_FOCUSED = """() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  const head = one.closest('.scroll, table')?.querySelector('thead');
  const below = head?.getBoundingClientRect().bottom - 1;
  const hidden = head && !head.contains(one) && one.closest('table') && box.top < below;
  const all = [...document.querySelectorAll('*')];
  return {tag: one.tagName, words: one.className, place: all.indexOf(one), outline: getComputedStyle(one).outlineStyle,
    inside: box.top >= 0 && box.left >= 0 && box.top < innerHeight && box.width > 0, hidden: Boolean(hidden),
    exhibit: one.closest('.exhibit')?.id, main: Boolean(one.closest('main'))};
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, built: Built) -> Iterator[Page]:
    """The report on a small screen at 200 %, charts drawn and exhibits checked; the tests use it one after another."""
    visit = Visit(browser, built.html.resolve().as_uri())
    visit.page.set_viewport_size({"width": 640, "height": 400})
    visit.page.wait_for_selector("html.charts-done.exhibits-checked")
    yield visit.page
    visit.page.context.close()


def press(page: Page, key: str) -> dict[str, Any]:
    """What has the focus after a key."""
    page.keyboard.press(key)
    found: dict[str, Any] = page.evaluate(_FOCUSED)
    return found


def test_the_first_thing_is_a_way_past_the_contents_and_it_is_seen(page: Page) -> None:
    first = press(page, "Tab")
    assert (first["words"], first["inside"], first["outline"]) == ("skip", True, "solid")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    assert press(page, "Tab")["main"]
    assert not page.locator(".skip").evaluate("one => one.getBoundingClientRect().right > 0")


def test_what_the_keyboard_comes_to_stands_in_order_is_seen_and_is_marked(page: Page) -> None:
    page.locator("#E01 .reading a, #E01-title").first.evaluate("one => { one.tabIndex = -1; one.focus(); }")
    found = [press(page, "Tab")]
    while found[-1]["exhibit"] == "E01":
        found.append(press(page, "Tab"))
    places = [each["place"] for each in found]
    assert places == sorted(set(places))
    assert {each["outline"] for each in found} == {"solid"}
    assert all(each["inside"] for each in found)
    assert [each["tag"] for each in found if "sort" in each["words"]] == ["BUTTON"] * page.locator("#E01 th").count()
    assert sum("scroll" in each["words"] for each in found) == 1


def test_the_head_of_a_table_that_stays_in_sight_covers_nothing_that_has_the_focus(page: Page) -> None:
    links = page.locator("#controls ~ .scroll tbody a")
    assert links.count() > 5
    links.last.focus()
    back = [press(page, "Shift+Tab") for _ in range(links.count() - 1)]
    assert [each for each in back if each["hidden"] or not each["inside"]] == []


def test_a_table_that_is_larger_than_its_box_is_scrolled_with_the_keys(page: Page) -> None:
    box = page.locator("#E04 .scroll")
    box.focus()
    page.keyboard.press("PageDown")
    check_scrolled(box, "scrollTop")
    wide = page.locator("#E02 .scroll")
    wide.focus()
    page.keyboard.press("ArrowRight")
    check_scrolled(wide, "scrollLeft")


def check_scrolled(box: Locator, way: str) -> None:
    """A browser scrolls smoothly, and the policy of the page lets no test wait inside it."""
    for _ in range(40):
        if box.evaluate(f"one => one.{way}") > 0:
            return
        box.page.wait_for_timeout(50)
    pytest.fail(f"{way} is still 0")


def test_a_table_is_sorted_and_filtered_with_the_keys_and_says_so_where_it_is_read_out(page: Page) -> None:
    said = page.locator("#E04 [role=status]")
    button = page.locator("#E04 th button").first
    for key, order in (("Space", "ascending"), ("Enter", "descending")):
        button.press(key)
        assert page.locator("#E04 th").first.get_attribute("aria-sort") == order
        assert said.inner_text().startswith(f"sorted by events, {order}")
        assert button.evaluate("one => one === document.activeElement"), "it can be pressed again"
    page.get_by_label("Filter the rows of E04").focus()
    page.keyboard.type("xxx 1,19")
    assert said.inner_text().startswith("8 of 1,000 rows match, sorted by events, descending")
