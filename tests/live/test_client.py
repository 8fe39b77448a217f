"""The client asks a real endpoint through boto3, and says what it was told."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

import siemlib
from siemlib.archive.load import load
from siemlib.errors import UsageError
from siemlib.live.address import Address
from siemlib.live.calls import CALLS
from siemlib.live.client import AwsService, connect
from siemlib.live.errors import (
    GoneError,
    InvalidError,
    LiveError,
    RefusedQueryError,
    TokenExpiredError,
    UnavailableError,
)
from siemlib.live.service import Ask, Page, Status
from siemlib.serve.faults import CutBody, Drop, HalfBody, HttpError, Refuse, Stay
from tests.fixtures_serve import lead_boto3_to, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.fixtures_serve import Endpoint

EVENTS = 25
EVERYTHING = Ask("fields @timestamp, @message, n", 0, 4_000_000_000, ("app",))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("client")
    for group, count in (("app", EVENTS), ("other", 1)):
        lines = [{"timestamp": 1_700_000_000_000 + i, "message": json.dumps({"n": i})} for i in range(count)]
        events = [{"eventId": f"{i:056}", "logStreamName": "s", **line} for i, line in enumerate(lines)]
        (folder / f"{group}.json").write_text(json.dumps({"events": events}))
        load([folder / f"{group}.json"], folder / "archive", log_group=group)
    return folder / "archive"


@pytest.fixture(scope="module")
def endpoint(archive: Path) -> Iterator[Endpoint]:
    with serving(archive) as served:
        yield served


@pytest.fixture(scope="module")
def connected(endpoint: Endpoint) -> Iterator[AwsService]:
    with pytest.MonkeyPatch.context() as patch:
        lead_boto3_to(patch, endpoint)
        opened = connect(Address("us-east-1"))
        opened.account()
    yield opened
    opened.close()


@pytest.fixture
def service(endpoint: Endpoint, connected: AwsService) -> Iterator[AwsService]:
    yield connected
    endpoint.faults.clear()


def ended(service: AwsService, query: str) -> Page:
    until = time.monotonic() + 5
    while not (page := service.results(query)).status.ended and time.monotonic() < until:
        time.sleep(0.01)
    return page


# ── what is asked and what is told ───────────────────────────────────────────────────────────────────────────────────


def test_a_query_gives_its_rows_and_its_counts(service: AwsService) -> None:
    page = ended(service, service.start_query(EVERYTHING))
    assert (page.status, page.rows, page.token) == (Status.COMPLETE, EVENTS, None)
    assert page.names == ("@timestamp", "@message", "n", "@ptr")
    assert sorted(map(int, filter(None, page.columns[2]))) == list(range(EVENTS))
    assert (page.counts.matched, page.counts.scanned, page.counts.rows) == (EVENTS, EVENTS, EVENTS)
    assert json.loads(page.body)["status"] == "Complete"


def test_rows_come_in_pages(service: AwsService) -> None:
    query = service.start_query(EVERYTHING)
    ended(service, query)
    sizes, token = [], None
    for _ in range(EVENTS):
        page = service.results(query, token=token, most=10)
        sizes.append(page.rows)
        token = page.token
        if token is None:
            break
    assert sizes == [10, 10, 5]


def test_a_limit_goes_beside_the_query(service: AwsService) -> None:
    query = service.start_query(Ask(EVERYTHING.text, EVERYTHING.start, EVERYTHING.end, ("app",), 7))
    assert ended(service, query).rows == 7


def test_names_go_as_names_and_an_arn_makes_all_identifiers(service: AwsService, endpoint: Endpoint) -> None:
    arn = next(group.arn for group in service.log_groups() if group.name == "other")
    asked = [("app", "other"), ("app", arn), (f"{arn}:*",), ()]
    texts = [EVERYTHING.text] * 3 + ['SOURCE logGroups(namePrefix: ["app"]) | fields @message']
    for groups, text in zip(asked, texts, strict=True):
        service.start_query(Ask(text, 0, 4_000_000_000, groups))
    sent = [{k: v for k, v in each.items() if k.startswith("logGroup")} for each in endpoint.asked("StartQuery")[-4:]]
    identifiers = [{"logGroupIdentifiers": ["app", arn]}, {"logGroupIdentifiers": [arn]}]
    assert sent == [{"logGroupNames": ["app", "other"]}, *identifiers, {}]


def test_a_running_query_is_stopped_and_one_that_has_ended_is_no_error(service: AwsService, endpoint: Endpoint) -> None:
    endpoint.faults.add("StartQuery", Stay())
    running = service.start_query(EVERYTHING)
    assert service.results(running).status in {Status.SCHEDULED, Status.RUNNING}
    assert [each["queryId"] for each in service.queries(status=Status.RUNNING)] == [running]
    assert service.stop_query(running) is True
    assert service.results(running).status is Status.CANCELLED
    assert service.stop_query(running) is False
    assert service.stop_query("00000000-0000-0000-0000-000000000000") is False


def test_log_groups_are_told_with_their_size_and_the_account_is_that_of_their_arns(service: AwsService) -> None:
    groups = list(service.log_groups())
    assert [group.name for group in groups] == ["app", "other"]
    assert all(group.stored_bytes > 0 and not group.arn.endswith("*") for group in groups)
    assert [group.name for group in service.log_groups(prefix="oth")] == ["other"]
    assert service.account() == groups[0].arn.split(":")[4] == "000000000000"


def test_linked_accounts_are_asked_for_only_where_they_are_wanted(service: AwsService, endpoint: Endpoint) -> None:
    list(service.log_groups())
    list(service.log_groups(linked=True))
    assert [each.get("includeLinkedAccounts") for each in endpoint.asked("DescribeLogGroups")[-2:]] == [None, True]


def test_a_record_gives_its_message_whole(service: AwsService) -> None:
    page = ended(service, service.start_query(Ask("fields n | filter n = 3", 0, 4_000_000_000, ("app",))))
    pointer = page.columns[-1][0]
    assert pointer is not None
    assert service.log_record(pointer)["@message"] == '{"n": 3}'


def test_the_fields_of_a_log_group_come_with_their_percent(service: AwsService) -> None:
    fields = service.log_group_fields("app", time=1_700_000_000)
    assert fields["n"] == fields["@message"] == 100


def test_events_come_as_they_are_over_both_ends(service: AwsService) -> None:
    page = service.filter_events("app", start=1_700_000_000_003, end=1_700_000_000_005, pattern="{ $.n = * }")
    assert [(event.time, event.message) for event in page.events] == [
        (1_700_000_000_000 + n, f'{{"n": {n}}}') for n in (3, 4, 5)
    ]
    first = service.filter_events("app", start=0, end=4_000_000_000_000, most=10)
    rest = service.filter_events("app", start=0, end=4_000_000_000_000, most=100, token=first.token)
    assert [len(first.events), len(rest.events), rest.token] == [10, EVENTS - 10, None]


def test_saved_queries_are_listed(service: AwsService) -> None:
    assert all("queryString" in each for each in service.query_definitions())


def test_calls_of_several_pages_are_paced_one_by_one(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    lead_boto3_to(monkeypatch, endpoint)
    paced = []

    def pace(operation: str, request: object) -> object:
        paced.append(operation)
        assert callable(request)
        return request()

    service = connect(Address("us-east-1"), pace=pace)
    list(service.log_groups())
    list(service.queries())
    service.close()
    assert paced == ["DescribeLogGroups", "DescribeQueries"]


def test_many_threads_may_ask_at_once(service: AwsService) -> None:
    with ThreadPoolExecutor(8) as pool:
        queries = list(pool.map(lambda _: service.start_query(EVERYTHING), range(16)))
        pages = list(pool.map(lambda query: ended(service, query), queries))
    assert {page.rows for page in pages} == {EVENTS}


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────────────────


def every_call(service: AwsService) -> dict[str, Callable[[], object]]:
    """Each operation of the service, in a call that it would answer."""
    query = service.start_query(EVERYTHING)
    pointer = ended(service, query).columns[-1][0] or ""
    return {
        "StartQuery": lambda: service.start_query(EVERYTHING),
        "GetQueryResults": lambda: service.results(query),
        "StopQuery": lambda: service.stop_query(service.start_query(EVERYTHING)),
        "DescribeQueries": lambda: list(service.queries()),
        "DescribeLogGroups": lambda: list(service.log_groups()),
        "GetLogGroupFields": lambda: service.log_group_fields("app"),
        "GetLogRecord": lambda: service.log_record(pointer),
        "FilterLogEvents": lambda: service.filter_events("app", start=0, end=1),
        "DescribeQueryDefinitions": lambda: list(service.query_definitions()),
    }


@pytest.mark.parametrize("operation", [call.operation for call in CALLS if call.permission.startswith("logs:")])
def test_half_an_answer_is_never_taken_for_a_small_one(service: AwsService, endpoint: Endpoint, operation: str) -> None:
    """It is by botocore: half a body of log groups is an empty list of them."""
    call = every_call(service)[operation]
    for fault in (CutBody(), HalfBody(), Drop(), HttpError(200, b"<html>"), HttpError(200, b"[]"), HttpError(200)):
        if operation == "StopQuery":
            endpoint.faults.add("StartQuery", Stay())
        endpoint.faults.add(operation, fault)
        with pytest.raises(UnavailableError):
            call()


@pytest.mark.parametrize("status", [400, 403, 500, 503])
def test_an_error_in_any_form_is_an_error_of_ours(service: AwsService, endpoint: Endpoint, status: int) -> None:
    for body in (b"", b"<html>", b"[1]", b'{"__type":1}', b"\xff", b'{"message":{}}'):
        endpoint.faults.add("DescribeLogGroups", HttpError(status, body))
        with pytest.raises(LiveError) as error:
            list(service.log_groups())
        assert error.value.again == (status >= 500)


@pytest.mark.parametrize(
    ("operation", "answer"),
    [
        ("DescribeLogGroups", '{"logGroups":[{}]}'),
        ("DescribeLogGroups", '{"logGroups":[1]}'),
        ("DescribeLogGroups", '{"logGroups":[{"logGroupName":"x","storedBytes":"many"}]}'),
        ("DescribeLogGroups", '{"logGroups":[{"logGroupName":"x","creationTime":NaN}]}'),
        ("StartQuery", '{"queryId":7}'),
        ("GetQueryResults", '{"status":"Complete"}'),
        ("GetLogRecord", '{"logRecord":[]}'),
        ("GetLogGroupFields", '{"logGroupFields":[{"name":"x","percent":[1]}]}'),
        ("FilterLogEvents", '{"events":[{"eventId":"x","timestamp":"now"}]}'),
        ("FilterLogEvents", '{"events":[{"eventId":"x"}]}'),
    ],
)
def test_an_answer_of_another_form_is_said_to_be_so(
    service: AwsService, endpoint: Endpoint, operation: str, answer: str
) -> None:
    calls = every_call(service)
    endpoint.faults.add(operation, HttpError(200, answer.encode()))
    with pytest.raises(LiveError, match="not of the form"):
        calls[operation]()


def test_nothing_is_asked_twice(service: AwsService, endpoint: Endpoint) -> None:
    """Trying again is the governor's task."""
    before = len(endpoint.log)
    endpoint.faults.add("StartQuery", HttpError(500), times=None)
    with pytest.raises(UnavailableError):
        service.start_query(EVERYTHING)
    assert len(endpoint.log) == before + 1


def test_a_query_that_the_service_refuses_is_drawn_where_it_says(service: AwsService) -> None:
    with pytest.raises(RefusedQueryError) as error:
        service.start_query(Ask("fields @message 😀 | nonsense", 0, 1, ("app",)))
    assert error.value.query_compile_error is not None
    assert "^" in error.value.message


def test_what_is_not_there_is_gone_and_a_spent_token_is_told_from_a_wrong_parameter(
    service: AwsService, endpoint: Endpoint
) -> None:
    with pytest.raises(GoneError, match="nobody"):
        service.start_query(Ask("fields @message", 0, 1, ("nobody",)))
    refuse = Refuse("InvalidParameterException", "The specified nextToken is invalid.")
    endpoint.faults.add("GetQueryResults", refuse, times=2)
    with pytest.raises(TokenExpiredError):
        service.results("id", token="t")  # noqa: S106 - of a page, no secret
    with pytest.raises(InvalidError):
        service.results("id")
    with pytest.raises(InvalidError, match="queryString"):
        service.start_query(Ask("x" * 10_001, 0, 1, ("app",)))


def test_what_cannot_be_reached_is_named_without_its_secrets(
    monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint
) -> None:
    lead_boto3_to(monkeypatch, endpoint)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://user:hushhush@127.0.0.1:9/path")
    with pytest.raises(UnavailableError) as error:
        connect(Address("us-east-1")).account()
    assert "127.0.0.1 cannot be reached" in error.value.message
    assert "hush" not in f"{error.value.message}{error.value.hint}"


def test_an_endpoint_that_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint) -> None:
    lead_boto3_to(monkeypatch, endpoint)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nowhere")
    with pytest.raises(UsageError, match="no address"):
        connect(Address("us-east-1"))


def test_every_request_says_who_asks_it(service: AwsService) -> None:
    agents = []
    service._opened.client.meta.events.register(
        "before-send.cloudwatch-logs", lambda request, **_: agents.append(request.headers["User-Agent"])
    )
    list(service.log_groups())
    assert f"siemlib/{siemlib.__version__}" in str(agents[0])
