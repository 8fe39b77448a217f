"""How complete a report is must be seen at a glance: in the banner, every table and chart, and under limitations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nbformat
import plotly.graph_objects as go
import pytest

from siemlib.case import Answer, Case, Chart
from siemlib.case.display import completeness_words
from siemlib.case.record import ENVIRONMENT
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan
from siemlib.report.execute import Failure
from siemlib.report.gate import refusals, shown, text_of
from siemlib.report.page import About, Page, make_page
from siemlib.report.record import read_record
from siemlib.report.render import Making, render_report
from siemlib.report.summary import Status
from siemlib.report.trace import write_numbers
from tests.case.engine import FIRST, LAST, engine

if TYPE_CHECKING:
    from pathlib import Path

_FAILED = Failure(0, "ValueError", "broken")
COLOURS = {
    Completeness.COMPLETE: ("green", Status.COMPLETE),
    Completeness.TRUNCATED: ("amber", Status.INCOMPLETE),
    Completeness.PARTIAL: ("amber", Status.INCOMPLETE),
    Completeness.TIMED_OUT: ("amber", Status.INCOMPLETE),
    Completeness.UNKNOWN: ("grey", Status.UNKNOWN),
}


def _made(
    folder: Path, state: Completeness, failure: Failure | None, monkeypatch: pytest.MonkeyPatch
) -> tuple[Page, str]:
    """The page of a report with a table and a chart that rest on one run of this completeness."""
    monkeypatch.setenv(ENVIRONMENT, str(folder))
    case = Case(engine(completeness=state), TimeSpan(FIRST, LAST))
    result = case.run("fields user, events", ["OSSEC"])
    answer = Answer("users", "Users", result.frame, "3 rows.", "In OSSEC.", (result.run,))
    case.show(answer)
    case.show(Chart(answer, go.Figure(go.Bar(x=["a", "b", "c"], y=[12, 3, 1])), "Bars of events by user."))
    case.show(case.searched())
    case.not_examined()
    write_numbers(folder, {})
    cell = nbformat.v4.new_code_cell("1/0")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Who?"), cell])
    page = make_page(
        notebook, read_record(folder), failure, About("who", "2026-03-04", "2026-03-04T15:00:00+00:00", {})
    )
    return page, render_report(page, Making(None, alone=False, digests={}))


@pytest.mark.parametrize("failed", [False, True], ids=["to its end", "failed"])
@pytest.mark.parametrize("state", COLOURS)
def test_each_state_is_seen_everywhere(
    state: Completeness,
    failed: bool,  # noqa: FBT001 - a parameter of the test
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page, html = _made(tmp_path, state, _FAILED if failed else None, monkeypatch)

    colour, status = ("red", Status.FAILED) if failed else COLOURS[state]
    assert page.status is status
    assert f'class="status is-{colour}"' in html
    assert ('class="status is-green"' in html) is (state is Completeness.COMPLETE and not failed)
    captions = [each for each in re.findall(r"<caption>.*?</caption>", html, re.DOTALL) if "Users" in each]
    assert len(captions) == 2
    limits = html[html.index('id="limitations"') : html.index('id="glossary"')]
    titles = [
        str(each.figure["layout"].get("title", {}).get("text", "")) for each in page.record.exhibits if each.figure
    ]
    if state is Completeness.COMPLETE:
        assert not any("amber" in caption for caption in captions)
        assert "NOT COMPLETE" not in "".join(titles)
    else:
        words = shown(completeness_words(state))
        assert all('class="amber"' in caption and words in text_of(caption) for caption in captions)
        assert titles == [f"(NOT COMPLETE: {state})"]
        leads = (
            '<a href="#limitations">Limitations</a>' in re.findall(r'<div class="status .*?</div>', html, re.DOTALL)[0]
        )
        assert leads is (status is Status.INCOMPLETE)
        assert words in text_of(limits)
        assert 'href="#R01"' in limits
    assert refusals(page, html, tmp_path) == []


@pytest.mark.parametrize("state", [state for state in COLOURS if state is not Completeness.COMPLETE])
def test_without_any_one_of_its_marks_it_is_refused(
    state: Completeness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, html = _made(tmp_path, state, None, monkeypatch)
    limits = html.index('id="limitations"')
    spoiled = {
        "banner": html.replace(f"status is-{page.status.colour}", "status is-green"),
        "captions": re.sub(r' · <strong class="amber">[^<]*</strong></span></caption>', "</span></caption>", html),
        "limitations": html[:limits] + html[limits:].replace('href="#R01"', 'href="#R02"'),
        "words of the captions": re.sub(r'( · <strong class="amber">)[^<]*(</strong></span></caption>)', r"\1\2", html),
        "colour of the captions": html.replace(' · <strong class="amber">', " · <strong>"),
        "words of the limitations": html[:limits] + html[limits:].replace(completeness_words(state), "somehow"),
        "words below the tables": re.sub(r'(Completeness: )<strong class="amber">[^<]*</strong>', r"\1complete", html),
    }

    for place, without in spoiled.items():
        assert without != html, place
        assert refusals(page, without, tmp_path), place
