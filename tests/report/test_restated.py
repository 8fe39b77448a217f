"""Limitations, Controls, certificates and sections that say otherwise than the record keep a report unpublished."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.model.run import Completeness
from siemlib.report.controls.evidenced import State, controls_of
from siemlib.report.gate import Looked
from siemlib.report.render import Making, render_report
from siemlib.report.restated import misrepeated
from siemlib.report.trace.tokens import Kind, tokens_of
from tests.report.trace.changing import others

if TYPE_CHECKING:
    from siemlib.report.build import Built
    from siemlib.report.page import Page

pytestmark = pytest.mark.xdist_group("report")

ASKED = "2026-03-04T09:00:00+00:00"
SLICES = [
    {"started": ASKED, "why": "", "from_spool": True, "returned": 41},
    {"started": ASKED, "why": "count", "from_spool": False, "returned": 1},
    {"started": ASKED, "why": "", "from_spool": False, "returned": 12_345},
]
CERTIFICATE: dict[str, Any] = {
    "asked": ASKED,
    "slices": SLICES,
    "checks": [{"collected": 12_386, "counted": 12_390, "what": "events"}],
    "cost": {},
    "sentences": ["The service matched 12,386 events in 3 queries."],
}
LIVE = "1 live run rests on 3 queries of the service, 1 of them to count; the spool answered 1 of them, as asked."


def _live(page: Page) -> Page:
    """The page of a report whose first run has a certificate, with sections that tell of it."""
    first, *rest = page.record.runs
    first = replace(first, data={**first.data, "certificate": CERTIFICATE, "answers": {"a": ["1.gz", "ask.json"]}})
    runs = (first, *rest)
    held = page.record.case
    assert held
    groups = [
        {"name": "app", "events": 7, "first": "2026-03-01T01:02:03+00:00", "last": "2026-03-09T04:05:06.500+00:00"}
    ]
    case = {**held, "log_groups": groups}
    span = [held["timespan"][end].replace("T", " ")[:19] for end in ("start", "end")]
    worst = Completeness.worst(run.completeness for run in runs)
    told = {
        "provenance": [f"{len(runs)} runs; the least complete of them: {worst}.".replace("1 runs", "1 run"), LIVE],
        "not-examined": [
            "app holds events outside the timespan (from 2026-03-01 01:02:03 to 2026-03-09 04:05:06 UTC).",
            "Of 17 hosts 4 were not looked at.",
        ],
    }
    told["provenance"].insert(0, f"Engine: local:archive. Timespan: {span[0]} to {span[1]} UTC.")
    sections: dict[str, dict[str, Any]] = {name: {"sentences": sentences} for name, sentences in told.items()}
    sections["cloudtrail"] = {"title": "Digests", "state": "valid", "sentences": ["None.", "41 files are whole."]}
    *exhibits, last = page.record.exhibits
    unasked = {**last.data, "runs": [], "reading": "Not examined: 3 log groups are not there."}
    record = replace(
        page.record,
        runs=runs,
        case=case,
        sections=sections,
        exhibits=(*exhibits, replace(last, data=unasked, runs=())),
        assumed=("2026 was taken for the year of app.log.",),
    )
    page = replace(page, record=record)
    return replace(page, controls=controls_of(page))


def _told(page: Page, built: Built, *, html: str = "") -> list[str]:
    looked = Looked(page, html or render_report(page, Making()), built.folder / "data")
    return list(misrepeated(page, looked.sections))


@pytest.fixture(scope="module")
def page(built: Built) -> Page:
    """That page, with which nothing is wrong."""
    found = _live(built.page)
    assert _told(found, built) == []
    return found


@pytest.mark.parametrize(
    "words",
    [
        "from 2026-03-01 01:02:03 to",
        "Of 17 hosts 4 were",
        "2026 was taken for",
        "41 files are",
        ": Not examined: 3 log groups",
        "The service matched 12,386 events in 3 queries.",
        "12,386 of 12,390 events",
        "3 (1 to count, 1 from the spool)",
        '<td class="number">12,386</td>',
        "1 live run rests on 3 queries",
        "the least complete of them",
    ],
)
def test_each_number_that_the_page_repeats_is_held(page: Page, built: Built, words: str) -> None:
    html = render_report(page, Making())
    assert words in html

    for token in tokens_of(words.replace("<", " ").replace(">", " ")):
        for other in others(token) if token.kind is not Kind.NAME else ():
            wrong = f"{words[: token.start]}{other}{words[token.end :]}"
            assert _told(page, built, html=html.replace(words, wrong)), wrong
    assert _told(page, built, html=html.replace(words, ""))


def test_a_row_of_controls_is_what_the_record_says(page: Page, built: Built) -> None:
    control = next(each for each in page.controls if each.state is State.EVIDENCED and len(each.bearings) == 1)
    before, row, after = render_report(page, Making()).partition(
        f'<th scope="row"><span class="code">{control.id}</span>'
    )

    for right in (control.title, "evidence here", control.bearings[0][0], control.pieces[0].title):
        assert right in after
        spoilt = f"{before}{row}{after.replace(right, 'other', 1)}"
        assert any(f"says of {control.id}" in reason for reason in _told(page, built, html=spoilt)), right
    assert any(f"says of {control.id}" in reason for reason in _told(page, built, html=before + after))


def test_all_controls_are_shown(page: Page, built: Built) -> None:
    html, number = render_report(page, Making()), len(page.controls)
    spoilt = html.replace(f"Controls, showing {number} of {number}", f"Controls, showing {number} of {number + 1}")

    assert _told(page, built, html=spoilt) == [f"Controls does not show all {number} controls"]


def test_controls_evidence_nothing_that_is_not_complete(page: Page, built: Built) -> None:
    exhibits = tuple(
        replace(exhibit, data={**exhibit.data, "completeness": "partial"}) for exhibit in page.record.exhibits
    )
    wrong = replace(page, record=replace(page.record, exhibits=exhibits))

    assert any("evidences" in reason and "not complete" in reason for reason in _told(wrong, built))


@pytest.mark.parametrize(
    ("section", "change", "told"),
    [
        ("provenance", ("1 live run rests on 3", "1 live run rests on 4"), "the certificates"),
        ("provenance", ("1 live run rests", "2 live runs rest"), "the certificates"),
        ("provenance", ("1 of them to count", "2 of them to count"), "the certificates"),
        ("provenance", ("answered 1 of", "answered 2 of"), "the certificates"),
        ("provenance", ("1 of them to count; ", "; "), "the certificates"),
        ("provenance", ("Timespan: 20", "Timespan: 19"), "the period of the case"),
        ("provenance", ("of them: complete", "of them: partial"), "the records of the runs"),
        ("not-examined", ("01:02:03", "01:02:04"), "the record of the log group app"),
        ("not-examined", ("2026-03-09", "2026-03-08"), "the record of the log group app"),
    ],
)
def test_a_section_agrees_with_the_records_that_it_tells_of(
    page: Page, built: Built, section: str, change: tuple[str, str], told: str
) -> None:
    sections = {name: dict(each) for name, each in page.record.sections.items()}
    sections[section]["sentences"] = [text.replace(*change) for text in sections[section]["sentences"]]
    assert sections != page.record.sections
    spoilt = replace(page, record=replace(page.record, sections=sections))

    (reason,) = _told(spoilt, built)

    assert reason.startswith(f"the section {section} says otherwise than {told}")


def test_a_section_that_more_runs_followed_is_right(page: Page, built: Built) -> None:
    """It was made by a cell, and counts the runs until then; of more than there are it cannot tell."""
    first = page.record.runs[0]
    later = replace(first, code="R99", data={**first.data, "completeness": "partial"})
    for text, wrong in (
        (f"1 run; the least complete of them: {first.completeness}.", False),
        ("2 runs; the least complete of them: partial.", False),
        (f"2 runs; the least complete of them: {first.completeness}.", True),
        ("3 runs; the least complete of them: partial.", True),
        (LIVE, False),
        ("2 live runs rest on 6 queries of the service, 2 of them to count; the spool answered 2 of them.", False),
    ):
        record = replace(page.record, runs=(first, later), sections={"provenance": {"sentences": [text]}})
        found = _told(replace(page, record=record), built)
        assert any(reason.startswith("the section provenance") for reason in found) is wrong, text


def test_what_could_not_be_read_is_held_where_no_section_tells_it(page: Page, built: Built) -> None:
    other = replace(page, record=replace(page.record, sections={}, unread=("3 lines of app.log are torn.",)))
    html = render_report(other, Making())

    assert _told(other, built, html=html) == []
    assert _told(other, built, html=html.replace("3 lines of", "4 lines of")) == [
        "Limitations does not say what is recorded: 3 lines of app.log are torn."
    ]
