"""The sample, written once for all tests of this folder, and read again with plain Python, without the loader."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from siemlib.sample import Truth, read_truth, write_sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Events = list[tuple[int, str]]
"""(epoch milliseconds, message)"""


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sample of seed 7."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder)
    return folder


@pytest.fixture(scope="session")
def truth() -> Truth:
    """The truth that the package holds."""
    return read_truth()


@pytest.fixture(scope="session")
def written(sample: Path) -> dict[str, Events]:
    """Every event by folder, as the files have it; records delivered twice are there twice."""
    return {
        folder: [event for path in sorted((sample / folder).rglob("*")) if _is_log(path) for event in read(path)]
        for folder, read in _READERS.items()
    }


def _is_log(path: Path) -> bool:
    """Whether a file holds events: digest files vouch for others."""
    return path.is_file() and "_CloudTrail-Digest_" not in path.name


def _text(path: Path) -> str:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode()


def _millis(text: str, layout: str) -> int:
    return int(datetime.strptime(text, layout).replace(tzinfo=UTC).timestamp() * 1000)


def _flows(path: Path) -> Iterator[tuple[int, str]]:
    header, *lines = _text(path).splitlines()
    start = header.split().index("start")
    return ((int(line.split()[start]) * 1000, line) for line in lines)


def _trail(path: Path) -> Iterator[tuple[int, str]]:
    for record in json.loads(_text(path))["Records"]:
        yield _millis(record["eventTime"], "%Y-%m-%dT%H:%M:%SZ"), json.dumps(record)


def _alerts(path: Path) -> Iterator[tuple[int, str]]:
    for line in _text(path).splitlines():
        alert = json.loads(line)
        wazuh = datetime.strptime(alert["timestamp"], "%Y-%m-%dT%H:%M:%S.%f%z") if "agent" in alert else None
        yield int(wazuh.timestamp() * 1000) if wazuh else alert["TimeStamp"], line


def _export(path: Path) -> Iterator[tuple[int, str]]:
    for event in re.split(r"^(?=2026-03-04T)", _text(path), flags=re.MULTILINE)[1:]:
        yield _millis(event[:19], "%Y-%m-%dT%H:%M:%S"), event[25:].rstrip("\n")


def _syslog(path: Path) -> Iterator[tuple[int, str]]:
    return ((_millis("2026 " + line[:15], "%Y %b %d %H:%M:%S"), line) for line in _text(path).splitlines())


def _access(path: Path) -> Iterator[tuple[int, str]]:
    for line in _text(path).splitlines():
        yield _millis(line.split("[")[1][:20], "%d/%b/%Y:%H:%M:%S"), line


def _log_events(path: Path) -> Iterator[tuple[int, str]]:
    return ((event["timestamp"], event["message"]) for event in json.loads(_text(path))["events"])


_READERS: dict[str, Callable[[Path], Iterator[tuple[int, str]]]] = {
    "OSSEC": _alerts,
    "vpc-flow": _flows,
    "cloudtrail": _trail,
    "sshd": _export,
    "syslog": _syslog,
    "web-access": _access,
    "postgresql": _log_events,
}
