"""Two builds of one report differ in nothing but what the first says of its own building."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from siemlib.evidence.records import check_records

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fixtures_demo import Ran

pytestmark = pytest.mark.xdist_group("demo")  # its reports are there already


@pytest.fixture(scope="module")
def builds(ran: Ran, project: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The demo's first report about the user, and another build of it: by somebody else, later and elsewhere."""
    first = ran.folder / "reports" / "2026-03-04" / "pivot-user.1"
    assert first.is_dir()
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    demo = ran.folder / "demo"
    script = project / "tests" / "cli" / "build_again.py"
    environment = {
        **os.environ,
        "PYTHONPATH": str(project),
        "PYTHONHASHSEED": "4711",
        "SIEM_USER": 'some "body" else',
        "LC_ALL": "C.UTF-8",
        "TZ": "Asia/Tokyo",
    }
    command = [sys.executable, str(script), str(demo / "archive"), str(next(demo.glob("*.pem"))), "other reports"]
    done = subprocess.run(command, cwd=elsewhere, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return first, elsewhere / "other reports" / "2026-03-04" / "pivot-user"


def left(folder: Path) -> dict[str, bytes]:
    """What is left of a report when a stranger takes out what its build.json names."""
    told = json.loads((folder / "data" / "build.json").read_text("utf-8"))
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() or any(name == whole or name.startswith(whole.rstrip("/") + "/") for whole in told["whole"]):
            continue
        content = path.read_bytes()
        for text in told["texts"].get(name, []):
            content = content.replace(text.encode(), b"")
        found[name] = content
    return found


def test_two_builds_of_one_report_are_the_same_but_for_what_they_name(builds: tuple[Path, Path]) -> None:
    first, second = map(left, builds)
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
    assert len(first) > 60


def test_what_they_name_is_little_and_in_no_evidence(builds: tuple[Path, Path]) -> None:
    told = json.loads((builds[0] / "data" / "build.json").read_text("utf-8"))
    kinds = {name.split("/")[1] for name in told["texts"]}
    pages = {"custody.jsonl", "notebook.ipynb", "report.html", "report.json", "oscal-assessment-results.json"}
    assert kinds <= {*pages, "runs"}
    assert not any(name.endswith(".gz") for name in told["texts"])
    assert "Time-Of-Build: named in data/build.json\n" in (builds[0] / "bag-info.txt").read_text("utf-8")


def test_without_taking_anything_out_only_those_files_differ(builds: tuple[Path, Path]) -> None:
    first, second = builds
    told = json.loads((first / "data" / "build.json").read_text("utf-8"))
    names = [path.relative_to(first).as_posix() for path in first.rglob("*") if path.is_file()]
    differ = {name for name in names if (first / name).read_bytes() != (second / name).read_bytes()}
    assert differ == {
        *told["texts"],
        *(name for name in told["whole"] if name in names),
        "seal/seal.json",
        "seal/signature",
    }


def test_the_records_of_both_agree_with_themselves(builds: tuple[Path, Path]) -> None:
    assert [check_records(folder / "data") for folder in builds] == [[], []]
