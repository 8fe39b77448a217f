"""A small network, written by hand, and its flow log. What every question must answer is known by reading this file.

All of it lies between 02:00 and 03:00 on 2026-03-04 (UTC). The inventory knows bastion-1, web-1 and the company's own
scanner; the other hosts of 10.0.0.0/8 are merely private.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.investigate.incident import START, Log, case_over, flow

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

WEB, CLIENT, SERVICE = "10.0.2.21", "198.51.100.7", "192.0.2.9"
SCANNER, SWEEPER, PINGER = "203.0.113.66", "203.0.113.77", "203.0.113.88"
BASTION, OURS, WRONG, UNCLEAR = "10.0.1.10", "10.0.9.9", "10.0.2.31", "10.0.2.32"
DATABASE = "10.0.3.40"
INVENTORY = """
[[inventory]]
address = "10.0.1.10"
name = "bastion-1"
[[inventory]]
address = "10.0.2.21"
name = "web-1"
[[inventory]]
address = "10.0.9.9"
name = "vulnscan-1"
scanner = true
"""


def echo(seconds: float, source: str, target: str) -> tuple[float, str]:
    """A rejected ping: its ports are 0."""
    start = round(START.timestamp() + seconds)
    return seconds, f"2 123456789012 eni-0a {source} {target} 0 0 1 1 84 {start} {start + 60} REJECT OK"


def empty(seconds: float, status: str, interface: str = "eni-0b") -> tuple[float, str]:
    """A window without traffic, or one whose records were skipped."""
    start = round(START.timestamp() + seconds)
    return seconds, f"2 123456789012 {interface} - - - - - - - {start} {start + 60} - {status}"


HOURS = Log(
    "vpc",
    "vpc_flow",
    [
        flow(0, CLIENT, 50_000, WEB, 443, "ACCEPT", 5000),
        flow(0, WEB, 443, CLIENT, 50_000, "ACCEPT", 7000),
        flow(60, WEB, 50_001, SERVICE, 443, "ACCEPT", 900),
        flow(61, "203.0.113.5", 50_000, "198.51.100.9", 443, "ACCEPT", 100),
        # From outside: twenty ports of one host, one port of four hosts, pings of five, and answers that came too late.
        *(flow(100 + i, SCANNER, 40_000, WEB, 1001 + i, "REJECT") for i in range(20)),
        *(flow(200 + i, SWEEPER, 40_000, f"10.0.2.{21 + i}", 23, "REJECT") for i in range(4)),
        *(echo(300 + i, PINGER, f"10.0.2.{21 + i}") for i in range(5)),
        *(flow(400 + i, SERVICE, 443, WEB, 40_000 + i, "REJECT") for i in range(20)),
        # Inside: a probe, the company's scanner, a wrong setting that is tried again and again, and something unclear.
        *(flow(500 + i, BASTION, 40_000, DATABASE, 2001 + i, "REJECT") for i in range(16)),
        *(flow(600 + i, OURS, 40_000, DATABASE, 3001 + i, "REJECT") for i in range(30)),
        *(flow(700 + 300 * i, WRONG, 40_000 + i, "10.0.3.41", 5433, "REJECT") for i in range(6)),
        *(flow(800 + i, UNCLEAR, 40_000, DATABASE, 81 + i, "REJECT") for i in range(5)),
        empty(900, "NODATA"),
        empty(960, "SKIPDATA", "eni-0c"),
        empty(1020, "SKIPDATA", "eni-0c"),
    ],
)


def network(folder: Path, *logs: Log, inventory: str = INVENTORY) -> Case:
    """A case over these logs, :data:`HOURS` without any, with the inventory beside the archive."""
    folder.mkdir(exist_ok=True)
    (folder / "siem.toml").write_text(inventory, encoding="utf-8")
    return case_over(folder, *(logs or (HOURS,)))
