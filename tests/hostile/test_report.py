"""A report on somebody with a hostile name, over hostile logs: the bag, the index, the zip, the notebook beside it."""

from __future__ import annotations

import json
import shutil
import zipfile
from typing import TYPE_CHECKING

import nbformat
import pytest

from siemlib.evidence.manifest import write_bag
from siemlib.evidence.verify import verify_report
from siemlib.model.clock import now
from siemlib.report.page import About
from tests.fixtures_browser import Visit
from tests.hostile.conftest import USER
from tests.hostile.corpus import TERMINAL, TEXTS
from tests.hostile.seen import shown
from tests.hostile.test_answers import check_moves_nothing, siem

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("hostile")


def test_the_report_verifies_and_its_zip_too(
    built: Built, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    packed = tmp_path / "report.zip"
    code, out = siem(capfdbinary, "evidence", "export", str(built.folder), "-o", str(packed))
    assert code == 0
    for place in (built.folder, packed):
        code, out = siem(capfdbinary, "evidence", "verify", str(place))
        assert (code, b"FAILED" in out) == (0, False)
        check_moves_nothing(out)
    with zipfile.ZipFile(packed) as opened:
        assert all(name.isascii() and name.isprintable() for name in opened.namelist())


def test_the_name_stands_in_the_bag_and_in_the_summary_as_it_is(built: Built) -> None:
    info = (built.folder / "bag-info.txt").read_text("utf-8")
    unfolded = info.replace("\n ", " ")

    assert f"External-Identifier: pivot-user 2026-03-04 user={USER}\n" in unfolded
    assert json.loads((built.folder / "data" / "report.json").read_text("utf-8"))["parameters"] == {"user": USER}


@pytest.mark.parametrize("text", [each.text for each in TEXTS] + ["x\nBag-Software-Agent: another", "x\r\n\r\nY: z"])
def test_no_text_writes_a_line_of_its_own_into_bag_info(text: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    about = About("pivot-user", "2026-03-04", "", {"user": text})
    write_bag(tmp_path, day=now().date(), info={"External-Identifier": about.identifier})

    lines = (tmp_path / "bag-info.txt").read_bytes().split(b"\n")
    labels = [line.partition(b":")[0] for line in lines if line and not line.startswith(b" ")]
    assert sorted(labels) == [b"Bag-Software-Agent", b"Bagging-Date", b"External-Identifier", b"Payload-Oxum"]
    assert all(byte >= 32 and byte != 127 for line in lines for byte in line)


def test_the_index_shows_the_name_and_nothing_of_it_runs(built: Built, browser: Browser) -> None:
    visit = Visit(browser, (built.folder.parents[1] / "index.html").resolve().as_uri())
    assert USER in visit.page.locator("tbody tr").inner_text()
    assert visit.page.locator("img").count() == 0
    assert (visit.dialogs, visit.asked, visit.said) == ([], [], [])
    visit.page.context.close()


def test_what_the_notebook_holds_is_escaped_and_no_formula_for_mathjax(built: Built) -> None:
    notebook = nbformat.read(built.folder / "data" / "notebook.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    bundles = [output["data"] for output in outputs if "data" in output]

    assert {kind for bundle in bundles for kind in bundle} <= {
        "text/html",
        "text/plain",
        "application/vnd.plotly.v1+json",
    }
    pages = [bundle["text/html"] for bundle in bundles if "text/html" in bundle]
    assert all(page.startswith('<div class="siem-part tex2jax_ignore mathjax_ignore">') for page in pages)
    assert not any("<img" in page or "<script" in page for page in pages)
    assert any("&lt;img src=x onerror=alert(3)&gt;" in page for page in pages)
    check_moves_nothing("".join(bundle.get("text/plain", "") for bundle in bundles).replace("\t", "").encode())


def test_verify_tells_of_files_with_hostile_names_and_moves_nothing(
    built: Built, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "report"
    shutil.copytree(built.folder, folder)
    name = TERMINAL[0].text.replace("/", "") + "\n 1  passed  all is well\u202e"
    (folder / "data" / name).write_bytes(b"x")

    code, out = siem(capfdbinary, "evidence", "verify", str(folder))
    assert code == 4
    check_moves_nothing(out)
    assert shown(name, "") in out.decode()
    assert not verify_report(folder).holds
    code, out = siem(capfdbinary, "evidence", "verify", str(folder), "--format", "json")
    assert code == 4
    assert set(out) <= {10, *range(32, 127)}
