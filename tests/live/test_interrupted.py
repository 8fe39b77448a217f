"""Whoever ends a program of ours, by whatever signal one can answer, leaves no query running in the account."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load
from siemlib.serve.faults import Stay
from tests.fixtures_serve import lead_boto3_to, serving
from tests.report.notebook import write_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fixtures_serve import Endpoint

SPAN = ("--from", "2026-03-04T00:00Z", "--to", "2026-03-05T00:00Z")
ASK = """\
def ask():
    return case.run("stats count(*) by bin(1h)", ["app"])
case.together(ask, ask, ask)"""
ANSWERING = """\
import os, signal, sys
for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
    signal.signal(number, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, "-m", "siemlib.cli", *sys.argv[1:]])"""
"""Whoever runs the tests in the background of a shell has them ignore Ctrl-C, and what they start inherits that."""
PATIENCE = 60
OPENING = """\
from siemlib.case import open_case
case = open_case(engine=engine, start=start, end=end, title="Slow")
case"""


@pytest.fixture
def endpoint(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    """Its queries never end by themselves."""
    (tmp_path / "app.log").write_text("2026-03-04T13:00:00Z one\n")
    assert not load([tmp_path / "app.log"], tmp_path / "archive", log_group="app").refused
    with serving(tmp_path / "archive") as endpoint:
        lead_boto3_to(monkeypatch, endpoint)
        monkeypatch.setenv("PYTHONPATH", str(project))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        endpoint.faults.add("StartQuery", Stay(), times=None)
        yield endpoint


def ended_by(number: int, endpoint: Endpoint, folder: Path, *arguments: str, queries: int) -> str:
    """What a program says on stderr that gets a signal once so many queries run for it."""
    command = [sys.executable, "-c", ANSWERING, *arguments, "--engine", "live:us-east-1", *SPAN]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            until = time.monotonic() + PATIENCE
            while len(endpoint.running_queries()) < queries:
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < until
                time.sleep(0.05)
            process.send_signal(number)
            said = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert process.returncode == 128 + number
    assert said[0] == ""
    return said[1].strip()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
def test_a_query_that_is_interrupted_is_stopped(endpoint: Endpoint, tmp_path: Path, number: int) -> None:
    said = ended_by(number, endpoint, tmp_path, "query", "fields @message", queries=1)
    assert said.startswith("siem: interrupted")
    assert "Traceback" not in said
    assert not endpoint.running_queries()


def test_the_kernel_of_a_report_that_is_interrupted_stops_its_queries(endpoint: Endpoint, tmp_path: Path) -> None:
    parameters = 'engine: str = ""  # where\nstart: str = ""\nend: str = ""'
    write_notebook(tmp_path / "notebooks" / "slow.ipynb", ("code", ASK), parameters=parameters, opening=OPENING)
    said = ended_by(signal.SIGTERM, endpoint, tmp_path, "report", "run", "slow", queries=3)
    assert said.startswith("siem: interrupted")
    assert not endpoint.running_queries()
    assert len(endpoint.asked("StopQuery")) == 3
    assert list((tmp_path / "reports").iterdir()) == []
