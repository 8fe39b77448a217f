"""The rows of a run in a file: the same bytes each time, and unpacked no further than is told."""

from __future__ import annotations

import gzip
import hashlib
import random
import subprocess
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from siemlib.errors import EvidenceError
from siemlib.evidence.digest import canonical_row, sha256_rows
from siemlib.evidence.rows import look_at, unpacked, write_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def rows(count: int) -> Iterator[dict[str, str]]:
    source = random.Random(7)  # noqa: S311 - the same rows each time
    return ({"place": str(n), "text": f"{source.getrandbits(400):x} \u00e9\U0001f40d"} for n in range(count))


@pytest.mark.parametrize("count", [0, 1, 20_000])
def test_what_is_written_is_told_and_found_again(count: int, tmp_path: Path) -> None:
    path = tmp_path / "rows.gz"
    told = write_rows(path, rows(count))
    assert told.sha256 == sha256_rows(rows(count))
    assert (told.rows, told.bytes) == (count, sum(len(canonical_row(row)) for row in rows(count)))
    assert look_at(path, told.bytes) == told
    assert subprocess.run(["gunzip", "-c", path], capture_output=True, check=True).stdout == b"".join(
        map(canonical_row, rows(count))
    )


def test_the_same_rows_are_the_same_bytes_whatever_the_file_is_called(tmp_path: Path) -> None:
    for name in ("a.gz", "b.gz"):
        write_rows(tmp_path / name, rows(100))
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


def test_rows_are_written_and_read_a_block_at_a_time(tmp_path: Path) -> None:
    def long() -> Iterator[dict[str, str]]:
        return ({"text": "x" * 100_000 + str(n)} for n in range(400))

    tracemalloc.start()
    told = write_rows(tmp_path / "rows.gz", long())
    assert look_at(tmp_path / "rows.gz", told.bytes) == told
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told.bytes > 40_000_000
    assert most < 12_000_000


def test_no_more_is_unpacked_than_is_told(tmp_path: Path) -> None:
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(b"\0" * (40 << 20), 6))
    given: list[int] = []
    with pytest.raises(EvidenceError, match="unpacks to more than the 5,000,000 bytes"):
        given.extend(map(len, unpacked(tmp_path / "bomb.gz", 5_000_000)))
    assert 0 < sum(given) <= 5_000_000


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "cut off"),
        (b"no gzip at all", "not one that gzip can unpack"),
        (gzip.compress(b'{"a":"b"}\n', mtime=0)[:-4], "cut off"),
        (gzip.compress(b'{"a":"b"}\n', mtime=0) + gzip.compress(b"", mtime=0), "something follows"),
        (gzip.compress(b'{"a":"b"}\n', mtime=0) + b"\0", "something follows"),
        (gzip.compress(b'{"a":"b"}', mtime=0), "last row is cut off"),
        (gzip.compress(b'{"a":"b"}\n', mtime=0)[:-8] + bytes(8), "not one that gzip can unpack"),
    ],
)
def test_a_file_of_another_kind_is_told(content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "rows.gz").write_bytes(content)
    with pytest.raises(EvidenceError, match=told):
        look_at(tmp_path / "rows.gz", 1000)


def test_the_digest_is_of_the_bytes_that_are_unpacked(tmp_path: Path) -> None:
    (tmp_path / "rows.gz").write_bytes(gzip.compress(b'{"b":"1","a":"2"}\n'))
    assert look_at(tmp_path / "rows.gz", 18).sha256 == hashlib.sha256(b'{"b":"1","a":"2"}\n').hexdigest()
