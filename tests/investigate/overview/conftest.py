"""Two hours of logs: an hour before, and the hour of the small incident after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.investigate.incident import ALERTS, CALLS, FLOWS, SSHD, Log, alert, call, case_over, flow, sshd

if TYPE_CHECKING:
    from siemlib.case import Case

HOUR = 3600
BEFORE = (
    Log(
        "vpc",
        "vpc_flow",
        [
            flow(-HOUR + 10, "203.0.113.6", 40_000, "10.0.0.5", 23, "REJECT"),
            flow(-HOUR + 20, "203.0.113.166", 40_000, "10.0.0.5", 25, "ACCEPT"),
            flow(-HOUR + 30, "10.0.0.5", 40_500, "198.51.100.9", 443, "ACCEPT", 900),
        ],
    ),
    Log("auth", "sshd", [sshd(-HOUR + 40, "Failed password for root from 203.0.113.6 port 6000 ssh2")]),
    Log("OSSEC", "ossec", [alert(-HOUR + 50, 5, "5716", "sshd: authentication failed")]),
    Log("cloudtrail", "cloudtrail", [call(-HOUR + 60, "ListUsers", "maria", "198.51.100.7")]),
)


def merged(*logs: Log) -> tuple[Log, ...]:
    """Logs of the same name as one."""
    names = dict.fromkeys((log.group, log.source) for log in logs)
    return tuple(
        Log(group, source, sorted(line for log in logs if log.group == group for line in log.lines))
        for group, source in names
    )


@pytest.fixture(scope="package")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The hour of the incident, with an hour before it in the archive."""
    return case_over(tmp_path_factory.mktemp("compared"), *merged(*BEFORE, FLOWS, SSHD, ALERTS, CALLS))
