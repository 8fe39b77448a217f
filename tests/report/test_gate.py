"""What is wrong with a report keeps it from being published, and is told as a sentence."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from siemlib.report.assets import plotly_asset
from siemlib.report.gate import refusals
from siemlib.report.record import read_record
from siemlib.report.render import Making, render_report
from tests.report.trace.answered import record_answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.report.build import Built
    from siemlib.report.page import Page

pytestmark = pytest.mark.xdist_group("report")


def _html(built: Built) -> str:
    return built.html.read_text("utf-8")


def _with(page: Page, code: str, **changes: object) -> Page:
    """The page with members of the record of one exhibit changed."""
    exhibits = tuple(
        replace(each, data={**each.data, **changes}) if each.code == code else each for each in page.record.exhibits
    )
    return replace(page, record=replace(page.record, exhibits=exhibits))


def test_a_sound_report_is_not_refused(built: Built) -> None:
    assert refusals(built.page, _html(built), built.folder / "data") == []


@pytest.mark.parametrize("name", ["answer", "scope", "findings", "exhibits", "method", "limitations", "glossary"])
def test_a_missing_or_empty_section_is_told(built: Built, name: str) -> None:
    html = _html(built)
    heading = re.search(rf'<h2 id="{name}">.*?</h2>', html)
    assert heading
    start = heading.end()
    following = html.find("<h2", start)
    end = following if following > 0 else html.find("</main>", start)

    missing = refusals(built.page, html.replace(heading[0], ""), built.folder / "data")
    empty = refusals(built.page, html[:start] + "</section>" + html[end:], built.folder / "data")

    assert any(reason.startswith("the section is missing") for reason in missing)
    assert any(reason.startswith("the section is empty") for reason in empty)


DEFECTS: dict[str, tuple[Callable[[str], str], str]] = {
    "no title": (lambda html: re.sub(r"<h1>.*?</h1>", "<h1></h1>", html, flags=re.DOTALL), "it has no title"),
    "no period": (lambda html: html.replace("<dt>Period</dt>", "<dt>P</dt>"), "over which period"),
    "no status": (lambda html: html.replace('role="note"', ""), "it does not say its status"),
    "another colour": (lambda html: html.replace("status is-green", "status is-amber"), "does not look so"),
    "no figure": (lambda html: html.replace('data-chart="E01-chart"', ""), "the chart of E01 is not on the page"),
    "another figure": (lambda html: html.replace('"type":"bar"', '"type":"box"'), "not the one that was recorded"),
    "another reading": (
        lambda html: html.replace("Most active", "Least active"),
        "the reading of E01 is not on the page",
    ),
    "no exhibit": (lambda html: html.replace('id="E01"', 'id="E91"'), "the exhibit E01 is not on the page"),
    "another run": (
        lambda html: re.sub(r"Rows: (\d+)\.", r"Rows: \g<1>9.", html, count=1),
        "what Method says of R01 is not what its record says",
    ),
    "another digest": (
        lambda html: re.sub(r"<code>[0-9a-f]{64}</code>", "<code>0</code>", html),
        "what Provenance says of R01 is not what its record says",
    ),
    "another number of runs": (
        lambda html: re.sub(r"(Each of its <a [^>]*>)\d+", r"\g<1>7", html),
        "its status tells of 7 runs",
    ),
    "another period": (
        lambda html: re.sub(r"(<dt>Period</dt><dd>)\d{4}", r"\g<1>1999", html),
        "the period that it tells is not the one that was searched",
    ),
    "another log group": (
        lambda html: re.sub(r"(<dt>Log groups</dt><dd>)\w+", r"\g<1>other", html),
        "Scope does not say of the log group",
    ),
    "fewer controls": (
        lambda html: re.sub(r"Controls, showing \d+", "Controls, showing 1", html),
        "Controls does not show all",
    ),
    "no coverage": (lambda html: html.replace(">497<", "><"), "the line on what the log group OSSEC held is not on"),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_page_that_is_not_its_record_is_refused(built: Built, name: str) -> None:
    spoil, told = DEFECTS[name]
    html = spoil(_html(built))
    assert html != _html(built)

    assert any(told in reason for reason in refusals(built.page, html, built.folder / "data"))


def test_an_answer_with_other_numbers_than_its_reading_is_refused(built: Built, tmp_path: Path) -> None:
    data = Path(shutil.copytree(built.folder / "data", tmp_path / "data"))
    record_answers(data, ["4 logins failed and 2 succeeded."])

    (reason,) = refusals(built.page, _html(built), data)

    assert reason.startswith("an answer in E01 has other numbers than the reading with its words: 4 logins failed")


def test_a_figure_without_marks_is_blank(built: Built) -> None:
    exhibit = next(each for each in built.page.record.exhibits if each.figure)
    figure = {**exhibit.figure, "data": [{"type": "bar", "x": [], "y": []}]} if exhibit.figure else {}
    page = replace(built.page, record=replace(built.page.record, exhibits=(replace(exhibit, figure=figure),)))
    start, end = '<script type="application/json" data-chart="E01-chart">', "</script>"
    head, _, rest = _html(built).partition(start)
    html = head + start + '{"data":[{"type":"bar","x":[],"y":[]}],"layout":{}}' + end + rest.partition(end)[2]
    page = _figure(page, {"data": [{"type": "bar", "x": [], "y": []}], "layout": {}})

    assert any("the chart of E01 is blank" in reason for reason in refusals(page, html, built.folder / "data"))


def _figure(page: Page, figure: dict[str, object]) -> Page:
    exhibits = tuple(replace(each, figure=figure) if each.figure else each for each in page.record.exhibits)
    return replace(page, record=replace(page.record, exhibits=exhibits))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"runs": ["another"]}, "a run of E01 is not recorded"),
        ({"reading": " "}, "no sentence says how E01 is to be read"),
        ({"completeness": "truncated"}, "E01 is truncated, and the caption of its table does not say so"),
        ({"completeness": "unknown"}, "E01 is unknown, and the title of its chart does not say so"),
        (
            {"numbers": [{"in": "reading", "text": "13", "span": [0, 2], "is": "", "of": "", "against": "rows"}]},
            "the reading of E01 says '13', which is not in its data",
        ),
    ],
)
def test_an_exhibit_without_grounds_or_marks_is_refused(built: Built, changes: dict[str, object], told: str) -> None:
    page = _with(built.page, "E01", **changes)
    if "runs" in changes:
        page = replace(
            page, record=replace(page.record, exhibits=tuple(replace(e, runs=()) for e in page.record.exhibits))
        )

    assert any(told in reason for reason in refusals(page, _html(built), built.folder / "data"))


def test_a_log_group_with_one_event_is_no_reason_to_refuse(built: Built) -> None:
    held = built.page.record.case
    assert held
    groups = [{**each, "events": 1} for each in held["log_groups"]]
    page = replace(built.page, record=replace(built.page.record, case={**held, "log_groups": groups}))
    html = render_report(page, Making(plotly_asset(built.folder.parent), alone=False))

    assert [reason for reason in refusals(page, html, built.folder / "data") if "Scope" in reason] == []


def test_a_number_that_is_only_not_found_must_be_told(built: Built) -> None:
    page = _with(built.page, "E01", numbers=[{"in": "reading", "text": "13", "span": [0, 2], "is": "", "of": ""}])
    told = render_report(page, Making(plotly_asset(built.folder.parent), alone=False))

    assert [reason for reason in refusals(page, told, built.folder / "data") if "13" in reason] == []
    assert any(
        reason.startswith("it is not told under limitations") and "the reading of E01 says '13'" in reason
        for reason in refusals(page, _html(built), built.folder / "data")
    )


def test_a_run_that_is_not_complete_must_be_named_everywhere(built: Built) -> None:
    record = read_record(built.folder / "data")
    runs = tuple(replace(run, data={**run.data, "completeness": "partial"}) for run in record.runs)
    exhibits = tuple(replace(each, runs=runs[:1]) for each in record.exhibits)
    page = replace(built.page, record=replace(record, runs=runs, exhibits=exhibits))

    reasons = refusals(page, _html(built), built.folder / "data")

    assert "a run is not complete, and the status looks as if all were" in reasons
    assert "R01 is partial, and is not named under limitations" in reasons
    assert "E01 rests on R01, which is partial, and says that it is complete" in reasons
