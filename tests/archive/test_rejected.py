"""Bad input: each a clear error or a counted rejection with its reason, and nothing is lost."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
from typing import TYPE_CHECKING

from siemlib.archive import load
from siemlib.archive.record import read_records
from siemlib.errors import ExitCode
from siemlib.model.run import Completeness
from siemlib.settings import ArchiveSettings
from tests.archive.deliveries import alert, ndjson, record, rejected, rows

if TYPE_CHECKING:
    from pathlib import Path


def test_lines_of_broken_json_are_rejected_and_kept(tmp_path: Path) -> None:
    broken = ['{"timestamp": "2026-03-04T10:00:00Z", ', "hello", '{"rule": 1}', "[]"]
    good = [alert(n) for n in range(20)]
    file = ndjson(tmp_path / "alerts.json", [*good, *broken, *good])
    summary = load([file], tmp_path / "a")
    assert (summary.groups[0].events, summary.groups[0].rejected) == (40, 4)
    assert summary.exit_code is ExitCode.DONE
    kept = rejected(tmp_path / "a")
    assert [each["text"] for each in kept] == broken
    assert [each["ordinal"] for each in kept] == [21, 22, 23, 24]
    assert [each["reason"] for each in kept] == ["not valid JSON", "not valid JSON", "no event time", "not valid JSON"]


def test_a_broken_document_is_refused_by_name_and_the_others_are_loaded(shared: Path, tmp_path: Path) -> None:
    summary = load([shared / "data/cloudtrail/traildiscover_2024"], tmp_path / "a")
    (refused,) = summary.refused
    assert refused.path.name == "CreateApiKey.json.gz"
    assert refused.reason.startswith("not valid JSON: expecting property name enclosed in double quotes (line 4")
    assert summary.exit_code is ExitCode.FAILED
    assert sum(group.events for group in summary.groups) == 4
    assert [note for note in summary.notes if "holds no events" in note and "PutEventSelectors.json" in note]


def test_a_document_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    file = tmp_path / "ct.json"
    file.write_text('{"Records":[' + record(1) + "," + record(2) + ',{"eventTime": oops', encoding="utf-8")
    summary = load([file], tmp_path / "a")
    assert (summary.groups[0].events, summary.groups[0].rejected) == (2, 1)
    assert summary.partial == (str(file),)
    assert summary.exit_code is ExitCode.INCOMPLETE
    (kept,) = rejected(tmp_path / "a")
    assert "line 1" in kept["reason"]
    assert read_records(tmp_path / "a")[0].files[0].completeness is Completeness.PARTIAL


def test_an_empty_file_and_an_empty_list_are_loaded_with_a_note(tmp_path: Path) -> None:
    (tmp_path / "empty.log").write_bytes(b"")
    (tmp_path / "list.json").write_bytes(b"[]\n")
    (tmp_path / "nothing.json.gz").write_bytes(gzip.compress(b'{"events": [], "searchedLogStreams": []}'))
    files = [tmp_path / name for name in ("empty.log", "list.json", "nothing.json.gz")]
    summary = load(files, tmp_path / "a")
    assert [note.endswith("holds no events") for note in summary.notes] == [True] * 3
    assert summary.exit_code is ExitCode.DONE
    assert len(load(files, tmp_path / "a").known) == 3


def test_a_folder_without_logs_is_a_failure_that_says_why_of_each_file(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    for name in ("LICENSE", "README.md", "table.csv", "notes.txt", ".hidden"):
        ndjson(folder / name, ["nothing that anybody would call a log"])
    summary = load([folder], tmp_path / "a")
    assert len(summary.skipped) == 5
    assert all(passed.reason for passed in summary.skipped)
    assert summary.exit_code is ExitCode.FAILED


def test_a_named_file_that_is_no_log_is_an_error_with_its_name(tmp_path: Path) -> None:
    text = ndjson(tmp_path / "notes.txt", ["nothing that anybody would call a log"])
    binary = tmp_path / "picture.png"
    binary.write_bytes(bytes(range(256)) * 100)
    good = ndjson(tmp_path / "alerts.json", [alert(1)])
    summary = load([text, binary, good], tmp_path / "a")
    assert [(each.path, each.reason.startswith("not recognised")) for each in summary.refused] == [
        (text, True),
        (binary, True),
    ]
    assert summary.groups[0].events == 1
    assert summary.exit_code is ExitCode.FAILED


def test_a_cut_gzip_is_loaded_as_far_as_it_goes(tmp_path: Path) -> None:
    lines = [
        record(n % 3000, eventID=f"id-{n}", pad=base64.b64encode(bytes([n % 251] * 30)).decode()) for n in range(3000)
    ]
    whole = gzip.compress("".join(line + "\n" for line in lines).encode())
    file = tmp_path / "ct.ndjson.gz"
    file.write_bytes(whole[: len(whole) // 2])
    summary = load([file], tmp_path / "a")
    (group,) = summary.groups
    assert 0 < group.events < 3000
    assert group.rejected == 1
    assert summary.partial == (str(file),)
    assert summary.exit_code is ExitCode.INCOMPLETE
    (kept,) = rejected(tmp_path / "a")
    assert "ends early" in kept["reason"]
    assert lines[group.events].startswith(kept["text"])


def test_of_a_gzip_bomb_nothing_is_visible_and_the_rest_is_loaded(tmp_path: Path) -> None:
    settings = ArchiveSettings(ratio_checked_from_bytes=4 << 20, chunk_bytes=1 << 20)
    bomb = tmp_path / "bomb.json.gz"
    bomb.write_bytes(gzip.compress((alert(1) + "\n").encode() * 60_000))
    good = ndjson(tmp_path / "good.json", [alert(2), alert(3), alert(4), "broken"])
    summary = load([bomb, good], tmp_path / "a", settings=settings)
    (refused,) = summary.refused
    assert refused.path == bomb
    assert "gzip bomb" in refused.reason
    assert [row[2] for row in rows(tmp_path / "a", ["OSSEC"])] == [alert(2), alert(3), alert(4)]
    assert [each["text"] for each in rejected(tmp_path / "a")] == ["broken"]
    (load_record,) = read_records(tmp_path / "a")
    assert [file.name for file in load_record.files] == [str(good)]
    assert sum(part.events for part in load_record.parts) == 3


def test_a_line_of_ten_megabytes_is_rejected_cut_and_with_its_length(tmp_path: Path) -> None:
    huge = '{"timestamp": "2026-03-04T10:00:00Z", "x": "' + "y" * 10_000_000 + '"}'
    file = ndjson(tmp_path / "alerts.json", [alert(1), huge, alert(2)])
    summary = load([file], tmp_path / "a")
    assert (summary.groups[0].events, summary.groups[0].rejected) == (2, 1)
    (kept,) = rejected(tmp_path / "a")
    assert (kept["length"], kept["ordinal"]) == (len(huge), 2)
    assert huge.startswith(kept["text"])
    assert len(kept["text"]) == 64 << 10
    assert kept["reason"] == "longer than 1,048,576 bytes"


def test_bytes_that_are_not_utf8_lose_neither_the_event_nor_the_bytes(tmp_path: Path) -> None:
    line = b'192.0.2.7 - - [04/Mar/2026:10:00:00 +0100] "GET /\xf9\x88 HTTP/1.1" 400 226 "-" "-"'
    good = line.replace(b"\xf9\x88", b"index")
    file = ndjson(tmp_path / "access.log", [good, line, good])
    summary = load([file], tmp_path / "a")
    assert (summary.groups[0].events, summary.groups[0].rejected) == (3, 0)
    assert [row[2] for row in rows(tmp_path / "a", ["web-access"])][1] == line.decode("utf-8", "replace")
    (kept,) = rejected(tmp_path / "a")
    assert kept["loaded"] is True
    assert base64.b64decode(kept["base64"]) == line
    assert any("U+FFFD" in note for note in summary.notes)


def test_a_file_of_which_nothing_can_be_read_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    file = ndjson(tmp_path / "events.json", ['{"no": "time"}'] * 3)
    summary = load([file], tmp_path / "a")
    assert summary.exit_code is ExitCode.INCOMPLETE
    assert summary.groups[0].rejected == 3
    assert any("none of its texts" in note for note in summary.notes)


def test_a_time_beyond_every_calendar_is_no_time(tmp_path: Path) -> None:
    times = ["infinity", "epoch", "99999999999999999999", "-5", "2026-02-30T00:00:00Z", "", "1e300", "nan"]
    file = ndjson(tmp_path / "ct.ndjson", [record(1), *(record(2, eventTime=time) for time in times)])
    (group,) = load([file], tmp_path / "a").groups
    assert (group.events, group.rejected) == (1, len(times))


def test_digest_files_of_cloudtrail_are_no_events(tmp_path: Path) -> None:
    digest = '{"awsAccountId":"1","digestStartTime":"x","digestEndTime":"y","digestS3Bucket":"b","logFiles":[]}'
    ndjson(tmp_path / "in" / "renamed.json", [digest])
    ndjson(tmp_path / "in" / "aws-logs-write-test", ["Permission Check Successful"])
    ndjson(tmp_path / "in" / "ct.ndjson", [record(1)])
    summary = load([tmp_path / "in"], tmp_path / "a")
    assert {passed.path.name: passed.reason for passed in summary.skipped} == {
        "aws-logs-write-test": "the file with which CloudWatch tries whether it may write",
    }
    assert [passed.path.name for passed in summary.kept] == ["renamed.json"]
    assert summary.groups[0].events == 1


def test_a_file_that_cannot_be_opened_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "dangling.json").symlink_to(tmp_path / "nowhere")
    ndjson(tmp_path / "in" / "good.json", [alert(1)])
    summary = load([tmp_path / "in"], tmp_path / "a")
    assert summary.groups[0].events == 1
    assert [passed.reason for passed in summary.skipped] == ["not a regular file"]


def test_a_number_that_is_no_epoch_is_no_time(tmp_path: Path) -> None:
    times = ("0.35", "20260304", '"20260304"', "20260304100000", "4711")
    good = '{"time": 0.35, "ts": 1772582400}'  # a duration, and then the time
    file = ndjson(tmp_path / "app.json", [good, *(f'{{"time": {time}}}' for time in times)])
    (group,) = load([file], tmp_path / "a").groups
    assert (group.events, group.rejected) == (1, len(times))
    assert [row[0] for row in rows(tmp_path / "a", ["json-events"])] == [1_772_582_400_000]


def test_a_stranger_in_a_log_of_text_is_not_measured_by_another_kind_of_log(tmp_path: Path) -> None:
    lines = ["Mar  4 10:00:00 web sshd[7]: Server listening on 0.0.0.0 port 22."] * 3
    load([ndjson(tmp_path / "auth.log", [*lines, '{"a": 1}'])], tmp_path / "a", source="sshd")
    assert [each["reason"] for each in rejected(tmp_path / "a")] == ["no event time"]


def test_a_file_whose_name_is_not_utf8_is_loaded(tmp_path: Path) -> None:
    file = ndjson(tmp_path / os.fsdecode(b"caf\xe9.log"), ["2026-03-04T10:00:00Z hello"])
    summary = load([file], tmp_path / "a")
    assert [group.events for group in summary.groups] == [1]
    assert [row[1] for row in rows(tmp_path / "a", ["text"])] == ["caf\ufffd.log"]


def test_a_file_of_blank_lines_holds_no_events(tmp_path: Path) -> None:
    blank = ndjson(tmp_path / "blank.log", ["   ", "", "\t"] * 5)
    summary = load([blank], tmp_path / "a")
    assert [note.endswith("blank.log: holds no events") for note in summary.notes] == [True]
    assert summary.exit_code is ExitCode.DONE


def test_blank_lines_before_a_log_do_not_hide_its_kind(tmp_path: Path) -> None:
    line = "Mar  4 10:00:00 web sshd[7]: Server listening on 0.0.0.0 port 22."
    for count in (60, 9000):  # in one piece with the log, and more than a piece
        file = ndjson(tmp_path / f"{count}.log", [(b" " * 1000 + b"\n") * count + line.encode()])
        (group,) = load([file], tmp_path / str(count)).groups
        assert (group.log_group, group.events) == ("sshd", 1)


def test_lines_that_end_in_a_lone_cr_are_lines(tmp_path: Path) -> None:
    line = "Mar  4 10:00:{:02d} web sshd[7]: Server listening on 0.0.0.0 port 22."
    texts = [line.format(n % 60) + str(n) for n in range(200)]
    (tmp_path / "mac.log").write_bytes("".join(text + "\r" for text in texts).encode())
    (tmp_path / "mac.json").write_bytes("\r".join(alert(n) for n in range(9)).encode())
    sizes = {group.log_group: group.events for group in load([*tmp_path.glob("mac.*")], tmp_path / "a").groups}
    assert sizes == {"sshd": 200, "OSSEC": 9}
    assert {row[2] for row in rows(tmp_path / "a", ["sshd"])} == set(texts)


def test_a_document_with_a_cr_between_its_records_stays_as_it_was_delivered(tmp_path: Path) -> None:
    text = record(1).replace(", ", ",\r")
    (tmp_path / "ct.json").write_bytes(f'{{"Records":[{text},\r{record(2)}]}}'.encode())
    load([tmp_path / "ct.json"], tmp_path / "a")
    assert [row[2] for row in rows(tmp_path / "a", ["cloudtrail"])] == [text, record(2)]


def test_a_damaged_gzip_gives_the_events_before_the_damage(tmp_path: Path) -> None:
    lines = [record(n % 3000, eventID=hashlib.sha256(b"%d" % n).hexdigest()) + "\n" for n in range(9000)]
    for name, place in (("crc.json.gz", -8), ("corrupt.json.gz", 200_000)):
        broken = bytearray(gzip.compress("".join(lines).encode()))
        broken[place] ^= 0x10
        (tmp_path / name).write_bytes(broken)
    corrupt = load([tmp_path / "corrupt.json.gz"], tmp_path / "corrupt")
    crc = load([tmp_path / "crc.json.gz"], tmp_path / "crc")
    assert (crc.groups[0].events, crc.groups[0].rejected, crc.exit_code) == (9000, 1, ExitCode.INCOMPLETE)
    assert "does not match its checksum" in crc.notes[0]
    assert corrupt.exit_code is ExitCode.INCOMPLETE
    assert corrupt.groups[0].events > 2000
