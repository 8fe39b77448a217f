"""How a VPC flow record is written (docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.sample import day, world

if TYPE_CHECKING:
    from siemlib.sample.world import Host

ICMP, TCP, UDP = 1, 6, 17
V2_HEADER = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)
V5_HEADER = (
    "version srcaddr dstaddr srcport dstport protocol start end type packets bytes account-id vpc-id subnet-id "
    "instance-id interface-id region az-id action tcp-flags pkt-srcaddr pkt-dstaddr flow-direction traffic-path "
    "log-status"
)
_EPHEMERAL = 32_768


@dataclass(frozen=True, slots=True)
class Flow:
    """Traffic one way during one minute. ``start`` is a second of the day, ``seconds`` the length of the window."""

    source: str
    target: str
    source_port: int
    target_port: int
    protocol: int
    packets: int
    size: int
    start: int
    seconds: int = 59
    action: str = "ACCEPT"
    true_source: str = ""
    """The sender behind a NAT gateway, where it is not ``source``."""
    true_target: str = ""

    def reply(self) -> Flow:
        """What comes back: other packets and bytes, everything else turned round."""
        return Flow(
            self.target,
            self.source,
            self.target_port,
            self.source_port,
            self.protocol,
            self.packets + 1,
            self.size // 3 + 52,
            self.start,
            self.seconds,
            self.action,
            self.true_target,
            self.true_source,
        )


def v2_line(host: Host, flow: Flow) -> str:
    """The default format."""
    start = day.START + flow.start
    return (
        f"2 {world.ACCOUNT} {host.interface} {flow.source} {flow.target} {flow.source_port} {flow.target_port} "
        f"{flow.protocol} {flow.packets} {flow.size} {start} {start + flow.seconds} {flow.action} OK"
    )


def v5_line(host: Host, flow: Flow) -> str:
    """The custom format of :data:`V5_HEADER`."""
    start = day.START + flow.start
    family = "IPv6" if ":" in flow.source else "IPv4"
    outgoing = host.address == flow.source
    flags = 0 if flow.protocol != TCP else 2 if flow.action == "REJECT" else 19 if flow.source_port < _EPHEMERAL else 3
    instance = host.instance if host is world.APP else "-"
    return (
        f"5 {flow.source} {flow.target} {flow.source_port} {flow.target_port} {flow.protocol} {start} "
        f"{start + flow.seconds} {family} {flow.packets} {flow.size} {world.ACCOUNT} {world.VPC} {host.subnet} "
        f"{instance} {host.interface} {world.REGION} use1-az2 {flow.action} {flags} "
        f"{flow.true_source or flow.source} {flow.true_target or flow.target} "
        f"{'egress' if outgoing else 'ingress'} {'8' if outgoing and host is world.NAT else '-'} OK"
    )


def empty_line(host: Host, second: int, status: str) -> str:
    """A default record of a window without traffic (``NODATA``) or one that AWS skipped (``SKIPDATA``)."""
    start = day.START + second
    return f"2 {world.ACCOUNT} {host.interface} - - - - - - - {start} {start + 60} - {status}"
