"""Hostile logs on paper: a PDF in which nothing acts, nothing is attached, and each text is there to be read."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from siemlib.report.columns import PRINTED_ROWS
from siemlib.report.page import About, make_page
from siemlib.report.pdf import printer, write_pdf
from siemlib.report.record import read_record
from siemlib.report.render import Making, render_report
from tests.hostile.corpus import TEXTS
from tests.hostile.seen import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("hostile")]

SHORT = 100
"""Letters of a cell that is no longer than a page of paper."""


@pytest.fixture(scope="module")
def printed(pages: dict[str, Path], browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    """The exhibits of ``pivot-ip``, printed."""
    del browser  # where there is none, the tests are skipped
    built = datetime(2026, 3, 5, tzinfo=UTC)
    about = About("<b>{{7*7}}</b>", "2026-03-04", built.isoformat(), {"ip": '"; } </style><script>alert(1)</script>'})
    record = read_record(pages["pivot-ip"].parent)
    notebook: Any = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    path = tmp_path_factory.mktemp("paper") / "report.pdf"
    paper = printer("A4")
    write_pdf(render_report(make_page(notebook, record, None, about), Making(paper=paper.paper)), path, paper, built)
    return PdfReader(path)


def test_nothing_in_it_acts_and_nothing_leads_out_of_it(printed: PdfReader) -> None:
    keys = {key for each in objects(printed) for key in each}
    assert "/ToUnicode" in keys, "the fonts were looked at too"
    acting = {"/JS", "/JavaScript", "/AA", "/OpenAction", "/Launch", "/URI", "/AcroForm", "/XFA", "/RichMedia"}
    assert keys & (acting | {"/EmbeddedFiles", "/EF", "/AF"}) == set()
    actions = {str(each["/S"]) for each in objects(printed) if each.get("/Type") == "/Action"}
    assert actions <= {"/GoTo"}
    assert not printed.attachments


def objects(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of a PDF that can be come to from its end."""
    waiting: list[object] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if (one.idnum, one.generation) in seen:
                continue
            seen.add((one.idnum, one.generation))
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, ArrayObject):
            waiting.extend(one)


def test_each_short_cell_can_be_read(printed: PdfReader, pages: dict[str, Path]) -> None:
    paper = plain("".join(page.extract_text() for page in printed.pages))
    record = read_record(pages["pivot-ip"].parent)
    cells = {
        cell for each in record.exhibits for row in each.table.rows[:PRINTED_ROWS] for cell in row if len(cell) <= SHORT
    }
    hostile = {shown(each.text) for each in TEXTS}
    assert len(cells & hostile) > 30
    missing = {cell for cell in cells if plain(cell) not in paper}
    # What is read from the right is kept letter by letter, and an emoji is drawn where the machine has a font for it.
    turned = {cell for cell in missing if any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in cell)}
    assert [cell for cell in turned if not set(plain(cell)) <= set(paper)] == []
    assert [cell for cell in missing - turned if any(ord(letter) <= 0xFFFF for letter in cell)] == []


def plain(text: str) -> str:
    """Letters without blanks, and a ligature as its letters: a PDF keeps where they stand, and not more."""
    return "".join(unicodedata.normalize("NFKC", shown(text)).split())
