"""The account's quotas are kept, and what was refused is tried again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from siemlib.live.errors import (
    BusyError,
    CredentialsError,
    DeadlineError,
    DeniedError,
    LiveError,
    ThrottledError,
    UnavailableError,
)
from siemlib.live.governor import Governor
from siemlib.live.stopping import Stop, StoppedError, listening
from siemlib.settings import LiveSettings
from tests.live.clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable

FOREVER = 1e9


def governor(clock: FakeClock, **settings: float) -> Governor:
    return Governor(LiveSettings.model_validate(settings), timing=clock.timing)


def refusing_until(clock: FakeClock, moment: float, error: type[LiveError]) -> Callable[[], float]:
    def request() -> float:
        if clock.monotonic() < moment:
            raise error("Rate exceeded")
        return clock.monotonic()

    return request


def sent_by(clock: FakeClock, keeper: Governor, operation: str, times: int) -> list[float]:
    return [keeper.call(operation, clock.monotonic, until=FOREVER) for _ in range(times)]


@pytest.mark.parametrize(("operation", "rate"), [("StartQuery", 8), ("GetQueryResults", 10), ("StopQuery", 5)])
def test_never_more_requests_in_any_second_than_the_rate_and_one(operation: str, rate: int) -> None:
    clock = FakeClock()
    moments = sent_by(clock, governor(clock), operation, 100)
    for first in moments:
        assert sum(first <= each < first + 1 - 1e-9 for each in moments) <= rate + 1


def test_the_whole_rate_is_used_when_there_is_so_much_to_ask() -> None:
    clock = FakeClock()
    moments = sent_by(clock, governor(clock, results_per_second=10), "GetQueryResults", 101)
    assert moments[-1] - moments[0] == pytest.approx(10, abs=0.11)


def test_one_operation_does_not_use_up_the_rate_of_another() -> None:
    clock = FakeClock()
    keeper = governor(clock)
    sent_by(clock, keeper, "StartQuery", 50)
    before = clock.monotonic()
    assert sent_by(clock, keeper, "GetQueryResults", 1) == [before]


def test_a_rate_holds_for_all_threads_together() -> None:
    clock = FakeClock()
    keeper = governor(clock, results_per_second=20)
    threads = [threading.Thread(target=sent_by, args=(clock, keeper, "GetQueryResults", 20)) for _ in range(8)]
    before = clock.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.monotonic() - before > (160 - 2) / 20 - 0.001
    assert keeper.requests["GetQueryResults"] == 160


@pytest.mark.parametrize("error", [ThrottledError, BusyError])
def test_a_minute_of_refusals_passes_when_there_is_time(error: type[LiveError]) -> None:
    clock = FakeClock()
    keeper = governor(clock)
    over = clock.monotonic() + 60
    answers = [keeper.call("StartQuery", refusing_until(clock, over, error), until=over + 600) for _ in range(30)]
    assert len(answers) == 30
    assert answers[0] < over + 25
    assert keeper.refusals["StartQuery"] < 60


def test_a_service_that_throttles_is_asked_less_and_later_as_much_as_before() -> None:
    clock = FakeClock()
    keeper = governor(clock, results_per_second=10)
    keeper.call("GetQueryResults", refusing_until(clock, clock.monotonic() + 20, ThrottledError), until=FOREVER)
    assert keeper.rate("GetQueryResults") < 7.1
    assert keeper.rate("StartQuery") == 8
    clock.sleep(30)
    assert keeper.rate("GetQueryResults") == 10


def test_refusals_of_one_moment_slow_down_once() -> None:
    clock = FakeClock()
    keeper = governor(clock, results_per_second=10)
    for _ in range(10):
        with pytest.raises(ThrottledError):
            keeper._send("GetQueryResults", refusing_until(clock, FOREVER, ThrottledError))
    assert keeper.rate("GetQueryResults") == pytest.approx(7)


def test_a_full_account_leaves_fewer_slots_and_they_come_back() -> None:
    clock = FakeClock()
    keeper = governor(clock, queries_at_once=8)
    held = [keeper.slot(until=FOREVER) for _ in range(8)]
    for slot in held:
        slot.__enter__()
    with pytest.raises(BusyError):
        keeper.call("StartQuery", refusing_until(clock, FOREVER, BusyError), until=FOREVER, tries=1)
    assert keeper.most == 6
    clock.sleep(10.1)
    assert keeper.most == 7
    clock.sleep(1000)
    assert keeper.most == 8
    for slot in held:
        slot.__exit__(None, None, None)
    assert keeper.running == 0


def test_pauses_grow_and_are_a_random_part_of_their_length() -> None:
    pauses = []
    for seed in range(30):
        clock = FakeClock(seed=seed)
        request, keeper = refusing_until(clock, FOREVER, ThrottledError), governor(clock, starts_per_second=1000)
        with pytest.raises(ThrottledError):
            keeper.call("StartQuery", request, until=FOREVER, tries=9)
        pauses.append([seconds for seconds in clock.slept if seconds > 0.06])
    assert 10 < max(max(each) for each in pauses) <= 20
    assert len({each[-1] for each in pauses}) > 25


def test_the_deadline_is_kept_and_says_what_was_refused() -> None:
    clock = FakeClock()
    until = clock.monotonic() + 30
    with pytest.raises(DeadlineError, match=r"StartQuery.*Rate exceeded"):
        governor(clock).call("StartQuery", refusing_until(clock, FOREVER, ThrottledError), until=until)
    assert until - 1 <= clock.monotonic() <= until


def test_a_turn_that_would_come_too_late_is_not_waited_for() -> None:
    clock = FakeClock()
    keeper = governor(clock, starts_per_second=0.1)
    sent_by(clock, keeper, "StartQuery", 2)
    with pytest.raises(DeadlineError, match="StartQuery"):
        keeper.call("StartQuery", clock.monotonic, until=clock.monotonic() + 5)
    assert clock.monotonic() == 1000


@pytest.mark.parametrize("error", [DeniedError, CredentialsError])
def test_what_will_not_pass_is_asked_once(error: type[LiveError]) -> None:
    clock = FakeClock()
    keeper = governor(clock)
    with pytest.raises(error):
        keeper.call("StartQuery", refusing_until(clock, FOREVER, error), until=FOREVER)
    assert keeper.requests["StartQuery"] == 1
    assert not clock.slept


def test_a_service_that_was_never_there_is_given_up_after_seconds() -> None:
    clock = FakeClock()
    with pytest.raises(UnavailableError):
        governor(clock).call("StartQuery", refusing_until(clock, FOREVER, UnavailableError), until=FOREVER)
    assert clock.monotonic() < 1010


def test_one_that_falls_silent_is_given_up_after_a_minute_and_not_before() -> None:
    clock = FakeClock()
    keeper = governor(clock)
    sent_by(clock, keeper, "StartQuery", 1)
    start = clock.monotonic()
    over = start + 50
    assert keeper.call("StartQuery", refusing_until(clock, over, UnavailableError), until=FOREVER) < over + 21
    start = clock.monotonic()
    with pytest.raises(UnavailableError):
        keeper.call("StartQuery", refusing_until(clock, FOREVER, UnavailableError), until=FOREVER)
    assert 60 <= clock.monotonic() - start < 90


def test_slots_are_given_in_the_order_of_asking() -> None:
    clock = FakeClock()
    keeper = governor(clock, queries_at_once=1)
    order: list[int] = []

    def ask(number: int) -> None:
        with keeper.slot(until=FOREVER):
            order.append(number)

    threads = []
    with keeper.slot(until=FOREVER):
        for number in range(5):
            threads.append(threading.Thread(target=ask, args=(number,)))
            threads[-1].start()
            while len(keeper._slots.queue) <= number:
                pass
        assert not order
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_a_slot_that_does_not_come_free_is_not_waited_for_after_the_deadline() -> None:
    clock = FakeClock()
    keeper = governor(clock, queries_at_once=1)
    with keeper.slot(until=FOREVER):
        until = clock.monotonic() + 10
        threading.Timer(0.02, clock.sleep, [11]).start()
        with pytest.raises(DeadlineError, match="1 of ours run"), keeper.slot(until=until):
            pass
    assert keeper.running == 0
    assert not keeper._slots.queue


def test_whoever_waits_ends_when_asked_to_stop() -> None:
    clock = FakeClock()
    keeper, stop = governor(clock, queries_at_once=1), Stop()
    with keeper.slot(until=FOREVER), listening(stop):
        stop.ask()
        with pytest.raises(StoppedError):
            keeper.call("StartQuery", clock.monotonic, until=FOREVER)
        with pytest.raises(StoppedError), keeper.slot(until=FOREVER):
            pass
    assert not keeper.requests


def test_a_real_pause_is_cut_short_by_a_stop() -> None:
    keeper, stop = Governor(LiveSettings()), Stop()
    threading.Timer(0.05, stop.ask).start()
    before = keeper.now()
    with listening(stop), pytest.raises(StoppedError):
        keeper.pause(30)
    assert keeper.now() - before < 5


def test_who_yields_goes_when_nobody_else_wants_to_and_not_for_ever() -> None:
    clock = FakeClock()
    keeper = governor(clock, results_per_second=10)
    assert keeper.call("GetQueryResults", clock.monotonic, until=FOREVER, yielding=3) == 1000
    for _ in range(20):
        keeper._paces["GetQueryResults"].turn(clock.monotonic(), FOREVER)
    looked = keeper.call("GetQueryResults", clock.monotonic, until=FOREVER, yielding=30)
    assert 1002 <= looked < 1004.1
    for _ in range(200):
        keeper._paces["GetQueryResults"].turn(clock.monotonic(), FOREVER)
    before = clock.monotonic()
    assert keeper.call("GetQueryResults", clock.monotonic, until=FOREVER, yielding=3) >= before + 20
