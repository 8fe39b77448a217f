"""Small incidents around an alert, written by hand; what each must be read as is known by reading it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from siemlib.investigate.triage import find
from tests.investigate.incident import ATTACKER, Log, alert, case_over, sshd

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case
    from siemlib.investigate.triage import Alarm

FAILED = {"groups": ["syslog", "sshd", "authentication_failed"]}


def about_attacker(seconds: float, number: str = "1.1") -> tuple[float, str]:
    """An alert of rule 5716 about the attacker."""
    return alert(seconds, 5, "5716", "sshd: authentication failed", id=number, data={"srcip": ATTACKER})


def guesses(count: int, since: float = 600.0, address: str = ATTACKER) -> list[tuple[float, str]]:
    """Failed logins, one a second, each for another account."""
    return [
        sshd(since + n, f"Failed password for invalid user u{n} from {address} port {4000 + n} ssh2")
        for n in range(count)
    ]


def accepted(seconds: float, user: str, address: str = ATTACKER) -> tuple[float, str]:
    """A login that succeeded."""
    return sshd(seconds, f"Accepted password for {user} from {address} port 5555 ssh2")


def rejected(seconds: float, user: str, address: str = ATTACKER) -> tuple[float, str]:
    """A login that failed."""
    return sshd(seconds, f"Failed password for {user} from {address} port 5554 ssh2")


def case_of(folder: Path, alerts: list[tuple[float, str]], *logs: Log) -> tuple[Case, Alarm]:
    """A case over the alerts and the logs, and the first of the alerts."""
    case = case_over(folder, Log("OSSEC", "ossec", alerts), *logs)
    return case, find(case, alert=str(json.loads(alerts[0][1])["id"]))


def ssh(*lines: tuple[float, str]) -> Log:
    """The log of sshd."""
    return Log("auth", "sshd", list(lines))
