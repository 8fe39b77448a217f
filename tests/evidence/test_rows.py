"""The rows of a run in a file: the bytes that its digest is of, written and read a block at a time."""

from __future__ import annotations

import gzip
import random
import subprocess
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from siemlib.errors import EvidenceError
from siemlib.evidence.digest import canonical_row, sha256_rows
from siemlib.evidence.rows import count_rows, pieces, read_rows, rows_beside, write_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def rows(count: int) -> Iterator[dict[str, str]]:
    source = random.Random(7)  # noqa: S311 - the same rows each time
    return ({"place": str(n), "text": f"{source.getrandbits(400):x} \u00e9\U0001f40d"} for n in range(count))


@pytest.mark.parametrize("count", [0, 1, 20_000])
def test_what_is_written_is_told_and_found_again(count: int, tmp_path: Path) -> None:
    path = tmp_path / "a.rows.jsonl"
    told = write_rows(path, rows(count))
    assert told.sha256 == sha256_rows(rows(count))
    assert (told.rows, told.bytes, told.whole) == (count, path.stat().st_size, True)
    assert count_rows(pieces(path, told.bytes)) == told
    assert list(read_rows(path)) == list(rows(count))
    assert path.read_bytes() == b"".join(map(canonical_row, rows(count)))


def test_packed_rows_are_read_as_plain_ones(tmp_path: Path) -> None:
    """As the first versions kept them; ``gunzip`` gives the same bytes."""
    told = write_rows(tmp_path / "a.rows.jsonl", rows(5_000))
    assert rows_beside(tmp_path / "a.json") == tmp_path / "a.rows.jsonl"
    packed = tmp_path / "a.rows.jsonl.gz"
    packed.write_bytes(gzip.compress((tmp_path / "a.rows.jsonl").read_bytes()))
    assert rows_beside(tmp_path / "a.json") == packed
    assert count_rows(pieces(packed, told.bytes)) == told
    assert list(read_rows(packed)) == list(rows(5_000))
    unpacked = subprocess.run(["gunzip", "-c", packed], capture_output=True, check=True).stdout
    assert unpacked == (tmp_path / "a.rows.jsonl").read_bytes()


@pytest.mark.parametrize("name", ["rows.jsonl", "a.rows.jsonl.gz"])
def test_rows_are_written_and_read_a_block_at_a_time(name: str, tmp_path: Path) -> None:
    def long() -> Iterator[dict[str, str]]:
        return ({"text": "x" * 100_000 + str(n)} for n in range(400))

    tracemalloc.start()
    told = write_rows(tmp_path / "rows.jsonl", long())
    if name != "rows.jsonl":
        with (tmp_path / "rows.jsonl").open("rb") as plain, gzip.open(tmp_path / name, "wb") as file:
            file.writelines(plain)
    assert count_rows(pieces(tmp_path / name, told.bytes)) == told
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told.bytes > 40_000_000
    assert most < 12_000_000


@pytest.mark.parametrize("name", ["bomb.rows.jsonl", "bomb.rows.jsonl.gz"])
def test_no_more_is_read_than_is_told(name: str, tmp_path: Path) -> None:
    bomb = b"\0" * (40 << 20)
    (tmp_path / name).write_bytes(gzip.compress(bomb, 6) if name.endswith(".gz") else bomb)
    given: list[int] = []
    with pytest.raises(EvidenceError, match="holds more than the 5,000,000 bytes"):
        given.extend(map(len, pieces(tmp_path / name, 5_000_000)))
    assert 0 < sum(given) <= 5_000_000


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "cut off"),
        (b"no gzip at all", "not one that gzip can unpack"),
        (gzip.compress(b'{"a":"b"}\n', mtime=0)[:-4], "cut off"),
        (gzip.compress(b'{"a":"b"}\n', mtime=0) + gzip.compress(b"", mtime=0), "something follows"),
        (gzip.compress(b'{"a":"b"}\n', mtime=0) + b"\0", "something follows"),
        (gzip.compress(b'{"a":"b"}\n', mtime=0)[:-8] + bytes(8), "not one that gzip can unpack"),
    ],
)
def test_a_packed_file_of_another_kind_is_told(content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "a.rows.jsonl.gz").write_bytes(content)
    with pytest.raises(EvidenceError, match=told):
        count_rows(pieces(tmp_path / "a.rows.jsonl.gz", 1000))


def test_half_a_row_is_seen() -> None:
    assert count_rows([b'{"a":"b"}\n{"a":', b'"b"}\n']).rows == 2
    assert count_rows([b'{"a":"b"}\n', b'{"a":"b"}']).whole is False
    assert count_rows([]).whole is True
