"""The command line as people meet it: exit codes, one line for an error, no traceback."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def siem(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "siemlib.cli", *arguments], capture_output=True, text=True, check=False
    )


def test_help_names_every_verb() -> None:
    done = siem("--help")
    assert done.returncode == 0
    for verb in ("demo", "load", "query", "compile", "report"):
        assert verb in done.stdout


def test_version_is_the_packages() -> None:
    assert siem("--version").stdout == "siem 0.1.0\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-verb"],
        ["load"],
        ["query", "fields @message"],
        ["report", "run", "no-such-report", "--engine", "local:nowhere"],
        ["compile", "fields |"],
        ["query", "fields @message", "--engine", "local:nowhere", "--last", "24h"],
        ["query", "fields @message", "--engine", "ftp:nowhere", "--last", "24h"],
    ],
)
def test_wrong_usage_is_exit_2_without_a_traceback(arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "siemlib.cli", *arguments], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
