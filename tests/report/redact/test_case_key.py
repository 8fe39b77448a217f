"""The key of a case: a file with enough of chance in it, that nobody else reads and that is not given away."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from siemlib.errors import UsageError
from siemlib.report.redact.case_key import read_key

if TYPE_CHECKING:
    from pathlib import Path


def key_file(path: Path, data: bytes, mode: int = 0o600) -> Path:
    path.touch(mode)
    path.write_bytes(data)
    path.chmod(mode)
    return path


def test_the_line_that_is_told_makes_one(tmp_path: Path) -> None:
    line = "(umask 077 && openssl rand -hex 32 > case.key)"
    subprocess.run(line, shell=True, check=True, cwd=tmp_path)  # noqa: S602 - our own line
    assert len(read_key(tmp_path / "case.key", tmp_path / "report")) == 32


def test_the_end_of_its_line_is_no_part_of_it(tmp_path: Path) -> None:
    data = os.urandom(32).hex().encode()
    keys = [
        read_key(key_file(tmp_path / f"{n}.key", data + end), tmp_path / "report")
        for n, end in enumerate((b"", b"\n", b"\r\n"))
    ]
    assert keys == keys[:1] * 3
    assert data not in keys[0]


@pytest.mark.parametrize(
    ("data", "mode", "words"),
    [
        (b"a password, and no more than it", 0o600, "is no key"),
        (b"ab" * 40, 0o600, "is no key"),
        (bytes(range(256)) * 17, 0o600, "is no key"),
        (bytes(range(40, 80)), 0o640, "others than its owner"),
        (bytes(range(40, 80)), 0o604, "others than its owner"),
    ],
)
def test_another_is_refused(data: bytes, mode: int, words: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=words):
        read_key(key_file(tmp_path / "case.key", data, mode), tmp_path / "report")


def test_one_in_the_report_is_refused_and_so_is_none(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    inside = key_file(tmp_path / "report" / "case.key", bytes(range(40, 80)))
    (tmp_path / "link.key").symlink_to(inside)
    for path in (inside, tmp_path / "link.key"):
        with pytest.raises(UsageError, match="lies in the report"):
            read_key(path, tmp_path / "report")
    with pytest.raises(UsageError, match="cannot be read"):
        read_key(tmp_path / "none.key", tmp_path / "report")
