"""What the documents tell people to type works as it stands there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from contextlib import contextmanager
from itertools import takewhile
from typing import TYPE_CHECKING

import pytest

from siemlib.sample import write_sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

SIEM = [sys.executable, "-m", "siemlib.cli"]
_SECONDS = 240
"""For one command: far more than it needs, so that one that waits for ever is an error and not a hang."""


def blocks(text: str, language: str) -> list[str]:
    """The blocks of a language, ``""`` for none; every fence is looked at, so that none is taken for another's end."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return [block for its, block in found if its == language]


def done(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """What a command printed, which had to end well, and in time."""
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=_SECONDS
    )
    assert ended.returncode == 0, (command, ended.stderr)
    return ended.stdout


@pytest.fixture(scope="module")
def clone(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as it is after `make demo`: the sample logs in demo/logs, the notebooks beside them."""
    folder = tmp_path_factory.mktemp("clone")
    (folder / "notebooks").symlink_to(project / "notebooks")
    write_sample(folder / "demo" / "logs")
    return folder


@pytest.fixture(scope="module")
def said(project: Path, clone: Path) -> dict[str, str]:
    """What each command of the README printed, by its verb, after all of them were run in their order."""
    lines = "\n".join(blocks((project / "README.md").read_text("utf-8"), "")).splitlines()
    printed = {}
    for command in [shlex.split(line) for line in lines if line.startswith("siem ")]:
        printed[" ".join(command[1:3])] = done([*SIEM, *command[1:]], clone)
    return printed


@pytest.mark.xdist_group("documents")
def test_every_command_of_the_readme_does_what_it_says(clone: Path, said: dict[str, str]) -> None:
    assert {command.partition(" ")[0] for command in said} == {"load", "query", "compile", "report", "evidence"}
    assert "reports/2026-03-04/pivot-ip/data/report.html" in said["report run"]
    assert (clone / "reports" / "2026-03-04" / "pivot-ip" / "data" / "report.html").is_file()
    assert "pivot-ip verifies" in said["evidence verify"]
    assert "runs give the same rows" in said["evidence reproduce"]
    assert (clone / "pivot-ip.zip").is_file()


@pytest.mark.xdist_group("documents")
@pytest.mark.usefixtures("said")
def test_the_python_of_the_readme_runs_after_its_commands(project: Path, clone: Path) -> None:
    (code,) = blocks((project / "README.md").read_text("utf-8"), "python")
    shown = f"{code}\nprint(len(found.frame), found.completeness)\n"
    rows, completeness = done([sys.executable, "-c", shown], clone).split()
    assert int(rows) > 0
    assert completeness == "complete"


@contextmanager
def endpoint(command: Sequence[str], folder: Path) -> Iterator[dict[str, str]]:
    """The command that serves an archive, on a free port, and the environment that it tells to set."""
    port = command.index("--port") + 1
    command = [*command[:port], "0", *command[port + 1 :]]
    with subprocess.Popen([*SIEM, *command[1:]], cwd=folder, stderr=subprocess.PIPE, text=True) as serving:
        try:
            assert serving.stderr is not None
            lines = iter(serving.stderr.readline, "")
            told = "".join(takewhile(lambda line: line != "Ctrl-C ends it\n", lines))
            variables = dict(re.findall(r"(AWS_\w+)=(\S+)", told))
            assert variables["AWS_ENDPOINT_URL_CLOUDWATCH_LOGS"].startswith("http://127.0.0.1:"), told
            yield {**os.environ, **variables, "XDG_CACHE_HOME": str(folder / "cache")}
        finally:
            serving.terminate()


@pytest.mark.xdist_group("documents")
@pytest.mark.usefixtures("said")
def test_the_commands_for_the_live_account_work_on_an_archive_that_plays_it(project: Path, clone: Path) -> None:
    live, (serve,) = (block.splitlines() for block in blocks((project / "README.md").read_text("utf-8"), "sh"))
    printed = {}
    with endpoint(shlex.split(serve), clone) as environment:
        for command in map(shlex.split, live):
            printed[command[1]] = done([*SIEM, *command[1:]], clone, environment)
    assert set(printed) == {"policy", "query", "report", "acquire", "spool"}
    assert "vpc-flow" in printed["spool"]
    (page,) = re.findall(r"\S+/data/report\.html", printed["report"])
    assert (clone / page).is_file()


@pytest.mark.xdist_group("documents")
@pytest.mark.usefixtures("said")
def test_the_lines_that_check_a_report_are_those_of_the_folders_own_readme(project: Path, clone: Path) -> None:
    text = (project / "reports" / "README.md").read_text("utf-8")
    script = "\n".join(re.findall(r"^ {4}((?:cd|sha256sum) .*)$", text, flags=re.MULTILINE))
    assert script.count("sha256sum") == 3
    assert re.fullmatch(r"[0-9a-f]{64}  tagmanifest-sha256.txt\n", done(["bash", "-ec", script], clone / "reports"))


def test_links_between_documents_lead_somewhere(project: Path) -> None:
    documents = [*project.glob("*.md"), *(project / "siemlib").rglob("*.md"), *project.glob("*/README.md")]
    links = [
        (document, target)
        for document in documents
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8"))
    ]
    assert links
    assert [(str(d), target) for d, target in links if not (d.parent / target).exists()] == []
