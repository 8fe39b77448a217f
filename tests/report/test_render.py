"""Pages are safe by how they are made."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import markupsafe
import pytest

from siemlib.evidence.chain import Link
from siemlib.evidence.visible import visible
from siemlib.report import render
from siemlib.report.execute import Failure
from siemlib.report.gate import text_of
from siemlib.report.page import Broken
from siemlib.report.record import ExhibitView, FindingView, RunView, Table
from siemlib.report.render import Making, _environment, _nonce, css_string, render_report, script_json
from siemlib.report.summary import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("report")


def test_json_in_a_page_cannot_end_its_script_and_means_the_same() -> None:
    value = {"x": ["</script><script>alert(1)</script>", "<!--", "&amp;", "\u2028", "ü"]}
    text = script_json(value)
    assert not re.search(r"[<>&\u2028]", text)
    assert json.loads(text) == value


def test_only_complete_is_green() -> None:
    assert [status.value for status in Status if status.colour == "green"] == ["complete"]
    assert {status.colour for status in (Status.EMPTY, Status.INCOMPLETE)} == {"amber"}


def test_a_report_has_its_parts_in_the_order_of_a_report(built: Built) -> None:
    page = built.html.read_text("utf-8")
    ids = re.findall(r'<h2 id="(\w+)">', page)
    parts = ["answer", "scope", "findings", "exhibits", "method", "provenance", "limitations", "controls", "glossary"]
    assert ids == parts
    assert page.index("E02-title") < page.index('id="findings"') < page.index("E01-title")


def test_a_report_names_no_other_place_but_its_own_folder(built: Built) -> None:
    page = built.html.read_text("utf-8")
    links = re.findall(r'(?:href|src)="([^"]+)"', page)
    outside = [link for link in links if not link.startswith("#") and not (built.html.parent / link).is_file()]
    assert outside == ["http://192.0.2.1/p.png"], "the notebook's own link, which fetches nothing"
    assert "default-src 'none'" in page


NONE = {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}


def policy(page: str) -> dict[str, str]:
    """The directives of the one policy of a page, which stands before anything that it could be about."""
    (told,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    assert page.index("Content-Security-Policy") < min(page.index("<title"), page.index("<style"))
    assert '<meta name="referrer" content="no-referrer">' in page
    return {name: value for name, _, value in (each.strip().partition(" ") for each in told.split(";"))}


def test_a_report_allows_its_own_scripts_and_styles_and_pictures_made_in_the_page_alone(built: Built) -> None:
    page = built.html.read_text("utf-8")
    (nonce,) = set(re.findall(r'nonce="([^"]+)"', page))
    told = policy(page)
    drawn = told.pop("style-src-attr").split()
    assert told == NONE | {
        "script-src": f"'nonce-{nonce}'",
        "style-src": f"'nonce-{nonce}'",
        "img-src": "data: blob:",
    }
    styles = {base64.b64encode(hashlib.sha256(style).digest()).decode() for style in (b"font-weight:bold", b"")}
    assert drawn[0] == "'unsafe-hashes'"
    assert set(drawn[1:]) == {f"'sha256-{digest}'" for digest in styles}


def test_the_word_that_lets_scripts_run_is_another_one_for_other_rows(built: Built) -> None:
    run = built.page.record.runs[0]
    other = replace(run, data={**run.data, "rows_sha256": "0" * 64})
    page = replace(built.page, record=replace(built.page.record, runs=(other, *built.page.record.runs[1:])))
    assert _nonce(page) != _nonce(built.page)
    assert _nonce(replace(page, about=replace(page.about, built="2026-03-05T00:00:01+00:00"))) != _nonce(page)


@pytest.mark.parametrize("name", ["index.html", "2026-03-04/controls.html"])
def test_lists_of_reports_allow_their_style_and_nothing_else(built: Built, name: str) -> None:
    page = (built.folder.parents[1] / name).read_text("utf-8")
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy(page) == NONE | {"style-src": f"'sha256-{digest}'"}
    assert "<script" not in page


def test_no_template_lets_text_through_as_it_is() -> None:
    """What is put in as it is, is made so by code that says why; and what has no quotes round it is no attribute."""
    found = [path for path in Path(render.__file__).with_name("templates").glob("*.j2") if path.is_file()]
    assert len(found) > 15
    for path in found:
        text = path.read_text("utf-8")
        assert not re.search(r"\|\s*(safe|forceescape|tojson|xmlattr|urlize)\b|\bautoescape\b|\bMarkup\b", text), (
            path.name
        )
        assert not re.search(r"<[a-z][^<>]*\s[a-z-]+={{", text), path.name


@pytest.mark.parametrize("name", ["", "index.html", "2026-03-04/controls.html"])
def test_every_page_is_built_so_that_anybody_can_read_it(built: Built, name: str) -> None:
    page = ((built.folder.parents[1] / name) if name else built.html).read_text("utf-8")
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n')
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r' (?:href="#|aria-labelledby=")([^"]+)"', page)) <= set(ids)
    tables = re.findall(r"<table\b.*?</table>", page, re.DOTALL)
    assert tables
    assert all(re.search(r"<caption>.*?\w.*?</caption>", table, re.DOTALL) for table in tables)
    assert all(re.search(r'\bscope="(col|row)"', head) for head in re.findall(r"<th\b[^>]*>", page))
    scrolling = re.findall(r'<(?:div|pre) class="(?:scroll|tall)[^>]*>', page)
    assert all(re.search(r' tabindex="0" role="region" aria-label="\w', part) for part in scrolling)
    assert all(re.search(r'<t[dh] (class="time" )?(scope="row"|data-label="\w)', row) for row in _rows(tables))


def _rows(tables: list[str]) -> list[str]:
    """Those of tables that become blocks where they are too narrow: each cell but the head says what it is."""
    stacked = (table for table in tables if table.startswith('<table class="stack"'))
    return [cell for table in stacked for cell in re.findall(r"<t[dh]\b[^>]*>", table.partition("<tbody>")[2])]


def test_a_page_begins_with_a_way_past_its_head_and_says_what_was_asked_and_when(built: Built) -> None:
    page = built.html.read_text("utf-8")
    assert '<body>\n<a class="skip" href="#main">Skip to the report</a>\n' in page
    assert '<main id="main">' in page
    assert '<nav aria-label="Parts of the report">' in page
    assert "<dt>ip</dt><dd>192.0.2.7</dd>" in page
    assert f"<dt>Built</dt><dd>{built.page.about.built[:19].replace('T', ' ')} UTC</dd>" in page
    header = f"@top-left {{ content: {css_string(built.page.about.identifier[:200])} }}"
    assert f"{header} @top-right {{ content: {css_string(built.page.status.value)} }}" in page


def test_each_exhibit_has_its_caption_data_runs_query_and_digests(built: Built) -> None:
    page = built.html.read_text("utf-8")
    for exhibit in built.page.record.exhibits:
        part = page[page.index(f'id="{exhibit.code}"') :].partition("</section>")[0]
        told, files = exhibit.data["page"], exhibit.files
        assert (f'data-rows="{told["rows_sha256"]}" data-length="{told["rows"]}"') in part
        assert all(f'href="{files[kind]}"' in part for kind in ("csv", "parquet", "json"))
        assert all(f'<a href="#{run.code}">{run.code}</a>' in part.partition("Runs: ")[2] for run in exhibit.runs)
        assert f'Query of <a href="#{exhibit.runs[0].code}">' in part
        rows = exhibit.table.rows
        assert f"{exhibit.table.showing}" in part if rows else f"{exhibit.code} · no rows." in part
        assert (f'all of them in <a href="{files["csv"]}"' in part) is (exhibit.data["rows"] > len(rows))
        assert ("In print: showing 50 of " in part) is (len(rows) > 50)
        assert (f'data-figure="{told.get("figure_sha256")}"' in part) is bool(exhibit.figure)
        assert ("<noscript><p" in part) is bool(exhibit.figure)
        assert ('role="img" aria-label="Chart: ' in part) is bool(exhibit.figure)
        assert ("<figcaption>" in part) is bool(exhibit.figure)


def test_each_run_is_listed_with_its_id_completeness_and_the_digest_of_its_rows(built: Built) -> None:
    page = built.html.read_text("utf-8")
    form = built.page.record.runs[0].data["rows_form"]
    assert f"in canonical form ({form})</caption>" in page
    method = page[page.index('id="method"') : page.index('id="provenance"')]
    for run in built.page.record.runs:
        line = rf'<a href="#{run.code}">{run.code}</a></th><td class="time">[\d: -]+</td><td>{run.words}</td>.*'
        assert re.search(rf"{line}<code>{run.data['id']}</code></td><td><code>{run.data['rows_sha256']}</code>", page)
        part = method[method.index(f'<section id="{run.code}"') :]
        assert f"Completeness: {run.words}. Rows: " in part
        assert f'<a href="{run.file}">Record</a>' in part


def test_what_stands_beside_the_status_is_told_there_and_under_limitations(built: Built) -> None:
    record = built.page.record
    integrity = {"title": "CloudTrail", "state": "not proven", "sentences": ["Not <all>."], "caveat": "Not so."}
    number = {"in": "reading", "text": "12", "span": [0, 2], "is": "", "of": ""}
    first = replace(record.exhibits[0], data=record.exhibits[0].data | {"numbers": [number], "caveat": "Read <it>."})
    other = replace(record.exhibits[1], data=record.exhibits[1].data | {"title": "Else", "runs": []}, runs=())
    unsaid = {name: told for name, told in record.sections.items() if name != "not-examined"}
    changed = replace(
        record,
        exhibits=(first, other, *record.exhibits[2:]),
        sections=unsaid | {"cloudtrail": integrity},
        sources=(("7" * 64, "a<b.log"),),
        unread=("Line 3 was not read.",),
        assumed=("Times were taken for UTC.",),
    )
    page = render_report(replace(built.page, record=changed))
    status = page[page.index('<div class="status is-amber" role="note"') :].partition("</div>")[0]
    assert '<strong class="amber">But</strong> Read &lt;it&gt;.' in status
    assert '<strong class="amber">But</strong> Not so.' in status
    assert '<a href="#limitations">1 number</a> of its sentences is from' in status
    assert f'<a href="#{other.code}">Else</a>' in status
    scope = page[page.index('id="scope"') : page.index('id="findings"')]
    assert 'Not &lt;all&gt;. See <a href="#cloudtrail">' in scope
    assert 'CloudTrail: <span class="amber">not proven</span></h3>\n<ul><li>Not &lt;all&gt;.</li>' in page
    assert f"<tr><td>a&lt;b.log</td><td><code>{'7' * 64}</code></td></tr>" in page
    limits = page[page.index('id="limitations"') : page.index('id="controls"')]
    assert '<strong class="amber">Not traced:</strong> the reading of' in limits
    assert f'<a href="#{other.code}">{other.code}</a> Else: ' in limits
    for words in ("did not state what it left", "Line 3 was not read.", "Times were taken for UTC."):
        assert words in limits


def test_what_nobody_may_rely_on_is_said_above_and_under_limitations(built: Built) -> None:
    def limits(page: str) -> str:
        return page[page.index('id="limitations"') : page.index('id="controls"')]

    empty = render_report(replace(built.page, status=Status.EMPTY))
    assert '<strong class="amber">Nothing in the period.</strong>' in limits(empty)
    assert '<p class="amber-block">' in empty[empty.index('id="answer"') : empty.index('id="scope"')]
    refused = render_report(replace(built.page, status=Status.REFUSED, refused=("It says <7>.",)))
    assert "<title>REFUSED: " in refused
    assert "<li>It says &lt;7&gt;.</li>" in refused
    assert '<strong class="red">The report was refused</strong>' in limits(refused)
    record = built.page.record
    run = replace(record.runs[0], data=record.runs[0].data | {"completeness": "partial"})
    partial = render_report(replace(built.page, record=replace(record, runs=(run, *record.runs[1:]))))
    assert '<a href="#R01">R01</a> is <strong class="amber">' in limits(partial)
    assert '<p class="meta">Completeness: <strong class="amber">' in partial


def test_the_report_before_is_named_by_its_digest(built: Built) -> None:
    page = render_report(replace(built.page, previous=Link("2026-03-03/pivot-test", "7" * 64)))
    assert f"tag manifest, <code>{'7' * 64}</code>, is written in" in page


def test_limitations_are_those_of_the_report_and_of_its_notebook(built: Built) -> None:
    page = built.html.read_text("utf-8")
    limits = page[page.index('id="limitations"') : page.index('id="controls"')]
    assert "<p>What it cannot know.</p>" in limits
    told = built.page.record.sections["not-examined"]["sentences"]
    assert told
    assert all(f"<li>{markupsafe.escape(visible(sentence))}</li>" in limits for sentence in told)


def test_a_report_that_failed_says_so_in_its_title_and_leads_to_where(built: Built) -> None:
    failure = Failure(0, "ValueError", "broken <b>")
    broken = (*built.page.blocks, Broken(failure, "line <1>"))
    page = render_report(replace(built.page, status=Status.FAILED, failure=failure, blocks=broken, not_run=2))
    assert "<title>FAILED: What did it do?" in page
    assert '<a href="#failure">ValueError: broken &lt;b&gt;</a></p>' in page
    assert "<strong>FAILED here.</strong> ValueError: broken &lt;b&gt;</p>" in page
    assert "<summary>Traceback</summary><pre>line &lt;1&gt;</pre>" in page
    assert "2 further steps were not run" in page
    assert '<strong class="red">The report failed</strong>' in page


@pytest.mark.parametrize("origin", ["E01 onclick", 'E01"', "EVIL", "R1'", "F01<"])
def test_a_number_leads_to_a_part_of_the_page_or_nowhere(origin: str) -> None:
    numbers = [{"in": "reading", "text": "12", "span": [0, 2], "is": "rows", "of": origin}]
    assert '<p class="reading">12 calls.</p>' in _exhibit([], reading="12 calls.", numbers=numbers)


def test_plotly_in_a_page_that_is_printed_does_not_end_its_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "plotly_source", lambda: "a='</script><!--x'")
    assert render._inside(Making(None, paper="A4")) == r"a='<\/script><\!--x'"


def test_a_link_out_of_the_report_says_that_no_copy_has_what_it_leads_to(built: Built) -> None:
    html = render_report(replace(built.page, previous=Link("2026-03-03/pivot-test", "0" * 64)))
    paragraphs = re.findall(r"<p\b.*?</p>", html, re.DOTALL)
    leading = [text for text in paragraphs if re.search(r'href="\.\./\.\./', text)]
    assert len(leading) == len(re.findall(r'href="\.\./\.\./', html)) == 2
    assert all("goes with no copy" in text for text in leading)


def test_the_query_of_each_run_is_there_verbatim_with_its_parameters(built: Built) -> None:
    page = built.html.read_text("utf-8")
    method = page[page.index('id="method"') : page.index('id="provenance"')]
    assert "<code>fields user, events</code>" in method
    assert "<code>user</code> = <code>&lt;img src=x onerror=alert(1)&gt;</code>" in method


def test_the_lookup_tables_of_a_run_are_shown_with_their_digests(built: Built) -> None:
    record = built.page.record
    told = {"name": "<b>owners", "rows": 2, "sha256": "5" * 64}
    runs = (replace(record.runs[0], data=record.runs[0].data | {"lookup_tables": [told]}), *record.runs[1:])
    page = render_report(replace(built.page, record=replace(record, runs=runs)))
    assert f"Lookup table &lt;b&gt;owners: 2 rows, SHA-256 {'5' * 64}." in page


def test_the_queries_of_an_exhibit_are_shown_those_alike_once_and_of_many_the_first() -> None:
    alike, many = _exhibit(["stats 1", "stats 1"]), _exhibit([f"stats {n}" for n in range(5)])

    assert "<details" not in alike + many
    assert alike.count("<code>stats 1</code>") == 1
    assert 'Query of <a href="#R00">R00</a>, <a href="#R01">R01</a>:' in alike
    assert re.findall(r"<code>stats (\d)</code>", many) == ["0", "1", "2"]
    assert 'Its 2 further queries are under <a href="#method">Method</a>: <a href="#R03">R03</a>' in many


def test_an_exhibit_that_is_not_complete_looks_so_with_every_note_and_its_long_query_can_be_reached() -> None:
    html = _exhibit(["x" * 601], completeness="partial", notes=["Cut at <3>."])
    assert '<section class="exhibit partial" id="E01"' in html
    assert '<p class="meta amber-block">Cut at &lt;3&gt;.</p>' in html
    assert '<pre class="tall" tabindex="0" role="region" aria-label="Query of R00 in E01, scrolls"><code>xxx' in html
    assert 'Completeness: <strong class="amber">' in html
    whole = _exhibit(["x"], notes=["Cut at <3>."])
    assert '<section class="exhibit" id="E01"' in whole
    assert '<p class="meta">Cut at &lt;3&gt;.</p>' in whole
    assert 'class="tall"' not in whole


def test_a_finding_says_what_is_against_it_what_it_names_and_how_complete_it_is() -> None:
    data = {"id": "F01", "claim": "So <it> was.", "for": ["A."], "against": ["B <b>."], "exhibits": ["E01"]}
    found = FindingView(data | {"completeness": "partial", "events": ["1", "2"]}, ())
    html = str(_environment().get_template("parts.html.j2").module.finding(found))
    assert '<section class="exhibit partial" id="F01"' in html
    assert "So &lt;it&gt; was.</h3>" in html
    assert "<p>For:</p>\n<ul><li>A.</li></ul>\n<p>Against:</p>\n<ul><li>B &lt;b&gt;.</li></ul>" in html
    assert 'It rests on <a href="#E01">E01</a>, runs none, and names 2 events. ' in html
    assert f'Completeness: <strong class="amber">{found.words}</strong>. ' in html
    assert '<a href="findings/F01.json">Record</a>' in html


def test_what_a_cell_printed_and_its_code_are_there_as_text(built: Built) -> None:
    page = built.html.read_text("utf-8")
    assert "<pre>printed &lt;img src=x onerror=alert(1)&gt;</pre>" in page
    assert re.search(r"<summary>Code of step \d</summary><pre><code>result = case\.run\(", page)


def test_one_run_is_no_plural(built: Built) -> None:
    record = built.page.record
    text = text_of(render_report(replace(built.page, record=replace(record, runs=record.runs[:1]))))
    assert "Its one run gave everything".replace(" ", "") in text
    assert "1runs" not in text


def test_an_exhibit_says_in_print_where_a_number_is_from() -> None:
    numbers = [
        {"in": "reading", "text": "12", "span": [5, 7], "is": 'rows where user = "<b>"', "of": "E01"},
        {"in": "reading", "text": "3", "span": [14, 15], "is": "rows", "of": "R02"},
        {"in": "reading", "text": "5", "span": [29, 30], "is": "a limit", "of": "given"},
        {"in": "caveat", "text": "9", "span": [0, 4], "is": "rows", "of": "E09"},
    ]
    html = _exhibit(["stats 1", "stats 1"], reading="Made 12 calls 3 times, above 5.", numbers=numbers)

    first = 'title="rows where user = &#34;&lt;b&gt;&#34;" data-code="E01, R00 …">12</a>'
    assert f'Made <a href="#E01" class="figure" {first} calls <a href="#R02" ' in html
    assert 'data-code="R02">3</a> times, above 5.</p>' in html


def test_a_word_of_the_report_cannot_leave_its_string_of_css() -> None:
    assert str(css_string('x" } </style>\\ü')) == r'"x\22 \20 \7d \20 \3c \2f style\3e \5c \fc "'


def _exhibit(queries: list[str], notes: Sequence[str] = (), **words: object) -> str:
    data = {
        "id": "E01",
        "title": "t",
        "reading": "r",
        "searched": "s",
        "completeness": "complete",
        "rows": 0,
        "runs": [""],
        **words,
    }
    done = tuple(
        RunView(f"R0{n}", "", {"query": query, "completeness": "complete", "notes": [*notes]})
        for n, query in enumerate(queries)
    )
    files = dict.fromkeys(("csv", "parquet", "json"), "")
    shown = ExhibitView(data, Table([], [], [], "no rows"), None, files, done)
    return str(_environment().get_template("parts.html.j2").module.show(shown, 3))
