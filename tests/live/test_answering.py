"""The live engine with limits so low that it must slice: what it answers is what the local engine answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siemlib.database.memory import MemoryEvent
from siemlib.live import answering, asks
from siemlib.live.open import open_live
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan
from siemlib.serve.limits import Limits
from siemlib.settings import Settings
from tests.fixtures_serve import Endpoint, lead_boto3_to, serving
from tests.live.memory_service import START, MemoryService

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.engine import Result
    from siemlib.live.engine import LiveEngine
    from siemlib.local.engine import LocalEngine

MOST = 60
SPAN = TimeSpan.of_millis(START + 1_500, START + 600_700)
LIMITS = Limits(rows_of_a_query=MOST, rows_of_a_page=25, starts_per_second=None, results_per_second=None)
MANY = [f"g{n:02}" for n in range(53)]
EVENTS = [
    MemoryEvent(
        START + (300_000 + n % 40 if n % 3 else n * 2_000),
        json.dumps({"n": n, "a": n % 7, "who": f"user{n % 5}"}),
        log_group="memory" if n % 2 else MANY[n % 53],
    )
    for n in range(280)
]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with pytest.MonkeyPatch.context() as patch, serving(local(), limits=LIMITS) as served:
        lead_boto3_to(patch, served)
        patch.setattr(answering, "MOST_ROWS", MOST)
        patch.setattr(asks, "MOST_ROWS", MOST)
        patch.setattr(answering, "DEFAULT_LIMIT", MOST - 10)
        yield served


def local() -> LocalEngine:
    """The local engine over the same events."""
    return MemoryService(EVENTS, most=MOST).engine


@pytest.fixture(scope="module")
def live(endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveEngine]:
    del endpoint
    tmp_path = tmp_path_factory.mktemp("live")
    table = tmp_path / "teams.csv"
    table.write_text("who,team\nuser1,red\nuser3,blue\n")
    settings = Settings.model_validate(
        {
            "live": {"spool": str(tmp_path / "spool"), "starts_per_second": 1000, "results_per_second": 1000},
            "lookup_tables": {"teams": str(table)},
        }
    )
    engine = open_live("live:us-east-1", settings)
    yield engine
    engine.close()


def started(endpoint: Endpoint, before: int) -> list[str]:
    """The queries that were started since."""
    return [request["queryString"] for request in endpoint.asked("StartQuery")[before:]]


def check_as_local(live: LiveEngine, query: str, groups: list[str] | None) -> Result:
    """Every row of the live engine is every row of the local one."""
    found = live.run(query, SPAN, groups, every_row=True)
    wanted = local().run(query, SPAN, groups, every_row=True)
    assert found.rows == wanted.rows
    assert found.columns == wanted.columns
    assert found.completeness is Completeness.COMPLETE
    return found


@pytest.mark.parametrize(
    "query",
    [
        "fields n, a",
        "filter a > 2 | display who, @timestamp",
        "filter a != 3",
        "fields @timestamp, n | sort @timestamp desc",
    ],
)
def test_rows_that_do_not_fit_are_sliced_with_few_queries(live: LiveEngine, endpoint: Endpoint, query: str) -> None:
    before = len(endpoint.asked("StartQuery"))
    found = check_as_local(live, query, ["memory"])
    assert len(found.rows) > MOST
    texts = started(endpoint, before)
    # Two thirds of the events are crowded into 40 milliseconds, and a count has few bins here.
    slices = [text for text in texts if "siem_events" not in text]
    assert len(slices) <= 2 * -(-len(found.rows) // MOST)
    assert len(texts) - len(slices) <= 4


def test_a_query_that_needs_all_rows_is_run_over_events_where_its_answer_does_not_fit(
    live: LiveEngine, endpoint: Endpoint
) -> None:
    before = len(endpoint.asked("StartQuery"))
    found = check_as_local(live, "stats count(*) as c by n, who | sort c, n", ["memory"])
    assert any("run on this machine" in note for note in found.run.notes)
    assert any("siem_length" in text for text in started(endpoint, before))


def test_an_answer_that_fits_is_one_query_however_many_events_it_is_made_of(
    live: LiveEngine, endpoint: Endpoint
) -> None:
    before = len(endpoint.asked("StartQuery"))
    check_as_local(live, "stats count(*) as c by who", ["memory"])
    assert len(started(endpoint, before)) == 1


def test_a_table_of_this_machine_is_looked_up_here(live: LiveEngine, endpoint: Endpoint) -> None:
    before = len(endpoint.asked("StartQuery"))
    found = live.run("filter a = 1 | lookup teams who OUTPUT team | stats count(*) as n by team", SPAN, ["memory"])
    inside = [
        json.loads(event.message)
        for event in EVENTS
        if event.log_group == "memory" and SPAN.start_ms <= event.timestamp < SPAN.end_ms
    ]
    ones = [each["who"] for each in inside if each["a"] == 1]
    assert {(row.get("team"), int(row["n"])) for row in found.rows} == {
        ("red", ones.count("user1")),
        ("blue", ones.count("user3")),
        (None, sum(who not in {"user1", "user3"} for who in ones)),
    }
    assert all("lookup" not in text for text in started(endpoint, before))


@pytest.mark.parametrize("query", ["stats count(*) as c by @log | sort @log", "fields @log, n", "fields n | limit 7"])
def test_more_log_groups_than_a_query_takes_are_answered_together(
    live: LiveEngine, endpoint: Endpoint, query: str
) -> None:
    check_as_local(live, query, None)
    # Of all tests: what one has asked for is not asked again for another.
    groups = [request["logGroupNames"] for request in endpoint.asked("StartQuery")]
    assert max(map(len, groups)) == 50
    assert len({name for each in groups for name in each}) == len(MANY) + 2


def test_without_a_wish_for_every_row_there_are_the_newest_and_a_word(live: LiveEngine, endpoint: Endpoint) -> None:
    before = len(endpoint.asked("StartQuery"))
    found = live.run("fields n", SPAN, ["memory"])
    assert found.rows == local().run("fields n", SPAN, ["memory"]).rows[: MOST - 10]
    assert found.completeness is Completeness.TRUNCATED
    assert len(started(endpoint, before)) == 1


def test_what_only_the_service_can_answer_says_what_it_lacks(live: LiveEngine) -> None:
    found = live.run("stats count(*) as c by n, @aws.region", SPAN, ["memory"], every_row=True)
    assert len(found.rows) == MOST
    assert found.completeness is Completeness.TRUNCATED
    assert any("only the service knows the field @aws.region" in note for note in found.run.notes)


@pytest.mark.parametrize(
    "query",
    [
        "display bin(1m) as @timestamp, n",
        "display @ingestionTime as @timestamp",
        "display n as @message | filter @message > 20 | stats count(*) as c by @message",
        "display who as @log, n",
        "fields n, a as siem_bin",
        "fields strlen( who ), n | filter `strlen( who )` > 2",
        "fields strlen( who ), n | filter `strlen( who )` > 2 | stats count(*) as c by n, `strlen( who )`",
    ],
)
def test_a_name_of_the_service_for_something_else_is_not_taken_for_its_own(live: LiveEngine, query: str) -> None:
    check_as_local(live, query, ["memory"])


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("filter a = 3 | sort n | limit 50", (20, "the service's own recordsMatched")),
        ("filter a = 3 | sort n | limit 20", (20, "the service's own recordsMatched")),
        ("filter a = 3 | sort n | limit 7 | fields n", (7, "the query's own limit")),
        ("filter a = 3 | sort n | limit 7 | filter n > 30", None),
        ("stats count(*) by who | sort who | limit 3", None),
    ],
)
def test_the_rows_of_a_query_with_its_own_limit_are_checked_where_a_count_of_them_is_known(
    live: LiveEngine, query: str, told: tuple[int, str] | None
) -> None:
    found = live.run(query, SPAN, ["memory"])
    assert found.run.certificate is not None
    checks = [(check.collected, check.counted, check.by) for check in found.run.certificate.checks]
    assert checks == ([] if told is None else [(told[0], *told)])
    assert found.completeness is Completeness.COMPLETE
