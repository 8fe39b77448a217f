"""Events by FilterLogEvents: free of charge and whole, but slow; not for log groups of the infrequent-access class.

The service takes both ends of a span, in milliseconds, and gives events oldest first, page by page. The pages are kept
as they come, in a file for each *leg*: a leg goes on by the service's token, also in another process, for as long as
the token lives. Else the next leg begins at the time of the last event that was seen, whose events come once more:
within one millisecond there may be more that had not come yet. Every event has an id, so that each is counted once.

A leg that was begun while events of its time could still arrive has not seen those that came behind it: the next one
begins where that was no longer so, and what a leg brings again takes the place of what was counted before.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

from siemlib.archive.acquired import Gap
from siemlib.archive.recent import Recent
from siemlib.live.acquire.fetched import Fetched, Step
from siemlib.live.acquire.place import Pages, Place, State
from siemlib.live.errors import LiveError, TokenExpiredError
from siemlib.model.clock import now
from siemlib.model.timespan import to_millis

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.live.acquire.fetched import Wanted
    from siemlib.live.service import EventPage

_OPERATION = "FilterLogEvents"
_TOKEN_MS = 23 * 3_600_000
"""Tokens live for 24 hours."""


class Leg(State):
    """A file of pages that follow from each other by token."""

    file: str
    start: int
    """Epoch milliseconds, as it was asked for: a token is only good with the same."""
    begun: int = 0
    """Epoch milliseconds at which it was begun; ``0``: not known, and long ago."""
    length: int = 0
    """Bytes of the file that are whole pages."""
    pages: int = 0


class Progress(State):
    """How far it has come."""

    legs: tuple[Leg, ...] = ()
    token: str | None = None
    token_at: int = 0
    """Epoch milliseconds at which it was given."""
    last: int | None = None
    """Epoch milliseconds of the newest event that was seen."""
    at_last: tuple[str, ...] = ()
    """The ids of the events at that time."""
    in_order: bool = True
    """Whether no event was older than one before it; else only the beginning is a safe place to begin again at."""
    received: int = 0
    ended_at: int | None = None
    """Epoch milliseconds at which the last page came."""


def by_filter(wanted: Wanted, archive: Path, *, closed_at: int) -> Fetched:
    """The events of a log group. ``closed_at``: epoch milliseconds after which no more events of the span arrive.

    Raises LiveError where nothing came; where something came, the rest is a gap.
    """
    service = wanted.service
    place = Place.of(
        archive,
        wanted.log_group,
        service.account(),
        service.region,
        "filter",
        wanted.span.start_ms,
        wanted.span.end_ms,
        wanted.pattern,
    )  # fmt: skip - what makes the key, in one look
    with place.held(fresh=wanted.fresh):
        run = _Run(wanted, place, _found(place), closed_at)
        try:
            run.all()
        except LiveError as error:
            if not run.progress.received:
                raise
            return run.fetched(error)
        return run.fetched(None)


def _found(place: Place) -> Progress:
    """How far it had come; nowhere, where a file is not what it was."""
    found = place.state(Progress) or Progress()
    files = [(place.folder / leg.file, leg.length) for leg in found.legs]
    return found if all(path.is_file() and path.stat().st_size >= length for path, length in files) else Progress()


class _Run:
    def __init__(self, wanted: Wanted, place: Place, progress: Progress, closed_at: int) -> None:
        self._wanted = wanted
        self._place = place
        self._closed_at = closed_at
        self.progress = progress
        self._pages: Pages | None = None
        self._at_leg = -1
        """Events that had come when the leg was begun."""

    def all(self) -> None:
        """Bring what has not come yet."""
        found = self.progress
        if found.ended_at is not None and found.legs[-1].begun >= self._closed_at:
            return
        try:
            if found.token is None or _moment() - found.token_at > _TOKEN_MS:
                self._new_leg()
                self._leg()
                return
            taken_up = found.legs[-1]
            self._pages = self._opened(taken_up)
            self._leg()
            if self.progress.legs[-1].file == taken_up.file and taken_up.begun < self._closed_at:
                self._new_leg()
                self._leg()
        finally:
            if self._pages:
                self._pages.close()

    def _leg(self) -> None:
        while self._step():
            pass

    def fetched(self, error: LiveError | None) -> Fetched:
        """What came."""
        found = self.progress
        gaps: tuple[Gap, ...] = ()
        if error is not None:
            start = self._again_from()
            gaps = (Gap(start=start, end=self._wanted.span.end_ms, why=error.message),)
            self._update(token=None)  # what is loaded now must not grow any more: the next leg is another file
        files = tuple(self._place.folder / leg.file for leg in found.legs if leg.pages)
        return Fetched(self._place, files, found.received, gaps=gaps)

    def _opened(self, leg: Leg) -> Pages:
        """The file of a leg behind its last whole page; half a page that a killed process wrote goes."""
        return Pages(self._place.folder / leg.file, leg.length)

    def _again_from(self) -> int:
        """Where the next leg has to begin, in epoch milliseconds."""
        found, start = self.progress, self._wanted.span.start_ms
        if not found.legs or not found.in_order:
            return start
        leg = found.legs[-1]
        delay = self._closed_at - self._wanted.span.end_ms
        return max(start, min(leg.start if found.last is None else found.last, leg.begun - delay))

    def _new_leg(self) -> None:
        if self._pages:
            self._pages.close()
        found = self.progress
        if found.legs:
            self._opened(found.legs[-1]).close()
        path = self._place.new_file("events", ".json.gz")
        self._pages = Pages(path)
        leg = Leg(file=path.name, start=self._again_from(), begun=_moment())
        if leg.start != found.last:
            self._update(last=None, at_last=(), received=self._received_before(leg.start), in_order=True)
        self._at_leg = self.progress.received
        self._update(legs=(*found.legs, leg), token=None, ended_at=None)

    def _received_before(self, moment: int) -> int:
        """How many events before ``moment`` came: of each leg those that no later one began again with."""
        received = 0
        for leg in reversed(self.progress.legs):
            if leg.pages and leg.start < moment:
                received += sum(leg.start <= time < moment for time in _times(self._place.folder / leg.file))
            moment = min(moment, leg.start)
        return received

    def _step(self) -> bool:
        """Bring a page; whether there are more."""
        wanted, found = self._wanted, self.progress
        leg = found.legs[-1]
        try:
            page = wanted.governor.call(
                _OPERATION,
                lambda: wanted.service.filter_events(
                    wanted.identifier,
                    start=leg.start,
                    end=wanted.span.end_ms - 1,
                    pattern=wanted.pattern,
                    token=found.token,
                ),
                until=wanted.until,
            )
        except TokenExpiredError:
            if found.token is None or found.received == self._at_leg:
                raise  # no leg would come further than this one
            self._new_leg()
            return True
        if page.token is not None and page.token == found.token and not page.events:
            raise LiveError("FilterLogEvents gives the same empty page again and again")
        self._take(page, leg)
        wanted.tell(Step(wanted.log_group, "events", self.progress.received))
        return page.token is not None

    def _take(self, page: EventPage, leg: Leg) -> None:
        """Keep a page, then that it was kept: a kill in between brings it once more."""
        found = self.progress
        assert self._pages is not None  # noqa: S101 - a leg has been begun
        length = self._pages.add(page.body)
        known = set(found.at_last)
        fresh = {event.id for event in page.events} - known
        times = [event.time for event in page.events]
        last = max([*times, *([found.last] if found.last is not None else [])], default=None)
        at_last = {event.id for event in page.events if event.time == last}
        ascending = all(one <= two for one, two in zip([found.last or 0, *times], times, strict=False))
        now_leg = leg.model_copy(update={"length": length, "pages": leg.pages + 1})
        self._update(
            legs=(*found.legs[:-1], now_leg),
            token=page.token,
            token_at=_moment(),
            last=last,
            at_last=tuple(at_last | known) if last == found.last else tuple(at_last),
            in_order=found.in_order and ascending,
            received=found.received + len(fresh),
            ended_at=None if page.token is not None else _moment(),
        )

    def _update(self, **changed: object) -> None:
        self.progress = self.progress.model_copy(update=changed)
        self._place.keep(self.progress)


def _times(path: Path) -> Iterator[int]:
    """When the events of a leg happened, each event once."""
    seen = Recent()
    with gzip.open(path) as pages:
        for page in pages:
            for event in json.loads(page)["events"]:
                if seen.before(event.get("eventId")) is None:
                    yield event["timestamp"]


def _moment() -> int:
    return to_millis(now())
