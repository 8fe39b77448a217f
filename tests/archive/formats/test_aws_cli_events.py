"""What the AWS CLI writes."""

from __future__ import annotations

import json
from pathlib import Path

from siemlib.archive.formats.aws_cli_events import AWS_CLI_EVENTS
from siemlib.archive.stream import Reading

PATH = Path("events.json")


def page(*events: object, **more: object) -> str:
    return json.dumps({"events": list(events)} | more, indent=4)


def event(number: int, **more: object) -> dict[str, object]:
    return {"timestamp": 1000 + number, "message": f"m{number}"} | more


def test_pages_back_to_back_are_one_file() -> None:
    text = page(event(1, ingestionTime=5), event(2), nextForwardToken="f/1") + "\n" + page(event(3, logStreamName="s"))
    batches = list(AWS_CLI_EVENTS.read(iter([text.encode()]), Reading(PATH, 0), 1000))
    (batch,) = batches
    assert batch.messages.to_pylist() == [b"m1", b"m2", b"m3"]
    assert batch.ordinals.to_pylist() == [1, 2, 3]
    assert batch.timestamps is not None
    assert batch.timestamps.to_pylist() == [1001, 1002, 1003]
    assert batch.ingestion_times is not None
    assert batch.ingestion_times.to_pylist() == [5, None, None]
    assert batch.streams is not None
    assert batch.streams.to_pylist() == [None, None, "s"]


def test_what_is_no_event_is_rejected_in_its_place() -> None:
    odd = [{"message": "no time"}, {"timestamp": "1", "message": "m"}, {"timestamp": True, "message": "m"}, "text"]
    (batch,) = AWS_CLI_EVENTS.read(iter([page(*odd, event(1)).encode()]), Reading(PATH, 0), 1000)
    assert batch.messages.to_pylist() == [b"m1"]
    assert [each.ordinal for each in batch.rejections] == [1, 2, 3, 4]


def test_a_broken_page_gives_the_events_before_the_break() -> None:
    text = page(event(1)) + '{"events": [{"timestamp": 1, "mess'
    (batch,) = AWS_CLI_EVENTS.read(iter([text.encode()]), Reading(PATH, 0), 1000)
    assert batch.messages.to_pylist() == [b"m1"]
    assert batch.cut
    assert batch.rejections[0].reason.startswith("not valid JSON")


def test_events_are_told_by_the_keys_of_the_answer() -> None:
    for text in (
        page(event(1)),
        '{"events": []}',
        '{"nextToken": "x", "events": []}',
        ' {"searchedLogStreams": [], "events":[]}',
    ):
        assert AWS_CLI_EVENTS.recognise(text.encode(), PATH)
    for text in ('{"timestamp": 1, "events": [1]}', '{"Records": []}', "[]", '{"events": 3}'):
        assert not AWS_CLI_EVENTS.recognise(text.encode(), PATH)


def test_a_number_that_fits_no_column_costs_one_event_and_not_the_load() -> None:
    huge = 9_999_999_999_999_999_999
    events = [event(1, timestamp=huge), event(2, ingestionTime=huge), event(3, ingestionTime=True), event(4)]
    (batch,) = AWS_CLI_EVENTS.read(iter([page(*events).encode()]), Reading(PATH, 0), 1000)
    assert batch.messages.to_pylist() == [b"m2", b"m3", b"m4"]
    assert batch.ingestion_times is not None
    assert batch.ingestion_times.to_pylist() == [None, None, None]
    assert [each.ordinal for each in batch.rejections] == [1]


def test_empty_messages_and_rejections_do_not_pile_up_in_memory() -> None:
    for one in ('{"timestamp":1,"message":""}', "1"):
        text = b'{"events":[' + b",".join([one.encode()] * 100_000) + b"]}"
        batches = list(AWS_CLI_EVENTS.read(iter([text]), Reading(PATH, 0), 1000))
        assert max(len(each.messages) + len(each.rejections) for each in batches) < 60_000
        assert sum(len(each.messages) + len(each.rejections) for each in batches) == 100_000


def test_an_event_whose_id_comes_again_in_the_file_is_left_out_and_an_equal_one_is_not() -> None:
    text = page(event(1, eventId="a"), event(1, eventId="b")) + page(event(1, eventId="b"), event(2), event(2))
    (batch,) = AWS_CLI_EVENTS.read(iter([text.encode()]), Reading(PATH, 0), 1000)
    assert batch.messages.to_pylist() == [b"m1", b"m1", b"m2", b"m2"]
    assert batch.repeated == 1
