"""Events that are in collected parts twice, by their ``@ptr``: the first one stays."""

# ruff: noqa: S608 - what goes into this SQL is quoted by the writer, or a number

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.ql.sql.writer import literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from siemlib.archive.record import PartRecord
    from siemlib.database.connection import Connection


def forget_repeats(connection: Connection, folder: Path, parts: Sequence[PartRecord]) -> tuple[list[PartRecord], int]:
    """The parts without the events that an earlier part, or an earlier row, has; and how many those were.

    Only the parts that hold such an event are written again.
    """
    if not parts:
        return [], 0
    files = ", ".join(literal(str(folder / part.path)) for part in parts)
    events = (
        f"SELECT event_id, filename, file_row_number FROM read_parquet([{files}], filename=true, file_row_number=true)"
    )
    total = sum(part.events for part in parts)
    [[different]] = connection.execute(f"SELECT count(DISTINCT event_id) FROM ({events})").fetchall()
    if different == total:
        return list(parts), 0
    order = "row_number() OVER (PARTITION BY event_id ORDER BY filename, file_row_number)"
    again = f"SELECT filename, file_row_number FROM ({events}) QUALIFY {order} > 1"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE again AS {again}")
    counted = connection.execute("SELECT filename, count(*) FROM again GROUP BY filename").fetchall()
    surplus = {str(name): int(rows) for name, rows in counted}
    kept: list[PartRecord] = []
    for part in parts:
        repeats = surplus.get(str(folder / part.path), 0)
        if repeats < part.events:
            kept.append(_without_repeats(connection, folder, part) if repeats else part)
    return kept, total - int(different)


def _without_repeats(connection: Connection, folder: Path, part: PartRecord) -> PartRecord:
    """The part without the rows that the table ``again`` names."""
    source, target = literal(str(folder / part.path)), literal(str(folder / f"once-{part.path}"))
    rows = f"SELECT * FROM read_parquet({source}, filename=true, file_row_number=true)"
    once = (
        f"SELECT * EXCLUDE (filename, file_row_number) FROM ({rows}) ANTI JOIN again"
        " USING (filename, file_row_number) ORDER BY file_row_number"
    )
    connection.execute(f"COPY ({once}) TO {target} (FORMAT parquet, COMPRESSION zstd)")
    look = f"SELECT count(*), min(timestamp), max(timestamp), sum(strlen(message)) FROM read_parquet({target})"
    [[events, first, last, size]] = connection.execute(look).fetchall()
    # Its digest is not asked for: the part lives as long as the query.
    found = {"events": events, "first": first, "last": last, "message_bytes": int(size), "sha256": ""}
    return part.model_copy(update={"path": f"once-{part.path}", **found})
