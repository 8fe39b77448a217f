"""Messages a line: gzip or not, damaged, endless."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from siemlib.cli.messages import LONGEST, messages
from siemlib.errors import InputError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, data: bytes) -> Path:
    """A file, whose name says nothing of what is in it."""
    file = folder / "log"
    file.write_bytes(data)
    return file


def test_gzip_is_known_by_its_first_bytes_also_in_gzip_and_in_members(tmp_path: Path) -> None:
    once = gzip.compress(b"a\n") + gzip.compress(b"b\r\n\nc")
    for data in (once, gzip.compress(once)):
        assert list(messages([written(tmp_path, data)])) == ["a", "b", "", "c"]


def test_the_mark_at_the_beginning_is_no_part_of_the_first_message(tmp_path: Path) -> None:
    assert list(messages([written(tmp_path, b"\xef\xbb\xbf{}\n\xef\xbb\xbf\n\xff\n")])) == ["{}", "\ufeff", "\ufffd"]


def test_what_damaged_gzip_still_gives_is_read_before_it_is_told(tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(b"%d\n" % n for n in range(100_000)))
    read = []
    with pytest.raises(InputError) as told:  # noqa: PT012 - what came before the error counts as well
        for message in messages([written(tmp_path, whole[:-1000])]):
            read.append(message)  # noqa: PERF402 - as said above
    assert "log: the gzip data is damaged or cut off" in told.value.message
    assert read[:3] == ["0", "1", "2"]


def test_a_line_that_never_ends_is_refused_and_fills_no_memory(tmp_path: Path) -> None:
    assert len(next(messages([written(tmp_path, b"x" * LONGEST + b"\r\n")]))) == LONGEST
    with pytest.raises(InputError) as told:
        list(messages([written(tmp_path, b"short\n" + b"x" * (LONGEST + 1))]))
    assert told.value.message.endswith("log: line 2 is longer than 1,048,576 bytes, as no message is")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as told:
        list(messages([tmp_path / "none"]))
    assert told.value.message == f"cannot read {tmp_path / 'none'}: No such file or directory"
