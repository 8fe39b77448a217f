"""Cutting text into lines, wherever the pieces end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from siemlib.archive.lines import line_batches
from siemlib.archive.stream import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.archive.batch import Rejection

LIMIT = 50


def read(pieces: Sequence[bytes], problem: str | None = None) -> tuple[list[tuple[int, bytes]], list[Rejection]]:
    reading = Reading(Path("x"), 0, problem=problem)
    events: list[tuple[int, bytes]] = []
    rejections: list[Rejection] = []
    for batch in line_batches(pieces, LIMIT, reading):
        events += zip(batch.ordinals.to_pylist(), batch.messages.to_pylist(), strict=True)
        rejections += batch.rejections
    return events, rejections


@given(st.lists(st.binary(max_size=120).filter(lambda b: b"\r" not in b), max_size=8), st.integers(1, 30))
def test_lines_and_their_numbers_do_not_depend_on_the_pieces(texts: list[bytes], size: int) -> None:
    data = b"\n".join(texts)
    pieces = [data[n : n + size] for n in range(0, len(data), size)]
    events, rejections = read(pieces)
    lines = list(enumerate(data.split(b"\n"), start=1))
    assert events == [(n, line) for n, line in lines if 0 < len(line) <= LIMIT]
    assert [(r.ordinal, r.length) for r in rejections] == [(n, len(line)) for n, line in lines if len(line) > LIMIT]


def test_line_ends_of_windows_are_no_part_of_a_line() -> None:
    assert read([b"a\r\nb\rc\r\n\r\nd"])[0] == [(1, b"a"), (2, b"b\rc"), (4, b"d")]


def test_a_line_without_an_end_is_never_held_whole() -> None:
    events, rejections = read([b"ok\n" + b"x" * 40, *[b"y" * 1000] * 500, b"z\nnext\n"])
    assert events == [(1, b"ok"), (3, b"next")]
    assert [(r.ordinal, r.length) for r in rejections] == [(2, 40 + 500_000 + 1)]
    assert rejections[0].text.startswith(b"x" * 40)
    assert len(rejections[0].text) <= 64 << 10


def test_half_a_line_of_a_file_that_broke_off_is_no_event() -> None:
    events, rejections = read([b"whole\nhal"], problem="the gzip data ends early")
    assert events == [(1, b"whole")]
    assert [(r.ordinal, r.text) for r in rejections] == [(2, b"hal")]
    assert "ends early" in rejections[0].reason
