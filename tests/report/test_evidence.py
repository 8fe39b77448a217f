"""A report as it is really built verifies, tells of every changed byte, and names the one before it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from siemlib.evidence.bundle import export
from siemlib.evidence.chain import Link, read_link, report_before
from siemlib.evidence.digest import sha256_file
from siemlib.evidence.steps import Outcome
from siemlib.evidence.verify import verify_report
from siemlib.report.summary import read_summary
from tests.evidence.tampering import DIGESTS, LINK, Defect, flip, kinds, spoiled
from tests.report.notebook import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("report")


def parameters_of(report: Built) -> dict[str, str]:
    """The parameters of a report."""
    summary = read_summary(report.folder / "data" / "report.json")
    assert summary
    return summary.parameters


@pytest.fixture
def copied(built: Built, tmp_path: Path) -> Path:
    """The report below a ``reports/`` of its own."""
    return spoiled(built.folder, Defect("", lambda folder: folder, ()), tmp_path / "reports")


def test_a_built_report_verifies(built: Built) -> None:
    found = verify_report(built.folder)
    assert found.failed == ()
    assert [step.title for step in found.absent] == ["the signature", "the time stamp", LINK]
    assert found.digest == built.digest


def test_a_changed_bit_in_any_kind_of_file_of_a_built_report_is_told(copied: Path) -> None:
    found = kinds(copied)
    wanted = "report.html report.json notebook.ipynb case.json custody.jsonl bagit.txt bag-info.txt manifest-sha256.txt"
    assert {*wanted.split(), "tagmanifest-sha256.txt"} <= {name.rpartition("/")[2] for name in found.values()}
    endings = {".csv", ".parquet", ".json", ".figure.json", ".rows.jsonl"}
    assert endings <= {f".{name.partition('.')[2]}" for name in found.values()}
    for name in found.values():
        path = copied / name
        whole = path.read_bytes()
        flip(path)
        failed = {step.title for step in verify_report(copied).failed}
        assert failed if name == "tagmanifest-sha256.txt" else DIGESTS in failed, name
        path.write_bytes(whole)
    assert verify_report(copied).holds


def test_an_unzipped_report_verifies_and_its_page_finds_what_it_loads(built: Built, tmp_path: Path) -> None:
    assert export(built.folder, tmp_path / "a.zip") == export(built.folder, tmp_path / "b.zip")
    subprocess.run([sys.executable, "-m", "zipfile", "-e", tmp_path / "a.zip", tmp_path / "there"], check=True)
    folder = tmp_path / "there" / built.folder.name
    assert verify_report(folder).holds
    page = folder / "data" / "report.html"
    loaded = re.findall(r'<script[^>]* src="([^"]+)"', page.read_text("utf-8"))
    assert loaded
    assert all((page.parent / link).is_file() for link in loaded)


def test_a_report_that_failed_verifies_as_what_it_is_and_displaces_nothing(
    copied: Path, build: Callable[..., Built]
) -> None:
    failed = build((("code", "raise ValueError('on purpose')"),), copied.parent.parent)
    assert failed.folder.name == "pivot-test-FAILED"
    found = verify_report(failed.folder, chain=True)
    assert found.failed == ()
    assert read_link(failed.folder) == Link("2026-03-04/pivot-test", sha256_file(copied / "tagmanifest-sha256.txt"))
    before = report_before(copied.parent.parent, "pivot-test", parameters_of(failed), "2026-03-04")
    assert before
    assert before[0] == copied


def test_a_report_built_again_names_the_one_that_it_displaced(copied: Path, build: Callable[..., Built]) -> None:
    digest = sha256_file(copied / "tagmanifest-sha256.txt")
    again = build(WHOLE[:2], copied.parent.parent)
    assert again.displaced == copied.with_name("pivot-test.1")
    assert read_link(again.folder) == Link("2026-03-04/pivot-test.1", digest)
    step = verify_report(again.folder, chain=True).steps[-1]
    assert (step.outcome, step.details[0]) == (Outcome.PASSED, "it follows 2026-03-04/pivot-test.1")
    assert "the chain is whole: 1 before it, the first 2026-03-04/pivot-test.1" in step.details[1]
    page = again.html.read_text("utf-8")
    links = re.findall(r'<p id="previous">.*?<a href="([^"]+)"', page)
    assert [(again.html.parent / link).resolve() for link in links] == [again.displaced / "data" / "report.html"]
    assert digest in page
    assert verify_report(again.displaced).holds
    shutil.rmtree(again.displaced)
    assert [step.title for step in verify_report(again.folder, chain=True).failed] == [LINK]
