"""The queries of one run: each is answered by the spool or by the service, in time, and entered in the run's book."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from siemlib.live.ahead import Following
from siemlib.live.asking import BIN, COUNT
from siemlib.live.certificate import answered
from siemlib.live.errors import RefusedQueryError
from siemlib.live.gathering import millis_of
from siemlib.live.running import Outcome, run_ask
from siemlib.live.service import MOST_ROWS, MOST_ROWS_OF_A_PAGE
from siemlib.model import certificate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from siemlib.live.ahead import Told
    from siemlib.live.asking import Portion
    from siemlib.live.certificate import Book
    from siemlib.live.cost import Meter
    from siemlib.live.gathering import FetchedSlice
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

    def ask(
        self,
        ask: Ask,
        *,
        why: str,
        following: Following | None = None,
        parts: Callable[[], Iterable[Ask]] = tuple,
    ) -> Spooled:
        """The answer, kept. Raises what :func:`~siemlib.live.running.run_ask` does, SpoolError, CeilingError.

        ``following`` sees its pages as they come; none where they are in the spool already. ``parts`` are what is asked
        in the place of a query that takes too long: where that was done before, it is not asked again.
        """
        named = self._named(ask)
        if (gave_up := self._gave_up(named, parts)) is not None:
            self.book.add(gave_up.outcome, why=why, evidence=gave_up.name, from_spool=True)
            self.meter.spare(gave_up.outcome.counts)
            return gave_up
        send = partial(self._send, following or Following())
        return answered(named, why=why, spool=self.spool, book=self.book, send=send, meter=self.meter)

    def _named(self, ask: Ask) -> Ask:
        return replace(ask, log_groups=self.identifiers(ask.log_groups))

    def _gave_up(self, ask: Ask, parts: Callable[[], Iterable[Ask]]) -> Spooled | None:
        """An earlier asking that took the service too long, where the spool holds any of what was asked instead."""
        found = self.spool.found(ask, gave_up=True)
        if found is None or self.spool.found(ask) is not None:
            return None
        begun = (self.spool.found(each, gave_up=late) for each in map(self._named, parts()) for late in (False, True))
        return found if any(begun) else None

    def _send(
        self,
        following: Following,
        ask: Ask,
        on_page: Callable[[Page], None],
        on_restart: Callable[[], None],
        watch: Callable[[Counts], None] | None,
    ) -> Outcome:
        def page(page: Page) -> None:
            on_page(page)
            following.add(page)

        def restart() -> None:
            on_restart()
            following.forget()

        until = min(self.until, self.governor.now() + self.query_seconds)
        return run_ask(self.service, self.governor, ask, until=until, on_page=page, watch=watch, on_restart=restart)

    def fetch(  # noqa: PLR0913 - what is asked, and who is told
        self,
        portion: Portion,
        span: Slice,
        told: Told | None = None,
        *,
        limit: int | None = None,
        counts_rows: bool,
        hold: Callable[[Page], None] | None,
        why: str = "slice",
    ) -> FetchedSlice:
        """The rows of a slice, whose pages are kept in memory besides and handed to ``hold``, where there is one.

        At most ``limit``, or as many as a query gives. ``counts_rows``: what the service matched is what the portion
        gives; only then it is ``told``.
        """
        following, most = Following(hold=hold, told=told if counts_rows else None), limit or MOST_ROWS
        spooled = self.ask(portion.ask(span, most), why=why, following=following, parts=portion.parts(span, most))
        return following.fetched(spooled, most, counts_rows=counts_rows)

    def fetch_newest(self, portion: Portion, span: Slice, limit: int, *, counts_rows: bool) -> FetchedSlice:
        """The newest rows of a slice, at most ``limit``."""
        return self.fetch(portion, span, limit=limit, counts_rows=counts_rows, hold=None, why="newest")

    def count(self, portion: Portion, span: Slice, size: int) -> Mapping[int, int] | None:
        """Rows by the start of their bins of ``size`` milliseconds; ``None`` where the service did not count all.

        It may refuse to count what it lists: rules for what stands before ``stats`` are not all documented.
        """
        try:
            spooled = self.ask(portion.count_ask(span, size, MOST_ROWS), why=certificate.COUNT)
        except RefusedQueryError:
            return None
        if not spooled.outcome.whole:
            return None
        found: Counter[int] = Counter()
        for page in spooled.pages():
            columns = dict(zip(page.names, page.columns, strict=True))
            for start, rows in zip(columns.get(BIN, []), columns.get(COUNT, []), strict=True):
                moment = None if start is None else millis_of(start)
                if moment is not None and rows is not None:
                    found[moment] += int(float(rows))
        return found

    def halve(self, fetched: FetchedSlice) -> bool:
        """Whether a slice that timed out is asked again in halves: where there is as much time left as it took."""
        timed_out = next(each for each in self.book.slices if each.query_id == fetched.timed_out)
        if timed_out.why == certificate.HALVED:
            return True  # the time of a whole query may be asked again for several portions
        if timed_out.from_spool:
            self.book.halved(fetched.timed_out)
            return True
        took = (timed_out.finished - timed_out.started).total_seconds()
        if self.governor.now() + took >= self.until:
            return False
        self.book.halved(fetched.timed_out)
        return True

    @property
    def room(self) -> float:
        """Rows that could still come in the time of the run, at the pace of the account."""
        return max(0.0, self.until - self.governor.now()) * self.governor.rate("GetQueryResults") * MOST_ROWS_OF_A_PAGE

    def counting(self, portion: Portion) -> Callable[[Slice, int], Mapping[int, int] | None]:
        """:meth:`count` of one portion."""
        return partial(self.count, portion)
