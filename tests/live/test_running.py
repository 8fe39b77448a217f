"""One query of the service over a real connection: every row once, few looks, and nothing left running."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bench.synthetic import Synthetic, even
from siemlib.live import stopping
from siemlib.live.errors import CeilingError, DeadlineError, DeniedError, GoneError, TokenExpiredError
from siemlib.live.governor import Governor
from siemlib.live.running import run_ask, stop_all, together
from siemlib.live.service import Status
from siemlib.serve.faults import Faults, Refuse, Stay
from siemlib.serve.limits import Limits
from siemlib.settings import LiveSettings
from tests.fixtures_serve import Endpoint, serving
from tests.live.asking import ASK, EVENTS, SECONDS, SMALL, Asking, service_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from siemlib.live.running import Outcome
    from siemlib.live.service import Counts, Service

EXPIRED = Refuse("InvalidParameterException", "The specified nextToken is invalid or has expired.")


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[Endpoint, Service]]:
    with serving(Synthetic(even(EVENTS, SECONDS)), limits=SMALL) as endpoint:
        yield endpoint, service_at(endpoint)


@pytest.fixture
def asking(asked: tuple[Endpoint, Service]) -> Asking:
    return Asking(*asked)


def test_every_row_of_every_page_comes_once_in_the_order_of_the_service(asking: Asking) -> None:
    outcome = asking.ask()
    asking.check_every_row_came_once()
    assert (outcome.status, outcome.rows, outcome.pages, outcome.restarts) == (Status.COMPLETE, EVENTS, 10, 0)
    assert outcome.counts.rows == outcome.counts.matched == EVENTS
    assert outcome.whole
    asking.check_nothing_runs()


def test_the_look_that_finds_a_quick_query_ended_is_its_first_page(asking: Asking) -> None:
    asking.ask()
    assert asking.looks() <= 10 + 2


def test_a_long_query_is_looked_at_ever_more_rarely(asking: Asking) -> None:
    asking.endpoint.faults.add("StartQuery", Stay())
    with pytest.raises(DeadlineError):
        asking.ask(seconds=60)
    assert asking.looks() < 35
    asking.check_nothing_runs()


def test_looks_go_behind_pages_but_no_longer_for_long_when_the_query_has_most_probably_ended(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    yielded: list[float] = []
    call = asking.governor.call

    def told(operation: str, request: Callable[[], Any], **given: Any) -> Any:  # noqa: ANN401 - whatever is asked
        if operation == "GetQueryResults":
            yielded.append(given["yielding"])
        return call(operation, request, **given)

    monkeypatch.setattr(asking.governor, "call", told)
    asking.governor.typical = 2.0
    asking.endpoint.faults.add("StartQuery", Stay())
    with pytest.raises(DeadlineError):
        asking.ask(seconds=60)
    assert yielded[0] > 2
    assert yielded == sorted(yielded, reverse=True)
    assert yielded[-1] == pytest.approx(0.5)


def test_a_long_query_is_asked_for_one_row_until_it_has_ended() -> None:
    limits = replace(SMALL, query_seconds=0.5, preview_rows=1000)
    with serving(Synthetic(even(EVENTS, SECONDS)), limits=limits) as endpoint:
        asking = Asking(endpoint, service_at(endpoint))
        asking.governor.typical = 60
        outcome = asking.ask(seconds=100_000)
        asking.check_every_row_came_once()
        sizes = [each["maxItems"] for each in endpoint.asked("GetQueryResults")]
        assert sizes[0] == 10_000
        assert set(sizes[3:-10]) == {1}
        assert set(sizes[-10:]) == {10_000}
        assert outcome.pages == 10


def test_the_counts_are_told_at_every_look_and_a_ceiling_stops_the_query(asking: Asking) -> None:
    asking.endpoint.faults.add("StartQuery", Stay())

    def watch(_: Counts) -> None:
        raise CeilingError("it would cost too much")

    with pytest.raises(CeilingError):
        run_ask(asking.service, asking.governor, ASK, until=1e9, on_page=asking.page, watch=watch)
    asking.check_nothing_runs()
    asking.ask()
    assert len(asking.counts) == asking.looks() - 1


def test_ctrl_c_while_it_runs_stops_the_query(asking: Asking) -> None:
    asking.endpoint.faults.add("StartQuery", Stay())

    def interrupt(_: Counts) -> None:
        assert asking.endpoint.running_queries()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_ask(asking.service, asking.governor, ASK, until=1e9, on_page=asking.page, watch=interrupt)
    asking.check_nothing_runs()


def test_an_expired_token_is_no_loss_and_no_row_comes_twice(asking: Asking) -> None:
    asking.endpoint.faults.add("GetQueryResults", EXPIRED, after=4)
    outcome = asking.ask()
    asking.check_every_row_came_once()
    assert (outcome.rows, outcome.pages, outcome.restarts) == (EVENTS, 10, 1)
    assert len(asking.endpoint.asked("StartQuery")) == 1


def test_tokens_that_always_expire_end_in_an_error() -> None:
    with serving(Synthetic(even(EVENTS, SECONDS)), limits=replace(SMALL, token_seconds=0)) as endpoint:
        asking = Asking(endpoint, service_at(endpoint))
        with pytest.raises(TokenExpiredError):
            asking.ask()
        assert asking.looks() < 20
        asking.check_nothing_runs()


def let_the_results_go(faults: Faults) -> None:
    faults.add("GetQueryResults", EXPIRED, after=4)
    faults.add("GetQueryResults", Refuse("ResourceNotFoundException", "Query does not exist."), after=5)


def test_a_query_whose_results_are_gone_is_not_run_again_behind_the_back_of_who_has_its_first_rows(
    asking: Asking,
) -> None:
    let_the_results_go(asking.endpoint.faults)
    with pytest.raises(GoneError):
        asking.ask()
    assert len(asking.endpoint.asked("StartQuery")) == 1


def test_it_is_run_again_where_the_first_rows_can_be_forgotten(asking: Asking) -> None:
    let_the_results_go(asking.endpoint.faults)
    outcome = run_ask(
        asking.service, asking.governor, ASK, until=1e9, on_page=asking.page, on_restart=asking.pointers.clear
    )
    asking.check_every_row_came_once()
    assert (outcome.rows, outcome.restarts) == (EVENTS, 1)


def test_as_many_queries_run_at_once_as_may_and_each_gets_its_rows() -> None:
    limits = replace(SMALL, queries_at_once=3, query_seconds=0.05)
    with serving(Synthetic(even(EVENTS, SECONDS)), limits=limits) as endpoint:
        asking = Asking(endpoint, service_at(endpoint))
        governor = Governor(LiveSettings(queries_at_once=3, starts_per_second=1000, results_per_second=1000))
        rows: list[int] = []

        def one() -> Outcome:
            until = governor.now() + 60
            return run_ask(asking.service, governor, ASK, until=until, on_page=lambda page: rows.append(page.rows))

        outcomes = together([one] * 9, most=9)
        assert [each.rows for each in outcomes] == [EVENTS] * 9
        assert sum(rows) == 9 * EVENTS
        assert governor.refusals["StartQuery"] == 0
        asking.check_nothing_runs()


@pytest.mark.parametrize("reason", [DeniedError, KeyboardInterrupt])
def test_the_failure_of_one_stops_the_queries_of_all(asking: Asking, reason: type[BaseException]) -> None:
    asking.endpoint.faults.add("StartQuery", Stay(), times=None)
    governor = Governor(LiveSettings(starts_per_second=1000, results_per_second=1000))

    def long() -> Outcome:
        return run_ask(asking.service, governor, ASK, until=governor.now() + 60, on_page=asking.page)

    def failing() -> Outcome:
        while len(asking.endpoint.running_queries()) < 4:
            governor.pause(0.01)
        raise reason("no more")

    before = governor.now()
    with pytest.raises(reason, match="no more"):
        together([long, long, failing, long, long], most=5)
    assert governor.now() - before < 10
    asking.check_nothing_runs()


def test_groups_inside_a_group_end_with_it(asking: Asking) -> None:
    asking.endpoint.faults.add("StartQuery", Stay(), times=None)
    governor = Governor(LiveSettings(starts_per_second=1000, results_per_second=1000))

    def long() -> Outcome:
        return run_ask(asking.service, governor, ASK, until=governor.now() + 60, on_page=asking.page)

    def failing() -> list[Outcome]:
        while len(asking.endpoint.running_queries()) < 4:
            governor.pause(0.01)
        raise DeniedError("no more")

    with pytest.raises(DeniedError, match="no more"):
        together([lambda: together([long, long], most=2), lambda: together([long, long], most=2), failing], most=3)
    asking.check_nothing_runs()


def test_what_still_runs_when_python_ends_is_stopped(asking: Asking) -> None:
    asking.endpoint.faults.add("StartQuery", Stay(), times=None)
    governor = Governor(LiveSettings())

    found: list[Outcome] = []

    def forgotten() -> None:
        found.append(run_ask(asking.service, governor, ASK, until=governor.now() + 60, on_page=asking.page))

    thread = threading.Thread(target=forgotten)
    thread.start()
    while not stopping.running():
        governor.pause(0.01)
    assert stop_all() == ()
    assert not asking.endpoint.running_queries()
    thread.join()
    assert found[0].status is Status.CANCELLED


def test_answers_come_in_the_order_of_the_jobs() -> None:
    assert together([lambda n=n: n * n for n in range(20)], most=4) == [n * n for n in range(20)]
    assert together([], most=4) == []


def test_the_rates_of_the_account_are_not_passed() -> None:
    with serving(Synthetic(even(EVENTS, SECONDS)), limits=replace(Limits(), rows_of_a_page=10)) as endpoint:
        asking = Asking(endpoint, service_at(endpoint))
        governor = Governor(LiveSettings())

        def one() -> Outcome:
            return run_ask(asking.service, governor, ASK, until=governor.now() + 60, on_page=lambda _: None)

        together([one] * 2, most=2)
        assert governor.refusals == {}
        times = [entry.time for entry in endpoint.log if entry.operation == "GetQueryResults"]
        assert times[-1] - times[0] < (len(times) - 1) / 10 * 1.25 + 0.3
