"""The record of a table of questions, with the exhibits that it repeats."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

SEEN = pa.table({"log group": ["sshd", "syslog"], "events": [1234, 5], "first": ["a", "b"], "last": ["a", "b"]})
READING = "3 logins failed and 2 succeeded. The rest is silence. eve took 7 of 9 at 2026-03-04 02:00:00 UTC."


def record_answers(data: Path, answers: list[str], name: str = "first-look", reading: str = READING) -> Path:
    """Add to a record in ``data`` a table of questions with these answers, and the readings that it repeats."""
    shown = {
        name: ("An overview.", pa.table({"question": [f"Which {n}?" for n in answers], "answer": answers})),
        "logins": (reading, pa.table({"user": ["eve"], "failures": [3]})),
        "seen-in": ("Seen.", SEEN),
    }
    (data / "exhibits").mkdir(parents=True, exist_ok=True)
    for place, (exhibit, (text, table)) in enumerate(shown.items(), start=1):
        path = data / "exhibits" / f"E0{place}-{exhibit}.json"
        pq.write_table(table, path.with_suffix(".parquet"))
        columns = [{"name": column} for column in table.column_names]
        record = {"id": f"E0{place}", "name": exhibit, "reading": text, "columns": columns, "rows": table.num_rows}
        path.write_text(json.dumps(record | {"runs": [], "sentence": None}))
    return data
