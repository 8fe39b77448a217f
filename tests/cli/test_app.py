"""The command line as people meet it: exit codes, one line for an error, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.here import siem_here

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
    "arguments", [["no-such-verb"], ["load"], ["report", "run", "no-such-report", "--engine", "local:nowhere"]]
)
def test_wrong_usage_is_exit_2_without_a_traceback(arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "siemlib.cli", *arguments], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    check_is_refused(done, tmp_path)


@pytest.mark.parametrize(
    "arguments",
    [
        ["query", "fields @message"],
        ["compile", "fields |"],
        ["query", "fields @message", "--engine", "local:nowhere", "--last", "24h"],
        ["query", "fields @message", "--engine", "ftp:nowhere", "--last", "24h"],
    ],
)
def test_what_cannot_be_asked_is_exit_2(arguments: list[str], tmp_path: Path) -> None:
    check_is_refused(siem_here(tmp_path, *arguments), tmp_path)


@pytest.mark.parametrize(
    "arguments",
    [
        ["evidence", "verify", ""],
        ["evidence", "verify", "--chain", ""],
        ["evidence", "verify", "--key=", "a-report"],
        ["evidence", "export", "", "-o", "a.zip"],
        ["evidence", "export", "a-report", "-o", ""],
        ["evidence", "reproduce", "", "--engine", "local:archive"],
        ["evidence", "seal", ""],
        ["evidence", "timestamp", ""],
        ["evidence", "cloudtrail", ""],
        ["load", "", "--archive", "archive"],
        ["load", "logs", "--archive", ""],
        ["report", "run", "overview", "--engine", "local:archive", "--last", "1d", "--reports", ""],
    ],
)
def test_an_empty_path_is_refused_and_is_not_the_folder_one_stands_in(arguments: list[str], tmp_path: Path) -> None:
    done = siem_here(tmp_path, *arguments)
    check_is_refused(done, tmp_path)
    assert "an empty path names no file and no folder" in done.stderr


def check_is_refused(done: subprocess.CompletedProcess[str], folder: Path) -> None:
    """Exit code 2, something said, and nothing written."""
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(("verb", "threads"), [("compile", "1"), ("report", "None")])
def test_a_process_looks_for_no_circles_at_its_end_and_leaves_the_threads_of_numpy_to_kernels(
    verb: str, threads: str
) -> None:
    told = """
import atexit, gc, os, sys
from siemlib.cli import main
atexit.register(lambda: print(os.environ.get("OPENBLAS_NUM_THREADS"), gc.get_freeze_count() > 10_000, file=sys.stderr))
main()"""
    given = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", told, verb, "--help"], env=given, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, f"{threads} True\n")
