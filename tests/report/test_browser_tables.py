"""What the script adds to the page: order, filters and digests; without it nothing is missing and nothing claimed."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from siemlib.report.assets import plotly_asset
from siemlib.report.render import Making, render_report
from tests.fixtures_browser import Visit
from tests.report.notebook import HOSTILE

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from siemlib.report.build import Built

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("report")]


@pytest.fixture(scope="module")
def opened(browser: Browser, built: Built) -> Page:
    """The report, opened as a file; its charts are drawn and its exhibits checked."""
    visit = Visit(browser, built.html.resolve().as_uri())
    visit.page.wait_for_selector("html.charts-done.exhibits-checked")
    assert visit.said == []
    return visit.page


def column(page: Page, code: str, number: int) -> list[str]:
    cells = f"#{code} tbody tr:not([hidden]) td:nth-child({number})"
    texts: list[str] = page.locator(cells).evaluate_all("cells => cells.map(cell => cell.textContent)")
    return texts


def test_numbers_are_sorted_as_numbers_and_come_back_in_the_order_of_the_record(opened: Page) -> None:
    recorded = column(opened, "E04", 1)
    assert recorded[:3] == ["0", "7", "14"]
    head = opened.locator("#E04 th").first
    head.locator("button").click()
    rising = [int(text.replace(",", "")) for text in column(opened, "E04", 1)]
    assert rising == sorted(7 * n % 1200 for n in range(1000))
    assert (len(rising), head.get_attribute("aria-sort")) == (1000, "ascending")
    head.locator("button").press("Enter")
    assert [int(text.replace(",", "")) for text in column(opened, "E04", 1)] == rising[::-1]
    assert head.get_attribute("aria-sort") == "descending"
    said = opened.locator("#E04 [role=status]").inner_text()
    assert said == "sorted by events, descending; the data file holds more rows than this page"
    head.locator("button").click()
    assert column(opened, "E04", 1) == recorded
    assert head.get_attribute("aria-sort") is None


def test_times_are_sorted_as_times_and_what_is_missing_comes_last(opened: Page) -> None:
    opened.evaluate(
        """() => document.querySelectorAll("#E01 tbody tr").forEach((row, place) => {
            row.cells[0].dataset.was = row.cells[0].textContent;
            row.cells[0].textContent = ["2026-03-04 09:00:00.000", "", "2025-12-31 23:59"][place] ?? "2026-03-05";
        })"""
    )
    button = opened.locator("#E01 th button").first
    button.click()
    assert [text[:10] for text in column(opened, "E01", 1)][:2] == ["2025-12-31", "2026-03-04"]
    button.click()
    falling = column(opened, "E01", 1)
    assert (falling[0], falling[-1]) == ("2026-03-05", "")
    button.click()
    opened.evaluate(
        "document.querySelectorAll('#E01 tbody tr').forEach(r => { r.cells[0].textContent = r.cells[0].dataset.was; })"
    )


def test_a_filter_keeps_the_rows_that_hold_every_word_and_says_how_many(opened: Page) -> None:
    field = opened.get_by_label("Filter the rows of E04")
    field.fill("xXx 1,19")
    assert column(opened, "E04", 1) == [f"{n:,}" for n in (7 * n % 1200 for n in range(1000)) if n >= 1190]
    assert opened.locator("#E04 [role=status]").inner_text() == (
        "8 of 1,000 rows match; the data file holds more rows than this page"
    )
    field.fill("")
    assert len(column(opened, "E04", 1)) == 1000
    assert opened.locator("#E04 [role=status]").inner_text() == ""


def test_paper_gets_every_row_in_the_order_of_the_record_whatever_was_asked_for(opened: Page) -> None:
    recorded = column(opened, "E04", 1)
    opened.locator("#E04 th button").first.click()
    opened.get_by_label("Filter the rows of E04").fill("nothing holds this")
    opened.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert column(opened, "E04", 1) == recorded
    opened.evaluate("dispatchEvent(new Event('afterprint'))")
    assert column(opened, "E04", 1) == []
    opened.get_by_label("Filter the rows of E04").fill("")
    opened.locator("#E04 th button").first.click(click_count=2)
    assert column(opened, "E04", 1) == recorded


def test_each_exhibit_says_what_of_it_was_computed_and_no_more(opened: Page, built: Built) -> None:
    record = json.loads((built.folder / "data" / "exhibits" / "E01-users.json").read_text())["page"]
    rows, figure = record["rows_sha256"][:16], record["figure_sha256"][:16]
    assert opened.locator("#E01 .check").inner_text() == (
        f"Computed in this browser: the 7 rows shown here (SHA-256 {rows}…) and the data of the chart (SHA-256"
        f" {figure}…) match the digest written into this page."
    )
    assert "the 1,000 rows shown here" in opened.locator("#E04 .check").inner_text()
    assert not opened.locator("#E03 .check").is_visible(), "it has no rows and no chart"


def changed(built: Built, tmp_path: Path, old: str, new: str) -> str:
    shutil.copytree(built.folder.parent, tmp_path / "day")
    page = tmp_path / "day" / built.folder.name / "data" / "report.html"
    text = page.read_text("utf-8")
    assert old in text
    page.write_text(text.replace(old, new, 1), encoding="utf-8")
    return page.resolve().as_uri()


def test_a_changed_row_does_not_match_and_the_others_do(browser: Browser, built: Built, tmp_path: Path) -> None:
    page = Visit(browser, changed(built, tmp_path, "<td>=HYPERLINK", "<td>=HYPERLINKS")).page
    page.wait_for_selector("html.exhibits-checked")
    said = page.locator("#E01 .check")
    assert said.get_attribute("class") == "meta check red"
    assert said.inner_text().startswith("Computed in this browser: the 7 rows shown here (SHA-256 ")
    assert said.inner_text().endswith(" do not match the digest written into this page. The page was changed.")
    assert "red" not in (page.locator("#E04 .check").get_attribute("class") or "")


def test_one_row_is_no_plural(browser: Browser, built: Built, tmp_path: Path) -> None:
    html = built.html.read_text("utf-8")
    start = html.index("</tr>", html.index("<tbody>", html.index('id="E04"'))) + len("</tr>")
    page = tmp_path / "report.html"
    page.write_text(html[:start] + html[html.index("</tbody>", start) :], "utf-8")
    opened = Visit(browser, page.resolve().as_uri()).page
    opened.wait_for_selector("html.exhibits-checked")
    assert "the 1 row shown here (SHA-256 " in opened.locator("#E04 .check").inner_text()
    assert "…) does not match the digest written into this page." in opened.locator("#E04 .check").inner_text()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("</tbody>", "</tbody><tbody><tr><td>slipped in</td></tr></tbody>", "the 8 rows shown here"),
        ("</tbody>\n</table>", "</tbody><tfoot><tr><td>slipped in</td></tr></tfoot></table>", "the 8 rows shown here"),
        ("</table>", "</table><table><tr><td>slipped in</td></tr></table>", "the 8 rows shown here"),
        ("<table", "<div", "the 0 rows shown here"),
        ('data-chart="E01-chart"', "data-no-chart", "the data of the chart"),
    ],
)
def test_what_was_added_to_an_exhibit_or_taken_out_of_it_does_not_match(  # noqa: PLR0913, PLR0917 - a fixture or a parameter each
    browser: Browser, built: Built, tmp_path: Path, old: str, new: str, told: str
) -> None:
    html = built.html.read_text("utf-8")
    start = html.index('id="E01"')
    end = html.index("</section>", start)
    page = tmp_path / "report.html"
    exhibit = html[start:end].replace(old, new, 1)
    assert exhibit != html[start:end]
    page.write_text(html[:start] + exhibit + html[end:], "utf-8")
    opened = Visit(browser, page.resolve().as_uri()).page
    opened.wait_for_selector("html.exhibits-checked")
    said = opened.locator("#E01 .check")
    assert "red" in (said.get_attribute("class") or "").split()
    assert told in (said.text_content() or "").split(" do not match ")[0]


def test_a_changed_or_missing_asset_draws_nothing_and_the_page_says_so(
    browser: Browser, built: Built, tmp_path: Path
) -> None:
    address = changed(built, tmp_path, "<main", "<main")
    asset = next((tmp_path / "day" / "assets").iterdir())
    asset.write_text(asset.read_text().replace("H4s", "H4t", 1))
    page = Visit(browser, address).page
    page.wait_for_selector(".chart.lost")
    assert "is not the file that this page names" in page.locator("#E01-chart").inner_text()
    asset.unlink()
    page.reload()
    page.wait_for_selector(".chart.lost")
    assert f"{asset.name} is not in the folder assets" in page.locator("#E01-chart").inner_text()
    assert page.locator("#E01 tbody tr").count() == len(HOSTILE)


def test_chosen_files_are_compared_with_the_digests_in_the_page(opened: Page, built: Built, tmp_path: Path) -> None:
    data = built.folder / "data"
    changed_file = tmp_path / "E01-users.csv"
    changed_file.write_bytes((data / "exhibits" / "E01-users.csv").read_bytes() + b"x")
    out = opened.locator("#check-result")
    opened.locator("#check-files").set_input_files([data / "exhibits" / "E04-many.parquet", data / "case.json"])
    out.get_by_text("2 of the 2 chosen files that this page names match it.").wait_for()
    opened.locator("#check-files").set_input_files([changed_file, data / "report.html"])
    out.get_by_text("0 of the 1 chosen file that this page names match it.").wait_for()
    assert "Not as this page says: E01-users.csv." in out.inner_text()
    assert "Not named in this page, and so not checked: report.html." in out.inner_text()


def test_a_chosen_folder_is_compared_with_its_manifest_too(opened: Page, built: Built, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(built.folder, copy)
    (copy / "data" / "added.txt").write_text("added")
    (copy / "seal").mkdir()
    (copy / "seal" / "seal.json").write_text("{}")
    seal = hashlib.sha256((copy / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    opened.locator("#check-folder").set_input_files(copy)
    out = opened.locator("#check-result")
    out.get_by_text(seal).wait_for()
    files = len([path for path in (copy / "data").rglob("*") if path.is_file()]) - 1
    assert f"{files} of the {files} chosen files that manifest-sha256.txt names match it." in out.inner_text()
    assert "Not listed in manifest-sha256.txt: data/added.txt." in out.inner_text()


def test_without_javascript_nothing_is_claimed_and_every_row_and_query_is_there(browser: Browser, built: Built) -> None:
    page = Visit(browser, built.html.resolve().as_uri(), javascript=False).page
    assert page.locator("#E04 tbody tr").count() == 1000
    for added in ("th button", ".tools", "#check:visible", ".check:visible"):
        assert page.locator(added).count() == 0, added
    assert page.locator("#E01 noscript").is_visible()
    assert page.locator("#E01 pre").first.is_visible()
    caption = page.locator("#E04 caption").text_content() or ""
    assert "showing 1,000 of 1,200 rows; all of them in exhibits/E04-many.csv" in caption


def test_a_page_that_stands_alone_draws_its_charts_without_any_other_file(
    browser: Browser, built: Built, tmp_path: Path
) -> None:
    page = render_report(built.page, Making(plotly_asset(), alone=True))
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    visit = Visit(browser, (tmp_path / "report.html").as_uri())
    visit.page.wait_for_selector("html.charts-done")
    assert visit.page.locator("#E01-chart .bars .point path").count() == len(HOSTILE)
    assert (visit.said, visit.asked) == ([], [])
    assert 'src="' not in page
