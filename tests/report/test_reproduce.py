"""A report that is asked again gives the same rows, or says which differ, and why that may be."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from shutil import copytree
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.case.open import open_engine
from siemlib.errors import ExitCode
from siemlib.local.engine import open_local
from siemlib.report.reproduce import Again, Outcome, Reproduction, reproduce
from tests.case.engine import ROWS
from tests.evidence.recorded import edit, keep_packed, run_of
from tests.fixtures_serve import lead_boto3_to, serving
from tests.report.recorded_runs import EACH, changed, late, record, renamed, service, without_day, write_archive

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.engine import Result
    from tests.case.engine import FixedEngine

EQUAL, DIFFERS, NOT_COMPARED = Outcome
YEAR_2100 = 4_102_444_800_000


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_archive(tmp_path_factory.mktemp("asked"))


@pytest.fixture(scope="module")
def data(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was asked of the archive as it was at first."""
    return record(f"local:{archive}", tmp_path_factory.mktemp("record") / "data")


def again(data: Path, archive: Path) -> Reproduction:
    return reproduce(data, open_engine(f"local:{archive}"))


def outcomes(found: Reproduction) -> list[Outcome]:
    return [run.outcome for run in found.runs]


def why(run: Again) -> str:
    return "\n".join(run.why)


def test_the_same_archive_gives_the_same_rows(data: Path, archive: Path, tmp_path: Path) -> None:
    told: list[str] = []
    found = reproduce(data, open_engine(f"local:{changed(archive, tmp_path)}"), lambda run: told.append(run.code))
    assert outcomes(found) == [EQUAL] * 4
    assert told == ["R01", "R02", "R03", "R04"]
    assert all(run.why == () for run in found.runs)
    assert found.runs[0].comparison
    assert found.runs[0].comparison.kept == 3 * EACH
    assert found.exit_code is ExitCode.DONE


def test_an_event_that_came_late_is_named(data: Path, archive: Path, tmp_path: Path) -> None:
    found = again(data, late(changed(archive, tmp_path)))
    assert outcomes(found) == [DIFFERS, DIFFERS, DIFFERS, EQUAL]
    rows, days = found.runs[0], found.runs[1]
    assert "Late events: 1 file with 1 event of these log groups was not yet in the archive: late.json." in rows.why
    assert "60 events were searched then and 61 now: 1 more." in rows.why
    assert rows.comparison
    assert (rows.comparison.only_kept, rows.comparison.only_now) == (0, 1)
    assert [row["@message"] for row in rows.comparison.new] == ["2026-03-04T13:13:20Z user late"]
    assert days.comparison
    assert [row["lines"] for row in (*days.comparison.gone, *days.comparison.new)] == [str(EACH), str(EACH + 1)]
    assert found.exit_code is ExitCode.NOT_VERIFIED


def test_an_event_that_the_service_took_in_late_is_named(data: Path, archive: Path, tmp_path: Path) -> None:
    found = again(data, late(changed(archive, tmp_path), ingested=YEAR_2100))
    assert "Late events: 1 event of this time came in after the run asked, at 2" in why(found.runs[0])


def test_a_day_that_is_gone_is_named(data: Path, archive: Path, tmp_path: Path) -> None:
    found = again(data, without_day(changed(archive, tmp_path), "2026-03-03"))
    assert outcomes(found) == [DIFFERS, DIFFERS, DIFFERS, EQUAL]
    first = found.runs[0]
    assert first.comparison
    assert (first.comparison.only_kept, first.comparison.only_now) == (EACH, 0)
    assert len(first.comparison.gone) == 10
    assert all(row["@timestamp"].startswith("2026-03-03") for row in first.comparison.gone)
    expired = "Expired or removed: app had events from 2026-03-03 13:00:00 on, and now has them from"
    assert f"{expired} 2026-03-04 13:00:00 on." in first.why
    assert "60 events were searched then and 40 now: 20 fewer." in first.why


def test_a_day_in_the_midst_that_is_gone_is_seen_by_what_was_searched(
    data: Path, archive: Path, tmp_path: Path
) -> None:
    found = again(data, without_day(changed(archive, tmp_path), "2026-03-04"))
    assert found.runs[0].why == ("60 events were searched then and 40 now: 20 fewer.",)


def test_a_log_group_of_another_name_cannot_be_compared(data: Path, archive: Path, tmp_path: Path) -> None:
    found = again(data, renamed(changed(archive, tmp_path), "app", "application"))
    assert outcomes(found) == [NOT_COMPARED, NOT_COMPARED, NOT_COMPARED, EQUAL]
    assert found.runs[0].why == ("The log group app: not there, or called otherwise.",)
    assert found.exit_code is ExitCode.INCOMPLETE


def test_a_query_that_the_engine_refuses_cannot_be_compared(archive: Path, tmp_path: Path) -> None:
    data = record(f"local:{archive}", tmp_path / "data", ["fields @message"])
    edit(run_of(data, 1), lambda run: run.update(query="fields ("))
    (run,) = again(data, archive).runs
    assert run.outcome is NOT_COMPARED
    assert why(run).startswith("The engine cannot answer the query: ")


def test_rows_that_an_earlier_version_packed_are_compared_as_well(data: Path, archive: Path, tmp_path: Path) -> None:
    copy = copytree(data, tmp_path / "data")
    keep_packed(copy)
    assert outcomes(again(copy, archive)) == [EQUAL] * 4


def test_one_that_differs_outweighs_one_that_cannot_be_compared(data: Path, archive: Path, tmp_path: Path) -> None:
    place = renamed(without_day(changed(archive, tmp_path), "2026-03-03"), "web", "www")
    found = again(data, place)
    assert set(outcomes(found)) == {DIFFERS, NOT_COMPARED}
    assert found.exit_code is ExitCode.NOT_VERIFIED


def test_a_report_without_runs_proves_nothing() -> None:
    assert Reproduction(()).exit_code is ExitCode.INCOMPLETE


# ── what the query itself leaves open, or reads beside the logs ──────────────────────────────────────────────────────


def fixed(query: str, tmp_path: Path, rows: list[dict[str, str]], then: list[dict[str, str]] = ROWS) -> Again:
    """What comes of a query that gave the rows of then, and now gives others."""
    data = record(service(then), tmp_path / "data", [query])
    (run,) = reproduce(data, service(rows)).runs
    return run


TIES = [{"user": "a", "events": "5"}, {"user": "b", "events": "5"}, {"user": "c", "events": "1"}]


@pytest.mark.parametrize(
    ("query", "rows", "outcome"),
    [
        ("stats count(*) as events by user", [TIES[2], TIES[0], TIES[1]], EQUAL),
        ("stats count(*) as events by user | sort events desc", [TIES[1], TIES[0], TIES[2]], EQUAL),
        ("stats count(*) as events by user | sort events desc", [TIES[2], TIES[0], TIES[1]], DIFFERS),
        ("stats count(*) as events by user | sort events desc, user asc", [TIES[1], TIES[0], TIES[2]], DIFFERS),
        ("stats count(*) as events by user | sort strlen(user) asc", [TIES[1], TIES[0], TIES[2]], EQUAL),
    ],
)
def test_only_the_order_that_the_query_asks_for_counts(
    query: str, rows: list[dict[str, str]], outcome: Outcome, tmp_path: Path
) -> None:
    run = fixed(query, tmp_path, rows, TIES)
    assert run.outcome is outcome
    assert run.comparison
    assert run.comparison.moved


def test_events_come_by_their_time(tmp_path: Path) -> None:
    assert fixed("fields @timestamp, user", tmp_path, ROWS[::-1]).outcome is DIFFERS


def test_rows_that_are_there_several_times_are_counted(tmp_path: Path) -> None:
    run = fixed("fields user", tmp_path, [TIES[0], TIES[0], TIES[1]], [TIES[0], TIES[1], TIES[1], TIES[1]])
    assert run.comparison
    assert (run.comparison.only_kept, run.comparison.only_now) == (2, 1)
    assert (run.comparison.gone, run.comparison.new) == ((TIES[1], TIES[1]), (TIES[0],))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("stats count(*) as events by user | sort events desc | limit 3", "that its order does not tell apart"),
        ("stats count(*) as events by user | limit 3", "no order of its own says which"),
        ("stats count(*) as events by user | sort events desc | limit 4", "Nothing that is recorded explains it."),
        ("fields user | limit 9 | limit 9", "no order of its own says which"),
        ("fields now() - toMillis(@timestamp) as age", "now() is another now"),
        ("lookup owners user OUTPUT name", "reads a lookup table"),
        ("fields user", "Nothing that is recorded explains it."),
    ],
)
def test_what_the_query_leaves_open_is_named(query: str, told: str, tmp_path: Path) -> None:
    run = fixed(query, tmp_path, [*TIES[:2], {"user": "d", "events": "5"}], TIES)
    assert run.outcome is DIFFERS
    assert told in why(run)


def test_a_lookup_table_that_was_changed_is_named_with_what_it_was(archive: Path, tmp_path: Path) -> None:
    table = tmp_path / "owners.csv"
    table.write_text("who,name\nx,Ann\n", "utf-8")
    then = hashlib.sha256(table.read_bytes()).hexdigest()
    engine = open_local(archive, lookup_tables={"owners": table})
    query = 'fields "x" as who | lookup owners who OUTPUT name | display name'
    data = record(engine, tmp_path / "data", [query])
    assert json.loads(run_of(data, 1).read_text())["lookup_tables"] == [{"name": "owners", "rows": 1, "sha256": then}]
    assert outcomes(reproduce(data, engine)) == [EQUAL]
    table.write_text("who,name\nx,Bob\ny,Eve\n", "utf-8")
    now = hashlib.sha256(table.read_bytes()).hexdigest()
    (run,) = reproduce(data, engine).runs
    assert run.outcome is DIFFERS
    told = f"The lookup table is another than then: owners: 1 row, SHA-256 {then}; now 2 rows, SHA-256 {now}."
    assert run.why == (told,)


def test_pointers_and_the_account_in_a_log_are_the_engines_own(tmp_path: Path) -> None:
    then = [{"@log": "000000000000:app", "user": "a", "@ptr": "x1"}]
    assert fixed("fields user", tmp_path, [{"@log": "app", "user": "a", "@ptr": "y9"}], then).outcome is EQUAL
    assert fixed("fields user", tmp_path / "b", [{"@log": "web", "user": "a", "@ptr": "y9"}], then).outcome is DIFFERS


def listening() -> tuple[FixedEngine, list[str]]:
    """An engine, and the queries that it is asked."""
    now, asked = service(), []
    run = now.run

    def listen(query: str, *args: Any, **kw: Any) -> Result:  # noqa: ANN401 - whatever the engine takes
        asked.append(query)
        return run(query, *args, **kw)

    now.run = listen  # type: ignore[method-assign]
    return now, asked


def test_a_relative_time_in_the_query_is_the_one_of_then(tmp_path: Path) -> None:
    data = record(service(), tmp_path / "data", ["SOURCE 'OSSEC' START=-1h | fields user"])
    now, asked = listening()
    assert outcomes(reproduce(data, now)) == [EQUAL]
    assert asked == ["fields user"]


def test_a_saved_query_is_asked_as_it_was_then(tmp_path: Path) -> None:
    data = record(service(), tmp_path / "data", ["$gone() | fields user"])
    edit(run_of(data, 1), lambda run: run.update(filled="fields a | fields user"))
    now, asked = listening()
    reproduce(data, now)
    assert asked == ["fields a | fields user"]


def test_a_retention_that_has_ended_is_named(tmp_path: Path) -> None:
    data = record(service(), tmp_path / "data", ["fields user"])
    now = service(ROWS[:1])
    kept = [replace(group, retention_days=30) for group in now.log_groups()]
    now.log_groups = lambda: tuple(kept)  # type: ignore[method-assign]
    (run,) = reproduce(data, now).runs
    assert "Expired retention: OSSEC keeps events for 30 days, so that those before 2" in why(run)


def test_an_answer_that_was_not_everything_is_named(tmp_path: Path) -> None:
    data = record(service(), tmp_path / "data", ["fields user"])
    edit(run_of(data, 1), lambda run: run.update(completeness="partial", notes=["Half of it was left out."]))
    (run,) = reproduce(data, service(ROWS[:1])).runs
    assert "The answer of then was partial: Half of it was left out." in run.why


# ── archive and service ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_service_is_asked_what_an_archive_was_asked_and_the_reverse(
    data: Path, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with serving(archive) as endpoint:
        lead_boto3_to(monkeypatch, endpoint)
        live = reproduce(data, open_engine("live:us-east-1", fresh=True))
        asked = record("live:us-east-1", tmp_path / "live" / "data")
    assert outcomes(live) == [EQUAL] * 4, [why(run) for run in live.runs]
    back = again(asked, archive)
    assert outcomes(back) == [EQUAL] * 4, [why(run) for run in back.runs]
    gone = again(asked, without_day(changed(archive, tmp_path), "2026-03-05"))
    assert outcomes(gone) == [DIFFERS, DIFFERS, DIFFERS, EQUAL]
    assert "Then the live service answered, and now an archive" in why(gone.runs[0])
