"""A running load holds a bounded amount of what it has read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.archive import load
from siemlib.archive.stage import Stage
from siemlib.settings import ArchiveSettings
from tests.archive.deliveries import ndjson

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from siemlib.archive.kind import Kind


def test_millions_of_tiny_lines_are_written_before_they_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Kind] = []
    flush = Stage._flush

    def counted(stage: Stage, kind: Kind) -> None:
        written.append(kind)
        flush(stage, kind)

    monkeypatch.setattr(Stage, "_flush", counted)
    file = ndjson(tmp_path / "app.log", [*["2026-03-04T10:00:00Z x"] * 60, *["a"] * 30_000])

    # The rows of 30,000 lines of one byte take some 3 MB; their text is far below the limit.
    load([file], tmp_path / "a", settings=ArchiveSettings(chunk_bytes=1 << 20))
    assert len(written) == 1

    written.clear()
    for n in range(600):
        ndjson(tmp_path / "many" / f"{n}.log", [f"2026-03-04T10:00:00Z {n}"])
    load([tmp_path / "many"], tmp_path / "b", settings=ArchiveSettings(chunk_bytes=1 << 20))
    assert len(written) == 3
