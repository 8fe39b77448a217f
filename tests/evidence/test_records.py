"""A record that was put together wrongly is told, whatever the manifest says of its bytes."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.evidence.building import write_build
from siemlib.evidence.records import check_records
from tests.evidence.recorded import data, edit, keep_packed, run_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Change = Callable[[Path], object]

__all__ = ["data"]


def test_a_record_as_it_was_made_agrees_with_itself(data: Path) -> None:
    assert check_records(data) == []


def test_a_record_with_packed_rows_as_the_first_versions_kept_them_agrees_with_itself(data: Path) -> None:
    keep_packed(data)
    assert not list(data.glob("runs/*.jsonl"))
    assert check_records(data) == []


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def swap(one: Path, other: Path) -> None:
    held = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(held)


def swap_exhibits(data: Path) -> None:
    """The data of two exhibits, each under the other's name."""
    for kind in ("csv", "parquet"):
        swap(data / f"exhibits/E02-kinds.{kind}", data / f"exhibits/E03-none.{kind}")


def other_rows(data: Path) -> None:
    """As many rows, and as long, in another order."""
    held = rows(data, 1).read_bytes().splitlines(keepends=True)
    rows(data, 1).write_bytes(b"".join(reversed(held)))


def rows(data: Path, sequence: int) -> Path:
    return run_of(data, sequence).with_suffix(".rows.jsonl")


def packed(data: Path, change: Callable[[bytes], bytes] = bytes) -> None:
    """Keep the rows as earlier reports did, and change the packed ones of the first run."""
    keep_packed(data)
    path = run_of(data, 1).with_suffix(".rows.jsonl.gz")
    path.write_bytes(change(path.read_bytes()))


def cut_rows(data: Path, *, least: int, most: int, said: int) -> None:
    """Keep some of the rows' bytes alone, and tell of as many rows as they are to be."""
    held = rows(data, 1).read_bytes()[least:most]
    rows(data, 1).write_bytes(held)
    told = {"rows_sha256": hashlib.sha256(held).hexdigest(), "rows_bytes": len(held)}
    edit(run_of(data, 1), lambda run: run.update(told) or run["statistics"].update(rows=said))


def one_row_less(data: Path) -> None:
    """Without its last row, and with a record of its digest."""
    last = len(rows(data, 1).read_bytes().splitlines(keepends=True)[-1])
    cut_rows(data, least=0, most=-last, said=3)


def csv_that_shows_more(data: Path) -> None:
    """A CSV that was changed, its record with it; only the Parquet still knows."""
    table = data / "exhibits/E01-users.csv"
    table.write_bytes(table.read_bytes().replace(b"violet", b"indigo"))
    edit(data / "exhibits/E01-users.json", lambda exhibit: exhibit.update(csv_sha256=sha256(table)))


def set_in(name: str, **members: Any) -> Change:  # noqa: ANN401 - any JSON value
    """Other members of a document."""
    return lambda data: edit(data / name, lambda document: document.update(members))


def set_in_run(**members: Any) -> Change:  # noqa: ANN401 - any JSON value
    """Other members of the first run."""
    return lambda data: edit(run_of(data, 1), lambda run: run.update(members))


def renamed(source: str, target: str) -> Change:
    return lambda data: (data / source).rename(data / target)


CHANGES: dict[str, tuple[Change, str]] = {
    "other rows": (other_rows, "has not the digest that the record of its run tells"),
    "rows that are gone": (lambda data: rows(data, 1).unlink(), "cannot be read: No such file"),
    "a row less than it tells": (one_row_less, "holds 2 rows in"),
    "half a row": (lambda data: cut_rows(data, least=0, most=-1, said=2), "its last row is cut off"),
    "packed rows cut off": (lambda data: packed(data, lambda held: held[:-9]), "the file is cut off"),
    "something behind packed rows": (lambda data: packed(data, lambda held: held + b"x"), "something follows the rows"),
    "other rows, packed": (
        lambda data: packed(data, lambda held: gzip.compress(gzip.decompress(held)[::-1])),
        "its last row is cut off",
    ),
    "rows that are kept twice": (
        lambda data: shutil.copy(rows(data, 1), rows(data, 1).with_suffix(".jsonl.gz")),
        "is there a second time, packed",
    ),
    "rows without their run": (lambda data: run_of(data, 2).unlink(), "belongs to no run"),
    "another question": (set_in_run(query="fields other"), "its id is not that of what was asked"),
    "another timespan": (
        lambda data: edit(run_of(data, 1), lambda run: run["timespan"].update(end="2027-01-01T00:00:00+00:00")),
        "its id is not that of what was asked",
    ),
    "a run under another name": (set_in_run(id="0" * 32), "calls itself"),
    "a form of rows that nobody knows": (set_in_run(rows_form="as I like"), "in another form"),
    "rows elsewhere": (set_in_run(rows_file="../../etc/passwd"), "its rows are not where"),
    "a run that ended before it began": (set_in_run(finished="2020-01-01T00:00:00+00:00"), "before it was started"),
    "a run of another place": (set_in_run(sequence=7), "the runs are not numbered from 1 to 2"),
    "a run of another engine": (set_in("case.json", engine="live:eu-central-1"), "is of the engine local:archive"),
    "an unknown log group": (set_in("case.json", log_groups=[]), "which the case does not know"),
    "swapped exhibits": (swap_exhibits, "is not the file that the record of the exhibit names"),
    "a CSV that shows other rows": (csv_that_shows_more, "differs in row 1"),
    "fewer rows than it tells": (set_in("exhibits/E02-kinds.json", rows=2), "holds 3 rows; its record tells of 2"),
    "other columns": (set_in("exhibits/E02-kinds.json", columns=[{"name": "x"}]), "has other columns"),
    "an exhibit of no run": (set_in("exhibits/E02-kinds.json", runs=["f" * 32]), "which is not there"),
    "an exhibit without its runs": (set_in("exhibits/E02-kinds.json", runs=[]), "the worst of its runs is unknown"),
    "another figure": (set_in("exhibits/E01-users.figure.json", data=[]), "E01-users.figure.json is not the file"),
    "a figure that is gone": (lambda data: (data / "exhibits/E01-users.figure.json").unlink(), "not there, but the"),
    "a figure of a table": (
        renamed("exhibits/E01-users.figure.json", "exhibits/E02-kinds.figure.json"),
        "is there, but",
    ),
    "an exhibit that is gone": (lambda data: (data / "exhibits/E02-kinds.json").unlink(), "belongs to no exhibit"),
    "a file of nobody's": (
        lambda data: (data / "exhibits/notes.txt").write_text("x"),
        "has no name of a file of exhib",
    ),
    "a run that is incomplete": (
        set_in_run(completeness="partial"),
        "report.json calls the report complete, but runs/",
    ),
    "a word for completeness": (set_in_run(completeness="very"), "is no word that says it"),
    "a finding of no run": (set_in("findings/F01.json", runs=["0"]), "rests on the run 0, which is not there"),
    "a finding of no exhibit": (set_in("findings/F01.json", exhibits=["E09"]), "rests on the exhibit E09"),
    "a finding called better": (
        set_in("findings/F01.json", completeness="unknown"),
        "is called unknown, but the worst",
    ),
    "a finding under another name": (renamed("findings/F01.json", "findings/F02.json"), "F02.json calls itself F01"),
    "a section under another name": (set_in("sections/provenance.json", section="x"), "calls itself x"),
    "a summary of another span": (set_in("report.json", start="2026-03-03T00:00:00+00:00"), "tell another start"),
    "a summary of more runs": (set_in("report.json", runs=9), "tells of 9 runs; there are 2"),
    "a summary of more exhibits": (set_in("report.json", exhibits=9), "tells of 9 exhibits; there are 3"),
    "an answer that no exhibit gives": (set_in("report.json", answer=["All is well."]), "is the reading of no exhibit"),
    "no summary": (lambda data: (data / "report.json").unlink(), "report.json cannot be read"),
    "no case": (lambda data: (data / "case.json").unlink(), "there are runs or exhibits, but no case.json"),
    "a difference hidden as time": (
        lambda data: edit(data / "build.json", lambda build: build["texts"].setdefault("data/origin.json", ["unread"])),
        "build.json names for data/origin.json not just what is of the time of building",
    ),
}


@pytest.mark.parametrize("change", CHANGES, ids=[name.replace(" ", "-") for name in CHANGES])
def test_what_does_not_belong_together_is_told(change: str, data: Path) -> None:
    make, told = CHANGES[change]
    make(data)
    assert told in "\n".join(check_records(data))


@pytest.mark.parametrize(
    "change",
    [
        lambda build: build["whole"].append("data/exhibits/"),
        lambda build: build["texts"]["data/report.html"].append("2026-03-05"),
        lambda build: build["texts"]["data/case.json"].reverse(),
        lambda build: build["texts"].clear() or build["texts"].update({"data/exhibits/E02-kinds.csv": ["1"]}),
        lambda build: build.update(texts=[]),
        lambda build: build.update(whole={}),
    ],
)
def test_a_difference_that_is_hidden_as_time_is_told(change: Callable[[dict[str, Any]], object], data: Path) -> None:
    shown = "2026-03-05 06:00:00 2026-03-05T06:00:00Z"
    (data / "report.html").write_text(shown)
    (data / "case.json").write_text((data / "case.json").read_text().replace("{", '{"a": "' + shown + '", ', 1))
    write_build(data)
    assert check_records(data) == []
    edit(data / "build.json", change)
    assert "build.json" in "\n".join(check_records(data))


def test_a_list_of_an_earlier_version_that_knew_of_less_hides_nothing(data: Path) -> None:
    (data / "report.html").write_text("built 2026-03-05 06:00:00 UTC")
    write_build(data)

    def earlier(build: dict[str, Any]) -> None:
        build["about"] = "In other words."
        build["whole"].remove("data/spool/")
        del build["texts"]["data/report.html"]

    edit(data / "build.json", earlier)
    assert check_records(data) == []


def test_what_a_notebook_that_failed_was_writing_may_be_there_in_part(data: Path) -> None:
    (data / "exhibits/E03-none.json").unlink()
    edit(data / "report.json", lambda report: report.update(status="failed", exhibits=2))
    assert check_records(data) == []


def test_no_case_at_all_is_a_notebook_that_failed_early(data: Path) -> None:
    for path in data.iterdir():
        if path.name != "report.json":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    edit(data / "report.json", lambda report: report.update(status="failed", runs=0, exhibits=0, answer=[]))
    assert check_records(data) == []


# ── hostile files ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_bomb_in_packed_rows_is_unpacked_no_further_than_the_record_tells(data: Path) -> None:
    packed(data, lambda _: gzip.compress(b"\0" * (20 << 20), 6))
    assert "the file holds more than the" in "\n".join(check_records(data))


def test_json_that_is_too_deep_too_long_or_ambiguous_is_told(data: Path) -> None:
    (data / "case.json").write_text("[" * 200_000)
    (data / "findings/F01.json").write_text('{"id": "F01", "id": "F02"}')
    run_of(data, 1).write_text('{"rows_bytes": ' + "9" * 5000 + "}")
    with (data / "sections/provenance.json").open("wb") as sparse:
        sparse.truncate((64 << 20) + 1)
    told = "\n".join(check_records(data))
    assert "case.json is nested too deep" in told
    assert "two members have one name" in told
    assert "is no JSON: Exceeds the limit" in told
    assert "is longer than 67,108,864 bytes" in told


@pytest.mark.parametrize("name", ["runs", "exhibits/E02-kinds.json", "exhibits/E02-kinds.parquet", "case.json"])
def test_a_link_is_not_followed(name: str, data: Path, tmp_path: Path) -> None:
    (data / name).rename(tmp_path / "elsewhere")
    (data / name).symlink_to(tmp_path / "elsewhere")
    assert check_records(data)


def test_a_pipe_is_not_waited_for(data: Path) -> None:
    path = data / "exhibits/E02-kinds.csv"
    path.unlink()
    os.mkfifo(path)
    (data / "report.json").unlink()
    os.mkfifo(data / "report.json")
    told = "\n".join(check_records(data))
    assert "exhibits/E02-kinds.csv is no file" in told
    assert "report.json cannot be read: it is no file" in told


def test_what_is_told_acts_on_no_terminal(data: Path) -> None:
    edit(run_of(data, 1), lambda run: run.update(id="\x1b[2J\u202e" + "x" * 5000))
    for sentence in check_records(data):
        assert sentence.isprintable()
        assert len(sentence) < 500


@pytest.mark.parametrize(
    "member", ["id", "query", "rows_sha256", "statistics", "timespan", "log_groups", "completeness"]
)
@pytest.mark.parametrize("value", [None, 7, [], {}, "x", [[]], {"rows": "many"}], ids=str)
def test_whatever_a_record_says_is_no_error_of_ours(member: str, value: object, data: Path) -> None:
    edit(run_of(data, 1), lambda run: run.update({member: value}))
    assert check_records(data)


@pytest.mark.parametrize("member", ["id", "name", "kind", "rows", "columns", "runs", "csv_sha256", "completeness"])
@pytest.mark.parametrize("value", [None, -7, [], {}, "x", [[]], [{"name": 7}]], ids=str)
def test_whatever_an_exhibit_says_is_no_error_of_ours(member: str, value: object, data: Path) -> None:
    edit(data / "exhibits/E02-kinds.json", lambda exhibit: exhibit.update({member: value}))
    assert check_records(data)


def test_names_are_those_of_the_files(data: Path) -> None:
    held = json.loads((data / "exhibits/E01-users.json").read_text())
    (data / "exhibits/E01-other.json").write_text(json.dumps({**held, "name": "other"}))
    told = "\n".join(check_records(data))
    assert "two exhibits are called E01" in told
