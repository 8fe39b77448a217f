"""A page that rests on CloudTrail's log files says so, and is not green where they are not as delivered."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest

from siemlib.report.page import Page, make_page
from siemlib.report.record import Record
from siemlib.report.render import render_report
from siemlib.report.summary import Status
from tests.report.test_page import ABOUT, exhibit


def page(state: str = "", *sentences: str, completeness: str = "complete") -> Page:
    """A page over one exhibit of this completeness, or over none, and a section of this state; without one, none."""
    caveat = sentences[0] if state in {"wrong", "not proven"} else ""
    section: dict[str, Any] = {"title": "CloudTrail's digest files", "state": state, "caveat": caveat}
    sections = {"cloudtrail": section | {"sentences": list(sentences)}} if state else {}
    exhibits = (exhibit("E01", state=completeness),) if completeness else ()
    record = Record(None, (), exhibits, sections)
    return make_page(nbformat.v4.new_notebook(), record, None, ABOUT)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("state", "colour"),
    [("", "green"), ("valid", "green"), ("not examined", "green"), ("not proven", "amber"), ("wrong", "red")],
)
def test_the_status_is_green_only_where_nothing_speaks_against_the_files(state: str, colour: str) -> None:
    found = page(state, "What is so.")
    assert (found.status, found.colour) == (Status.COMPLETE, colour)
    assert found.caveats == (("What is so.",) if colour != "green" else ())


def test_a_status_that_is_worse_stays() -> None:
    assert page("not proven", "What is so.", completeness="unknown").colour == "grey"
    assert page("valid", "What is so.", completeness="partial").colour == "amber"


@pytest.mark.parametrize(
    ("state", "shown"), [("valid", "green"), ("not proven", "amber"), ("wrong", "red"), ("not examined", "grey")]
)
def test_what_the_digest_files_say_stands_in_the_page_as_text(state: str, shown: str) -> None:
    html = render_report(page(state, "What is so.", "The log file <script>\u202e is missing.", completeness=""))
    assert f'<span class="{shown}">{state}</span>' in html
    assert "<li>The log file &lt;script&gt;\\u202e is missing.</li>" in html
    assert 'id="cloudtrail"' not in render_report(page(completeness=""))
