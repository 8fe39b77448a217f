"""StartQuery, GetQueryResults, StopQuery and DescribeQueries through boto3 over a real socket."""

from __future__ import annotations

import re
import threading
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from siemlib.serve.limits import Limits
from tests.fixtures_serve import serving
from tests.serve.asking import SECOND, Made, answered, ask, client_of, column, ended, engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.client import BaseClient
STEPS = [SECOND * 1000 + millis for millis in (-1, 0, 1, 999, 1000, 1999, 2000)]
"""Around the inclusive second ends of a query from SECOND to SECOND + 1."""


__all__ = ["client_of"]


@pytest.fixture(scope="module")
def client(client_of: Callable[..., BaseClient]) -> Iterator[BaseClient]:
    with serving(engine(*((time, f"at {time} é") for time in STEPS)), account="111122223333") as endpoint:
        yield client_of(endpoint)


def refused(call: Callable[[], object]) -> dict[str, Any]:
    """The error that boto3 makes of a refusal: ``Code`` and ``Message``, and what else the answer carried."""
    with pytest.raises(ClientError) as raised:
        call()
    response: dict[str, Any] = raised.value.response
    return {**response, **response["Error"]}


def test_both_ends_are_inclusive_and_the_last_second_to_its_last_millisecond(client: BaseClient) -> None:
    page = answered(client, "fields @timestamp, @message | sort @timestamp asc", start=SECOND, end=SECOND + 1)
    assert column(page, "@message") == [f"at {time} é" for time in STEPS[1:6]]
    assert column(page, "@timestamp")[:2] == ["2023-11-14 22:13:20.000", "2023-11-14 22:13:20.001"]
    assert [pair["field"] for pair in page["results"][0]] == ["@timestamp", "@message", "@ptr"]


def test_adjacent_spans_have_no_gap_and_no_overlap(client: BaseClient) -> None:
    halves = [answered(client, "stats count(*) as n", start=at, end=at) for at in (SECOND, SECOND + 1)]
    assert [column(half, "n") for half in halves] == [["3"], ["2"]]


def test_times_in_milliseconds_are_taken_as_such(client: BaseClient) -> None:
    page = answered(client, "stats count(*) as n", start=STEPS[1], end=STEPS[2])
    assert column(page, "n") == ["2"]


def test_an_answer_says_its_status_its_language_and_seven_statistics_as_doubles(client: BaseClient) -> None:
    page = answered(client, "filter @message like /999/ | fields @message")
    assert page["status"] == "Complete"
    assert page["queryLanguage"] == "CWLI"
    assert "nextToken" not in page
    assert "encryptionKey" not in page
    statistics = page["statistics"]
    assert {type(value) for value in statistics.values()} == {float}
    # Every event from SECOND on lies within the minute: six, of which two hold 999; each message has 17 or 18 bytes.
    assert statistics == {
        "recordsMatched": 2.0,
        "recordsScanned": 6.0,
        "estimatedRecordsSkipped": 0.0,
        "bytesScanned": float(sum(len(f"at {time} é".encode()) for time in STEPS[1:])),
        "estimatedBytesSkipped": 0.0,
        "logGroupsScanned": 1.0,
        "resultCount": 2.0,
    }


@pytest.mark.parametrize(
    ("text", "limit", "rows"),
    [
        ("fields @message", 2, 2),
        ("fields @message # the newest", 2, 2),
        ("fields @message | limit 3", 2, 2),
        ("fields @message | limit 2", 3, 2),
        ("stats count(*) by @message", 4, 4),
        ("fields @message | limit 2", None, 2),
    ],
)
def test_the_limit_parameter_stands_behind_the_query(
    client: BaseClient, text: str, limit: int | None, rows: int
) -> None:
    more = {} if limit is None else {"limit": limit}
    page = answered(client, text, **more)
    assert len(page["results"]) == rows
    assert page["statistics"]["resultCount"] == rows
    assert page["statistics"]["recordsMatched"] == 6


def test_estimate_with_the_limit_parameter_is_refused_as_the_service_does(client: BaseClient) -> None:
    error = refused(lambda: ask(client, "stats count(*) | estimate", limit=5))
    assert error["Code"] == "MalformedQueryException"
    assert error["Message"].startswith("unexpected symbol found limit")
    assert answered(client, "stats count(*) | estimate")["status"] == "Complete"


def test_log_groups_are_named_in_three_ways_or_by_the_query_itself(client: BaseClient) -> None:
    arn = "arn:aws:logs:us-east-1:111122223333:log-group:app"
    for more in ({"logGroupName": "app"}, {"logGroupNames": ["app"]}, {"logGroupIdentifiers": [arn, "app"]}):
        assert column(answered(client, "stats count(*) as n", **more), "n") == ["6"]
    assert column(answered(client, "SOURCE 'app' | stats count(*) as n"), "n") == ["6"]


@pytest.mark.parametrize("more", [{}, {"logGroupName": "app", "logGroupNames": ["app"]}])
def test_exactly_one_of_the_parameters_names_log_groups(client: BaseClient, more: dict[str, Any]) -> None:
    error = refused(lambda: client.start_query(queryString="fields a", startTime=1, endTime=2, **more))
    assert error["Code"] == "InvalidParameterException"
    error = refused(lambda: ask(client, "SOURCE 'app' | fields a", logGroupName="app"))
    assert error["Code"] == "InvalidParameterException"


@pytest.mark.parametrize(
    ("more", "name", "account"),
    [
        ({"logGroupName": "other"}, "other", "111122223333"),
        ({"logGroupNames": ["app", "other"]}, "other", "111122223333"),
        ({"logGroupIdentifiers": ["arn:aws:logs:us-east-1:999999999999:log-group:app"]}, "app", "999999999999"),
        ({"logGroupIdentifiers": ["arn:aws:logs:eu-west-1:111122223333:log-group:app"]}, "app", "111122223333"),
        ({"logGroupIdentifiers": ["arn:aws:logs"]}, "arn:aws:logs", "111122223333"),
    ],
)
def test_an_unknown_log_group_is_refused_in_the_services_words(
    client: BaseClient, more: dict[str, Any], name: str, account: str
) -> None:
    error = refused(lambda: ask(client, "fields @message", **more))
    assert error["Code"] == "ResourceNotFoundException"
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
    # Validated facts, A4.
    begin = f"Log group '{name}' does not exist for account ID '{account}' (Service: AWSLogs; Status Code: 400; "
    assert error["Message"].startswith(f"{begin}Error Code: ResourceNotFoundException; Request ID: ")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("fieds @message", 0, 5),
        ("fields @message | filter", 24, 24),
        # The place counts in UTF-16 units: the letter is one of them, the slice of pizza is two.
        ('fields "é" as a | fieds b', 18, 23),
        ('fields "\N{SLICE OF PIZZA}" as a | fieds b', 19, 24),
        ("fields nosuch(1)", 7, 13),
        ("", 0, 0),
    ],
)
def test_what_does_not_compile_is_refused_with_its_place(client: BaseClient, text: str, start: int, end: int) -> None:
    error = refused(lambda: ask(client, text, limit=5))
    assert error["Code"] == "MalformedQueryException"
    found = error["queryCompileError"]
    assert found["location"] == {"startCharOffset": start, "endCharOffset": end}
    assert found["message"] == error["Message"]
    assert "\n" not in error["Message"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"queryString": "x" * 10_001}, "at 'queryString' failed to satisfy constraint: Member must have length less"),
        ({"limit": 100_001}, "Value '100001' at 'limit' failed to satisfy constraint: Member must have value less"),
        ({"logGroupNames": ["app"] * 51}, "at 'logGroupNames' failed to satisfy constraint: Member must have length"),
        ({"logGroupName": "a b"}, "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+"),
        ({"queryLanguage": "KQL"}, "Member must satisfy enum value set: [CWLI, SQL, PPL]"),
        ({"queryLanguage": "SQL"}, "Logs Insights QL (CWLI) only, not SQL"),
        ({"queryLanguage": "PPL"}, "Logs Insights QL (CWLI) only, not PPL"),
        ({"endTime": SECOND - 1}, "End time should not be less than start time"),
        ({"endTime": 10**15}, "are in no calendar"),
        ({"startTime": 10**18, "endTime": 10**18}, "are in no calendar"),
    ],
)
def test_a_parameter_out_of_its_bounds_is_refused_in_the_services_words(
    client: BaseClient, more: dict[str, Any], words: str
) -> None:
    request = {"queryString": "fields @message", "startTime": SECOND, "endTime": SECOND, **more}
    if not set(more) & {"logGroupName", "logGroupNames"}:
        request["logGroupName"] = "app"
    error = refused(lambda: client.start_query(**request))
    assert error["Code"] == "InvalidParameterException"
    assert words in error["Message"]


def test_rows_come_in_pages_of_the_size_that_is_asked_for(client: BaseClient) -> None:
    query_id = ask(client, "fields @message | sort @timestamp asc")
    pages = [ended(client, query_id, maxItems=4)]
    while "nextToken" in pages[-1]:
        pages.append(client.get_query_results(queryId=query_id, maxItems=4, nextToken=pages[-1]["nextToken"]))
    assert [len(page["results"]) for page in pages] == [4, 2]
    assert [message for page in pages for message in column(page, "@message")] == [f"at {t} é" for t in STEPS[1:]]
    assert {page["statistics"]["resultCount"] for page in pages} == {6.0}
    # The same token gives the same page again, as a client needs that has lost an answer.
    again = client.get_query_results(queryId=query_id, maxItems=4, nextToken=pages[0]["nextToken"])
    assert again["results"] == pages[1]["results"]


def test_a_token_of_another_query_and_one_that_is_made_up_are_refused(client: BaseClient) -> None:
    first, second = ask(client, "fields @message"), ask(client, "fields @timestamp")
    token = ended(client, first, maxItems=1)["nextToken"]
    assert len(token) <= 1024
    for query_id, given in ((second, token), (first, "A" * 80), (first, "é"), (first, token[:-4] + "AAAA")):
        error = refused(lambda q=query_id, t=given: client.get_query_results(queryId=q, nextToken=t))  # type: ignore[misc]
        assert error["Code"] == "InvalidParameterException"
        assert "nextToken" in error["Message"]


def test_queries_are_told_of_as_the_service_rewrites_them_the_newest_first(client: BaseClient) -> None:
    ids = [ask(client, text) for text in ("fields @message", "stats count(*)")]
    for query_id in ids:
        ended(client, query_id)
    told = client.describe_queries(logGroupName="app")["queries"]
    assert [each["queryId"] for each in told[:2]] == ids[::-1]
    # Validated facts, A4: the window as the service covers it, in milliseconds, both ends inclusive.
    window = f"START={SECOND}000 END={SECOND + 60}999"
    assert told[1]["queryString"] == f'SOURCE "app" {window} | fields @message'
    assert {each["queryLanguage"] for each in told} == {"CWLI"}
    assert {each["logGroupName"] for each in told} == {"app"}
    assert told[0]["bytesScanned"] > 0
    assert client.describe_queries(status="Scheduled")["queries"] == []
    assert client.describe_queries(logGroupName="other")["queries"] == []
    assert client.describe_queries(queryLanguage="PPL")["queries"] == []


def test_queries_are_told_of_in_pages(client: BaseClient) -> None:
    for _ in range(3):
        ask(client, "fields @message")
    whole = [each["queryId"] for each in client.describe_queries()["queries"]]
    pages = client.get_paginator("describe_queries").paginate(PaginationConfig={"PageSize": 2})
    found = []
    for page in pages:
        assert len(page["queries"]) <= 2
        found += [each["queryId"] for each in page["queries"]]
        ask(client, "fields @message")  # what is started meanwhile moves no page
    assert found == whole


def test_what_is_told_of_a_query_runs_again_and_gives_the_same(client: BaseClient) -> None:
    page = answered(client, "fields @message", start=SECOND, end=SECOND + 1)
    recorded = client.describe_queries()["queries"][0]["queryString"]
    assert answered(client, recorded)["results"] == page["results"]


def test_an_unknown_query_is_no_resource(client: BaseClient) -> None:
    nobody = str(uuid.uuid4())
    for call in (client.get_query_results, client.stop_query):
        error = refused(lambda c=call: c(queryId=nobody))  # type: ignore[misc]
        assert error["Code"] == "ResourceNotFoundException"


def test_a_running_query_is_stopped_once(client_of: Callable[..., BaseClient]) -> None:
    gate = threading.Event()
    with serving(Made([{"a": "1"}], before=lambda: gate.wait(10))) as endpoint:
        client = client_of(endpoint)
        query_id = ask(client, "fields a")
        assert client.get_query_results(queryId=query_id)["status"] in {"Scheduled", "Running"}
        assert endpoint.running_queries() == [query_id]
        assert client.stop_query(queryId=query_id)["success"] is True
        gate.set()
        page = client.get_query_results(queryId=query_id)
        assert (page["status"], page["results"]) == ("Cancelled", [])
        assert endpoint.running_queries() == []
        error = refused(lambda: client.stop_query(queryId=query_id))
        assert re.search("is not running", error["Message"])
        assert [each["status"] for each in client.describe_queries(status="Cancelled")["queries"]] == ["Cancelled"]


def test_a_stopped_query_makes_room_for_the_next_one(client_of: Callable[..., BaseClient]) -> None:
    many = engine(*((SECOND * 1000, "x") for _ in range(30_000)))
    long = (
        "parse @message '*' as a | join type=inner left=x right=y where x.a=y.a "
        "(SOURCE 'app' | parse @message '*' as a) | stats sum(strlen(x.a)) as n"
    )
    with serving(many) as endpoint:
        client = client_of(endpoint)
        # More than are worked on at once: without an end of their work, which takes a minute, nothing else is done.
        ids = [ask(client, long) for _ in range(6)]
        for query_id in ids:
            client.stop_query(queryId=query_id)
        assert column(answered(client, "stats count(*) as n"), "n") == ["30000"]
        assert {client.get_query_results(queryId=query_id)["status"] for query_id in ids} == {"Cancelled"}


def test_a_query_that_fails_later_says_failed_and_the_endpoint_lives_on(client_of: Callable[..., BaseClient]) -> None:
    def fail() -> None:
        message = "broken \x1b[31m file"
        raise OSError(message)

    with serving(Made([{"a": "1"}], before=fail)) as endpoint:
        client = client_of(endpoint)
        page = answered(client, "fields a")
        assert (page["status"], page["results"]) == ("Failed", [])
        assert client.describe_queries()["queries"][0]["status"] == "Failed"


def test_a_lowered_limit_of_rows_refuses_what_asks_for_more(client_of: Callable[..., BaseClient]) -> None:
    limits = Limits(rows_of_a_query=3, rows_without_limit=2, rows_of_a_page=2)
    with serving(engine(*((time, "x") for time in STEPS)), limits=limits) as endpoint:
        client = client_of(endpoint)
        assert len(answered(client, "fields @message # all")["results"]) == 2
        page = answered(client, "fields @message", limit=3)
        assert (len(page["results"]), page["statistics"]["resultCount"], "nextToken" in page) == (2, 3, True)
        assert "less than or equal to 3" in refused(lambda: ask(client, "fields a", limit=4))["Message"]
        error = refused(lambda: ask(client, "fields a | limit 4"))
        assert error["queryCompileError"]["location"] == {"startCharOffset": 11, "endCharOffset": 18}
