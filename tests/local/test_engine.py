"""The local engine: over events in memory, and over an archive of the real flow logs."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from siemlib.archive import load
from siemlib.database.connection import connect
from siemlib.database.memory import MemoryEvent
from siemlib.errors import QueryError, SiemError, UsageError
from siemlib.local.engine import LocalEngine, open_local
from siemlib.model.run import Completeness, LookupTable
from siemlib.model.timespan import TimeSpan
from tests.archive.deliveries import ALWAYS, alert, ndjson, record
from tests.local.memory import Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from siemlib.database.connection import Connection
    from siemlib.database.relation import EventRelation
    from siemlib.engine import LogGroup
    from siemlib.model.event import FieldPath

START = 1_700_000_000_000
SPAN = TimeSpan.of_millis(START, START + 60_000)


class Young(Store):
    """Events in memory whose log groups begin with the span."""

    def log_groups(self) -> tuple[LogGroup, ...]:
        """By name, with their first and last event."""
        return tuple(replace(group, first=SPAN.start, last=SPAN.end) for group in super().log_groups())


class Broken(Store):
    """Events of which those of the log group ``vpc`` cannot be read."""

    def relation(
        self, connection: Connection, log_groups: Sequence[str], timespan: TimeSpan, paths: Sequence[FieldPath]
    ) -> EventRelation:
        """The relation, which fails when it is read."""
        given = super().relation(connection, log_groups, timespan, paths)
        if "vpc" not in log_groups:
            return given
        broken = "* REPLACE (CAST(error('no such file') AS VARCHAR) AS message)"
        return replace(given, sql=f"SELECT {broken} FROM ({given.sql})")  # noqa: S608 - our own SQL


@pytest.fixture
def engine() -> LocalEngine:
    events = [MemoryEvent(START + n, json.dumps({"n": n}), log_group="OSSEC") for n in range(5)]
    return LocalEngine(Store([*events, MemoryEvent(START, "x", log_group="vpc")]), "local:memory")


@pytest.fixture(scope="session")
def archive(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flows") / "archive"
    files = sorted((shared / "data" / "vpcflow" / "tyvision_cdl_2020").glob("*.gz"))
    assert load(files, folder, log_group="vpc").refused == ()
    return folder


def test_the_record_of_a_run_says_what_was_asked_of_what_and_how_complete_the_answer_is(engine: LocalEngine) -> None:
    text = "filter n > {{least}} | fields n"
    result = engine.run(text, SPAN, ["OSSEC", "OSSEC"], parameters={"least": "2"})
    assert [row["n"] for row in result.rows] == ["4", "3"]
    run = result.run
    assert (run.query, run.parameters, run.timespan) == (text, {"least": "2"}, SPAN)
    assert (run.engine, run.log_groups, run.notes) == ("local:memory", ("OSSEC",), ())
    assert run.completeness is Completeness.COMPLETE
    statistics = run.statistics
    assert (statistics.records_matched, statistics.records_scanned, statistics.rows) == (2, 5, 2)
    assert statistics.bytes_scanned == 5 * len('{"n": 0}')
    assert run.started <= run.finished
    assert "filter_1" in run.details["sql"]


def test_two_runs_have_different_ids(engine: LocalEngine) -> None:
    assert engine.run("limit 1", SPAN, ["vpc"]).run.id != engine.run("limit 1", SPAN, ["vpc"]).run.id


@pytest.mark.parametrize(
    ("groups", "message", "hint"),
    [
        (["ossec"], "no log group named 'ossec'", "did you mean 'OSSEC'?"),
        (["vpc", "waf-logs"], "no log group named 'waf-logs'", "there are: OSSEC, vpc"),
        ([], "no log group to query", "there are: OSSEC, vpc"),
    ],
)
def test_an_unknown_log_group_is_answered_with_those_there_are(
    engine: LocalEngine, groups: list[str], message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as refused:
        engine.run("limit 1", SPAN, groups)
    assert (refused.value.message, refused.value.hint) == (message, hint)


def test_a_query_that_does_not_compile_is_refused_before_anything_runs(engine: LocalEngine) -> None:
    with pytest.raises(QueryError, match="unknown function 'foo'"):
        engine.run("fields foo(n)", SPAN, ["vpc"])


def test_the_engine_goes_on_after_a_failure_of_the_database() -> None:
    engine = LocalEngine(Broken([MemoryEvent(START, "x", log_group=name) for name in ("OSSEC", "vpc")]), "local:memory")
    with pytest.raises(SiemError, match=r"the database could not run the query: .*no such file"):
        engine.run("fields @message", SPAN, ["vpc"])
    assert len(engine.run("fields @message", SPAN, ["OSSEC"]).rows) == 1


def test_what_needs_more_memory_than_usual_is_given_it(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []

    def counted(*, memory_limit: str, temp_directory: Path) -> Connection:
        given.append(memory_limit)
        return connect(memory_limit=memory_limit, temp_directory=temp_directory)

    monkeypatch.setattr("siemlib.local.engine.connect", counted)
    store = Store([MemoryEvent(START + n, f"{n} " * 600, log_group="OSSEC") for n in range(6_000)])
    query = "stats values(@message) as all"
    engine = LocalEngine(store, "local:memory", usual_memory="8MB", memory_limit="500MB")
    [row] = engine.run(query, SPAN, ["OSSEC"]).rows
    assert len(row["all"]) > sum(len(event.message) for event in store.events)
    assert (given[0], given[-1]) == ("8MB", "500MB")
    with pytest.raises(SiemError, match="could not run the query"):
        LocalEngine(store, "local:memory", usual_memory="8MB", memory_limit="9MB").run(query, SPAN, ["OSSEC"])


def test_the_frame_of_a_result_is_typed(engine: LocalEngine) -> None:
    frame = engine.run("stats count(*) as events, avg(n) as mean by bin(1m) as t", SPAN, ["OSSEC"]).frame
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "t": "datetime64[ms, UTC]",
        "events": "Int64",
        "mean": "Int64",
    }


def test_the_top_ssh_sources_of_the_real_host_are_those_that_its_notes_name(archive: Path) -> None:
    engine = open_local(archive)
    assert [group.name for group in engine.log_groups()] == ["vpc"]
    query = 'filter dstPort = 22 and dstAddr = "10.0.0.249" | stats count(*) as flows by srcAddr'
    result = engine.run(
        f"{query} | sort flows desc | limit 2", TimeSpan.of_millis(1595980800000, 1596153600000), ["vpc"]
    )
    assert result.rows == [
        {"srcAddr": "87.251.74.6", "flows": "18"},
        {"srcAddr": "87.251.74.30", "flows": "12"},
    ]
    assert result.statistics.records_matched == 322
    assert result.statistics.records_scanned == 4152


def test_accepted_and_rejected_flows_are_as_many_as_the_notes_say(archive: Path) -> None:
    query = "stats count(*) as n, countDistinct(srcAddr) as sources by action | sort n desc"
    result = open_local(archive).run(query, TimeSpan.of_millis(1595980800000, 1596153600000), ["vpc"])
    assert [(row["action"], row["n"]) for row in result.rows] == [("REJECT", "3342"), ("ACCEPT", "810")]


def test_the_record_of_a_run_names_no_path_of_the_machine(archive: Path) -> None:
    result = open_local(archive).run("limit 1", TimeSpan.of_millis(1595980800000, 1596153600000), ["vpc"])
    assert str(archive) not in result.run.details["sql"]
    assert "ARCHIVE" in result.run.details["sql"]
    assert str(archive) not in open_local(archive).sql("limit 1", result.run.timespan, ["vpc"])


def test_of_a_file_that_was_loaded_in_part_the_answer_is_partial_and_names_it(tmp_path: Path) -> None:
    cut = tmp_path / "ct.json.gz"
    cut.write_bytes(gzip.compress("".join(record(n) + "\n" for n in range(3000)).encode())[:-20])
    load([cut, ndjson(tmp_path / "nothing.json", ['{"no": "time"}'])], tmp_path / "a")
    load([ndjson(tmp_path / "alerts.json", [alert(1), alert(2), "broken"])], tmp_path / "a")
    engine = open_local(tmp_path / "a")

    def asked(*groups: str) -> tuple[Completeness, str]:
        run = engine.run("stats count(*)", ALWAYS, groups).run
        return run.completeness, "|".join(run.notes)

    partial, notes = asked("cloudtrail")
    assert partial is Completeness.PARTIAL
    assert notes.startswith("ct.json.gz, loaded into cloudtrail, is not complete: read in part: ")
    partial, notes = asked("OSSEC", "json-events")
    assert partial is Completeness.PARTIAL
    assert "nothing.json, loaded into json-events, is not complete: none of its texts" in notes
    complete, notes = asked("OSSEC")
    assert complete is Completeness.COMPLETE
    assert notes.startswith("1 text of log group OSSEC could not be read when it was loaded; rejected/")


def test_a_truncated_answer_over_a_file_in_part_is_partial_and_says_both(tmp_path: Path) -> None:
    events = "".join(record(n % 3000, eventID=str(n)) + "\n" for n in range(11_000))
    (tmp_path / "ct.json.gz").write_bytes(gzip.compress(events.encode())[:-20])
    load([tmp_path / "ct.json.gz"], tmp_path / "a")
    run = open_local(tmp_path / "a").run("fields @message", ALWAYS, ["cloudtrail"]).run
    assert run.completeness is Completeness.PARTIAL
    assert run.notes[0].startswith("The query has no limit")
    assert run.notes[1].startswith("ct.json.gz, loaded into cloudtrail, is not complete")


def test_a_folder_without_an_archive_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        open_local(tmp_path / "nowhere")


def test_a_query_inside_another_names_a_log_group_that_there_is(engine: LocalEngine) -> None:
    query = "filter n in (SOURCE 'OSSEC' | filter n > 2 | fields n) | fields n"
    assert [row["n"] for row in engine.run(query, SPAN, ["OSSEC"]).rows] == ["4", "3"]
    with pytest.raises(UsageError, match="no log group named 'ossec'"):
        engine.run(query.replace("OSSEC", "ossec"), SPAN, ["OSSEC"])


def test_the_engine_reads_the_lookup_tables_that_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("n,name\n1,one\n", "utf-8")
    store = Store([MemoryEvent(START, json.dumps({"n": 1}), log_group="a")])
    engine = LocalEngine(store, "local:memory", lookup_tables={"t": tmp_path / "t.csv"})
    result = engine.run("fields n | lookup t n OUTPUT name", SPAN, ["a"])
    assert [(row["n"], row["name"]) for row in result.rows] == [("1", "one")]
    digest = hashlib.sha256(b"n,name\n1,one\n").hexdigest()
    assert result.run.lookup_tables == (LookupTable("t", 1, digest),)
    assert engine.run("fields n", SPAN, ["a"]).run.lookup_tables == ()


def test_a_query_without_an_event_is_told_the_field_that_was_meant() -> None:
    store = Store([MemoryEvent(START, json.dumps({"sourceIPAddress": "x"}), log_group="a")])
    engine = LocalEngine(store, "local:memory")
    assert engine.run('filter sourceIpAddress = "x"', SPAN, ["a"]).run.notes == (
        "No event has a field sourceIpAddress; there is sourceIPAddress.",
    )
    assert engine.run('filter sourceIPAddress = "y"', SPAN, ["a"]).run.notes == ()


def test_the_fields_of_a_log_group_are_those_of_its_events_alone() -> None:
    store = Store([MemoryEvent(START, '{"n": 1}', log_group="a"), MemoryEvent(START, '{"m": 1}', log_group="b")])
    engine = LocalEngine(store, "local:memory")
    assert [each.name for each in engine.fields("a", SPAN).fields] == ["n"]
    with pytest.raises(UsageError, match="no log group named"):
        engine.fields("c", SPAN)


def test_fields_of_a_flow_log_with_a_header_line_are_found_by_their_names(tmp_path: Path) -> None:
    header = "version account-id interface-id flow-direction pkt-srcaddr start end log-status my-column"
    line = "5 123456789012 eni-1 ingress 10.0.0.1 1772618400 1772618460 OK x"
    (tmp_path / "flows.log").write_text(f"{header}\n{line}\n", "utf-8")
    load([tmp_path / "flows.log"], tmp_path / "archive", log_group="flows")
    names = " ".join(each.name for each in open_local(tmp_path / "archive").fields("flows", ALWAYS).fields)
    assert names == "accountId endTime flowDirection interfaceId logStatus myColumn pktSrcAddr startTime version"


def test_a_comparison_with_what_the_archive_lacks_says_so() -> None:
    engine = LocalEngine(Young([MemoryEvent(START, "a", "vpc")]), "memory:")
    run = engine.run("pattern @message | diff previousWeek", SPAN, ["vpc"]).run
    assert any("made by a method of this program" in note for note in run.notes)
    assert any("no event of log group vpc from the earlier window (2023-11-07 22:13:20" in note for note in run.notes)
    assert engine.run("fields @message", SPAN, ["vpc"]).run.notes == ()
