"""The raw logs of the sample, read with plain Python and nothing of ours, to know what a query must find."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

Record = dict[str, Any]


def flows(raw: Path) -> list[dict[str, str]]:
    """Every flow record, by the names in its file's header."""
    found = []
    for path in sorted((raw / "vpc-flow").rglob("*.gz")):
        header, *lines = gzip.decompress(path.read_bytes()).decode().splitlines()
        found += [dict(zip(header.split(), line.split(), strict=True)) for line in lines]
    return found


def trail(raw: Path) -> list[Record]:
    """Every CloudTrail record, those that were delivered twice once."""
    records: dict[str, Record] = {}
    for path in sorted((raw / "cloudtrail").rglob("*.gz")):
        for record in json.loads(gzip.decompress(path.read_bytes())).get("Records", ()):  # digest files have none
            records[record["eventID"]] = record
    return list(records.values())


def alerts(raw: Path) -> list[tuple[int, str]]:
    """Every OSSEC and Wazuh alert: epoch milliseconds, and the line."""
    found = []
    for path in sorted((raw / "OSSEC").rglob("alerts.json")):
        for line in path.read_text("utf-8").splitlines():
            alert = json.loads(line)
            if "TimeStamp" in alert:
                found.append((int(alert["TimeStamp"]), line))
            else:
                time = datetime.strptime(alert["timestamp"], "%Y-%m-%dT%H:%M:%S.%f%z")
                found.append((round(time.timestamp() * 1000), line))
    return found


def part(record: Record, path: str) -> str | None:
    """The text at a dotted path; ``None`` where there is none."""
    value: Any = record
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return None if value is None else str(value)
