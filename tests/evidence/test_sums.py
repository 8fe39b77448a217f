"""A file is read once, whoever asks; what may not be read is told each time."""

from __future__ import annotations

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

import pytest

from siemlib.errors import EvidenceError
from siemlib.evidence import sums as module
from siemlib.evidence.sums import Sums
from siemlib.evidence.verify import verify_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_sum_is_that_of_the_bytes_as_they_were_first_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"abc")
    sums = Sums()
    with sums.ahead({path: 3, tmp_path / "missing": 1 << 20}):
        assert sums.of(path) == hashlib.sha256(b"abc").hexdigest()
    path.write_bytes(b"changed")
    assert sums.of(path) == hashlib.sha256(b"abc").hexdigest()
    assert Sums().of(path) == hashlib.sha256(b"changed").hexdigest()


def test_rows_are_counted_where_they_are_summed_up(tmp_path: Path) -> None:
    path = tmp_path / "a.rows.jsonl"
    path.write_bytes(b"{}\n{}\n")
    sums = Sums()
    assert sums.of(path) == hashlib.sha256(b"{}\n{}\n").hexdigest()
    path.unlink()
    held = sums.rows(path, 6)
    assert (held.rows, held.bytes, held.sha256) == (2, 6, sums.of(path))


def test_half_a_row_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.rows.jsonl").write_bytes(b"{}\n{}")
    with pytest.raises(EvidenceError, match="last row is cut off"):
        Sums().rows(tmp_path / "a.rows.jsonl", 5)


def test_a_large_file_is_summed_up_before_anybody_asks(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"abc")
    sums = Sums()
    with sums.ahead({path: 1 << 20}):
        _until(lambda: path in sums._known)
    path.unlink()
    assert sums.of(path) == hashlib.sha256(b"abc").hexdigest()


def test_who_stops_it_does_not_wait_for_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Path] = []

    def summed(_self: Sums, path: Path) -> str:
        begun.append(path)
        time.sleep(0.02)
        return ""

    monkeypatch.setattr(Sums, "_sum", summed)
    with pytest.raises(KeyboardInterrupt), Sums().ahead({tmp_path / str(n): 1 << 20 for n in range(100)}):
        raise KeyboardInterrupt
    assert len(begun) < 10


@pytest.mark.parametrize("name", ["a.csv", "a.rows.jsonl"])
def test_who_stops_it_does_not_wait_for_the_end_of_a_large_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.touch()
    os.truncate(path, 64 << 30)  # which takes no room, and minutes to read
    sums = Sums()
    begun = time.process_time()
    with pytest.raises(KeyboardInterrupt):
        _stopped_in(sums, path)
    assert time.process_time() - begun < 5
    with pytest.raises(KeyboardInterrupt):
        sums.of(path)


def test_two_who_ask_at_once_have_the_sum_of_one_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = Event()
    read: list[Path] = []

    def summed(_self: Sums, path: Path) -> str:
        read.append(path)
        assert go.wait(30)
        return "its sum"

    monkeypatch.setattr(Sums, "_sum", summed)
    sums, path = Sums(), tmp_path / "a.csv"
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(sums.of, path) for _ in range(2)]
        _until(lambda: bool(read))
        go.set()
        assert [each.result(30) for each in asked] == ["its sum", "its sum"]
    assert read == [path]


def test_who_waits_for_a_reader_that_was_stopped_is_stopped_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def summed(_self: Sums, _path: Path) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(Sums, "_sum", summed)
    sums = Sums()
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            sums.of(tmp_path / "a.csv")


@pytest.mark.parametrize("name", ["a.csv", "a.rows.jsonl"])
def test_no_link_is_followed(name: str, tmp_path: Path) -> None:
    (tmp_path / name).symlink_to("/etc/hostname")
    sums = Sums()
    with sums.ahead({tmp_path / name: 1 << 20}):
        for _ in range(2):
            with pytest.raises(OSError, match="symbolic links"):
                sums.of(tmp_path / name)


def test_in_a_verification_no_file_is_summed_up_twice(
    make_report: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    own = Sums._sum

    def summed(self: Sums, path: Path) -> str:
        opened.append(path)
        return own(self, path)

    monkeypatch.setattr(module.Sums, "_sum", summed)
    report = make_report(tmp_path)
    assert verify_report(report).holds
    assert len(opened) == len(set(opened))
    assert {path.name for path in opened} >= {path.name for path in (report / "data").rglob("*") if path.is_file()}


def test_a_file_that_nobody_lists_is_told_and_not_summed_up(
    make_report: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = make_report(tmp_path)
    (report / "data" / "more.bin").touch()
    os.truncate(report / "data" / "more.bin", 64 << 30)
    summed: list[str] = []
    own = Sums._sum

    def noted(self: Sums, path: Path) -> str:
        summed.append(path.name)
        return "" if path.name == "more.bin" else own(self, path)

    monkeypatch.setattr(Sums, "_sum", noted)
    _, listing, digests, *_ = verify_report(report).steps
    assert listing.details == ("data/more.bin is not listed in manifest-sha256.txt",)
    assert int(digests.details[0].partition(" ")[0].replace(",", "")) < 1 << 30  # these were not compared
    assert "report.html" in summed
    assert "more.bin" not in summed


def _stopped_in(sums: Sums, path: Path) -> None:
    with sums.ahead({path: path.stat().st_size}):
        _until(lambda: path in sums._known)
        raise KeyboardInterrupt


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.001)
