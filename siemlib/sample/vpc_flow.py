"""VPC flow records: version 2 for the outer interfaces, a custom version 5 set for the inner ones, one minute each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from siemlib.sample import attack, day, story, world
from siemlib.sample.flow_record import ICMP, TCP, UDP, V2_HEADER, V5_HEADER, Flow, empty_line, v2_line, v5_line

if TYPE_CHECKING:
    from random import Random

    from siemlib.sample.attack import Attack, Probe
    from siemlib.sample.sshd import Visit
    from siemlib.sample.truth import Tally
    from siemlib.sample.web_access import Request
    from siemlib.sample.world import Host

LOGS = {"fl-0a1b2c3d4e5f60001": V2_HEADER, "fl-0a1b2c3d4e5f60005": V5_HEADER}
"""The two flow logs: id → header line."""
_V2, _V5 = LOGS
_INNER = frozenset(host.name for host in (world.APP, world.DATABASE, world.NAT))
_OUTER_DATABASE_PORT = 5432
_NOISE_RECORDS = 18_000
_ECHO_SHARE = 0.05


@dataclass(slots=True)
class Flows:
    """The records of the day, by flow log: (second of the day, line)."""

    tally: Tally
    lines: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: {_V2: [], _V5: []})

    def add(self, host: Host, flow: Flow) -> None:
        """One record of ``host``'s interface; what would start after the day is not written."""
        if flow.start >= day.SECONDS:
            return
        if host.name in _INNER:
            self.lines[_V5].append((flow.start, v5_line(host, flow)))
        else:
            self.lines[_V2].append((flow.start, v2_line(host, flow)))
        _count(self.tally, host, flow)

    def both_ways(self, host: Host, flow: Flow) -> None:
        """An accepted connection as the interface of ``host`` sees it: the request and the reply."""
        self.add(host, flow)
        self.add(host, flow.reply())

    def empty(self, host: Host, second: int, status: str) -> None:
        """A record without traffic: ``NODATA`` or ``SKIPDATA``."""
        self.lines[_V2].append((second, empty_line(host, second, status)))


def _count(tally: Tally, host: Host, flow: Flow) -> None:
    rejected = flow.action == "REJECT"
    if story.ATTACKER in {flow.source, flow.target}:
        tally.counts["flows_rejected" if rejected else "flows_accepted"] += 1
    elif flow.source == story.BASTION and rejected:
        tally.counts["inside_flows_rejected"] += 1
    elif flow.source == story.EXPECTED_SCANNER and rejected:
        tally.counts["expected_scanner_flows_rejected"] += 1
    if (flow.source, flow.target_port, host.name) == (story.BASTION, _OUTER_DATABASE_PORT, world.DATABASE.name):
        tally.counts["database_flows"] += 1


def records(rng: Random, tally: Tally, plan: Attack, visits: list[Visit], requests: list[Request]) -> Flows:
    """All records of the day; ``visits`` and ``requests`` are what the sshd and web logs tell of the same traffic."""
    flows = Flows(tally)
    _web(rng, flows, requests)
    _steady(rng, flows)
    _outgoing(rng, flows)
    _noise(rng, flows)
    _ssh(rng, flows, visits)
    _attack(rng, flows, plan)
    _expected(rng, flows)
    _without_traffic(rng, flows)
    return flows


def _web(rng: Random, flows: Flows, requests: list[Request]) -> None:
    """Requests of one client in one minute are one connection; the balancer keeps one open to each server."""
    outer: dict[tuple[int, str, int], int] = defaultdict(int)
    inner: dict[tuple[int, int, int], int] = defaultdict(int)
    for request in requests:
        minute, size = request.second // 60, request.size + 600
        if request.client != world.BALANCERS[request.balancer].address:
            outer[minute, request.client, request.balancer] += size
        inner[minute, request.balancer, request.server] += size
    for (minute, client, balancer), size in outer.items():
        front = world.BALANCERS[balancer]
        own = world.BALANCERS_IPV6[balancer] if ":" in client else front.address
        port = rng.randrange(32_768, 60_999)
        flows.both_ways(front, Flow(client, own, port, 443, TCP, size // 1200 + 4, size, minute * 60))
    ports = {key[1:]: rng.randrange(32_768, 60_999) for key in inner}
    for (minute, balancer, server), size in inner.items():
        front, back = world.BALANCERS[balancer], world.WEB[server]
        port = ports[balancer, server]
        flow = Flow(front.address, back.address, port, 8080, TCP, size // 1200 + 4, size, minute * 60)
        flows.both_ways(front, flow)
        flows.both_ways(back, flow)


def _steady(rng: Random, flows: Flows) -> None:
    """Connections that stay open: web servers to the application, the application to the database."""
    pools = [(world.APP, world.DATABASE, 5432)] * 3 + [(web, world.APP, 9000) for web in world.WEB] * 2
    for source, target, service in pools:
        port = rng.randrange(32_768, 60_999)
        for minute in range(day.SECONDS // 60):
            packets = rng.randrange(4, 400)
            flow = Flow(source.address, target.address, port, service, TCP, packets, packets * 310, minute * 60)
            flows.both_ways(source, flow)
            if target is world.DATABASE:
                flows.both_ways(target, flow)


def _outgoing(rng: Random, flows: Flows) -> None:
    """What the hosts fetch from outside, as the NAT gateway sees it: its own address, and the true one beside it."""
    for second in day.busy_seconds(rng, 3600):
        host = rng.choice((*world.WEB, world.APP))
        packets = rng.randrange(6, 90)
        flow = Flow(
            world.NAT.address,
            rng.choice(world.SERVICES),
            rng.randrange(1024, 65_000),
            443,
            TCP,
            packets,
            packets * 640,
            second // 60 * 60,
            true_source=host.address,
        )
        flows.both_ways(world.NAT, flow)


def _noise(rng: Random, flows: Flows) -> None:
    for second in day.even_seconds(rng, _NOISE_RECORDS):
        host = rng.choice(world.EXPOSED)
        source = rng.choice(world.NOISE)
        if rng.random() < _ECHO_SHARE:
            flows.add(host, Flow(source, host.address, 0, 0, ICMP, 1, 84, second, 60, "REJECT"))
            continue
        protocol, port = rng.choice((TCP, TCP, TCP, UDP)), rng.choice(world.NOISE_PORTS)
        if (host.name, port) in world.OPEN:
            port += 1
        packets = rng.randrange(1, 4)
        source_port = rng.randrange(1024, 65_000)
        flows.add(
            host, Flow(source, host.address, source_port, port, protocol, packets, packets * 44, second, 60, "REJECT")
        )


def _ssh(rng: Random, flows: Flows, visits: list[Visit]) -> None:
    """Every connection that a sshd log tells of, minute by minute while it lasts."""
    hosts = {host.name: host for host in (world.BASTION, *world.INSIDE)}
    for visit in visits:
        host = hosts[visit.host]
        for start in range(visit.first, visit.last + 1, 60):
            packets = rng.randrange(9, 60)
            flow = Flow(visit.address, host.address, visit.port, 22, TCP, packets, packets * 118, start)
            flows.both_ways(host, flow)
            if visit.address == story.BASTION:
                flows.both_ways(world.BASTION, flow)


def _probe(flows: Flows, source: str, probe: Probe, port: int, action: str) -> None:
    size = 84 if probe.protocol == ICMP else 44
    source_port = 0 if probe.protocol == ICMP else port
    target = probe.target
    flows.add(
        target,
        Flow(source, target.address, source_port, probe.port, probe.protocol, 1, size, probe.second, 60, action),
    )


def _attack(rng: Random, flows: Flows, plan: Attack) -> None:
    ports = set()
    for probe in plan.scan:
        is_open = (probe.target.name, probe.port) in world.OPEN
        if not is_open and probe.protocol == TCP:
            ports.add(probe.port)
        _probe(flows, story.ATTACKER, probe, rng.randrange(40_000, 61_000), "ACCEPT" if is_open else "REJECT")
    flows.tally.counts["ports_probed"] = len(ports)
    flows.tally.counts["hosts_probed"] = len({probe.target.address for probe in plan.scan})
    _from_inside(rng, flows, world.BASTION, plan.inside)
    flows.tally.counts["inside_ports_probed"] = len({probe.port for probe in plan.inside})
    for one in plan.database:
        flow = Flow(story.BASTION, world.DATABASE.address, one.port, 5432, TCP, 6, 702, one.second)
        flows.both_ways(world.BASTION, flow)
        flows.both_ways(world.DATABASE, flow)


def _from_inside(rng: Random, flows: Flows, source: Host, probes: tuple[Probe, ...]) -> None:
    """Security groups let everything out: the sender's interface says ACCEPT, the target's says REJECT."""
    for probe in probes:
        port = rng.randrange(40_000, 61_000)
        target = probe.target.address
        flows.add(source, Flow(source.address, target, port, probe.port, TCP, 1, 44, probe.second))
        _probe(flows, source.address, probe, port, "REJECT")


def _expected(rng: Random, flows: Flows) -> None:
    _from_inside(rng, flows, world.SCANNER, attack.inside_probes(rng, "expected scan", 400))


def _without_traffic(rng: Random, flows: Flows) -> None:
    for second in range(0, day.SECONDS, 300):
        flows.empty(world.QUIET, second, "NODATA")
    for second in day.even_seconds(rng, 9):
        flows.empty(rng.choice(world.BALANCERS), second, "SKIPDATA")
