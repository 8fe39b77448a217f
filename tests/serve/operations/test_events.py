"""GetLogEvents and FilterLogEvents, asked through boto3: every event once, in pages, in order."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from siemlib.model import clock
from siemlib.patterns import matches, parse
from siemlib.serve.operations import OPERATIONS
from siemlib.serve.positions import token
from siemlib.serve.protocol import RefusedError
from siemlib.serve.reading import Wanted
from tests.serve.events import BUSY, GROUPS, LARGE, START, TERMS, WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.client import BaseClient

    from tests.fixtures_serve import Endpoint


LIMIT_BROKEN = (
    "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: "
    "Member must have value less than or equal to 10000"
)
"""Validated facts, A1."""


def messages(group: str, stream: str | None = None) -> list[object]:
    return [event["message"] for event in GROUPS[group] if stream in {None, event["logStreamName"]}]


def pages(logs: BaseClient, **asked: object) -> Iterator[list[dict[str, Any]]]:
    """Every page of FilterLogEvents, as a client reads them."""
    following: dict[str, str] = {}
    while True:
        page = logs.filter_log_events(**asked, **following)
        yield page["events"]
        if "nextToken" not in page:
            return
        following = {"nextToken": page["nextToken"]}


def refusal(call: Callable[..., object], **asked: object) -> tuple[str, str]:
    with pytest.raises(ClientError) as raised:
        call(**asked)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


@pytest.mark.parametrize("pattern", ["", " ", "hello", "goodbye world", '"hello cruel"', "?hello ?goodbye", "-world"])
def test_a_pattern_finds_the_events_that_it_matches(logs: BaseClient, pattern: str) -> None:
    found = logs.filter_log_events(logGroupName=WORDS, filterPattern=pattern, interleaved=True)["events"]
    assert [event["message"] for event in found] == [text for text in TERMS if matches(parse(pattern), text)]


def test_what_the_service_was_seen_to_leave_out_is_left_out(logs: BaseClient) -> None:
    """Validated facts, A1."""
    found = {
        pattern: {
            event["message"] for event in logs.filter_log_events(logGroupName=WORDS, filterPattern=pattern)["events"]
        }
        for pattern in ("hello", "goodbye world", '"hello cruel"')
    }
    assert found["hello"] == {"hello", "hello world", "hello cruela"}
    assert found["goodbye world"] == {"goodbye world", "goodbye cruel world"}
    assert found['"hello cruel"'] == {"hello cruela"}


def test_an_event_is_told_with_its_stream_both_its_times_and_its_id(logs: BaseClient) -> None:
    event = logs.filter_log_events(logGroupName=WORDS, limit=1)["events"][0]
    assert event.pop("eventId")
    assert event == {
        "logStreamName": "one",
        "timestamp": START,
        "message": "hello",
        "ingestionTime": START + 1000,
    }


@pytest.mark.parametrize("limit", [1, 97, 1000, 10_000])
def test_pages_hold_every_event_once_and_in_the_order_of_delivery(logs: BaseClient, limit: int) -> None:
    expected = messages(BUSY)[: 40 * limit]
    found: list[str] = []
    for page in pages(logs, logGroupName=BUSY, limit=limit):
        assert len(page) <= limit
        found += [event["message"] for event in page]
        if len(found) >= len(expected):
            break
    assert found == expected


def test_a_page_ends_where_its_events_pass_a_megabyte(logs: BaseClient) -> None:
    each = 60_000 + 26
    found = list(pages(logs, logGroupName=LARGE))
    assert [len(page) for page in found] == [(1 << 20) // each, (1 << 20) // each, 40 - 2 * ((1 << 20) // each)]
    assert [event["message"] for page in found for event in page] == messages(LARGE)


def test_newest_first_is_the_same_backwards(logs: BaseClient) -> None:
    asked = {"logGroupName": BUSY, "startTime": START, "startFromHead": False, "limit": 700}
    found = [event["message"] for page in pages(logs, **asked) for event in page]
    assert found == messages(BUSY)[::-1]
    code, _ = refusal(logs.filter_log_events, logGroupName=BUSY, startFromHead=False)
    assert code == "InvalidParameterException"


def test_both_ends_of_filter_log_events_are_inclusive(logs: BaseClient) -> None:
    found = logs.filter_log_events(logGroupName=WORDS, startTime=START + 1000, endTime=START + 3000)["events"]
    assert [event["message"] for event in found] == list(TERMS[1:4])
    assert not logs.filter_log_events(logGroupName=WORDS, startTime=START + 1001, endTime=START + 1999)["events"]


def test_streams_are_chosen_by_name_or_by_prefix(logs: BaseClient) -> None:
    named = logs.filter_log_events(logGroupName=BUSY, logStreamNames=["odd/stream"])["events"]
    begun = logs.filter_log_events(logGroupName=BUSY, logStreamNamePrefix="odd")["events"]
    assert [event["message"] for event in named] == messages(BUSY, "odd/stream")
    assert begun == named
    assert not logs.filter_log_events(logGroupName=BUSY, logStreamNamePrefix="o'dd")["events"]


def test_a_group_can_be_named_by_its_arn(logs: BaseClient) -> None:
    arn = f"arn:aws:logs:us-east-1:000000000000:log-group:{WORDS}"
    assert len(logs.filter_log_events(logGroupIdentifier=arn)["events"]) == len(TERMS)
    code, message = refusal(logs.filter_log_events, logGroupIdentifier=f"{arn}:*")
    assert (code, r"[\w#+=/:,.@-]*" in message) == ("InvalidParameterException", True)


def test_a_page_is_read_without_reading_the_rest(endpoint: Endpoint) -> None:
    """The second window of time is asked only where the first does not hold enough."""
    reader = endpoint.state.reader
    assert reader is not None
    windows = list(reader._windows(Wanted(BUSY, START, START + 3_571), 10, backwards=False))
    assert windows[0][1] - windows[0][0] < 3_571 / 20
    assert windows[-1] == (START, START + 3_571)


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        (
            {"limit": 10_001},
            "InvalidParameterException",
            LIMIT_BROKEN,
        ),
        ({"nextToken": "invalid-token"}, "InvalidParameterException", "The specified nextToken is invalid."),
        ({"nextToken": "WyJhIiwxXQ=="}, "InvalidParameterException", "The specified nextToken is invalid."),
        ({"nextToken": "é"}, "InvalidParameterException", "The specified nextToken is invalid."),
        ({"logGroupName": "/none"}, "ResourceNotFoundException", "The specified log group does not exist."),
        ({"logStreamNames": ["none"]}, "ResourceNotFoundException", "The specified log stream does not exist."),
        ({"logStreamNames": ["\ud800"]}, "ResourceNotFoundException", "The specified log stream does not exist."),
        ({"filterPattern": "{ $.a = "}, "InvalidParameterException", "Invalid filter pattern"),
        ({"filterPattern": '"\ud800"'}, "InvalidParameterException", "Invalid filter pattern"),
        ({"filterPattern": "a" * 1025}, "InvalidParameterException", "less than or equal to 1024"),
        ({"startTime": 2, "endTime": 1}, "InvalidParameterException", "endTime"),
        ({"logStreamNames": ["one"], "logStreamNamePrefix": "o"}, "InvalidParameterException", "mutually exclusive"),
        ({"logGroupIdentifier": WORDS}, "InvalidParameterException", "Exactly one of"),
    ],
)
def test_what_the_service_refuses_is_refused(logs: BaseClient, asked: dict[str, Any], code: str, message: str) -> None:
    refused, told = refusal(logs.filter_log_events, **{"logGroupName": WORDS, **asked})
    assert (refused, message in told) == (code, True), told


def test_a_token_is_of_one_request_and_good_for_a_day(logs: BaseClient, monkeypatch: pytest.MonkeyPatch) -> None:
    token = logs.filter_log_events(logGroupName=BUSY, limit=5)["nextToken"]
    code, _ = refusal(logs.filter_log_events, logGroupName=BUSY, filterPattern="n", nextToken=token)
    assert code == "InvalidParameterException"
    assert (
        logs.filter_log_events(logGroupName=BUSY, limit=7, nextToken=token)["events"][0]["message"] == messages(BUSY)[5]
    )
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=25))
    code, _ = refusal(logs.filter_log_events, logGroupName=BUSY, limit=5, nextToken=token)
    assert code == "InvalidParameterException"


# ── GetLogEvents ─────────────────────────────────────────────────────────────────────────────────────────────────────


def walked(logs: BaseClient, token_name: str, **asked: object) -> list[list[str]]:
    """Every page until the token repeats, as the documentation tells clients to read."""
    found: list[list[str]] = []
    following: dict[str, str] = {}
    while True:
        page = logs.get_log_events(logGroupName=BUSY, logStreamName="even", **asked, **following)
        found.append([event["message"] for event in page["events"]])
        if page[token_name] == following.get("nextToken"):
            return found
        following = {"nextToken": page[token_name]}


@pytest.mark.parametrize("limit", [100, 1250, 10_000])
def test_a_stream_is_read_forwards_until_the_token_repeats(logs: BaseClient, limit: int) -> None:
    found = walked(logs, "nextForwardToken", startFromHead=True, limit=limit)
    assert [message for page in found for message in page] == messages(BUSY, "even")
    assert found[-1] == []


def test_a_stream_is_read_backwards_until_the_token_repeats(logs: BaseClient) -> None:
    found = walked(logs, "nextBackwardToken", limit=100)
    assert [message for page in reversed(found) for message in page] == messages(BUSY, "even")


def test_the_newest_page_comes_first_and_each_page_is_oldest_first(logs: BaseClient) -> None:
    page = logs.get_log_events(logGroupName=BUSY, logStreamName="even", limit=3)
    assert [event["message"] for event in page["events"]] == messages(BUSY, "even")[-3:]
    assert set(page["events"][0]) == {"timestamp", "message", "ingestionTime"}


def test_the_way_back_from_either_end_begins_with_the_last_page(logs: BaseClient) -> None:
    asked = {"logGroupName": WORDS, "logStreamName": "one"}
    first = logs.get_log_events(**asked, startFromHead=True)
    end = logs.get_log_events(**asked, nextToken=first["nextForwardToken"])
    assert (end["events"], end["nextForwardToken"]) == ([], first["nextForwardToken"])
    assert logs.get_log_events(**asked, nextToken=end["nextBackwardToken"])["events"] == first["events"]
    start = logs.get_log_events(**asked, nextToken=first["nextBackwardToken"])
    assert (start["events"], start["nextBackwardToken"]) == ([], first["nextBackwardToken"])
    assert logs.get_log_events(**asked, nextToken=start["nextForwardToken"])["events"] == first["events"]


def test_the_end_of_get_log_events_is_exclusive_and_its_start_is_not(logs: BaseClient) -> None:
    asked = {"logGroupName": WORDS, "logStreamName": "one", "startTime": START + 1000, "endTime": START + 3000}
    for head in (True, False):
        found = logs.get_log_events(**asked, startFromHead=head)["events"]
        assert [event["message"] for event in found] == list(TERMS[1:3])


def test_a_span_without_events_ends_at_once(logs: BaseClient) -> None:
    asked = {"logGroupName": WORDS, "logStreamName": "one", "startTime": 5, "endTime": 6}
    for head, name in ((True, "nextForwardToken"), (False, "nextBackwardToken")):
        page = logs.get_log_events(**asked, startFromHead=head)
        again = logs.get_log_events(**asked, nextToken=page[name])
        assert (page["events"], again["events"], again[name]) == ([], [], page[name])


@pytest.mark.parametrize(
    "made_up", ["x", "f/x", "g/WzEsImEiLDBd", "f/" + "9" * 400, "b/WzFlOTksImEiLDBd", "f/WzEsWzFdLDBd"]
)
def test_a_token_of_get_log_events_that_is_none_is_refused(logs: BaseClient, made_up: str) -> None:
    code, _ = refusal(logs.get_log_events, logGroupName=WORDS, logStreamName="one", nextToken=made_up)
    assert code == "InvalidParameterException"


@pytest.mark.parametrize("parts", [(1, "\ud800", 0), (1 << 63, "x", 0), (-(1 << 64), "x", 1)])
def test_a_token_that_no_event_can_have_is_refused(logs: BaseClient, parts: tuple[int | str, ...]) -> None:
    with pytest.raises(ClientError, match="The specified nextToken is invalid"):
        logs.get_log_events(logGroupName=WORDS, logStreamName="one", nextToken=f"f/{token(*parts)}")


@pytest.mark.parametrize("end", [1 << 63, 10**60, 10**400])
def test_a_time_that_no_long_can_hold_is_refused_and_never_an_empty_answer(endpoint: Endpoint, end: int) -> None:
    asked = {"logGroupName": WORDS, "logStreamName": "one", "endTime": end}
    with pytest.raises(RefusedError, match="no Long"):
        OPERATIONS["GetLogEvents"](endpoint.state, asked)


def test_a_stream_that_there_is_not_is_said(logs: BaseClient) -> None:
    assert refusal(logs.get_log_events, logGroupName=WORDS, logStreamName="none") == (
        "ResourceNotFoundException",
        "The specified log stream does not exist.",
    )
