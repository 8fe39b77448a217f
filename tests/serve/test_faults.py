"""What can be made to go wrong, as boto3 sees it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError

from siemlib.serve.faults import CutBody, Drop, End, Faults, HalfBody, HttpError, Refuse, Skew, Stay, Wait
from siemlib.serve.limits import Limits
from tests.fixtures_serve import serving
from tests.serve.asking import Made, ask, client_of, ended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.client import BaseClient

    from siemlib.serve.faults import Fault
    from tests.fixtures_serve import Endpoint

__all__ = ["client_of"]

ROWS = [{"a": str(number)} for number in range(5)]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with serving(Made(ROWS)) as found:
        yield found


@pytest.fixture(scope="module")
def client(endpoint: Endpoint, client_of: Callable[..., BaseClient]) -> BaseClient:
    return client_of(endpoint)


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (HttpError(503), ClientError, "503"),
        (HttpError(500, b"<html>oops</html>"), ClientError, "500"),
        (
            Refuse("ExpiredTokenException", "The security token included in the request is expired"),
            ClientError,
            "token",
        ),
        (Refuse("ServiceUnavailableException", "busy", 503), ClientError, "ServiceUnavailableException"),
        (Drop(), ConnectionClosedError, "Connection was closed"),
        (Skew(301), ClientError, "InvalidSignatureException.*Signature expired: .* is now earlier than"),
        (Skew(-301), ClientError, "InvalidSignatureException.*not yet current: .* is now later than"),
    ],
)
def test_a_fault_of_the_wire_happens_once_and_the_next_request_is_answered(
    endpoint: Endpoint, client: BaseClient, fault: Fault, error: type[Exception], words: str
) -> None:
    endpoint.faults.add("DescribeQueries", fault)
    with pytest.raises(error, match=words):
        client.describe_queries()
    assert "queries" in client.describe_queries()


@pytest.mark.parametrize("fault", [HttpError(200, b"<html>"), HalfBody(), CutBody()])
def test_boto3_takes_half_an_answer_for_a_whole_one_without_members(
    endpoint: Endpoint, client: BaseClient, fault: Fault
) -> None:
    # This is why a client must look at the bytes itself: botocore neither counts them nor says that they are no JSON.
    endpoint.faults.add("DescribeQueries", fault)
    assert "queries" not in client.describe_queries()


def test_a_small_skew_of_the_clock_is_no_fault(endpoint: Endpoint, client: BaseClient) -> None:
    endpoint.faults.add("DescribeQueries", Skew(-200))
    assert "queries" in client.describe_queries()


def test_a_fault_is_of_one_operation_behind_so_many_others_and_so_many_times() -> None:
    faults = Faults()
    faults.add("A", Refuse("X"), times=2, after=1)
    assert faults.of_wire("B") is None
    assert [faults.of_wire("A") for _ in range(4)] == [None, Refuse("X"), Refuse("X"), None]
    faults.add("*", Drop(), times=None)
    assert [faults.of_wire(name) for name in "ABA"] == [Drop()] * 3
    assert faults.of_query("A") is None
    faults.clear()
    assert faults.of_wire("A") is None


def test_an_answer_can_be_made_to_come_late(endpoint: Endpoint, client: BaseClient) -> None:
    endpoint.faults.add("DescribeQueries", Wait(0.1))
    before = time.monotonic()
    client.describe_queries()
    assert 0.1 <= time.monotonic() - before < 2


def test_a_query_can_be_made_to_stay_running_until_it_is_stopped(endpoint: Endpoint, client: BaseClient) -> None:
    endpoint.faults.add("StartQuery", Stay())
    query_id = ask(client, "fields a")
    time.sleep(0.03)
    assert client.get_query_results(queryId=query_id)["status"] == "Running"
    assert endpoint.running_queries() == [query_id]
    client.stop_query(queryId=query_id)
    assert client.get_query_results(queryId=query_id)["status"] == "Cancelled"


@pytest.mark.parametrize("status", ["Failed", "Timeout", "Cancelled", "Unknown"])
def test_a_query_can_be_made_to_end_with_some_of_its_rows(endpoint: Endpoint, client: BaseClient, status: str) -> None:
    endpoint.faults.add("StartQuery", End(status, rows=2))
    page = ended(client, ask(client, "fields a"))
    assert page["status"] == status
    assert [row[0]["value"] for row in page["results"]] == ["0", "1"]
    assert page["statistics"]["recordsMatched"] == 5
    assert ended(client, ask(client, "fields a"))["status"] == "Complete"


def test_a_query_can_be_made_to_end_while_it_is_watched(client_of: Callable[..., BaseClient]) -> None:
    with serving(Made(ROWS), limits=Limits(query_seconds=30)) as endpoint:
        client = client_of(endpoint)
        endpoint.faults.add("GetQueryResults", End("Timeout", rows=1), after=2)
        query_id = ask(client, "fields a")
        found = [client.get_query_results(queryId=query_id)["status"] for _ in range(4)]
        assert set(found[:2]) <= {"Scheduled", "Running"}
        assert found[2:] == ["Timeout", "Timeout"]


def test_every_request_is_remembered_in_its_order(endpoint: Endpoint, client: BaseClient) -> None:
    endpoint.state.log.clear()
    client.describe_queries(status="Running")
    query_id = ask(client, "fields a")
    endpoint.faults.add("GetQueryResults", Drop())
    with pytest.raises(HTTPClientError):
        client.get_query_results(queryId=query_id)
    assert [entry.operation for entry in endpoint.log] == ["DescribeQueries", "StartQuery", "GetQueryResults"]
    assert endpoint.asked("DescribeQueries") == [{"status": "Running"}]
    times = [entry.time for entry in endpoint.log]
    assert times == sorted(times)
