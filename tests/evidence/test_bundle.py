"""A report packed twice gives the same bytes, which unpack to a report that verifies and shows its charts."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from siemlib.errors import EvidenceError, UsageError
from siemlib.evidence.bundle import export
from siemlib.evidence.unpack import verify_packed
from siemlib.evidence.verify import verify_report
from tests.evidence.whole import ASSET, rebag

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Path]


@pytest.fixture
def report(make_report: Make, tmp_path: Path) -> Path:
    """A report that verifies."""
    return make_report(tmp_path / "reports")


def test_a_report_packed_twice_is_the_same_to_the_byte(report: Path, tmp_path: Path) -> None:
    digest = export(report, tmp_path / "a.zip")
    for path in report.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
        if path.is_file():
            path.chmod(0o600)
    assert export(report, tmp_path / "b.zip") == digest
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert digest == hashlib.sha256((tmp_path / "a.zip").read_bytes()).hexdigest()


def test_a_packed_report_holds_its_folder_and_what_its_page_needs_and_nothing_else(
    report: Path, make_report: Make, tmp_path: Path
) -> None:
    make_report(tmp_path / "reports", name="overview")
    (report.parent / "assets" / "older.js").write_text("x")
    export(report, tmp_path / "a.zip")
    own = {f"pivot-ip/{path.relative_to(report).as_posix()}" for path in report.rglob("*") if path.is_file()}
    with zipfile.ZipFile(tmp_path / "a.zip") as zipped:
        names = zipped.namelist()
        assert {info.date_time for info in zipped.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.external_attr >> 16 for info in zipped.infolist()} == {0o100644}
    assert names == sorted(own | {f"assets/{ASSET['name']}"})


def test_a_packed_report_verifies_where_it_is_and_where_others_unpack_it(report: Path, tmp_path: Path) -> None:
    export(report, tmp_path / "a.zip")
    assert verify_packed(tmp_path / "a.zip").holds
    subprocess.run([sys.executable, "-m", "zipfile", "-e", tmp_path / "a.zip", tmp_path / "there"], check=True)
    assert verify_report(tmp_path / "there" / "pivot-ip").holds
    page = tmp_path / "there" / "pivot-ip" / "data"
    assert (page / ".." / ".." / "assets" / ASSET["name"]).is_file()


def test_a_report_without_charts_packs_without_assets(make_report: Make, tmp_path: Path) -> None:
    export(make_report(tmp_path / "reports", asset=None), tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as zipped:
        assert all(name.startswith("pivot-ip/") for name in zipped.namelist())
    assert verify_packed(tmp_path / "a.zip").holds


def test_what_does_not_verify_is_packed_only_when_asked_to_and_stays_what_it_is(report: Path, tmp_path: Path) -> None:
    (report / "data" / "exhibits" / "E01-users.csv").write_text("user\r\nnobody\r\n")
    with pytest.raises(EvidenceError, match="pivot-ip does not verify: step 3") as raised:
        export(report, tmp_path / "a.zip")
    assert raised.value.hint
    assert not list(tmp_path.glob("*.zip"))
    export(report, tmp_path / "a.zip", anyway=True)
    assert verify_packed(tmp_path / "a.zip").failed[0].number == 3


def test_what_packs_like_a_bomb_is_stored_and_verifies(report: Path, tmp_path: Path) -> None:
    (report / "data" / "many.csv").write_bytes(b"same,same\r\n" * 300_000)
    rebag(report)
    digest = export(report, tmp_path / "a.zip")
    assert export(report, tmp_path / "b.zip") == digest
    with zipfile.ZipFile(tmp_path / "a.zip") as zipped:
        methods = {info.filename.rpartition("/")[2]: info.compress_type for info in zipped.infolist()}
    assert methods["many.csv"] == zipfile.ZIP_STORED
    assert methods["report.html"] == zipfile.ZIP_DEFLATED
    assert verify_packed(tmp_path / "a.zip").holds


@pytest.mark.parametrize("limit", ["MOST_BYTES", "MOST_ENTRIES"])
def test_what_no_reader_would_unpack_is_not_packed(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(f"siemlib.evidence.bundle.{limit}", 3)
    with pytest.raises(EvidenceError, match="no zip is read with more than"):
        export(report, tmp_path / "a.zip")


def test_a_link_is_packed_never(report: Path, tmp_path: Path) -> None:
    (report / "data" / "more").symlink_to("/etc/hostname")
    with pytest.raises(EvidenceError, match="is a link"):
        export(report, tmp_path / "a.zip", anyway=True)


@pytest.mark.parametrize(("first", "second"), [("more", "MORE"), ("a\\b", "c"), ("e\u0301", "\u00e9")])
def test_names_that_no_reader_would_take_are_not_packed(report: Path, tmp_path: Path, first: str, second: str) -> None:
    for name in (first, second):
        (report / "data" / name).write_text(name)
    rebag(report)
    with pytest.raises(EvidenceError, match=r"one name on some systems|has a backslash"):
        export(report, tmp_path / "a.zip")


def test_a_file_that_is_there_is_replaced_only_by_force(report: Path, tmp_path: Path) -> None:
    there = tmp_path / "a.zip"
    there.write_text("dear to somebody")
    with pytest.raises(UsageError, match=r"a\.zip is there already"):
        export(report, there)
    assert there.read_text() == "dear to somebody"
    export(report, there, force=True)
    assert verify_packed(there).holds


def test_a_file_that_came_while_the_zip_was_made_is_not_replaced(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.zip").write_text("dear to somebody")
    monkeypatch.setattr("siemlib.evidence.bundle._refuse_place", lambda *_, **__: None)
    with pytest.raises(UsageError, match=r"a\.zip is there already"):
        export(report, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_text() == "dear to somebody"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "reports"]


def test_a_link_in_the_place_of_the_file_is_not_written_through(report: Path, tmp_path: Path) -> None:
    (tmp_path / "a.zip").symlink_to(tmp_path / "victim")
    with pytest.raises(UsageError, match="is there already"):
        export(report, tmp_path / "a.zip")
    export(report, tmp_path / "a.zip", force=True)
    assert not (tmp_path / "victim").exists()


def test_a_zip_is_not_put_into_the_report_nor_where_there_is_no_folder(report: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="within the report"):
        export(report, report / "data" / "a.zip")
    with pytest.raises(UsageError, match="there is no folder"):
        export(report, tmp_path / "nowhere" / "a.zip")
    with pytest.raises(UsageError, match="is a folder"):
        export(report, tmp_path)


def test_a_failed_writing_leaves_nothing_behind(report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "page.html")

    monkeypatch.setattr("siemlib.evidence.bundle._add", full)
    with pytest.raises(UsageError, match=r"a.zip cannot be written: No space left on device \(page.html\)"):
        export(report, tmp_path / "a.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]
