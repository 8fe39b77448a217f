"""The index lists every report, and the state of each as it is."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from siemlib import __version__
from siemlib.evidence.chain import PREVIOUS, PREVIOUS_DIGEST, digest_of
from siemlib.report import index
from siemlib.report.index import entries, write_index
from siemlib.report.summary import Status, Summary

if TYPE_CHECKING:
    from collections.abc import Callable


def add(root: Path, date: str, folder: str, status: Status, answer: str = "") -> None:
    data = root / date / folder / "data"
    data.mkdir(parents=True)
    summary = Summary(
        name=folder,
        title=f"Title of {folder}",
        date=date,
        status=status,
        built="",
        start="2026-03-04T00:00:00+00:00",
        end="2026-03-04T13:30:00+00:00",
        parameters={"ip": "192.0.2.7"},
        answer=(answer, "second line"),
    )
    (data / "report.json").write_text(summary.model_dump_json())


def test_reports_are_listed_newest_first_with_their_state(tmp_path: Path) -> None:
    add(tmp_path, "2026-03-03", "b", Status.COMPLETE)
    add(tmp_path, "2026-03-04", "b-FAILED", Status.FAILED)
    add(tmp_path, "2026-03-04", "a", Status.INCOMPLETE)
    listed = entries(tmp_path)
    assert [(entry.date, entry.folder) for entry in listed] == [
        ("2026-03-04", "a"),
        ("2026-03-04", "b-FAILED"),
        ("2026-03-03", "b"),
    ]
    assert listed[0].period == "2026-03-04 to 2026-03-04 13:30"
    page = write_index(tmp_path).read_text("utf-8")
    assert page.count('<strong class="green">') == 1
    assert '<strong class="red">failed' in page
    assert '<strong class="amber">incomplete' in page
    assert 'href="2026-03-04/a/data/report.html"' in page
    assert page.count('<td data-label="Subject"><span class="soft">ip</span> 192.0.2.7</td>') == 3


def test_a_complete_report_that_is_not_green_says_where_to_look(tmp_path: Path) -> None:
    add(tmp_path, "2026-03-04", "a", Status.COMPLETE)
    assert "but see beside its status" not in write_index(tmp_path).read_text("utf-8")
    path = tmp_path / "2026-03-04" / "a" / "data" / "report.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"colour": "amber", "findings": 1}))
    told = '<strong class="amber">complete</strong><br><span class="soft">but see beside its status</span>'
    page = write_index(tmp_path).read_text("utf-8")
    assert told in page
    assert ">1 finding</span>" in page


@pytest.mark.parametrize(
    ("runs", "complete", "said"),
    [(1, 1, "1 of 1 run complete"), (1, None, "1 run"), (2, 1, "1 of 2 runs complete"), (0, 0, "no run")],
)
def test_one_run_is_no_plural(tmp_path: Path, runs: int, complete: int | None, said: str) -> None:
    add(tmp_path, "2026-03-04", "a", Status.COMPLETE)
    path = tmp_path / "2026-03-04" / "a" / "data" / "report.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"runs": runs, "complete_runs": complete}))
    assert entries(tmp_path)[0].completeness == said


def test_a_report_that_cannot_be_read_is_listed_and_never_green(tmp_path: Path) -> None:
    (tmp_path / "2026-03-04" / "torn" / "data").mkdir(parents=True)
    (tmp_path / "2026-03-04" / "torn" / "data" / "report.json").write_text("{")
    assert entries(tmp_path)[0].status is Status.UNKNOWN
    page = write_index(tmp_path).read_text("utf-8")
    assert "torn" in page
    assert '<strong class="green">' not in page


def test_what_failed_or_was_refused_evidences_nothing_for_its_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[Path] = []
    monkeypatch.setattr(index, "write_day", lambda _day, folders: counted.extend(folders))
    for name, status in (("a", Status.COMPLETE), ("b-FAILED", Status.FAILED), ("c-REFUSED", Status.REFUSED)):
        add(tmp_path, "2026-03-04", name, status)
    write_index(tmp_path)
    assert [folder.name for folder in counted] == ["a"]


def test_what_is_in_the_making_is_not_listed(tmp_path: Path) -> None:
    add(tmp_path, ".building-x", "data", Status.COMPLETE)
    (tmp_path / "README.md").write_text("")
    assert entries(tmp_path) == []
    assert "There are no reports yet" in write_index(tmp_path).read_text("utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".building-x", "README.md", "index.html"]


def test_an_index_that_cannot_be_written_leaves_nothing_half_done(tmp_path: Path) -> None:
    (tmp_path / "index.html").mkdir()
    with pytest.raises(OSError, match=r"index\.html"):
        write_index(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_who_reads_the_index_while_it_is_written_sees_the_old_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(tmp_path, "2026-03-04", "a", Status.COMPLETE)
    before = write_index(tmp_path).read_bytes()
    add(tmp_path, "2026-03-04", "b", Status.COMPLETE)
    write = Path.write_text

    def half(path: Path, text: str, **named: str) -> None:
        write(path, text[: len(text) // 2], **named)
        raise OSError(errno.ENOSPC, "disk full")

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(OSError, match="disk full"):
        write_index(tmp_path)
    assert (tmp_path / "index.html").read_bytes() == before
    assert not list(tmp_path.glob(".index.html.*"))


def test_an_answer_from_logs_is_text_in_the_index(tmp_path: Path) -> None:
    add(tmp_path, "2026-03-04", "a", Status.COMPLETE, "<script>alert(1)</script>\u202e")
    page = write_index(tmp_path).read_text("utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\u202e" in page
    assert "<script" not in page


def bag(root: Path, date: str, exhibits: dict[str, str], before: str = "", status: Status = Status.COMPLETE) -> Path:
    """A folder with what a line is read from; the exhibits by name, with the digit that their digest is made of."""
    add(root, date, "a", status)
    folder = root / date / "a"
    listed = "".join(f"{digit * 64}  data/exhibits/E01-{name}.parquet\n" for name, digit in exhibits.items())
    (folder / "manifest-sha256.txt").write_text(listed)
    link = f"{PREVIOUS}: {before}\n{PREVIOUS_DIGEST}: {digest_of(root / before)}\n" if before else ""
    (folder / "bag-info.txt").write_text(f"Payload-Oxum: 2097152.3\n{link}")
    (folder / "tagmanifest-sha256.txt").write_text(f"{'0' * 64}  {date}\n")
    return folder


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders whose lines were not kept but read, from here on."""
    names: list[str] = []
    entry_of = index.entry_of

    def reading(folder: Path, before: Callable[[str], Path | None]) -> index.Entry:
        names.append(f"{folder.parent.name}/{folder.name}")
        return entry_of(folder, before)

    monkeypatch.setattr(index, "entry_of", reading)
    return names


def test_a_line_is_read_once_and_again_when_its_report_changes_or_is_new(tmp_path: Path, read: list[str]) -> None:
    for date in ("2026-03-03", "2026-03-04"):
        add(tmp_path, date, "a", Status.COMPLETE)
    first = write_index(tmp_path).read_text("utf-8")
    assert (sorted(read), read.clear()) == (["2026-03-03/a", "2026-03-04/a"], None)
    assert write_index(tmp_path).read_text("utf-8") == first
    assert read == []
    summary = tmp_path / "2026-03-04" / "a" / "data" / "report.json"
    summary.write_text(summary.read_text().replace('"complete"', '"incomplete"', 1))
    add(tmp_path, "2026-03-05", "a", Status.FAILED)
    page = write_index(tmp_path).read_text("utf-8")
    assert (sorted(read), read.clear()) == (["2026-03-04/a", "2026-03-05/a"], None)
    assert [page.count(f">{status}</strong>") for status in Status] == [
        {"complete": 1, "incomplete": 1, "failed": 1}.get(status.value, 0) for status in Status
    ]


def test_a_report_that_vanished_is_no_longer_listed_nor_counted_for_its_date(tmp_path: Path, read: list[str]) -> None:
    for name in ("a", "b"):
        add(tmp_path, "2026-03-04", name, Status.COMPLETE)
    write_index(tmp_path)
    shutil.rmtree(tmp_path / "2026-03-04" / "b")
    controls = tmp_path / "2026-03-04" / "controls.html"
    controls.write_text("of before")
    read.clear()
    assert "Title of b" not in write_index(tmp_path).read_text("utf-8")
    assert "2026-03-04/b" not in (tmp_path / ".index.json").read_text("utf-8")
    assert "of before" not in controls.read_text("utf-8")
    assert read == []


@pytest.mark.parametrize("spoiled", ["", "{", "[]", '{"version": "0.0.0", "lines": {}}', '{"version": 1}', "\udcff"])
def test_lines_that_are_spoiled_or_of_another_version_are_read_anew(
    tmp_path: Path, read: list[str], spoiled: str
) -> None:
    add(tmp_path, "2026-03-04", "a", Status.COMPLETE)
    page = write_index(tmp_path).read_text("utf-8")
    kept = (tmp_path / ".index.json").read_text("utf-8")
    read.clear()
    (tmp_path / ".index.json").write_text(spoiled, "utf-8", "surrogateescape")
    assert write_index(tmp_path).read_text("utf-8") == page
    assert read == ["2026-03-04/a"]
    assert (tmp_path / ".index.json").read_text("utf-8") == kept


def test_lines_of_another_version_are_not_taken_even_if_they_fit(tmp_path: Path, read: list[str]) -> None:
    add(tmp_path, "2026-03-04", "a", Status.COMPLETE)
    write_index(tmp_path)
    kept = tmp_path / ".index.json"
    read.clear()
    kept.write_text(kept.read_text("utf-8").replace(f'"version":"{__version__}"', '"version":"0.0.0"'))
    write_index(tmp_path)
    assert read == ["2026-03-04/a"]


def test_a_line_says_size_seal_and_what_changed_against_the_report_before(tmp_path: Path) -> None:
    bag(tmp_path, "2026-03-03", {"users": "1", "calls": "2"})
    bag(tmp_path, "2026-03-04", {"users": "1", "calls": "3", "keys": "4"}, "2026-03-03/a", Status.INCOMPLETE)
    bag(tmp_path, "2026-03-05", {"users": "1", "calls": "3", "keys": "4"}, "2026-03-04/a", Status.INCOMPLETE)
    last, between, first = entries(tmp_path)
    assert first.change == "the first of its name and subject"
    assert between.change == "against 2026-03-03/a: was complete; differ: calls, keys"
    assert last.change == "against 2026-03-04/a: the same exhibits"
    assert (last.bytes, last.seal) == (2097152, "not signed")
    page = write_index(tmp_path).read_text("utf-8")
    assert f'<code title="SHA-256 of tagmanifest-sha256.txt">{last.digest[:12]}</code>' in page
    assert page.count(">not signed</span>") == page.count(">no run</span>") == 3
    assert page.count('<td data-label="Period (UTC)">2026-03-04 to 2026-03-04 13:30</td>') == 3
    assert 'href="2026-03-05/controls.html">controls<' in page
    assert "was complete; differ: calls, keys" in page
    assert "2.1 MB" in page


def test_a_report_before_that_is_gone_or_was_replaced_is_said_to_be_not_here(tmp_path: Path) -> None:
    before = bag(tmp_path, "2026-03-03", {"users": "1"})
    bag(tmp_path, "2026-03-04", {"users": "1"}, "2026-03-03/a")
    write_index(tmp_path)
    assert entries(tmp_path)[0].change == "against 2026-03-03/a: the same exhibits"
    (before / "tagmanifest-sha256.txt").write_text("of another report\n")
    assert entries(tmp_path)[0].change == "against 2026-03-03/a: not here"
    (tmp_path / ".index.json").unlink()
    assert entries(tmp_path)[0].change == "against 2026-03-03/a: not here"


def test_a_report_before_that_comes_or_goes_later_is_seen_though_the_line_was_kept(tmp_path: Path) -> None:
    before = bag(tmp_path, "2026-03-03", {"users": "1"})
    bag(tmp_path, "2026-03-04", {"users": "2"}, "2026-03-03/a")
    elsewhere = tmp_path.with_name(f"{tmp_path.name}-elsewhere")
    before.parent.rename(elsewhere)
    assert "not here" in write_index(tmp_path).read_text("utf-8")
    elsewhere.rename(before.parent)
    assert "differ: users" in write_index(tmp_path).read_text("utf-8")
    before.parent.rename(elsewhere)
    assert "not here" in write_index(tmp_path).read_text("utf-8")


@pytest.mark.parametrize(
    ("note", "seal"),
    [
        ("{", "unreadable"),
        ("[]", "unreadable"),
    ],
)
def test_a_seal_that_cannot_be_read_is_never_told_as_signed(tmp_path: Path, note: str, seal: str) -> None:
    folder = bag(tmp_path, "2026-03-04", {"users": "1"})
    (folder / "seal").mkdir()
    (folder / "seal" / "seal.json").write_text(note)
    assert entries(tmp_path)[0].seal == seal
