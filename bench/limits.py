"""What must hold whatever the data: how long a query takes to compile, how fast rows are built, how much memory runs.

    python bench/limits.py [--share 0.1]

Memory is the peak of resident bytes of a process of its own that asks one question of the whole archive. It may be
larger than that of the process that only opens the archive by what DuckDB was allowed, and by nothing that grows with
the archive.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
from generate import SPAN, archive

from siemlib.database.run import rows_of
from siemlib.local.engine import open_local

COMPILE_BOUND = 0.005
ROWS_BOUND = 300_000
MEMORY_LIMIT = "256MB"
MEMORY_BOUND = 450 << 20
"""DuckDB's 256 MB, the Python of the engine with pandas and Arrow (about 200 MB), and what the allocators keep."""
TEN_COMMANDS = """fields @timestamp, srcAddr, dstAddr, bytes / 1024 as kib
| filter action = "REJECT" and dstPort in [22, 3389, 5432]
| filter isIpv4InSubnet(srcAddr, "198.51.0.0/16") or srcAddr like /^10\\./
| parse @message "* * * * *" as v, account, eni, source, target
| fields concat(srcAddr, ":", srcPort) as endpoint, strlen(@message) as size
| filter size > 10 and not endpoint like "x"
| stats count(*) as flows, sum(bytes) as total, max(kib) as largest by srcAddr, bin(5m)
| filter flows > 1
| sort total desc, srcAddr
| limit 100"""
QUESTIONS = {
    "stats over everything": "stats count(*) as n, sum(bytes) as total by srcAddr | sort total desc | limit 10",
    "listing of 100": "fields @timestamp, @message | sort @timestamp desc | limit 100",
    "listing of 100, oldest first": "fields @timestamp, @message | sort @timestamp asc | limit 100",
}
ONE = """
import sys
from pathlib import Path
from siemlib.archive.store import Archive
from siemlib.local.engine import LocalEngine
from siemlib.model.timespan import TimeSpan
folder, start, end, memory, query = sys.argv[1:]
engine = LocalEngine(Archive.open(Path(folder)), "local:bench", memory_limit=memory)
assert engine.run(query, TimeSpan.of_millis(int(start), int(end)), ["vpc-flow"]).rows
"""


def compile_seconds(folder: Path) -> float:
    """Median seconds of a query of ten commands: parse, analyse, look at the archive, emit."""
    engine = open_local(folder)
    taken = []
    for _ in range(200):
        start = time.perf_counter()
        engine.sql(TEN_COMMANDS, SPAN, ["vpc-flow"])
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def rows_per_second() -> float:
    """How fast 10,000 rows of 20 columns, one of them with gaps, become the rows of a result."""
    names = [f"column{number}" for number in range(20)]
    columns = [pa.array([f"value {row} {name}" for row in range(10_000)]) for name in names]
    columns[7] = pa.array([None if row % 3 else "x" for row in range(10_000)])
    batch = pa.record_batch(columns, names=names)
    taken = []
    for _ in range(15):
        start = time.perf_counter()
        rows = rows_of(batch, names)
        taken.append(time.perf_counter() - start)
    return len(rows) / min(taken)


def peak(folder: Path, query: str) -> int:
    """Peak resident bytes of a process that asks one question."""
    given = [str(folder), str(SPAN.start_ms), str(SPAN.end_ms), MEMORY_LIMIT, query]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    process = subprocess.Popen([sys.executable, "-c", ONE, *given], env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit("a measured process failed")
    return usage.ru_maxrss * 1024


def main() -> int:
    """Print each measure beside its bound, and give 1 when one is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=1.0, help="of the events")
    folder = archive(parser.parse_args().share)
    seconds = compile_seconds(folder)
    print(f"compile ten commands: {seconds * 1000:.2f} ms (bound {COMPILE_BOUND * 1000:.0f} ms)")
    rate = rows_per_second()
    print(f"rows of 20 columns: {rate:,.0f} a second (bound {ROWS_BOUND:,})")
    kept = seconds < COMPILE_BOUND and rate >= ROWS_BOUND
    for name, query in QUESTIONS.items():
        taken = peak(folder, query)
        print(f"peak memory, {name}: {taken >> 20} MiB (bound {MEMORY_BOUND >> 20} MiB)")
        kept = kept and taken < MEMORY_BOUND
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
