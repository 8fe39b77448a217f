"""Small deliveries that tests write, and what an archive then holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from siemlib.archive import Archive
from siemlib.database.connection import connect
from siemlib.model.timespan import TimeSpan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ALWAYS = TimeSpan.of_millis(0, 253_402_300_800_000 - 1000)


def record(number: int, **more: object) -> str:
    """A CloudTrail record of one second of 2026-03-04."""
    value = {
        "eventVersion": "1.08",
        "userIdentity": {"type": "IAMUser", "userName": "ann"},
        "eventTime": f"2026-03-04T10:{number // 60:02d}:{number % 60:02d}Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "sourceIPAddress": "192.0.2.1",
        "eventID": f"id-{number}",
    }
    return json.dumps(value | more)


def alert(number: int) -> str:
    """A Wazuh alert."""
    rule = {"level": 5, "id": "5710", "description": "sshd: attempt to login using a non-existent user"}
    time = f"2026-03-04T10:00:{number:02d}.000+0000"
    return json.dumps({"timestamp": time, "rule": rule, "agent": {"name": "web"}, "full_log": f"line {number}"})


def ndjson(path: Path, lines: Sequence[str | bytes]) -> Path:
    """A file of these lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines))
    return path


def rows(archive: Path, log_groups: Sequence[str], *paths: str) -> list[tuple[Any, ...]]:
    """Time, log stream, message, event id, and the fields at these dotted paths, of all events, in order of time."""
    connection = connect()
    relation = Archive.open(archive).relation(
        connection, log_groups, ALWAYS, [tuple(path.split(".")) for path in paths]
    )
    names = ["timestamp", "log_stream", "message", "event_id", *(field.column for field in relation.fields)]
    sql = f"SELECT {', '.join(names)} FROM ({relation.sql}) ORDER BY timestamp, event_id"  # noqa: S608 - our own
    return connection.execute(sql).fetchall()


def rejected(archive: Path) -> list[dict[str, Any]]:
    """What could not be read, in the order of loading."""
    return [
        json.loads(line)
        for load in Archive.open(archive).loads()
        if load.rejected
        for line in (archive / load.rejected).read_text(encoding="utf-8").splitlines()
    ]
