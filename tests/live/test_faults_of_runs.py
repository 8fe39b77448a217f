"""What can go wrong while the live engine answers: a whole answer, a stated part of it, or an error that says why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from bench.synthetic import GROUP, START, Synthetic, even
from siemlib.live import answering, asks
from siemlib.live import running as running_of_one
from siemlib.live.engine import LiveEngine
from siemlib.live.errors import (
    CredentialsError,
    DeadlineError,
    DeniedError,
    EndedError,
    GoneError,
    LiveError,
    UnavailableError,
)
from siemlib.live.spool import Spool
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan
from siemlib.serve.faults import CutBody, Drop, End, HttpError, Refuse, Stay
from siemlib.serve.limits import Limits
from siemlib.serve.tokens import Tokens
from siemlib.settings import Settings
from tests.fixtures_serve import serving
from tests.live.asking import Asking, service_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.engine import Result
    from siemlib.live.service import Service
    from siemlib.serve.faults import Fault
    from tests.fixtures_serve import Endpoint

MOST, EVENTS, SECONDS = 100, 450, 6 * 3600
LIMITS = Limits(rows_of_a_query=MOST, rows_of_a_page=20, starts_per_second=None, results_per_second=None)
START_QUERY, RESULTS = "StartQuery", "GetQueryResults"
EXPIRED = Refuse("ExpiredTokenException", "The security token included in the request is expired")
THROTTLED = Refuse("ThrottlingException", "Rate exceeded")
DENIED = Refuse("AccessDeniedException", "User: x is not authorized to perform: logs:GetQueryResults on resource: y")
GONE = Refuse("ResourceNotFoundException", "Log group 'synthetic' does not exist for account ID '000000000000'")


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[Endpoint, Service]]:
    with serving(Synthetic(even(EVENTS, SECONDS)), limits=LIMITS) as endpoint:
        yield endpoint, service_at(endpoint)


class Running(Asking):
    """The engine over that endpoint, by a clock that does not wait."""

    engine: LiveEngine

    def run(self) -> Result:
        """Every row."""
        span = TimeSpan.of_millis(START, START + SECONDS * 1000)
        return self.engine.run("fields @timestamp, @message", span, [GROUP], every_row=True)


@pytest.fixture
def running(asked: tuple[Endpoint, Service], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Running:
    monkeypatch.setattr(answering, "MOST_ROWS", MOST)
    monkeypatch.setattr(asks, "MOST_ROWS", MOST)
    running = Running(*asked)
    spool = Spool(tmp_path / "spool", account="000000000000", region="us-east-1")
    settings = Settings.model_validate({"live": {"query_seconds": 300, "run_seconds": 900}})
    running.engine = LiveEngine(running.service, running.governor, settings, spool, url="live:us-east-1")
    running.engine.check()
    return running


def check_is_whole(result: Result) -> None:
    assert [row["@ptr"] for row in result.rows] == [f"p{place}" for place in range(EVENTS - 1, -1, -1)]
    assert result.completeness is Completeness.COMPLETE


PASSING = {
    "dropped connections": Drop(),
    "half a JSON body": CutBody(),
    "HTTP 500": HttpError(500),
    "HTTP 503": HttpError(503),
    "throttling": THROTTLED,
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_what_passes_leaves_no_trace_in_the_rows(running: Running, fault: Fault) -> None:
    for operation, times in ((START_QUERY, 2), (RESULTS, 5)):
        running.endpoint.faults.add(operation, fault, times=times, after=3)
    check_is_whole(running.run())
    running.check_nothing_runs()


def test_a_throttled_minute_passes(running: Running) -> None:
    running.endpoint.faults.add("*", THROTTLED, times=None, after=5)
    running.clock.at(60, running.endpoint.faults.clear)
    check_is_whole(running.run())
    assert running.clock.monotonic() >= 1060


@pytest.mark.parametrize("seconds", [0.052, 0.06, 0.11])
def test_tokens_that_expire_cost_no_row_and_double_none(running: Running, seconds: float) -> None:
    def expire() -> None:
        running.endpoint.state.tokens = Tokens(3600)

    running.clock.at(seconds, expire)
    check_is_whole(running.run())


@dataclass(frozen=True)
class Bad:
    """A fault that stays, behind so many requests, and the error that it must end in."""

    operation: str
    fault: Fault
    error: type[LiveError]
    after: int = 0


LASTING = {
    "an expired session": Bad(RESULTS, EXPIRED, CredentialsError),
    "an expired session among the slices": Bad("*", EXPIRED, CredentialsError, after=9),
    "no permission": Bad(RESULTS, DENIED, DeniedError),
    "a log group that is deleted before the slices": Bad(START_QUERY, GONE, GoneError, after=1),
    "a log group that is deleted among the slices": Bad(START_QUERY, GONE, GoneError, after=3),
    "a broken network": Bad("*", Drop(), UnavailableError, after=7),
    "a query that stays running": Bad(START_QUERY, Stay(), DeadlineError),
    "slices that stay running": Bad(START_QUERY, Stay(), DeadlineError, after=3),
    "throttling for ever": Bad(RESULTS, THROTTLED, DeadlineError, after=6),
}


@pytest.mark.parametrize("bad", LASTING.values(), ids=LASTING)
def test_what_lasts_ends_in_its_error_within_the_time_of_a_run(running: Running, bad: Bad) -> None:
    running.endpoint.faults.add(bad.operation, bad.fault, times=None, after=bad.after)
    with pytest.raises(bad.error):
        running.run()
    assert running.clock.monotonic() <= 1000 + 900 + 60
    running.endpoint.faults.clear()
    # What could not be stopped, because nobody could be asked, is known, and is stopped when Python ends.
    running.stop_all()
    running.check_nothing_runs()


def test_what_had_come_before_an_error_is_not_asked_again(running: Running) -> None:
    # The whole, its count and two slices that are guessed; the fifth is made of the count.
    running.endpoint.faults.add(START_QUERY, GONE, times=None, after=4)
    with pytest.raises(GoneError):
        running.run()
    assert counts(running) == 1
    running.endpoint.faults.clear()
    running.endpoint.state.log.clear()
    check_is_whole(running.run())
    assert counts(running) == 0
    assert len(running.endpoint.asked(START_QUERY)) <= 5


def counts(running: Running) -> int:
    """How many of the queries counted."""
    return sum("count(*)" in each["queryString"] for each in running.endpoint.asked(START_QUERY))


STATED = {
    "Failed": Completeness.PARTIAL,
    "Cancelled": Completeness.PARTIAL,
    "Unknown": Completeness.UNKNOWN,
}


@pytest.mark.parametrize(("status", "completeness"), STATED.items())
def test_a_slice_that_ends_otherwise_is_stated(running: Running, status: str, completeness: Completeness) -> None:
    # The whole, its count and two slices that are guessed start in any order; the fifth gives rows.
    running.endpoint.faults.add(START_QUERY, End(status, 7), after=4)
    result = running.run()
    assert Completeness.worst([result.completeness, completeness]) is result.completeness
    assert any(status.lower() in note.lower() for note in result.run.notes)
    assert 0 < EVENTS - len(result.rows) <= MOST
    assert len({row["@ptr"] for row in result.rows}) == len(result.rows)
    running.check_nothing_runs()


@pytest.mark.parametrize("status", STATED)
def test_a_first_query_that_ends_otherwise_is_stated_or_an_error(running: Running, status: str) -> None:
    running.endpoint.faults.add(START_QUERY, End(status, 7))
    result = running.run()
    assert len(result.rows) == 7
    assert Completeness.worst([result.completeness, STATED[status]]) is result.completeness
    running.endpoint.faults.add(START_QUERY, End(status, 0))
    with pytest.raises(EndedError, match=status):
        running.run()
    running.check_nothing_runs()


HALVED = "took the service too long"


@pytest.mark.parametrize("after", [0, 4], ids=["the first query", "a slice"])
@pytest.mark.parametrize("rows", [0, 7])
def test_what_timed_out_is_asked_again_in_halves(running: Running, rows: int, after: int) -> None:
    running.endpoint.faults.add(START_QUERY, End("Timeout", rows), after=after)
    result = running.run()
    check_is_whole(result)
    assert result.statistics.records_matched == EVENTS
    assert result.run.certificate is not None
    assert any(HALVED in sentence for sentence in result.run.certificate.sentences())
    assert result.run.notes == ()


def test_a_count_that_timed_out_is_not_believed(running: Running) -> None:
    # It starts beside the two slices that are guessed, in any order.
    running.endpoint.faults.add(START_QUERY, End("Timeout", 1), times=3, after=1)
    result = running.run()
    assert ["count(*)" in ask["queryString"] for ask in running.endpoint.asked(START_QUERY)][1:4].count(True) == 1
    assert [row["@ptr"] for row in result.rows] == [f"p{place}" for place in range(EVENTS - 1, -1, -1)]
    assert result.completeness is Completeness.COMPLETE


def test_what_times_out_however_short_it_is_is_named_by_its_time(running: Running) -> None:
    running.endpoint.faults.add(START_QUERY, End("Timeout", 1), times=None)
    result = running.run()
    assert result.completeness is Completeness.TIMED_OUT
    assert any(note.startswith("A query over 20") and "ended as Timeout" in note for note in result.run.notes)
    assert len(running.endpoint.asked(START_QUERY)) <= 2 * 64
    assert 0 < len(result.rows) == len({row["@ptr"] for row in result.rows}) <= 64
    assert result.run.certificate is not None
    assert result.run.certificate.checks == ()
    running.check_nothing_runs()


def test_where_nothing_comes_before_the_time_is_over_that_is_the_error(running: Running) -> None:
    running.endpoint.faults.add(START_QUERY, End("Timeout", 0), times=None)
    with pytest.raises(EndedError, match="Timeout"):
        running.run()
    running.check_nothing_runs()


def test_what_timed_out_is_kept_where_no_time_is_left(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    # The query took longer than the 900 seconds that are left for the run.
    moments = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=901 * n) for n in count())
    monkeypatch.setattr(running_of_one, "clock", SimpleNamespace(now=lambda: next(moments)))
    running.endpoint.faults.add(START_QUERY, End("Timeout", 7))
    result = running.run()
    assert len(result.rows) == 7
    assert result.completeness is Completeness.TIMED_OUT
