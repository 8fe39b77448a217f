"""Alerts of OSSEC 3 and of Wazuh 4: one JSON object a line, of different shapes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siemlib.sample import day
from siemlib.sample.truth import names_attacker

if TYPE_CHECKING:
    from random import Random

    from siemlib.sample.truth import Tally

WAZUH_AGENTS = {"bastion-1": ("001", "10.0.1.10"), "web-1": ("002", "10.0.2.21"), "vulnscan-1": ("009", "10.0.9.9")}
OSSEC_AGENTS = {"web-2": "10.0.2.22", "app-1": "10.0.2.31", "db-1": "10.0.3.40"}

# rule id → level, description, groups; the ids and words of the public rule sets
RULES: dict[int, tuple[int, str, tuple[str, ...]]] = {
    533: (7, "Listened ports status (netstat) changed (new port opened or closed).", ("ossec",)),
    550: (7, "Integrity checksum changed.", ("ossec", "syscheck")),
    591: (3, "Log file rotated.", ("ossec",)),
    5402: (3, "Successful sudo to ROOT executed.", ("syslog", "sudo")),
    5405: (5, "Unauthorized user attempted to use sudo.", ("syslog", "sudo")),
    5501: (3, "PAM: Login session opened.", ("pam", "syslog", "authentication_success")),
    5502: (3, "PAM: Login session closed.", ("pam", "syslog")),
    5706: (6, "sshd: insecure connection attempt (scan).", ("syslog", "sshd", "recon")),
    5710: (5, "sshd: Attempt to login using a non-existent user", ("syslog", "sshd", "invalid_login")),
    5712: (10, "sshd: brute force trying to get access to the system. Non existent user.", ("syslog", "sshd")),
    5715: (3, "sshd: authentication success.", ("syslog", "sshd", "authentication_success")),
    5716: (5, "sshd: authentication failed.", ("syslog", "sshd", "authentication_failed")),
    5758: (8, "Maximum authentication attempts exceeded.", ("syslog", "sshd", "authentication_failed")),
    31101: (5, "Web server 400 error code.", ("web", "accesslog", "attack")),
    31151: (10, "Multiple web server 400 error codes from same source ip.", ("web", "accesslog", "web_scan", "recon")),
    40112: (12, "Multiple authentication failures followed by a success.", ("syslog", "attacks")),
    100029: (3, "Daily list of open ports (local rule).", ("local", "ossec", "open_ports")),
}
FREQUENT = frozenset({5712, 31151})
"""Rules that fire on the eighth alert, and then again on every eighth."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert on one line of log. ``source`` is the address that the decoder found, if it found one."""

    second: int
    host: str
    rule: int
    full_log: str
    location: str
    source: str | None = None
    user: str | None = None
    before: str | None = None
    """The earlier lines that a frequency rule looked back on, or the last list of ports."""

    @property
    def wazuh(self) -> bool:
        """Whether the host is watched by Wazuh and not by the older OSSEC manager."""
        return self.host in WAZUH_AGENTS


def write(rng: Random, tally: Tally, alerts: list[Alert]) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The lines of the OSSEC manager and of the Wazuh manager: (epoch ms, JSON), in the order of the alerts."""
    ossec: list[tuple[int, str]] = []
    wazuh: list[tuple[int, str]] = []
    fired: dict[int, int] = {}
    offset = 4096
    for alert in sorted(alerts, key=lambda one: one.second):
        fired[alert.rule] = fired.get(alert.rule, 0) + 1
        offset += len(alert.full_log) + 180
        if alert.wazuh:
            # the manager stamps an alert when it has decided on it, a little after the log line
            time = day.millis(alert.second) + rng.randrange(20, 980)
            content = _wazuh(alert, time, fired[alert.rule], offset)
        else:
            time = day.millis(alert.second)
            content = _ossec(alert, time, offset)
        text = json.dumps(content, separators=(",", ":"))
        (wazuh if alert.wazuh else ossec).append((time, text))
        _count(tally, alert, text)
    return ossec, wazuh


def _count(tally: Tally, alert: Alert, text: str) -> None:
    tally.counts["alerts_533"] += alert.rule == 533  # noqa: PLR2004 - the rule of open ports
    tally.counts["alerts_100029"] += alert.rule == 100029  # noqa: PLR2004 - the local rule of open ports
    if names_attacker(text):
        tally.alerts[str(alert.rule)] += 1
        tally.levels[str(RULES[alert.rule][0])] += 1


def _program(full_log: str) -> str | None:
    """The program of a syslog line; web lines and lists of ports have none."""
    if not full_log.startswith("Mar  4"):
        return None
    return full_log.split(" ", 6)[5].split("[", maxsplit=1)[0].rstrip(":")


def _wazuh(alert: Alert, time: int, fired: int, offset: int) -> dict[str, Any]:
    level, description, groups = RULES[alert.rule]
    number, address = WAZUH_AGENTS[alert.host]
    rule: dict[str, Any] = {"level": level, "description": description, "id": str(alert.rule)}
    if alert.rule in FREQUENT:
        rule["frequency"] = 8
    rule |= {"firedtimes": fired, "mail": level >= 12, "groups": list(groups)}  # noqa: PLR2004 - Wazuh's default
    content: dict[str, Any] = {
        "timestamp": f"{day.iso(alert.second)}.{time % 1000:03d}+0000",
        "rule": rule,
        "agent": {"id": number, "name": alert.host, "ip": address},
        "manager": {"name": "wazuh-manager-1"},
        "id": f"{time // 1000}.{offset}",
    }
    if alert.before:
        content["previous_output"] = alert.before
    content["full_log"] = alert.full_log
    program = _program(alert.full_log)
    if program:
        content["predecoder"] = {"program_name": program, "timestamp": day.syslog(alert.second), "hostname": alert.host}
    content["decoder"] = {"name": program or ("ossec" if "netstat" in alert.location else "web-accesslog")}
    data = {"srcip": alert.source, "dstuser": alert.user}
    if any(data.values()):
        content["data"] = {name: value for name, value in data.items() if value}
    content["location"] = alert.location
    return content


def _ossec(alert: Alert, time: int, offset: int) -> dict[str, Any]:
    level, description, groups = RULES[alert.rule]
    second = alert.second
    content: dict[str, Any] = {
        "rule": {"level": level, "comment": description, "sidid": alert.rule, "group": ",".join(groups) + ","},
        "id": f"{time // 1000}.{offset}",
        "TimeStamp": time,
        "timestamp": f"2026 Mar 04 {day.clock(second)}",
        "decoder": _program(alert.full_log) or ("ossec" if "netstat" in alert.location else "web-accesslog"),
        "location": f"({alert.host}) {OSSEC_AGENTS[alert.host]}->{alert.location}",
        "full_log": alert.full_log,
        "hostname": alert.host,
    }
    if alert.source:
        content["srcip"] = alert.source
    if alert.user:
        content["dstuser"] = alert.user
    if alert.before:
        content["previous_output"] = alert.before
    return content
