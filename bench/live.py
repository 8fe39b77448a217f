"""Every row of an account, as fast as its quotas allow: against an endpoint that keeps them, in a process of its own.

    python bench/live.py [--rows 1000000] [--only-ours]

The endpoint gives 100,000 rows a query, 10,000 a page and 10 pages a second, and answers each request after 0.2 s. So N
rows take N / 100,000 seconds at the least. Two accounts: events that are even in time, and events of which half fall in
two minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from synthetic import GROUP, START, Synthetic, crowded, even

if TYPE_CHECKING:
    from collections.abc import Iterator

TIME_BOUND = 1.25
QUERY_BOUNDS = {"even": (1.3, 3), "crowded": (2.0, 0)}
"""Queries for each full query's worth of rows, and some more."""
FRAME_BOUND = 500_000
"""Rows of three columns a second, from the strings of a result to a frame."""
SECONDS = 6 * 3600
QUERY = "fields @timestamp, @message"
SHAPES = {"even": even, "crowded": crowded}
OTHERS = Path(__file__).resolve().parent.parent / ".others" / "bin" / "python"
WRANGLER = """
import sys, datetime, awswrangler
start, end, group, query = float(sys.argv[1]), float(sys.argv[2]), sys.argv[3], sys.argv[4]
moments = [datetime.datetime.fromtimestamp(each, datetime.timezone.utc) for each in (start, end)]
print(len(awswrangler.cloudwatch.read_logs(query, [group], *moments, limit=10000 if len(sys.argv) < 6 else None)))
"""
BATCH = """
import sys, asyncio, datetime
from types import SimpleNamespace
from unittest.mock import AsyncMock
from awslabs.cloudwatch_mcp_server.cloudwatch_logs.cwl_insights_batch import execute_cwl_insights_batch
start, end, group, query = float(sys.argv[1]), float(sys.argv[2]), sys.argv[3], sys.argv[4]
moments = [datetime.datetime.fromtimestamp(each, datetime.timezone.utc).isoformat() for each in (start, end)]
found = asyncio.run(execute_cwl_insights_batch(
    AsyncMock(), [group], ["us-east-1"], *moments, query,
    limit=None, max_timeout=120, account_label=None, profile_name=None,
))
print(len(found.results))
"""


@dataclass(frozen=True)
class Measured:
    """One way of asking for every row."""

    seconds: float
    rows: int
    queries: int | None = None
    notes: str = ""


@contextmanager
def endpoint(shape: str, rows: int) -> Iterator[str]:
    """An endpoint in a process of its own; gives its URL."""
    command = [sys.executable, __file__, "--serve", shape, "--rows", str(rows)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(10)


def serve(shape: str, rows: int) -> None:
    """Be that process."""
    from siemlib.serve.app import app  # noqa: PLC0415 - only this process needs it
    from siemlib.serve.limits import Limits  # noqa: PLC0415 - the same
    from siemlib.serve.server import LOOPBACK, Serving, bound  # noqa: PLC0415 - the same

    serving = Serving(app(Synthetic(SHAPES[shape](rows, SECONDS)), limits=Limits(latency=0.2)), bound(LOOPBACK, 0))
    # The service's answers do not wait for its work; ours would, 5 ms for each of the threads that run queries.
    sys.setswitchinterval(0.0005)
    print(serving.url, flush=True)
    serving.run()


def ours(rows: int) -> Measured:
    """The live engine, from the question to the result with its certificate."""
    from siemlib.live.open import open_live  # noqa: PLC0415 - the environment must name the endpoint before
    from siemlib.model.timespan import TimeSpan  # noqa: PLC0415 - the same
    from siemlib.settings import Settings  # noqa: PLC0415 - the same

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.model_validate({"live": {"spool": folder}})
        engine = open_live("live:us-east-1", settings)
        before, worked = time.perf_counter(), time.process_time()
        span = TimeSpan.of_millis(START, START + SECONDS * 1000)
        result = engine.run(QUERY, span, [GROUP], every_row=True)
        seconds, worked = time.perf_counter() - before, time.process_time() - worked
        last = max(each.finished for each in result.run.certificate.slices)
        arrived = (last - result.run.started).total_seconds()
        queries = engine._governor.requests["StartQuery"]  # noqa: SLF001 - what was really sent
        engine.close()
    pointers = {row["@ptr"] for row in result.rows}
    assert len(pointers) == len(result.rows) == rows, f"{len(result.rows)} rows"  # noqa: S101 - else no speed counts
    return Measured(seconds, len(result.rows), queries, notes(result.completeness, arrived, worked))


def notes(completeness: str, arrived: float, worked: float) -> str:
    """What is said beside a time: on a machine that does other things as well, the processor's says more."""
    return f"{completeness}; the last page came after {arrived:.1f} s; {worked:.1f} s of processor"


def frame_rate(rows: int = 300_000) -> float:
    """Rows of three columns a second, from the strings of a result to its frame."""
    from siemlib.engine import Column, Result  # noqa: PLC0415 - the processes of others need it not
    from siemlib.model.event import FieldType  # noqa: PLC0415 - the same
    from siemlib.model.timespan import TimeSpan  # noqa: PLC0415 - the same

    engine = Synthetic(even(rows, SECONDS))
    run = engine.run("", TimeSpan.of_millis(START, START + SECONDS * 1000), [GROUP]).run
    times = [engine.row(place)["@timestamp"] for place in range(rows)]
    made = [{"@timestamp": text, "user": f"u{place % 99}", "bytes": str(place)} for place, text in enumerate(times)]
    kinds = (FieldType.TIMESTAMP, FieldType.TEXT, FieldType.INTEGER)
    columns = tuple(Column(name, kind) for name, kind in zip(made[0], kinds, strict=True))
    taken = []
    for _ in range(3):
        before = time.perf_counter()
        assert len(Result(columns, made, run).frame) == rows  # noqa: S101 - else no speed counts
        taken.append(time.perf_counter() - before)
    return rows / min(taken)


def others(script: str, *more: str) -> Measured:
    """A program of others, in its own environment."""
    before = time.perf_counter()
    arguments = [str(START / 1000), str(START / 1000 + SECONDS), GROUP, QUERY, *more]
    done = subprocess.run([OTHERS, "-c", script, *arguments], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - before
    lines = done.stdout.split() if done.returncode == 0 else []
    return Measured(seconds, int(lines[-1]) if lines else 0, notes="" if lines else done.stderr.strip()[-200:])


def main() -> int:
    """Print what was measured beside its bounds; the exit code says whether they were kept."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--serve", choices=SHAPES)
    parser.add_argument("--only-ours", action="store_true")
    given = parser.parse_args()
    if given.serve:
        serve(given.serve, given.rows)
        return 0
    rate = frame_rate()
    print(f"a frame of three columns: {rate:,.0f} rows a second (bound {FRAME_BOUND:,})", flush=True)
    kept = [rate >= FRAME_BOUND, *(measure(shape, given.rows, alone=given.only_ours) for shape in SHAPES)]
    return 0 if all(kept) else 1


def measure(shape: str, rows: int, *, alone: bool) -> bool:
    """Ask for every row of one account; gives whether the bounds were kept."""
    with endpoint(shape, rows) as url:
        os.environ.update(environment(url))
        mine = ours(rows)
        pages = rows / 100_000
        times, more = QUERY_BOUNDS[shape]
        most = times * ceil(rows / 100_000) + more
        print(
            f"{shape}: {rows:,} rows in {mine.seconds:.1f} s ({mine.notes}): {mine.seconds / pages:.2f} x what the"
            f" pages take (bound {TIME_BOUND}); {mine.queries} queries (bound {most:.0f})",
            flush=True,
        )
        if not alone and OTHERS.exists():
            for name, script in (("awswrangler 3.17", WRANGLER), ("the batch tool of awslabs", BATCH)):
                found = others(script)
                share = f"{found.rows:,} of {rows:,} rows"
                print(f"  {name}: {share} in {found.seconds:.1f} s {json.dumps(found.notes) if found.notes else ''}")
    return mine.seconds / pages <= TIME_BOUND and (mine.queries or 0) <= most


def environment(url: str) -> dict[str, str]:
    """What leads every AWS program to the endpoint."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


if __name__ == "__main__":
    sys.exit(main())
