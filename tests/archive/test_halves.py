"""An event that names half of a surrogate pair is an event: nobody hides what he did by writing one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.archive.halves import mended
from siemlib.archive.load import load
from siemlib.local.engine import open_local
from siemlib.model.timespan import TimeSpan

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (r'{"a":"\ud800"}', r'{"a":"\ufffd"}'),
        (r'{"a":"x\udc00\uD83D\uDE00\uDBFFy"}', r'{"a":"x\ufffd\uD83D\uDE00\ufffdy"}'),
        (r'{"a":"\\ud800 \\\ud800"}', r'{"a":"\\ud800 \\\ufffd"}'),
        (r'{"a":"\ud7ff\ue000"}', r'{"a":"\ud7ff\ue000"}'),
    ],
)
def test_half_a_pair_is_mended_and_what_only_looks_like_one_is_not(text: str, whole: str) -> None:
    assert mended(text) == whole


def test_an_event_with_half_a_pair_is_found_at_its_time_and_as_it_was_received(tmp_path: Path) -> None:
    lines = [
        r'{"timestamp":"2026-03-04T10:00:00Z","user":"eve","msg":"\ud800"}',
        r'{"timestamp":"2026-03-04T10:00:01Z","user":"eve","msg":"\ud83d\ude00"}',
        r'{"timestamp":"2026-03-04T10:00:02Z","user":"eve","msg":"\udfff}',
    ]
    (tmp_path / "app.json").write_text("\n".join(lines), "utf-8")

    summary = load([tmp_path / "app.json"], tmp_path / "archive", log_group="app")

    assert (summary.groups[0].events, summary.groups[0].rejected) == (2, 1)
    span = TimeSpan.of_millis(1772618400000, 1772618460000)
    result = open_local(tmp_path / "archive").run(
        "fields @timestamp, @message, user | sort @timestamp asc", span, ["app"]
    )
    assert [row["@message"] for row in result.rows] == lines[:2]
    assert [row["@timestamp"] for row in result.rows] == ["2026-03-04 10:00:00.000", "2026-03-04 10:00:01.000"]
    assert "user" not in result.rows[0]
    assert result.rows[1]["user"] == "eve"
