"""The page is held against what lies beside it: nothing is shown that is not there, and nothing is there unshown."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from siemlib.evidence.manifest import contents
from siemlib.evidence.paging import Asset, asset_of, check_page
from siemlib.evidence.steps import Outcome
from siemlib.evidence.sums import Sums
from tests.evidence.tampering import edit_summary
from tests.evidence.whole import ASSET, rebag

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def report(make_report: Callable[..., Path], tmp_path: Path) -> Path:
    """A report that verifies."""
    return make_report(tmp_path)


def check(folder: Path) -> tuple[Outcome, str]:
    """What comes of the page, with every list made anew."""
    rebag(folder)
    outcome, details = check_page(folder, contents(folder), Sums(), packed=False)
    return outcome, " ".join(details)


def test_a_page_that_shows_what_is_there_passes(report: Path) -> None:
    outcome, words = check(report)
    assert outcome is Outcome.PASSED
    assert f"what draws its charts is the {ASSET['name']} that it names" in words


def test_a_run_that_was_slipped_in_is_told(report: Path) -> None:
    (report / "data" / "runs" / "more.json").write_text(json.dumps({"rows_sha256": "1" * 64}))
    outcome, words = check(report)
    assert outcome is Outcome.FAILED
    assert "the page does not show the digest of the rows of data/runs/more.json" in words


def test_an_exhibit_that_was_slipped_in_is_told(report: Path) -> None:
    (report / "data" / "exhibits" / "E99-more.json").write_text("{}")
    outcome, words = check(report)
    assert outcome is Outcome.FAILED
    assert "the page does not show the exhibit E99" in words


def test_a_page_over_other_data_is_told(report: Path) -> None:
    (report / "data" / "exhibits" / "E01-users.csv").write_text("user\r\n")
    outcome, words = check(report)
    assert outcome is Outcome.FAILED
    assert words == "the page does not name the digest of data/exhibits/E01-users.csv"


@pytest.mark.parametrize(("member", "value"), [("name", "pivot-i"), ("name", "overview"), ("date", "2026-03-0")])
def test_a_summary_of_another_report_is_told(report: Path, member: str, value: str) -> None:
    edit_summary(report, **{member: value})
    outcome, words = check(report)
    assert outcome is Outcome.FAILED
    assert "bag-info.txt calls the report pivot-ip 2026-03-04 ip=192.0.2.7, report.json calls it" in words


@pytest.mark.parametrize(
    "asset",
    [
        [],
        "x",
        {},
        {"name": "../../secret", "sha256": ASSET["sha256"]},
        {"name": "/etc/passwd", "sha256": ASSET["sha256"]},
        {"name": "..", "sha256": ASSET["sha256"]},
        {"name": ASSET["name"], "sha256": 1},
        {"name": ASSET["name"], "sha256": "none"},
    ],
)
def test_only_a_file_of_the_assets_can_be_needed(report: Path, asset: object) -> None:
    edit_summary(report, asset=asset)
    assert check(report)[0] is Outcome.FAILED
    assert asset_of(report) is None


def test_the_page_names_the_digest_of_what_it_needs(report: Path) -> None:
    (report.parent / "assets" / "other.js").write_text("")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    edit_summary(report, asset={"name": "other.js", "sha256": empty})
    assert asset_of(report) == Asset("other.js", empty)
    assert check(report) == (Outcome.FAILED, "the page does not name the digest of other.js")


def test_a_page_without_charts_needs_nothing(report: Path) -> None:
    edit_summary(report, asset=None)
    shutil.rmtree(report.parent / "assets")
    outcome, words = check(report)
    assert outcome is Outcome.PASSED
    assert "it needs nothing from outside the folder" in words


def test_a_bag_with_two_names_is_told(report: Path) -> None:
    with (report / "bag-info.txt").open("a") as file:
        file.write("External-Identifier: another\n")
    assert check(report)[0] is Outcome.FAILED


def test_beside_a_packed_page_that_needs_nothing_there_is_nothing(report: Path) -> None:
    edit_summary(report, asset=None)
    told = check_page(report, contents(report), Sums(), packed=True)
    assert told == (Outcome.FAILED, [f"assets/{ASSET['name']} is nothing that the page needs"])


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, "null"])
def test_a_summary_or_a_run_that_cannot_be_read_is_told(report: Path, text: str) -> None:
    run = next((report / "data" / "runs").glob("*.json"))
    for path in (run, report / "data" / "report.json"):
        path.write_text(text)
        assert check(report) == (Outcome.FAILED, f"{path.name} is no JSON object")


def test_an_asset_is_no_link_even_to_the_same_bytes(report: Path) -> None:
    path = report.parent / "assets" / ASSET["name"]
    path.rename(report.parent / "same.js")
    path.symlink_to(report.parent / "same.js")
    assert check(report) == (Outcome.FAILED, f"assets/{ASSET['name']} is no ordinary file")


def test_the_folder_of_the_assets_is_no_link_either(report: Path) -> None:
    (report.parent / "assets").rename(report.parent / "elsewhere")
    (report.parent / "assets").symlink_to(report.parent / "elsewhere")
    assert check(report) == (Outcome.FAILED, f"assets/{ASSET['name']} is no ordinary file")
