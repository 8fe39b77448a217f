"""The system logs of the hosts, as plain text without a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.sample import day, story, world
from siemlib.sample.flow_record import ICMP

if TYPE_CHECKING:
    from random import Random

    from siemlib.sample.attack import Attack

HOSTS = (world.BASTION.name, *(host.name for host in (*world.WEB, world.APP)))
_ORDINARY = 520
_ONE_IN = 4
"""The firewall limits what it logs: one of so many rejected packets."""


def lines(rng: Random, plan: Attack) -> dict[str, list[tuple[int, str]]]:
    """Lines by host: (epoch ms, line), in time order."""
    made: dict[str, list[tuple[int, str]]] = {}
    for host in HOSTS:
        own = [(0, f"{host} systemd[1]: Started Daily Cleanup of Temporary Directories.")]
        own += _ordinary(rng, host)
        if host == world.BASTION.name:
            own += _blocked(rng, plan) + _response()
        made[host] = [
            (day.millis(second), f"{day.syslog(second)} {text}")
            for second, text in sorted(own, key=lambda line: line[0])
        ]
    return made


def _ordinary(rng: Random, host: str) -> list[tuple[int, str]]:
    made = []
    for number, second in enumerate(day.even_seconds(rng, _ORDINARY)):
        pid = 12_000 + number
        text = rng.choice(
            (
                f"CRON[{pid}]: (root) CMD (cd / && run-parts --report /etc/cron.hourly)",
                f"systemd[1]: session-{number}.scope: Deactivated successfully.",
                f"systemd[1]: Starting logrotate.service - Rotate log files ({number})...",
                f"chronyd[611]: Selected source 10.0.0.{rng.randrange(2, 5)}",
                f"amazon-cloudwatch-agent[702]: I! [outputs.cloudwatchlogs] published {rng.randrange(20, 900)} events",
                f"kernel: [{second + 81_000}.{rng.randrange(100_000, 999_999)}] audit: backlog at {number}",
            )
        )
        made.append((second, f"{host} {text}"))
    # version numbers which hold the attacker's address as text and are not it
    made.append(
        (day.seconds("05:10:09"), f"{host} unattended-upgrades[900]: upgraded agent to {story.LOOKALIKE_TEXTS[0]}")
    )
    made.append((day.seconds("05:10:12"), f"{host} unattended-upgrades[900]: removed agent {story.LOOKALIKE_TEXTS[1]}"))
    return made


def _blocked(rng: Random, plan: Attack) -> list[tuple[int, str]]:
    probes = [(one.second, story.ATTACKER, one.port, one.protocol) for one in plan.scan if one.target is world.BASTION]
    sources = [(second, rng.choice(world.NOISE)) for second in day.even_seconds(rng, 1200)]
    probes += [(second, source, rng.choice(world.NOISE_PORTS[1:]), 6) for second, source in sources]
    made = []
    for number, (second, source, port, protocol) in enumerate(probes):
        if number % _ONE_IN:
            continue
        microsecond = rng.randrange(100_000, 999_999)
        packet = f"SRC={source} DST={story.BASTION} LEN=44 TTL=241 ID={rng.randrange(1, 65_535)}"
        what = "PROTO=ICMP TYPE=8 CODE=0" if protocol == ICMP else f"PROTO=TCP SPT={40_000 + number} DPT={port} SYN"
        made.append(
            (
                second,
                f"bastion-1 kernel: [{second + 81_000}.{microsecond}] [UFW BLOCK] IN=eth0 OUT= {packet} {what}",
            )
        )
    return made


def _response() -> list[tuple[int, str]]:
    """The responder's note ends a sentence with the address; a full stop is no part of it."""
    end = story.act("response").last
    return [
        (end - 20, f"bastion-1 fail2ban.actions[655]: NOTICE [sshd] Ban {story.ATTACKER}"),
        (end, f"bastion-1 {story.RESPONDER}[51022]: key disabled, banned {story.ATTACKER}. Ticket SEC-1041"),
    ]
