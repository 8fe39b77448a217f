"""Tests of one group, or one file, share a worker, or what is made once for them is made by each worker."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_CONFTEST = "from tests.grouping import pytest_collection_modifyitems, pytest_xdist_make_scheduler\n"
_TESTS = """
import os, pathlib, time, pytest

@pytest.mark.xdist_group("a")
@pytest.mark.parametrize("number", range(4))
def test_a(number): note("a")

@pytest.mark.xdist_group("b")
@pytest.mark.parametrize("number", range(4))
def test_b(number): note("b")

@pytest.mark.parametrize("number", range(4))
def test_alone(number): note(pathlib.Path(__file__).stem)

def note(which):
    time.sleep(0.05)
    (pathlib.Path(__file__).parent / f"ran-{which}-{os.environ['PYTEST_XDIST_WORKER']}").touch()
"""


def test_the_tests_of_a_group_and_those_of_a_file_run_in_one_worker(project: Path, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(_CONFTEST)
    for name in ("one", "two"):
        (tmp_path / f"test_{name}.py").write_text(_TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "-p", "no:cacheprovider"]

    done = subprocess.run(
        [*command, "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(project), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    ran = sorted(path.name.split("-")[1] for path in tmp_path.glob("ran-*"))
    assert ran == ["a", "b", "test_one", "test_two"]
