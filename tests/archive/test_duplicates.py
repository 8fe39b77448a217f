"""What counts as delivered twice, and what is kept of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from siemlib.archive import load
from siemlib.archive.record import read_records
from siemlib.database.connection import connect
from siemlib.settings import ArchiveSettings
from tests.archive.deliveries import ndjson, record, rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LINE = "Mar  4 10:00:00 web sshd[7]: Failed password for root from 192.0.2.7 port 4022 ssh2"


def export(folder: Path, events: Sequence[str], stream: str = "web-1") -> Path:
    """An export task with these events, one for each second."""
    lines = [f"2026-03-04T10:00:{n % 60:02d}.000Z {event}" for n, event in enumerate(events)]
    return ndjson(folder / stream / "000000", lines)


def set_aside(archive: Path) -> list[str]:
    """The messages of the events that were there already."""
    connection = connect()
    return [
        row[0]
        for load_record in read_records(archive)
        for name in load_record.duplicates
        for row in connection.execute("SELECT message FROM read_parquet($1)", [str(archive / name)]).fetchall()
    ]


def test_a_record_with_its_id_and_text_again_is_a_duplicate_wherever_it_comes(tmp_path: Path) -> None:
    one = ndjson(tmp_path / "1.ndjson", [record(1), record(2), record(1)])
    two = ndjson(tmp_path / "2.ndjson", [record(2), record(3)])
    three = ndjson(tmp_path / "3.ndjson", [record(3), record(4)])
    first = load([one, two], tmp_path / "a").groups[0]
    assert (first.events, first.duplicates) == (3, 2)
    second = load([three], tmp_path / "a").groups[0]
    assert (second.events, second.duplicates) == (1, 1)
    assert [row[2] for row in rows(tmp_path / "a", ["cloudtrail"])] == [record(n) for n in (1, 2, 3, 4)]
    assert sorted(set_aside(tmp_path / "a")) == [record(n) for n in (1, 2, 3)]
    files = [file for each in read_records(tmp_path / "a") for file in each.files]
    assert [(file.events, file.duplicates) for file in files] == [(2, 1), (1, 1), (1, 1)]


def test_the_same_id_with_another_text_is_another_event(tmp_path: Path) -> None:
    file = ndjson(tmp_path / "1.ndjson", [record(1), record(1, errorCode="AccessDenied")])
    (group,) = load([file], tmp_path / "a").groups
    assert (group.events, group.duplicates) == (2, 0)


def test_the_same_record_in_another_log_group_is_no_duplicate(tmp_path: Path) -> None:
    load([ndjson(tmp_path / "1.ndjson", [record(1)])], tmp_path / "a", log_group="one")
    (group,) = load([ndjson(tmp_path / "2.ndjson", [record(1), record(2)])], tmp_path / "a", log_group="two").groups
    assert (group.events, group.duplicates) == (2, 0)


def test_a_stream_is_the_same_with_the_slashes_that_an_export_cannot_write(tmp_path: Path) -> None:
    load([export(tmp_path / "task", [LINE, LINE + "!"], "app-web-1")], tmp_path / "a", log_group="g")
    told = [{"timestamp": 1772618400000 + 1000 * n, "logStreamName": "app/web-1", "message": LINE} for n in range(2)]
    events = ndjson(tmp_path / "events.json", [json.dumps({"events": told})])
    (group,) = load([events], tmp_path / "a", log_group="g").groups
    assert (group.events, group.duplicates) == (1, 1)


def test_equal_lines_of_one_file_all_happened(tmp_path: Path) -> None:
    file = ndjson(tmp_path / "auth.log", [LINE] * 5)
    (group,) = load([file], tmp_path / "a", year=2026).groups
    assert (group.events, group.duplicates) == (5, 0)


def test_exports_that_overlap_are_counted_once(tmp_path: Path) -> None:
    events = [f"{LINE} {n}" for n in range(10)]
    whole = [f"2026-03-04T10:00:{n:02d}.000Z {event}" for n, event in enumerate(events)]
    one = ndjson(tmp_path / "task-1" / "web-1" / "000000", whole[:7])
    two = ndjson(tmp_path / "task-2" / "web-1" / "000000", whole[4:])
    (group,) = load([one, two], tmp_path / "together", log_group="g").groups
    assert (group.events, group.duplicates) == (10, 3)
    load([one], tmp_path / "apart", log_group="g")
    (group,) = load([two], tmp_path / "apart", log_group="g").groups
    assert (group.events, group.duplicates) == (3, 3)
    for archive in ("together", "apart"):
        assert [row[2] for row in rows(tmp_path / archive, ["g"])] == events
        assert sorted(set_aside(tmp_path / archive)) == events[4:7]


def test_of_equal_events_in_two_exports_the_larger_number_stays(tmp_path: Path) -> None:
    same = "2026-03-04T10:00:00.000Z " + LINE
    three = ndjson(tmp_path / "task-1" / "web-1" / "000000", [same] * 3)
    five = ndjson(tmp_path / "task-2" / "web-1" / "000000", [same] * 5)
    load([three], tmp_path / "a", log_group="g")
    (group,) = load([five], tmp_path / "a", log_group="g").groups
    assert (group.events, group.duplicates) == (2, 3)
    assert len(rows(tmp_path / "a", ["g"])) == 5


def test_the_same_line_in_another_stream_or_second_is_another_event(tmp_path: Path) -> None:
    one, two = export(tmp_path / "a", [LINE, LINE]), export(tmp_path / "b", [LINE], stream="web-2")
    (group,) = load([one, two], tmp_path / "archive", log_group="g").groups
    assert (group.events, group.duplicates) == (3, 0)


def test_duplicates_are_found_across_chunks_and_parts(tmp_path: Path) -> None:
    lines = [record(n % 3000, eventID=f"id-{n}", pad="x" * 1500) for n in range(3000)]
    one = ndjson(tmp_path / "1.ndjson", [*lines, *lines[::3]])
    two = ndjson(tmp_path / "2.ndjson", lines[::2])
    settings = ArchiveSettings(chunk_bytes=1 << 20)
    (group,) = load([one, two], tmp_path / "a", settings=settings).groups
    assert (group.events, group.duplicates) == (3000, 1000 + 1500)
    assert sorted(row[2] for row in rows(tmp_path / "a", ["cloudtrail"])) == sorted(lines)


def test_logs_of_two_hosts_with_one_name_are_two_logs_and_that_is_said(tmp_path: Path) -> None:
    one = ndjson(tmp_path / "logs" / "h1" / "auth.log", [LINE, LINE.replace("root", "ann")])
    two = ndjson(tmp_path / "logs" / "h2" / "auth.log", [LINE, LINE.replace("root", "bob")])
    walked = load([tmp_path / "logs"], tmp_path / "walked", year=2026)
    named = load([one, two], tmp_path / "named", year=2026)
    for summary in (walked, named):
        (group,) = summary.groups
        assert (group.events, group.duplicates) == (4, 0)
        assert any("2 files are named auth.log: taken for different logs" in note for note in summary.notes)
    assert {row[1] for row in rows(tmp_path / "walked", ["sshd"])} == {"h1/auth.log", "h2/auth.log"}


def test_a_later_copy_of_a_log_that_went_on_is_counted_once(tmp_path: Path) -> None:
    monday = ndjson(tmp_path / "monday" / "auth.log", [LINE, LINE])
    tuesday = ndjson(tmp_path / "tuesday" / "auth.log", [LINE, LINE, LINE.replace("10:00", "11:00")])
    load([monday], tmp_path / "a", year=2026)
    (group,) = load([tuesday], tmp_path / "a", year=2026).groups
    assert (group.events, group.duplicates) == (1, 2)
