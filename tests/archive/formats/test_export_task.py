"""Export tasks: a time before each event, further lines without."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.archive.formats.export_task import EXPORT_TASK
from siemlib.archive.stream import Reading

PATH = Path("exportedlogs/1f7f2a9e-0000-4000-8000-000000000000/i-0abc/000000.gz")
TIME = "2020-09-08T04:00:24.120Z"
MILLIS = 1_599_537_624_120


def read(data: bytes, size: int, limit: int = 100, problem: str | None = None) -> list[tuple[int, bytes, int]]:
    pieces = (data[n : n + size] for n in range(0, len(data), size))
    return [
        row
        for batch in EXPORT_TASK.read(pieces, Reading(PATH, 0, problem=problem), limit)
        for row in zip(
            batch.ordinals.to_pylist(),
            batch.messages.to_pylist(),
            batch.timestamps.to_pylist() if batch.timestamps is not None else [],
            strict=True,
        )
    ]


@given(
    st.lists(st.text("ab\n\r\tZ2:é ", max_size=30).map(str.encode).filter(lambda m: len(m) <= 100), max_size=6),
    st.integers(1, 60),
)
def test_messages_come_back_as_they_were_with_all_their_lines(messages: list[bytes], size: int) -> None:
    data = b"".join(f"{TIME} ".encode() + message + b"\n" for message in messages)
    assert read(data, size) == [(n, message, MILLIS) for n, message in enumerate(messages, start=1)]


def test_the_last_line_needs_no_end() -> None:
    assert read(f"{TIME} one\n{TIME} two".encode(), 1000) == [(1, b"one", MILLIS), (2, b"two", MILLIS)]


def test_a_day_that_is_in_no_calendar_leaves_the_event_without_a_time() -> None:
    data = f"{TIME} one\n2021-02-30T00:00:00.000Z two\n{TIME} three\n".encode()
    batches = list(EXPORT_TASK.read(iter([data]), Reading(PATH, 0), 100))
    times = [time for batch in batches if batch.timestamps is not None for time in batch.timestamps.to_pylist()]
    assert times == [MILLIS, None, MILLIS]


@pytest.mark.parametrize("size", [7, 1 << 20])
def test_an_event_above_the_limit_is_rejected_whole(size: int) -> None:
    long = b"x" * 300 + b"\n" + b"y" * 300
    data = f"{TIME} one\n{TIME} ".encode() + long + f"\n{TIME} three\n".encode()
    pieces = (data[n : n + size] for n in range(0, len(data), size))
    batches = list(EXPORT_TASK.read(pieces, Reading(PATH, 0), 100))
    events = [row for b in batches for row in zip(b.ordinals.to_pylist(), b.messages.to_pylist(), strict=True)]
    (rejection,) = [each for batch in batches for each in batch.rejections]
    assert events == [(1, b"one"), (3, b"three")]
    assert rejection.ordinal == 2
    assert rejection.reason == "longer than 100 bytes"
    assert rejection.length >= len(long)
    assert b"x" * 50 in rejection.text


def test_an_event_in_which_the_file_broke_off_is_no_event() -> None:
    data = f"{TIME} one\n{TIME} tw".encode()
    batches = list(EXPORT_TASK.read(iter([data]), Reading(PATH, 0, problem="the gzip data ends early"), 100))
    assert [m for batch in batches for m in batch.messages.to_pylist()] == [b"one"]
    assert batches[-1].cut
    assert batches[-1].rejections[0].text == f"{TIME} tw".encode()


def test_the_folder_of_the_file_is_the_log_stream() -> None:
    assert EXPORT_TASK.stream(PATH) == "i-0abc"
    assert EXPORT_TASK.stream(Path("saved-export.log.gz")) == "saved-export.log"


@pytest.mark.parametrize(
    ("head", "is_export"),
    [
        (f"{TIME} message", True),
        (f"{TIME}\tmessage", False),
        ("2020-09-08T04:00:24Z message", False),
        ("2020-13-08T04:00:24.120Z message", False),
        (f" {TIME} message", False),
    ],
)
def test_an_export_is_told_by_the_time_it_begins_with(head: str, is_export: bool) -> None:  # noqa: FBT001 - a parameter
    assert EXPORT_TASK.recognise(head.encode(), PATH) is is_export
