"""What no file of the project may hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.house.files import project_files

if TYPE_CHECKING:
    from pathlib import Path

# Written apart, so that this file does not hold what it forbids.
HOSTS = re.compile(
    "|".join(
        [r"pypi\." + "org", "python" + "hosted", "registry\\." + "npmjs", "deb\\." + "debian", "anaconda\\." + "org"]
    )
)
MACHINE = re.compile(r"(?<![\w.])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "home/[a-z]+"]) + r")/\w")
NOTE_TO_SELF = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b")
UNFINISHED = re.compile("NotImplemented" + "Error")
BARE_EXCEPT = re.compile(r"except\s*(Exception|BaseException)?\s*:\s*\n\s*pass\b")


@pytest.mark.parametrize(
    ("pattern", "suffixes"),
    [
        pytest.param(HOSTS, (), id="the host of a package registry"),
        pytest.param(
            MACHINE, (".py", ".md", ".toml", ".ipynb", ".sh", ".yml", ".lock", ".ql", ""), id="a path of one machine"
        ),
        pytest.param(NOTE_TO_SELF, (".py", ".md", ".toml", ".ipynb", ".ql", ".j2"), id="a note to self"),
        pytest.param(UNFINISHED, (".py",), id="something unfinished"),
        pytest.param(BARE_EXCEPT, (".py",), id="an error swallowed"),
    ],
)
def test_no_file_holds(project: Path, pattern: re.Pattern[str], suffixes: tuple[str, ...]) -> None:
    found = []
    for path in project_files(project):
        if suffixes and path.suffix not in suffixes:
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(project)}:{text.count(chr(10), 0, m.start()) + 1}" for m in pattern.finditer(text)
        ]
    assert found == []


def test_only_the_clock_asks_what_time_it_is(project: Path) -> None:
    asks = re.compile(r"datetime\.now\(|datetime\.utcnow\(|date\.today\(|\btime\.time\(")
    askers = [
        str(path.relative_to(project))
        for path in project_files(project, ".py")
        if "siemlib" in path.relative_to(project).parts and asks.search(path.read_text("utf-8"))
    ]
    assert askers == ["siemlib/model/clock.py"]


def test_only_the_command_line_prints(project: Path) -> None:
    printers = [
        str(path.relative_to(project))
        for path in project_files(project, ".py")
        if path.is_relative_to(project / "siemlib")
        and not path.is_relative_to(project / "siemlib" / "cli")
        and re.search(r"(?<![\w.])print\(", path.read_text("utf-8"))
    ]
    assert printers == []


def test_no_file_is_too_large_for_git(project: Path) -> None:
    assert [str(p) for p in project_files(project) if p.stat().st_size > 1_000_000] == []
