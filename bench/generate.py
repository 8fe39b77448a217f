"""The events that the benchmarks read: made from nothing but numbers, so that they are the same on every machine.

Five million flow records, a million CloudTrail events and two million lines of a web server, all of one day, loaded
into one archive. That takes a minute or two, so the archive is kept until what makes it changes: this file,
``load.py`` or the code of archives.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import duckdb
from load import write_events

import siemlib.archive
from siemlib.archive.load import load
from siemlib.model.timespan import TimeSpan

START = 1_772_582_400  # 2026-03-04T00:00:00Z
DAY = 86_400
SPAN = TimeSpan.of_millis(START * 1000, (START + DAY) * 1000)
CACHE = Path(__file__).parent / ".cache"
"""Ignored by git, and safe to delete at any time."""

FLOW_FIELDS = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)


def write_flows(path: Path, count: int) -> None:
    """Flow records of one day in time order, default layout with its header line."""
    plain = path.with_suffix(".plain")
    _connection().execute(f"""
        COPY (SELECT 2 AS version, '111122223333' AS account, 'eni-0a1b2c3d4e5f60718' AS interface,
                '198.51.' || (hash(i) % 100) || '.' || (hash(i + 1) % 250) AS src,
                '10.0.' || (i % 8) || '.' || (i % 200) AS dst, 1024 + i % 60000 AS srcport,
                [22, 80, 443, 443, 443, 3389, 5432, 8080][1 + (hash(i * 7) % 8)::INTEGER] AS dstport,
                6 AS protocol, 1 + i % 40 AS packets, 40 + i % 9000 AS bytes,
                {START} + (i * {DAY}) // {count} AS started, {START} + 60 + (i * {DAY}) // {count} AS ended,
                CASE WHEN hash(i * 3) % 4 = 0 THEN 'REJECT' ELSE 'ACCEPT' END AS action, 'OK' AS status
              FROM range({count}) t(i) ORDER BY i)
        TO '{plain}' (FORMAT csv, DELIMITER ' ', HEADER false, QUOTE '')
    """)
    with path.open("wb") as target, plain.open("rb") as source:
        target.write(f"{FLOW_FIELDS}\n".encode())
        shutil.copyfileobj(source, target, 1 << 20)
    plain.unlink()


def write_web(path: Path, count: int) -> None:
    """Lines of a web server (combined format) of one day in time order."""
    _connection().execute(f"""
        COPY (SELECT '203.0.' || (hash(i) % 40) || '.' || (hash(i + 3) % 250) || ' - '
                || CASE WHEN hash(i * 5) % 20 = 0 THEN 'user' || hash(i * 5) % 900 ELSE '-' END || ' ['
                || strftime(to_timestamp({START} + (i * {DAY}) // {count}) AT TIME ZONE 'UTC', '%d/%b/%Y:%H:%M:%S')
                || ' +0000] "' || ['GET', 'GET', 'GET', 'POST', 'PUT'][1 + (hash(i * 7) % 5)::INTEGER]
                || ' ' || ['/', '/login', '/api/orders/', '/api/users/', '/static/app.js?v=', '/wp-login.php?n=',
                    '/search?q=shoes&page='][1 + (hash(i * 11) % 7)::INTEGER] || hash(i * 13) % 5000 || ' HTTP/1.1" '
                || [200, 200, 200, 200, 304, 404, 403, 500][1 + (hash(i * 17) % 8)::INTEGER] || ' ' || 100 + i % 40000
                || ' "https://shop.example.com/" "Mozilla/5.0 (X11; Linux x86_64) Build/' || hash(i * 19) % 50 || '"'
              FROM range({count}) t(i) ORDER BY i)
        TO '{path}' (FORMAT csv, DELIMITER '\\x01', HEADER false, QUOTE '')
    """)


def _connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false; SET TimeZone = 'UTC'")
    return connection


KINDS = {
    "vpc-flow": (write_flows, 5_000_000, "flows.log"),
    "cloudtrail": (write_events, 1_000_000, "calls.json"),
    "web-access": (write_web, 2_000_000, "access.log"),
}
"""By log group: who writes the file, how many events, and what the file is called."""


def archive(share: float = 1.0) -> Path:
    """The archive, made if it is not there. ``share`` is for a quick look at fewer events."""
    # What a part says of itself decides how it is read, so an archive of another version of the program will not do.
    program = sorted(Path(siemlib.archive.__file__).parent.rglob("*.py"))
    sources = (Path(__file__), Path(__file__).with_name("load.py"), *program)
    version = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    folder = CACHE / f"{version}-{share:g}"
    if folder.exists():
        return folder
    making = CACHE / "making"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    for log_group, (write, count, name) in KINDS.items():
        source = making / name
        write(source, int(count * share))
        load([source], making / "archive", log_group=log_group)
        source.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    (making / "archive").rename(folder)
    making.rmdir()
    return folder
