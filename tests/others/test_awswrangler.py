"""awswrangler reads an archive: the sample incident, through ``siem serve``. Expected: what ``local:`` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from siemlib.archive.store import Archive
from siemlib.local.engine import open_local
from siemlib.local.patterns import find
from siemlib.model.timespan import TimeSpan, parse_time, to_millis
from siemlib.patterns import parse
from tests.fixtures_serve import lead_boto3_to, serving
from tests.others.run import answers

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("sample")

DAY = TimeSpan.of_millis(1_772_582_400_000, 1_772_668_800_000)
TIMES = {"start_time": "2026-03-04T00:00:00+00:00", "end_time": "2026-03-04T23:59:59.999000+00:00"}
QUERY = "filter errorCode = 'AccessDenied' | fields @timestamp, sourceIPAddress, userIdentity.type"
STATS = "stats count(*) as attempts, count_distinct(dstPort) as ports by srcAddr | sort attempts desc, srcAddr asc"
PATTERN = '{ $.errorCode = "AccessDenied" }'

JOBS = {
    "rows": {"call": "read_logs", "arguments": {"query": QUERY, "log_group_names": ["cloudtrail"], **TIMES}},
    "stats": {
        "call": "read_logs",
        "arguments": {"query": STATS, "log_group_names": ["vpc-flow"], "limit": 30, **TIMES},
    },
    "streams": {
        "call": "describe_log_streams",
        "arguments": {"log_group_name": "sshd", "order_by": "LastEventTime", "descending": True},
    },
    "events": {
        "call": "filter_log_events",
        "arguments": {"log_group_name": "cloudtrail", "filter_pattern": PATTERN, **TIMES},
    },
    "refused": {"call": "read_logs", "arguments": {"query": "fields |", "log_group_names": ["sshd"], **TIMES}},
}


@pytest.fixture(scope="module")
def told(sample_archive: Path) -> dict[str, dict[str, Any]]:
    """What awswrangler gives for each job."""
    with serving(sample_archive) as served, pytest.MonkeyPatch.context() as patch:
        lead_boto3_to(patch, served)
        return dict(zip(JOBS, answers("wrangler", list(JOBS.values())), strict=True))


def rows(found: dict[str, Any]) -> list[dict[str, str]]:
    """Rows by the names of columns; a missing value has no key."""
    cells = [zip(found["columns"], row, strict=True) for row in found["rows"]]
    return [{name: value for name, value in row if value is not None} for row in cells]


def as_awswrangler_names(row: dict[str, str]) -> dict[str, str]:
    """It takes the ``@`` away, and shows a time as pandas does."""
    named = {name.removeprefix("@"): value for name, value in row.items()}
    return named | ({"timestamp": named["timestamp"].removesuffix(".000")} if "timestamp" in named else {})


def test_rows_are_those_that_are_given_without_a_network(told: dict[str, dict[str, Any]], sample_archive: Path) -> None:
    local = open_local(sample_archive)
    expected = local.run(QUERY, DAY, ["cloudtrail"]).rows
    assert expected
    assert [as_awswrangler_names(row) for row in rows(told["rows"])] == [as_awswrangler_names(row) for row in expected]
    assert told["rows"]["types"][0].startswith("datetime64")
    assert rows(told["stats"]) == local.run(f"{STATS} | limit 30", DAY, ["vpc-flow"]).rows


def test_streams_are_described_the_one_with_the_newest_event_first(
    told: dict[str, dict[str, Any]], sample_archive: Path
) -> None:
    query = "stats max(@timestamp) as last by @logStream | sort last desc"
    expected = open_local(sample_archive).run(query, DAY, ["sshd"]).rows
    found = [(row["logStreamName"], row["lastEventTimestamp"]) for row in rows(told["streams"])]
    assert found == [(row["@logStream"], str(to_millis(parse_time(row["last"])[0]))) for row in expected]


def test_events_are_filtered_by_a_pattern(told: dict[str, dict[str, Any]], sample_archive: Path) -> None:
    expected = find(Archive.open(sample_archive), parse(PATTERN), ["cloudtrail"], DAY)
    found = [row["message"] for row in rows(told["events"])]
    assert expected.matched
    assert sorted(found) == sorted(match.message for match in expected.matches)


def test_a_query_that_does_not_compile_is_refused(told: dict[str, dict[str, Any]]) -> None:
    assert "MalformedQueryException" in told["refused"]["error"]
