"""A folder of reports: nothing is lost, and no folder is ever about another subject than before."""

from __future__ import annotations

import errno
import os
import re
import time
from pathlib import Path

import pytest

from siemlib.errors import ExitCode, UsageError
from siemlib.report import place as place_module
from siemlib.report.page import About
from siemlib.report.place import clear_stale, exchange, prepare, put, stem_for
from siemlib.report.summary import Status, Summary


def put_report(day: Path, failed: bool = False, name: str = "pivot-ip", **parameters: str) -> str:  # noqa: FBT001, FBT002 - a word at the call
    """Put a report as a build does, and give the name of its folder."""
    about = About(name, day.name, "", parameters)
    status = Status.FAILED if failed else Status.COMPLETE
    aside = day.parent / ".building-x"
    (aside / "data").mkdir(parents=True)
    summary = Summary(name=name, title="", date=day.name, status=status, built="", parameters=parameters)
    (aside / "data" / "report.json").write_text(summary.model_dump_json())
    stem = stem_for(day, about, parameters)
    return put(aside, day, f"{stem}-FAILED" if failed else stem)[0].name


def test_a_report_on_another_subject_takes_no_folder_from_the_first(tmp_path: Path) -> None:
    day = tmp_path / "2026-03-04"
    assert put_report(day, ip="192.0.2.7") == "pivot-ip"
    assert put_report(day, ip="203.0.113.66") == "pivot-ip-203.0.113.66"
    assert put_report(day, ip="192.0.2.7") == "pivot-ip"
    assert put_report(day, ip="203.0.113.66") == "pivot-ip-203.0.113.66"
    assert sorted(path.name for path in day.iterdir()) == [
        "pivot-ip",
        "pivot-ip-203.0.113.66",
        "pivot-ip-203.0.113.66.1",
        "pivot-ip.1",
    ]


def test_a_failed_report_stands_only_beside_reports_on_its_own_subject(tmp_path: Path) -> None:
    day = tmp_path / "2026-03-04"
    assert put_report(day, ip="192.0.2.7") == "pivot-ip"
    assert put_report(day, failed=True, ip="192.0.2.8") == "pivot-ip-192.0.2.8-FAILED"
    assert put_report(day, failed=True, ip="192.0.2.7") == "pivot-ip-FAILED"
    assert put_report(day, ip="192.0.2.8") == "pivot-ip-192.0.2.8"


@pytest.mark.parametrize("value", ["2001:db8::1", "a/../../b", "<b>\u202e\x1b", "x" * 300, "FAILED"])
def test_a_subject_that_names_no_folder_is_told_apart_by_a_digest(tmp_path: Path, value: str) -> None:
    day = tmp_path / "2026-03-04"
    put_report(day, user="first")
    name = put_report(day, user="second") and put_report(day, user=value)
    assert re.fullmatch(r"pivot-ip-([A-Za-z0-9._-]{1,60}-)?[0-9a-f]{8}", name)
    assert put_report(day, user=value + "2") != name
    assert put_report(day, user=value) == name


def test_the_number_of_an_earlier_report_is_not_taken_for_a_subject(tmp_path: Path) -> None:
    day = tmp_path / "2026-03-04"
    names = [put_report(day, user=user) for user in ("z", "a", "a", "a.1")]
    assert names[1:3] == ["pivot-ip-a", "pivot-ip-a"]
    assert re.fullmatch(r"pivot-ip-a\.1-[0-9a-f]{8}", names[3]), "pivot-ip-a.1 is the earlier report on a"


def test_what_is_no_readable_report_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "2026-03-04" / "pivot-ip").mkdir(parents=True)
    assert put_report(tmp_path / "2026-03-04", ip="192.0.2.7") == "pivot-ip-192.0.2.7"


@pytest.mark.parametrize("root", ["file", "file/below", "/proc/x", "reports", "odd"])
def test_a_place_that_can_hold_no_report_is_told_at_once(tmp_path: Path, root: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "odd" / "index.html").mkdir(parents=True)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "2026-03-04").write_text("")
    with pytest.raises(UsageError) as told:
        prepare(tmp_path / root, "2026-03-04")
    assert told.value.exit_code is ExitCode.WRONG_USAGE
    assert "\n" not in told.value.message


@pytest.mark.parametrize("closed", ["", "2026-03-04"])
def test_a_place_that_may_not_be_written_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    (tmp_path / "2026-03-04").mkdir()
    # Whoever runs the tests as root may write anywhere.
    monkeypatch.setattr(os, "access", lambda place, _: place != tmp_path / closed)
    with pytest.raises(UsageError, match="cannot be written to, so that no report can be kept in it"):
        prepare(tmp_path, "2026-03-04")


def test_an_earlier_report_of_the_same_name_is_moved_aside_and_never_lost(tmp_path: Path) -> None:
    check_the_earlier_report_is_kept(tmp_path)


def check_the_earlier_report_is_kept(tmp_path: Path) -> None:
    """It is moved aside, once and again, and never lost."""
    for content in ("first", "second", "third"):
        aside = tmp_path / f".building-{content}"
        aside.mkdir()
        (aside / "page").write_text(content)
        _, displaced = put(aside, tmp_path / "2026-03-04", "pivot-ip")
    assert displaced == tmp_path / "2026-03-04" / "pivot-ip.2"
    found = {path.parent.name: path.read_text() for path in (tmp_path / "2026-03-04").rglob("page")}
    assert found == {"pivot-ip": "third", "pivot-ip.1": "first", "pivot-ip.2": "second"}


def test_a_failed_rename_leaves_the_earlier_report_in_itsput(tmp_path: Path) -> None:
    place = tmp_path / "2026-03-04" / "pivot-ip"
    place.mkdir(parents=True)
    with pytest.raises(FileNotFoundError):
        put(tmp_path / "not there", tmp_path / "2026-03-04", "pivot-ip")
    assert place.is_dir()


def test_what_a_killed_build_left_is_cleared_a_day_later(tmp_path: Path) -> None:
    old, young = tmp_path / ".building-old", tmp_path / ".building-young"
    for folder in (old, young):
        (folder / "data").mkdir(parents=True)
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))
    clear_stale(tmp_path, time.time())
    assert (old.exists(), young.exists()) == (False, True)


@pytest.mark.parametrize("again", [False, True], ids=["the first", "in the place of another"])
def test_everything_is_on_the_disk_before_it_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, again: bool
) -> None:
    """A file system may write names first: without this, a loss of power leaves empty files under a good name."""
    aside, day = tmp_path / ".building-x", tmp_path / "2026-03-04"
    (aside / "data" / "runs").mkdir(parents=True)
    for name in ("bagit.txt", "data/report.html", "data/runs/a.json"):
        (aside / name).write_text(name)
    if again:
        (day / "pivot-ip").mkdir(parents=True)
    done: list[str] = []
    sync, rename = os.fsync, os.rename
    held_as = Path("/proc/self/fd")
    monkeypatch.setattr(os, "fsync", lambda fd: (done.append(str((held_as / str(fd)).readlink())), sync(fd))[1])
    monkeypatch.setattr(os, "rename", lambda one, other: (done.append("rename"), rename(one, other))[1])

    place, displaced = put(aside, day, "pivot-ip")

    first, last = done.index("rename"), len(done) - done[::-1].index("rename")
    below = {"", "/bagit.txt", "/data", "/data/report.html", "/data/runs", "/data/runs/a.json"}
    assert set(done[:first]) == {f"{aside}{name}" for name in below}
    assert done[last:] == [str(day), str(tmp_path)]
    assert (place, displaced) == (day / "pivot-ip", day / "pivot-ip.1" if again else None)


def test_a_disk_that_cannot_hold_a_report_gives_it_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_held: int) -> None:
        raise OSError(errno.EIO, "a bad block")

    aside, place = tmp_path / ".building-x", tmp_path / "2026-03-04" / "pivot-ip"
    for folder in (aside, place):
        folder.mkdir(parents=True)
        (folder / "page").write_text(folder.name)
    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="a bad block"):
        put(aside, place.parent, "pivot-ip")
    assert sorted(path.name for path in place.parent.iterdir()) == ["pivot-ip"]
    assert (place / "page").read_text() == "pivot-ip"


def test_two_folders_exchange_their_names_at_once(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "was").write_text(name)
    assert exchange(tmp_path / "one", tmp_path / "other")
    assert {path.name: (path / "was").read_text() for path in tmp_path.iterdir()} == {"one": "other", "other": "one"}
    assert not exchange(tmp_path / "one", tmp_path / "not there")


def test_where_two_folders_cannot_be_exchanged_both_are_kept_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_module, "exchange", lambda _one, _other: False)
    check_the_earlier_report_is_kept(tmp_path)


def test_where_they_cannot_and_the_last_rename_fails_the_earlier_report_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside, place = tmp_path / ".building-x", tmp_path / "2026-03-04" / "pivot-ip"
    for folder in (aside, place):
        folder.mkdir(parents=True)
        (folder / "page").write_text(folder.name)
    rename = os.rename

    def full(one: Path, other: Path) -> None:
        if one == aside and other == place:
            raise OSError(errno.ENOSPC, "disk full")
        rename(one, other)

    monkeypatch.setattr(place_module, "exchange", lambda _one, _other: False)
    monkeypatch.setattr(os, "rename", full)
    with pytest.raises(OSError, match="disk full"):
        put(aside, place.parent, "pivot-ip")
    assert [path.name for path in place.parent.iterdir()] == ["pivot-ip"]
    assert (place / "page").read_text() == "pivot-ip"


def test_lists_that_a_killed_build_was_writing_are_cleared_and_nothing_else(tmp_path: Path) -> None:
    day = tmp_path / "2026-03-04"
    day.mkdir()
    left = [tmp_path / ".index.html.12", tmp_path / ".index.json.345", day / ".controls.html.6"]
    kept = [tmp_path / ".index.json", tmp_path / "index.html", day / ".controls.notes", day / "controls.json"]
    young = tmp_path / ".index.html.7"
    for path in (*left, *kept, young):
        path.write_text("")
    for path in (*left, *kept):
        os.utime(path, (time.time() - 3600,) * 2)
    clear_stale(tmp_path, time.time())
    assert [path for path in left if path.exists()] == []
    assert all(path.exists() for path in (*kept, young))


def test_on_a_disk_without_locks_only_what_is_a_day_old_is_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_module, "hold", lambda _path: None)
    old, young = tmp_path / ".building-old", tmp_path / ".building-young"
    for folder, age in ((old, 25), (young, 23)):
        folder.mkdir()
        os.utime(folder, (time.time() - age * 3600,) * 2)
    clear_stale(tmp_path, time.time())
    assert (old.exists(), young.exists()) == (False, True)
