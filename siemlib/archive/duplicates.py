"""Which events were delivered twice.

Two events are the same when a delivery repeats them. With an id of their own (CloudTrail): when id and message are
identical, which they are when the messages are. Without: when the n-th of identical messages of one stream and time in
one file meets the n-th in another file, as in exports that overlap; equal lines within one file happened, and stay.
Streams are compared as an export to S3 names them, which writes ``-`` for ``/``: the same event may have come from the
account as well, with the name that the stream has there.

Keys of 8 bytes find the candidates; whether they are the same is decided on the SHA-256 of the text. Equal events have
equal times, so only parts of one day are compared, and of what the archive holds only parts whose times overlap.
"""

# ruff: noqa: S608 - what goes into this SQL is quoted by the writer, or a name of our own

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.database.discover import json_leaf
from siemlib.model.event import Shape
from siemlib.ql.sql.writer import integer, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from siemlib.archive.record import PartRecord
    from siemlib.database.connection import Connection
    from siemlib.sources.source import LogSource

STREAM = "replace(log_stream, '/', '-')"
"""The stream of an event as SQL, by a name that every delivery of it gives."""
TWICE = "twice"
"""The temporary table that :func:`find_duplicates` leaves: ``event_id`` of each event that is there already."""


def scan(folder: Path, paths: Iterable[str]) -> str:
    """A table function over Parquet files, given relative to ``folder``."""
    return f"read_parquet([{', '.join(literal(str(folder / path)) for path in paths)}], union_by_name = TRUE)"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What to compare: the events of one log group and source that a load has staged.

    ``keys`` is a relation of their keys (``day``, ``key``, ``file``, ``ordinal``, ``event_id``), in which files have
    the order of loading: the first delivery is the one that stays.
    """

    folder: Path
    source: LogSource
    keys: str

    @property
    def _repeated(self) -> str:
        """Within a file, only an event with an id of its own can be there twice."""
        return "count(*)" if self.source.unique_id else "count(DISTINCT file)"

    def days_with_repeats(self, connection: Connection) -> set[int]:
        """The days, counted from 1970, in which some event may be there twice."""
        repeated = f"SELECT day FROM {self.keys} GROUP BY day, key HAVING {self._repeated} > 1"
        return {row[0] for row in connection.execute(f"SELECT DISTINCT day FROM ({repeated})").fetchall()}

    def find(self, connection: Connection, day: int, fresh: Sequence[PartRecord], held: Sequence[PartRecord]) -> int:
        """Fill :data:`TWICE` with the duplicates among the ``fresh`` parts, all of ``day``, and count them.

        ``held`` are parts of the archive whose times overlap.
        """
        steps = [*self._candidates(day, fresh, held), *self._decision(fresh)]
        for name, sql in steps:
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")
        for name, _ in steps[:-1]:
            connection.execute(f"DROP TABLE {name}")
        return int(connection.execute(f"SELECT count(*) FROM {TWICE}").fetchall()[0][0])

    def _candidates(self, day: int, fresh: Sequence[PartRecord], held: Sequence[PartRecord]) -> list[tuple[str, str]]:
        """Events whose key comes again, and how often the archive holds the same."""
        start, end = min(part.first for part in fresh), max(part.last for part in fresh)
        held_events = "SELECT 0::UBIGINT AS key, '' AS same WHERE FALSE"
        if held:
            between = f"timestamp BETWEEN {integer(start)} AND {integer(end)}"
            held_events = f"SELECT key, same FROM ({self._events(held)}) WHERE {between}"
        again = f"SELECT key FROM fresh_keys GROUP BY key HAVING {self._repeated} > 1"
        return [
            ("fresh_keys", f"SELECT * FROM {self.keys} WHERE day = {integer(day)}"),
            ("held_events", f"SELECT * FROM ({held_events}) WHERE key IN (SELECT key FROM fresh_keys)"),
            ("suspects", f"FROM fresh_keys WHERE key IN (SELECT key FROM held_events) OR key IN ({again})"),
            ("there", "SELECT same, count(*) AS copies FROM held_events GROUP BY same"),
        ]

    def _decision(self, fresh: Sequence[PartRecord]) -> list[tuple[str, str]]:
        """Which candidates are the same, by the digests of their texts."""
        nth = "CASE WHEN own_id THEN 1 ELSE row_number() OVER (PARTITION BY same, file ORDER BY ordinal) END"
        place = "row_number() OVER (PARTITION BY n.same, nth ORDER BY file, ordinal)"
        exact = (
            f"SELECT event_id, file, ordinal, same, own_id FROM ({self._events(fresh)}) JOIN suspects USING (event_id)"
        )
        ranked = f"SELECT event_id, nth, copies, {place} AS place FROM numbered n LEFT JOIN there t ON t.same = n.same"
        return [
            ("exact", exact),
            ("numbered", f"SELECT *, {nth} AS nth FROM exact"),
            ("ranked", ranked),
            (TWICE, "SELECT event_id FROM ranked WHERE place > 1 OR nth <= coalesce(copies, 0)"),
        ]

    def _events(self, parts: Sequence[PartRecord]) -> str:
        """The events of parts with ``key`` as in :mod:`siemlib.archive.transform` and ``same``, the exact identity."""
        selects = []
        for shape in Shape:
            paths = [part.path for part in parts if part.shape is shape]
            if not paths:
                continue
            own_id = "FALSE"
            if self.source.unique_id and shape is self.source.shape:
                own_id = f"({json_leaf('message', self.source.unique_id)} IS NOT NULL)"
            key = f"CASE WHEN own_id THEN hash(message) ELSE hash(message, timestamp, {STREAM}) END"
            text = f"CASE WHEN own_id THEN message ELSE concat_ws(chr(0), timestamp, {STREAM}, message) END"
            rows = f"SELECT *, {own_id} AS own_id FROM {scan(self.folder, paths)}"
            selects.append(f"SELECT event_id, timestamp, own_id, {key} AS key, sha256({text}) AS same FROM ({rows})")
        return " UNION ALL ".join(selects)
