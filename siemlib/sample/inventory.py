"""What the sample's company knows of its own addresses: the inventory of its hosts and networks, as ``siem.toml``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.sample import story, world
from siemlib.sample.digests import KEYS, keys_text

if TYPE_CHECKING:
    from pathlib import Path

_ON_EVERY_HOST = ("22/tcp", "25/tcp", "323/udp")
"""What the daily list of open ports shows of every host: SSH, and mail and time for the host itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``[[inventory]]``."""

    address: str
    name: str
    role: str
    owner: str = "platform"
    ports: tuple[str, ...] = ()
    scanner: bool = False


ENTRIES = (
    Entry(world.BASTION.address, world.BASTION.name, "bastion", ports=_ON_EVERY_HOST),
    *(Entry(host.address, host.name, "load balancer", ports=("80/tcp", "443/tcp")) for host in world.BALANCERS),
    *(
        Entry(address, f"{host.name} (IPv6)", "load balancer", ports=("80/tcp", "443/tcp"))
        for host, address in zip(world.BALANCERS, world.BALANCERS_IPV6, strict=True)
    ),
    *(Entry(host.address, host.name, "web server", "shop", (*_ON_EVERY_HOST, "8080/tcp")) for host in world.WEB),
    Entry(world.APP.address, world.APP.name, "application server", "shop", (*_ON_EVERY_HOST, "9000/tcp")),
    Entry(world.DATABASE.address, world.DATABASE.name, "database", "shop", (*_ON_EVERY_HOST, "5432/tcp")),
    Entry(world.NAT.address, world.NAT.name, "NAT gateway"),
    Entry(story.RUNNER, "runner-1", "build machine"),
    Entry(world.QUIET.address, world.QUIET.name, "spare"),
    Entry(world.SCANNER.address, world.SCANNER.name, "vulnerability scanner", "security", scanner=True),
    Entry(world.OFFICE, "build egress", "outside address"),
    Entry("10.0.1.0/24", "public subnet", "network"),
    Entry("10.0.2.0/24", "application subnet", "network"),
    Entry("10.0.3.0/24", "database subnet", "network"),
    Entry("10.0.4.0/24", "build subnet", "network"),
    Entry("10.0.9.0/24", "security subnet", "network", "security"),
    Entry("10.0.0.0/16", "VPC", "network"),
    Entry("100.64.7.0/24", "VPN", "people's addresses", "office"),
)


_TRAIL = f"""
[cloudtrail]
public_keys = "{KEYS}"
"""
_ROUTES = """
[alerts]
routes = { 3 = "nobody: kept for 90 days", 7 = "mail to security@example.com", 12 = "pager of the engineer on call" }
"""


def settings_text() -> str:
    """The text of the ``siem.toml`` that stands beside an archive of the sample."""
    head = "# What the company of the sample knows of its addresses; it counts for the archive in this folder.\n"
    return head + _ROUTES + _TRAIL + "".join(f"\n{_toml(entry)}" for entry in ENTRIES)


def write_settings(folder: Path) -> None:
    """Write ``siem.toml`` into ``folder``, which holds the archive, and the public keys that it names.

    What is there already stays as it is.
    """
    for name, text in (("siem.toml", settings_text()), (KEYS, keys_text())):
        try:
            with (folder / name).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            continue


def _toml(entry: Entry) -> str:
    # A TOML string is written as JSON writes it, as long as it is ASCII.
    values = {"address": entry.address, "name": entry.name, "role": entry.role, "owner": entry.owner}
    lines = ["[[inventory]]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
    lines += ["scanner = true"] if entry.scanner else []
    lines += [f"ports = {json.dumps(list(entry.ports))}"] if entry.ports else []
    return "".join(f"{line}\n" for line in lines)
