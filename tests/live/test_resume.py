"""A run that is killed at any moment goes on where it was: what the service had answered is not asked again."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load
from siemlib.live.cost import ledger
from siemlib.live.errors import CeilingError
from siemlib.live.spool import kept
from siemlib.local.engine import open_local
from siemlib.model.run import Completeness
from siemlib.serve.limits import Limits
from siemlib.settings import CostSettings, Settings
from tests.fixtures_serve import Endpoint, lead_boto3_to, serving
from tests.live.asking_once import DAY, SETTINGS, ask_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.engine import Result
    from siemlib.model.certificate import Certificate

ROOT = Path(__file__).parents[2]
EVENTS = 500
MOST = 100
QUERY = "fields @timestamp, @message | filter @message like 'user'"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day with an event every three minutes or so."""
    folder = tmp_path_factory.mktemp("resume")
    seconds = (n * 86_400 // EVENTS for n in range(EVENTS))
    lines = (f"2026-03-04T{s // 3600:02d}:{s % 3600 // 60:02d}:{s % 60:02d}Z user {s} came in\n" for s in seconds)
    (folder / "app.log").write_text("".join(lines))
    assert not load([folder / "app.log"], folder / "archive", log_group="app").refused
    return folder / "archive"


@pytest.fixture
def endpoint(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Endpoint]:
    """Its queries take so long that a run can be killed between two of them, in the test that does so."""
    seconds = 0.3 if "killed" in request.node.name else 0
    limits = Limits(starts_per_second=None, results_per_second=None, query_seconds=seconds, rows_of_a_page=40)
    with serving(archive, limits=limits) as served:
        lead_boto3_to(monkeypatch, served)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        yield served


def started(query: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.live.asking_once", query, "app", str(MOST)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)


def asked(endpoint: Endpoint) -> list[tuple[object, ...]]:
    """What StartQuery was asked since the last call of this."""
    names = ("queryString", "startTime", "endTime", "limit")
    found = [tuple(request.get(name) for name in names) for request in endpoint.asked("StartQuery")]
    endpoint.state.log.clear()
    return found


def finished(folder: Path) -> set[tuple[object, ...]]:
    """What the spool holds for good."""
    documents = [answer.document for answer in kept(folder / "siem" / "spool") if answer.final]
    return {tuple(each[name] for name in ("text", "start", "end", "limit")) for each in documents}


def kill_after(process: subprocess.Popen[bytes], folder: Path, answers: int) -> None:
    until = time.monotonic() + 60
    while len(finished(folder)) < answers and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    assert process.poll() is None, "it had ended before it could be killed"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def vouched(result: Result) -> Certificate:
    assert result.run.certificate is not None
    return result.run.certificate


def spooled(result: Result) -> int:
    return sum(each.from_spool for each in vouched(result).slices)


@pytest.mark.parametrize("query", [QUERY, f"{QUERY} | sort @message desc"])
def test_a_killed_run_asks_only_what_is_missing_and_gives_every_row(
    query: str, endpoint: Endpoint, archive: Path, tmp_path: Path
) -> None:
    kill_after(started(query), tmp_path, 3)
    held, first = finished(tmp_path), asked(endpoint)
    resumed = ask_once(query, "app", MOST)
    second = asked(endpoint)
    assert held
    assert held <= set(first)
    assert not held & set(second), "what was answered is not asked again"
    assert len(second) == len(set(second)) == len(vouched(resumed).slices) - spooled(resumed)
    assert spooled(resumed) == len(held)
    assert resumed.completeness is Completeness.COMPLETE
    whole = open_local(archive).run(query, DAY, ["app"], every_row=True)
    assert resumed.rows == whole.rows
    assert len(resumed.rows) == EVENTS


def test_the_same_again_asks_nothing_and_fresh_asks_everything(endpoint: Endpoint, tmp_path: Path) -> None:
    once = ask_once(QUERY, "app", MOST)
    first = asked(endpoint)
    again = ask_once(QUERY, "app", MOST)
    assert asked(endpoint) == []
    fresh = ask_once(QUERY, "app", MOST, fresh=True)
    assert sorted(map(repr, asked(endpoint))) == sorted(map(repr, first))
    assert once.rows == again.rows == fresh.rows
    assert len(first) > EVENTS / MOST
    assert [spooled(each) for each in (once, again, fresh)] == [0, len(first), 0]
    cost = vouched(again).cost
    assert cost is not None
    assert cost.bytes == 0
    assert any("the spool answered all of it" in note for note in again.run.notes)
    assert len(list(kept(tmp_path / "siem" / "spool"))) == 2 * len(first)


def costing(dollars: float) -> Settings:
    return SETTINGS.model_copy(update={"cost": CostSettings(per_query=dollars)})


def test_what_would_cost_too_much_is_not_asked_at_all(endpoint: Endpoint, tmp_path: Path) -> None:
    with pytest.raises(CeilingError, match="not asked: it would scan about"):
        ask_once(QUERY, "app", MOST, settings=costing(1e-12))
    assert asked(endpoint) == []
    assert list(ledger(tmp_path / "siem" / "spool")) == []


def test_what_costs_more_than_was_expected_is_stopped_and_paid(endpoint: Endpoint, tmp_path: Path) -> None:
    # A day is a small share of the time since, so the estimate is far below what the day's events are in bytes.
    with pytest.raises(CeilingError, match="stopped: the service scanned"):
        ask_once(QUERY, "app", MOST, settings=costing(1e-8))
    assert len(asked(endpoint)) == 1
    assert endpoint.running_queries() == []
    (entry,) = ledger(tmp_path / "siem" / "spool")
    assert entry["dollars"] > 1e-8
    assert entry["estimated_bytes"] < entry["bytes"]


def test_what_the_spool_answers_is_asked_whatever_it_would_cost(endpoint: Endpoint) -> None:
    once = ask_once(QUERY, "app", MOST)
    asked(endpoint)
    again = ask_once(QUERY, "app", MOST, settings=costing(1e-12))
    assert asked(endpoint) == []
    assert again.rows == once.rows


def test_a_damaged_answer_is_asked_again_alone_and_the_run_says_so(endpoint: Endpoint, tmp_path: Path) -> None:
    once = ask_once(QUERY, "app", MOST)
    asked(endpoint)
    damaged = next(answer for answer in kept(tmp_path / "siem" / "spool") if answer.rows > 1)
    (damaged.folder / "page-00001.json.gz").write_bytes(gzip.compress(b"{}"))
    again = ask_once(QUERY, "app", MOST)
    assert len(asked(endpoint)) == 1
    assert again.rows == once.rows
    assert any("is damaged" in note for note in again.run.notes)
