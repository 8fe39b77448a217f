"""Plain text."""

from __future__ import annotations

from pathlib import Path

from siemlib.archive.formats import FORMATS, recognise_format
from siemlib.archive.formats.lines import LINES
from siemlib.archive.stream import Reading


def test_each_line_is_an_event() -> None:
    (batch,) = LINES.read(iter([b"one\r\ntwo\n"]), Reading(Path("x"), 0), 100)
    assert batch.messages.to_pylist() == [b"one", b"two"]


def test_text_with_an_attack_in_it_is_text_and_a_picture_is_not() -> None:
    assert LINES.recognise(b"GET /\x00\x01\xf9\x88 HTTP/1.1\n" + b"GET / HTTP/1.1\n" * 100, Path("x"))
    assert not LINES.recognise(bytes(range(256)), Path("x"))


def test_the_order_of_the_formats_decides_what_a_file_is() -> None:
    for head, name in (
        (b'2020-09-08T04:00:24.120Z {"eventVersion": "1.08"}', "export_task"),
        (b'{"events": [{"timestamp": 1, "message": "m"}]}', "aws_cli_events"),
        (b'{"Records":[{"a":1}]}', "cloudtrail_records"),
        (b'{"timestamp": "2026-03-04T10:00:00Z"}\n', "ndjson"),
        (b"version account-id interface-id srcaddr\n", "flow_lines"),
        (b"hello\n", "lines"),
        (b"", "lines"),
    ):
        found = recognise_format(head, Path("x"))
        assert found is not None
        assert found.name == name
    assert len({each.name for each in FORMATS}) == len(FORMATS)
    assert all(each.documentation.startswith("https://") for each in FORMATS)
