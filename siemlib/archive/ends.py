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
    """Epoch milliseconds from which on the newest share lies; ``None`` where all there is are a few."""
    inside = sorted((_inside(part, timespan) for part in parts), key=lambda ends: ends[1], reverse=True)
    return _reached([(last, first, events) for first, last, events in inside])


def oldest_to(parts: Sequence[PartRecord], timespan: TimeSpan) -> int | None:
    """Epoch milliseconds up to which the oldest share lies; ``None`` where all there is are a few."""
    return _reached(sorted(_inside(part, timespan) for part in parts))


def _inside(part: PartRecord, timespan: TimeSpan) -> tuple[int, int, int]:
    """First and last time of the part inside the timespan, and about how many events lie there."""
    first, last = max(part.first, timespan.start_ms), min(part.last, timespan.end_ms - 1)
    return first, last, part.events * (last - first + 1) // (part.last - part.first + 1)


def _reached(spans: Sequence[tuple[int, int, int]]) -> int | None:
    """How far one comes from the near ends (first) towards the far ends (second) until enough events are passed."""
    everything = sum(events for _, _, events in spans)
    wanted = max(_FEWEST, everything // _SHARE)
    if everything < 2 * wanted:
        return None
    for near, far, events in spans:
        if events >= wanted:
            return near + (far - near) * wanted // events
        wanted -= events
    return None
