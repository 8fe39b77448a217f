"""Tests of one group share a worker, or everything that is made once for a group is made by each worker."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TESTS = """
import os, pathlib, time, pytest

@pytest.mark.xdist_group("a")
@pytest.mark.parametrize("number", range(6))
def test_a(number): note("a")

@pytest.mark.xdist_group("b")
@pytest.mark.parametrize("number", range(6))
def test_b(number): note("b")

def note(group):
    time.sleep(0.05)
    (pathlib.Path(__file__).parent / f"{group}-{os.environ['PYTEST_XDIST_WORKER']}").touch()
"""


def test_the_tests_of_a_group_run_in_one_worker(project: Path, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("from tests.grouping import pytest_collection_modifyitems\n")
    (tmp_path / "test_groups.py").write_text(_TESTS)
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
    workers = {group: [path.name for path in tmp_path.glob(f"{group}-*")] for group in "ab"}
    assert [len(found) for found in workers.values()] == [1, 1], workers
