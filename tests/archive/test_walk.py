"""What a load looks at, and what it passes by with a reason."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from siemlib.archive import load
from siemlib.archive.walk import find_files
from tests.archive.deliveries import ndjson, record

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_folders_that_are_not_entered_are_said_too(tmp_path: Path) -> None:
    ndjson(tmp_path / "in" / "ct.json", [record(1)])
    ndjson(tmp_path / "in" / ".old" / "ct.json", [record(2)])
    ndjson(tmp_path / "elsewhere" / "ct.json", [record(3)])
    (tmp_path / "in" / "more").symlink_to(tmp_path / "elsewhere")

    found = {each.path.name: each.skipped for each in find_files([tmp_path / "in"], tmp_path / "a")}

    assert found == {".old": "hidden", "more": "a link to a folder", "ct.json": None}


def test_a_folder_that_cannot_be_opened_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ndjson(tmp_path / "in" / "ct.json", [record(1)])
    closed = tmp_path / "in" / "closed"
    closed.mkdir()
    opened = os.scandir

    def scandir(path: str) -> object:
        if str(path) == str(closed):
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path)

    monkeypatch.setattr(os, "scandir", scandir)
    summary = load([tmp_path / "in"], tmp_path / "a")

    assert [each.path for each in summary.refused] == [closed]
    assert [group.events for group in summary.groups] == [1]
