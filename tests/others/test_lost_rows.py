"""What the clients that people use lose of one endpoint, and that ours does not.

Each finding of theirs stands beside our answer to the same question, asked of the same endpoint.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.errors import SiemError
from siemlib.live.open import open_live
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan
from siemlib.serve.faults import End
from siemlib.settings import LiveSettings, Settings
from tests.fixtures_serve import lead_boto3_to, serving
from tests.others.events import END, EVENTS, LARGE, SECONDS, SMALL, START, message, write_events
from tests.others.run import answers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.engine import Engine, Result
    from tests.fixtures_serve import Endpoint

pytestmark = pytest.mark.xdist_group("others")

SPAN = TimeSpan.of_millis(START * 1000, END * 1000)
TIMES = {
    "start_time": datetime.fromtimestamp(START, UTC).isoformat(),
    "end_time": datetime.fromtimestamp(END, UTC).isoformat(),
}
NUMBERS = "fields n"
COUNT = "stats count(*) as events"
TWENTY = "fields n | sort @timestamp desc | limit 20"
MESSAGES = "fields @message, message | sort @timestamp asc | limit 3"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """One endpoint with both log groups; everything in this module asks it."""
    archive = write_events(tmp_path_factory.mktemp("others"))
    with serving(archive) as served, pytest.MonkeyPatch.context() as patch:
        lead_boto3_to(patch, served)
        yield served


@pytest.fixture(scope="module")
def ours(endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Our live engine, without the pauses that the account's quotas ask for."""
    del endpoint  # it is where the environment leads
    live = LiveSettings(
        spool=str(tmp_path_factory.mktemp("spool")), starts_per_second=1000, results_per_second=1000, queries_at_once=4
    )
    return open_live("live:us-east-1", Settings(live=live))


def numbers(result: Result) -> list[int]:
    return sorted(int(row["n"]) for row in result.rows)


# ── awswrangler ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def wrangled(endpoint: Endpoint) -> dict[str, dict[str, Any]]:
    """What awswrangler reads, by the name of the question."""
    read = {"call": "read_logs"}
    jobs = {
        SMALL: {**read, "arguments": {"query": NUMBERS, "log_group_names": [SMALL], **TIMES}, "only": "n"},
        LARGE: {**read, "arguments": {"query": NUMBERS, "log_group_names": [LARGE], **TIMES}, "only": "n"},
        "messages": {**read, "arguments": {"query": MESSAGES, "log_group_names": [SMALL], **TIMES}},
        "timeout": {**read, "arguments": {"query": COUNT, "log_group_names": [SMALL], **TIMES}, "patience": 3},
    }
    endpoint.faults.add("StartQuery", End("Timeout"), after=len(jobs) - 1)
    found = dict(zip(jobs, answers("wrangler", list(jobs.values())), strict=True))
    polls = [each["queryId"] for each in endpoint.asked("GetQueryResults")]
    found["timeout"]["polls"] = polls.count(polls[-1])
    return found


@pytest.fixture(scope="module")
def everything(ours: Engine) -> dict[str, Result]:
    """Every row of both groups, as we get them."""
    return {group: ours.run(NUMBERS, SPAN, [group], every_row=True) for group in EVENTS}


@pytest.mark.parametrize("group", [SMALL, LARGE])
def test_awswrangler_returns_ten_thousand_rows_of_any_number_and_we_return_all(
    wrangled: dict[str, dict[str, Any]], everything: dict[str, Result], group: str
) -> None:
    assert len(wrangled[group]["rows"]) == 10_000
    result = everything[group]
    assert numbers(result) == list(range(EVENTS[group]))
    assert result.completeness is Completeness.COMPLETE


def test_without_every_row_we_return_ten_thousand_as_well_but_say_so(ours: Engine) -> None:
    result = ours.run(NUMBERS, SPAN, [SMALL])
    assert (len(result.rows), result.completeness) == (10_000, Completeness.TRUNCATED)


def test_awswrangler_overwrites_the_message_by_a_field_called_message_and_we_keep_both(
    wrangled: dict[str, dict[str, Any]], ours: Engine
) -> None:
    theirs = wrangled["messages"]
    assert "@message" not in theirs["columns"]
    at = theirs["columns"].index("message")
    assert [row[at] for row in theirs["rows"]] == [f"inner {n}" for n in range(3)]
    found = [(row["@message"], row["message"]) for row in ours.run(MESSAGES, SPAN, [SMALL]).rows]
    assert found == [(message(n), f"inner {n}") for n in range(3)]


def test_awswrangler_waits_for_ever_for_a_query_that_timed_out_and_we_ask_again_over_parts_of_its_time(
    wrangled: dict[str, dict[str, Any]], endpoint: Endpoint, ours: Engine
) -> None:
    assert wrangled["timeout"]["waiting"]
    assert wrangled["timeout"]["polls"] > 1  # and it was told ``Timeout`` each time
    endpoint.faults.add("StartQuery", End("Timeout"))
    result = ours.run("stats count(*) as timed_out", SPAN, [SMALL])
    assert (result.rows, result.completeness) == ([{"timed_out": str(SECONDS)}], Completeness.COMPLETE)
    endpoint.faults.add("StartQuery", End("Timeout"))
    with pytest.raises(SiemError, match="Timeout"):
        ours.run("pattern @message", SPAN, [SMALL])
    assert endpoint.running_queries() == []


# ── the batch tool of the awslabs MCP server ─────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def batched(endpoint: Endpoint) -> dict[str, dict[str, Any]]:
    """What the batch tool gives, by the name of the question."""
    del endpoint  # it is where the environment leads
    jobs = {
        "count": {"query_string": COUNT, "log_group_names": [SMALL], "only": "events"},
        "twenty": {"query_string": TWENTY, "log_group_names": [SMALL], "only": "n"},
        SMALL: {"query_string": NUMBERS, "log_group_names": [SMALL], "only": "n"},
        LARGE: {"query_string": NUMBERS, "log_group_names": [LARGE], "only": "n"},
    }
    return dict(zip(jobs, answers("batch", [{**job, **TIMES} for job in jobs.values()]), strict=True))


def edges(start: int, end: int, depth: int) -> list[int]:
    """The seconds at which the tool cuts a span, which it asks for on both sides."""
    if depth == 0:
        return []
    middle = (start + end) // 2
    return [*edges(start, middle, depth - 1), middle, *edges(middle, end, depth - 1)]


def test_the_batch_tool_gives_four_rows_for_one_count_and_we_give_one(
    batched: dict[str, dict[str, Any]], ours: Engine
) -> None:
    theirs = [int(value) for value in batched["count"]["rows"]]
    # The events at its three cuts are counted twice.
    assert (len(theirs), sum(theirs)) == (4, SECONDS + 3)
    assert batched["count"]["summary"]["failed_chunks"] == 0
    for every_row in (False, True):
        rows = ours.run(COUNT, SPAN, [SMALL], every_row=every_row).rows
        assert [row["events"] for row in rows] == [str(SECONDS)]


def test_the_batch_tool_gives_eighty_rows_for_twenty_and_we_give_twenty(
    batched: dict[str, dict[str, Any]], ours: Engine
) -> None:
    assert len(batched["twenty"]["rows"]) == 80
    for every_row in (False, True):
        rows = ours.run(TWENTY, SPAN, [SMALL], every_row=every_row).rows
        assert [int(row["n"]) for row in rows] == list(range(SECONDS - 1, SECONDS - 21, -1))


def test_the_batch_tool_gives_the_events_at_its_cuts_twice_and_we_give_each_once(
    batched: dict[str, dict[str, Any]], everything: dict[str, Result]
) -> None:
    found = Counter(int(value) for value in batched[SMALL]["rows"])
    assert [number for number, count in sorted(found.items()) if count > 1] == [
        second - START for second in edges(START, END, 2)
    ]
    assert max(Counter(numbers(everything[SMALL])).values()) == 1


def test_the_batch_tool_gives_160_000_of_250_000_rows_and_calls_every_part_a_success(
    batched: dict[str, dict[str, Any]], everything: dict[str, Result]
) -> None:
    """Among its sentences one says ``partial``; its counts do not."""
    theirs = batched[LARGE]
    assert len(theirs["rows"]) == theirs["summary"]["total_records_returned"] == 160_000
    assert (theirs["summary"]["successful_chunks"], theirs["summary"]["failed_chunks"]) == (16, 0)
    assert len(everything[LARGE].rows) == EVENTS[LARGE]
