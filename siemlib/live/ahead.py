"""The first query of a span and the slices of what it cannot hold, at the same time.

A query gives its pages one after the other, each after the time of a request. So its first page, which says how many
rows there are, is enough to know that slices are needed: they are counted and asked for while the other pages of the
first query still come. The newest slice is not asked for, since the first query has its rows: it gives the newest.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from siemlib.live.gathering import FetchedSlice, RowsSeen, gather
from siemlib.live.service import Status
from siemlib.live.stopping import check_stop
from siemlib.model.timespan import render_millis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from siemlib.live.gathering import Gathered
    from siemlib.live.service import Page
    from siemlib.live.slicing import Slice
    from siemlib.live.spooled import Spooled

_LOOK_SECONDS = 0.1
_TIME = "@timestamp"


class Following:
    """Sees the pages of one query as they come, so that nobody has to read them again to know what they held.

    ``hold`` is for who wants every row in memory in the end: they are kept, without their bodies, and each is handed
    to it. ``told`` is given the number of matched events as soon as a complete query says it.
    """

    def __init__(
        self, *, hold: Callable[[Page], None] | None = None, told: Callable[[int], None] | None = None
    ) -> None:
        self._hold, self._told = hold, told
        self._seen = RowsSeen()
        self._pages: list[Page] = []
        self._came = False

    def add(self, page: Page) -> None:
        """The next page."""
        if not self._came and self._told is not None and page.status is Status.COMPLETE:
            self._told(page.counts.matched)
        self._came = True
        self._seen.add(page)
        if self._hold is not None:
            self._pages.append(kept := replace(page, body=b""))
            self._hold(kept)

    def forget(self) -> None:
        """They will all come again."""
        self._seen, self._came = RowsSeen(), False
        self._pages.clear()

    def fetched(self, spooled: Spooled, limit: int, *, counts_rows: bool) -> FetchedSlice:
        """What the query gave; ``spooled`` is where it is kept, and may have been so before."""
        if not self._came:
            for page in spooled.pages():
                self.add(page)
        outcome = spooled.outcome
        matched = outcome.counts.matched if counts_rows and outcome.status is Status.COMPLETE else None
        fetched = self._seen.fetched(limit, spooled.pages if self._hold is None else self._held, matched)
        return replace(fetched, timed_out=outcome.query_id) if outcome.status is Status.TIMEOUT else fetched

    def _held(self) -> Iterable[Page]:
        return iter(self._pages)


@dataclass
class _First:
    """What is known of the first query."""

    changed: threading.Condition
    matched: int | None = None
    fetched: FetchedSlice | None = None
    ended: bool = False

    def told(self, matched: int) -> None:
        with self.changed:
            self.matched = matched
            self.changed.notify_all()

    def came(self, fetched: FetchedSlice | None) -> None:
        with self.changed:
            self.fetched, self.ended = fetched, True
            self.changed.notify_all()

    def wait(self, known: Callable[[], bool]) -> None:
        """Until ``known``. Raises StoppedError."""
        with self.changed:
            while not known():
                check_stop()
                self.changed.wait(_LOOK_SECONDS)


def gather_ahead(  # noqa: PLR0913 - what is asked, and whom
    span: Slice,
    *,
    most: int,
    first: Callable[[Callable[[int], None]], FetchedSlice],
    fetch: Callable[[Slice], FetchedSlice],
    count: Callable[[Slice, int], Mapping[int, int] | None],
    together: Callable[[Sequence[Callable[[], Any]]], list[Any]],
    halve: Callable[[FetchedSlice], bool],
) -> Gathered:
    """Every row of ``span``.

    ``first`` runs a query of all of it, and calls what it is given with the number of rows there are as soon as it
    knows that, or never. The rest is as for ``gather``.
    """
    known = _First(threading.Condition())
    following = partial(gather, span, most=most, count=count, together=together, halve=halve)

    def newest() -> FetchedSlice:
        fetched = None
        try:
            fetched = first(known.told)
        finally:
            known.came(fetched)
        return fetched

    def slice_of(wanted: Slice) -> FetchedSlice:
        if wanted.end == span.end:
            known.wait(lambda: known.ended)
            if known.fetched is not None and (part := _since(known.fetched, wanted.start)) is not None:
                return part
        return fetch(wanted)

    def older() -> Gathered | None:
        known.wait(lambda: known.ended or known.matched is not None)
        if known.matched is None or known.matched <= most:
            return None
        return following(fetch=slice_of, matched=known.matched)

    got, found = together([newest, older])
    return found or following(fetch=fetch, first=got)


def _since(fetched: FetchedSlice, start: int) -> FetchedSlice | None:
    """The rows from ``start`` on; ``None`` where they may not all be there."""
    if fetched.oldest is None or fetched.oldest >= start:
        return None
    edge, rows = render_millis(start), 0
    for page in fetched.pages():
        times = page.columns[page.names.index(_TIME)]
        # Newest first, and texts of this form sort as the times do.
        part = bisect_left(times, True, key=partial(_is_older, edge))  # noqa: FBT003 - the first that is older
        rows += part
        if part < page.rows:
            break
    return FetchedSlice(rows, full=False, pages=fetched.pages)


def _is_older(edge: str, text: str | None) -> bool:
    return text is None or text < edge
