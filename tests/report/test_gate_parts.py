"""What the gate asks of the parts of a page, where another of its questions does not ask the same."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from siemlib.report.execute import Failure
from siemlib.report.gate import SECTIONS, refusals

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.report.build import Built
    from siemlib.report.page import Page
    from siemlib.report.record import RunView, Table

pytestmark = pytest.mark.xdist_group("report")
FAILURE = Failure(0, "ValueError", "broken")
_STATUS = re.compile(r'(<div class="status is-\w+" role="note"[^>]*>).*?(</div>)', re.DOTALL)


def swapped(one: str, other: str) -> Callable[[str], str]:
    """Two parts under each other's heading."""

    def change(html: str) -> str:
        ids = {one: other, other: one}
        return re.sub(rf'<h2 id="({one}|{other})"', lambda found: f'<h2 id="{ids[found[1]]}"', html)

    return change


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda html: _STATUS.sub(r"\1<p><strong></strong></p>\2", html), "it does not say its status"),
        (swapped("method", "provenance"), "its sections do not stand in their order"),
        (swapped("answer", "scope"), "its sections do not stand in their order"),
        (
            lambda html: html.replace('<li><a href="#scope">', '<li><a href="#secret">x</a></li><li><a href="#scope">'),
            "the section is missing: secret",
        ),
    ],
    ids=["an empty status", "method after provenance", "answer after scope", "a part that is only named"],
)
def test_a_part_that_is_not_as_it_must_be_is_told(built: Built, spoil: Callable[[str], str], told: str) -> None:
    html = built.html.read_text("utf-8")
    assert spoil(html) != html
    assert told in refusals(built.page, spoil(html), built.folder / "data")


@pytest.mark.parametrize("name", SECTIONS)
def test_a_part_that_is_neither_there_nor_named_is_missed_all_the_same(built: Built, name: str) -> None:
    html = built.html.read_text("utf-8")
    without = re.sub(rf'<h2 id="{name}">.*?</h2>', "", html.replace(f'<a href="#{name}">', "<a>"), flags=re.DOTALL)
    assert f"the section is missing: {SECTIONS[name]}" in refusals(built.page, without, built.folder / "data")


def test_the_parts_are_those_of_a_report() -> None:
    assert list(SECTIONS) == [
        *("answer", "scope", "findings", "exhibits"),
        *("method", "provenance", "limitations", "glossary"),
    ]


def exhibit_of(
    page: Page, code: str, table: Table | None = None, runs: tuple[RunView, ...] | None = None, **data: object
) -> Page:
    """The page with another record of one exhibit."""
    found = tuple(
        replace(each, data={**each.data, **data}, table=table or each.table, runs=each.runs if runs is None else runs)
        if each.code == code
        else each
        for each in page.record.exhibits
    )
    coverage = tuple(each for each in found if each.data["name"] == "searched")
    return replace(page, record=replace(page.record, exhibits=found), coverage=coverage)


def run_of(page: Page, **data: object) -> Page:
    """The page with another record of its first run."""
    first, *others = page.record.runs
    return replace(page, record=replace(page.record, runs=(replace(first, data={**first.data, **data}), *others)))


def without_times(page: Page) -> Page:
    """A coverage that says how many events there were, and not when."""
    (coverage,) = page.coverage
    times = [place for place, name in enumerate(coverage.table.header) if name in ("first (UTC)", "last (UTC)")]
    rows = [["" if place in times else cell for place, cell in enumerate(row)] for row in coverage.table.rows]
    return exhibit_of(page, coverage.code, replace(coverage.table, rows=rows))


def no_runs(page: Page) -> Page:
    """An exhibit of nothing, which says nothing of why."""
    found = tuple(
        replace(each, data={**each.data, "runs": [], "searched": " "}, runs=()) if each.code == "E01" else each
        for each in page.record.exhibits
    )
    return replace(page, record=replace(page.record, exhibits=found))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda page: replace(page, failure=FAILURE), "it failed, and its status does not say so"),
        (lambda page: replace(page, failure=FAILURE), "it failed, and its limitations do not say so"),
        (lambda page: exhibit_of(page, "E01", sentence=""), "no sentence says what the chart of E01 shows"),
        (lambda page: exhibit_of(page, "E01", sentence="No bars."), "the sentence of E01 is not on the page as it was"),
        (lambda page: exhibit_of(page, "E01", runs=()), "a run of E01 is not recorded"),
        (no_runs, "E01 rests on no run, and does not say why"),
        (lambda page: run_of(page, log_groups=["another"]), "no line says what the log group another held"),
        (lambda page: run_of(page, inner_log_groups=["another"]), "no line says what the log group another held"),
        (without_times, "no line says what the log group OSSEC held"),
    ],
)
def test_a_record_that_the_page_cannot_be_of_is_told(built: Built, change: Callable[[Page], Page], told: str) -> None:
    reasons = refusals(change(built.page), built.html.read_text("utf-8"), built.folder / "data")
    assert any(reason.startswith(told) for reason in reasons), reasons


def test_a_chart_of_other_amounts_than_those_of_its_table_is_told(built: Built) -> None:
    """On the page as it was recorded: only the table tells."""
    exhibit = next(each for each in built.page.record.exhibits if each.figure)
    assert exhibit.figure
    trace = exhibit.figure["data"][0]
    figure = {**exhibit.figure, "data": [{**trace, "y": [1001, 1002, 1003]}]}
    exhibits = tuple(replace(each, figure=figure) if each.figure else each for each in built.page.record.exhibits)
    page = replace(built.page, record=replace(built.page.record, exhibits=exhibits))
    start, end = '<script type="application/json" data-chart="E01-chart">', "</script>"
    head, _, rest = built.html.read_text("utf-8").partition(start)
    html = head + start + json.dumps(figure) + end + rest.partition(end)[2]
    assert "the chart of E01 does not draw what its table holds" in refusals(page, html, built.folder / "data")


def test_a_chart_without_a_place_on_the_page_is_told(built: Built) -> None:
    html = built.html.read_text("utf-8").replace('id="E01-chart"', "")
    assert "the chart of E01 is not on the page" in refusals(built.page, html, built.folder / "data")
