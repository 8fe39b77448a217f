"""One JSON object to a line."""

from __future__ import annotations

from pathlib import Path

from siemlib.archive.formats.ndjson import NDJSON
from siemlib.archive.stream import HEAD, Reading


def test_each_line_is_an_event_with_its_number() -> None:
    (batch,) = NDJSON.read(iter([b'{"a":1}\n\n{"b":2}\n']), Reading(Path("x"), 0), 100)
    assert batch.messages.to_pylist() == [b'{"a":1}', b'{"b":2}']
    assert batch.ordinals.to_pylist() == [1, 3]


def test_one_good_line_among_the_first_is_enough() -> None:
    assert NDJSON.recognise(b'{"broken": \nhello\n{"a": 1}\n', Path("x"))
    assert not NDJSON.recognise(b'{"broken": \nhello\n', Path("x"))


def test_a_document_over_many_lines_is_no_ndjson() -> None:
    assert not NDJSON.recognise(b'{\n  "took": 23,\n  "hits": {\n  "a": 1\n}\n}\n', Path("x"))


def test_a_first_line_longer_than_the_head_is_told_by_its_start() -> None:
    assert NDJSON.recognise(b'{"a":"' + b"x" * HEAD, Path("x"))
    assert not NDJSON.recognise(b"<html>" + b"x" * HEAD, Path("x"))


def test_nesting_without_end_is_no_object_and_no_crash() -> None:
    assert not NDJSON.recognise(b'{"a":' * 20_000 + b"\n\n", Path("x"))
