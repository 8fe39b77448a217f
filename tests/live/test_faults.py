"""What can go wrong between us and the service: each ends in a clear error or a stated partial result, in its time.

Nothing is lost without a word, nothing hangs, and no query is left running.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bench.synthetic import Synthetic, even
from siemlib.live.address import Address
from siemlib.live.client import connect
from siemlib.live.errors import (
    ClockError,
    CredentialsError,
    DeadlineError,
    DeniedError,
    GoneError,
    InvalidError,
    LiveError,
    UnavailableError,
)
from siemlib.live.service import Ask, Status
from siemlib.serve.faults import CutBody, Drop, End, HalfBody, HttpError, Refuse, Skew, Stay
from tests.fixtures_serve import lead_boto3_to, serving
from tests.live.asking import ASK, EVENTS, SECONDS, SMALL, Asking, service_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.errors import SiemError
    from siemlib.live.service import Service
    from siemlib.serve.faults import Fault
    from tests.fixtures_serve import Endpoint

START, RESULTS, STOP, ANY = "StartQuery", "GetQueryResults", "StopQuery", "*"
EXPIRED = Refuse("ExpiredTokenException", "The security token included in the request is expired")
THROTTLED = Refuse("ThrottlingException", "Rate exceeded")
FULL = Refuse("LimitExceededException", "Account maximum query concurrency limit of [100] reached.")
DENIED = Refuse("AccessDeniedException", "User: x is not authorized to perform: logs:GetQueryResults on resource: y")
GONE = Refuse("ResourceNotFoundException", "Log group 'synthetic' does not exist for account ID '000000000000'")
UNAVAILABLE = Refuse("ServiceUnavailableException", "", status=500)
GARBAGE = HttpError(200, b"<html>a proxy's own page</html>")


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[Endpoint, Service]]:
    with serving(Synthetic(even(EVENTS, SECONDS)), limits=SMALL) as endpoint:
        yield endpoint, service_at(endpoint)


@pytest.fixture
def asking(asked: tuple[Endpoint, Service]) -> Asking:
    return Asking(*asked)


# ── what passes ──────────────────────────────────────────────────────────────────────────────────────────────────────

PASSING = {
    "a dropped connection": Drop(),
    "half an answer": HalfBody(),
    "half a JSON body": CutBody(),
    "HTTP 500": HttpError(500),
    "HTTP 502 of a proxy": HttpError(502, b"<html>Bad Gateway</html>"),
    "HTTP 503": HttpError(503, b"{}"),
    "a service that says it is not available": UNAVAILABLE,
    "throttling": THROTTLED,
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
@pytest.mark.parametrize(("operation", "after"), [(START, 0), (RESULTS, 0), (RESULTS, 5)])
def test_what_passes_costs_nothing_but_time(asking: Asking, operation: str, after: int, fault: Fault) -> None:
    asking.endpoint.faults.add(operation, fault, times=2, after=after)
    assert asking.ask().whole
    asking.check_every_row_came_once()
    asking.check_nothing_runs()


@pytest.mark.parametrize("fault", [THROTTLED, FULL, UNAVAILABLE, Drop()], ids=["throttled", "full", "503", "dropped"])
@pytest.mark.parametrize("operation", [START, RESULTS])
def test_a_bad_minute_passes_when_there_is_time(asking: Asking, operation: str, fault: Fault) -> None:
    asking.governor.call("Warm", lambda: None, until=1e9)
    asking.endpoint.faults.add(operation, fault, times=None, after=operation == RESULTS)
    asking.clock.at(55, asking.endpoint.faults.clear)
    assert asking.ask().whole
    asking.check_every_row_came_once()
    asking.check_nothing_runs()
    assert 1055 <= asking.clock.monotonic() < 1110
    assert len(asking.endpoint.log) < 100


def test_an_account_that_is_full_of_other_peoples_queries_is_waited_for(asking: Asking) -> None:
    asking.endpoint.faults.add(START, FULL, times=6)
    assert asking.ask().whole
    asking.check_every_row_came_once()


@pytest.mark.parametrize("fault", [HalfBody(), CutBody()], ids=["half an answer", "half a JSON body"])
def test_a_query_that_was_started_without_an_answer_is_found_and_not_started_again(
    asking: Asking, fault: Fault
) -> None:
    asking.endpoint.faults.add(START, fault)
    asking.endpoint.faults.add(START, Stay())
    with pytest.raises(DeadlineError):
        asking.ask(seconds=20)
    assert len(asking.endpoint.asked(START)) == 1
    asking.check_nothing_runs()


# ── what does not pass ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Bad:
    """A fault that stays, and the error that it must end in."""

    operation: str
    fault: Fault
    error: type[SiemError]
    words: str
    after: int = 0


LASTING = {
    "an expired session at once": Bad(START, EXPIRED, CredentialsError, "expired"),
    "an expired session while it runs": Bad(RESULTS, EXPIRED, CredentialsError, "expired"),
    "an expired session between pages": Bad(RESULTS, EXPIRED, CredentialsError, "expired", after=5),
    "no permission to start": Bad(START, DENIED, DeniedError, "permission"),
    "no permission to read": Bad(RESULTS, DENIED, DeniedError, "logs:GetQueryResults"),
    "a clock that is ahead": Bad(ANY, Skew(-3600), ClockError, "clock of this machine"),
    "a clock that is behind": Bad(ANY, Skew(3600), ClockError, "clock of this machine"),
    "a log group that is deleted while it runs": Bad(RESULTS, GONE, GoneError, "not there"),
    "a log group that is deleted between pages": Bad(RESULTS, GONE, GoneError, "not there", after=5),
    "a connection that always breaks": Bad(ANY, Drop(), UnavailableError, "broke"),
    "answers that are always half": Bad(RESULTS, HalfBody(), UnavailableError, "broke"),
    "HTTP 500 for ever": Bad(RESULTS, HttpError(500), UnavailableError, "500"),
    "HTTP 503 for ever, between pages": Bad(RESULTS, HttpError(503), UnavailableError, "503", after=5),
    "throttling for ever": Bad(RESULTS, THROTTLED, DeadlineError, "GetQueryResults.*requests a second"),
    "an account that stays full": Bad(START, FULL, DeadlineError, "StartQuery.*as many queries as it may"),
    "another service than ours": Bad(ANY, GARBAGE, LiveError, ""),
}


@pytest.mark.parametrize("bad", LASTING.values(), ids=LASTING)
def test_what_does_not_pass_ends_in_an_error_that_says_what_it_is(asking: Asking, bad: Bad) -> None:
    asking.endpoint.faults.add(bad.operation, bad.fault, times=None, after=bad.after)
    with pytest.raises(bad.error, match=f"(?s){bad.words}"):
        asking.ask(seconds=200)
    assert asking.clock.monotonic() <= 1200 + 20  # what stopping may take
    assert len(asking.endpoint.log) < 150
    asking.check_nothing_runs()


def test_a_query_that_cannot_be_stopped_is_named(asking: Asking) -> None:
    asking.endpoint.faults.add(START, Stay())
    asking.endpoint.faults.add(RESULTS, EXPIRED, times=None, after=2)
    asking.endpoint.faults.add(STOP, EXPIRED, times=None)
    with pytest.raises(CredentialsError) as raised:
        asking.ask()
    (left,) = asking.endpoint.running_queries()
    assert raised.value.hint is not None
    assert f"the query {left} may still run" in raised.value.hint
    asking.endpoint.faults.clear()
    asking.stop_all()
    asking.check_nothing_runs()


@pytest.mark.parametrize("fault", [HttpError(500), Drop(), THROTTLED], ids=["500", "dropped", "throttled"])
def test_stopping_is_tried_again_as_well(asking: Asking, fault: Fault) -> None:
    asking.endpoint.faults.add(START, Stay())
    asking.endpoint.faults.add(STOP, fault, times=3)
    with pytest.raises(DeadlineError) as raised:
        asking.ask(seconds=30)
    assert "may still run" not in str(raised.value.hint)
    asking.check_nothing_runs()


def test_a_query_that_stays_running_is_stopped_at_its_deadline(asking: Asking) -> None:
    asking.endpoint.faults.add(START, Stay())
    with pytest.raises(DeadlineError, match=r"still ran after 1\d\d s") as raised:
        asking.ask(seconds=120)
    assert "query_seconds" in str(raised.value.hint)
    assert 1110 < asking.clock.monotonic() <= 1121
    assert len(asking.endpoint.asked(STOP)) == 1
    asking.check_nothing_runs()


def test_no_credentials_is_said_before_anything_is_sent(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    lead_boto3_to(monkeypatch, asking.endpoint)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    asking.service = connect(Address(region="us-east-1"))
    with pytest.raises(CredentialsError, match="there are no AWS credentials"):
        asking.ask()
    assert not asking.endpoint.log


def test_an_unknown_log_group_is_named(asking: Asking) -> None:
    with pytest.raises(GoneError, match="no-such-group"):
        asking.ask(Ask(ASK.text, ASK.start, ASK.end, ("no-such-group",)))
    assert len(asking.endpoint.log) == 1


def test_a_log_group_that_is_deleted_between_two_queries_is_named() -> None:
    engine = Synthetic(even(EVENTS, SECONDS))
    with serving(engine, limits=SMALL) as endpoint:
        asking = Asking(endpoint, service_at(endpoint))
        assert asking.ask().whole
        engine.gone = True
        with pytest.raises(GoneError, match=engine.group):
            asking.ask()
        asking.check_nothing_runs()


# ── queries that end otherwise ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [Status.FAILED, Status.TIMEOUT, Status.CANCELLED, Status.UNKNOWN])
@pytest.mark.parametrize("rows", [0, 7, 23])
def test_a_query_that_ends_otherwise_says_so_and_gives_what_there_is(asking: Asking, status: Status, rows: int) -> None:
    asking.endpoint.faults.add(START, End(status.value, rows))
    outcome = asking.ask()
    assert outcome.status is status
    assert outcome.rows == len(asking.pointers) == rows
    assert not outcome.whole
    asking.check_nothing_runs()
    assert not asking.endpoint.asked(STOP)


def test_somebody_else_may_stop_our_query(asking: Asking) -> None:
    asking.endpoint.faults.add(START, Stay())
    asking.clock.at(10, lambda: asking.endpoint.state.queries.stop(asking.endpoint.running_queries()[0]))
    assert asking.ask().status is Status.CANCELLED
    asking.check_nothing_runs()


def test_a_query_of_which_nothing_is_known_any_more_is_an_error(asking: Asking) -> None:
    asking.endpoint.faults.add(RESULTS, Refuse("ResourceNotFoundException", "Query with id x does not exist."), after=1)
    with pytest.raises(GoneError, match="the query is not there"):
        asking.ask()
    asking.check_nothing_runs()


def test_what_the_service_does_not_take_is_not_asked_again(asking: Asking) -> None:
    with pytest.raises(InvalidError):
        asking.ask(Ask(ASK.text, ASK.end, ASK.start, ASK.log_groups))
    assert len(asking.endpoint.log) == 1
