"""How long the notebook ``overview`` takes for the data of one day of five million events, and how much memory.

    python bench/overview.py [--share 0.1]

The day has 4.7 million flow records, 200,000 CloudTrail events, 80,000 lines of sshd and 20,000 alerts; the day before,
with which it is compared, has a tenth of that. Ours is a process that opens the case and asks every question of the
notebook; the other one a process that counts the same things in hand-written SQL over the same files. The bound is that
of the project for the seconds of two cores, and for the memory.
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import duckdb
from generate import CACHE, DAY, FLOW_FIELDS, START
from load import write_events

from siemlib.archive.load import load

SECONDS_BOUND = 15.0
MEMORY_BOUND = 500_000_000
ROUNDS = 3
COUNTS = {"vpc-flow": 4_700_000, "cloudtrail": 200_000, "sshd": 80_000, "OSSEC": 20_000}

OURS = """
import sys
from siemlib.case import open_case
from siemlib.investigate import access, overview
case = open_case(engine="local:" + sys.argv[1], start="2026-03-04", end="2026-03-05")
case.searched()
for ask in (*overview.OVERVIEW, access.over_time, access.new_identities):
    assert ask(case).reading
"""
BY_HAND = """
import sys
import duckdb
connection = duckdb.connect()
connection.execute("SET memory_limit = '1GB'; SET TimeZone = 'UTC'; SET enable_progress_bar = false")
for statement in sys.argv[1].split(";"):
    connection.execute(statement).fetchall()
"""
# What the sections of the page rest on, each once: coverage, traffic, alerts, logins, users and keys, and what is new.
STATEMENTS = r"""
SELECT log_group, timestamp // 3600000 AS hour, count(*), sum(strlen(message))
  FROM read_parquet('ARCHIVE/events/*/*/*.parquet', union_by_name = true) WHERE timestamp >= {day} GROUP BY ALL;
SELECT timestamp // 600000 AS bin, fields.srcAddr LIKE '10.%', fields.dstAddr LIKE '10.%', fields.action, count(*),
    sum(fields.bytes), sum(fields.packets)
  FROM read_parquet('{vpc-flow}') WHERE timestamp >= {day} GROUP BY ALL;
SELECT timestamp // 600000 AS bin, message->>'$.rule.level', message->>'$.rule.id', count(*)
  FROM read_parquet('{OSSEC}') WHERE timestamp >= {day} GROUP BY ALL;
SELECT timestamp // 600000 AS bin, regexp_extract(message, '(Failed|Accepted) \S+ for (.*) from (\S+)', 1), count(*)
  FROM read_parquet('{sshd}') WHERE timestamp >= {day} GROUP BY ALL;
SELECT * FROM read_parquet('{cloudtrail}')
  WHERE timestamp >= {day} AND fields.eventName IN ('CreateUser', 'CreateAccessKey', 'ConsoleLogin');
SELECT coalesce(fields."userIdentity.userName", fields."userIdentity.arn"), min(timestamp) AS since, count(*)
  FROM read_parquet('{cloudtrail}') GROUP BY ALL HAVING since >= {day};
SELECT fields.sourceIPAddress, min(timestamp) AS since, count(*)
  FROM read_parquet('{cloudtrail}') GROUP BY ALL HAVING since >= {day};
SELECT if(fields.action = 'ACCEPT' AND fields.srcPort < fields.dstPort, fields.dstAddr, fields.srcAddr) AS opener,
    min(timestamp) AS since, count(*) FROM read_parquet('{vpc-flow}') GROUP BY ALL HAVING since >= {day};
SELECT if(fields.action = 'ACCEPT' AND fields.srcPort < fields.dstPort, fields.srcAddr, fields.dstAddr) AS target,
    min(timestamp) AS since, count(*) FROM read_parquet('{vpc-flow}') GROUP BY ALL HAVING since >= {day};
SELECT if(fields.action = 'ACCEPT' AND fields.srcPort < fields.dstPort, fields.srcPort, fields.dstPort) AS port,
    fields.protocol, min(timestamp) AS since, count(*)
  FROM read_parquet('{vpc-flow}') GROUP BY ALL HAVING since >= {day}
"""


def _copy(path: Path, head: str, select: str) -> None:
    """Write the one text column of a statement as lines, behind ``head``."""
    plain = path.with_suffix(".plain")
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false; SET TimeZone = 'UTC'")
    connection.execute(f"COPY ({select}) TO '{plain}' (FORMAT csv, DELIMITER '\x01', HEADER false, QUOTE '')")
    with path.open("wb") as target, plain.open("rb") as source:
        target.write(head.encode())
        shutil.copyfileobj(source, target, 1 << 20)
    plain.unlink()


def write_flows(path: Path, count: int, start: int) -> None:
    """Flow records: half of them inbound, a quarter answers to that, a quarter between hosts inside."""
    second = f"({start} + (i * {DAY}) // {count})"
    outside = "'198.51.' || (hash(i) % 100) || '.' || (hash(i + 1) % 250) || ' 10.0.' || (i % 8) || '.' || (i % 200)"
    answer = "'10.0.' || (i % 8) || '.' || (i % 200) || ' 198.51.' || (hash(i) % 100) || '.' || (hash(i + 1) % 250)"
    between = "'10.0.' || (i % 8) || '.' || (i % 200) || ' 10.0.' || (i % 7) || '.' || (i % 190)"
    port = "([22, 80, 443, 443, 443, 3389, 5432, 8080][1 + (hash(i * 7) % 8)::INTEGER])"
    _copy(
        path,
        f"{FLOW_FIELDS}\n",
        f"""SELECT '2 111122223333 eni-0a1b2c3d4e5f60718 '
            || CASE i % 4 WHEN 0 THEN {between} || ' ' || 1024 + i % 60000 || ' ' || {port}
                 WHEN 1 THEN {answer} || ' ' || {port} || ' ' || 1024 + i % 60000
                 ELSE {outside} || ' ' || 1024 + i % 60000 || ' ' || {port} END
            || ' 6 ' || 1 + i % 40 || ' ' || 40 + i % 9000 || ' ' || {second} || ' ' || {second} + 60
            || CASE WHEN i % 4 > 1 AND hash(i * 3) % 3 = 0 THEN ' REJECT OK' ELSE ' ACCEPT OK' END
          FROM range({count}) t(i) ORDER BY i""",
    )


def write_sshd(path: Path, count: int, start: int) -> None:
    """Lines of sshd with ISO times, nine of ten a failure."""
    time_ = f"strftime(to_timestamp({start} + (i * {DAY}) // {count}) AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S+00:00')"
    _copy(
        path,
        "",
        f"""SELECT {time_} || ' bastion-1 sshd[' || 1000 + i % 30000 || ']: '
            || CASE WHEN i % 10 = 0 THEN 'Accepted publickey' ELSE 'Failed password' END || ' for user'
            || hash(i) % 300 || ' from 203.0.' || (hash(i) % 20) || '.' || (hash(i + 3) % 250) || ' port '
            || 1024 + i % 60000 || ' ssh2' FROM range({count}) t(i) ORDER BY i""",
    )


def write_alerts(path: Path, count: int, start: int) -> None:
    """Alerts of 40 rules."""
    time_ = f"strftime(to_timestamp({start} + (i * {DAY}) // {count}) AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.000+0000')"
    _copy(
        path,
        "",
        f"""SELECT '{{"timestamp":"' || {time_} || '","rule":{{"level":' || 3 + hash(i) % 10 || ',"id":"'
            || 5700 + hash(i) % 40 || '","description":"rule ' || hash(i) % 40 || '"}},'
            || '"agent":{{"id":"001","name":"web-1"}},"data":{{"srcip":"203.0.113.' || hash(i) % 250 || '"}}}}'
          FROM range({count}) t(i) ORDER BY i""",
    )


def write_calls(path: Path, count: int, start: int) -> None:
    """CloudTrail events, moved to the day that begins at ``start``."""
    write_events(path, count)
    if start != START:
        path.write_text(path.read_text("utf-8").replace("2026-03-04T", "2026-03-03T"), "utf-8")


WRITERS = {"vpc-flow": write_flows, "cloudtrail": write_calls, "sshd": write_sshd, "OSSEC": write_alerts}


def archive(share: float) -> Path:
    """The archive, made if it is not there."""
    sources = "".join(inspect.getsource(one) for one in (_copy, *WRITERS.values(), write_events))
    version = hashlib.sha256(f"{COUNTS}{sources}".encode()).hexdigest()[:12]
    folder = CACHE / f"overview-{version}-{share:g}"
    if folder.exists():
        return folder
    making = CACHE / "making-overview"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    for group, count in COUNTS.items():
        for start, number in ((START - DAY, count // 10), (START, count)):
            source = making / f"{group}-{start}.log"
            WRITERS[group](source, int(number * share), start)
            if load([source], making / "archive", log_group=group).refused:
                sys.exit(f"{group}: not loaded")
            source.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    (making / "archive").rename(folder)
    shutil.rmtree(making)
    return folder


class Measure(NamedTuple):
    """Of one process: seconds, seconds of processor, and peak resident bytes."""

    seconds: float
    processor: float
    peak: int


def measure(program: str, *arguments: str) -> Measure:
    """Run one Python process to its end."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", program, *arguments], env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit("a measured process failed")
    return Measure(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def main() -> int:
    """Print both measures, and give 1 when a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=1.0, help="of the events")
    share = parser.parse_args().share
    # By another process: what is measured would inherit the peak of the one that starts it (getrusage(2), ru_maxrss).
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        folder = other.submit(archive, share).result()
    text = STATEMENTS.replace("ARCHIVE", str(folder)).replace("{day}", str(START * 1000))
    for group in COUNTS:
        text = text.replace(f"{{{group}}}", f"{folder}/events/{group}/*/*.parquet")
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(measure(OURS, str(folder)))
        theirs.append(measure(BY_HAND, text))
    seconds, by_hand = min(one.seconds for one in ours), min(one.seconds for one in theirs)
    processor = min(one.processor for one in ours)
    peak = max(one.peak for one in ours)
    print(f"overview: {seconds:.1f} s (bound {SECONDS_BOUND:.0f} s), {processor:.1f} s of processor")
    print(f"overview, the same counts by hand: {by_hand:.1f} s, {seconds / by_hand:.1f} x")
    print(f"overview: peak memory {peak / 1e6:.0f} MB (bound {MEMORY_BOUND / 1e6:.0f} MB)")
    return int(seconds > SECONDS_BOUND or peak > MEMORY_BOUND)


if __name__ == "__main__":
    sys.exit(main())
