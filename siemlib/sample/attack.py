"""The attacker's acts in detail, planned once, so that every log that saw an act tells the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.sample import day, story, world

if TYPE_CHECKING:
    from random import Random

    from siemlib.sample.world import Host

COMMON_PORTS = (
    21,
    22,
    23,
    25,
    53,
    80,
    110,
    111,
    135,
    139,
    143,
    443,
    445,
    993,
    1433,
    1521,
    2049,
    2375,
    3000,
    3306,
    3389,
)
MAX_TRIES = 6
"""MaxAuthTries of OpenSSH: after so many failures in one connection it hangs up."""
EXISTING_USERS = ("root", "deploy", "maria", "tomas", "backup", "www-data")
"""Names of the guesses that are users of the bastion."""
_GUESSED = (
    "root",
    "deploy",
    "maria",
    "tomas",
    "backup",
    "www-data",
    "admin",
    "test",
    "guest",
    "oracle",
    "postgres",
    "mysql",
    "ubuntu",
    "ec2-user",
    "centos",
    "debian",
    "pi",
    "git",
    "jenkins",
    "ansible",
    "vagrant",
    "docker",
    "hadoop",
    "spark",
    "kafka",
    "elastic",
    "kibana",
    "nagios",
    "zabbix",
    "prometheus",
    "grafana",
    "tomcat",
    "nginx",
    "apache",
    "ftp",
    "ftpuser",
    "user",
    "user1",
    "user2",
    "support",
    "info",
    "web",
    "webmaster",
    "www",
    "dev",
    "developer",
    "devops",
    "ops",
    "operator",
    "sysadmin",
    "administrator",
    "minecraft",
    "steam",
    "teamspeak",
    "ts3",
    "sftp",
    "samba",
    "smb",
    "mail",
    "postfix",
    "dovecot",
    "redis",
    "mongodb",
    "cassandra",
    "odoo",
    "erp",
    "sap",
    "hr",
    "finance",
)
_PATIENT = 0.75
_DATABASE_USERS = ("postgres", "shop", "admin", "root", "app", "readonly", "rdsadmin")


@dataclass(frozen=True, slots=True)
class Probe:
    """One packet to one port, or an echo request (``port`` 0, ``protocol`` 1)."""

    second: int
    target: Host
    port: int
    protocol: int = 6


@dataclass(frozen=True, slots=True)
class Connection:
    """One SSH connection of the attacker: the names it tries, each at its second of the day."""

    first: int
    port: int
    pid: int
    tries: tuple[tuple[int, str], ...]

    @property
    def last(self) -> int:
        """The second of the last try."""
        return self.tries[-1][0]

    @property
    def exceeded(self) -> bool:
        """Whether the server hangs up because of too many failures."""
        return len(self.tries) == MAX_TRIES


@dataclass(frozen=True, slots=True)
class DatabaseTry:
    """One refused connection to the database."""

    second: int
    user: str
    database: str
    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Attack:
    """Everything the attacker does that more than one log sees."""

    scan: tuple[Probe, ...]
    guesses: tuple[Connection, ...]
    session_port: int
    session_pid: int
    inside: tuple[Probe, ...]
    database: tuple[DatabaseTry, ...]


def plan(rng: Random) -> Attack:
    """The attack of one sample."""
    return Attack(
        scan=_scan(rng),
        guesses=_guesses(rng),
        session_port=51_514,
        session_pid=4711,
        inside=inside_probes(rng, "inside probe", 60),
        database=_database(rng),
    )


def _scan(rng: Random) -> tuple[Probe, ...]:
    act = story.act("port scan")
    ports = sorted({*COMMON_PORTS, *rng.sample(range(1024, 49_152), 170)})
    aims = [(host, port, 6) for host in world.EXPOSED for port in ports]
    aims += [(host, 0, 1) for host in world.EXPOSED for _ in range(3)]
    rng.shuffle(aims)
    seconds = day.even_seconds(rng, len(aims), act.first, act.last)
    return tuple(Probe(second, *aim) for second, aim in zip(seconds, aims, strict=True))


def inside_probes(rng: Random, act_name: str, ports: int) -> tuple[Probe, ...]:
    """Probes of the inside hosts during an act: of so many ports, none of which is open."""
    act = story.act(act_name)
    chosen = sorted(rng.sample([port for port in range(20, 10_000) if port not in {22, 5432, 8080, 9000}], ports))
    aims = [(host, port) for host in world.INSIDE for port in chosen]
    rng.shuffle(aims)
    seconds = day.even_seconds(rng, len(aims), act.first, act.last)
    return tuple(Probe(second, *aim) for second, aim in zip(seconds, aims, strict=True))


def _guesses(rng: Random) -> tuple[Connection, ...]:
    act = story.act("guessing")
    names = [name for name in _GUESSED for _ in range(5)]
    rng.shuffle(names)
    connections = []
    second = act.first
    pid = 3100
    while names:
        # most connections are used up, some are given up early
        size = min(MAX_TRIES if rng.random() < _PATIENT else rng.randrange(1, MAX_TRIES), len(names))
        tries = []
        first = second
        for name in names[:size]:
            second += rng.randrange(2, 5)
            tries.append((second, name))
        del names[:size]
        pid += rng.randrange(1, 4)
        connections.append(Connection(first, rng.randrange(33_000, 60_000), pid, tuple(tries)))
        second += rng.randrange(8, 22)
    return _fitted(connections, act.last)


def _fitted(connections: list[Connection], last: int) -> tuple[Connection, ...]:
    """Stretch or squeeze the pauses so that the last try falls on the second before the way in."""
    first = connections[0].first
    span = connections[-1].last - first
    moved = []
    for one in connections:
        shift = first + (one.first - first) * (last - first) // span - one.first
        moved.append(
            Connection(
                one.first + shift, one.port, one.pid, tuple((second + shift, name) for second, name in one.tries)
            )
        )
    return tuple(one for one in moved if one.last < story.act("break-in").first)


def _database(rng: Random) -> tuple[DatabaseTry, ...]:
    act = story.act("database")
    return tuple(
        DatabaseTry(
            second,
            rng.choice(_DATABASE_USERS),
            rng.choice(("postgres", "shop")),
            rng.randrange(33_000, 60_000),
            21_000 + number,
        )
        for number, second in enumerate(day.even_seconds(rng, 74, act.first, act.last))
    )
