"""The newest rows of a span, as many as are wanted: by one query of it, or in parts where that takes too long.

A query that the service gave up after its longest time is asked again in halves, the newer one first; what is older is
not asked any more when enough rows have come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.live.slicing import halves, shortest_half

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.live.gathering import FetchedSlice
    from siemlib.live.slicing import Slice


@dataclass(frozen=True)
class Newest:
    """What came: of each part so many rows, the newest part first."""

    parts: tuple[tuple[FetchedSlice, int], ...]
    reached: int
    """Epoch milliseconds: what is older was not asked, because there were enough rows."""

    @property
    def rows(self) -> int:
        """How many came."""
        return sum(take for _, take in self.parts)

    def first(self, rows: int) -> list[tuple[FetchedSlice, int]]:
        """The parts with the newest ``rows`` of them."""
        taken: list[tuple[FetchedSlice, int]] = []
        for fetched, take in self.parts:
            taken.append((fetched, min(take, rows)))
            rows -= taken[-1][1]
        return taken


def newest(
    span: Slice,
    enough: int,
    *,
    fetch: Callable[[Slice, int], FetchedSlice],
    halve: Callable[[FetchedSlice], bool],
    first: FetchedSlice | None = None,
) -> Newest:
    """The newest ``enough`` rows of ``span``.

    ``fetch`` gives at most so many rows of a slice, newest first; ``halve`` says whether there is time to ask again for
    one that timed out. ``first`` is what a query of the whole span gave already.
    """
    parts: list[tuple[FetchedSlice, int]] = []
    waiting, missing, reached = [span], enough, span.end
    while waiting and missing > 0:
        part = waiting.pop()
        got = fetch(part, missing) if first is None else first
        first = None
        if got.timed_out and part.millis >= 2 * shortest_half(span) and halve(got):
            waiting += reversed(halves(part))
            continue
        take = min(got.rows, missing)
        parts.append((got, take))
        missing, reached = missing - take, part.start
    return Newest(tuple(parts), reached)
