"""The live engine against a real endpoint: it answers what the local engine answers over the same events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from siemlib.case.open import FRESH, open_case, open_engine, open_with_events
from siemlib.database.memory import MemoryEvent, MemoryStore
from siemlib.engine.protocol import LogGroup
from siemlib.errors import UsageError
from siemlib.live import answering, asks
from siemlib.live.cost import ledger
from siemlib.live.spool import spool_folder
from siemlib.local.engine import LocalEngine
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan
from siemlib.serve.faults import Stay
from siemlib.serve.limits import UNLIMITED
from tests.fixtures_serve import lead_boto3_to, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from siemlib.live.engine import LiveEngine
    from siemlib.model.event import FieldPath, FieldType
    from tests.fixtures_serve import Endpoint

START = 1_772_582_400_000
SPAN = TimeSpan.of_millis(START, START + 60_000)
GROUPS = [f"g{n:02d}" for n in range(60)]
EVENTS = [MemoryEvent(START + n * 20, f'{{"n": {n}, "even": {n % 2}}}', GROUPS[n % 60]) for n in range(2500)]
LIVE = "live:us-east-1"


class Store(MemoryStore):
    """Events in memory that say their log groups."""

    def log_groups(self) -> tuple[LogGroup, ...]:
        """By name."""
        return tuple(LogGroup(name, (), 0, None, None) for name in GROUPS)

    def schema(self, log_groups: Sequence[str]) -> Mapping[FieldPath, FieldType]:
        """Nothing is stored."""
        del log_groups
        return {}

    def unread(self, log_groups: Sequence[str] | None = None) -> tuple[str, ...]:
        """Nothing."""
        del log_groups
        return ()


@pytest.fixture(scope="module")
def local() -> LocalEngine:
    """The local engine over the events."""
    return LocalEngine(Store(EVENTS), "local:memory")


@pytest.fixture(scope="module")
def endpoint(local: LocalEngine) -> Iterator[Endpoint]:
    """An endpoint over them, with small pages."""
    with serving(local, limits=replace(UNLIMITED, rows_of_a_page=300)) as served:
        yield served


@pytest.fixture
def live(endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LiveEngine:
    """The live engine, with a spool of its own."""
    settings = f'[live]\nspool = "{tmp_path / "spool"}"\nstarts_per_second = 1000\nresults_per_second = 1000\n'
    (tmp_path / "siem.toml").write_text(settings, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    lead_boto3_to(monkeypatch, endpoint)
    return open_engine(LIVE)  # type: ignore[return-value] - what such an address opens


@pytest.mark.parametrize(
    "query",
    [
        "fields @timestamp, @message, n",
        "fields n, @log | filter even = 1 | limit 7",
        "stats count(*) as events, max(n), min(@timestamp) by even | sort even",
        "filter n > 99999 | fields n, even",
    ],
)
def test_rows_columns_and_counts_are_those_of_the_local_engine(
    query: str, live: LiveEngine, local: LocalEngine
) -> None:
    expected, found = local.run(query, SPAN, GROUPS[:40]), live.run(query, SPAN, GROUPS[:40])

    assert found.rows == expected.rows
    assert found.columns == expected.columns
    assert found.statistics == expected.statistics
    assert found.completeness is Completeness.COMPLETE
    assert found.frame.equals(expected.frame)


def test_more_log_groups_than_a_query_takes_are_asked_in_turn_and_answered_together(
    live: LiveEngine, local: LocalEngine, endpoint: Endpoint
) -> None:
    query = "stats count(*) as events, sum(n) by @log | sort @log"
    before = len(endpoint.asked("StartQuery"))

    found = live.run(query, SPAN, None)

    assert found.rows == local.run(query, SPAN, None).rows
    assert len(found.rows) == len(GROUPS)
    assert found.completeness is Completeness.COMPLETE
    assert len(endpoint.asked("StartQuery")) > before + 1


@pytest.mark.parametrize("query", ["fields @timestamp, n, even", "fields n", "stats count(*) by n | sort n desc"])
def test_what_one_query_cannot_give_is_gathered_in_slices(
    query: str, live: LiveEngine, local: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "MOST_ROWS", 400)
    monkeypatch.setattr(asks, "MOST_ROWS", 400)
    group = GROUPS[:30]

    found = live.run(query, SPAN, group, every_row=True)

    assert found.rows == local.run(query, SPAN, group, every_row=True).rows
    asked = sum(event.log_group in group for event in EVENTS)
    assert len(found.rows) == asked
    assert found.completeness is Completeness.COMPLETE
    assert found.run.certificate is not None
    assert len(found.run.certificate.slices) > 3
    assert all(check.collected == check.counted == asked for check in found.run.certificate.checks)


def test_without_a_limit_the_first_rows_are_given_and_called_so(
    live: LiveEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "DEFAULT_LIMIT", 100)

    found = live.run("fields n", SPAN, GROUPS[:30])

    assert len(found.rows) == 100
    assert found.completeness is Completeness.TRUNCATED
    assert found.run.certificate is not None
    assert found.run.certificate.completeness is Completeness.TRUNCATED
    assert [note for note in found.run.notes if "has no limit" in note] == [found.run.notes[0]]
    assert found.run.notes[0] in found.run.certificate.sentences()


def test_the_same_question_is_answered_from_the_spool_unless_it_is_to_be_fresh(
    live: LiveEngine, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def asked() -> int:
        return len(endpoint.asked("StartQuery"))

    first, once = live.run("stats count(*) as n", SPAN, GROUPS[:1]), asked()
    again = open_engine(LIVE).run("stats count(*) as n", SPAN, GROUPS[:1])
    assert asked() == once
    assert again.rows == first.rows
    assert any("the spool answered" in note for note in again.run.notes)

    open_engine(LIVE, fresh=True).run("stats count(*) as n", SPAN, GROUPS[:1])
    monkeypatch.setenv(FRESH, "1")
    open_engine(LIVE).run("stats count(*) as n", SPAN, GROUPS[:1])
    assert asked() == once + 2
    told = list(ledger(tmp_path / "spool"))
    assert {entry["engine"] for entry in told} == {LIVE}
    assert [entry["bytes"] > 0 for entry in told].count(True) == 3


def test_what_is_no_query_or_no_log_group_is_refused_before_anything_is_sent(
    live: LiveEngine, endpoint: Endpoint
) -> None:
    before = len(endpoint.asked("StartQuery"))

    with pytest.raises(UsageError, match="no log group named 'g99'"):
        live.run("fields n", SPAN, ["g99"])

    assert len(endpoint.asked("StartQuery")) == before


def test_jobs_run_side_by_side_and_the_first_error_stops_the_queries_of_the_others(
    live: LiveEngine, endpoint: Endpoint
) -> None:
    endpoint.faults.add("GetQueryResults", Stay(), times=None)

    def fails() -> None:
        while not endpoint.running_queries():
            pass
        message = "the other one fails"
        raise UsageError(message)

    with pytest.raises(UsageError, match="the other one fails"):
        live.each([lambda: live.run("fields n", SPAN, GROUPS[:2]), fails])

    assert not endpoint.running_queries()
    endpoint.faults.clear()


def test_an_account_gives_no_times_by_itself(live: LiveEngine) -> None:
    assert open_with_events(LIVE).url == live.url
    with pytest.raises(UsageError, match="no start is given") as refused:
        open_case(engine=LIVE, start="", end="2026-03-05")
    assert "an account holds more" in str(refused.value.hint)


def test_the_spool_is_where_the_settings_say_or_in_the_users_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    assert spool_folder(None) == tmp_path / "siem" / "spool"
    assert spool_folder(str(tmp_path / "own")) == tmp_path / "own"
