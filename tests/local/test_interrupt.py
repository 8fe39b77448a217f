"""Ending what another thread runs on the engine."""

from __future__ import annotations

import threading
import time

import pytest

from siemlib.database.memory import MemoryEvent
from siemlib.database.run import DatabaseFailedError
from siemlib.local.engine import LocalEngine
from siemlib.model.timespan import TimeSpan
from tests.local.memory import Store
from tests.local.test_engine import START

SPAN = TimeSpan.of_millis(START, START + 60_000)
LONG = (
    "parse @message '*' as a | join type=inner left=x right=y where x.a=y.a "
    "(SOURCE 'memory' | parse @message '*' as a) | stats sum(strlen(x.a)) as n"
)


def test_what_a_thread_runs_can_be_ended_from_another_and_the_engine_goes_on() -> None:
    engine = LocalEngine(Store([MemoryEvent(START, "x") for _ in range(30_000)]), "local:memory")
    failed: list[BaseException] = []

    def work() -> None:
        with pytest.raises(DatabaseFailedError, match="the query was ended before its time") as raised:
            engine.run(LONG, SPAN, None)
        failed.append(raised.value)

    worker = threading.Thread(target=work)
    worker.start()
    assert worker.ident is not None
    until = time.monotonic() + 20
    while worker.is_alive() and time.monotonic() < until:
        engine.interrupt(worker.ident)
        worker.join(0.05)
    assert len(failed) == 1
    engine.interrupt(worker.ident)  # of nobody any more
    assert engine.run("stats count(*) as n", SPAN, None).rows == [{"n": "30000"}]
