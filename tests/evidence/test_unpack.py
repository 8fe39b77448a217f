"""A zip from a stranger is looked through before a byte is unpacked; each way to deceive has its own answer."""

from __future__ import annotations

import struct
import tempfile
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from siemlib.evidence import unpack
from siemlib.evidence.bundle import export
from siemlib.evidence.unpack import unpacked, verify_packed
from tests.evidence.tampering import zip_defects

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.evidence.steps import Verification

    Make = Callable[..., Path]


@pytest.fixture
def packed(make_report: Make, tmp_path: Path) -> Path:
    """A report, packed."""
    export(make_report(tmp_path / "reports"), tmp_path / "report.zip")
    return tmp_path / "report.zip"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where zips are unpacked, alone in a folder, so that what is left there or written beside it is seen."""
    place = tmp_path / "within" / "temporary"
    place.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def told(file: Path) -> str:
    """Why a zip is refused: one step, which failed."""
    found = verify_packed(file)
    assert [(step.number, step.title) for step in found.failed] == [(1, "the zip file")]
    return found.steps[0].details[0]


@pytest.mark.parametrize(("spoil", "problem"), zip_defects("pivot-ip"))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_that_could_do_harm_is_refused(
    packed: Path, temporary: Path, spoil: Callable[[Path], None], problem: str
) -> None:
    before = set(temporary.parent.parent.rglob("*"))
    spoil(packed)
    assert problem in told(packed)
    assert set(temporary.parent.parent.rglob("*")) == before


def _patched(packed: Path, name: bytes, offset: int, value: bytes) -> None:
    """Write ``value`` into the entry ``name`` of the list of entries, ``offset`` bytes from its beginning."""
    data = bytearray(packed.read_bytes())
    start = data.index(name, data.index(b"PK\x01\x02")) - 46  # APPNOTE 4.3.12: the name comes 46 bytes after the start
    assert data[start : start + 4] == b"PK\x01\x02"
    data[start + offset : start + offset + len(value)] = value
    packed.write_bytes(data)


def _size_of(packed: Path, name: str) -> int:
    with zipfile.ZipFile(packed) as zipped:
        return zipped.getinfo(name).file_size


def test_an_entry_that_is_encrypted_is_refused(packed: Path) -> None:
    _patched(packed, b"pivot-ip/bagit.txt", 8, struct.pack("<H", 1))
    assert "is encrypted" in told(packed)


@pytest.mark.parametrize(("change", "problem"), [(-1, "holds more bytes than it declares"), (1, "holds fewer bytes")])
def test_an_entry_that_declares_another_size_is_refused(packed: Path, change: int, problem: str) -> None:
    size = _size_of(packed, "pivot-ip/bagit.txt")
    _patched(packed, b"pivot-ip/bagit.txt", 24, struct.pack("<I", size + change))
    assert problem in told(packed)


def test_an_entry_that_was_changed_is_told(packed: Path) -> None:
    _patched(packed, b"pivot-ip/bagit.txt", 16, b"\0\0\0\0")
    assert "is damaged: Bad CRC-32" in told(packed)


def test_a_name_that_ends_in_a_null_byte_is_refused(packed: Path) -> None:
    data = packed.read_bytes().replace(b"pivot-ip/bagit.txt", b"pivot-ip/bagit\0txt")
    packed.write_bytes(data)
    assert "has a character in its path that cannot be printed" in told(packed)


def test_an_entry_that_other_programs_unpack_to_another_name_is_refused(packed: Path) -> None:
    """APPNOTE 4.6.9: version 1, CRC-32 of the first name, the second one; Python takes it from 3.13 on."""
    name, second = "pivot-ip/data/more", b"pivot-ip/../../evil"
    path = struct.pack("<BI", 1, zlib.crc32(name.encode())) + second
    info = zipfile.ZipInfo(name)
    info.extra = struct.pack("<HHH", 0xCAFE, 2, 7) + struct.pack("<HH", 0x7075, len(path)) + path
    with zipfile.ZipFile(packed, "a") as zipped:
        zipped.writestr(info, b"x")
    assert "'pivot-ip/data/more' has a second name" in told(packed)


@pytest.mark.parametrize("first", [b"MZ a program that unpacks itself", b""], ids=["a program", "another zip"])
def test_what_other_programs_may_take_for_the_zip_itself_does_not_stand_before_it(packed: Path, first: bytes) -> None:
    packed.write_bytes((first or packed.read_bytes()) + packed.read_bytes())
    assert "something stands before its first entry" in told(packed)


@pytest.mark.parametrize(
    ("limit", "value", "problem"),
    [
        ("MOST_ENTRIES", 3, "more than 3 are not unpacked"),
        ("MOST_BYTES", 1000, "more than 1,000 are not unpacked"),
        ("_LARGEST_READ", 500, "its list of entries is larger than 500 bytes"),
    ],
)
def test_there_is_a_limit_to_each_thing_that_can_be_large(
    packed: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, problem: str
) -> None:
    monkeypatch.setattr(unpack, limit, value)
    assert problem in told(packed)


def test_what_the_disk_cannot_hold_is_not_begun(packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10}))
    assert "and 10 are free where it would be unpacked" in told(packed)


@pytest.mark.parametrize("keep", [0, 1, 100, -30])
def test_what_is_no_zip_or_half_of_one_is_told(packed: Path, keep: int) -> None:
    packed.write_bytes(packed.read_bytes()[:keep])
    assert "report.zip is no zip file, or is damaged" in told(packed)


def test_a_zip_with_bytes_changed_anywhere_raises_nothing(packed: Path) -> None:
    data = packed.read_bytes()
    for place in range(0, len(data), max(1, len(data) // 60)):
        packed.write_bytes(data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :])
        verify_packed(packed)


def test_two_ways_to_write_an_accent_are_one_name(packed: Path) -> None:
    with zipfile.ZipFile(packed, "a") as zipped:
        for name in ("e\u0301ve", "\u00e9ve"):
            zipped.writestr(f"pivot-ip/data/{name}", "x")
    assert "are one name on some systems" in told(packed)


def test_folders_that_other_programs_enter_are_taken(packed: Path) -> None:
    with zipfile.ZipFile(packed, "a") as zipped:
        zipped.mkdir("pivot-ip")
        zipped.mkdir("pivot-ip/data")
    assert verify_packed(packed).holds


def test_what_stands_beside_the_report_in_a_zip_belongs_to_it_or_fails(packed: Path) -> None:
    with zipfile.ZipFile(packed, "a") as zipped:
        zipped.writestr("assets/evil.js", "x")
    found = verify_packed(packed)
    assert [step.title for step in found.failed] == ["the page, against the record"]
    assert "assets/evil.js is nothing that the page needs" in found.failed[0].details


def test_nothing_that_was_unpacked_is_left(packed: Path, temporary: Path) -> None:
    with unpacked(packed) as folder:
        assert folder.name == "pivot-ip"
        assert folder.is_relative_to(temporary)
    assert list(temporary.iterdir()) == []


def test_a_fault_of_ours_is_not_called_a_fault_of_the_zip(packed: Path, temporary: Path) -> None:
    def wrong(folder: Path, *, packed: bool) -> Verification:
        raise RuntimeError(folder.name, packed)

    with pytest.raises(RuntimeError, match="pivot-ip"):
        verify_packed(packed, wrong)
    assert list(temporary.iterdir()) == []


def test_the_report_before_is_not_looked_for_beside_what_was_unpacked(packed: Path) -> None:
    assert verify_packed(packed).steps[-1].outcome == "absent"
