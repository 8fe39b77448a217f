"""Audit records, a network sensor and applications answer a pivot as every other log does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load
from siemlib.case import open_case
from siemlib.investigate import pivot
from tests.sources.samples import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

ATTACKER = "203.0.113.66"
KINDS = ("auditd", "suricata", "suricata_fast", "application", "application_text")


@pytest.fixture(scope="module")
def host(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The audit records of a real host over five days."""
    archive = tmp_path_factory.mktemp("audit") / "archive"
    load([shared / "data/auth/ait_audit_2k"], archive)
    return open_case(engine=f"local:{archive}", start="2022-01-20T00:00:00Z", end="2022-01-26T00:00:00Z")


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """One file of each of these kinds, each in the log group that is its own."""
    folder = tmp_path_factory.mktemp("mixed")
    for kind in KINDS:
        (folder / kind).write_text("".join(f"{line}\n" for line in SAMPLES[kind]), encoding="utf-8")
        assert load([folder / kind], folder / "archive").refused == ()
    return open_case(engine=f"local:{folder / 'archive'}", start="2026-03-04T00:00:00Z", end="2026-03-05T00:00:00Z")


def test_the_logins_of_the_real_host_stand_in_the_timeline_of_their_address(host: Case) -> None:
    frame = pivot.timeline(host, pivot.address("172.19.131.174")).frame

    assert len(frame) == 21
    logins = frame[frame["action"] == "login"]
    assert list(logins["time"].dt.strftime("%Y-%m-%dT%H:%M:%S.%f")) == [
        "2022-01-21T10:39:34.840000",
        "2022-01-21T14:06:41.811000",
        "2022-01-23T16:30:48.243000",
    ]
    assert set(logins["source"]) == {"auditd"}


def test_each_kind_is_seen_as_often_as_it_stands_in_the_timeline(mixed: Case) -> None:
    subject = pivot.address(ATTACKER)
    seen = pivot.seen_in(mixed, subject).frame.set_index("log group")["events"].to_dict()
    timeline = pivot.timeline(mixed, subject).frame
    activity = pivot.activity(mixed, subject).frame

    assert seen == {"auditd": 2, "suricata": 2, "suricata-fast": 1, "application": 1, "application-text": 1}
    assert timeline["log group"].value_counts().to_dict() == seen
    assert activity.groupby("source")["events"].sum().to_dict() == timeline["source"].value_counts().to_dict()
    assert set(timeline["address"]) == {ATTACKER}


def test_a_user_is_found_in_records_and_in_applications(mixed: Case) -> None:
    timeline = pivot.timeline(mixed, pivot.user("violet")).frame

    assert timeline["source"].value_counts().to_dict() == {"application_text": 3, "auditd": 1, "application": 1}
    failed = timeline[timeline["outcome"] == "failure"]
    assert set(failed["actor"]) == {"violet"}
    assert len(failed) == 4


def test_the_time_of_an_application_is_read_whatever_its_logger_writes(tmp_path: Path) -> None:
    times = [
        {"asctime": "2026-03-04 10:00:00,250"},
        {"time": 1772618400250},
        {"ts": 1772618400.25},
        {"@t": "2026-03-04T10:00:00.2500000Z"},
        {"timestamp": "2026-03-04T11:00:00.250+0100"},
    ]
    lines = [json.dumps(time | {"level": "info", "message": f"number {n}"}) for n, time in enumerate(times)]
    (tmp_path / "app.json").write_text("\n".join(lines), encoding="utf-8")
    load([tmp_path / "app.json"], tmp_path / "archive")
    case = open_case(engine=f"local:{tmp_path / 'archive'}", start="2026-03-04T00:00:00Z", end="2026-03-05T00:00:00Z")

    rows = case.run("fields @timestamp", case.log_groups()).rows
    assert [row["@timestamp"] for row in rows] == ["2026-03-04 10:00:00.250"] * len(times)
