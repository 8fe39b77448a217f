"""``siem report`` on a real archive's doorstep: what is wrong is told in one line, before anything is run."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib.archive.load import load
from siemlib.cli.report import _when
from siemlib.errors import UsageError
from siemlib.evidence.manifest import verify

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


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["pivot-ip", "-p", "ip=10.0.0.999"], "siem: not an address: '10.0.0.999'"),
        (["pivot-ip", "-p", "op=10.0.0.9"], "siem: the report pivot-ip has no parameter 'op'"),
        (["pivot-ip"], "siem: the report pivot-ip needs the parameter 'ip'"),
        (["pivot-op", "-p", "ip=10.0.0.9"], "siem: no report is called 'pivot-op'"),
        (["pivot-ip", "-p", "ip"], "siem: not a parameter: 'ip'"),
        (["pivot-ip", "-p", "ip=10.0.0.9", "--date", "yesterday"], "siem: not a day: 'yesterday'"),
        (["pivot-ip", "-p", "ip=10.0.0.9"], "siem: "),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2_and_nothing_is_written(
    tmp_path: Path, arguments: list[str], line: str
) -> None:
    done = siem(tmp_path, "run", *arguments, "--engine", "local:no-archive-here")
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(line)
    assert len(done.stderr.splitlines()) <= 2
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


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
    assert verify(report) == []

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
