"""What a page says of runs: where and of what they were asked, what vouches for them, and what they lack."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.report.controls.day import DayControl, FromReport
from siemlib.report.controls.evidenced import Evidenced, Piece, State
from siemlib.report.redacted import Redacted
from siemlib.report.render import render_controls, render_report

if TYPE_CHECKING:
    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("report")
CERTIFICATE = {
    "asked": "2026-03-04T15:00:00+00:00",
    "endpoint": "http://192.0.2.1<x>",
    "slices": [],
    "checks": [{"collected": 4, "counted": 5, "what": "rows"}],
    "cost": None,
    "sentences": ["Who <vouches>."],
}


def with_run(built: Built, **words: Any) -> str:  # noqa: ANN401 - members of a record
    """The page, with these in the record of its first run."""
    record = built.page.record
    run = replace(record.runs[0], data=record.runs[0].data | words)
    return render_report(replace(built.page, record=replace(record, runs=(run, *record.runs[1:]))))


def part(page: str, start: str, end: str) -> str:
    return page[page.index(f'<h2 id="{start}"') : page.index(f'<h2 id="{end}"')]


def test_a_live_run_says_where_it_was_asked_what_disagrees_and_where_its_answers_are(built: Built) -> None:
    page = with_run(built, certificate=CERTIFICATE, answers={"a": ["spool/a/1.json.gz"]})
    told = part(page, "provenance", "limitations")
    assert '<td><strong class="amber">4 of 5 rows</strong></td>' in told
    assert "<summary>What vouches for R01</summary><ul><li>Who &lt;vouches&gt;.</li></ul>" in told
    assert "in the folder <code>spool/</code> beside this page" in told
    scope = part(page, "scope", "findings")
    assert "own endpoint</strong> but at http://192.0.2.1&lt;x&gt;:" in scope


def test_counts_that_agree_are_not_marked(built: Built) -> None:
    alike = CERTIFICATE | {"checks": [{"collected": 5, "counted": 5, "what": "rows"}], "endpoint": ""}
    page = with_run(built, certificate=alike)
    assert "<td>5 of 5 rows</td>" in page
    assert "in the folder <code>spool/</code>" not in page
    assert "own endpoint</strong>" not in page


def test_a_run_over_another_period_and_its_notes_are_told(built: Built) -> None:
    other = {"start": "2026-03-01T00:00:00+00:00", "end": "2026-03-02T00:00:00+00:00"}
    method = part(with_run(built, timespan=other, notes=["Read <so>."]), "method", "provenance")
    told = "compare with: 2026-03-01 00:00:00 up to, not including, 2026-03-02 00:00:00 UTC."
    assert method.count(told) == 1
    assert '<p class="meta">Read &lt;so&gt;.</p>' in method


def test_the_scope_says_engine_case_inventory_and_notes(built: Built) -> None:
    record = built.page.record
    assert record.case
    case = record.case | {
        "engine": "local:<a>",
        "title": "Case <7>",
        "inventory": "2 <entries>.",
        "notes": ["Note <n>."],
    }
    scope = part(render_report(replace(built.page, record=replace(record, case=case))), "scope", "findings")
    for words in (
        "<dt>Engine</dt><dd>local:&lt;a&gt;</dd>",
        "<dt>Case</dt><dd>Case &lt;7&gt;</dd>",
        "<p>2 &lt;entries&gt;.</p>",
        "<p>Note &lt;n&gt;.</p>",
    ):
        assert words in scope


def test_a_line_of_the_answer_that_is_not_complete_says_so(built: Built) -> None:
    exhibit, reading = built.page.answer[0]
    assert "amber" not in part(render_report(built.page), "answer", "scope")
    worse = replace(exhibit, data=exhibit.data | {"completeness": "truncated"})
    answer = part(render_report(replace(built.page, answer=((worse, reading),))), "answer", "scope")
    assert f']</span> <strong class="amber">{worse.words}</strong></li>' in answer
    assert f'[<a href="#{exhibit.code}">{exhibit.code}</a>, <a href="#{exhibit.runs[0].code}">' in answer


def test_what_a_control_has_that_is_not_complete_is_amber_and_what_is_not_evidenced_is_said(built: Built) -> None:
    piece = Piece("E01", "E01", "Users <u>", State.IN_PART, "partial", "who <was>", "who <else>")
    control = Evidenced("AU-2", "au-2", "Events", "Log them.", State.IN_PART, (piece,))
    told = part(render_report(replace(built.page, controls=(control,))), "controls", "glossary")
    assert '<td data-label="In this report"><strong class="amber">evidence here, not complete</strong></td>' in told
    assert 'Users &lt;u&gt;</a> <strong class="amber">evidence here, not complete</strong>: who &lt;was&gt;.' in told
    assert "<em>Not:</em> who &lt;else&gt;." in told
    whole = replace(control, state=State.EVIDENCED, pieces=(replace(piece, state=State.EVIDENCED),))
    assert "amber" not in part(render_report(replace(built.page, controls=(whole,))), "controls", "glossary")


def test_the_controls_of_a_date_are_amber_where_the_reports_are() -> None:
    report = FromReport("who", "who/data/report.html", State.NOT_EXAMINED)
    page = render_controls("2026-03-04", [DayControl("AU-2", "Events", "Log them.", State.NOT_EXAMINED, (report,))])
    assert '<td data-label="On this date"><strong class="amber">not examined</strong></td>' in page
    assert '>who</a> <strong class="amber">not examined</strong></td>' in page
    whole = replace(report, state=State.EVIDENCED)
    page = render_controls("2026-03-04", [DayControl("AU-2", "Events", "Log them.", State.EVIDENCED, (whole,))])
    assert 'class="amber"' not in page


def test_what_a_reader_may_have_checked_is_as_many_as_are_written_into_the_page(built: Built) -> None:
    page = built.html.read_text("utf-8")
    held = re.search(r'<script type="application/json" id="digests">(.*?)</script>', page)
    assert held
    assert f"compared with the {len(json.loads(held[1]))} that are written into this page" in page
    assert '<section class="exhibit" id="check" aria-labelledby="check-title" hidden>' in page
    assert '<div id="check-result" role="status"></div>' in page


def test_a_redacted_copy_names_its_original_by_digest_and_key_and_what_stays_in_it(built: Built) -> None:
    copy = Redacted("7" * 64, 1, 2, 0, kept=("root", "<test>"), signed="8" * 64, left_out=("report.pdf", "spool"))
    page = render_report(replace(built.page, redacted=copy))
    told = page[page.index('aria-label="This is a redacted copy"') :].partition("</div>")[0]
    assert f"has the SHA-256 <code>{'7' * 64}</code>, signed with the key" in told
    assert f"<code>{'8' * 64}</code>." in told
    assert "for 1 user (" in told
    assert "2 internal addresses (" in told
    assert "The 2 names of such accounts that were met and kept" in told
    assert "<code>root</code>, <code>&lt;test&gt;</code></p>" in told
    assert "Left out: report.pdf, spool." in told
    assert "<code>siem evidence verify COPY --original DIR --redact-key FILE</code>" in page
