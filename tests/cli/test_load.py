"""``siem load`` as a person runs it."""

from __future__ import annotations

import gzip
import json
import os
import sys
from subprocess import run
from typing import TYPE_CHECKING

from tests.archive.deliveries import alert, ndjson
from tests.cli.here import siem_here
from tests.evidence.cloudtrail import made

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess


def siem(folder: Path, *arguments: str) -> CompletedProcess[str]:
    return siem_here(folder, "load", *arguments)


def siem_itself(folder: Path, *arguments: str) -> CompletedProcess[str]:
    """In a process of its own, whose streams and encoding are real."""
    return run(
        [sys.executable, "-m", "siemlib.cli", "load", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_table_says_what_was_loaded(tmp_path: Path) -> None:
    ndjson(tmp_path / "alerts.json", [*(alert(n) for n in range(20)), "broken"])
    done = siem(tmp_path, "alerts.json", "--archive", "A", "--log-group", "my group")
    assert done.returncode == 0
    assert done.stderr == ("note: alerts.json: 1 text is no event (1 not valid JSON); see rejected/ in the archive\n")
    (row,) = [line for line in done.stdout.splitlines() if "my group" in line]
    cells = [cell for cell in row.split("  ") if cell.strip()]
    assert [cell.strip() for cell in cells[:5]] == ["my group", "ossec", "1", "20", "1"]
    assert "2026-03-04 10:00:00" in row
    assert "2026-03-04 10:00:19" in row


def test_each_fault_is_one_line_and_the_exit_code_tells_it(tmp_path: Path) -> None:
    ndjson(tmp_path / "notes.txt", ["nothing that anybody would call a log"])
    ndjson(tmp_path / "alerts.json", [alert(1)])
    done = siem_itself(tmp_path, "notes.txt", "alerts.json", "--archive", "A")
    assert done.returncode == 1
    assert done.stderr.startswith("siem: notes.txt: not recognised")
    assert "ossec" in done.stdout
    again = siem_itself(tmp_path, "alerts.json", "--archive", "A")
    assert (again.returncode, again.stdout) == (0, "")
    assert again.stderr == "already there: alerts.json: already loaded, into OSSEC\n"


def test_a_file_loaded_in_part_is_exit_code_three(tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(alert(n % 60).encode() + b"\n" for n in range(5000)))
    (tmp_path / "alerts.json.gz").write_bytes(whole[:-100])
    done = siem(tmp_path, "alerts.json.gz", "--archive", "A")
    assert done.returncode == 3
    assert "note: alerts.json.gz: read in part: the gzip data ends early" in done.stderr


def test_wrong_usage_is_exit_code_two_and_no_traceback(tmp_path: Path) -> None:
    for arguments in (["missing.json", "--archive", "A"], ["."], [".", "--archive", "A", "--year", "12"]):
        done = siem(tmp_path, *arguments)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
    (tmp_path / "siem.toml").write_text("[archive]\nmax_bytes = 1\n")
    done = siem(tmp_path, ".", "--archive", "A")
    assert done.returncode == 2
    assert done.stderr == "siem: siem.toml: archive.max_bytes: Extra inputs are not permitted\n"


def test_a_folder_without_logs_is_a_failure(tmp_path: Path) -> None:
    ndjson(tmp_path / "in" / "README.md", ["text"])
    done = siem(tmp_path, "in", "--archive", "A")
    assert done.returncode == 1
    assert done.stderr == (
        "skipped: in/README.md: by its name no log\nsiem: nothing was loaded: there is no log among the files\n"
    )


def test_a_name_with_control_characters_moves_no_cursor(tmp_path: Path) -> None:
    ndjson(tmp_path / "in" / "a\x1b[2J\n.json", [json.dumps({"no": "time"})])
    done = siem(tmp_path, "in", "--archive", "A")
    assert "\x1b" not in done.stderr
    assert "\\x1b[2J" in done.stderr


def test_settings_of_the_folder_are_used(tmp_path: Path) -> None:
    (tmp_path / "siem.toml").write_text("[archive]\nmax_message_bytes = 1024\n")
    ndjson(tmp_path / "alerts.json", [alert(1), alert(2), alert(3).replace("line", "l" * 2000)])
    done = siem(tmp_path, "alerts.json", "--archive", "A")
    assert done.returncode == 0
    (kept,) = [
        json.loads(line) for file in (tmp_path / "A/rejected").iterdir() for line in file.read_text().splitlines()
    ]
    assert kept["reason"] == "longer than 1,024 bytes"


def test_a_line_that_is_too_long_is_told_with_its_reason_and_its_place(tmp_path: Path) -> None:
    ndjson(tmp_path / "alerts.json", [alert(1), alert(2).replace("line", "l" * 10_000_000), alert(3)])
    done = siem(tmp_path, "alerts.json", "--archive", "A")
    assert done.returncode == 0
    assert done.stderr == (
        "note: alerts.json: 1 text is no event (1 longer than 1,048,576 bytes); see rejected/ in the archive\n"
    )


def test_a_device_and_a_pipe_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("/dev/zero", "pipe"):
        done = siem(tmp_path, name, "--archive", "A")
        assert done.returncode == 2
        assert done.stderr.splitlines()[0] == f"siem: not a regular file: {name}"


def test_where_nobody_watches_every_skipped_file_is_named(tmp_path: Path) -> None:
    for n in range(30):
        ndjson(tmp_path / "in" / f"{n}.csv", ["text"])
    done = siem(tmp_path, "in", "--archive", "A")
    assert done.stderr.count("skipped: in/") == 30
    assert "more" not in done.stderr


def test_a_refused_name_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    ndjson(tmp_path / name, ["nothing that anybody would call a log"])
    for path in (name, os.fsdecode(b"gone\xe9.txt")):
        done = siem_itself(tmp_path, path, "--archive", "A")
        assert done.returncode in {1, 2}
        assert done.stderr.startswith("siem: ")
        assert "\\udce9.txt" in done.stderr
        assert "Traceback" not in done.stderr


def test_digest_files_of_cloudtrail_are_counted_in_one_line(tmp_path: Path) -> None:
    made.Trail(tmp_path / "bucket").hours(3, logs=1).keep_signature()
    done = siem(tmp_path, "bucket", "--archive", "A")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "kept: 3 of: a CloudTrail digest file, which holds no events; it is kept in the archive, in digests/",
        "kept: 1 of: the signature of a CloudTrail digest file; it is kept in the archive, in digests/",
    ]
