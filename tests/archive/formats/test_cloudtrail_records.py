"""CloudTrail files and arrays."""

from __future__ import annotations

from pathlib import Path

from siemlib.archive.formats.cloudtrail_records import CLOUDTRAIL_RECORDS
from siemlib.archive.stream import Reading

NAME = "123456789012_CloudTrail_us-gov-west-1_20260304T1005Z_AbCdEfGhIjKlMnOp.json.gz"


def test_records_are_given_as_written() -> None:
    text = b'{"Records":[{"a" : 1.50},\n {"b":"\\u00e9"}]}'
    (batch,) = CLOUDTRAIL_RECORDS.read(iter([text]), Reading(Path(NAME), 0), 1000)
    assert batch.messages.to_pylist() == [b'{"a" : 1.50}', b'{"b":"\\u00e9"}']
    assert batch.ordinals.to_pylist() == [1, 2]


def test_what_is_no_object_or_too_long_is_rejected_in_its_place() -> None:
    text = b'[1, {"a":1}, {"b":"' + b"x" * 50 + b'"}, null]'
    (batch,) = CLOUDTRAIL_RECORDS.read(iter([text]), Reading(Path(NAME), 0), 20)
    assert batch.messages.to_pylist() == [b'{"a":1}']
    assert [(each.ordinal, each.reason) for each in batch.rejections] == [
        (1, "no JSON object"),
        (3, "longer than 20 bytes"),
        (4, "no JSON object"),
    ]


def test_a_file_that_breaks_off_gives_the_records_before_the_break() -> None:
    (batch,) = CLOUDTRAIL_RECORDS.read(iter([b'{"Records":[{"a":1},{"b":']), Reading(Path(NAME), 0), 1000)
    assert batch.messages.to_pylist() == [b'{"a":1}']
    assert batch.cut


def test_the_stream_is_named_as_cloudtrail_names_it_in_cloudwatch() -> None:
    assert CLOUDTRAIL_RECORDS.stream(Path(NAME)) == "123456789012_CloudTrail_us-gov-west-1"
    assert CLOUDTRAIL_RECORDS.stream(Path("mine.json.gz")) == "mine.json"


def test_records_and_arrays_are_told_by_their_first_bytes() -> None:
    for text in (b'{"Records":[', b'\n{ "Records" : [ ]}', b"[\n {", b"[]", b"["):
        assert CLOUDTRAIL_RECORDS.recognise(text, Path("x"))
    for text in (b'{"a":{"Records":[', b"[client 192.0.2.1]", b"[1,2]", b""):
        assert not CLOUDTRAIL_RECORDS.recognise(text, Path("x"))


def test_an_element_too_long_to_be_held_costs_itself_and_not_the_rest_of_the_file() -> None:
    long = b'{"b":"' + rb"\\\"]}" * (3 << 20) + b'"}'
    text = b'{"Records":[{"a":1},' + long + b',{"c":2}]}'
    pieces = (text[n : n + (1 << 20)] for n in range(0, len(text), 1 << 20))
    (batch,) = CLOUDTRAIL_RECORDS.read(pieces, Reading(Path(NAME), 0), 1000)
    assert batch.messages.to_pylist() == [b'{"a":1}', b'{"c":2}']
    assert [(each.ordinal, each.reason, each.length) for each in batch.rejections] == [
        (2, "longer than 8,388,608 bytes", len(long))
    ]
    assert not batch.cut


def test_rejections_do_not_pile_up_in_memory() -> None:
    text = b"[{}," + b",".join([b"1"] * 100_000) + b"]"
    batches = list(CLOUDTRAIL_RECORDS.read(iter([text]), Reading(Path(NAME), 0), 1000))
    assert max(len(each.rejections) for each in batches) < 60_000
    assert sum(len(each.rejections) for each in batches) == 100_000
