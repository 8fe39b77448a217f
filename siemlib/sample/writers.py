"""The delivery formats in which logs leave CloudWatch, CloudTrail and the hosts.

Every file is written with the same bytes for the same events: no time in the gzip header. The time of the file itself
is set to the end of the day, as if it had just been delivered, because syslog lines have no year and a loader has
nothing else to take it from.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import defaultdict
from typing import TYPE_CHECKING

from siemlib.sample import day, digests, world
from siemlib.sample.identifier import digits, uuid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from random import Random

    from siemlib.sample.cloudtrail import Record

_DELIVERED = day.START + day.SECONDS
_SLOT = 900
"""Seconds of one delivered file of flow logs or CloudTrail."""
_NAME_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def plain(path: Path, text: str) -> None:
    """A text file, UTF-8, with newlines as they are."""
    _bytes(path, text.encode())


def text_lines(path: Path, lines: list[tuple[int, str]]) -> None:
    """A text file of lines; their times, epoch ms, are not written."""
    plain(path, "".join(f"{line}\n" for _, line in lines))


def zipped(path: Path, text: str) -> None:
    """A gzip file of text."""
    _bytes(path, gzip.compress(text.encode(), compresslevel=1, mtime=0))


def _bytes(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (_DELIVERED, _DELIVERED))


def _slots(lines: Iterable[tuple[int, str]]) -> list[tuple[int, list[str]]]:
    slots: dict[int, list[str]] = defaultdict(list)
    for second, line in lines:
        slots[second // _SLOT].append(line)
    return sorted(slots.items())


def _stamp(slot: int) -> str:
    second = slot * _SLOT
    return f"20260304T{second // 3600:02d}{second // 60 % 60:02d}Z"


def flow_log(folder: Path, rng: Random, log: str, header: str, lines: list[tuple[int, str]]) -> None:
    """Flow records in S3: gzip text with a header line (lines are (second of the day, record))."""
    base = folder / "AWSLogs" / world.ACCOUNT / "vpcflowlogs" / world.REGION / "2026" / "03" / "04"
    for slot, records in _slots(lines):
        name = f"{world.ACCOUNT}_vpcflowlogs_{world.REGION}_{log}_{_stamp(slot)}_{digits(rng, 8)}.log.gz"
        zipped(base / name, "\n".join((header, *records)) + "\n")


def trail(folder: Path, rng: Random, records: list[Record], twice: list[Record]) -> None:
    """CloudTrail in S3: one ``Records`` object a file; ``twice`` are delivered again with a later file.

    With them come the digest files that vouch for them.
    """
    base = f"AWSLogs/{world.ACCOUNT}/CloudTrail/{world.REGION}/2026/03/04"
    logs = []
    lines = [(record.second, record.text) for record in records]
    lines += [(min(record.second + _SLOT, day.SECONDS - 1), record.text) for record in twice]
    for slot, texts in _slots(lines):
        code = "".join(rng.choices(_NAME_CHARACTERS, k=16))
        name = f"{world.ACCOUNT}_CloudTrail_{world.REGION}_{_stamp(slot)}_{code}.json.gz"
        logs.append((f"{base}/{name}", slot * _SLOT, f'{{"Records":[{",".join(texts)}]}}'))
    for path, _, text in logs:
        zipped(folder / path, text)
    for path, text in digests.files(logs):
        (zipped if path.endswith(".gz") else plain)(folder / path, text)


def export_task(folder: Path, rng: Random, streams: dict[str, list[list[tuple[int, str]]]]) -> None:
    """CreateExportTask: gzip files by stream, each event with its ISO time in front, continuation lines without.

    ``streams`` holds blocks of (second of the day, message) by stream; the pairs of blocks are written in swapped
    order, because an export is not sorted.
    """
    base = folder / "exportedlogs" / uuid(rng)
    for stream, blocks in streams.items():
        swapped = [block for pair in zip(blocks[1::2], blocks[::2], strict=True) for block in pair]
        text = "".join(f"{day.iso(second)}.000Z {message}\n" for block in swapped for second, message in block)
        zipped(base / stream / "000000.gz", text)


def get_log_events(path: Path, events: list[tuple[int, str]]) -> None:
    """The answer of GetLogEvents as the AWS CLI writes it; events are (epoch ms, message)."""
    content = {
        "events": [
            {"timestamp": time, "message": message, "ingestionTime": time + 1000 + time // 1000 % 4000}
            for time, message in events
        ],
        "nextForwardToken": "f/00000000000000000000000000000000000000000000000000000001/s",
        "nextBackwardToken": "b/00000000000000000000000000000000000000000000000000000000/s",
    }
    plain(path, json.dumps(content, indent=4) + "\n")
