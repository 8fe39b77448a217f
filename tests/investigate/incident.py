"""A small incident, written by hand, with a case over it. What every pivot must answer is known by reading this file.

Between 02:00 and 03:00 on 2026-03-04 (UTC) 203.0.113.66 probes ports, guesses passwords, gets in as deploy at 02:20 and
creates a user and an access key at 02:30. 203.0.113.6 and 203.0.113.166 are its innocent neighbours in text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from siemlib.archive.load import load
from siemlib.case import open_case

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

ATTACKER = "203.0.113.66"
START = datetime(2026, 3, 4, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Log:
    """One log group: its source and its lines, each with its time in seconds after 02:00."""

    group: str
    source: str
    lines: list[tuple[float, str]] = field(default_factory=list)


def case_over(folder: Path, *logs: Log) -> Case:
    """A case over an archive of these logs, delivered as the AWS CLI writes them."""
    folder.mkdir(exist_ok=True)
    archive = folder / "archive"
    for number, log in enumerate(logs):
        delivered = folder / f"delivered-{number}.json"
        events = [{"timestamp": _millis(seconds), "message": line} for seconds, line in log.lines]
        delivered.write_text(json.dumps({"events": events}), encoding="utf-8")
        assert not load([delivered], archive, log_group=log.group, source=log.source).refused
    end = START + timedelta(hours=1)
    return open_case(engine=f"local:{archive}", start=START.isoformat(), end=end.isoformat())


def _millis(seconds: float) -> int:
    return round((START.timestamp() + seconds) * 1000)


def flow(  # noqa: PLR0913, PLR0917 - a flow record has as many parts
    seconds: float, source: str, source_port: int, target: str, port: int, action: str, octets: int = 40
) -> tuple[float, str]:
    """A version 2 record of one packet over TCP."""
    start = round(START.timestamp() + seconds)
    ends = f"{source} {target} {source_port} {port}"
    return seconds, f"2 123456789012 eni-0a {ends} 6 1 {octets} {start} {start + 60} {action} OK"


def sshd(seconds: float, what: str) -> tuple[float, str]:
    """A line of sshd on web-1."""
    time = START + timedelta(seconds=seconds)
    return seconds, f"{time:%b} {time.day:2d} {time:%H:%M:%S} web-1 sshd[4711]: {what}"


def alert(seconds: float, level: int, rule: str, about: str, **rest: object) -> tuple[float, str]:
    """A Wazuh alert."""
    time = (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    body = {"timestamp": time, "rule": {"level": level, "id": rule, "description": about}, "agent": {"name": "web-1"}}
    return seconds, json.dumps({**body, **rest})


def call(seconds: float, name: str, user: str, address: str, **rest: object) -> tuple[float, str]:
    """A CloudTrail record of an IAM user."""
    body = {
        "eventVersion": "1.08",
        "userIdentity": {"type": "IAMUser", "userName": user, "arn": f"arn:aws:iam::123456789012:user/{user}"},
        "eventTime": (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": "iam.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": address,
        "eventID": f"{name}-{seconds}",
    }
    return seconds, json.dumps({**body, **rest})


FLOWS = Log(
    "vpc",
    "vpc_flow",
    [
        *(flow(i, ATTACKER, 40_000, "10.0.0.5", 1001 + i, "REJECT") for i in range(20)),
        flow(30, ATTACKER, 40_000, "10.0.0.5", 23, "REJECT"),
        flow(31, ATTACKER, 40_000, "10.0.0.6", 23, "REJECT"),
        flow(40, "203.0.113.6", 40_000, "10.0.0.5", 23, "REJECT"),
        flow(41, "203.0.113.166", 40_000, "10.0.0.5", 25, "ACCEPT"),
        (50, f"2 123456789012 eni-0a {ATTACKER} 10.0.0.5 0 0 1 1 40 1772589650 1772589710 REJECT OK"),
        flow(1200, ATTACKER, 40_001, "10.0.0.5", 22, "ACCEPT", 5000),
        flow(1200, "10.0.0.5", 22, ATTACKER, 40_001, "ACCEPT", 7000),
        flow(1800, "10.0.0.5", 40_500, ATTACKER, 443, "ACCEPT", 900),
    ],
)
SSHD = Log(
    "auth",
    "sshd",
    [
        sshd(600, f"Failed password for invalid user admin from {ATTACKER} port 4000 ssh2"),
        sshd(601, f"Failed password for root from {ATTACKER} port 4001 ssh2"),
        sshd(602, f"Failed password for deploy from {ATTACKER} port 4002 ssh2"),
        sshd(603, f"Failed password for deploy from {ATTACKER} port 4003 ssh2"),
        sshd(700, "Failed password for maria from 198.51.100.7 port 5000 ssh2"),
        sshd(710, "Accepted password for maria from 198.51.100.7 port 5001 ssh2"),
        sshd(800, "Failed password for root from 203.0.113.6 port 6000 ssh2"),
        sshd(1200, f"Accepted password for deploy from {ATTACKER} port 4010 ssh2"),
    ],
)
ALERTS = Log(
    "OSSEC",
    "ossec",
    [
        alert(604, 10, "5712", "sshd: brute force trying to get access", data={"srcip": ATTACKER}),
        alert(600, 5, "5710", "sshd: non-existent user", full_log=f"Failed password for admin from {ATTACKER} port 1"),
        alert(602, 5, "5716", "sshd: authentication failed", data={"srcip": ATTACKER, "dstuser": "deploy"}),
        alert(603, 5, "5716", "sshd: authentication failed", data={"srcip": "127.0.0.1"}, full_log=f"[{ATTACKER}] no"),
        alert(650, 12, "9999", "about a neighbour", data={"srcip": "203.0.113.6"}),
    ],
)
CALLS = Log(
    "cloudtrail",
    "cloudtrail",
    [
        call(1790, "ListUsers", "deploy", ATTACKER),
        call(1795, "ListUsers", "deploy", ATTACKER),
        call(1800, "CreateUser", "deploy", ATTACKER, requestParameters={"userName": "backup2"}),
        call(
            1810,
            "CreateAccessKey",
            "deploy",
            ATTACKER,
            requestParameters={"userName": "backup2"},
            responseElements={"accessKey": {"accessKeyId": "AKIAEXAMPLE2"}},
        ),
        call(1820, "AttachUserPolicy", "deploy", ATTACKER, errorCode="AccessDenied"),
        call(1830, "CreateUser", "maria", "198.51.100.7", requestParameters={"userName": "newcomer"}),
    ],
)
APP = Log(
    "app", "plain", [(1500, f"client {ATTACKER}: request refused"), (1501, "client 203.0.113.166: request served")]
)
QUIET = Log("bastion", "sshd", [sshd(5, "Server listening on 0.0.0.0 port 22.")])
INCIDENT = (FLOWS, SSHD, ALERTS, CALLS, APP, QUIET)
