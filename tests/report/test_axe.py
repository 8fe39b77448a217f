"""axe-core finds nothing on a report of any state, nor on the index. The real and the sample's reports are beside."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.report.assets import keep_asset, plotly_asset
from siemlib.report.execute import Failure
from siemlib.report.page import Broken
from siemlib.report.render import render_report
from siemlib.report.summary import Status
from tests.contrast import contrast
from tests.fixtures_axe import NONE, violations

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from siemlib.report.build import Built
    from siemlib.report.page import Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("report")]


def test_a_complete_report(browser: Browser, built: Built) -> None:
    assert violations(browser, built.html) == NONE


def test_the_index(browser: Browser, built: Built) -> None:
    assert violations(browser, built.folder.parents[1] / "index.html") == NONE


@pytest.mark.parametrize("status", [Status.FAILED, Status.EMPTY, Status.INCOMPLETE, Status.UNKNOWN])
def test_a_report_of_another_state(browser: Browser, built: Built, status: Status, tmp_path: Path) -> None:
    page = tmp_path / "2026-03-04" / "report" / "data" / "report.html"
    page.parent.mkdir(parents=True)
    keep_asset(plotly_asset(), page.parents[2], tmp_path)
    page.write_text(render_report(_in_state(built.page, status)), "utf-8")

    assert violations(browser, page) == NONE


def test_what_axe_finds_or_cannot_decide_is_told_also_deep_in_a_long_table(browser: Browser, tmp_path: Path) -> None:
    rows = "<tr><td>x</td></tr>" * 200
    faint = '<tr><td><span style="color: #999">faint</span></td></tr>'
    page = tmp_path / "page.html"
    page.write_text(
        f"""<!DOCTYPE html><html lang="en"><title>t</title><main><h1>t</h1><p style="width: 700px">wide</p>
        <table><caption>c</caption><thead><tr><th scope="col">a</th></tr></thead>
        <tbody>{rows}{faint}{rows}</tbody></table>
        <p style="background: linear-gradient(#fff, #eee)">on a gradient</p></main>""",
        "utf-8",
    )
    found = violations(browser, page)
    wide = [each.partition(":")[0] for each in found[1200]]
    assert wide == ["color-contrast", "not decided"], found
    assert "span" in found[1200][0]
    assert "gradient" in found[1200][1]
    (reflow,) = found[320]
    assert reflow.startswith("the page is 7"), found


def test_text_can_be_read_on_the_shadow_at_the_edge_of_a_table() -> None:
    css = files("siemlib.report").joinpath("templates", "page.css").read_text("utf-8")
    red, green, blue, percent = map(int, re.findall(r"--shade: rgb\((\d+) (\d+) (\d+) / (\d+)%\)", css)[0])
    shade = "#" + "".join(f"{255 - round((255 - part) * percent / 100):02x}" for part in (red, green, blue))
    for name in ("ink", "soft", "link"):
        (ink,) = re.findall(rf"--{name}: (#[0-9a-f]{{6}});", css)
        assert contrast(ink, shade) >= 4.5, name


def _in_state(page: Page, status: Status) -> Page:
    """The page as it would be, with every run and exhibit as complete as its status says."""
    word = {Status.INCOMPLETE: "truncated", Status.UNKNOWN: "unknown"}.get(status, "complete")

    def marked(part: Any) -> Any:  # noqa: ANN401 - a run or an exhibit
        return replace(part, data=part.data | {"completeness": word})

    runs = tuple(marked(run) for run in page.record.runs)
    exhibits = tuple(replace(marked(exhibit), runs=runs) for exhibit in page.record.exhibits)
    record = replace(page.record, runs=runs, exhibits=exhibits)
    failure = Failure(3, "KeyError", "'<b>user</b>'") if status is Status.FAILED else None
    broken = (Broken(failure, "Traceback (most recent call last):\n  x"),) if failure else ()
    blocks = tuple(block for block in page.blocks if block.kind != "exhibit")
    return replace(page, status=status, record=record, failure=failure, blocks=(*blocks, *broken), not_run=2)
