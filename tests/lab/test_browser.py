"""A notebook and the tools of the lab in a real JupyterLab and a real browser, which asks this machine alone."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, expect

from siemlib.case.custody import verify
from siemlib.case.display import PLOTLY
from tests.fixtures_browser import CHROMIUM, running
from tests.lab.page import PATIENCE, Notebook, Server, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("sample")]

NOTEBOOK = "triage-alert.ipynb"
HOSTILE = "<img src=x onerror=alert(1)>"
FORMULA = "echo $HOME and $USER, $x^2$"
_CELLS = (
    "%load_ext siemlib.lab",
    'from siemlib import lab, open_case\ncase = open_case(engine="local:../demo/archive", title="Scratch")',
    f'%%insights hostile --log-group sshd\nfields "{HOSTILE}" as a, "=cmd()" as b, "{FORMULA}" as c | limit 30',
    "%%insights numbers --log-group vpc-flow\nstats sum(bytes) as total by srcAddr | sort srcAddr",
    "%%insights every --log-group vpc-flow\nfields @timestamp, @message",
    "%%insights wrong --log-group sshd\nfilter @message like\n| stats count(*)",
    "lab.pick_ip(case)",
    "ip",
    'every.pivot("203.0.113.66")',
    "",
)
LOAD, OPEN, SHOW_HOSTILE, SHOW_NUMBERS, SHOW_EVERY, WRONG, PICK, PICKED, PIVOT, EMPTY = range(len(_CELLS))


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A headless chromium that can reach this machine alone; in CI there must be one."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("there is no chromium, and in CI there must be one")
        pytest.skip("there is no chromium on this machine")
    arguments = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
    launched = running(request.config).chromium.launch(executable_path=CHROMIUM, args=arguments)
    yield launched
    launched.close()


@pytest.fixture(scope="module")
def server(sample_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """``siem lab`` on copies of the notebooks and the sample; Ctrl-C ends it, and that is no error."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "demo").symlink_to(sample_archive.parent)
    (folder / "notebooks").mkdir()
    write(folder / "notebooks" / "scratch.ipynb", *_CELLS)
    started = Server(folder)
    yield started
    assert started.ends() == 0


@pytest.fixture(scope="module")
def scratch(browser: Browser, server: Server) -> Iterator[Notebook]:
    """A notebook of the analyst, with the extension and a case."""
    opened = server.notebook(browser, "scratch.ipynb")
    opened.run(LOAD)
    opened.run(OPEN)
    yield opened
    opened.close()


def test_a_notebook_runs_from_top_to_bottom_and_draws_its_tables_and_charts(browser: Browser, server: Server) -> None:
    notebook = server.notebook(browser, NOTEBOOK)
    notebook.run_all()
    outputs = notebook.outputs()
    assert [output for output in outputs if output.output_type == "error"] == []
    charts = sum(PLOTLY in output.get("data", {}) for output in outputs)
    tables = sum("<table" in "".join(output.get("data", {}).get("text/html", "")) for output in outputs)
    assert min(charts, tables) > 0
    drawn = notebook.page.locator(".js-plotly-plot")
    expect(drawn).to_have_count(charts)
    for chart in drawn.all():
        chart.scroll_into_view_if_needed()
        box = chart.locator(".main-svg").first.bounding_box()
        assert box is not None
        assert min(box["width"] / 3, box["height"]) > 100
        assert chart.locator(".point, .bars path, .scatterlayer path, .heatmaplayer image").count() > 0
    assert notebook.page.locator(".jp-RenderedHTMLCommon table").count() >= tables
    assert notebook.left == []
    notebook.close()


def test_log_content_in_a_table_is_text(scratch: Notebook) -> None:
    output = scratch.run(SHOW_HOSTILE)
    expect(output.locator("table.dataTable tbody tr")).to_have_count(25)
    assert output.locator("tbody tr").first.locator("td").all_inner_texts() == [HOSTILE, "=cmd()", FORMULA]
    assert output.locator("img, [onerror]").count() == 0
    scratch.page.wait_for_timeout(1000)
    assert scratch.page.locator("mjx-container").count() == 0
    output.locator("input[type=search]").fill("<img")
    expect(output.locator("tbody tr")).to_have_count(25)
    assert scratch.dialogs == []


def test_a_table_sorts_numbers_as_numbers_and_can_be_searched(scratch: Notebook) -> None:
    output = scratch.run(SHOW_NUMBERS)
    first = output.locator("p").first
    expect(first).to_have_text("Completeness: complete")
    totals = output.locator("tbody tr td:nth-child(2)")
    for order in ("ascending", "descending"):
        output.locator("thead th").nth(1).click()
        expect(output.locator("thead th").nth(1)).to_have_attribute("aria-sort", order)
        shown = [int(text.replace(",", "")) for text in totals.all_inner_texts() if text]
        assert shown == sorted(shown, reverse=order == "descending")
    # What is missing stands at the end of the ascending order, and so first in the other.
    assert len(shown) == 24
    assert shown != sorted(shown, key=str, reverse=True)
    output.locator("input[type=search]").fill("10.0.3.40")
    expect(output.locator("tbody tr")).to_have_count(1)


def test_a_result_that_is_not_complete_says_so_first_and_how_much_is_shown(scratch: Notebook) -> None:
    output = scratch.run(SHOW_EVERY)
    first = output.locator("p").first.locator("strong")
    expect(first).to_have_text("Completeness: truncated: more rows matched than are held here")
    assert first.evaluate("state => getComputedStyle(state).backgroundColor") == "rgb(255, 243, 214)"
    expect(output.locator("caption")).to_have_text("the first 1,000 of 10,000 rows; .frame holds them all")
    pivot = scratch.run(PIVOT)
    expect(pivot).to_contain_text("First look at 203.0.113.66")
    expect(pivot.locator("tbody tr")).not_to_have_count(0)


def test_an_error_is_drawn_in_the_cell_and_the_cell_has_failed(scratch: Notebook) -> None:
    output = scratch.run(WRONG)
    error = output.locator('[data-mime-type="application/vnd.jupyter.error"], [data-mime-type$="stderr"]')
    expect(error).to_contain_text("The query does not compile.")
    lines = error.inner_text().splitlines()
    assert "Traceback" not in error.inner_text()
    assert lines[-1].strip() == "^"
    assert lines[-2].index("|") == lines[-1].index("^")


def test_a_picker_sets_the_variable_and_shows_the_line_that_does_the_same(scratch: Notebook) -> None:
    output = scratch.run(PICK)
    listed = output.locator("select option")
    expect(listed.filter(has_text="203.0.113.66 ·")).to_have_count(1)
    output.locator("select").select_option(label=listed.filter(has_text="203.0.113.66 ·").inner_text())
    expect(output.locator("pre.siem-lines")).to_have_text('ip: str = "203.0.113.66"  # one IPv4 or IPv6 address')
    expect(scratch.run(PICKED)).to_contain_text("'203.0.113.66'")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("%%insights x --log-group O", "OSSEC"),
        ("%%insights x --log-group OSSEC\nfilter rule.lev", "rule.level"),
        ("%%insights x --log-group OSSEC\nstats count_d", "count_distinct("),
    ],
)
def test_tab_completes_in_the_cell(scratch: Notebook, typed: str, offered: str) -> None:
    cell = scratch.cells.nth(EMPTY)
    editor = cell.locator(".cm-content")
    editor.click()
    scratch.page.keyboard.press("Control+a")
    scratch.page.keyboard.type(typed)
    # What takes longer than the page waits for is there with the next Tab; one offer alone is inserted.
    for _ in range(10):
        scratch.page.keyboard.press("Tab")
        scratch.page.wait_for_timeout(1500)
        match = scratch.page.locator(".jp-Completer:visible .jp-Completer-match", has_text=offered)
        if match.count() or offered in editor.inner_text():
            break
    if match.count():
        scratch.page.keyboard.press("Enter")
    expect(editor).to_contain_text(offered, timeout=PATIENCE)


def test_every_query_is_in_the_custody_log_beside_the_notebook(scratch: Notebook) -> None:
    folder = scratch.path.parent / "custody"
    for cell in (SHOW_NUMBERS, SHOW_EVERY):
        scratch.run(cell)
    entries = [json.loads(line) for line in (folder / "custody.jsonl").read_text("utf-8").splitlines()]
    assert {(entry["who"], entry["case"]) for entry in entries} == {("ana", "Scratch")}
    assert [entry["completeness"] for entry in entries[-2:]] == ["complete", "truncated"]
    assert verify(folder) == []


def test_nothing_was_asked_of_any_other_machine(scratch: Notebook, server: Server) -> None:
    assert scratch.left == []
    assert scratch.dialogs == []
    assert scratch.page.get_by_text("Jupyter news").count() == 0
    assert "error" not in server.said().lower()
