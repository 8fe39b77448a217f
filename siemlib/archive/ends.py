"""Where the newest and the oldest events of parts lie, roughly: a query for some rows looks there first.

A share of the events lies behind the instants that are given here, if they are spread evenly over each part. Where they
are not, a query takes longer and answers the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.archive.record import PartRecord
    from siemlib.model.timespan import TimeSpan

_FEWEST = 100_000
_SHARE = 8
"""One in so many events is looked at first, and no fewer than the above."""


def newest_from(parts: Sequence[PartRecord], timespan: TimeSpan) -> int | None:
    """Epoch milliseconds from which on the newest share lies; ``None`` where that is all of it."""
    spans = sorted(((part.last, part.first, part.events) for part in parts), reverse=True)
    return _reached([(min(last, timespan.end_ms - 1), max(first, timespan.start_ms), n) for last, first, n in spans])


def oldest_to(parts: Sequence[PartRecord], timespan: TimeSpan) -> int | None:
    """Epoch milliseconds up to which the oldest share lies; ``None`` where that is all of it."""
    spans = sorted((part.first, part.last, part.events) for part in parts)
    return _reached([(max(first, timespan.start_ms), min(last, timespan.end_ms - 1), n) for first, last, n in spans])


def _reached(spans: Sequence[tuple[int, int, int]]) -> int | None:
    """How far one comes from the near ends (first) towards the far ends (second) until enough events are passed."""
    wanted = max(_FEWEST, sum(events for _, _, events in spans) // _SHARE)
    for near, far, events in spans:
        if events >= wanted:
            return near + (far - near) * wanted // events
        wanted -= events
    return None
