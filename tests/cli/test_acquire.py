"""``siem acquire`` as a person runs it."""

from __future__ import annotations

import os
import sys
from subprocess import run
from typing import TYPE_CHECKING

import pytest

from siemlib.archive import Archive
from siemlib.serve.faults import End
from tests.cli.here import siem_here
from tests.fixtures_serve import lead_boto3_to, serving
from tests.live.acquire.accounts import APP, APP_EVENTS, SPAN, TRAIL, TRAIL_EVENTS, source_archive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from subprocess import CompletedProcess

    from tests.fixtures_serve import Endpoint

ACQUIRE = ("acquire", "--engine", "live:us-east-1", "--archive", "A")
HOUR = ("--from", "2026-03-04T10:00Z", "--to", "2026-03-04T11:00Z")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with serving(source_archive(tmp_path_factory.mktemp("account"))) as served:
        yield served


@pytest.fixture
def folder(endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    lead_boto3_to(monkeypatch, endpoint)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def siem(folder: Path, *arguments: str) -> CompletedProcess[str]:
    return run(
        [sys.executable, "-m", "siemlib.cli", *ACQUIRE, *arguments],
        cwd=folder,
        env=os.environ.copy(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_table_says_what_came_and_the_second_run_that_it_was_there(folder: Path) -> None:
    groups = ("--log-group", APP, "--log-group", TRAIL, *HOUR)
    done = siem(folder, *groups)
    assert (done.returncode, done.stderr) == (0, "")
    cells = {line.split()[0]: line.split() for line in done.stdout.splitlines() if line.strip()}
    assert cells[APP][1:6] == ["plain", f"{APP_EVENTS}", f"{APP_EVENTS}", f"{APP_EVENTS}", "0"]
    assert cells[TRAIL][1:6] == ["cloudtrail", f"{TRAIL_EVENTS}", f"{TRAIL_EVENTS}", f"{TRAIL_EVENTS}", "0"]
    assert [cells[name][-1] for name in (APP, TRAIL)] == ["yes", "yes"]
    again = siem(folder, *groups)
    assert again.returncode == 0
    cells = {line.split()[0]: line.split() for line in again.stdout.splitlines() if line.strip()}
    assert cells[APP][4:6] == ["0", f"{APP_EVENTS}"]
    assert sum(group.events or 0 for group in Archive.open(folder / "A").log_groups()) == APP_EVENTS + TRAIL_EVENTS


def test_what_is_missing_is_named_and_the_exit_code_tells_it(endpoint: Endpoint, folder: Path) -> None:
    endpoint.faults.add("StartQuery", End("Failed", 10), after=1)
    done = siem(folder, "--log-group", TRAIL, *HOUR)
    assert done.returncode == 3
    assert f"siem: {TRAIL}: missing from 2026-03-04 10:00:00.000 to 2026-03-04 11:00:00.000 UTC" in done.stderr
    assert "the same command asks only for what is missing" in done.stderr
    assert siem(folder, "--log-group", TRAIL, *HOUR).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--log-group", "nothing", *HOUR), "siem: no log group named 'nothing'"),
        (("--log-group", APP), "siem: no time is given"),
        (("--log-group", APP, *HOUR, "--by", "insights", "--filter", "x"), "siem: a filter pattern needs"),
        (("--log-group", APP, *HOUR, "--s3", "s3://b/p", "--name-fields"), "siem: what a flow log writes is asked of"),
        (("--log-group", APP, *HOUR, "--s3", "bucket"), "siem: not a place in S3: 'bucket'"),
        (("--log-group", APP, *HOUR, "--engine", "local:A"), "siem: events are acquired from an account"),
    ],
)
def test_each_mistake_is_one_line(folder: Path, arguments: tuple[str, ...], told: str) -> None:
    done = siem_here(folder, *ACQUIRE, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith(told)
    assert not (folder / "A").exists()


def test_the_hour_is_that_of_the_tests() -> None:
    assert (f"{SPAN.start:%Y-%m-%dT%H:%MZ}", f"{SPAN.end:%Y-%m-%dT%H:%MZ}") == (HOUR[1], HOUR[3])
