"""The time of events that have none because it is that of the event before: old general logs of MySQL leave it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from siemlib.archive.transform import times_of

if TYPE_CHECKING:
    from siemlib.database.connection import Connection
    from siemlib.sources.source import LogSource


@dataclass
class Carried:
    """Gives each event its time, in the order of the file."""

    count: int = 0
    """Events that got theirs from the one before."""
    _last: float = np.nan

    def times(self, connection: Connection, source: LogSource, messages: pa.Array) -> pa.Array:
        """The times of the next messages of the file (int64, epoch milliseconds, null before the first of all)."""
        # Milliseconds until the year 10000 are whole in a float.
        found = times_of(connection, source, messages, None).to_numpy(zero_copy_only=False).astype(np.float64)
        values = np.concatenate([[self._last], found])
        known = ~np.isnan(values)
        latest = np.maximum.accumulate(np.where(known, np.arange(len(values)), 0))
        filled = values[latest]
        self._last = float(filled[-1])
        missing = np.isnan(filled[1:])
        self.count += int((~known[1:] & ~missing).sum())
        return pa.array(np.where(missing, 0, filled[1:]).astype(np.int64), mask=missing)

    def note(self) -> str | None:
        """What was assumed."""
        if not self.count:
            return None
        have = "1 event has" if self.count == 1 else f"{self.count:,} events have"
        return f"{have} no time of their own; that of the event before is taken"
