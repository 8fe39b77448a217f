"""``siem evidence verify`` beside ``sha256sum -c`` over the same files, in turn, in one run.

Two reports are verified as the command line does it, with the start of Python. One holds 1.6 GB of answers of a live
account; the other an exhibit of 100,000 rows and the rows of its run, which ``sha256sum`` only sums, but which are
unpacked and compared with each other here. All files are in the memory of the machine.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from siemlib.case import Answer
from siemlib.case.open import case_over
from siemlib.case.record import ENVIRONMENT
from siemlib.engine import Column, LogGroup, Result
from siemlib.evidence import custody
from siemlib.evidence.manifest import write_bag
from siemlib.model.event import FieldType
from siemlib.model.run import Completeness, Run, Statistics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from siemlib.model.timespan import TimeSpan

ROUNDS = 3
BOUND = 0.8
MANY, FEW = 100_000, 1_000
LARGE = (24, 64 << 20)
SMALL = (2_000, 20 << 10)
_DAY = datetime(2026, 3, 4, tzinfo=UTC)
_FIELDS = ("srcAddr", "dstAddr", "srcPort", "dstPort", "bytes")


class Flows:
    """An engine that answers with rows like those of flow logs."""

    url = "local:archive"

    def __init__(self, rows: int) -> None:
        """``rows`` of them."""
        self._rows = rows

    def log_groups(self) -> tuple[LogGroup, ...]:
        """One."""
        return (LogGroup("flows", ("vpc_flow",), self._rows, _DAY, _DAY.replace(hour=23)),)

    def each(self, jobs: Sequence[Callable[[], object]]) -> list[object]:
        """One after the other."""
        return [job() for job in jobs]

    def run(
        self,
        query: str,
        timespan: TimeSpan,
        log_groups: Sequence[str],
        *,
        parameters: Mapping[str, str] | None = None,
        every_row: bool = False,
    ) -> Result:
        """The same rows each time."""
        del parameters, every_row
        dice = random.Random(4)  # noqa: S311 - rows to measure with
        rows = [
            {
                "@timestamp": f"2026-03-04 {n // 5000:02d}:00:00.000",
                **{name: str(dice.randrange(1 << 20)) for name in _FIELDS},
            }
            for n in range(self._rows)
        ]
        columns = (Column("@timestamp", FieldType.TIMESTAMP), *(Column(name, FieldType.TEXT) for name in _FIELDS))
        counts = Statistics(self._rows, self._rows, self._rows * 100, self._rows)
        run = Run("x", self.url, query, {}, timespan, tuple(log_groups), _DAY, _DAY, counts, Completeness.COMPLETE)
        return Result(columns, rows, run)


def make(place: Path, *, answers: bool) -> Path:
    """A report; ``answers``: with those of a live account."""
    folder = place / "2026-03-04" / ("large" if answers else "ordinary")
    data = folder / "data"
    data.mkdir(parents=True)
    os.environ[ENVIRONMENT] = str(data)
    case = case_over(Flows(FEW if answers else MANY), start="2026-03-04", end="2026-03-05", title="Flows")  # type: ignore[arg-type]
    result = case.run("fields @timestamp, srcAddr", ["flows"])
    case.show(Answer("flows", "Flows", result.frame, "Many.", "In flows.", (result.run,)))
    if answers:
        for count, size in (LARGE, SMALL):
            (data / "spool" / str(size)).mkdir(parents=True)
            for number in range(count):
                (data / "spool" / str(size) / f"{number:05d}.json.gz").write_bytes(os.urandom(size))
    finish(folder)
    return folder


def finish(folder: Path) -> None:
    """What the build of a report adds to a record."""
    data = folder / "data"
    custody.append(data / "custody.jsonl", "made a report to measure with", why="a benchmark")
    summary = {
        "name": folder.name,
        "date": "2026-03-04",
        "status": "complete",
        "engine": "local:archive",
        "start": "2026-03-04T00:00:00+00:00",
        "end": "2026-03-05T00:00:00+00:00",
        "exhibits": 1,
        "runs": 1,
        "answer": ["Many."],
    }
    (data / "report.json").write_text(json.dumps(summary))
    files = [path for part in ("runs", "exhibits") for path in (data / part).iterdir()]
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    digests += [json.loads(path.read_text())["rows_sha256"] for path in (data / "runs").glob("*.json")]
    (data / "report.html").write_text(f'<p id="E01">{" ".join(digests)}</p>')
    write_bag(folder, day=date(2026, 3, 5), info={"External-Identifier": f"{folder.name} 2026-03-04"})


def seconds(command: list[str], folder: Path) -> float:
    """The time of one run."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - start


def compare(folder: Path) -> float:
    """Print how long each takes, the fastest of several, and give how fast ours is beside theirs."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(seconds(["sha256sum", "--quiet", "-c", "manifest-sha256.txt", "tagmanifest-sha256.txt"], folder))
        ours.append(seconds([sys.executable, "-m", "siemlib.cli", "evidence", "verify", str(folder)], Path.cwd()))
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    times = f"siem evidence verify {min(ours):.2f} s, sha256sum {min(theirs):.2f} s"
    print(
        f"verify: {folder.name} report of {size / 1e6:,.0f} MB: {times}, {min(theirs) / min(ours):.2f} of its speed",
        end="",
    )
    return min(theirs) / min(ours)


def main() -> int:
    """Print both and hold the large one to its bound."""
    with tempfile.TemporaryDirectory(prefix="bench-verify-") as place:
        compare(make(Path(place), answers=False))
        print(" (no bound: its rows are unpacked and compared)")
        ratio = compare(make(Path(place), answers=True))
        print(f" (bound {BOUND})")
    return int(ratio < BOUND)


if __name__ == "__main__":
    sys.exit(main())
