"""The filters that a CloudWatch SIEM lives on, over the sample incident."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from siemlib.archive.store import Archive
from siemlib.database.connection import connect
from siemlib.model.timespan import TimeSpan
from siemlib.patterns import matches, parse, predicate
from siemlib.sample import read_truth

if TYPE_CHECKING:
    from pathlib import Path

DAY = TimeSpan.of_day(date(2026, 3, 4))
FLOWS = (
    "[version, account, eni, source!=10.*, destination, srcport, destport, protocol, packets, bytes, windowstart, "
    'windowend, action="REJECT", flowlogstatus]'
)

pytestmark = pytest.mark.xdist_group("sample")


def messages(archive: Path, group: str, pattern: str | None = None) -> list[str]:
    """The messages of a log group, those that match where a pattern is given."""
    connection = connect(threads=2)
    events = Archive.open(archive).relation(connection, [group], DAY, ()).sql
    wanted = "true" if pattern is None else predicate(parse(pattern), "message")
    rows = connection.execute(f"SELECT message FROM ({events}) WHERE {wanted} ORDER BY event_id")  # noqa: S608 - ours
    return [row[0] for row in rows.fetchall()]


def test_rejected_flows_from_outside(sample_archive: Path) -> None:
    every = messages(sample_archive, "vpc-flow")
    wanted = [m for m in every if not m.split()[3].startswith("10.") and m.split()[12] == "REJECT"]
    assert len(wanted) > 700
    assert messages(sample_archive, "vpc-flow", FLOWS) == wanted
    assert [m for m in every if matches(parse(FLOWS), m)] == wanted


def test_alerts_of_level_6_and_above(sample_archive: Path) -> None:
    pattern = "{ $.rule.level >= 6 }"
    every = messages(sample_archive, "OSSEC")
    wanted = [m for m in every if json.loads(m)["rule"]["level"] >= 6]
    assert 0 < len(wanted) < len(every)
    assert messages(sample_archive, "OSSEC", pattern) == wanted
    assert [m for m in every if matches(parse(pattern), m)] == wanted


def test_the_counts_of_the_incident_are_found(sample_archive: Path) -> None:
    truth = read_truth()
    # Flow records of both layouts: the address stands in different places, so it is looked for anywhere.
    rejected = f'"{truth.facts["attacker"]}" REJECT'
    assert len(messages(sample_archive, "vpc-flow", rejected)) == truth.counts["flows_rejected"]
    # OSSEC writes the rule as a number, Wazuh as a text under another name.
    alerts = "{ $.rule.sidid = 100029 || $.rule.id = 100029 }"
    assert len(messages(sample_archive, "OSSEC", alerts)) == truth.counts["alerts_100029"]
