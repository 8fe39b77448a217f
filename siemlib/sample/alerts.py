"""Which lines of the other logs raise an alert."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from siemlib.sample import day, story, world
from siemlib.sample.ossec import OSSEC_AGENTS, WAZUH_AGENTS, Alert

if TYPE_CHECKING:
    from random import Random

    from siemlib.sample.sshd import Logs
    from siemlib.sample.web_access import Request

_AUTH = "/var/log/auth.log"
_ACCESS = "/var/log/apache2/access.log"
_PEER = re.compile(r" (?:from|user \S+) (\d+(?:\.\d+){3}) port ")
_USER = re.compile(r"(?:user|for) (?:invalid user )?([\w-]+) from ")
_CLIENT_ERRORS = range(400, 500)
_FREQUENCY = 8

# what a line of sshd holds → the rule it raises; the first that fits
_LINES = (
    ("Invalid user ", 5710),
    ("Failed password for invalid user ", None),
    ("Failed password for ", 5716),
    ("maximum authentication attempts exceeded", 5758),
    ("Accepted ", 5715),
    ("session opened for user", 5501),
    ("session closed for user", 5502),
    ("banner exchange: ", 5706),
    ("user NOT in sudoers", 5405),
)
# decoders find no address in these lines, so that it stands in full_log alone
_ADDRESS_UNKNOWN = frozenset({5758, 5501, 5502, 5405, 5706})
_OPEN = (
    "tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      640/sshd",
    "tcp        0      0 127.0.0.1:25            0.0.0.0:*               LISTEN      811/master",
    "tcp6       0      0 :::22                   :::*                    LISTEN      640/sshd",
    "udp        0      0 127.0.0.1:323           0.0.0.0:*                           611/chronyd",
)
_NEW_PORT = "tcp        0      0 0.0.0.0:4444            0.0.0.0:*               LISTEN      4790/ncat"


def alerts(rng: Random, logs: Logs, requests: list[Request]) -> list[Alert]:
    """All alerts of the day."""
    made = _sshd(logs) + _web(requests)
    return made + _ports() + _ordinary(rng)


def _sshd(logs: Logs) -> list[Alert]:
    made = []
    invalid: dict[str, list[str]] = defaultdict(list)
    for host in logs.lines:
        for second, line in logs.ordered(host):
            rule = next((number for text, number in _LINES if text in line), None)
            if rule is None:
                continue
            peer, user = _PEER.search(line), _USER.search(line)
            address = peer[1] if peer and rule not in _ADDRESS_UNKNOWN else None
            made.append(Alert(second, host, rule, line, _AUTH, address, user[1] if user else None))
            if rule == 5710 and address:  # noqa: PLR2004 - the rule that 5712 counts
                invalid[address].append(line)
                if len(invalid[address]) % _FREQUENCY == 0:
                    before = "\n".join(invalid[address][-_FREQUENCY:-1])
                    made.append(Alert(second, host, 5712, line, _AUTH, address, user[1] if user else None, before))
            if rule == 5715 and address == story.ATTACKER:  # noqa: PLR2004 - a success after failures
                made.append(Alert(second, host, 40112, line, _AUTH, address, story.STOLEN_USER))
    return made


def _web(requests: list[Request]) -> list[Alert]:
    made = []
    errors: dict[tuple[str, str], list[str]] = defaultdict(list)
    for request in requests:
        if request.status not in _CLIENT_ERRORS:
            continue
        host, line = world.WEB[request.server].name, request.line()
        made.append(Alert(request.second, host, 31101, line, _ACCESS, request.client))
        seen = errors[host, request.client]
        seen.append(line)
        if len(seen) % _FREQUENCY == 0:
            before = "\n".join(seen[-_FREQUENCY:-1])
            made.append(Alert(request.second, host, 31151, line, _ACCESS, request.client, before=before))
    return made


def _ports() -> list[Alert]:
    """The daily list of every host, and one alert of a change: a port that the attacker left open on the bastion."""
    act = story.act("open ports")
    name = "netstat listening ports"
    before = "ossec: output: 'netstat -tlupn':\n" + "\n".join(_OPEN)
    after = f"{before}\n{_NEW_PORT}"
    made = [
        Alert(act.first + n, host, 100029, after if host == "bastion-1" else before, name)
        for n, host in enumerate(("bastion-1", "web-1", "web-2", "app-1", "db-1"))
    ]
    made.append(Alert(act.first + 30, "bastion-1", 533, after, name, before=f"Previous output:\n{before}"))
    return made


def _ordinary(rng: Random) -> list[Alert]:
    made = []
    hosts = (*(host for host in WAZUH_AGENTS if host != "vulnscan-1"), *OSSEC_AGENTS)
    for number, second in enumerate(day.busy_seconds(rng, 420)):
        host = rng.choice(hosts)
        stamp = f"{day.syslog(second)} {host}"
        rule, text, location = rng.choice(
            (
                (
                    5402,
                    f"{stamp} sudo[{number}]: tomas : TTY=pts/0 ; PWD=/home/tomas ; USER=root ; COMMAND=/bin/ls",
                    _AUTH,
                ),
                (550, f"File '/etc/app/settings-{number}.conf' modified\nMode: scheduled\n", "syscheck"),
                (591, f"ossec: File rotated (inode changed): '/var/log/app-{number}.log'.", "ossec-logcollector"),
            )
        )
        made.append(Alert(second, host, rule, text, location))
    return made
