"""The queries of one run: each is answered by the spool or by the service, in time, and entered in the run's book."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from siemlib.live.asking import BIN, COUNT
from siemlib.live.certificate import answered
from siemlib.live.gathering import FetchedSlice, RowsSeen, millis_of
from siemlib.live.running import Outcome, run_ask
from siemlib.live.service import MOST_ROWS, Status
from siemlib.model import certificate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from siemlib.live.asking import Portion
    from siemlib.live.certificate import Book
    from siemlib.live.cost import Meter
    from siemlib.live.governor import Governor
    from siemlib.live.service import Ask, Counts, Page, Service
    from siemlib.live.slicing import Slice
    from siemlib.live.spool import Spool
    from siemlib.live.spooled import Spooled


@dataclass(frozen=True)
class Asks:
    """What answers the queries of one run. Any thread may use it."""

    service: Service
    governor: Governor
    spool: Spool
    book: Book
    meter: Meter
    identifiers: Callable[[Sequence[str]], tuple[str, ...]]
    """Names of log groups as StartQuery takes them."""
    until: float
    """A moment of the governor; of the whole run."""
    query_seconds: float

    def ask(self, ask: Ask, *, why: str) -> Spooled:
        """The answer, kept. Raises what :func:`~siemlib.live.running.run_ask` does, SpoolError, CeilingError."""
        named = replace(ask, log_groups=self.identifiers(ask.log_groups))
        return answered(named, why=why, spool=self.spool, book=self.book, send=self._send, meter=self.meter)

    def _send(
        self,
        ask: Ask,
        on_page: Callable[[Page], None],
        on_restart: Callable[[], None],
        watch: Callable[[Counts], None] | None,
    ) -> Outcome:
        until = min(self.until, self.governor.now() + self.query_seconds)
        return run_ask(
            self.service, self.governor, ask, until=until, on_page=on_page, watch=watch, on_restart=on_restart
        )

    def fetch(self, portion: Portion, span: Slice, *, counts_rows: bool, why: str = "slice") -> FetchedSlice:
        """The rows of a slice. ``counts_rows``: what the service matched is what the portion gives."""
        return self.fetched(self.ask(portion.ask(span, MOST_ROWS), why=why), MOST_ROWS, counts_rows=counts_rows)

    def fetched(self, spooled: Spooled, limit: int, *, counts_rows: bool) -> FetchedSlice:
        """What an answer says of the rows of its slice."""
        seen = RowsSeen()
        for page in spooled.pages():
            seen.add(page)
        outcome = spooled.outcome
        matched = outcome.counts.matched if counts_rows and outcome.status is Status.COMPLETE else None
        return seen.fetched(limit, spooled.pages, matched)

    def count(self, portion: Portion, span: Slice, size: int) -> Mapping[int, int]:
        """Rows by the start of their bins of ``size`` milliseconds."""
        spooled = self.ask(portion.count_ask(span, size, MOST_ROWS), why=certificate.COUNT)
        found: Counter[int] = Counter()
        for page in spooled.pages():
            columns = dict(zip(page.names, page.columns, strict=True))
            for start, rows in zip(columns.get(BIN, []), columns.get(COUNT, []), strict=True):
                moment = None if start is None else millis_of(start)
                if moment is not None and rows is not None:
                    found[moment] += int(float(rows))
        return found

    def counting(self, portion: Portion) -> Callable[[Slice, int], Mapping[int, int]]:
        """:meth:`count` of one portion."""
        return partial(self.count, portion)
