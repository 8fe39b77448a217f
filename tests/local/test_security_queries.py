"""Queries that analysts paste, over the sample incident. What they must find is counted from the raw logs.

They are those for flow logs and CloudTrail of the documentation's samples (CWL_QuerySyntax-examples), of the console,
and of common runbooks.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pytest

from siemlib.case.open import open_engine
from siemlib.database.memory import MemoryEvent
from siemlib.model.timespan import TimeSpan, parse_time
from tests.database.language import ask
from tests.local.sample_logs import Record, alerts, flows, part, trail

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("sample")

DAY = TimeSpan(parse_time("2026-03-04")[0], parse_time("2026-03-05")[0])
TEAM = (
    "fields @timestamp, hostname, full_log | sort @timestamp desc | limit 20"
    " | filter @logStream='alert' and rule.sidid=100029"
)
OUTDATED = 'filter tlsDetails.tlsVersion in [ "TLSv1", "TLSv1.1" ] | stats count(*) as numOutdatedTlsCalls by '

FLOW_QUERIES = {
    "packets": "stats sum(packets) as packetsTransferred by srcAddr, dstAddr | sort packetsTransferred desc | limit 15",
    "subnet": 'filter isIpv4InSubnet(srcAddr, "192.0.2.0/24") | stats sum(bytes) as bytesTransferred by dstAddr'
    " | sort bytesTransferred desc | limit 15",
    "udp": "filter protocol=17 | stats count(*) by srcAddr",
    "skipped": 'filter logStatus="SKIPDATA" | stats count(*) by bin(1h) as t | sort t',
    "connections": "fields @timestamp, srcAddr, dstAddr, srcPort, dstPort, protocol, bytes"
    " | filter interfaceId = 'eni-000000000b5710a10' | sort @timestamp desc"
    " | dedup srcAddr, dstAddr, srcPort, dstPort, protocol | limit 20",
    "bytes": "stats sum(bytes) as bytesTransferred by srcAddr, dstAddr | sort bytesTransferred desc | limit 10",
    "average": "stats avg(bytes), min(bytes), max(bytes) by srcAddr, dstAddr",
    "rejections": 'filter action="REJECT" | stats count(*) as numRejections by srcAddr | sort numRejections desc'
    " | limit 20",
    "ports": 'filter action="REJECT" and srcAddr="203.0.113.66" | stats count_distinct(dstPort) as ports by dstAddr',
}
TRAIL_QUERIES = {
    "services": "stats count(*) by eventSource, eventName, awsRegion",
    "ec2": 'filter eventSource="ec2.amazonaws.com" | stats count(*) as eventCount by eventName, awsRegion'
    " | sort eventCount desc",
    "hosts": 'filter (eventName="StartInstances" or eventName="StopInstances") and awsRegion="us-east-2"',
    "users": 'filter eventName="CreateUser" | fields awsRegion, requestParameters.userName, responseElements.user.arn',
    "exceptions": 'filter eventName="UpdateTrail" and ispresent(errorCode) | stats count(*) by errorCode, errorMessage',
    "tls": OUTDATED + "userIdentity.accountId, recipientAccountId, eventSource, eventName, awsRegion,"
    " tlsDetails.tlsVersion, tlsDetails.cipherSuite, userAgent"
    " | sort eventSource, eventName, awsRegion, tlsDetails.tlsVersion",
    "tls services": OUTDATED + "eventSource | sort numOutdatedTlsCalls desc",
    "denied": "filter errorCode like /AccessDenied|UnauthorizedOperation/"
    " | stats count(*) as n by userIdentity.arn, eventName | sort n desc",
    "root": 'filter userIdentity.type = "Root" and eventType != "AwsServiceEvent"',
    "failed": 'filter eventName="ConsoleLogin" and responseElements.ConsoleLogin="Failure"'
    " | stats count(*) by sourceIPAddress",
    "addresses": 'filter userIdentity.userName = "deploy" | stats count(*) as calls,'
    " earliest(eventTime) as first, latest(eventTime) as last by sourceIPAddress",
}
NOT_IN_THE_SAMPLE = {"hosts", "exceptions", "tls", "tls services", "root", "failed"}
"""What did not happen on that day."""


@cache
def raw_flows(raw: Path) -> list[dict[str, str]]:
    return flows(raw)


@cache
def raw_trail(raw: Path) -> list[Record]:
    return trail(raw)


def run(archive: Path, text: str, group: str) -> list[dict[str, str]]:
    rows = open_engine(f"local:{archive}").run(text, DAY, [group]).rows
    return [{name: value for name, value in row.items() if name != "@ptr"} for row in rows]


def flow_rows(archive: Path, name: str) -> list[dict[str, str]]:
    return run(archive, FLOW_QUERIES[name], "vpc-flow")


def trail_rows(archive: Path, name: str) -> list[dict[str, str]]:
    return run(archive, TRAIL_QUERIES[name], "cloudtrail")


def sums(records: Iterable[dict[str, str]], value: str, *keys: str) -> Counter[tuple[str, ...]]:
    """Sums of the records that have a number there; the others count nothing, but have their group."""
    total: Counter[tuple[str, ...]] = Counter()
    for record in records:
        total[tuple(record[key] for key in keys)] += int(record[value]) if record[value] != "-" else 0
    return total


def top(counter: Counter[tuple[str, ...]], rows: list[dict[str, str]], value: str, *keys: str) -> None:
    """Check that ``rows`` are groups with the greatest values; which of equal ones stand last is open."""
    best = sorted(counter.values(), reverse=True)[: len(rows)]
    assert [int(row[value]) for row in rows] == best
    assert all(counter[tuple(row[key] for key in keys)] == int(row[value]) for row in rows)


def test_there_are_twenty() -> None:
    assert len(FLOW_QUERIES) + len(TRAIL_QUERIES) == 20


@pytest.mark.parametrize("name", [*FLOW_QUERIES, *TRAIL_QUERIES])
def test_a_pasted_query_runs_and_finds_what_the_day_holds(sample_archive: Path, name: str) -> None:
    rows = (flow_rows if name in FLOW_QUERIES else trail_rows)(sample_archive, name)
    assert bool(rows) is (name not in NOT_IN_THE_SAMPLE)


def test_packets_and_bytes_between_hosts_are_those_of_the_raw_records(sample_archive: Path, raw: Path) -> None:
    records = raw_flows(raw)
    packets, octets = sums(records, "packets", "srcaddr", "dstaddr"), sums(records, "bytes", "srcaddr", "dstaddr")
    rows = flow_rows(sample_archive, "packets")
    assert len(rows) == 15
    top(packets, rows, "packetsTransferred", "srcAddr", "dstAddr")
    rows = flow_rows(sample_archive, "bytes")
    assert len(rows) == 10
    top(octets, rows, "bytesTransferred", "srcAddr", "dstAddr")


def test_bytes_out_of_a_subnet_are_those_of_the_raw_records(sample_archive: Path, raw: Path) -> None:
    inside = [record for record in raw_flows(raw) if record["srcaddr"].startswith("192.0.2.")]
    rows = flow_rows(sample_archive, "subnet")
    assert len(rows) == min(15, len({record["dstaddr"] for record in inside}))
    top(sums(inside, "bytes", "dstaddr"), rows, "bytesTransferred", "dstAddr")


def test_udp_is_counted_for_every_address(sample_archive: Path, raw: Path) -> None:
    counted = Counter(record["srcaddr"] for record in raw_flows(raw) if record["protocol"] == "17")
    assert {row["srcAddr"]: int(row["count(*)"]) for row in flow_rows(sample_archive, "udp")} == counted


def test_skipped_records_stand_in_the_hours_of_their_beginnings(sample_archive: Path, raw: Path) -> None:
    hours = Counter(int(r["start"]) // 3600 for r in raw_flows(raw) if r["log-status"] == "SKIPDATA")
    rows = flow_rows(sample_archive, "skipped")
    assert {int(parse_time(row["t"])[0].timestamp()) // 3600: int(row["count(*)"]) for row in rows} == hours
    assert [row["t"] for row in rows] == sorted(row["t"] for row in rows)


def test_each_connection_stands_once_with_its_newest_record(sample_archive: Path, raw: Path) -> None:
    keys = ("srcaddr", "dstaddr", "srcport", "dstport", "protocol")
    newest: dict[tuple[str, ...], int] = {}
    for record in raw_flows(raw):
        if record["interface-id"] == "eni-000000000b5710a10":
            connection = tuple(record[key] for key in keys)
            newest[connection] = max(newest.get(connection, 0), int(record["start"]))
    rows = flow_rows(sample_archive, "connections")
    found = {
        tuple(row[name] for name in ("srcAddr", "dstAddr", "srcPort", "dstPort", "protocol")): int(
            parse_time(row["@timestamp"])[0].timestamp()
        )
        for row in rows
    }
    assert len(rows) == len(found) == 20
    assert all(newest[connection] == second for connection, second in found.items())
    assert sorted(found.values(), reverse=True) == sorted(newest.values(), reverse=True)[:20]


def test_smallest_greatest_and_mean_bytes_are_those_of_the_raw_records(sample_archive: Path, raw: Path) -> None:
    octets: dict[tuple[str, str], list[int]] = {}
    for record in raw_flows(raw):
        if record["bytes"] != "-":
            octets.setdefault((record["srcaddr"], record["dstaddr"]), []).append(int(record["bytes"]))
    rows = [row for row in flow_rows(sample_archive, "average") if row["srcAddr"] != "-"]
    assert {(row["srcAddr"], row["dstAddr"]) for row in rows} == set(octets)
    for row in rows:
        values = octets[row["srcAddr"], row["dstAddr"]]
        assert (int(row["min(bytes)"]), int(row["max(bytes)"])) == (min(values), max(values))
        assert float(row["avg(bytes)"]) == pytest.approx(sum(values) / len(values), rel=1e-12)


def test_rejections_name_the_scanners(sample_archive: Path, raw: Path) -> None:
    counted = Counter((r["srcaddr"],) for r in raw_flows(raw) if r["action"] == "REJECT")
    rows = flow_rows(sample_archive, "rejections")
    top(counted, rows, "numRejections", "srcAddr")
    truth = json.loads((raw / "truth.json").read_text("utf-8"))
    by_source = {row["srcAddr"]: int(row["numRejections"]) for row in rows}
    assert by_source[truth["facts"]["expected_scanner"]] == truth["counts"]["expected_scanner_flows_rejected"]
    assert by_source[truth["facts"]["attacker"]] == truth["counts"]["flows_rejected"]


def test_the_attackers_ports_are_counted_for_each_host(sample_archive: Path, raw: Path) -> None:
    ports: dict[str, set[str]] = {}
    for record in raw_flows(raw):
        if record["srcaddr"] == "203.0.113.66" and record["action"] == "REJECT":
            ports.setdefault(record["dstaddr"], set()).add(record["dstport"])
    rows = flow_rows(sample_archive, "ports")
    assert {row["dstAddr"]: int(row["ports"]) for row in rows} == {host: len(found) for host, found in ports.items()}


def test_calls_are_counted_by_service_event_and_region(sample_archive: Path, raw: Path) -> None:
    counted = Counter((r["eventSource"], r["eventName"], r["awsRegion"]) for r in raw_trail(raw))
    rows = trail_rows(sample_archive, "services")
    found = {(r["eventSource"], r["eventName"], r["awsRegion"]): int(r["count(*)"]) for r in rows}
    assert found == counted
    ec2 = {key[1:]: n for key, n in counted.items() if key[0] == "ec2.amazonaws.com"}
    rows = trail_rows(sample_archive, "ec2")
    assert {(row["eventName"], row["awsRegion"]): int(row["eventCount"]) for row in rows} == ec2


def test_the_user_that_the_intruder_made_is_found(sample_archive: Path, raw: Path) -> None:
    (made,) = [record for record in raw_trail(raw) if record["eventName"] == "CreateUser"]
    truth = json.loads((raw / "truth.json").read_text("utf-8"))
    assert part(made, "requestParameters.userName") == truth["facts"]["created_user"]
    names = ("awsRegion", "requestParameters.userName", "responseElements.user.arn")
    assert trail_rows(sample_archive, "users") == [{name: part(made, name) for name in names}]


def test_denied_calls_are_counted_by_who_and_what(sample_archive: Path, raw: Path) -> None:
    counted = Counter(
        (part(record, "userIdentity.arn"), record["eventName"])
        for record in raw_trail(raw)
        if record.get("errorCode") == "AccessDenied"
    )
    rows = trail_rows(sample_archive, "denied")
    assert {(row["userIdentity.arn"], row["eventName"]): int(row["n"]) for row in rows} == counted
    assert [int(row["n"]) for row in rows] == sorted(counted.values(), reverse=True)


def test_the_addresses_of_the_stolen_key_come_with_their_first_and_last_call(sample_archive: Path, raw: Path) -> None:
    times: dict[str, list[str]] = {}
    for record in raw_trail(raw):
        if part(record, "userIdentity.userName") == "deploy":
            times.setdefault(record["sourceIPAddress"], []).append(record["eventTime"])
    found = {
        r["sourceIPAddress"]: (int(r["calls"]), r["first"], r["last"]) for r in trail_rows(sample_archive, "addresses")
    }
    assert found == {address: (len(seen), min(seen), max(seen)) for address, seen in times.items()}


def test_the_teams_own_query_runs_as_it_stands(sample_archive: Path) -> None:
    # The streams of the sample are named after its files, so that none is called 'alert'.
    assert run(sample_archive, TEAM, "OSSEC") == []


def test_the_teams_own_query_filters_the_twenty_newest_alerts(raw: Path) -> None:
    lines = alerts(raw)
    of_rule = [time for time, line in lines if json.loads(line)["rule"].get("sidid") == 100029]
    assert of_rule
    # The day as it was when the last of them came in: what is newer is not there yet.
    until = max(of_rule)
    events = [MemoryEvent(time, line, "OSSEC", "alert") for time, line in lines if time <= until]
    newest = sorted(events, key=lambda event: -event.timestamp)[:20]
    wanted = [json.loads(e.message) for e in newest if json.loads(e.message)["rule"].get("sidid") == 100029]
    rows = ask(TEAM, events, span=(DAY.start_ms, DAY.end_ms), log_groups=["OSSEC"]).rows
    assert wanted
    assert [(row["hostname"], row["full_log"]) for row in rows] == [(w["hostname"], w["full_log"]) for w in wanted]
    assert all(set(row) == {"@timestamp", "hostname", "full_log", "@ptr"} for row in rows)


def test_with_its_filter_first_the_teams_query_finds_every_alert_of_the_rule(raw: Path) -> None:
    lines = alerts(raw)
    events = [MemoryEvent(time, line, "OSSEC", "alert") for time, line in lines]
    found = ask(
        "filter @logStream='alert' and rule.sidid=100029 | fields @timestamp, hostname, full_log"
        " | sort @timestamp desc | limit 20",
        events,
        span=(DAY.start_ms, DAY.end_ms),
        log_groups=["OSSEC"],
    ).rows
    wanted = [line for _, line in lines if json.loads(line)["rule"].get("sidid") == 100029]
    assert len(found) == len(wanted)
    assert {row["full_log"] for row in found} == {json.loads(line)["full_log"] for line in wanted}


@pytest.fixture
def raw(sample_archive: Path) -> Path:
    """The folder of the raw logs that the archive was loaded from."""
    return sample_archive.parents[1] / "raw"
