"""The rows of a run, where its record keeps them, as a table."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from siemlib.evidence.rows import read_rows
from siemlib.report.trace.table import Table, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MOST_ROWS = 20_000
"""Of a run with more rows a sentence says no number that stands in one of them."""
_MILLIS = "_ms"
"""How columns of our queries end that hold times, in milliseconds since 1970."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


def read_runs(data: Path) -> dict[str, dict[str, Any]]:
    """The record of every run by its id, with the ``code`` that it has on the page."""
    records = [json.loads(path.read_text("utf-8")) for path in data.glob("runs/*.json")]
    records.sort(key=lambda record: record["sequence"])
    return {record["id"]: {**record, "code": f"R{place:02d}"} for place, record in enumerate(records, start=1)}


def table_of_run(data: Path, run: Mapping[str, Any]) -> Iterator[Table]:
    """Its rows: none where they are not kept, or are too many.

    What looks like a number in all rows is one, or a time.
    """
    kept = run.get("rows_file")
    if not kept or run["statistics"]["rows"] > MOST_ROWS:
        return
    rows = list(read_rows(data / kept))
    told = (column["name"] for column in run["columns"])
    names = dict.fromkeys([*told, *(name for row in rows for name in row)])
    columns = {name: _values([row.get(name) for row in rows], time=name.endswith(_MILLIS)) for name in names}
    yield table_of(run["code"], pa.table(columns))


def _values(texts: list[str | None], *, time: bool) -> pa.Array:
    if any(texts) and all(text is None or _NUMBER.fullmatch(text) for text in texts):
        numbers = pa.array([None if text is None else float(text) for text in texts], pa.float64())
        return numbers.cast(pa.int64(), safe=False).cast(pa.timestamp("ms", "UTC")) if time else numbers
    safe = [None if text is None else text.encode("utf-8", "replace").decode("utf-8") for text in texts]
    return pa.array(safe, pa.string())
