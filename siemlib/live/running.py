"""One query of the service, from start to last page; and several side by side.

The pages that the account allows in a second are what limits us, and every look at a query that still runs costs one of
them. So the first look comes as soon as the queries of late have ended, the next ones ever later, and later the more
queries run; and pages go before looks, until the query has most probably ended, so that what is ready is fetched first.
The look that finds a query ended is its first page.

**A next token that expires** does no harm: the results of a query are kept for days, so its pages are read again from
the first. Those that were handed on already are compared with what comes now and passed over; nothing is handed on
twice. Where they differ, or the results are gone, the query is run again only if the caller can forget what it was
given (``on_restart``); otherwise the error stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.live.errors import DeadlineError, GoneError, LiveError, TokenExpiredError
from siemlib.live.lost import Start, stop_query, tell
from siemlib.live.service import MOST_ROWS_OF_A_PAGE, Status
from siemlib.live.stopping import ended, stop_all
from siemlib.live.together import together
from siemlib.model import clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from siemlib.live.governor import Governor
    from siemlib.live.service import Ask, Counts, Page, Service

__all__ = ["Outcome", "run_ask", "stop_all", "together"]

_RESULTS = "GetQueryResults"
_FIRST_LOOK, _LATEST_FIRST_LOOK, _SOONER = 0.05, 1.0, 0.8
"""Seconds until the first look, and the part of the usual time of a query after which it comes."""
_LATER, _LATEST, _SHARE_OF_LOOKS = 1.6, 3.0, 0.25
_SURELY, _LEAST_YIELDING = 2.0, 0.5
"""Times the usual time of a query: a look after that is most probably a page, and waits no longer than so many seconds
for other pages. If it did, the last queries would be read alone in the end, which is slower than several at once."""
_WEIGHT_OF_THE_LAST = 0.3
_SMALL_LOOKS_AFTER = 5.0
"""Seconds; then a look asks for one row: what a query has found so far is of no use, and is long."""
_MOST_RESTARTS = 3
_NEAR = 0.1
"""Seconds; a deadline as near as this is reached."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one query of the service. ``started`` and ``finished`` are aware UTC times."""

    ask: Ask
    query_id: str
    status: Status
    counts: Counts
    rows: int
    """That were received and handed on."""
    pages: int
    """That were handed on."""
    started: datetime
    finished: datetime
    restarts: int = 0
    """How often its pages were read again from the first, or the query run again, because a token had expired."""

    @property
    def whole(self) -> bool:
        """Whether the query is complete and every row that the service says it has was received."""
        return self.status is Status.COMPLETE and (self.counts.rows is None or self.counts.rows == self.rows)


def run_ask(  # noqa: PLR0913 - who asks whom what until when, and who is told
    service: Service,
    governor: Governor,
    ask: Ask,
    *,
    until: float,
    on_page: Callable[[Page], None],
    watch: Callable[[Counts], None] | None = None,
    on_restart: Callable[[], None] | None = None,
) -> Outcome:
    """Start ``ask``, wait for it, and hand on its pages in order.

    ``until`` is a moment of ``governor.now()``. ``watch`` is told the counts at every look, before ``on_page`` is given
    the page; either may raise, to end it.
    A query that ends ``Failed``, ``Timeout``, ``Cancelled`` or ``Unknown`` raises nothing: the outcome says it, and the
    rows that came with it are handed on. ``on_restart`` is called before everything is handed on once more from the
    first row. Raises DeadlineError, every error that does not pass, and what the callbacks raise; in each case
    the query has been stopped, and where that failed the error's hint says so.
    """
    reruns = 0
    while True:
        one = _One(service, governor, ask, until, on_page, watch)
        try:
            return one.run(reruns)
        except _ResultsGoneError as gone:
            if on_restart is None or reruns == _MOST_RESTARTS:
                raise gone.error from None
            reruns += 1
            on_restart()


class _ResultsGoneError(Exception):
    """The pages cannot be read on; ``error`` says why."""

    def __init__(self, error: LiveError) -> None:
        super().__init__(error.message)
        self.error = error


class _One:
    """One start of one query."""

    def __init__(  # noqa: PLR0913, PLR0917 - what run_ask was given
        self,
        service: Service,
        governor: Governor,
        ask: Ask,
        until: float,
        on_page: Callable[[Page], None],
        watch: Callable[[Counts], None] | None,
    ) -> None:
        self._service, self._governor, self._ask, self._until = service, governor, ask, until
        self._on_page, self._watch = on_page, watch
        self._query_id = ""
        self._ended = False
        self._handed_on: list[int] = []
        """A hash of the rows of each page that was handed on."""
        self._rows = 0
        self._restarts = 0

    def run(self, reruns: int) -> Outcome:
        """The whole story. Raises as :func:`run_ask`."""
        started = clock.now()
        # A slot is held while the query runs; the pages of one that has ended are read without it.
        with self._governor.slot(until=self._until):
            self._query_id = Start(self._service, self._governor, self._ask).start(until=self._until)
            try:
                first = self._wait()
            except BaseException as error:
                if not self._ended:
                    tell(error, self._query_id, stop_query(self._service, self._governor, self._query_id))
                raise
        last = self._read(first)
        return Outcome(
            ask=self._ask,
            query_id=self._query_id,
            status=last.status,
            counts=last.counts,
            rows=self._rows,
            pages=len(self._handed_on),
            started=started,
            finished=clock.now(),
            restarts=reruns + self._restarts,
        )

    # ── until it has ended ───────────────────────────────────────────────────────────────────────────────────────────

    def _wait(self) -> Page:
        """The first page of the query, once it has ended."""
        governor, began = self._governor, self._governor.now()
        delay = min(max(_FIRST_LOOK, governor.typical * _SOONER), _LATEST_FIRST_LOOK)
        while True:
            self._pause(delay, began)
            waited = governor.now() - began
            small = waited > _SMALL_LOOKS_AFTER
            yielding = min(_LATEST, max(_LEAST_YIELDING, governor.typical * _SURELY - waited))
            page = self._page(most=1 if small else MOST_ROWS_OF_A_PAGE, yielding=yielding)
            if page.status.ended:
                weight = _WEIGHT_OF_THE_LAST if governor.typical else 1.0
                governor.typical += (waited - governor.typical) * weight
                return self._page() if small and not _is_all(page) else page
            delay = min(delay * _LATER, max(_LATEST, governor.running / governor.rate(_RESULTS) / _SHARE_OF_LOOKS))

    def _pause(self, delay: float, began: float) -> None:
        left = self._until - self._governor.now()
        if left <= _NEAR:
            raise DeadlineError(
                f"the query still ran after {self._governor.now() - began:.0f} s, when its time was over",
                hint="ask for less time or fewer log groups, or raise query_seconds of [live] in siem.toml",
            )
        # Half of what is left at most: the last look comes shortly before the end.
        self._governor.pause(min(delay, left / 2))

    def _page(self, token: str | None = None, *, most: int = MOST_ROWS_OF_A_PAGE, yielding: float = 0) -> Page:
        page = self._governor.call(
            _RESULTS,
            lambda: self._service.results(self._query_id, token=token, most=most),
            until=self._until,
            yielding=yielding,
        )
        if page.status.ended and not self._ended:
            self._ended = True
            ended(self._service, self._query_id)
        if self._watch is not None:
            self._watch(page.counts)
        return page

    # ── its pages ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _read(self, first: Page) -> Page:
        """Hand on the pages from ``first``; gives the last."""
        place, page, tokens = 0, first, set[str]()
        while True:
            place = self._hand_on(page, place)
            if page.token is None:
                return page
            if page.token in tokens:
                raise LiveError("the service gives the same page again and again; its answer is of no use")
            tokens.add(page.token)
            try:
                page = self._page(page.token)
            except TokenExpiredError as error:
                place, page = 0, self._again(error)
                tokens.clear()
            except GoneError as error:
                raise _ResultsGoneError(error) from None

    def _again(self, error: TokenExpiredError) -> Page:
        """The first page once more."""
        if self._restarts == _MOST_RESTARTS:
            raise error
        self._restarts += 1
        try:
            return self._page()
        except GoneError as gone:
            raise _ResultsGoneError(gone) from None

    def _hand_on(self, page: Page, place: int) -> int:
        """Hand on the page at ``place``, or pass over it where that was done before; gives the next place."""
        rows = hash((page.names, *map(tuple, page.columns)))
        if place == len(self._handed_on):
            self._on_page(page)
            self._handed_on.append(rows)
            self._rows += page.rows
        elif self._handed_on[place] != rows:
            raise _ResultsGoneError(
                TokenExpiredError("a token of the pages expired, and read again they are not the same; run it again")
            )
        return place + 1


def _is_all(page: Page) -> bool:
    """Whether a look for one row has seen all that there is."""
    return page.status is Status.COMPLETE and page.token is None and page.counts.rows in {None, page.rows}
