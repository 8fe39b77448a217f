"""``siem evidence verify`` beside ``sha256sum -c`` over the same files, in turn, in one run.

To start takes as long however little there is to check: Python, and what reads Parquet. That is measured by itself,
with a report of a few rows. What each further byte takes is the slope from there: to an ordinary report (an exhibit of
100,000 rows, which is compared with its CSV cell by cell, and the rows of its run), and to one with 1.6 GB of answers
of a live account. Both slopes are held to the bound; by the clock, as a person sees it, no small report comes near.
Last, ten reports of one date in one start. All files are in the memory of the machine.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
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
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from siemlib.model.timespan import TimeSpan

ROUNDS, FEW = 15, 3
BOUND = 0.8
TINY, ORDINARY, SMALL = 20, 100_000, 2_000
REPORTS = 10
ANSWERS = ((24, 64 << 20), (2_000, 20 << 10))
"""How many files, of how many bytes."""
_DAY = datetime(2026, 3, 4, tzinfo=UTC)
_COLUMNS = (
    Column("@timestamp", FieldType.TIMESTAMP),
    Column("srcAddr", FieldType.TEXT),
    Column("dstAddr", FieldType.TEXT),
    Column("srcPort", FieldType.INTEGER),
    Column("dstPort", FieldType.INTEGER),
    Column("bytes", FieldType.INTEGER),
    Column("action", FieldType.TEXT),
)


def flows(count: int) -> Iterator[dict[str, str]]:
    """Rows like those of flow logs: hosts of one network, and whoever scans it."""
    dice = random.Random(4)  # noqa: S311 - rows to measure with
    for n in range(count):
        seconds, millis = divmod(n * 86_400_000 // count, 1000)
        yield {
            "@timestamp": f"2026-03-04 {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{millis:03d}",
            "srcAddr": f"198.51.{dice.randrange(100)}.{dice.randrange(256)}",
            "dstAddr": f"10.0.{dice.randrange(4)}.{dice.randrange(256)}",
            "srcPort": str(dice.randrange(1024, 1 << 16)),
            "dstPort": str(dice.choice((22, 80, 443, 3389, 5432, dice.randrange(1, 1 << 16)))),
            "bytes": str(dice.randrange(40, 1 << 20)),
            "action": dice.choice(("ACCEPT", "REJECT")),
        }


def words(count: int) -> Iterator[dict[str, str]]:
    """Rows of as many columns in which hardly a cell is like another: the slowest to compare."""
    dice = random.Random(4)  # noqa: S311 - rows to measure with
    for row in flows(count):
        yield {**{name: str(dice.randrange(1 << 20)) for name in row}, "@timestamp": row["@timestamp"]}


class Fixed:
    """An engine that answers with rows that it was given."""

    url = "local:archive"

    def __init__(self, rows: list[dict[str, str]], columns: tuple[Column, ...]) -> None:
        """``rows``, of these columns."""
        self._rows, self._columns = rows, columns

    def log_groups(self) -> tuple[LogGroup, ...]:
        """One."""
        return (LogGroup("flows", ("vpc_flow",), len(self._rows), _DAY, _DAY.replace(hour=23)),)

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
        count = len(self._rows)
        counts = Statistics(count, count, count * 100, count)
        run = Run("x", self.url, query, {}, timespan, tuple(log_groups), _DAY, _DAY, counts, Completeness.COMPLETE)
        return Result(self._columns, self._rows, run)


def make(folder: Path, rows: list[dict[str, str]], *, texts: bool = False, answers: bool = False) -> Path:
    """A report; ``texts``: all its columns are; ``answers``: with those of a live account."""
    data = folder / "data"
    data.mkdir(parents=True)
    os.environ[ENVIRONMENT] = str(data)
    columns = tuple(Column(each.name, FieldType.TEXT) for each in _COLUMNS) if texts else _COLUMNS
    case = case_over(Fixed(rows, columns), start="2026-03-04", end="2026-03-05", title="Flows")  # type: ignore[arg-type]
    result = case.run("fields @timestamp, srcAddr", ["flows"])
    case.show(Answer("flows", "Flows", result.frame, "Many.", "In flows.", (result.run,)))
    for count, size in ANSWERS if answers else ():
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
    (data / "report.html").write_text(f'<p id="E01">{" ".join(digests)}</p>')
    write_bag(folder, day=date(2026, 3, 5), info={"External-Identifier": f"{folder.name} 2026-03-04"})


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, the fewest of several runs, for so many bytes."""

    bytes: int
    ours: float
    theirs: float

    def told(self, what: str) -> str:
        """A line."""
        times = f"siem evidence verify {self.ours:.3f} s, sha256sum {self.theirs:.3f} s"
        return f"verify: {what}, {self.bytes / 1e6:,.1f} MB: {times}, {self.theirs / self.ours:.2f} of its speed"

    def slope(self, start: Took) -> float:
        """How many times as fast as ``sha256sum`` what comes on top of ``start`` is checked."""
        return (self.theirs - start.theirs) / max(self.ours - start.ours, 1e-9)


def seconds(command: Sequence[str | Path], folder: Path) -> float:
    """The time of one run."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - start


def measure(given: Sequence[tuple[Path, Sequence[Path]]], rounds: int = ROUNDS) -> list[Took]:
    """Verify each that is given, which is one of these reports or the folder of them, and sum up the same files.

    All in turn, so that what else the machine does meanwhile touches all alike.
    """
    sums = (
        "for folder; do (cd $folder && sha256sum --quiet -c manifest-sha256.txt tagmanifest-sha256.txt) || exit; done"
    )
    times: dict[Path, list[tuple[float, float]]] = {folder: [] for folder, _ in given}
    for _ in range(rounds):
        for folder, reports in given:
            theirs = seconds(["/bin/sh", "-c", sums, "sh", *reports], Path.cwd())
            ours = seconds([sys.executable, "-m", "siemlib.cli", "evidence", "verify", folder], Path.cwd())
            times[folder].append((ours, theirs))
    return [Took(_size(reports), *map(min, zip(*times[folder], strict=True))) for folder, reports in given]


def _size(reports: Sequence[Path]) -> int:
    return sum(path.stat().st_size for report in reports for path in report.rglob("*") if path.is_file())


def main() -> int:
    """Print all, and hold both slopes to the bound."""
    with tempfile.TemporaryDirectory(prefix="bench-verify-") as place:
        root = Path(place)
        tiny = make(root / "a" / "tiny", list(flows(TINY)))
        ordinary = make(root / "a" / "ordinary", list(flows(ORDINARY)))
        mixed = make(root / "a" / "mixed", list(words(ORDINARY)), texts=True)
        large = make(root / "a" / "large", list(flows(TINY)), answers=True)
        start, *small = measure([(each, [each]) for each in (tiny, ordinary, mixed)])
        print(start.told(f"the start, with a report of {TINY} rows"))
        slopes = []
        for took, what, bound in (
            (small[0], f"an exhibit of {ORDINARY:,} rows", BOUND),
            (small[1], f"{ORDINARY:,} rows in which every cell is another text", 0),
            (measure([(large, [large])], FEW)[0], "answers of a live account", BOUND),
        ):
            slopes.append((took.slope(start), bound))
            held = f"bound {bound}" if bound else "no bound"
            print(f"{took.told(what)}; without the start {took.slope(start):.2f} ({held})")
        first = make(root / "date" / "small", list(flows(SMALL)))
        others = [shutil.copytree(first, first.with_name(f"small.{n}")) for n in range(1, REPORTS)]
        (took,) = measure([(root / "date", [first, *others])], FEW)
        print(f"{took.told(f'{REPORTS} reports of {SMALL:,} rows in one start')} (no bound)")
    return int(any(slope < bound for slope, bound in slopes))


if __name__ == "__main__":
    sys.exit(main())
