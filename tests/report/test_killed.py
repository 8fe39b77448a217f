"""A build that is killed leaves the reports as they were, or with one more whole one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from typing import TYPE_CHECKING

import pytest

from siemlib.evidence.steps import Outcome
from siemlib.evidence.verify import verify_report
from siemlib.report.place import clear_stale, hold
from tests.report.killing import PLACES
from tests.report.notebook import WHOLE, write_notebook

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("report")
NAMES = [f"{ends}{phase}".replace(" ", "-") for phase, ends in PLACES]
DAY = date(2026, 3, 4).isoformat()


def tree(root: Path) -> dict[str, bytes]:
    """Every file but those of builds that did not end, and of the shared script."""
    files = (path for path in root.rglob("*") if path.is_file())
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    return {name: data for name, data in found.items() if not name.startswith(".building-") and "/assets/" not in name}


def check_sealed(folder: Path) -> None:
    """It verifies, and was signed: what stands under its name is never yet to be sealed."""
    found = verify_report(folder)
    assert found.failed == ()
    assert "the signature" in {step.title for step in found.steps if step.outcome is Outcome.PASSED}


@pytest.fixture(scope="module")
def killed(built: Built, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with reports as they were, and beside it one for each phase that a build was killed at."""
    place = tmp_path_factory.mktemp("killed")
    notebook = write_notebook(place / "notebooks" / "pivot-test.ipynb", *WHOLE)
    command = [
        sys.executable,
        "-m",
        "tests.report.killing",
        str(built.folder / "data"),
        str(place / "reports"),
        str(notebook),
    ]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ended = json.loads(done.stdout)
    assert (ended.pop(""), ended.pop("later")) == (0, 0), done.stderr
    assert set(ended.values()) == {-signal.SIGKILL}, (ended, done.stderr)
    assert set(ended) == set(NAMES)
    return place


@pytest.mark.parametrize("phase", NAMES)
def test_a_kill_leaves_whole_reports_alone(killed: Path, phase: str) -> None:
    before, after = tree(killed / "reports"), tree(killed / phase)
    first = f"{DAY}/pivot-test/"
    reports = {name.split("/")[1] for name in after if name.startswith(f"{DAY}/") and name.count("/") > 1}
    assert "pivot-test" in reports
    assert reports <= {"pivot-test", "pivot-test.1"}
    for name in reports:
        check_sealed(killed / phase / DAY / name)
    was = {name.removeprefix(first): data for name, data in before.items() if name.startswith(first)}
    kept = [
        {name.removeprefix(f"{DAY}/{each}/"): data for name, data in after.items() if name.startswith(f"{DAY}/{each}/")}
        for each in reports
    ]
    assert was in kept
    assert "<html" in after["index.html"].decode()


def test_the_next_build_goes_well_and_clears_what_was_left(killed: Path) -> None:
    assert list((killed / "bag").glob(".building-*"))
    assert not list((killed / "later").glob(".building-*"))
    for name in ("pivot-test", "pivot-test.1"):
        check_sealed(killed / "later" / DAY / name)


def test_a_folder_that_nobody_holds_is_cleared(tmp_path: Path) -> None:
    left, at_work, young = (tmp_path / f".building-{name}" for name in ("left", "at-work", "young"))
    sealing = tmp_path / DAY / ".building-seal"  # of a report that was being sealed later
    for folder in (left, at_work, young, sealing):
        folder.mkdir(parents=True)
    for folder in (left, at_work, sealing):
        os.utime(folder, (time.time() - 3600,) * 2)
    held = hold(at_work)
    assert held is not None
    clear_stale(tmp_path, time.time())
    os.close(held)
    assert sorted(tmp_path.iterdir()) == sorted([at_work, young, sealing.parent])
    assert list(sealing.parent.iterdir()) == []
