"""``siem serve``: what it says, what it refuses, and that it ends when it is told to."""

from __future__ import annotations

import builtins
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from siemlib.archive.load import load
from siemlib.cli.app import run
from siemlib.serve.limits import Limits
from siemlib.serve.server import LOOPBACK, bound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINES = "".join(f"2023-11-14T22:13:{second:02d}Z line {second}\n" for second in range(20, 30))
SECOND = 1_700_000_000


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten lines in the log group ``app``."""
    folder = tmp_path_factory.mktemp("serve")
    (folder / "app.log").write_text(LINES, "utf-8")
    assert not load([folder / "app.log"], folder / "archive", log_group="app", source="plain").refused
    return folder / "archive"


@pytest.fixture
def started(archive: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The real command on a free port, and the URL that it printed."""
    options = ["--port", "0", "--rows-per-query", "4", "--rows-per-page", "3", "--account", "111122223333"]
    command = [sys.executable, "-m", "siemlib.cli", "serve", "--archive", str(archive), *options]
    # A process that a shell has put into the background is told of no Ctrl-C; this one shall be.
    program = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, restore_signals=True, start_new_session=True
    )
    assert program.stdout is not None
    try:
        yield program, program.stdout.readline().strip()
    finally:
        program.kill()
        program.communicate()


def test_boto3_finds_it_by_the_variable_that_it_names_and_it_ends_when_told(
    started: tuple[subprocess.Popen[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    program, url = started
    given = {"AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": url, "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {**given, "AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("logs", config=Config(retries={"total_max_attempts": 1}))
    asked: dict[str, Any] = {"logGroupName": "app", "startTime": SECOND, "endTime": SECOND + 60}
    query_id = client.start_query(queryString="fields @message | sort @timestamp asc", limit=4, **asked)["queryId"]
    page = client.get_query_results(queryId=query_id)
    for _ in range(500):
        if page["status"] == "Complete":
            break
        page = client.get_query_results(queryId=query_id)
    assert [row[0]["value"] for row in page["results"]] == LINES.splitlines()[:3]
    assert page["statistics"]["resultCount"] == 4
    with pytest.raises(ClientError, match="less than or equal to 4"):
        client.start_query(queryString="fields @message", limit=5, **asked)
    with pytest.raises(ClientError, match="'nothing-there' does not exist for account ID '111122223333'"):
        client.start_query(queryString="fields @message", **{**asked, "logGroupName": "nothing-there"})
    program.send_signal(signal.SIGINT)
    out, told = program.communicate(timeout=20)
    assert (program.returncode, out) == (0, "")
    assert f"export AWS_ENDPOINT_URL_CLOUDWATCH_LOGS={url} AWS_REGION=us-east-1" in told
    assert told.splitlines()[-1] == "the endpoint has ended"
    assert "Traceback" not in told


def test_the_options_become_limits() -> None:
    from siemlib.cli.serve import _limits  # noqa: PLC0415 - a private of the verb

    limits = _limits(500, 100, 7, 0, 0.25, 1.5)
    assert limits == Limits(
        rows_of_a_query=500,
        rows_without_limit=500,
        rows_of_a_page=100,
        queries_at_once=7,
        starts_per_second=None,
        results_per_second=None,
        latency=0.25,
        query_seconds=1.5,
    )
    assert _limits(100_000, 10_000, 100, 10, 0, 0) == Limits()


def test_an_address_that_others_reach_needs_an_explicit_word(
    archive: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["serve", "--archive", str(archive), "--host", "0.0.0.0"]) == 2  # noqa: S104 - it is refused
    told = capsys.readouterr().err
    assert "--host 0.0.0.0 lets others ask this archive, and the endpoint checks no signature" in told
    assert "--no-authentication" in told
    monkeypatch.setattr("siemlib.serve.server.Serving.run", lambda serving: serving._socket.close())
    assert run(["serve", "--archive", str(archive), "--port", "0", "--host", "0.0.0.0", "--no-authentication"]) == 0  # noqa: S104 - nothing is answered
    out, told = capsys.readouterr()
    assert "everybody who reaches 0.0.0.0 can read every event" in told
    assert out.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--account", "1234"], "not an account: '1234'"),
        (["--region", "Frankfurt"], "not a Region: 'Frankfurt'"),
        (["--archive", "nowhere"], "nowhere"),
        (["--host", "no\x1b[2Jhost", "--no-authentication"], "cannot listen on no"),
    ],
)
def test_a_wrong_option_is_told_in_a_line(
    archive: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    assert run(["serve", "--archive", str(archive), "--port", "0", *options]) == 2
    told = capsys.readouterr().err
    assert words in told
    assert "\x1b" not in told


def test_a_port_in_use_is_told(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with bound(LOOPBACK, 0) as taken:
        port = str(taken.getsockname()[1])
        assert run(["serve", "--archive", str(archive), "--port", port]) == 2
    assert f"cannot listen on 127.0.0.1 port {port}: " in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(
    archive: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = builtins.__import__

    def lacking(name: str, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - what imports take
        if name == "siemlib.serve.app":
            raise ModuleNotFoundError(name="starlette")
        return whole(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", lacking)
    assert run(["serve", "--archive", str(archive)]) == 2
    told = capsys.readouterr().err
    assert "siem serve needs starlette, which is not installed" in told
    assert "pip install 'siemlib[serve]'" in told
