"""Twenty-six queries beside hand-written SQL over the same eight million events: the ratios and their bounds.

    python bench/queries.py [--only WORD] [--share 0.1] [--rounds 5]

Both sides run in one process, in turn, on as many threads, and the fastest of each counts, so that a busy moment of the
machine decides nothing. Our time is that of ``engine.run``: parse, compile, run, rows of texts, and the statistics of
the run; theirs is ``execute(…).fetchall()``. Before the clock runs, both must give the same rows in the same order.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb
from generate import SPAN, START, archive
from pairs import PAIRS

from siemlib.local.engine import open_local
from siemlib.model.timespan import TimeSpan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pairs import Pair

    from siemlib.local.engine import LocalEngine

Answer = tuple[list[Any], int | None]
"""Rows, and how many events passed the filters where that is asked for."""
MEDIAN_BOUND = 1.3
WORST_BOUND = 2.0
EXACT = 2**53


def fastest(actions: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """The least seconds of each action over ``rounds`` rounds, in turn."""
    times: list[list[float]] = [[] for _ in actions]
    for _ in range(rounds):
        for action, taken in zip(actions, times, strict=True):
            start = time.perf_counter()
            action()
            taken.append(time.perf_counter() - start)
    return [min(taken) for taken in times]


class Bench:
    """The engine and a plain connection over one archive."""

    def __init__(self, folder: Path) -> None:
        self.engine: LocalEngine = open_local(folder)
        self.connection = duckdb.connect(config={"memory_limit": "1GB"})
        self.connection.execute("SET enable_progress_bar = false")
        # The fault that siemlib.database.connection works around stops some of these as well.
        self.connection.execute("SET disabled_optimizers = 'late_materialization'")
        self._files = {
            group.name: [str(path) for path in sorted(folder.glob(f"events/{group.name}/**/*.parquet"))]
            for group in self.engine.log_groups()
        }

    def sides(self, pair: Pair) -> tuple[Callable[[], Answer], Callable[[], Answer]]:
        """The query and the SQL, ready to run."""
        sql, count = self._over_files(pair.by_hand), self._over_files(pair.matched or "")
        span, given = SPAN, {}
        if pair.minutes:
            first, last = ((START + 60 * minute) * 1000 for minute in pair.minutes)
            span, given = TimeSpan.of_millis(first, last), {"start": first, "end": last}

        def query() -> Answer:
            result = self.engine.run(pair.query, span, [pair.log_group])
            return result.rows, result.statistics.records_matched if count else None

        def by_hand() -> Answer:
            rows = self.connection.execute(sql, given).fetchall()
            return rows, self.connection.execute(count).fetchall()[0][0] if count else None

        return query, by_hand

    def _over_files(self, sql: str) -> str:
        for name, files in self._files.items():
            sql = sql.replace(f"{{{name}}}", f"read_parquet({files})")
        return sql


def difference(ours: Answer, theirs: Answer) -> str | None:
    """The first difference between the two answers: the same rows in the same order, of as many events."""
    (rows, matched), (wanted_rows, wanted_matched) = ours, theirs
    if len(rows) != len(wanted_rows) or matched != wanted_matched:
        return f"{len(rows)} rows of {matched} events beside {len(wanted_rows)} of {wanted_matched}"
    for number, (row, wanted) in enumerate(zip(rows, wanted_rows, strict=True)):
        found = {name: value for name, value in row.items() if name != "@ptr"}
        expected = [text(value) for value in wanted if value is not None]
        if [text(number_of(value)) for value in found.values()] != expected:
            return f"row {number}: {found} beside {expected}"
    return None if rows else "no rows, which says nothing"


def number_of(value: str) -> object:
    """A number where the text is one, as SQL has it."""
    try:
        return float(value)
    except ValueError:
        return value


def text(value: object) -> str:
    """One spelling for both sides; a mean is a sum in another order, so the last digits may differ."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S.%f}"[:-3]
    if isinstance(value, int | float):
        return f"{value:.10g}" if abs(value) < EXACT else str(value)
    try:
        return text(float(str(value)))
    except ValueError:
        return str(value)


def main() -> int:
    """Measure, print the table, and give 1 when a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="the pairs with this word in their name")
    parser.add_argument("--share", type=float, default=1.0, help="of the events")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    bench = Bench(archive(arguments.share))
    ratios: dict[str, float] = {}
    for pair in PAIRS:
        if arguments.only not in pair.name:
            continue
        query, by_hand = bench.sides(pair)
        if different := difference(query(), by_hand()):
            print(f"{pair.name}: the answers differ: {different}")
            return 1
        ours, theirs = fastest([query, by_hand], arguments.rounds)
        ratios[pair.name] = ours / theirs
        print(f"{pair.log_group:<12}{pair.name:<38}{ours:8.3f} s{theirs:8.3f} s{ours / theirs:7.2f} x", flush=True)
    median, worst = statistics.median(ratios.values()), max(ratios.values())
    bounds = f"median {median:.2f} x (bound {MEDIAN_BOUND}), worst {worst:.2f} x (bound {WORST_BOUND})"
    print(f"{len(ratios)} queries: {bounds}")
    return int(median > MEDIAN_BOUND or worst > WORST_BOUND)


if __name__ == "__main__":
    sys.exit(main())
