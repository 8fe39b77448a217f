"""A query that the service gives up after its longest time is asked again over parts of that time, where that can be.

The endpoint answers from a real engine; only that a query took too long is made up.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from siemlib.database.memory import MemoryEvent
from siemlib.live import answering, asks
from siemlib.live import running as running_of_one
from siemlib.live.errors import EndedError
from siemlib.live.open import open_live
from siemlib.live.spool import clear, kept
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan
from siemlib.serve.faults import End
from siemlib.serve.limits import UNLIMITED
from siemlib.settings import Settings
from tests.fixtures_serve import lead_boto3_to, serving
from tests.live.memory_service import START, MemoryService

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.engine import Result
    from siemlib.live.engine import LiveEngine
    from siemlib.local.engine import LocalEngine
    from tests.fixtures_serve import Endpoint

SPAN = TimeSpan.of_millis(START + 1_500, START + 600_700)
FIRST = 50
GROUPS = ["memory", "other"]
EVENTS = [
    MemoryEvent(START + n * 2_000, json.dumps({"n": n, "a": n % 7, "who": f"user{n % 5}"}), log_group=GROUPS[n % 2])
    for n in range(280)
]
HALVED = "took the service too long; its time was asked again in halves"
HALVED_TWICE = "2 queries took the service too long; their times were asked again in halves"


def local() -> LocalEngine:
    """The local engine over the same events."""
    return MemoryService(EVENTS, most=100).engine


@pytest.fixture(scope="module")
def served() -> Iterator[Endpoint]:
    with serving(local(), limits=UNLIMITED) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def opened(served: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LiveEngine, Path]]:
    """An engine and its spool."""
    spool = tmp_path_factory.mktemp("timeouts")
    settings = {"spool": str(spool), "starts_per_second": 1000, "results_per_second": 1000}
    with pytest.MonkeyPatch.context() as patch:
        lead_boto3_to(patch, served)
        patch.setattr(answering, "DEFAULT_LIMIT", FIRST)
        engine = open_live("live:us-east-1", Settings.model_validate({"live": settings}))
        yield engine, spool
        engine.close()


@pytest.fixture
def endpoint(served: Endpoint) -> Endpoint:
    served.faults.clear()
    served.state.log.clear()
    return served


@pytest.fixture
def live(endpoint: Endpoint, opened: tuple[LiveEngine, Path]) -> Iterator[LiveEngine]:
    """The engine, which has asked nothing yet."""
    engine, spool = opened
    clear(spool)
    yield engine
    assert not endpoint.running_queries()


def sentences(result: Result) -> str:
    assert result.run.certificate is not None
    assert result.run.certificate.completeness is result.completeness
    return "\n".join(result.run.certificate.sentences())


@pytest.mark.parametrize(("times", "rows"), [(1, 3), (2, 0)])
@pytest.mark.parametrize(
    "query",
    [
        "stats count(*) as c, max(n) by who | sort who",
        "fields n | sort n asc | limit 5",
        "filter a > 2 | fields n | limit 7",
        "fields @timestamp, n | filter a = 3",
        "parse @message '\"n\": *,' as x | filter x > 60 | stats count_distinct(who) as w by bin(1m) as t | sort t",
        "filter n in (SOURCE 'other' | filter a = 1 | fields n) | stats count(*) as c",
    ],
)
def test_the_whole_answer_comes_of_the_parts(
    live: LiveEngine, endpoint: Endpoint, query: str, rows: int, times: int
) -> None:
    endpoint.faults.add("StartQuery", End("Timeout", rows), times=times)
    found = live.run(query, SPAN, GROUPS)
    wanted = local().run(query, SPAN, GROUPS)
    assert found.rows == wanted.rows != []
    assert found.columns == wanted.columns
    assert found.completeness is Completeness.COMPLETE
    assert (HALVED if times == 1 else HALVED_TWICE) in sentences(found)
    assert all("too long" not in note for note in found.run.notes)


@pytest.mark.parametrize(
    "query",
    ["stats count(*) as c by who | sort who", "filter a > 2 | fields n | limit 200", "fields n | filter a = 3"],
    ids=["events", "newest events", "rows"],
)
def test_what_once_took_too_long_is_not_asked_again_where_its_parts_were_begun(
    live: LiveEngine, opened: tuple[LiveEngine, Path], endpoint: Endpoint, query: str
) -> None:
    endpoint.faults.add("StartQuery", End("Timeout", 0))
    once = live.run(query, SPAN, GROUPS)
    first = started(endpoint)
    live.run(query, SPAN, GROUPS)
    assert started(endpoint) == []
    # As if it had been killed before one of the two halves came.
    shutil.rmtree(next(each.folder for each in kept(opened[1]) if each.final))
    resumed = live.run(query, SPAN, GROUPS)
    (again,) = started(endpoint)
    assert again in first[1:]
    assert resumed.rows == once.rows
    assert resumed.completeness is Completeness.COMPLETE
    assert HALVED in sentences(resumed)


def test_what_took_too_long_is_asked_again_where_none_of_its_parts_came(
    live: LiveEngine, opened: tuple[LiveEngine, Path], endpoint: Endpoint
) -> None:
    endpoint.faults.add("StartQuery", End("Timeout", 0))
    live.run("stats count(*) as c", SPAN, GROUPS)
    (first, *_) = started(endpoint)
    for each in list(kept(opened[1])):
        if each.final:
            shutil.rmtree(each.folder)
    assert live.run("stats count(*) as c", SPAN, GROUPS).completeness is Completeness.COMPLETE
    assert started(endpoint) == [first]


def started(endpoint: Endpoint) -> list[tuple[object, ...]]:
    """What StartQuery was asked since the last call of this; nothing goes wrong any more."""
    names = ("queryString", "startTime", "endTime", "limit")
    found = [tuple(request.get(name) for name in names) for request in endpoint.asked("StartQuery")]
    endpoint.state.log.clear()
    endpoint.faults.clear()
    return found


def test_the_first_rows_of_many_are_the_newest_and_called_so(live: LiveEngine, endpoint: Endpoint) -> None:
    endpoint.faults.add("StartQuery", End("Timeout", 1))
    found = live.run("fields n", SPAN, GROUPS)
    assert found.rows == local().run("fields n", SPAN, GROUPS).rows[:FIRST]
    assert found.completeness is Completeness.TRUNCATED
    assert HALVED in sentences(found)
    # The newer half holds enough, and nobody counted the older one.
    assert len(endpoint.asked("StartQuery")) == 2
    assert any("was not asked, and is not counted" in note for note in found.run.notes)


def test_what_is_run_here_and_has_more_rows_than_are_given_is_called_truncated(
    live: LiveEngine, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siemlib.database.run.DEFAULT_LIMIT", 100)
    endpoint.faults.add("StartQuery", End("Timeout", 1))
    found = live.run("stats count(*) as c by n | sort n", SPAN, GROUPS)
    assert len(found.rows) == 100
    assert found.completeness is Completeness.TRUNCATED
    assert found.run.notes[0] == "The query has no limit: these are the first 100 rows, and there are more."
    assert found.run.notes[0] in sentences(found)


def test_a_row_counts_as_matched_once(live: LiveEngine, endpoint: Endpoint) -> None:
    endpoint.faults.add("StartQuery", End("Timeout", 3))
    found = live.run("fields n | filter a = 3", SPAN, GROUPS)
    assert found.statistics.records_matched == len(found.rows) == 40
    assert found.run.certificate is not None
    assert [(check.collected, check.counted) for check in found.run.certificate.checks] == [(40, 40)]


@pytest.mark.parametrize(
    ("query", "span", "reason"),
    [
        ("pattern @message", SPAN, "how the service finds patterns is its own"),
        ("stats count(*) by @aws.region", SPAN, "only the service knows the field @aws.region"),
        ("stats count(*)", TimeSpan.of_millis(START, START + 119_000), "it is too short"),
    ],
)
def test_what_cannot_be_cut_is_a_stated_part_with_the_reason(
    live: LiveEngine, endpoint: Endpoint, query: str, span: TimeSpan, reason: str
) -> None:
    endpoint.faults.add("StartQuery", End("Timeout", 1), times=None)
    found = live.run(query, span, GROUPS)
    assert len(found.rows) == len(endpoint.asked("StartQuery")) == 1
    check_is_stated(found, reason)


def check_is_stated(found: Result, reason: str) -> None:
    assert found.completeness is Completeness.TIMED_OUT
    assert any("ended as Timeout" in note for note in found.run.notes)
    assert any(note.endswith(f"was not asked again in parts: {reason}.") for note in found.run.notes)
    assert "in halves" not in sentences(found)


def test_nor_is_time_cut_for_more_events_than_could_come(
    live: LiveEngine, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asks.Asks, "room", property(lambda _: -1.0))
    endpoint.faults.add("StartQuery", End("Timeout", 1))
    found = live.run("stats count(*)", SPAN, GROUPS)
    assert any("had matched are more than could come in time" in note for note in found.run.notes)
    assert found.completeness is Completeness.TIMED_OUT
    # Of what gives few rows in any case, the number does not matter.
    endpoint.faults.add("StartQuery", End("Timeout", 1))
    assert live.run("fields n | limit 5", SPAN, GROUPS).completeness is Completeness.COMPLETE


def test_nor_where_the_run_has_no_time_left(
    live: LiveEngine, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=5 * n) for n in count())
    monkeypatch.setattr(running_of_one, "clock", SimpleNamespace(now=lambda: next(moments)))
    endpoint.faults.add("StartQuery", End("Timeout", 1))
    check_is_stated(live.run("stats count(*)", SPAN, GROUPS), "the run has no time left for that")


def test_where_every_part_times_out_with_nothing_that_is_the_error(live: LiveEngine, endpoint: Endpoint) -> None:
    short = TimeSpan.of_millis(START, START + 240_000)
    endpoint.faults.add("StartQuery", End("Timeout", 0), times=None)
    with pytest.raises(EndedError, match="ended as Timeout"):
        live.run("stats count(*)", short, GROUPS)
    with pytest.raises(EndedError, match="ended as Timeout"):
        live.run("fields n", short, GROUPS)
