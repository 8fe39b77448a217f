"""Pages are safe by how they are made."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from siemlib.evidence.chain import Link
from siemlib.report import render
from siemlib.report.gate import text_of
from siemlib.report.record import ExhibitView, RunView, Table
from siemlib.report.render import Making, _environment, _nonce, css_string, render_report, script_json
from siemlib.report.summary import Status

if TYPE_CHECKING:
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


def _exhibit(queries: list[str], **words: object) -> str:
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
        RunView(f"R0{n}", "", {"query": query, "completeness": "complete", "notes": []})
        for n, query in enumerate(queries)
    )
    files = dict.fromkeys(("csv", "parquet", "json"), "")
    shown = ExhibitView(data, Table([], [], [], "no rows"), None, files, done)
    return str(_environment().get_template("parts.html.j2").module.show(shown, 3))
