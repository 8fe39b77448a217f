"""The folder of an archive: one writer, no leftovers, and a kill at any instant."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from siemlib.archive import Archive, load
from siemlib.archive.places import group_folder, only_writer
from siemlib.archive.record import read_records
from siemlib.errors import UsageError
from tests.archive.deliveries import alert, ndjson, record, rows

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import sys
from siemlib.archive import load
from siemlib.settings import ArchiveSettings
print("ready", flush=True)
load(sys.argv[2:], sys.argv[1], settings=ArchiveSettings(chunk_bytes=1 << 20, commit_bytes=4 << 20))
"""


def test_a_name_of_a_log_group_never_leaves_its_folder_and_stays_distinct() -> None:
    names = ["/aws/rds/x", "..", ".", "a/../b", "a%2Fb", "a/b", "é", "x" * 512, "x" * 511 + "y"]
    folders = [group_folder(name) for name in names]
    assert len(set(folders)) == len(names)
    assert all("/" not in folder and not folder.startswith(".") and len(folder) < 200 for folder in folders)


def test_the_names_of_new_folders_are_on_disk_before_the_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[Path] = []
    monkeypatch.setattr("siemlib.archive.places.settle", settled.append)
    load([ndjson(tmp_path / "alerts.json", [alert(1)])], tmp_path / "new" / "a")
    archive = tmp_path / "new" / "a"
    assert settled == [tmp_path, tmp_path / "new", archive / "events", archive / "events" / "OSSEC"]


def test_two_loads_at_once_are_refused_with_a_clear_message(tmp_path: Path) -> None:
    file = ndjson(tmp_path / "alerts.json", [alert(1)])
    load([file], tmp_path / "a")
    with only_writer(tmp_path / "a"), pytest.raises(UsageError, match="another load is writing to"):
        load([file], tmp_path / "a")


def test_what_a_dead_load_left_is_not_seen_and_removed_by_the_next(tmp_path: Path) -> None:
    load([ndjson(tmp_path / "1.json", [alert(1)])], tmp_path / "a")
    (part,) = (tmp_path / "a" / "events").rglob("*.parquet")
    stray = part.with_name("ossec-dead-1.parquet")
    stray.write_bytes(part.read_bytes())
    (tmp_path / "a" / "loads" / "dead.aside").write_bytes(b"{")
    (tmp_path / "a" / "rejected" / "dead.ndjson").write_bytes(b"{}\n")
    assert len(rows(tmp_path / "a", ["OSSEC"])) == 1
    load([ndjson(tmp_path / "2.json", [alert(2)])], tmp_path / "a")
    assert len(rows(tmp_path / "a", ["OSSEC"])) == 2
    assert not [path for path in (tmp_path / "a").rglob("*") if "dead" in path.name]
    assert part.exists()


def test_a_load_killed_while_the_archive_was_being_made_leaves_no_folder_that_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "a"
    for name in ("events", "loads"):
        (archive / name).mkdir(parents=True)
    (archive / "archive.aside").write_bytes(b'{"for')

    load([ndjson(tmp_path / "alerts.json", [alert(1)])], archive)

    assert len(rows(archive, ["OSSEC"])) == 1


def test_a_folder_with_anything_else_in_it_is_no_archive_and_stays_as_it_is(tmp_path: Path) -> None:
    letters = tmp_path / "letters"
    (letters / "events").mkdir(parents=True)
    (letters / "events" / "party.txt").write_text("on Friday")

    with pytest.raises(UsageError, match="not an archive, and not empty"):
        load([ndjson(tmp_path / "alerts.json", [alert(1)])], letters)

    assert [path.name for path in letters.rglob("*")] == ["events", "party.txt"]


def test_killed_at_any_instant_nothing_is_lost_and_nothing_half_visible(tmp_path: Path) -> None:
    files = [
        ndjson(tmp_path / f"{n}.ndjson", [record(m % 3000, eventID=f"{n}-{m}", pad="x" * 1000) for m in range(4000)])
        for n in range(4)
    ]
    archive = tmp_path / "a"
    killed = 0
    for delay in (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6):
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(archive), *map(str, files)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay)
        os.kill(process.pid, signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        process.stdout.close()
        check_whole(archive)
    assert killed
    load(files, archive)
    check_whole(archive)
    assert len(rows(archive, ["cloudtrail"])) == 16_000
    known = {part.path for each in read_records(archive) for part in each.parts}
    assert {str(path.relative_to(archive)) for path in (archive / "events").rglob("*.parquet")} == known


def check_whole(archive: Path) -> None:
    """Every file that the archive says to hold is there with all of its events, and no other event is."""
    if not (archive / "archive.json").exists():
        return
    files = [file for each in Archive.open(archive).loads() for file in each.files]
    assert all(file.events == 4000 for file in files)
    if files:
        found = rows(archive, ["cloudtrail"])
        assert len(found) == 4000 * len(files)
        assert {row[3].partition("-")[0] for row in found} == {file.sha256[:16] for file in files}
