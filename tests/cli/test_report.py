"""``siem report`` on a real archive's doorstep: what is wrong is told in one line, before anything is run."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import nbformat
import pandas as pd
import pytest

from siemlib.archive.load import load
from siemlib.cli.report import _when
from siemlib.errors import UsageError
from siemlib.evidence.digest import sha256_text
from siemlib.evidence.verify import verify_report
from siemlib.report.page import NOTHING
from tests.cli.here import siem_here
from tests.report.notebook import write_notebook

if TYPE_CHECKING:
    from pathlib import Path


def siem(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "siemlib.cli", "report", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def test_list_shows_every_report_with_its_parameters(tmp_path: Path) -> None:
    done = siem(tmp_path, "list")
    assert (done.returncode, done.stderr) == (0, "")
    assert "pivot-ip  " in done.stdout
    assert "    -p ip=…  required" in done.stdout
    assert "engine" not in done.stdout.replace("search engine", "")


def test_a_notebook_that_is_no_report_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "notebooks" / "untitled.ipynb")
    (tmp_path / "notebooks" / "torn.ipynb").write_text("{")
    done = siem(tmp_path, "list")
    assert done.returncode == 0
    assert "pivot-ip  " in done.stdout
    assert "not a report: untitled.ipynb has 0 cells tagged parameters, not one\n" in done.stderr
    assert "not a report: torn.ipynb is no notebook" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["pivot-ip", "-p", "ip=10.0.0.999"], "siem: not an address: '10.0.0.999'"),
        (["pivot-ip", "-p", "op=10.0.0.9"], "siem: the report pivot-ip has no parameter 'op'"),
        (["pivot-ip"], "siem: the report pivot-ip needs the parameter 'ip'"),
        (["pivot-op", "-p", "ip=10.0.0.9"], "siem: no report is called 'pivot-op'"),
        (["pivot-ip", "-p", "ip"], "siem: not a parameter: 'ip'"),
        (["pivot-ip", "-p", "ip=10.0.0.9", "--date", "yesterday"], "siem: not a day: 'yesterday'"),
        (["pivot-user", "-p", "user= "], "siem: the report pivot-user needs the parameter 'user'"),
        (["pivot-ip", "-p", "ip=10.0.0.9", "--reports", ""], "siem: an empty path names no file"),
        (["timeline", "-p", "addresses=-", "-p", "users=-"], "siem: the report timeline is about nothing"),
        (["overview", "--engine", "locl:x"], "siem: not an engine: 'locl:x'"),
        (["pivot-ip", "-p", "ip=10.0.0.9"], "siem: "),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2_and_nothing_is_written(
    tmp_path: Path, arguments: list[str], line: str
) -> None:
    done = siem_here(tmp_path, "report", "run", "--engine", "local:no-archive-here", *arguments)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(line)
    assert len(done.stderr.splitlines()) <= 2
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


LINES = """\
Mar  4 10:00:00 web01 sshd[7]: Failed password for root from 203.0.113.5 port 4001 ssh2
Mar  4 10:00:05 web01 sshd[7]: Failed password for root from 203.0.113.5 port 4002 ssh2
"""


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive ``A`` of sshd logs without a year, one of them cut, and of torn alerts; and an empty one, ``E``."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "auth.log").write_text(LINES)
    # What is random cannot be packed, so that half of the bytes are about half of the lines.
    more = "".join(LINES.replace("root", f"u{sha256_text(str(n))}") for n in range(200))
    packed = gzip.compress(more.encode())
    (folder / "cut.gz").write_bytes(packed[: len(packed) // 2])
    year = datetime(2026, 3, 5, tzinfo=UTC).timestamp()
    for name in ("auth.log", "cut.gz"):
        os.utime(folder / name, (year, year))
    load([folder / "auth.log", folder / "cut.gz"], folder / "A", log_group="sshd")
    alert = '{"timestamp": "2026-03-04T10:00:06.000+0000", "rule": {"id": "5710", "level": 5, "description": "x"}}'
    (folder / "alerts.json").write_text(f"{alert}\n{alert[:40]}\n{alert}\n")
    load([folder / "alerts.json"], folder / "A", log_group="alerts")
    load([folder / "auth.log"], folder / "E", log_group="sshd")
    record = json.loads((folder / "E" / "archive.json").read_text("utf-8"))
    shutil.rmtree(folder / "E")
    (folder / "E").mkdir()
    (folder / "E" / "archive.json").write_text(json.dumps(record))
    return folder


def report_of(broken: Path, day: str, tmp_path: Path) -> tuple[subprocess.CompletedProcess[str], dict[str, str], str]:
    """A report on one day of the broken archive, its summary and its page."""
    arguments = ["pivot-ip", "-p", "ip=203.0.113.5", "--engine", f"local:{broken / 'A'}", "--date", day]
    done = siem(tmp_path, "run", *arguments)
    data = tmp_path / "reports" / day / "pivot-ip" / "data"
    return done, json.loads((data / "report.json").read_text("utf-8")), (data / "report.html").read_text("utf-8")


def test_a_report_on_a_period_without_any_event_does_not_look_fine(broken: Path, tmp_path: Path) -> None:
    done, summary, page = report_of(broken, "2030-01-01", tmp_path)
    assert done.returncode == 3
    assert "nothing in the period" in done.stderr
    assert summary["status"] == "nothing in the period"
    assert summary["answer"][0] == NOTHING
    for part, end in (("<header>", "<nav"), ('id="answer"', 'id="scope"'), ('id="limitations"', 'id="glossary"')):
        assert NOTHING in page[page.index(part) : page.index(end)], part
    assert "status is-green" not in page
    index = (tmp_path / "reports" / "index.html").read_text("utf-8")
    assert '<strong class="amber">nothing in the period</strong>' in index


def test_a_report_over_files_that_were_read_in_part_says_so_everywhere(broken: Path, tmp_path: Path) -> None:
    done, summary, page = report_of(broken, "2026-03-04", tmp_path)
    assert (done.returncode, summary["status"]) == (3, "incomplete")
    assert "status is-amber" in page
    findings = page[page.index('id="findings"') : page.index('id="method"')]
    assert '<p class="meta amber-block">' in findings, "the notes of the runs stand under their exhibits"
    limitations = page[page.index('id="limitations"') : page.index('id="glossary"')]
    assert "cut.gz, loaded into sshd, is not complete" in limitations
    assert re.search(r"auth.log, loaded into sshd: [^<]*year", limitations)
    assert re.search(r"1 text [^<]*alerts could not be read", limitations)
    assert ">rejected</th>" in page


def test_an_archive_without_events_is_told_before_anything_is_run(broken: Path, tmp_path: Path) -> None:
    options = ["-p", "ip=10.0.0.9", "--engine", f"local:{broken / 'E'}", "--last", "1d"]
    done = siem_here(tmp_path, "report", "run", "pivot-ip", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("siem: local:E holds no events")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["file", "/proc/x"])
def test_a_place_where_no_report_can_be_kept_is_one_line(broken: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    arguments = ["pivot-ip", "-p", "ip=10.0.0.9", "--engine", f"local:{broken / 'A'}", "--reports", place]
    done = siem_here(tmp_path, "report", "run", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert place in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_report_that_is_interrupted_says_so_and_leaves_nothing(broken: Path, tmp_path: Path, number: int) -> None:
    started = tmp_path / "started"
    write_notebook(
        tmp_path / "notebooks" / "slow.ipynb",
        parameters=f'ip: str = ""\nplace: str = {str(started)!r}  # optional',
        opening="import pathlib, time\npathlib.Path(place).touch()\ntime.sleep(300)",
    )
    arguments = ["run", "slow", "-p", "ip=10.0.0.9", "--engine", f"local:{broken / 'A'}"]
    command = [sys.executable, "-m", "siemlib.cli", "report", *arguments]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not started.exists():
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        process.send_signal(number)
        said = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert said[0] == ""
    assert said[1].strip().startswith("siem: interrupted; nothing half-done was left")
    assert list((tmp_path / "reports").iterdir()) == []


def test_a_day_is_the_period_and_the_name_of_the_folder() -> None:
    day, span = _when(None, None, "2026-03-04", None)
    assert str(day) == "2026-03-04"
    assert str(span) == "2026-03-04 00:00:00 to 2026-03-05 00:00:00 UTC"
    assert _when(None, None, None, None) == (None, None)
    with pytest.raises(UsageError, match="a period of its own"):
        _when("2026-03-04", None, "2026-03-04", None)


def lines_that_name(address: str, folder: Path) -> int:
    """How many lines of the files of a folder name the address, by plain reading."""
    exact = re.compile(rb"(?<![\d.])" + re.escape(address).encode() + rb"(?!\.?\d)")
    found = 0
    for path in folder.iterdir():
        if path.name not in ("README.md", "LICENSE"):
            content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            found += sum(bool(exact.search(line)) for line in content.splitlines())
    return found


def test_the_attacker_of_real_logs_is_found_in_every_kind_of_log_and_in_time_order(
    shared: Path, tmp_path: Path
) -> None:
    attacker = "192.168.10.18"
    folders = [shared / "data" / "ossec_wazuh" / "ait_ldsv1_insect", shared / "data" / "mixed" / "ait_insect_2020"]
    load(folders, tmp_path / "archive")
    arguments = ["pivot-ip", "-p", f"ip={attacker}", "--engine", "local:archive", "--date", "2020-03-04"]
    done = siem(tmp_path, "run", *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "reports/2020-03-04/pivot-ip/data/report.html\n"
    report = tmp_path / "reports" / "2020-03-04" / "pivot-ip"
    assert verify_report(report).failed == ()
    answer = json.loads((report / "data" / "report.json").read_text())["answer"]
    assert [line[2:] for line in done.stderr.splitlines() if line.startswith("- ")] == answer != []

    (seen,) = (report / "data" / "exhibits").glob("E*-seen-in.parquet")
    by_group = pd.read_parquet(seen).set_index("log group")["events"].to_dict()
    assert by_group["OSSEC"] == lines_that_name(attacker, folders[0])
    assert sum(by_group.values()) - by_group["OSSEC"] == lines_that_name(attacker, folders[1])
    assert len(by_group) == 4, "alerts, syslog, Suricata's lines and Suricata's JSON"

    (timeline,) = (report / "data" / "exhibits").glob("E*-timeline.parquet")
    times = pd.read_parquet(timeline)["time"]
    assert len(times) == sum(by_group.values())
    assert times.is_monotonic_increasing

    summary = json.loads((report / "data" / "report.json").read_text("utf-8"))
    assert summary["status"] == "complete"
    assert any("violet" in path.read_text("utf-8") for path in (report / "data" / "exhibits").glob("E*-beside.csv"))
