"""Reading files: gzip in every condition."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from typing import TYPE_CHECKING

import pytest

from siemlib.archive.stream import HEAD, Reading, TooLargeError, digest_of, head_of, pieces
from siemlib.settings import ArchiveSettings

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path, content: bytes, limits: ArchiveSettings | None = None) -> tuple[bytes, Reading]:
    path.write_bytes(content)
    reading = Reading(path, len(content))
    return b"".join(pieces(reading, limits or ArchiveSettings())), reading


def test_gzip_is_known_by_its_bytes_whatever_the_file_is_called(tmp_path: Path) -> None:
    assert read(tmp_path / "plain.txt", gzip.compress(b"hello\n"))[0] == b"hello\n"
    assert read(tmp_path / "no-gzip.gz", b"hello\n")[0] == b"hello\n"


def test_the_members_of_a_gzip_file_are_read_one_after_the_other(tmp_path: Path) -> None:
    members = b"".join(gzip.compress(f"{n}\n".encode()) for n in range(500))
    text, reading = read(tmp_path / "firehose", members + b"\0" * 512)
    assert text.split() == [str(n).encode() for n in range(500)]
    assert reading.problem is None


def test_gzip_in_gzip_is_unwrapped_twice(tmp_path: Path) -> None:
    assert read(tmp_path / "twice", gzip.compress(gzip.compress(b"x\n")))[0] == b"x\n"


def test_a_cut_gzip_gives_what_came_before_and_says_so(tmp_path: Path) -> None:
    content = bytes(range(256)) * 40_000
    text, reading = read(tmp_path / "cut.gz", gzip.compress(content)[:-2000])
    assert text
    assert content.startswith(text)
    assert reading.problem is not None
    assert "ends early" in reading.problem


def lines(count: int) -> bytes:
    """Text that gzip shrinks as it shrinks logs."""
    return b"".join(
        b"%d user %s came in\n" % (n, hashlib.sha256(b"%d" % n).hexdigest()[:9].encode()) for n in range(count)
    )


def test_the_end_of_a_cut_gzip_is_told_by_the_text_that_came_out(tmp_path: Path) -> None:
    content = lines(20_000)
    whole = gzip.compress(content)
    text, reading = read(tmp_path / "cut.gz", whole[: len(whole) // 2])
    assert content.startswith(text)
    assert len(text) > len(content) // 3
    assert reading.problem == f"the gzip data ends early, after {len(text):,} decompressed bytes"


@pytest.mark.parametrize("cut", [8, 4, 1])
def test_of_a_gzip_without_its_trailer_all_text_comes_out(tmp_path: Path, cut: int) -> None:
    content = lines(5000)
    text, reading = read(tmp_path / "cut.gz", gzip.compress(content)[:-cut])
    assert text == content
    assert reading.problem is not None


def test_of_a_gzip_with_a_wrong_checksum_all_text_comes_out(tmp_path: Path) -> None:
    content = lines(200_000)
    broken = bytearray(gzip.compress(content))
    broken[-8] ^= 1
    text, reading = read(tmp_path / "crc.gz", bytes(broken))
    assert text == content
    assert reading.problem is not None
    assert reading.problem.startswith(
        f"the gzip data does not match its checksum, found after {len(content):,} decompressed bytes"
    )


def test_of_a_gzip_with_one_damaged_byte_the_text_before_it_comes_out(tmp_path: Path) -> None:
    content = lines(20_000)
    # A flush puts an empty block there, whose length zlib checks: the place of the damage is known.
    packer = zlib.compressobj(wbits=31)
    head = packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)
    broken = bytearray(head + packer.compress(content) + packer.flush())
    broken[len(head) - 1] ^= 1
    text, reading = read(tmp_path / "corrupt.gz", bytes(broken))
    assert content.startswith(text)
    assert len(content) - len(text) <= 1
    assert reading.problem is not None
    assert f"damaged at or before decompressed byte {len(text):,}" in reading.problem


def test_rubbish_after_a_gzip_member_is_told_and_nothing_before_it_is_lost(tmp_path: Path) -> None:
    text, reading = read(tmp_path / "rubbish.gz", gzip.compress(b"good\n") + b"this is not gzip")
    assert text == b"good\n"
    assert reading.problem is not None
    assert "not gzip" in reading.problem


def test_a_bomb_is_stopped_long_before_it_has_come_out(tmp_path: Path) -> None:
    bomb = gzip.compress(b"\0" * 300_000_000)
    path = tmp_path / "bomb.gz"
    path.write_bytes(bomb)
    reading = Reading(path, len(bomb))
    with pytest.raises(TooLargeError, match="gzip bomb"):
        list(pieces(reading, ArchiveSettings()))
    assert reading.given < 100_000_000


def test_the_size_allowed_after_decompression_can_be_set(tmp_path: Path) -> None:
    limits = ArchiveSettings(max_decompressed_bytes=1 << 20)
    with pytest.raises(TooLargeError, match="1,048,576 bytes"):
        read(tmp_path / "big.gz", gzip.compress(bytes(range(256)) * 8192), limits)


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    assert read(tmp_path / "bom.txt", b"\xef\xbb\xbf{}\n")[0] == b"{}\n"
    assert read(tmp_path / "bom.gz", gzip.compress(b"\xef\xbb\xbf{}\n"))[0] == b"{}\n"


def test_an_empty_file_gives_nothing(tmp_path: Path) -> None:
    assert read(tmp_path / "empty", b"")[0] == b""


def test_no_more_is_read_than_the_digest_covers(tmp_path: Path) -> None:
    path = tmp_path / "growing.log"
    path.write_bytes(b"first\n")
    digest, size = digest_of(path)
    path.write_bytes(b"first\nsecond\n")
    assert b"".join(pieces(Reading(path, size), ArchiveSettings())) == b"first\n"
    assert digest == hashlib.sha256(b"first\n").hexdigest()


def test_the_head_is_looked_at_without_being_consumed() -> None:
    head, flow = head_of(iter([b"a" * 100_000, b"b" * 100_000]))
    assert len(head) == HEAD
    assert b"".join(flow) == b"a" * 100_000 + b"b" * 100_000
