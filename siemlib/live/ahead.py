"""The first query of a span and the slices of what it cannot hold, at the same time.

A query gives its pages one after the other, each after the time of a request. So its first page, which says how many
rows there are, is enough to know that slices are needed: they are counted and asked for while the other pages of the
first query still come. The newest slice is not asked for, since the first query has its rows: it gives the newest.

Where the first page is like the whole span, its rows also say about where the first query ends. Then the slices next to
it are asked for at once, and only what is older still is counted. A guess that was wrong costs queries, never a row:
each slice is gathered by itself, and so is what the first query did not reach.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from siemlib.live.gathering import FetchedSlice, RowsSeen, gather, joined
from siemlib.live.service import Status
from siemlib.live.slicing import Slice, guessed
from siemlib.live.stopping import check_stop
from siemlib.model.timespan import render_millis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from siemlib.live.gathering import Gathered
    from siemlib.live.service import Page
    from siemlib.live.slicing import Beginning
    from siemlib.live.spooled import Spooled

    Told = Callable[[Beginning], None]

_LOOK_SECONDS = 0.1
_TIME = "@timestamp"


class Following:
    """Sees the pages of one query as they come, so that nobody has to read them again to know what they held.

    ``hold`` is for who wants every row in memory in the end: they are kept, without their bodies, and each is handed
    to it. ``told`` is given what the first page says as soon as a complete query gives it.
    """

    def __init__(self, *, hold: Callable[[Page], None] | None = None, told: Told | None = None) -> None:
        self._hold, self._told = hold, told
        self._seen = RowsSeen()
        self._pages: list[Page] = []
        self._came = False

    def add(self, page: Page) -> None:
        """The next page."""
        self._seen.add(page)
        if not self._came and self._told is not None and page.status is Status.COMPLETE:
            self._told(self._seen.beginning(page.counts.matched))
        self._came = True
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

    changed: threading.Condition = field(default_factory=threading.Condition)
    beginning: Beginning | None = None
    fetched: FetchedSlice | None = None
    ended: bool = False

    def told(self, beginning: Beginning) -> None:
        with self.changed:
            self.beginning = beginning
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


class Fetch(Protocol):
    """A query of a slice."""

    def __call__(self, wanted: Slice, told: Told | None = None, /) -> FetchedSlice:
        """Its rows; what its first page says is told as soon as it came, or never."""


def gather_ahead(  # noqa: PLR0913 - what is asked, and whom
    span: Slice,
    *,
    most: int,
    first: Callable[[Told], FetchedSlice],
    fetch: Fetch,
    count: Callable[[Slice, int], Mapping[int, int] | None],
    together: Callable[[Sequence[Callable[[], Any]]], list[Any]],
    halve: Callable[[FetchedSlice], bool],
) -> Gathered:
    """Every row of ``span``.

    ``first`` runs a query of all of it, and calls what it is given with what its first page says as soon as it knows
    that, or never. The rest is as for ``gather``.
    """
    following = partial(gather, most=most, count=count, together=together, halve=halve)
    return _Ahead(span, most, first, fetch, together, following).run()


@dataclass
class _Ahead:
    """One span. What is ``following`` gathers a slice of it in queries that follow each other."""

    span: Slice
    most: int
    first: Callable[[Told], FetchedSlice]
    fetch: Fetch
    together: Callable[[Sequence[Callable[[], Any]]], list[Any]]
    following: Callable[..., Gathered]
    known: _First = field(default_factory=_First)

    def run(self) -> Gathered:
        got, found = self.together([self._newest, self._older])
        return found or self.following(self.span, fetch=self.fetch, first=got)

    def _newest(self) -> FetchedSlice:
        fetched = None
        try:
            fetched = self.first(self.known.told)
        finally:
            self.known.came(fetched)
        return fetched

    def _older(self) -> Gathered | None:
        self.known.wait(lambda: self.known.ended or self.known.beginning is not None)
        beginning = self.known.beginning
        if beginning is None or beginning.matched <= self.most:
            return None
        near = guessed(self.span, self.most - 1, beginning)
        if not near:
            return self.following(self.span, fetch=self._slice, matched=beginning.matched)
        jobs = [partial(self._guess, each) for each in near[1:]]
        if near[-1].start > self.span.start:
            rest = Slice(self.span.start, near[-1].start)
            # There are fewer than matched, but nobody knows how many: too many to be asked for without a count.
            jobs.insert(0, partial(self.following, rest, fetch=self.fetch, matched=beginning.matched))
        return joined(self.together([*jobs, partial(self._reached, near[0])]), beginning.matched)

    def _guess(self, wanted: Slice) -> Gathered:
        """A slice that may hold more than was thought: its own first page says so, and what is to be done is alike."""
        return replace(self, span=wanted, first=partial(self.fetch, wanted), known=_First()).run()

    def _reached(self, wanted: Slice) -> Gathered:
        """The newest slice, which the first query should hold; what it does not is fetched."""
        self.known.wait(lambda: self.known.ended)
        oldest = None if self.known.fetched is None else self.known.fetched.oldest
        if oldest is None or not wanted.start <= oldest < wanted.end - 1:
            return self.following(wanted, fetch=self._slice)
        parts = Slice(oldest + 1, wanted.end), Slice(wanted.start, oldest + 1)
        return joined([self.following(part, fetch=self._slice) for part in parts], 0)

    def _slice(self, wanted: Slice) -> FetchedSlice:
        """From the rows of the first query, where it has them all, else by one of its own."""
        if wanted.end == self.span.end:
            self.known.wait(lambda: self.known.ended)
            if self.known.fetched is not None and (part := _since(self.known.fetched, wanted.start)) is not None:
                return part
        return self.fetch(wanted)


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
