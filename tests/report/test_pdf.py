"""The page on paper: every page says which report it is of, and every number where it is from."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from siemlib.errors import SiemError, UsageError
from siemlib.report.build import Request, making_of, write_page
from siemlib.report.columns import PRINTED_ROWS
from siemlib.report.definition import Definition
from siemlib.report.page import Shown
from siemlib.report.pdf import Printer, dated, printer, write_pdf
from siemlib.report.record import read_record
from siemlib.report.render import render_report
from tests.fixtures_browser import CHROMIUM

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("report")

BUILT = datetime(2026, 3, 5, 6, 7, 8, tzinfo=UTC)
MM = 72 / 25.4


@pytest.fixture(scope="module")
def pdf(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with a traced number, printed on Letter as a build does it."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("there is no chromium, and in CI there must be one")
        pytest.skip("there is no chromium on this machine")
    aside = tmp_path_factory.mktemp("pdf") / ".building-1"
    shutil.copytree(built.folder / "data", aside / "data")
    record = read_record(aside / "data")
    record.exhibits[0].data["reading"] = "There are 7 users."
    record.exhibits[0].data["numbers"] = [{"in": "reading", "span": [10, 11], "is": "rows", "of": "E01"}]
    own = {exhibit.code: exhibit for exhibit in record.exhibits}
    blocks = [
        replace(one, exhibit=own[one.exhibit.code]) if isinstance(one, Shown) else one for one in built.page.blocks
    ]
    about = replace(built.page.about, built=BUILT.isoformat())
    page = replace(built.page, about=about, record=record, blocks=tuple(blocks))
    definition = Definition("pivot-test", aside, "", ())
    request = Request(definition, {}, "local:a", "", "", date(2026, 3, 4), printer=printer("Letter"))
    making = making_of(page, request, aside)
    assert making.paper == ""
    write_page(page, render_report(page, making), making, request, aside)
    assert (aside.parent / "2026-03-04" / "assets").is_dir(), "the page itself still shares its asset"
    return aside / "data" / "report.pdf"


@pytest.mark.browser
def test_each_page_has_the_report_its_status_and_its_number(pdf: Path) -> None:
    pages = [page.extract_text() for page in PdfReader(pdf).pages]
    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert "pivot-test 2026-03-04 ip=192.0.2.7" in text
        assert f"page {number} of {len(pages)}" in text


@pytest.mark.browser
def test_paper_says_where_a_number_is_from_and_holds_the_chart(pdf: Path) -> None:
    reader = PdfReader(pdf)
    text = " ".join(page.extract_text() for page in reader.pages)
    assert re.search(r"There are 7 \[E01, R01\] users\.", " ".join(text.split()))
    # What stands at the axis of the chart, which is drawn as text.
    assert "In print: showing 50 of 1,200 rows" in text
    assert "The chart needs JavaScript" not in text
    assert "Filter" not in text


@pytest.mark.browser
def test_no_row_is_split_and_each_page_of_a_table_has_its_head(pdf: Path) -> None:
    whole = 0
    for page in PdfReader(pdf).pages:
        text = page.extract_text()
        letters = sum(map(len, re.findall("x{10,}", "".join(text.split()))))
        whole += letters
        assert letters % 300 == 0, "each message of the long table has so many"
        assert not letters or re.search(r"events\s+message", text)
    assert whole == 300 * PRINTED_ROWS


@pytest.mark.browser
def test_a_chart_stands_with_what_is_said_of_it_and_the_last_page_holds_more_than_its_foot(pdf: Path) -> None:
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(pdf).pages]
    (chart,) = [page for page in pages if "Bars of <img" in page]
    for words in ("Which users?", "Users in the alerts.", "E01 Users <a", "There are 7 [E01, R01] users."):
        assert words in chart
    assert all(words in pages[-1] for words in ("Glossary", "custody log", "this page loads nothing"))


@pytest.mark.browser
def test_the_paper_is_as_asked_for_and_no_time_but_that_of_the_report_is_in_the_file(pdf: Path, tmp_path: Path) -> None:
    assert size(pdf) == (612, 792)
    data = pdf.read_bytes()
    assert set(re.findall(rb"D:\d{14}[^)]*", data)) == {b"D:20260305060708+00'00'"}
    assert b"file:" not in data
    for name in ("1.pdf", "2.pdf"):
        write_pdf("<style>@page { size: A4 }</style><p>text", tmp_path / name, printer("A4"), BUILT)
    assert size(tmp_path / "1.pdf") == (round(210 * MM), round(297 * MM))
    assert (tmp_path / "1.pdf").read_bytes() == (tmp_path / "2.pdf").read_bytes()


def size(pdf: Path) -> tuple[int, int]:
    """Width and height of its first page, points."""
    box = PdfReader(pdf).pages[0].mediabox
    return round(float(box.width)), round(float(box.height))


def test_the_times_of_a_pdf_are_replaced_in_as_many_bytes() -> None:
    data = b"%PDF-1.4 /CreationDate (D:20261122101112+00'00') /ModDate (D:20261122101112+01'00') (D:1)"
    assert dated(data, BUILT) == (
        b"%PDF-1.4 /CreationDate (D:20260305060708+00'00') /ModDate (D:20260305060708+00'00') (D:1)"
    )


def test_without_a_chromium_it_is_said_before_anything_is_done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("siemlib.report.pdf._ON_A_MAC", tmp_path / "none")
    with pytest.raises(UsageError, match="--pdf needs a chromium, and none is found"):
        printer("A4")


def test_a_browser_that_prints_nothing_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text("#!/bin/sh\necho first >&2\necho it broke >&2\n")
    browser.chmod(0o755)
    with pytest.raises(SiemError, match="the page could not be printed: it broke"):
        write_pdf("<p>", tmp_path / "report.pdf", Printer(str(browser), "A4"), BUILT)
    assert not (tmp_path / "report.pdf").exists()
