"""Lines of logs for the tests of logins, written by hand; times are seconds after 02:00 on 2026-03-04 (UTC)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.investigate.incident import ATTACKER, START, Log, case_over, sshd

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

HOME = "198.51.100.7"


def failed(second: float, user: str = "root", address: str = ATTACKER) -> tuple[float, str]:
    """A password that sshd on web-1 refused."""
    return sshd(second, f"Failed password for {user} from {address} port 4000 ssh2")


def accepted(second: float, user: str = "root", address: str = ATTACKER) -> tuple[float, str]:
    """A password that sshd on web-1 took."""
    return sshd(second, f"Accepted password for {user} from {address} port 4000 ssh2")


def syslog(second: float, rest: str) -> tuple[float, str]:
    """A line of syslog: ``rest`` begins with the host."""
    time = START + timedelta(seconds=second)
    return second, f"{time:%b} {time.day:2d} {time:%H:%M:%S} {rest}"


def audit(second: float, address: str, result: str = "failed") -> tuple[float, str]:
    """A record of the audit daemon about a login of root."""
    stamp = f"{START.timestamp() + second:.3f}"
    told = f'op=login acct="root" exe="/usr/sbin/sshd" hostname=? addr={address} terminal=ssh res={result}'
    return second, f"type=USER_LOGIN msg=audit({stamp}:{round(second)}): pid=1 uid=0 auid=0 ses=1 msg='{told}'"


def over_sshd(folder: Path, *lines: tuple[float, str]) -> Case:
    """A case over one log of sshd."""
    return case_over(folder, Log("auth", "sshd", list(lines)))
