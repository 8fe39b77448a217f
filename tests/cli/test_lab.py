"""``siem lab``: what it says, what it makes, and what it refuses before a server is there."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from siemlib.cli.app import run
from siemlib.lab import server
from tests.fixtures_sample import sample_archive

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["sample_archive"]
pytestmark = pytest.mark.xdist_group("sample")

URL = "http://127.0.0.1:8888/lab/tree/notebooks?token=secret"


class Started:
    """Stands for a server; counts how often it was started."""

    count = 0

    def start(self) -> None:
        """Start, and end at once."""
        Started.count += 1


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder to stand in; no server is started."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(server, "open_lab", lambda *_, **__: (Started(), URL))
    monkeypatch.setattr(Started, "count", 0)
    return tmp_path


def test_the_sample_is_made_once_and_the_url_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "--no-browser"]) == 0
    out, told = capsys.readouterr()
    assert out == f"{URL}\n"
    assert "making the sample incident in demo" in told
    assert "copied into notebooks: " in told
    assert (folder / "demo" / "archive" / "archive.json").is_file()
    assert not (folder / "reports").exists()
    assert run(["lab"]) == 0
    assert "the sample incident is in demo/archive" in capsys.readouterr().err
    assert Started.count == 2


def test_an_archive_of_ones_own_is_named_for_the_parameter_cell_and_no_sample_is_made(
    folder: Path, sample_archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for option in (["--archive", str(sample_archive)], ["--engine", f"local:{sample_archive}"]):
        assert run(["lab", *option]) == 0
        assert f'engine: str = "local:{sample_archive}"' in capsys.readouterr().err
    assert not (folder / "demo").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--archive", "nowhere"], "nowhere"),
        (["--archive", "a", "--engine", "local:a"], "--engine and --archive are given"),
        (["--engine", "telnet:a"], "not an engine"),
    ],
)
def test_what_is_no_archive_is_told_before_anything_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    assert run(["lab", *options]) == 2
    assert message in capsys.readouterr().err
    assert list(folder.iterdir()) == []
    assert Started.count == 0


def _siem_lab(
    tmp_path: Path, archive: Path, *options: str, settings: object = None
) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "jupyter_server_config.json").write_text(json.dumps(settings or {}), "utf-8")
    environment = {**kept, "HOME": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path / "settings")}
    command = [sys.executable, "-m", "siemlib.cli", "lab", "--no-browser", "--archive", str(archive), *options]
    return subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_server_that_anybody_could_use_is_not_started(tmp_path: Path, sample_archive: Path) -> None:
    done = _siem_lab(tmp_path, sample_archive, settings={"IdentityProvider": {"token": ""}})
    assert (done.returncode, done.stdout) == (2, "")
    assert "the settings of Jupyter take the token away" in done.stderr


def test_a_port_that_is_in_use_is_told(tmp_path: Path, sample_archive: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = _siem_lab(tmp_path, sample_archive, "--port", str(port))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"JupyterLab cannot listen on the port {port}" in done.stderr
    assert "Traceback" not in done.stderr
