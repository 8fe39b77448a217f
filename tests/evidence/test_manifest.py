"""A bag verifies with sha256sum alone, and every way to tamper with it is found."""

from __future__ import annotations

import subprocess
from datetime import date
from typing import TYPE_CHECKING

import pytest

from siemlib.errors import EvidenceError
from siemlib.evidence.digest import sha256_file
from siemlib.evidence.manifest import decode_name, encode_name, write_bag
from siemlib.evidence.verify import verify_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    """A bag of two files."""
    folder = tmp_path / "bag"
    (folder / "data" / "exhibits").mkdir(parents=True)
    (folder / "data" / "report.html").write_text("<p>report</p>")
    (folder / "data" / "exhibits" / "E01 ü.csv").write_text("a,b\r\n")
    write_bag(folder, day=date(2026, 3, 4), info={"External-Identifier": "pivot-ip\n2026-03-04"})
    return folder


def verify(bag: Path) -> list[str]:
    """What the steps about a bag, which are the first four, find wrong with one."""
    return [detail for step in verify_report(bag).failed if step.number <= 4 for detail in step.details]


def test_a_bag_has_the_files_of_rfc_8493(bag: Path) -> None:
    assert (bag / "bagit.txt").read_text() == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    info = (bag / "bag-info.txt").read_text().splitlines()
    assert "External-Identifier: pivot-ip 2026-03-04" in info
    assert "Bagging-Date: 2026-03-04" in info
    assert "Payload-Oxum: 18.2" in info
    lines = (bag / "manifest-sha256.txt").read_text("utf-8").splitlines()
    assert [line.split("  ")[1] for line in lines] == ["data/exhibits/E01 ü.csv", "data/report.html"]
    assert verify(bag) == []


@pytest.mark.parametrize("manifest", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_itself_verifies_the_bag(bag: Path, manifest: str) -> None:
    done = subprocess.run(["sha256sum", "-c", manifest], cwd=bag, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (bag / "data" / "report.html").write_text("<p>Report</p>")
    (bag / "bag-info.txt").write_text("")
    done = subprocess.run(["sha256sum", "-c", manifest], cwd=bag, capture_output=True, text=True, check=False)
    assert done.returncode == 1


def test_the_digest_of_the_bag_changes_with_any_byte_of_its_payload(bag: Path) -> None:
    before = write_bag(bag, day=date(2026, 3, 4), info={})
    assert before == sha256_file(bag / "tagmanifest-sha256.txt")
    (bag / "data" / "report.html").write_text("<p>Report</p>")
    assert write_bag(bag, day=date(2026, 3, 4), info={}) != before


def _edit(name: str, old: bytes, new: bytes) -> Callable[[Path], object]:
    def change(bag: Path) -> None:
        content = (bag / name).read_bytes()
        assert old in content
        (bag / name).write_bytes(content.replace(old, new, 1))

    return change


@pytest.mark.parametrize(
    ("tamper", "problem"),
    [
        (_edit("data/report.html", b"report", b"Report"), "data/report.html has changed"),
        (_edit("bag-info.txt", b"pivot-ip", b"pivot-up"), "bag-info.txt has changed"),
        (_edit("manifest-sha256.txt", b"report.html", b"../x.html"), "not a digest and a path inside the bag"),
        (_edit("manifest-sha256.txt", b"data/report.html", b"/etc/passwd"), "not a digest and a path inside the bag"),
        (lambda bag: (bag / "data" / "report.html").unlink(), "data/report.html is listed but missing"),
        (lambda bag: (bag / "data" / "more").write_text(""), "data/more is not listed in manifest-sha256.txt"),
        (lambda bag: (bag / "more").write_text(""), "more is not listed in tagmanifest-sha256.txt"),
        (lambda bag: (bag / "data" / "l").symlink_to("/etc/hostname"), "data/l is a link"),
        (lambda bag: (bag / "manifest-sha256.txt").unlink(), "manifest-sha256.txt is missing"),
        (lambda bag: (bag / "tagmanifest-sha256.txt").unlink(), "tagmanifest-sha256.txt is missing"),
        (lambda bag: (bag / "bagit.txt").unlink(), "bagit.txt is missing"),
    ],
)
def test_every_way_to_tamper_is_found(bag: Path, tamper: Callable[[Path], object], problem: str) -> None:
    tamper(bag)
    problems = verify(bag)
    assert any(problem in found for found in problems), problems


def test_a_payload_with_a_link_is_not_sealed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "link").symlink_to("/etc/hostname")
    with pytest.raises(EvidenceError, match="is a link"):
        write_bag(tmp_path, day=date(2026, 3, 4), info={})


@pytest.mark.parametrize("name", ["a%0Ab", "a\nb", "a\r\nb", "100%", "%25", "plain é"])
def test_names_are_encoded_as_the_rfc_says_and_come_back(name: str) -> None:
    encoded = encode_name(name)
    assert "\n" not in encoded
    assert "\r" not in encoded
    assert decode_name(encoded) == name


def test_a_name_with_an_uncommon_line_end_does_not_break_the_bag(tmp_path: Path) -> None:
    (tmp_path / "bag" / "data").mkdir(parents=True)
    for odd in "\u2028\x85\x0b":
        (tmp_path / "bag" / "data" / f"a{odd}b").write_text("x")
    write_bag(tmp_path / "bag", day=date(2026, 3, 4), info={})
    assert verify(tmp_path / "bag") == []
