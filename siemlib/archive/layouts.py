"""The names of the fields of flow records, by how many words a record has, where a person wants them named.

A flow log's records come from CloudWatch without a line of names. Of a custom format Logs Insights discovers no field,
so an archive names them only when it is told to: a query over them has an answer here and none there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from siemlib.archive.batch import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Layout:
    """The names of the fields, in order."""

    names: tuple[str, ...]
    since: int | None = None
    """Epoch milliseconds: earlier records are of another flow log, and are not named. ``None``: whenever they are."""


@dataclass(frozen=True, slots=True)
class Layouts:
    """How the records of a log group are made, by the number of their words."""

    by_words: Mapping[int, Layout]

    def split(self, batch: Batch) -> Iterator[Batch]:
        """The batch in parts of one layout each; what came with a line of names has them already."""
        if batch.layout is not None:
            yield batch
            return
        times = [None] * len(batch.messages) if batch.timestamps is None else batch.timestamps.to_pylist()
        rows: dict[tuple[str, ...] | None, list[int]] = {None: []}
        for row, (message, time) in enumerate(zip(batch.messages.to_pylist(), times, strict=True)):
            rows.setdefault(self._names(message, time), []).append(row)
        for number, (names, chosen) in enumerate(rows.items()):
            yield _part(batch, chosen, names, first=number == 0)

    def _names(self, message: bytes, time: int | None) -> tuple[str, ...] | None:
        layout = self.by_words.get(len(message.split()))
        if layout is None or (layout.since is not None and (time is None or time < layout.since)):
            return None
        return layout.names


def _part(batch: Batch, chosen: list[int], names: tuple[str, ...] | None, *, first: bool) -> Batch:
    rows = pa.array(chosen, type=pa.int64())

    def taken(column: pa.Array | None) -> pa.Array | None:
        return None if column is None else column.take(rows)

    return Batch(
        batch.messages.take(rows),
        batch.ordinals.take(rows),
        taken(batch.timestamps),
        taken(batch.ingestion_times),
        taken(batch.streams),
        batch.rejections if first else (),
        cut=first and batch.cut,
        layout=names,
        repeated=batch.repeated if first else 0,
    )
