"""The AWS CLI asks an archive: the sample incident, through ``siem serve``. Expected: ``local:``, or counted apart."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.archive.store import Archive
from siemlib.local.engine import open_local
from siemlib.local.patterns import find
from siemlib.model.timespan import TimeSpan, parse_time, to_millis
from siemlib.patterns import parse
from siemlib.queries.library import library
from siemlib.sample import LOG_GROUPS
from tests.fixtures_serve import lead_boto3_to
from tests.others.run import answers, program_of_others

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.local.engine import LocalEngine

pytestmark = pytest.mark.xdist_group("sample")

FIRST, LAST = 1_772_582_400, 1_772_668_799
"""The day of the sample, in seconds; as StartQuery takes it, both ends are inclusive."""
DAY = TimeSpan.of_millis(FIRST * 1000, (LAST + 1) * 1000)
QUERY = "stats count(*) as lines by @logStream | sort lines desc, @logStream asc"
TWENTY = "fields @timestamp, @message | sort @timestamp desc, @message asc | limit 20"
PATTERN = '"Failed password" -invalid'
MESSAGES = ("[ERROR] 400 BAD REQUEST", "[ERROR] 401 UNAUTHORIZED REQUEST", "[INFO] 200 OK")

COMMANDS = {
    "start": f"logs start-query --log-group-names sshd --start-time {FIRST} --end-time {LAST} --query-string '{QUERY}'",
    "start twenty": (
        f"logs start-query --log-group-name syslog --start-time {FIRST} --end-time {LAST} --query-string '{TWENTY}'"
    ),
    "groups": "logs describe-log-groups",
    "streams": "logs describe-log-streams --log-group-name vpc-flow",
    "refused": (
        f"logs start-query --log-group-name sshd --start-time {FIRST} --end-time {LAST} --query-string 'fields |'"
    ),
    "filter": f"logs filter-log-events --log-group-name sshd --filter-pattern '{PATTERN}'",
    "get": "logs get-log-events --log-group-name sshd --log-stream-name app-1 --start-from-head --limit 5",
    "test": f"logs test-metric-filter --filter-pattern ERROR --log-event-messages {shlex.join(MESSAGES)}",
    "fields": f"logs get-log-group-fields --log-group-name cloudtrail --time {FIRST + 3600}",
    "put": "logs put-query-definition --name team/lines --query-string 'stats count(*)'",
    "definitions": "logs describe-query-definitions --query-definition-name-prefix team",
    "saved": "logs describe-query-definitions --query-definition-name-prefix sshd/",
    # The queries have long ended when the other commands have.
    "results": "logs get-query-results --query-id '<0.queryId>'",
    "results twenty": "logs get-query-results --query-id '<1.queryId>'",
    "queries": "logs describe-queries",
    "stop": "logs stop-query --query-id '<0.queryId>'",
}


@pytest.fixture(scope="module")
def local(sample_archive: Path) -> LocalEngine:
    """The same archive, without a network."""
    return open_local(sample_archive)


@pytest.fixture(scope="module")
def led(sample_archive: Path) -> Iterator[None]:
    """Every AWS program that is started asks ``siem serve``, begun from the command line."""
    command = [sys.executable, "-m", "siemlib.cli", "serve", "--archive", str(sample_archive), "--port", "0"]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as served,
        pytest.MonkeyPatch.context() as patch,
    ):
        assert served.stdout is not None
        try:
            lead_boto3_to(patch, served.stdout.readline().strip())
            yield
        finally:
            served.send_signal(signal.SIGINT)
        assert served.wait(20) == 0


@pytest.fixture(scope="module")
def told(led: None) -> dict[str, dict[str, Any]]:
    """What the CLI answers to each of the commands, by its name."""
    del led
    return dict(zip(COMMANDS, answers("cli", [shlex.split(each) for each in COMMANDS.values()]), strict=True))


def document(told: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
    assert told[name]["code"] == 0, told[name]["err"]
    found: dict[str, Any] = json.loads(told[name]["out"])
    return found


def rows(found: dict[str, Any]) -> list[dict[str, str]]:
    return [{cell["field"]: cell["value"] for cell in row} for row in found["results"]]


def millis(shown: str) -> int:
    return to_millis(parse_time(shown)[0])


def test_the_command_itself_lists_the_log_groups_of_the_archive(led: None) -> None:
    del led
    command = [program_of_others("aws"), "logs", "describe-log-groups", "--query", "logGroups[].logGroupName"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(ran.stdout) == sorted(LOG_GROUPS.values())


def test_a_query_is_answered_as_it_is_without_a_network(told: dict[str, dict[str, Any]], local: LocalEngine) -> None:
    found = document(told, "results")
    expected = local.run(QUERY, DAY, ["sshd"])
    assert (found["status"], rows(found)) == ("Complete", expected.rows)
    assert sum(int(row["lines"]) for row in expected.rows) == found["statistics"]["recordsMatched"]
    assert rows(document(told, "results twenty")) == local.run(TWENTY, DAY, ["syslog"]).rows


def test_a_query_that_does_not_compile_is_refused_with_its_place(told: dict[str, dict[str, Any]]) -> None:
    assert told["refused"]["code"] != 0
    assert "MalformedQueryException" in told["refused"]["err"]


def test_started_queries_are_listed_and_one_that_has_ended_cannot_be_stopped(told: dict[str, dict[str, Any]]) -> None:
    assert [each["status"] for each in document(told, "queries")["queries"]] == ["Complete", "Complete"]
    assert "InvalidParameterException" in told["stop"]["err"]


def test_log_groups_are_described(told: dict[str, dict[str, Any]], local: LocalEngine) -> None:
    found = {group["logGroupName"]: group for group in document(told, "groups")["logGroups"]}
    for group in local.log_groups():
        assert group.first is not None
        assert found[group.name]["creationTime"] == int(group.first.timestamp() * 1000)
        size = local.run("stats sum(strlen(@message)) as size", DAY, [group.name]).rows[0]["size"]
        assert found[group.name]["storedBytes"] >= int(size)


def test_log_streams_are_described(told: dict[str, dict[str, Any]], local: LocalEngine) -> None:
    """More than fifty, which the CLI asks for in pages."""
    query = "stats min(@timestamp) as first, max(@timestamp) as last by @logStream | sort @logStream asc | limit 10000"
    found = document(told, "streams")["logStreams"]
    expected = local.run(query, DAY, ["vpc-flow"]).rows
    assert len(found) > 50
    assert [(each["logStreamName"], each["firstEventTimestamp"], each["lastEventTimestamp"]) for each in found] == [
        (row["@logStream"], millis(row["first"]), millis(row["last"])) for row in expected
    ]


def test_events_are_filtered_by_a_pattern(told: dict[str, dict[str, Any]], sample_archive: Path) -> None:
    expected = find(Archive.open(sample_archive), parse(PATTERN), ["sshd"], DAY)
    found = document(told, "filter")["events"]
    assert sorted(event["message"] for event in found) == sorted(match.message for match in expected.matches)
    assert found
    assert all("Failed password" in event["message"] and "invalid" not in event["message"] for event in found)
    assert [event["timestamp"] for event in found] == sorted(event["timestamp"] for event in found)


def test_events_of_a_stream_are_read(told: dict[str, dict[str, Any]], local: LocalEngine) -> None:
    query = "filter @logStream = 'app-1' | fields @message | sort @timestamp asc | limit 5"
    expected = [row["@message"] for row in local.run(query, DAY, ["sshd"]).rows]
    page = document(told, "get")
    assert [event["message"] for event in page["events"]] == expected
    assert page["nextForwardToken"].startswith("f/")


def test_a_pattern_is_tried_on_messages(told: dict[str, dict[str, Any]]) -> None:
    """Validated facts, C1."""
    assert document(told, "test")["matches"] == [
        {"eventNumber": number, "eventMessage": MESSAGES[number - 1], "extractedValues": {}} for number in (1, 2)
    ]


def test_the_fields_of_a_log_group_are_told(told: dict[str, dict[str, Any]], local: LocalEngine) -> None:
    found = {each["name"]: each["percent"] for each in document(told, "fields")["logGroupFields"]}
    around = TimeSpan.of_millis((FIRST + 3600 - 480) * 1000, (FIRST + 3600 + 480) * 1000)
    assert found["eventName"] == found["@message"] == 100
    for name in ("errorCode", "userIdentity.userName"):
        query = f"stats count(*) as all, count({name}) as some"
        (row,) = local.run(query, around, ["cloudtrail"]).rows
        assert found.get(name, 0) == pytest.approx(100 * int(row["some"]) / int(row["all"]), abs=1)


def test_a_query_definition_is_kept(told: dict[str, dict[str, Any]]) -> None:
    (found,) = document(told, "definitions")["queryDefinitions"]
    assert found["queryDefinitionId"] == document(told, "put")["queryDefinitionId"]
    assert (found["name"], found["queryString"]) == ("team/lines", "stats count(*)")


def test_the_saved_queries_of_siem_are_definitions(told: dict[str, dict[str, Any]]) -> None:
    found = {each["name"]: each["queryString"] for each in document(told, "saved")["queryDefinitions"]}
    assert found == {name: each.text for name, each in library(None).items() if name.startswith("sshd/")}
    assert found
