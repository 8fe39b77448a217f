"""The same 100,000 events in moto's CloudWatch Logs: which of the queries it answers rightly, and how long both take.

    python bench/moto_beside.py

moto is what many test suites take for the service. It is asked through boto3, as the service is (``start_query``, then
``get_query_results``). Its rows are right when they are ours, in our order; that ours are right is shown elsewhere, by
SQL written by hand and by the tests. moto shows ``@timestamp`` as a number, which is let pass. No bound is set here.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

import boto3
import duckdb
from botocore.exceptions import ClientError
from generate import DAY, SPAN, START, archive
from moto import mock_aws
from pairs import PAIRS, Pair

from siemlib.local.engine import open_local
from siemlib.model.timespan import TimeSpan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from siemlib.local.engine import LocalEngine

SHARE = 0.0125
"""Of the eight million events."""
MOTO_TAKES = 10_000
"""Events of one ``put_log_events``, as the service."""
WITHIN_REACH = (
    Pair("newest twenty", "web-access", "fields @timestamp, @message | sort @timestamp desc | limit 20", ""),
    Pair("oldest twenty", "web-access", "fields @timestamp, @message | sort @timestamp asc | limit 20", ""),
)
"""Two more that are within what moto can do: list, sort by time, limit."""

Row = dict[str, str]


def events_of(folder: Path, log_group: str) -> list[tuple[int, str]]:
    """Every event, oldest first, and of one instant in the order of delivery."""
    files = [str(path) for path in sorted(folder.glob(f"events/{log_group}/**/*.parquet"))]
    sql = f"SELECT timestamp, message FROM read_parquet({files}) ORDER BY timestamp, length(event_id), event_id"
    return duckdb.sql(sql).fetchall()


class Moto:
    """moto's CloudWatch Logs with the events, on days that it still takes: ``shift`` milliseconds later."""

    def __init__(self, folder: Path, log_groups: Iterable[str]) -> None:
        self.client: Any = boto3.client("logs", region_name="eu-central-1")
        days_ago = (int(time.time()) - START) // DAY - 1
        self.shift = days_ago * DAY * 1000
        self.events = 0
        for log_group in log_groups:
            names = {"logGroupName": log_group, "logStreamName": "all"}
            self.client.create_log_group(logGroupName=log_group)
            self.client.create_log_stream(**names)
            for batch in _batches(events_of(folder, log_group)):
                put = [{"timestamp": moment + self.shift, "message": message} for moment, message in batch]
                self.client.put_log_events(**names, logEvents=put)
                self.events += len(put)

    def run(self, pair: Pair) -> list[Row]:
        """The rows; raises ClientError where moto refuses the query."""
        first, last = ((START + 60 * minute) * 1000 for minute in pair.minutes or (0, DAY // 60))
        start, end = (first + self.shift) // 1000, (last + self.shift) // 1000 - 1
        asked = self.client.start_query(
            logGroupName=pair.log_group, startTime=start, endTime=end, queryString=pair.query
        )
        results = self.client.get_query_results(queryId=asked["queryId"])["results"]
        return [self._row(row) for row in results]

    def _row(self, cells: Sequence[Row]) -> Row:
        row = {cell["field"]: cell["value"] for cell in cells if cell["field"] != "@ptr"}
        if "@timestamp" in row:
            moment = datetime.fromtimestamp((int(row["@timestamp"]) - self.shift) / 1000, tz=UTC)
            row["@timestamp"] = f"{moment:%Y-%m-%d %H:%M:%S.%f}"[:-3]
        return row


def _batches(events: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    for _, batch in groupby(enumerate(events), key=lambda each: each[0] // MOTO_TAKES):
        yield [event for _, event in batch]


def ours(engine: LocalEngine, pair: Pair) -> list[Row]:
    """The rows of the same query here."""
    span = SPAN
    if pair.minutes:
        span = TimeSpan.of_millis(*((START + 60 * minute) * 1000 for minute in pair.minutes))
    rows = engine.run(pair.query, span, [pair.log_group]).rows
    return [{name: value for name, value in row.items() if name != "@ptr"} for row in rows]


def verdict(found: list[Row], wanted: list[Row]) -> str:
    """What moto's rows are worth."""
    if found == wanted:
        return "right"
    if len(found) == len(wanted):
        return f"wrong: other rows than the right {len(wanted):,}"
    return f"wrong: {len(found):,} rows instead of {len(wanted):,}"


def main() -> int:
    """Print a line for each query, and how many moto answers rightly."""
    folder = archive(SHARE)
    engine = open_local(folder)
    right = 0
    with mock_aws():
        moto = Moto(folder, [group.name for group in engine.log_groups()])
        print(f"{moto.events:,} events in moto's CloudWatch Logs")
        for pair in (*PAIRS, *WITHIN_REACH):
            begun = time.perf_counter()
            wanted = ours(engine, pair)
            ended = time.perf_counter()
            try:
                said = verdict(moto.run(pair), wanted)
            except ClientError as error:
                said = f"refused: {error.response['Error']['Message']}"
            taken = time.perf_counter() - ended
            right += said == "right"
            print(f"{pair.log_group:<12}{pair.name:<38}{ended - begun:8.3f} s{taken:8.3f} s  {said}", flush=True)
    print(f"moto answers {right} of {len(PAIRS) + len(WITHIN_REACH)} queries rightly")
    return 0


if __name__ == "__main__":
    sys.exit(main())
