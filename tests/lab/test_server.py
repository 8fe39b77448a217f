"""The server listens on this machine alone, and the notebooks are there without one being lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.errors import UsageError
from siemlib.lab.server import prepare_notebooks, settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_missing_notebooks_are_copied_and_those_that_are_there_stay(project: Path, tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    own = tmp_path / "notebooks" / "pivot-ip.ipynb"
    own.write_text("mine", "utf-8")
    copied = prepare_notebooks()
    ours = sorted(path.name for path in (project / "notebooks").glob("*.ipynb"))
    assert sorted([*copied, "pivot-ip.ipynb"]) == ours
    assert own.read_text("utf-8") == "mine"
    assert prepare_notebooks() == []


def test_in_the_checkout_nothing_is_copied(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    assert prepare_notebooks() == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "notebooks").write_text("a file")
    with pytest.raises(UsageError, match="notebooks cannot be written"):
        prepare_notebooks()


def test_nobody_else_is_listened_to_or_asked(tmp_path: Path) -> None:
    given = dict(option.removeprefix("--").split("=", 1) for option in settings(9000, browser=False))
    assert given["ServerApp.ip"] == "127.0.0.1"
    assert (given["ServerApp.port"], given["ServerApp.port_retries"]) == ("9000", "0")
    assert given["ServerApp.root_dir"] == str(tmp_path)
    assert given["LabApp.news_url"] == "None"
    assert given["LabApp.check_for_updates_class"].endswith("NeverCheckForUpdate")
    assert given["LabApp.extension_manager"] == "readonly"
    assert not any("token" in name.lower() for name in given)
    assert not any(option.startswith("--ServerApp.port") for option in settings(None, browser=True))
