"""What GetQueryResults gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from siemlib.archive import Archive, load
from siemlib.archive.formats import recognise_format
from siemlib.archive.formats.insights_results import INSIGHTS_RESULTS, LENGTHS
from siemlib.archive.stream import Reading
from siemlib.model.run import Completeness
from tests.archive.deliveries import rows

if TYPE_CHECKING:
    from siemlib.archive.batch import Batch

PATH = Path("results.json")
TEN = 1_772_618_400_000
"""2026-03-04 10:00:00 UTC."""
SAMPLE = """{
    "queryLanguage": "CWLI",
    "results": [
        [
            {"field": "@timestamp", "value": "2026-03-04 10:00:01.250"},
            {"field": "@ingestionTime", "value": "2026-03-04 10:00:03.000"},
            {"field": "@log", "value": "111122223333:/ecs/app"},
            {"field": "@logStream", "value": "web/1"},
            {"field": "@message", "value": "REPORT RequestId: f612\\tDuration: 2.03 ms\\t\\n"},
            {"field": "@ptr", "value": "CmEKJgoi1"}
        ],
        [
            {"field": "@timestamp", "value": "2026-03-04 10:00:00.000"},
            {"field": "@message", "value": "caf\\u00e9 \\ud83d\\ude00"},
            {"field": "@ptr", "value": "CmEKJgoi2"}
        ]
    ],
    "statistics": {"recordsMatched": 2.0, "recordsScanned": 9.0, "bytesScanned": 733.0},
    "status": "Complete"
}
"""


def row(number: int, **more: str | None) -> list[dict[str, str]]:
    time = f"2026-03-04 10:00:{number:02d}.000"
    pairs = {"@timestamp": time, "@message": f"m{number}", "@ptr": f"p{number}"} | {
        f"@{name}": value for name, value in more.items()
    }
    return [{"field": name, "value": value} for name, value in pairs.items() if value is not None]


def page(*found: object, matched: float | None = None, **more: object) -> str:
    statistics = {} if matched is None else {"statistics": {"recordsMatched": matched}}
    return json.dumps({"results": found, "status": "Complete"} | statistics | more)


def record(number: int, message: str) -> str:
    found = {"@timestamp": str(TEN + 1000 * number), "@message": message, "@logStream": "s"}
    return json.dumps({"logRecord": found, "logRecordPointer": f"p{number}"})


def cut(number: int, length: int) -> list[dict[str, str]]:
    return [*row(number), {"field": LENGTHS[0], "value": str(length)}]


def read(*texts: str, size: int = 1 << 20) -> tuple[Batch, Reading]:
    """What is read of these documents back to back."""
    reading = Reading(PATH, 0)
    data = "".join(texts).encode()
    pieces = iter([data[n : n + size] for n in range(0, len(data), size)])
    (batch,) = INSIGHTS_RESULTS.read(pieces, reading, 1000)
    return batch, reading


def test_what_the_aws_cli_prints_is_read_as_it_was_received() -> None:
    assert recognise_format(SAMPLE.encode(), PATH) is INSIGHTS_RESULTS
    for size in (7, 1 << 20):
        batch, reading = read(SAMPLE, size=size)
        assert batch.messages.to_pylist() == [b"REPORT RequestId: f612\tDuration: 2.03 ms\t\n", "café 😀".encode()]
        assert batch.timestamps is not None
        assert batch.timestamps.to_pylist() == [TEN + 1250, TEN]
        assert batch.ingestion_times is not None
        assert batch.ingestion_times.to_pylist() == [TEN + 3000, None]
        assert batch.streams is not None
        assert batch.streams.to_pylist() == ["web/1", None]
        assert batch.ordinals.to_pylist() == [1, 2]
        assert reading.missing is None


def test_results_are_told_by_the_keys_of_the_answer() -> None:
    for text in ('{"results":[]}', '{"status": "Complete", "results": [[]]}', '{"logRecord": {"@message": "x"}}'):
        assert recognise_format(text.encode(), PATH) is INSIGHTS_RESULTS
    for text in ('{"results": 3}', '{"other": 1, "results": [[]]}', '{"results": [{"a": 1}]}', "[]", '{"events": []}'):
        assert not INSIGHTS_RESULTS.recognise(text.encode(), PATH)


def test_pages_back_to_back_are_one_query() -> None:
    first, second = page(row(3), row(2), matched=3, nextToken="t"), page(row(1), matched=3)
    batch, reading = read(first, "\n", second)
    assert batch.messages.to_pylist() == [b"m3", b"m2", b"m1"]
    assert reading.missing is None


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ([page(row(1), matched=25_000)], "it holds 1 of the 25,000 events that its query matched"),
        ([page(row(1), matched=2, nextToken="t")], "its last page names a further one"),
        ([page(row(1), status="Timeout")], "its query ended with the status 'Timeout'"),
        ([page(row(1), status="Running")], "its query had not ended"),
        ([page(row(1), matched=1, nextToken="t"), page(row(1), matched=2)], "it holds 1 of the 2 events"),
    ],
)
def test_what_is_missing_of_the_query_is_said(texts: list[str], problem: str) -> None:
    batch, reading = read(*texts)
    assert batch.messages.to_pylist() == [b"m1"]
    assert reading.missing is not None
    assert reading.missing.startswith(problem)


def test_an_answer_that_was_asked_for_until_it_was_complete_is_complete_and_counts_once() -> None:
    batch, reading = read(page(row(2), status="Running"), page(row(2), row(1), matched=2))
    assert batch.messages.to_pylist() == [b"m2", b"m1"]
    assert batch.repeated == 1
    assert reading.missing is None


def test_equal_lines_with_pointers_of_their_own_all_happened() -> None:
    batch, _ = read(page(row(1), row(1, ptr="q"), row(1, ptr=None), row(1, ptr=None)))
    assert batch.messages.to_pylist() == [b"m1"] * 4
    assert batch.repeated == 0


def test_rows_that_are_no_events_are_rejected_in_their_place() -> None:
    odd = [row(1, timestamp=None), row(1, message=None), row(1, timestamp="2026-13-04 10:00:00.000"), "text", [[3]]]
    batch, _ = read(page(*odd, row(6)))
    assert batch.messages.to_pylist() == [b"m6"]
    assert [each.ordinal for each in batch.rejections] == [1, 2, 3, 4, 5]


def test_a_broken_answer_gives_the_rows_before_the_break() -> None:
    batch, _ = read(page(row(1)).partition('], "status"')[0] + ', [{"field": "@mess')
    assert batch.messages.to_pylist() == [b"m1"]
    assert batch.cut
    assert batch.rejections[0].reason.startswith("not valid JSON")


def test_a_message_cut_short_is_taken_from_its_record_and_else_is_no_event() -> None:
    batch, _ = read(page(cut(1, 6), cut(2, 2), cut(3, 9)), record(1, "m1 all"))
    assert batch.messages.to_pylist() == [b"m2", b"m1 all"]
    assert batch.timestamps is not None
    assert batch.timestamps.to_pylist() == [TEN + 2000, TEN + 1000]
    (rejection,) = batch.rejections
    assert rejection.reason.startswith("cut short by the service to 2 characters")
    assert rejection.ordinal == 3


def test_the_length_of_a_message_is_counted_in_code_points() -> None:
    message = "é😀" * 400
    pairs = [*row(1, message=message), {"field": LENGTHS[1], "value": "800"}]
    batch = next(iter(INSIGHTS_RESULTS.read(iter([page(pairs).encode()]), Reading(PATH, 0), 1 << 20)))
    assert batch.messages.to_pylist() == [message.encode()]


def test_a_record_alone_is_an_event_and_one_of_a_whole_row_is_that_row_again() -> None:
    batch, _ = read(page(row(1)), record(1, "m1"), record(2, "two"))
    assert batch.messages.to_pylist() == [b"m1", b"two"]
    assert batch.repeated == 1


def test_loaded_files_say_what_is_missing(tmp_path: Path) -> None:
    whole, part = tmp_path / "whole.json", tmp_path / "part.json"
    whole.write_text(SAMPLE, encoding="utf-8")
    part.write_text(page(row(5), matched=2), encoding="utf-8")
    summary = load([whole, part], tmp_path / "a", log_group="/ecs/app", source="plain")
    assert [(group.events, group.duplicates) for group in summary.groups] == [(3, 0)]
    assert summary.partial == (str(part),)
    files = {Path(file.name).name: file for each in Archive.open(tmp_path / "a").loads() for file in each.files}
    assert files["whole.json"].completeness is Completeness.COMPLETE
    assert files["whole.json"].format == "insights_results"
    assert "it holds 1 of the 2 events" in files["part.json"].notes[0]
    found = rows(tmp_path / "a", ["/ecs/app"])
    assert [each[:3] for each in found] == [
        (TEN, "whole.json", "café 😀"),
        (TEN + 1250, "web/1", "REPORT RequestId: f612\tDuration: 2.03 ms\t\n"),
        (TEN + 5000, "part.json", "m5"),
    ]


def test_an_event_that_comes_again_in_a_file_counts_as_a_duplicate(tmp_path: Path) -> None:
    file = tmp_path / "twice.json"
    file.write_text(page(row(1), row(2), matched=2) + page(row(1), row(2), matched=2), encoding="utf-8")
    (group,) = load([file], tmp_path / "a", log_group="g", source="plain").groups
    assert (group.events, group.duplicates) == (2, 2)
    assert not load([file], tmp_path / "b", log_group="g", source="plain").partial
