"""Writes the sample: every kind of log into its own folder, and the truth beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.sample import (
    alerts,
    attack,
    cloudtrail,
    day,
    ossec,
    postgresql,
    sshd,
    story,
    syslog,
    vpc_flow,
    web_access,
    world,
    writers,
)
from siemlib.sample.identifier import generator
from siemlib.sample.truth import Tally

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.sample.attack import Attack
    from siemlib.sample.sshd import Logs
    from siemlib.sample.truth import Truth
    from siemlib.sample.web_access import Request

LOG_GROUPS = {
    "OSSEC": "OSSEC",
    "vpc-flow": "vpc-flow",
    "cloudtrail": "cloudtrail",
    "sshd": "sshd",
    "syslog": "syslog",
    "web-access": "web-access",
    "postgresql": "postgresql",
}
"""Folder of the sample → the log group that it is loaded into."""


def write_sample(folder: Path, seed: int = 7) -> Truth:
    """Write the sample into ``folder``, one folder per log group, with ``truth.json`` beside them.

    About 150,000 events of 2026-03-04 UTC. The same seed gives the same bytes, whenever and wherever it runs with the
    same zlib. Files of an earlier sample of the same seed are overwritten; other files are left alone.
    """
    plan = attack.plan(generator(seed, "attack"))
    tally = Tally()
    logs = sshd.logs(generator(seed, "sshd"), tally, plan)
    requests = web_access.requests(generator(seed, "web"))
    sample = _Sample(folder, seed, tally, plan, logs, requests)
    for step in (_people, _flows, _trail, _sshd, _syslog, _web, _alerts, _database):
        step(sample)
    truth = tally.truth(seed)
    writers.plain(folder / "truth.json", truth.to_json())
    return truth


@dataclass(frozen=True, slots=True)
class _Sample:
    """What the steps share: where to write, what to count in, and what several logs saw."""

    folder: Path
    seed: int
    tally: Tally
    plan: Attack
    logs: Logs
    requests: list[Request]

    def events(self, log_group: str, lines: list[tuple[int, str]]) -> None:
        """Count lines, (epoch ms, message), as events of a log group."""
        for time, message in lines:
            self.tally.event(log_group, time, message)


def _people(sample: _Sample) -> None:
    sample.tally.facts |= {
        "day": day.DAY.isoformat(),
        "attacker": story.ATTACKER,
        "stolen_user": story.STOLEN_USER,
        "stolen_key": story.STOLEN_KEY,
        "created_user": story.CREATED_USER,
        "created_key": story.CREATED_KEY,
        "bastion": story.BASTION,
        "honest_user": story.HONEST_USER,
        "honest_address": story.HONEST_ADDRESS,
        "expected_scanner": story.EXPECTED_SCANNER,
        "database": world.DATABASE.address,
    }
    guesses = sample.plan.guesses
    sample.tally.counts["users_tried"] = len({name for one in guesses for _, name in one.tries})
    sample.tally.counts["ssh_connections"] = len(guesses) + 1
    web_access.count(sample.requests, sample.tally)


def _flows(sample: _Sample) -> None:
    rng = generator(sample.seed, "flows")
    flows = vpc_flow.records(rng, sample.tally, sample.plan, sample.logs.visits, sample.requests)
    for log, header in vpc_flow.LOGS.items():
        lines = sorted(flows.lines[log], key=lambda line: line[0])
        sample.events("vpc-flow", [(day.millis(second), line) for second, line in lines])
        writers.flow_log(sample.folder / "vpc-flow", rng, log, header, lines)


def _trail(sample: _Sample) -> None:
    rng = generator(sample.seed, "cloudtrail")
    records, twice = cloudtrail.records(rng, sample.tally)
    sample.events("cloudtrail", [(day.millis(record.second), record.text) for record in records])
    sample.tally.duplicates["cloudtrail"] = len(twice)
    writers.trail(sample.folder / "cloudtrail", rng, records, twice)


def _sshd(sample: _Sample) -> None:
    streams = {}
    for host in sshd.HOSTS:
        lines = sample.logs.ordered(host)
        sample.events("sshd", [(day.millis(second), line) for second, line in lines])
        streams[host] = sshd.blocks(lines, ("06:00:00", "12:00:00", "18:00:00"))
    writers.export_task(sample.folder / "sshd", generator(sample.seed, "export"), streams)


def _syslog(sample: _Sample) -> None:
    for host, lines in syslog.lines(generator(sample.seed, "syslog"), sample.plan).items():
        sample.events("syslog", lines)
        writers.text_lines(sample.folder / "syslog" / f"{host}.log", lines)


def _web(sample: _Sample) -> None:
    for number, server in enumerate(world.WEB):
        lines = web_access.lines(sample.requests, number)
        sample.events("web-access", lines)
        writers.text_lines(sample.folder / "web-access" / f"{server.name}-access.log", lines)


def _alerts(sample: _Sample) -> None:
    rng = generator(sample.seed, "alerts")
    made = ossec.write(rng, sample.tally, alerts.alerts(rng, sample.logs, sample.requests))
    for manager, lines in zip(("ossec-3", "wazuh-4"), made, strict=True):
        sample.events("OSSEC", lines)
        writers.text_lines(sample.folder / "OSSEC" / manager / "alerts.json", lines)


def _database(sample: _Sample) -> None:
    events = postgresql.lines(generator(sample.seed, "database"), sample.tally, sample.plan)
    sample.events("postgresql", events)
    half = len(events) // 2
    for number, part in enumerate((events[:half], events[half:])):
        writers.get_log_events(sample.folder / "postgresql" / f"db-1.postgresql.{number}.json", part)
