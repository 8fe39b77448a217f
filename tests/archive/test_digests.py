"""An archive keeps CloudTrail's digest files, and what its log files held, so that it can be checked by itself."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import TYPE_CHECKING

from siemlib.archive.digests import FOLDER, has_digests, material_of
from siemlib.archive.load import load
from siemlib.archive.record import read_records
from siemlib.errors import ExitCode
from siemlib.evidence.cloudtrail.check import Checked, check
from siemlib.evidence.cloudtrail.keys import read_keys
from siemlib.evidence.cloudtrail.verdict import Verdict
from siemlib.model.timespan import TimeSpan
from tests.archive.deliveries import ndjson, record
from tests.evidence.cloudtrail import made

if TYPE_CHECKING:
    from pathlib import Path


def checked(folder: Path) -> Checked:
    """What the archive ``a`` of a folder comes to, of itself."""
    archive = folder / "a"
    keys = read_keys(made.keys_file(folder / "keys.json", "aws"))
    return check(material_of(archive, read_records(archive)), keys)


def kept(folder: Path) -> dict[str, bytes]:
    """The digest files and signatures of the archive, by name."""
    return {path.name: path.read_bytes() for path in (folder / "a" / FOLDER / "2026-03-04").iterdir()}


def test_an_archive_can_be_checked_after_everything_delivered_is_gone(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(3)
    trail.keep_signature()
    summary = load([tmp_path / "bucket"], tmp_path / "a")
    (tmp_path / "bucket").rename(tmp_path / "gone")
    assert (summary.exit_code, summary.groups[0].events, len(summary.kept)) == (ExitCode.DONE, 6, 4)
    found = checked(tmp_path)
    assert (found.verdict, len(found.trails[0].logs)) == (Verdict.VALID, 6)


def test_digest_files_are_kept_as_delivered_and_once(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(2)
    load([tmp_path / "bucket"], tmp_path / "a")
    first = kept(tmp_path)
    contents = [gzip.decompress(path.read_bytes()) for path in trail.digests]
    assert {name: gzip.decompress(data) for name, data in first.items()} == {
        f"{hashlib.sha256(content).hexdigest()}.json.gz": content for content in contents
    }
    trail.digests[0].write_bytes(contents[0])  # decompressed on its way
    summary = load([tmp_path / "bucket"], tmp_path / "a")
    assert (summary.exit_code, kept(tmp_path)) == (ExitCode.DONE, first)


def test_what_a_log_file_held_is_known_and_of_other_logs_it_is_not_kept(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(1, logs=1)
    content = gzip.decompress(trail.logs[0].read_bytes())
    twice = tmp_path / "bucket" / "twice.gz"
    twice.write_bytes(gzip.compress(trail.logs[0].read_bytes() + gzip.compress(b" ")))
    ndjson(tmp_path / "bucket" / "lines.ndjson", [record(1)])
    load([tmp_path / "bucket"], tmp_path / "a")
    found = {path.name.rpartition("/")[2]: path.content_sha256 for path in read_records(tmp_path / "a")[0].files}
    assert {name.rpartition("/")[2]: digest for name, digest in found.items()} == {
        trail.logs[0].name: hashlib.sha256(content).hexdigest(),
        "twice.gz": hashlib.sha256(content + b" ").hexdigest(),
        "lines.ndjson": None,
    }


def test_a_log_file_that_breaks_off_has_no_known_content(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(1, logs=1)
    trail.keep_signature()
    trail.logs[0].write_bytes(trail.logs[0].read_bytes()[:-9])
    load([tmp_path / "bucket"], tmp_path / "a")
    assert [file.content_sha256 for file in read_records(tmp_path / "a")[0].files] == [None]
    (found,) = checked(tmp_path).trails[0].logs
    assert (found.state, found.why) == (
        "changed",
        "it cannot be read: of it, only a part could be read when it was loaded",
    )


def test_of_an_archive_of_before_it_is_said_that_it_is_not_known(tmp_path: Path) -> None:
    made.Trail(tmp_path / "bucket").hours(2).keep_signature()
    load([tmp_path / "bucket"], tmp_path / "a")
    (path,) = (tmp_path / "a" / "loads").glob("*.json")
    data = json.loads(path.read_text("utf-8"))
    for file in data["files"]:
        del file["content_sha256"]
    path.write_text(json.dumps(data), encoding="utf-8")
    found = checked(tmp_path)
    assert found.verdict is Verdict.UNPROVEN
    assert {each.why for each in found.trails[0].logs} == {
        "the SHA-256 of its content is not known: it was loaded before that was kept"
    }


def test_a_digest_file_that_changed_in_the_archive_is_wrong(tmp_path: Path) -> None:
    made.Trail(tmp_path / "bucket").hours(2).keep_signature()
    load([tmp_path / "bucket"], tmp_path / "a")
    path = next((tmp_path / "a" / FOLDER).rglob("*.json.gz"))
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + b" "))
    found = checked(tmp_path)
    assert (found.verdict, found.broken[0][1]) == (Verdict.WRONG, "it has changed since it was loaded")


def test_for_a_day_the_digest_files_of_other_days_are_not_read_as_long_as_log_files_say_when_they_are(
    tmp_path: Path,
) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(50, logs=1)
    load([tmp_path / "bucket"], tmp_path / "a")
    for path in (tmp_path / "a" / FOLDER / "2026-03-06").iterdir():
        path.write_bytes(b"broken")
    span = TimeSpan(made.START, made.START + made.HOUR)
    near = material_of(tmp_path / "a", read_records(tmp_path / "a"), span)
    assert (near.broken, len(near.digests)) == ([], 47)  # those that end on the 4th and the 5th
    assert len(material_of(tmp_path / "a", read_records(tmp_path / "a")).broken) == 3
    trail.logs[0].rename(trail.logs[0].with_name("of some day.gz"))
    trail.logs[0].with_name("of some day.gz").write_bytes(gzip.compress(b'{"Records":[%s]}' % record(7).encode()))
    load([trail.logs[0].with_name("of some day.gz")], tmp_path / "a")
    assert len(material_of(tmp_path / "a", read_records(tmp_path / "a"), span).broken) == 3


def test_digest_files_alone_are_worth_loading(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(1)
    assert load(trail.digests, tmp_path / "a").exit_code is ExitCode.DONE
    assert has_digests(tmp_path / "a")


def test_a_digest_file_that_cannot_be_decompressed_is_refused(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(1)
    trail.digests[0].write_bytes(trail.digests[0].read_bytes()[:-9])
    summary = load([tmp_path / "bucket"], tmp_path / "a")
    assert [passed.path.name for passed in summary.refused] == [trail.digests[0].name]
    assert not has_digests(tmp_path / "a")
