"""The limits of the endpoint, each asked for through boto3; and the rates by a clock that stands still."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from siemlib.serve.limits import UNLIMITED, Limits, Rates
from tests.fixtures_serve import serving
from tests.serve.asking import Made, answered, ask, client_of, ended

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["client_of"]

ROWS = [{"a": str(number)} for number in range(5)]


def test_the_defaults_are_the_quotas_of_the_service() -> None:
    # CloudWatch Logs quotas; specification 5.5.
    limits = Limits()
    assert (limits.rows_of_a_query, limits.rows_without_limit, limits.rows_of_a_page) == (100_000, 10_000, 10_000)
    assert (limits.queries_at_once, limits.timeout_seconds, limits.token_seconds) == (100, 3600, 3600)
    assert (limits.rate("StartQuery"), limits.rate("GetQueryResults"), limits.rate("StopQuery")) == (10, 10, None)
    assert UNLIMITED.rate("StartQuery") is None


def test_a_rate_allows_a_seconds_worth_at_once_and_then_as_many_a_second() -> None:
    now = [100.0]
    rates = Rates(Limits(starts_per_second=4), lambda: now[0])
    assert [rates.take("StartQuery") for _ in range(6)] == [True] * 4 + [False] * 2
    now[0] += 0.25
    assert [rates.take("StartQuery") for _ in range(2)] == [True, False]
    now[0] += 60
    assert sum(rates.take("StartQuery") for _ in range(20)) == 4
    # Those that are refused take nothing from the ones that come later, and each operation has a rate of its own.
    now[0] += 0.5
    assert sum(rates.take("StartQuery") for _ in range(20)) == 2
    assert rates.take("GetQueryResults")


def test_a_rate_below_one_a_second_still_allows_one() -> None:
    now = [0.0]
    rates = Rates(Limits(others_per_second=0.5), lambda: now[0])
    assert [rates.take("StopQuery"), rates.take("StopQuery")] == [True, False]
    now[0] = 2.0
    assert rates.take("StopQuery")


def test_requests_that_come_too_fast_are_throttled(client_of: Callable[..., Any]) -> None:
    with serving(Made(ROWS), limits=Limits(starts_per_second=2, results_per_second=None)) as endpoint:
        client = client_of(endpoint)
        codes = []
        for _ in range(4):
            try:
                ask(client, "fields a")
                codes.append("started")
            except ClientError as error:
                codes.append(f"{error.response['Error']['Code']}: {error.response['Error']['Message']}")
        assert codes[:3] == ["started", "started", "ThrottlingException: Rate exceeded"]
        assert len(endpoint.asked("StartQuery")) == 4


def test_more_queries_than_may_run_at_once_are_refused_in_the_services_words(client_of: Callable[..., Any]) -> None:
    gate = threading.Event()
    with serving(Made(ROWS, before=lambda: gate.wait(10)), limits=Limits(queries_at_once=2)) as endpoint:
        client = client_of(endpoint)
        first = [ask(client, "fields a") for _ in range(2)]
        with pytest.raises(
            ClientError, match=r"LimitExceeded.*Account maximum query concurrency limit of \[2\] reached\."
        ):
            ask(client, "fields a")
        client.stop_query(queryId=first[0])
        third = ask(client, "fields a")
        gate.set()
        assert [ended(client, query_id)["status"] for query_id in (*first, third)] == [
            "Cancelled",
            "Complete",
            "Complete",
        ]


def test_every_answer_is_late_by_the_latency(client_of: Callable[..., Any]) -> None:
    with serving(Made(ROWS), limits=Limits(latency=0.1)) as endpoint:
        client = client_of(endpoint)
        before = time.monotonic()
        client.describe_queries()
        with pytest.raises(ClientError):
            client.stop_query(queryId="none")
        assert 0.2 <= time.monotonic() - before < 2


def test_a_query_runs_as_long_as_it_is_told_and_its_statistics_grow(client_of: Callable[..., Any]) -> None:
    with serving(Made(ROWS), limits=Limits(query_seconds=0.4, preview_rows=2, results_per_second=None)) as endpoint:
        client = client_of(endpoint)
        before = time.monotonic()
        query_id = ask(client, "fields a")
        seen = []
        while not seen or seen[-1]["status"] in {"Scheduled", "Running"}:
            seen.append(client.get_query_results(queryId=query_id))
            time.sleep(0.02)
        assert 0.4 <= time.monotonic() - before < 2
        scanned = [page["statistics"]["recordsScanned"] for page in seen]
        assert scanned == sorted(scanned)
        assert len(set(scanned)) > 2
        assert scanned[-1] == 10.0
        running = [page for page in seen if page["status"] == "Running"]
        assert {len(page["results"]) for page in running} <= {0, 2}
        assert not any("nextToken" in page for page in running)
        assert len(seen[-1]["results"]) == 5


def test_a_query_that_takes_too_long_times_out(client_of: Callable[..., Any]) -> None:
    gate = threading.Event()
    with serving(Made(ROWS, before=lambda: gate.wait(10)), limits=Limits(timeout_seconds=0.05)) as endpoint:
        client = client_of(endpoint)
        query_id = ask(client, "fields a")
        time.sleep(0.06)
        gate.set()
        page = client.get_query_results(queryId=query_id)
        assert (page["status"], page["results"]) == ("Timeout", [])
        assert client.describe_queries()["queries"][0]["queryDuration"] == 50


class Deaf(Made):
    """An engine that does not hear the first interrupts: those that come between two statements of a query."""

    def __init__(self, heard: int) -> None:
        super().__init__(ROWS, before=self.work)
        self.began, self.asked, self.heard = threading.Event(), 0, heard
        self.ended = threading.Event()

    def work(self) -> None:
        """Until it is told to end."""
        self.began.set()
        if not self.ended.wait(10):
            raise AssertionError

    def interrupt(self, _thread: int) -> None:
        """Count."""
        self.asked += 1
        if self.asked >= self.heard:
            self.ended.set()


def test_a_query_that_takes_too_long_is_worked_on_no_more(client_of: Callable[..., Any]) -> None:
    engine = Deaf(heard=1)
    with serving(engine, limits=Limits(timeout_seconds=0.05)) as endpoint:
        ask(client_of(endpoint), "fields a")
        assert engine.ended.wait(5)


def test_a_query_that_was_stopped_between_two_statements_is_worked_on_no_more(client_of: Callable[..., Any]) -> None:
    engine = Deaf(heard=3)
    with serving(engine) as endpoint:
        client = client_of(endpoint)
        query_id = ask(client, "fields a")
        assert engine.began.wait(5)
        client.stop_query(queryId=query_id)
        assert engine.ended.wait(5)


def test_a_token_is_good_for_its_time_only(client_of: Callable[..., Any]) -> None:
    with serving(Made(ROWS), limits=Limits(token_seconds=0.05)) as endpoint:
        client = client_of(endpoint)
        query_id = ask(client, "fields a")
        token = ended(client, query_id, maxItems=2)["nextToken"]
        time.sleep(0.06)
        with pytest.raises(ClientError, match=r"InvalidParameter.*nextToken has expired"):
            client.get_query_results(queryId=query_id, nextToken=token)


def test_the_oldest_ended_queries_are_forgotten_and_running_ones_are_not(client_of: Callable[..., Any]) -> None:
    gate = threading.Event()
    waits = [gate]
    engine = Made(ROWS, before=lambda: waits.pop().wait(10) if waits else None)
    with serving(engine, limits=Limits(queries_kept=3)) as endpoint:
        client = client_of(endpoint)
        running = ask(client, "fields a")
        while waits:
            time.sleep(0.005)
        ids = [ask(client, "fields a") for _ in range(2)]
        for query_id in ids:
            ended(client, query_id)
        last = ask(client, "fields a")
        assert {query["queryId"] for query in client.describe_queries()["queries"]} == {running, ids[1], last}
        with pytest.raises(ClientError, match="ResourceNotFound"):
            client.get_query_results(queryId=ids[0])
        gate.set()
        assert ended(client, running)["status"] == "Complete"


def test_more_rows_than_are_kept_forget_the_oldest_but_never_the_newest(client_of: Callable[..., Any]) -> None:
    with serving(Made(ROWS), limits=Limits(bytes_kept=1)) as endpoint:
        client = client_of(endpoint)
        for _ in range(3):
            assert len(answered(client, "fields a")["results"]) == 5
        assert len(client.describe_queries()["queries"]) == 1
