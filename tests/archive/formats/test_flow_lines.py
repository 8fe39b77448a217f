"""VPC flow logs as files."""

from __future__ import annotations

from pathlib import Path

from siemlib.archive.formats.flow_lines import FLOW_LINES, header
from siemlib.archive.stream import Reading

DEFAULT = b"2 123456789012 eni-1 10.0.0.1 10.0.0.2 4022 22 6 1 40 1772618400 1772618460 ACCEPT OK"
NAMES = b"srcaddr dstaddr start end action"


def test_a_line_of_names_says_how_to_read_and_is_no_event() -> None:
    batches = list(FLOW_LINES.read(iter([NAMES + b"\na b 1 2 ACCEPT\n"]), Reading(Path("x"), 0), 1000))
    events = [(m, b.layout) for b in batches for m in b.messages.to_pylist()]
    assert events == [(b"a b 1 2 ACCEPT", ("srcAddr", "dstAddr", "startTime", "endTime", "action"))]
    assert batches[-1].ordinals.to_pylist() == [2]


def test_files_put_together_are_read_each_by_its_own_names() -> None:
    text = b"\n".join([NAMES, b"a b 1 2 ACCEPT", b"interface-id srcaddr action", b"eni-1 c REJECT", b"eni-2 d ACCEPT"])
    events = [
        (m, len(b.layout or ()))
        for b in FLOW_LINES.read(iter([text]), Reading(Path("x"), 0), 1000)
        for m in b.messages.to_pylist()
    ]
    assert events == [(b"a b 1 2 ACCEPT", 5), (b"eni-1 c REJECT", 3), (b"eni-2 d ACCEPT", 3)]


def test_without_names_the_layout_is_the_default() -> None:
    (batch,) = FLOW_LINES.read(iter([DEFAULT + b"\n"]), Reading(Path("x"), 0), 1000)
    assert batch.layout is None
    assert batch.messages.to_pylist() == [DEFAULT]


def test_a_broken_record_is_left_to_the_loader() -> None:
    (batch,) = FLOW_LINES.read(iter([DEFAULT + b"\n2 1234\n"]), Reading(Path("x"), 0), 1000)
    assert batch.messages.to_pylist() == [DEFAULT, b"2 1234"]


def test_flow_logs_are_told_from_other_lines() -> None:
    assert FLOW_LINES.recognise(NAMES + b"\n", Path("x"))
    assert FLOW_LINES.recognise(DEFAULT + b"\n", Path("x"))
    assert not FLOW_LINES.recognise(b"Mar  4 10:00:00 web sshd[7]: Connection closed by 192.0.2.7\n", Path("x"))
    assert header(b"one two three four") is None
