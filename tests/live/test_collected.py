"""Events that came from the service, as a relation: what they are, how often they count, and what is cut."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siemlib.database.connection import connect
from siemlib.database.memory import MemoryEvent
from siemlib.live import collected
from siemlib.live.collected import Collecting, log_of
from siemlib.live.errors import LiveError
from siemlib.model.timespan import TimeSpan, render_millis
from tests.live.memory_service import START, MemoryService, page_of, prepared

if TYPE_CHECKING:
    from collections.abc import Iterator

SPAN = TimeSpan.of_millis(START, START + 60_000)
FLOW = "2 123456789010 eni-1 172.31.16.139 172.31.16.21 20641 {port} 6 20 4249 1418530010 1418530070 ACCEPT OK"
CONNECTION = connect()


def row(number: int, message: str, log: str = "memory", *, length: int | None = None) -> dict[str, str]:
    """An event as the service gives it."""
    time = render_millis(START + number)
    names = {"@timestamp": time, "@ingestionTime": time, "@log": log, "@logStream": "s", "@message": message}
    return {**names, "@ptr": f"p{number}", "siem_length": str(len(message) if length is None else length)}


@pytest.fixture
def collecting() -> Iterator[Collecting]:
    with Collecting(connection=CONNECTION) as made:
        yield made


def ask(collecting: Collecting, query: str, *groups: str) -> list[dict[str, str]]:
    """The rows of the query over what came."""
    return collecting.answer(prepared(query, SPAN, *groups), every_row=True).rows


def test_events_are_as_the_service_gave_them_to_the_millisecond(collecting: Collecting) -> None:
    collecting.add(page_of([row(5, "b\n"), row(1, "a")]))
    fields = "@timestamp, @ingestionTime, @log, @logStream, @message"
    given = [{**row(5, "b\n")}, {**row(1, "a")}]
    for each in given:
        del each["siem_length"]
    assert ask(collecting, f"fields {fields}") == given


def test_an_event_without_ingestion_time_stream_or_message_is_an_event(collecting: Collecting) -> None:
    collecting.add(page_of([{"@timestamp": render_millis(START), "@log": "memory", "@ptr": "p"}]))
    assert ask(collecting, "stats count(*) as n, count(@message) as m, count(@ingestionTime) as i") == [
        {"n": "1", "m": "1", "i": "0"}
    ]


def test_an_event_that_comes_twice_counts_once(collecting: Collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collected, "_CHUNK_BYTES", 1)  # every page is a part of its own
    collecting.add(page_of([row(3, "c"), row(2, "b")]))
    collecting.add(page_of([row(2, "b"), row(1, "a"), row(1, "a")]))
    collecting.add(page_of([row(3, "c"), row(2, "b")]))
    store = collecting.store()
    assert (store.events, store.repeats) == (3, 4)
    assert [each["@message"] for each in ask(collecting, "fields @message")] == ["c", "b", "a"]


def test_the_query_and_one_inside_it_may_ask_for_the_same_events() -> None:
    events = [MemoryEvent(START + n, json.dumps({"a": n % 3, "b": n})) for n in range(20)]
    service = MemoryService(events, most=7)
    query = "filter a in (SOURCE 'memory' | filter b = 4 | fields a) | stats count(*) as n, sum(b) as s"
    asked = prepared(query, SPAN)
    with Collecting(connection=CONNECTION) as collecting:
        for portion in asked.events:
            collecting.add_gathered(service.gather(portion, asked.span, exact=True))
        assert collecting.events == 20 + 1
        same = [n for n in range(20) if n % 3 == 4 % 3]
        assert collecting.answer(asked, every_row=True).rows == [{"n": str(len(same)), "s": str(sum(same))}]


def test_fields_are_discovered_as_in_an_archive(collecting: Collecting) -> None:
    collecting.add(page_of([row(1, '{"a": {"b": [1, "x"]}, "t": true}'), row(2, '{"a.b": 7}'), row(3, "[5]")]))
    collecting.add(page_of([row(number, FLOW.format(port=number)) for number in range(20, 25)]))
    assert ask(collecting, "filter ispresent(a.b.1) or ispresent(a.b) | fields a.b.1 as x, a.b as y, t | sort x") == [
        {"x": "x", "t": "1", "@ptr": "p1"},
        {"y": "7", "@ptr": "p2"},
    ]
    ports = str(20 + 21 + 22 + 23 + 24)
    assert ask(collecting, "filter action = 'ACCEPT' | stats sum(dstPort) as n") == [{"n": ports}]


def test_a_kind_of_log_that_is_known_need_not_be_recognised() -> None:
    with Collecting(sources={"flows": ("vpc_flow",)}, connection=CONNECTION) as collecting:
        collecting.add(page_of([row(1, "no flow", "flows"), row(2, FLOW.format(port=22), "flows")]))
        assert ask(collecting, "filter dstPort = 22 | fields srcAddr", "flows") == [
            {"srcAddr": "172.31.16.139", "@ptr": "p2"}
        ]


def test_the_account_of_a_log_group_is_that_of_its_log(collecting: Collecting) -> None:
    ours, theirs = "111111111111:memory", "222222222222:memory"
    collecting.add(page_of([row(2, "x", ours), row(1, "y", theirs), row(0, "z", "222222222222:not asked")]))
    assert ask(collecting, "fields @log, @aws.account") == [
        {"@log": ours, "@aws.account": "111111111111", "@ptr": "p2"},
        {"@log": theirs, "@aws.account": "222222222222", "@ptr": "p1"},
    ]
    arn = "arn:aws:logs:eu-central-1:222222222222:log-group:memory"
    assert [each["@ptr"] for each in ask(collecting, "fields @log", arn)] == ["p1"]


def test_a_name_is_told_from_an_account_in_front_of_it() -> None:
    assert log_of("111111111111:/aws/x") == ("111111111111", "/aws/x")
    assert log_of("1:x") == (None, "1:x")


def test_a_message_that_was_cut_short_is_asked_for_by_its_pointer() -> None:
    whole = json.dumps({"a": "x" * 50, "late": "found"})
    with Collecting(record={"p1": {"@message": whole}}.__getitem__, connection=CONNECTION) as collecting:
        collecting.add(page_of([row(1, whole[:20], length=len(whole)), row(2, "short")]))
        assert ask(collecting, "filter late = 'found' | fields late") == [{"late": "found", "@ptr": "p1"}]
        assert collecting.notes() == ("1 message that the service had cut short was asked for by itself.",)


def test_messages_that_stay_cut_short_are_told(collecting: Collecting) -> None:
    collecting.add(page_of([row(1, "cut", length=1000), row(2, "short")]))
    [note] = collecting.notes()
    assert note.startswith("1 of 2 messages came cut short")


@pytest.mark.parametrize("length", [3, 4, 7])
def test_a_length_in_characters_in_utf_16_or_in_bytes_is_that_of_the_whole_message(
    collecting: Collecting, length: int
) -> None:
    message = "é😀x"  # 3 characters, 4 units of UTF-16, 2 + 4 + 1 bytes
    collecting.add(page_of([row(1, message, length=length)]))
    assert collecting.notes() == ()


@pytest.mark.parametrize(
    "broken",
    [
        {"@log": "memory", "@ptr": "p"},
        {"@timestamp": render_millis(START), "@ptr": "p"},
        {"@timestamp": render_millis(START), "@log": "memory"},
        {"@timestamp": "yesterday", "@log": "memory", "@ptr": "p"},
    ],
)
def test_rows_that_are_no_events_are_refused(collecting: Collecting, broken: dict[str, str]) -> None:
    with pytest.raises(LiveError):
        collecting.add(page_of([broken]))


def test_nothing_stays_on_disk() -> None:
    made = Collecting(connection=CONNECTION)
    made.add(page_of([row(1, "secret")]))
    made.store()
    folder = made.folder
    assert list(folder.iterdir())
    assert folder.stat().st_mode & 0o077 == 0
    made.close()
    assert not folder.exists()


def test_no_event_is_an_answer_too(collecting: Collecting) -> None:
    assert ask(collecting, "fields a") == []
    assert ask(collecting, "filter a = 1 | stats count(*) by b") == []
